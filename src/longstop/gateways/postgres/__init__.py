"""The database server: Longstop's own, or the one that the deployment names.

`EmbeddedServer` will run PostgreSQL's binaries for one home folder, as root or as an ordinary user,
and recover by itself after any kill. `resolve_database` will choose between it, a server that is
already running for the same home, and the server named by DATABASE_URL.

Not for: tables, grants on tables, migrations (they are Django's and `config`'s), or backups.
Nothing here imports Django.
"""

from longstop.gateways.postgres.address import ServerAddress
from longstop.gateways.postgres.binaries import Binaries, BinariesNotFound, find_binaries
from longstop.gateways.postgres.database import Database, RunningServer, resolve_database
from longstop.gateways.postgres.external import ExternalServer, ServiceRoleRefused
from longstop.gateways.postgres.home import (
    DatabaseUnavailable,
    Home,
    HomeIsBusy,
    find_home,
    is_locked,
    take_lock,
)
from longstop.gateways.postgres.identity import die_with_parent
from longstop.gateways.postgres.server import EmbeddedServer

__all__ = [
    "Binaries",
    "BinariesNotFound",
    "Database",
    "DatabaseUnavailable",
    "EmbeddedServer",
    "ExternalServer",
    "Home",
    "HomeIsBusy",
    "RunningServer",
    "ServerAddress",
    "ServiceRoleRefused",
    "die_with_parent",
    "find_binaries",
    "find_home",
    "is_locked",
    "resolve_database",
    "take_lock",
]
