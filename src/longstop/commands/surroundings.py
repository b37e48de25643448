"""What a command that reads or writes the database needs around it: the database itself, and Django once it is known."""

import importlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import django
import typer
from psycopg.conninfo import conninfo_to_dict

from longstop.gateways.postgres import DatabaseUnavailable, ServerAddress, find_home, resolve_database

DONE, FAILED, UNUSABLE = 0, 1, 2


def home() -> Path:
    """Give the home folder of this command."""
    return find_home(os.environ)


@contextmanager
def database() -> Iterator[ServerAddress]:
    """Join the running database, or run it for as long as the command does. Where there is none, says why and ends the command.

    Where LONGSTOP_SERVICE_URL is set, that database is used as it is.
    """
    if service_url := os.environ.get("LONGSTOP_SERVICE_URL"):
        yield ServerAddress(owner_url=os.environ.get("LONGSTOP_OWNER_URL", ""), service_url=service_url, superuser_url=None, bin_dir=None)
        return
    try:
        with resolve_database(home(), os.environ) as address:
            yield address
    except DatabaseUnavailable as error:
        stop(str(error))


def set_up(environ: Mapping[str, str]) -> None:
    """Make Django ready for this database. Modules with tables can be imported only afterwards: see `module`."""
    os.environ.update(environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstop.config.settings")
    os.environ.setdefault("LONGSTOP_HOME", str(home()))
    django.setup()


def module(name: str) -> ModuleType:
    """Import a module that needs Django to be ready."""
    return importlib.import_module(name)


def role_of(url: str) -> str:
    """Give the role that an address connects as."""
    return str(conninfo_to_dict(url)["user"])


def now() -> datetime:
    """Read the clock; only the doors of the house do."""
    return datetime.now(UTC)


def tell(words: str, values: Mapping[str, Any], *, as_json: bool) -> None:
    """Print a short account for people, or the same for programs."""
    typer.echo(json.dumps(dict(values), default=str) if as_json else words)


def stop(words: str, *, code: int = UNUSABLE) -> NoReturn:
    """Say on the error stream why nothing can be done, and end."""
    typer.echo(words, err=True)
    raise typer.Exit(code)
