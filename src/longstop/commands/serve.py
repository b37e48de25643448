"""`longstop serve`: the database, the web server and the worker, as one thing that starts and stops."""

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Annotated, Any, NoReturn

import typer

from longstop.commands.children import MARK, Child, DiesTooOften, environment_of_children, kill_orphans
from longstop.gateways.postgres import (
    Database,
    DatabaseUnavailable,
    Home,
    HomeIsBusy,
    ServerAddress,
    find_home,
    resolve_database,
    take_lock,
)

HOST = "127.0.0.1"
UNUSABLE = 2
FAILED = 1
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_ANSWER = 60.0
BUILT = Path(__file__).resolve().parents[1] / "web" / "static" / "built"


class StopAsked(BaseException):
    """Somebody pressed Ctrl-C, or sent SIGTERM or SIGHUP. No ordinary handler must swallow it."""


class CannotServe(Exception):
    """The service cannot start; the text says why and what to do."""


@dataclass(frozen=True)
class Plan:
    """What was asked for."""

    home: Home
    port: int
    demonstration: bool
    as_json: bool = False

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"


def serve(
    port: Annotated[int, typer.Option(help="The port of 127.0.0.1 to serve at.", min=1, max=65535)] = 8000,
    demonstration: Annotated[bool, typer.Option(help="Load the small invented command once, and tell its sign-ins.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line for programs when it is ready, and nothing else.")] = False,
) -> None:
    """Start the database, the service and the worker, and stop them all at Ctrl-C."""
    plan = Plan(home=Home(find_home(os.environ)), port=port, demonstration=demonstration, as_json=as_json)
    try:
        plan.home.make()
        with _take_service(plan):
            _serve_until_stopped(plan)
    except HomeIsBusy:
        address = read_serving(plan.home).get("address")
        if as_json:
            print(json.dumps({"ready": False, "running": True, "address": address}))
        else:
            print(f"Longstop is already running at {address or 'an address it has not told yet'}.")
    except (CannotServe, DatabaseUnavailable) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(UNUSABLE) from error
    except DiesTooOften as error:
        print(error, file=sys.stderr)
        raise typer.Exit(FAILED) from error


