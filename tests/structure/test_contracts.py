"""The import directions, the style and the types hold: what `make lint` checks by hand is checked here every time."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def ran(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_import_contracts_hold() -> None:
    told = ran("lint-imports", "--no-cache")
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-2000:]
    assert " 0 broken" in told.stdout


def test_the_style_holds() -> None:
    for command in (["ruff", "check", "--no-cache", "."], ["ruff", "format", "--no-cache", "--check", "."]):
        told = ran(*command)
        assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-2000:]


def test_the_types_hold() -> None:
    told = ran("mypy")
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-2000:]
