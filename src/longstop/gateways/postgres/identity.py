"""As whom PostgreSQL runs, and how a child process is tied to its parent's life.

PostgreSQL refuses to run as root. An ordinary user runs it directly. Root runs it in a user
namespace, where the files stay root's, or else as an existing unprivileged user.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from longstop.gateways.postgres.home import DatabaseUnavailable

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class NoUserToRunAs(DatabaseUnavailable):
    """Root has no unprivileged user to run PostgreSQL as."""


@dataclass(frozen=True)
class Identity:
    """Words put before the command, and the user to become (None: stay who we are)."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Will run a command to its end and give what it said; a failure is for the caller."""
        return subprocess.run(
            [*self.prefix, *map(str, command)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            errors="replace",
            env=plain_environment(),
            cwd="/",
            **self._become(),
        )

    def start(self, command: Sequence[str | Path], *, log: IO[Any]) -> subprocess.Popen[bytes]:
        """Will start a command in a session of its own that is told to stop when we die."""
        return subprocess.Popen(
            [*self.prefix, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=plain_environment(),
            cwd="/",
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGINT),
            **self._become(),
        )

    def _become(self) -> dict[str, Any]:
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def plain_environment() -> dict[str, str]:
    """Will give the environment without PG* variables, which would redirect PostgreSQL's tools.

    Messages are asked for in plain English, because the launcher reads some of them.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Will give a function for the child that asks the kernel to signal it when its parent dies.

    Only Linux can; elsewhere the next start stops what was left. The kernel means the parent's
    *thread*: start children from the main one.
    """
    parent = os.getpid()

    def ask() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)  # the parent died before the request was made

    return ask


def namespace_identity() -> Identity:
    """Will give root's way of running PostgreSQL in a user namespace.

    Inside, root appears as a user who exists in the user list, since initdb looks its name up.
    Raises NoUserToRunAs.
    """
    user = unprivileged_user(("postgres", "daemon", "nobody"))
    where = ("unshare", "-U", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}", "--")
    return Identity(prefix=where)


def dropped_identity() -> Identity:
    """Will give root's way of running PostgreSQL as another, existing user. Raises NoUserToRunAs."""
    user = unprivileged_user(("postgres", "nobody"))
    return Identity(uid=user.pw_uid, gid=user.pw_gid)


def unprivileged_user(names: Sequence[str]) -> pwd.struct_passwd:
    """Will give the first of the named users who exists. No user is ever made."""
    users = {user.pw_name: user for user in pwd.getpwall() if user.pw_uid != 0}
    for name in names:
        if name in users:
            return users[name]
    raise NoUserToRunAs(
        f"PostgreSQL refuses to run as root and none of the users {', '.join(names)} exists. "
        "Start Longstop as an ordinary user, or set DATABASE_URL."
    )


def can_run(identity: Identity, program: Path) -> bool:
    """Will say whether a program starts under an identity: reachable, executable, permitted."""
    try:
        return identity.run([program, "--version"]).returncode == 0
    except OSError:
        return False
