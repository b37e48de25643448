"""How a command that works on the tables reaches them: the database first, then the command in a process of its own.

The process that works never learns the owner's address; Django is loaded only there.
"""

import importlib
import os
import subprocess
import sys
from collections.abc import Sequence

import django
import typer

from longstop.commands.children import environment_of_children
from longstop.gateways.postgres import DatabaseUnavailable, Home, RunningServer, ServerAddress, find_home, resolve_database

UNUSABLE = 2
_PREPARE = "import django; django.setup(); from longstop.config.database import prepare; prepare()"


def run_in_reach(module: str, arguments: Sequence[str]) -> None:
    """Will call `module.main(arguments)` in a process that has the service's address, and exit with the code that it gives.

    An embedded database that nobody runs is started for the time; one that a service runs is joined. Where LONGSTOP_SERVICE_URL is set
    already, it is used as it is.
    """
    command = [sys.executable, "-m", __name__, module, *arguments]
    if os.environ.get("LONGSTOP_SERVICE_URL"):
        raise typer.Exit(_run(command, {"DJANGO_SETTINGS_MODULE": "longstop.config.settings", **os.environ}))
    home = Home(find_home(os.environ))
    try:
        home.make()
        database = resolve_database(home.folder, os.environ)
        with database as address:
            if not isinstance(database, RunningServer):
                _prepare(home, address)
            code = _run(command, _environment(home, address.for_service()))
    except DatabaseUnavailable as error:
        print(error, file=sys.stderr)
        raise typer.Exit(UNUSABLE) from error
    raise typer.Exit(code)


def _run(command: Sequence[str], environ: dict[str, str]) -> int:
    child = subprocess.Popen(command, env=environ)
    try:
        return child.wait()
    except KeyboardInterrupt:  # the child was told too; it ends its transaction and says so
        return child.wait()


def _prepare(home: Home, address: ServerAddress) -> None:
    environ = _environment(home, address.for_owner())
    done = subprocess.run([sys.executable, "-c", _PREPARE], env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = "\n".join(done.stderr.strip().splitlines()[-4:])
        raise DatabaseUnavailable(f"The database could not be prepared.\n{last}")


def _environment(home: Home, more: dict[str, str]) -> dict[str, str]:
    settings = {"LONGSTOP_SECRET_KEY": home.secret("signing")}
    return environment_of_children(os.environ, home=home.folder, more={**settings, **more})


if __name__ == "__main__":
    django.setup()
    sys.exit(importlib.import_module(sys.argv[1]).main(sys.argv[2:]))
