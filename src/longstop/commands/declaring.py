"""Which commands there are and what each demands. A command that is not declared here does not run: the default is to deny.

Who has a shell on the machine acts as its operator: Longstop itself stands as the actor. Where a command takes `--by`, whoever it names
must hold the permission, as at a screen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import typer

from longstop.access.rules import Permission


class Undeclared(RuntimeError):
    """A command was added to the command line and not declared: a mistake in the code."""


@dataclass(frozen=True)
class Command:
    """A command by its words, with its permission."""

    name: str
    permission: Permission


COMMANDS = (
    Command("serve", Permission.OPERATE),
    Command("stop", Permission.OPERATE),
    Command("demo", Permission.OPERATE),
    Command("intake staff", Permission.MANAGE_STAFF),
    Command("intake hmpps-prisoners", Permission.TAKE_IN),
    Command("intake casework", Permission.TAKE_IN),
    Command("intake let-in", Permission.MEND_RECORDS),
    Command("intake give-up", Permission.MEND_RECORDS),
    Command("fetch hmpps-prisoners", Permission.TAKE_IN),
    Command("assets", Permission.SEE_FILES),
    Command("link", Permission.OPERATE),
    Command("relink", Permission.OPERATE),
    Command("process", Permission.OPERATE),
    Command("prove", Permission.PROVE),
    Command("reconcile", Permission.RECONCILE),
    Command("seal", Permission.OPERATE),
    Command("verify", Permission.SEE_AUDIT),
    Command("backup", Permission.OPERATE),
    Command("restore", Permission.OPERATE),
)


def permission_of(name: str) -> Permission:
    """Give the permission that a command demands. Raises Undeclared."""
    for command in COMMANDS:
        if command.name == name:
            return command.permission
    raise Undeclared(name)


def names(app: typer.Typer, before: str = "") -> Iterator[str]:
    """Give the words of every command of the command line."""
    for command in app.registered_commands:
        called = command.name or getattr(command.callback, "__name__", "").replace("_", "-")
        yield f"{before}{called}"
    for group in app.registered_groups:
        assert group.typer_instance is not None
        yield from names(group.typer_instance, f"{before}{group.name or ''} ")


def refuse_undeclared(app: typer.Typer) -> None:
    """Raises Undeclared where a command of the command line is not declared."""
    for name in names(app):
        permission_of(name)
