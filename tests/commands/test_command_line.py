"""The command line: what there is, what it demands, and how it ends when it is given what it cannot use."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import typer
from typer.testing import CliRunner

from longstop.access.rules import Permission, Role, permitted
from longstop.audit.actions import SYSTEM
from longstop.commands.acting import MayNot, actor
from longstop.commands.declaring import COMMANDS, Undeclared, names, refuse_undeclared
from longstop.commands.main import app
from longstop.commands.serve import why_it_failed
from tests import given

# Written by hand: what each command demands, and so which of the roles may be named with --by.
EXPECTED = {
    "serve": {"administrator"},
    "stop": {"administrator"},
    "demo": {"administrator"},
    "intake staff": {"administrator"},
    "intake hmpps-prisoners": {"data_steward", "duty_officer"},
    "intake casework": {"data_steward", "duty_officer"},
    "intake let-in": {"data_steward"},
    "intake give-up": {"data_steward"},
    "fetch hmpps-prisoners": {"data_steward", "duty_officer"},
    "assets": {"caseworker", "team_leader", "head", "director", "duty_officer", "prison_team", "data_steward", "inspector"},
    "link": {"administrator"},
    "relink": {"administrator"},
    "process": {"administrator"},
    "prove": {"team_leader", "head", "director", "duty_officer"},
    "reconcile": {"team_leader", "head", "director", "duty_officer", "data_steward"},
    "seal": {"administrator"},
    "verify": {"team_leader", "head", "director", "inspector", "quality_assessor"},
    "backup": {"administrator"},
    "restore": {"administrator"},
}


def test_help_lists_every_command_with_what_it_does() -> None:
    told = CliRunner().invoke(app, ["--help"], terminal_width=200)
    assert told.exit_code == 0
    for name in {command.name.split()[0] for command in COMMANDS}:
        assert any(line.strip("│ ").startswith(f"{name} ") and len(line.split()) > 4 for line in told.output.splitlines()), name


def test_every_command_is_declared_and_nothing_else_is() -> None:
    assert sorted(names(app)) == sorted(command.name for command in COMMANDS)


def test_each_command_demands_what_was_agreed() -> None:
    found = {command.name: {role.value for role in Role if permitted(roles=[role], permission=command.permission)} for command in COMMANDS}
    assert found == EXPECTED


def test_a_command_that_is_not_declared_stops_the_command_line() -> None:
    other = typer.Typer()
    other.command("quietly")(lambda: None)
    with pytest.raises(Undeclared, match="quietly"):
        refuse_undeclared(other)


def test_every_command_has_help_and_those_that_tell_have_json() -> None:
    for command in COMMANDS:
        told = CliRunner().invoke(app, [*command.name.split(), "--help"], terminal_width=200)
        assert told.exit_code == 0, command.name
        assert "--json" in told.output, command.name


@pytest.mark.django_db
def test_longstop_itself_acts_where_nobody_is_named() -> None:
    assert actor(staff_number="", command="intake staff", today=given.TODAY) == SYSTEM


@pytest.mark.django_db
def test_whoever_is_named_must_hold_the_permission() -> None:
    steward = given.staff("Stellan Brook", "data_steward")
    assert actor(staff_number=steward.staff_number.lower(), command="intake hmpps-prisoners", today=given.TODAY) == steward.pk
    with pytest.raises(MayNot, match="no role that may"):
        actor(staff_number=steward.staff_number, command="intake staff", today=given.TODAY)
    with pytest.raises(MayNot, match="Nobody has the staff number"):
        actor(staff_number="NOBODY", command="intake staff", today=given.TODAY)
    with pytest.raises(MayNot, match="no role that may"):
        actor(staff_number=steward.staff_number, command="intake hmpps-prisoners", today=date(2020, 1, 1))


def run(tmp_path: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would, with a home folder of its own and no database to be found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LONGSTOP_", "DATABASE_", "DJANGO_"))}
    command = [sys.executable, "-m", "longstop.commands.main", *words]
    return subprocess.run(
        command, env=kept | {"LONGSTOP_HOME": str(tmp_path / "home")} | environ, capture_output=True, text=True, check=False, timeout=120
    )


NEEDS_A_DATABASE = (["demo"], ["prove"], ["seal"], ["backup", "copy.dump"], ["intake", "staff", "staff.csv"], ["fetch", "hmpps-prisoners"])


@pytest.mark.parametrize("words", NEEDS_A_DATABASE, ids=" ".join)
def test_without_a_database_the_reason_is_told(tmp_path: Path, words: list[str]) -> None:
    done = run(tmp_path, *words, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 2, done.stderr
    assert "DATABASE_URL does not answer" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["nonsense"], ["serve", "--port", "high"], ["intake", "weather", "file"], ["verify"]], ids=" ".join)
def test_words_that_mean_nothing_end_with_two(tmp_path: Path, words: list[str]) -> None:
    done = run(tmp_path, *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "longstop" in done.stderr


def test_permissions_of_commands_are_granted_to_somebody() -> None:
    assert all(any(permitted(roles=[role], permission=command.permission) for role in Role) for command in COMMANDS)
    assert Permission.OPERATE in {command.permission for command in COMMANDS}


def test_what_stops_the_preparation_is_logged_by_kind_and_place_and_told_in_short() -> None:
    parts = urlsplit(os.environ["LONGSTOP_OWNER_URL"])
    stranger = urlunsplit(parts._replace(netloc=f"planted_name:planted_word@{parts.netloc.rpartition('@')[2]}"))
    environ = os.environ | {"LONGSTOP_OWNER_URL": stranger, "DJANGO_SETTINGS_MODULE": "longstop.config.settings"}
    command = [sys.executable, "-m", "longstop.commands.preparation"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode != 0
    assert "planted" not in done.stderr
    assert json.loads(done.stderr.splitlines()[-1])["error"]["type"] == "django.db.utils.OperationalError"
    assert why_it_failed(done.stderr).startswith("django.db.utils.OperationalError")


def test_a_preparation_that_fails_before_it_has_a_log_is_told_as_it_stands() -> None:
    assert why_it_failed("first\nModuleNotFoundError: No module named 'psycopg'\n").endswith("No module named 'psycopg'")
    assert why_it_failed("") == ""
