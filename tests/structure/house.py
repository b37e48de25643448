"""How the tests about the code itself read it: as text and syntax trees, room by room."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "longstop"
PURE = ("kernel", "clocks", "linkage", "sampling")
DJANGO_ROOMS = ("audit", "access", "work", "people", "intake", "cases", "referral", "reconciliation", "proof")
DOMAIN = (*PURE, *DJANGO_ROOMS)
ROOMS = (*DOMAIN, "gateways", "demo", "web", "commands", "config")


@dataclass(frozen=True)
class Module:
    """A source file with its room and its syntax tree."""

    path: Path
    room: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Where it is, from the package's root."""
        return self.path.relative_to(SOURCE).as_posix()

    @property
    def is_action(self) -> bool:
        """Say whether it is among the files that may write."""
        return self.path.name == "actions.py" or "actions" in self.path.relative_to(SOURCE).parts


def modules(*rooms: str) -> Iterator[Module]:
    """Give every source file of these rooms, migrations left out."""
    for room in rooms or ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield Module(path, room, ast.parse(path.read_text(encoding="utf-8")))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function in a tree, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def dotted(node: ast.AST) -> str:
    """Give an attribute chain as text: `a.b.c`; calls within it as `a()`."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Call):
        return f"{dotted(node.func)}()"
    return "?"


def room_imports(module: Module) -> dict[str, tuple[str, str]]:
    """Give the names that a file imports from rooms: local name to (room, module)."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("longstop."):
            room = node.module.split(".")[1]
            for alias in node.names:
                found[alias.asname or alias.name] = (room, node.module)
    return found
