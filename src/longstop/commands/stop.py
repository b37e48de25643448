"""`longstop stop`: end the service of this home folder."""

import json
import os
import signal
import sys
import time
from typing import Annotated

import typer

from longstop.commands.serve import read_serving
from longstop.gateways.postgres import Home, find_home, is_locked

SECONDS_TO_STOP = 90.0
FAILED = 1


class WillNotStop(Exception):
    """The service was asked to stop and has not."""


def stop(as_json: Annotated[bool, typer.Option("--json", help="Print the account for programs.")] = False) -> None:
    """Stop the service that runs for this LONGSTOP_HOME, its database included."""
    home = Home(find_home(os.environ))
    try:
        address = stop_service(home)
    except WillNotStop as error:
        print(error, file=sys.stderr)
        raise typer.Exit(FAILED) from error
    if as_json:
        print(json.dumps({"stopped": address is not None, "address": address}))
    else:
        print(f"Longstop at {address} has stopped." if address else f"Longstop is not running for {home.folder}.")


def stop_service(home: Home, *, within: float = SECONDS_TO_STOP) -> str | None:
    """Will stop the running service and give its address, None where none runs. Raises WillNotStop after `within` seconds."""
    until = time.monotonic() + within
    asked = None
    address = None
    while is_locked(home.serving):
        told = read_serving(home)
        if told and told["pid"] != asked:
            asked, address = told["pid"], told["address"]
            os.kill(asked, signal.SIGTERM)
        if time.monotonic() > until:
            raise WillNotStop(f"The service (process {asked}) did not stop within {within:.0f} seconds.")
        time.sleep(0.05)
    return address
