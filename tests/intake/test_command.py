"""`longstop intake`, as somebody types it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from longstop.intake.models import Receipt
from tests.conftest import Committed

DATA = Path(__file__).parent / "data"
PROGRAM = (
    "import typer; from longstop.commands.intake import register; app = typer.Typer(); app.callback()(lambda: None); register(app); app()"
)


@pytest.fixture
def environ(committed: Committed, tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LONGSTOP_", "DATABASE_", "DJANGO_"))}
    return inherited | {"LONGSTOP_SERVICE_URL": committed.service_url, "LONGSTOP_HOME": str(home)}


def run(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, "intake", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=120)


def test_the_account_adds_up_and_exit_codes_say_what_happened(environ: dict[str, str], tmp_path: Path) -> None:
    file = str(shutil.copy(DATA / "prisoners.jsonl", tmp_path / "a file.jsonl"))
    done = run(environ, "hmpps-prisoners", file, "--json", "--observed-at", "2026-11-17")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["received"] == 8 == told["new"] + told["changed"] + told["unchanged"] + told["refused"]
    assert {"receipt", "problems", "unknown_fields"} <= told.keys()
    assert told["observed_at"].startswith("2026-11-17T00:00:00+00:00")
    again = run(environ, "hmpps-prisoners", file)
    assert again.returncode == 0
    assert "8 received = 0 new + 0 changed + 4 unchanged + 4 refused" in again.stdout
    assert "nothing was changed" in again.stdout

    (tmp_path / "words").write_text("Dear colleague")
    before = Receipt.objects.count()
    for wrong in ([str(tmp_path / "words")], [str(tmp_path / "none")], [file, "--by", "NOBODY"], [file, "--observed-at", "2999-01-01"]):
        refused = run(environ, "hmpps-prisoners", *wrong)
        assert refused.returncode == 2
        assert refused.stderr.strip()
        assert "Traceback" not in refused.stderr
    assert Receipt.objects.count() == before

    staff = str(shutil.copy(DATA / "staff.csv", tmp_path / "staff.csv"))
    told = json.loads(run(environ, "staff", staff, "--json").stdout)
    assert (told["received"], told["new"], told["refused"]) == (13, 6, 7)
