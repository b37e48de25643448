"""`.ci/run`: what it refuses, and that it calls `make test`; and that every door is listed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.doors.conftest import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small repository with the real `.ci/run` and a `make test` that only says so."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "Makefile").write_text('test:\n\t@echo "tests ran with CI=$$CI"\n')
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def run_ci(project: Path) -> "subprocess.CompletedProcess[str]":
    """Track everything there is and run the check."""
    subprocess.run(["git", "add", "-A"], cwd=project, check=True)
    # These tests may themselves be run by make, which would then tell the inner one to name its folders.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(["bash", ".ci/run"], cwd=project, env=environ, capture_output=True, text=True, check=False)


def test_a_clean_project_is_tested(project: Path) -> None:
    done = run_ci(project)
    assert (done.returncode, done.stdout) == (0, "tests ran with CI=true\n")


@pytest.mark.parametrize(
    "text",
    [
        "https://" + "py" + "pi.org/simple",
        "files." + "python" + "hosted.org",
        "registry." + "npm" + "js.org",
        "/wo" + "rk/main/src",
        "/ho" + "me/ada",
    ],
)
def test_a_tracked_file_that_names_a_registry_or_a_machine_is_refused_by_name(project: Path, text: str) -> None:
    (project / "notes.md").write_text(f"see {text}\n")
    done = run_ci(project)
    assert done.returncode == 1
    assert f"notes.md:1:see {text}" in done.stdout
    assert "tests ran" not in done.stdout


def test_help_lists_every_door() -> None:
    told = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for door in ("run", "test", "lint", "bench", "soak", "help"):
        assert f"make {door} " in told
