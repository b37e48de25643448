"""Where a database answers, and as whom one may speak to it."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

SUPERUSER = "longstop_superuser"
OWNER = "longstop_owner"
SERVICE = "longstop_service"
DATABASE = "longstop"


@dataclass(frozen=True)
class ServerAddress:
    """The URLs of one database, each for one role. They hold passwords, so repr leaves them out.

    `superuser_url` is None on a server that is not ours; `bin_dir` is the folder of the client
    programs (pg_dump, pg_restore, psql) that suit the server, None where none was found.
    """

    owner_url: str = field(repr=False)
    service_url: str = field(repr=False)
    superuser_url: str | None = field(repr=False)
    bin_dir: Path | None

    def for_owner(self) -> dict[str, str]:
        """Will give the environment of a process that migrates: both roles."""
        return {"LONGSTOP_OWNER_URL": self.owner_url, **self.for_service()}

    def for_service(self) -> dict[str, str]:
        """Will give the environment of every other process: the service's role alone."""
        return {"LONGSTOP_SERVICE_URL": self.service_url}


def loopback_url(*, role: str, password: str, port: int, database: str) -> str:
    """Will give the URL of a database of an embedded server on this machine."""
    return f"postgresql://{quote(role)}:{quote(password, safe='')}@127.0.0.1:{port}/{database}"


def with_role(url: str, *, role: str, password: str) -> str:
    """Will give the same URL for another role; host, port, database and options stay."""
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2]
    who = f"{quote(role, safe='')}:{quote(password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{who}@{where}"))
