"""Homes for servers, and processes that hold them. Nothing here needs Django or the suite's own database."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from longstop.gateways.postgres import EmbeddedServer, ServerAddress

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may pass through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="longstop-doors-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def plain_environ() -> dict[str, str]:
    """The environment without anything that names a database or a home."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("LONGSTOP_", "DATABASE_", "PG", "DJANGO_"))}


@pytest.fixture
def hold(plain_environ: dict[str, str]) -> Iterator[Callable[[Path], tuple[subprocess.Popen[str], dict[str, Any]]]]:
    """Start a process that holds a home's server; it is gone at the end of the test."""
    held: list[subprocess.Popen[str]] = []

    def start(home: Path) -> tuple[subprocess.Popen[str], dict[str, Any]]:
        process = start_holder(home, plain_environ)
        held.append(process)
        return process, told_by(process)

    yield start
    for process in held:
        process.terminate()
        process.wait(30)


def start_holder(home: Path, environ: dict[str, str]) -> "subprocess.Popen[str]":
    """Start a holder without waiting for what it tells."""
    command = [sys.executable, "-m", "tests.doors.holder", str(home)]
    return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)


def told_by(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """Read the line that a holder prints."""
    assert process.stdout is not None
    told: dict[str, Any] = json.loads(process.stdout.readline())
    return told


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedServer, ServerAddress]]:
    """One server for the tests that only ask it things."""
    server = EmbeddedServer(tmp_path_factory.mktemp("running"), environ={}, fsync=False)
    yield server, server.start()
    server.stop()
