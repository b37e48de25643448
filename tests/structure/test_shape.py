"""The shape of the house: furniture in every room, small files and functions, paragraphs that say what a room is for."""

import ast
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from tests.structure.house import DJANGO_ROOMS, ROOMS, SOURCE, functions, modules

ROOT = SOURCE.parents[1]
LONGEST_FILE, USUAL_FILE, USUAL_FUNCTION = 450, 250, 30


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for(room: str) -> None:
    words = ast.get_docstring(ast.parse((SOURCE / room / "__init__.py").read_text(encoding="utf-8")))
    assert words
    assert len(words) > 60


@pytest.mark.parametrize("room", DJANGO_ROOMS)
def test_a_room_has_its_furniture(room: str) -> None:
    for piece in ("models", "queries", "actions", "events"):
        assert (SOURCE / room / f"{piece}.py").exists() or (SOURCE / room / piece / "__init__.py").exists(), piece
    assert (SOURCE / room / "migrations" / "0001_initial.py").exists()


def test_files_are_small() -> None:
    lengths = {module.name: len(module.path.read_text(encoding="utf-8").splitlines()) for module in modules()}
    assert [name for name, length in lengths.items() if length > LONGEST_FILE] == []
    long = [name for name, length in lengths.items() if length > USUAL_FILE]
    assert len(long) <= len(lengths) / 10, long


def test_functions_are_short() -> None:
    found = [
        (f"{module.name}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for module in modules()
        for node in functions(module.tree)
    ]
    long = [entry for entry in found if entry[1] > USUAL_FUNCTION]
    assert len(long) <= len(found) / 10, sorted(long, key=lambda entry: -entry[1])


def test_nothing_is_imported_inside_a_function() -> None:
    found = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        for function in functions(module.tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_public_functions_say_what_they_will_do() -> None:
    found = [
        f"{module.name}:{node.lineno} {node.name}"
        for module in modules("kernel", "clocks", *DJANGO_ROOMS)
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert found == []


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)
    extras = [name for extra in declared["project"]["optional-dependencies"].values() for name in extra]
    names = [
        *declared["project"]["dependencies"],
        *extras,
        *(entry for entry in declared["dependency-groups"]["dev"] if isinstance(entry, str)),
    ]
    lines = {line.strip() for line in text.splitlines()}
    bare = [name for name in names if not any(line.startswith(f'"{name}",') and "#" in line for line in lines)]
    assert bare == []


def test_locks_name_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        assert "http" not in lock.read_text(encoding="utf-8"), lock.name
    for name in ("uv.lock", "pylock.toml"):
        assert not (ROOT / name).exists()


def test_policy_entries_are_dated_and_sourced() -> None:
    for file in sorted(Path(SOURCE / "policy").rglob("*.toml")):
        for name, versions in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for version in versions:
                assert {"from", "source", "confirmed"} <= version.keys(), f"{file.name} {name}"


def names_in(room: str, piece: str) -> set[str]:
    module = import_module(f"longstop.{room}.{piece}")
    return set(dir(module))


@pytest.mark.parametrize("room", ["audit", "people", "intake", "cases", "referral"])
def test_a_room_that_holds_personal_data_can_export_and_destroy_it(room: str) -> None:
    """`work` and `access` hold pointers to payloads only: their words go with the payloads, and are exported with the subject."""
    assert "export_person" in names_in(room, "queries")
    assert "dispose_person" in names_in(room, "actions")
