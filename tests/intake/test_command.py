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
    "import typer; from longstop.commands import assets, intake; app = typer.Typer(); app.callback()(lambda: None);"
    " intake.register(app); assets.register(app); app()"
)


@pytest.fixture
def environ(committed: Committed, tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LONGSTOP_", "DATABASE_", "DJANGO_"))}
    return inherited | {"LONGSTOP_SERVICE_URL": committed.service_url, "LONGSTOP_HOME": str(home)}


def run(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, *(arguments if arguments[0] == "assets" else ("intake", *arguments))]
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


def test_a_short_file_is_held_until_somebody_decides(environ: dict[str, str], tmp_path: Path) -> None:
    rows = [{"person_id": f"P{number}", "last_name": "Oak"} for number in range(40)]
    file = tmp_path / "persons.csv"
    for count, code in ((40, 0), (38, 0), (36, 1)):
        file.write_text(
            "".join(",".join(cells) + "\n" for cells in [("person_id", "last_name"), *(each.values() for each in rows[:count])])
        )
        done = run(environ, "casework", str(file), "--json")
        told = json.loads(done.stdout)
        assert (done.returncode, told["state"]) == (code, "held" if code else "finished"), done.stderr
        assert told["received"] == told["new"] + told["changed"] + told["unchanged"] + told["refused"] == (0 if code else count)
    held = told["files"][0]["receipt"]
    assert told["files"][0]["held"]["rows"] == 36
    again = run(environ, "casework", str(file))
    assert (again.returncode, "HELD" in again.stdout) == (1, True)
    assert run(environ, "let-in", str(held), "--reason", " ").returncode == 2
    assert run(environ, "let-in", str(held), "--reason", "Two people died and two left.").returncode == 0
    assert run(environ, "let-in", str(held), "--reason", "Again.").returncode == 2
    told = json.loads(run(environ, "casework", str(file), "--json").stdout)
    assert (told["state"], told["received"], told["files"][0]["receipt"]) == ("finished", 36, held)
    register = run(environ, "assets", "--json")
    assert register.returncode == 1, "nobody has looked at the register yet"
    assert {each["source"] for each in json.loads(register.stdout)["assets"]} == {"hmpps-prisoners", "casework", "staff"}
