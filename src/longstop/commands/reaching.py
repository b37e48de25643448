"""How a command that works on the tables reaches them: the database first, then Django, here or in a process of its own.

The process that works never learns the owner's address, save in a restore, which makes the tables.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import django
import typer
from psycopg.conninfo import conninfo_to_dict

from longstop.commands.children import environment_of_children
from longstop.gateways.postgres import DatabaseUnavailable, Home, RunningServer, ServerAddress, find_home, resolve_database

DONE, FAILED, UNUSABLE = 0, 1, 2
SETTINGS = "longstop.config.settings"
_PREPARE = "import django; django.setup(); from longstop.config.database import prepare; prepare()"


def home() -> Path:
    """Give the home folder of this command."""
    return find_home(os.environ)


@contextmanager
def database(*, prepared: bool = False) -> Iterator[ServerAddress]:
    """Join the running database, or run it for as long as the command does. Where there is none, says why and ends the command.

    With `prepared`, a database that no service has prepared is migrated first. Where LONGSTOP_SERVICE_URL is set, that database is used
    as it is.
    """
    if service_url := os.environ.get("LONGSTOP_SERVICE_URL"):
        yield ServerAddress(owner_url=os.environ.get("LONGSTOP_OWNER_URL", ""), service_url=service_url, superuser_url=None, bin_dir=None)
        return
    try:
        Home(home()).make()
        found = resolve_database(home(), os.environ)
        with found as address:
            if prepared and not isinstance(found, RunningServer):
                _prepare(address)
            yield address
    except DatabaseUnavailable as error:
        stop(str(error))


def run_in_reach(module: str, arguments: Sequence[str]) -> NoReturn:
    """Will call `module.main(arguments)` in a process that has the service's address, and exit with the code that it gives."""
    with database(prepared=True) as address:
        code = _run([sys.executable, "-m", __name__, module, *arguments], _environment(address.for_service()))
    raise typer.Exit(code)


def _run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    child = subprocess.Popen(command, env=environ)
    try:
        return child.wait()
    except KeyboardInterrupt:  # the child was told too; it ends its transaction and says so
        return child.wait()


def _prepare(address: ServerAddress) -> None:
    environ = _environment(address.for_owner())
    done = subprocess.run([sys.executable, "-c", _PREPARE], env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = "\n".join(done.stderr.strip().splitlines()[-4:])
        raise DatabaseUnavailable(f"The database could not be prepared.\n{last}")


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    if os.environ.get("LONGSTOP_SERVICE_URL"):
        return {"DJANGO_SETTINGS_MODULE": SETTINGS, **os.environ}
    settings = {"LONGSTOP_SECRET_KEY": Home(home()).secret("signing")}
    return environment_of_children(os.environ, home=home(), more={**settings, **more})


def set_up(environ: Mapping[str, str]) -> None:
    """Make Django ready for this database in this process. Modules with tables can be imported only afterwards: see `module`."""
    os.environ.update(environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
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


if __name__ == "__main__":
    django.setup()
    sys.exit(module(sys.argv[1]).main(sys.argv[2:]))
