"""The data folder: made whole or not at all."""

import os
import shutil
import stat
from pathlib import Path

from longstop.gateways.postgres.address import SUPERUSER
from longstop.gateways.postgres.home import DatabaseUnavailable, write_privately
from longstop.gateways.postgres.placement import Placement

FIRST_WITH_BUILTIN_LOCALE = 17
NULL_DEVICE = Path("/dev/null")


class ClusterNotMade(DatabaseUnavailable):
    """initdb failed."""


class NullDeviceIsBroken(DatabaseUnavailable):
    """/dev/null is a plain file, so no unprivileged initdb works."""


def make_cluster(placement: Placement, *, password: str, fsync: bool) -> None:
    """Will make the data folder if there is none: initdb beside it, then a rename.

    Authentication is by SCRAM password for everyone, because on loopback any local user can
    connect. The locale is C.UTF-8, built in where the version has it, so that an upgrade of the
    operating system cannot change the order of an index. Raises ClusterNotMade.
    """
    data = placement.data
    if data.exists():
        return
    refuse_broken_null_device(NULL_DEVICE)
    new = data.with_name(data.name + ".new")
    shutil.rmtree(new, ignore_errors=True)  # what an earlier start left when it was killed
    secret = data.with_name("initdb.password")
    write_privately(secret, password)
    if placement.identity.uid is not None:
        os.chown(secret, placement.identity.uid, placement.identity.gid or -1)
    try:
        done = placement.identity.run(_initdb(placement, new, secret, fsync=fsync))
    finally:
        secret.unlink()
    if done.returncode != 0:
        shutil.rmtree(new, ignore_errors=True)
        raise ClusterNotMade(f"initdb could not make the database in {data}: {done.stderr.strip()[-800:]}")
    new.rename(data)


def refuse_broken_null_device(path: Path) -> None:
    """Will raise NullDeviceIsBroken where the null device has been replaced by a file."""
    if not stat.S_ISCHR(path.stat().st_mode):
        raise NullDeviceIsBroken(
            f"{path} is an ordinary file on this machine, which breaks PostgreSQL and much else. "
            f"As root: rm {path} && mknod -m 666 {path} c 1 3"
        )


def _initdb(placement: Placement, new: Path, secret: Path, *, fsync: bool) -> list[str | Path]:
    command: list[str | Path] = [
        placement.binaries.initdb,
        "--pgdata",
        new,
        f"--username={SUPERUSER}",
        "--auth=scram-sha-256",
        f"--pwfile={secret}",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--data-checksums",
    ]
    if placement.binaries.major >= FIRST_WITH_BUILTIN_LOCALE:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if not fsync:
        command.append("--no-sync")
    return command