def read_serving(home: Home) -> dict[str, Any]:
    """Will give the pid and address that the running service has told, {} where it has not yet."""
    try:
        told = json.loads(home.serving.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return dict(told)


def refuse_taken_port(port: int) -> None:
    """Raises CannotServe where another program listens at the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotServe(
                f"Port {port} of {HOST} is taken by another program ({error.strerror}). Stop that program, or choose another port: "
                "`make run PORT=8001` or `longstop serve --port 8001`."
            ) from error


def _take_service(plan: Plan) -> IO[str]:
    lock = take_lock(plan.home.serving)
    lock.seek(0)
    lock.truncate()
    lock.write(json.dumps({"pid": os.getpid(), "address": plan.address}))
    lock.flush()
    return lock


def _serve_until_stopped(plan: Plan) -> None:
    before = {number: signal.signal(number, _ask_to_stop) for number in STOPPING}
    database = resolve_database(plan.home.folder, os.environ)
    children: list[Child] = []
    try:
        kill_orphans(plan.home.folder)
        refuse_taken_port(plan.port)
        _say(plan, "Starting the database …")
        address = _start_database(plan, database)
        _say(plan, "Preparing the tables and pages …")
        told = prepare(plan, address)
        children += _children(plan, address)
        for child in children:
            child.start()
        _wait_for_answer(plan, children[0])
        _tell(plan, told)
        _watch(plan, database, address, children)
    except StopAsked:
        _say(plan, "\nStopping …")
    finally:
        for child in children:
            child.stop()
        database.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
    _say(plan, "Longstop has stopped.")


def _say(plan: Plan, words: str) -> None:
    """Will tell a person; a program is told one line when all is ready."""
    if not plan.as_json:
        print(words, flush=True)


def _ask_to_stop(number: int, frame: FrameType | None) -> NoReturn:
    for other in STOPPING:  # once is enough: a second Ctrl-C must not cut the stopping short
        signal.signal(other, signal.SIG_IGN)
    raise StopAsked


def _start_database(plan: Plan, database: Database) -> ServerAddress:
    """Will start the database, waiting out a command that has it for a moment."""
    until = time.monotonic() + 30
    while True:
        try:
            return database.start()
        except HomeIsBusy:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def prepare(plan: Plan, address: ServerAddress) -> dict[str, Any]:
    """Will run the preparation as the owner and give what it tells. Raises CannotServe with the end of what it said."""
    if not BUILT.exists():
        raise CannotServe("The pages' style sheet and scripts have not been built. Run `make run`, or `python frontend/build.py`.")
    command = [sys.executable, "-m", "longstop.commands.preparation", *(["--demonstration"] if plan.demonstration else [])]
    environ = _environment(plan, address.for_owner())
    done = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    (plan.home.logs / "preparation.log").write_text(done.stderr)
    if done.returncode != 0:
        log, why = plan.home.logs / "preparation.log", why_it_failed(done.stderr)
        raise CannotServe(f"The database could not be prepared; {log} has the whole account.\n{why}")
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def why_it_failed(log: str) -> str:
    """Will give in short what the last line of a log tells of an error: its kind, PostgreSQL's code for it, and where it came up."""
    lines = log.strip().splitlines()
    try:
        error: dict[str, Any] = json.loads(lines[-1])["error"]
    except (IndexError, ValueError, KeyError, TypeError):
        return "\n".join(lines[-4:])  # it failed before it kept a log of ours
    code = f" (SQLSTATE {error['sqlstate']})" if error.get("sqlstate", "-") != "-" else ""
    return f"{error['type']}{code} at {error['at'][-1] if error['at'] else 'an unknown place'}"


def _environment(plan: Plan, more: Mapping[str, str]) -> dict[str, str]:
    settings = {
        "LONGSTOP_SECRET_KEY": plan.home.secret("signing"),
        "LONGSTOP_DEMONSTRATION": "1" if plan.demonstration else "",
        MARK: str(plan.home.folder),
    }
    return environment_of_children(os.environ, home=plan.home.folder, more={**settings, **more})


def _children(plan: Plan, address: ServerAddress) -> list[Child]:
    environ = _environment(plan, address.for_service())
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(plan.port)]
    web += ["--workers", "2", "--blocking-threads", "4", "--workers-kill-timeout", "5", "longstop.config.wsgi:application"]
    own = importlib.util.find_spec("longstop.config.worker") is not None
    worker = ["longstop.config.worker"] if own else ["django", "procrastinate", "worker"]
    run_worker = [sys.executable, "-m", *worker]
    return [
        Child("web", web, plan.home.logs / "web.log", environ),
        # Told to stop while the database goes too, the worker waits for it for ever; its jobs are transactions, so a kill is safe.
        Child("worker", run_worker, plan.home.logs / "worker.log", environ, at_our_death=signal.SIGKILL),
    ]


def _wait_for_answer(plan: Plan, web: Child) -> None:
    until = time.monotonic() + SECONDS_TO_ANSWER
    while not _answers(plan.address):
        if not web.is_alive() or time.monotonic() > until:
            raise CannotServe(f"The web server did not answer at {plan.address}; {web.log} says why.")
        time.sleep(0.05)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/sign-in", timeout=10).close()
    except urllib.error.HTTPError:
        return True  # an answer, if not a happy one: the log has the reason
    except OSError:
        return False
    return True


def _tell(plan: Plan, told: Mapping[str, Any]) -> None:
    if plan.as_json:
        sign_ins = [dict(zip(("role", "sign_in", "password"), each, strict=True)) for each in told["sign_ins"]]
        print(json.dumps({"ready": True, "address": plan.address, "sign_ins": sign_ins}), flush=True)
        return
    print(f"\nLongstop is ready at {plan.address}", flush=True)
    if told["sign_ins"]:
        print("\nDemonstration sign-ins (all people are invented):")
        for role, sign_in, password in told["sign_ins"]:
            print(f"  {role:28} {sign_in:34} {password}")
    print("\nStop it with Ctrl-C, or with `longstop stop` from another window.", flush=True)


def _watch(plan: Plan, database: Database, address: ServerAddress, children: list[Child]) -> NoReturn:
    """Will start again what ends by itself, until StopAsked. Raises DiesTooOften."""
    while True:
        time.sleep(0.3)
        if not database.is_alive():
            print("The database ended by itself; starting it again.", file=sys.stderr, flush=True)
            again = database.start()
            if again != address:
                _move(plan, again, children)
            address = again
        for child in children:
            if not child.is_alive():
                print(f"The {child.name} process ended by itself; starting it again.", file=sys.stderr, flush=True)
                child.restart()


def _move(plan: Plan, address: ServerAddress, children: list[Child]) -> None:
    """Will start the children anew, because the database came back at another port."""
    environ = _environment(plan, address.for_service())
    for child in children:
        child.stop()
        child.environ = environ
        child.start()
