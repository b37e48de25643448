"""Make what `make` needs: the tools, the Python environment, the front end's files, and for tests a browser.

    python3 scripts/set_up.py run     what the service needs
    python3 scripts/set_up.py dev     the same with the tools of development
    python3 scripts/set_up.py test    the same with a browser, and with Spark where there is Java for it
    python3 scripts/set_up.py spark   what the service needs, and Spark for `longstop link --engine spark`

Runs on a bare Python 3.11, before anything is installed: standard library only. What is already as the lock files say is left
alone, so that a second run takes a moment. An environment that has the tools of development, or Spark, keeps them.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
UV = TOOLS / "bin" / "uv"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_VENV = TOOLS / "node"
SPARK_STAMP = VENV / "spark.json"
LOCKS = ROOT / "requirements"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OLDEST_NODE = 18
OLDEST_PYTHON = (3, 11)


class SetUpFailed(Exception):
    """A step failed; the text says which, what it said, and what to do."""


def main() -> int:
    """Set up what the argument names; exit 0 done, 1 a step failed, 2 the argument or the machine will not do."""
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted not in ("run", "dev", "test", "spark"):
        print(__doc__, file=sys.stderr)
        return 2
    if sys.version_info < OLDEST_PYTHON:
        print(f"Longstop needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try `make PYTHON=python3.11 …`.", file=sys.stderr)
        return 2
    try:
        with only_one():
            had_spark = SPARK_STAMP.exists()
            make_tools()
            make_environment(dev=wanted in ("dev", "test") or has_dev_tools())
            if wanted in ("test", "spark") or had_spark:
                add_spark(demanded=wanted == "spark")
            build_front_end()
            if wanted == "test":
                find_browser()
    except SetUpFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the project's folder, so that two set-ups at once do the work once."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is at work in this folder; waiting for it …")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def make_tools() -> None:
    """Make `.tools` with uv from its hashed lock."""
    stamp, state = TOOLS / "stamp.json", fingerprint("tools.txt")
    if UV.exists() and is_current(stamp, state):
        return
    say("Fetching uv …")
    run([sys.executable, "-m", "venv", TOOLS], "Making .tools", "On Debian: apt-get install python3-venv")
    pip: list[str | Path] = [TOOLS / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", LOCKS / "tools.txt"], "Fetching uv", "Is the package registry reachable?")
    stamp.write_text(state)


def make_environment(*, dev: bool) -> None:
    """Make `.venv` hold exactly what the lock says, and this package in place."""
    lock = "dev.txt" if dev else "runtime.txt"
    stamp, state = VENV / "stamp.json", fingerprint(lock, "../pyproject.toml")
    if PYTHON.exists() and is_current(stamp, state):
        return
    say(f"Installing the Python packages of requirements/{lock} …")
    if not (PYTHON.exists() and is_of_this_place(stamp)):
        # Scripts name their interpreter by its full path, so a moved or older environment is made anew.
        uv(["venv", "--quiet", "--clear", "--python", sys.executable, VENV], "Making .venv")
    stamp.unlink(missing_ok=True)
    locks: list[str | Path] = [LOCKS / lock]
    if is_current(SPARK_STAMP, fingerprint("spark.txt")):
        locks.append(LOCKS / "spark.txt")  # else it would be taken out here, and packed anew: half a minute for nothing
    else:
        SPARK_STAMP.unlink(missing_ok=True)
    # Compiling takes seconds once and makes every later start quick, also where Python may not write into the environment.
    sync: list[str | Path] = ["pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", PYTHON]
    uv([*sync, *locks], "Installing the Python packages")
    here: list[str | Path] = ["--no-deps", "--no-build-isolation", "--editable", ROOT]
    uv(["pip", "install", "--quiet", "--python", PYTHON, *here], "Installing Longstop in place")
    stamp.write_text(state)


def has_dev_tools() -> bool:
    """Say whether the environment was made for development: then it is never shrunk."""
    return (VENV / "bin" / "pytest").exists()


def has_java() -> bool:
    """Say whether the machine has a Java that Spark could start, by the rule of the command that starts it."""
    asks = "import sys; from longstop.linkage.spark import OLDEST_JAVA, java_version; sys.exit((java_version() or 0) < OLDEST_JAVA)"
    return subprocess.run([PYTHON, "-c", asks], cwd=ROOT, check=False).returncode == 0


def add_spark(*, demanded: bool) -> None:
    """Add Spark as its lock says to the environment, where there is Java. Half a gigabyte, packed on each machine: half a minute, once.

    Raises SetUpFailed without Java, if it was demanded.
    """
    state = fingerprint("spark.txt")
    if is_current(SPARK_STAMP, state):
        return
    if not has_java():
        if demanded:
            raise SetUpFailed("Spark needs Java 17 or newer. Install it, on Debian with: sudo apt-get install openjdk-17-jre-headless")
        return
    say("Installing Spark, for `longstop link --engine spark` and its test …")
    # It comes as source: with the environment's own setuptools nothing is fetched that no lock names.
    words: list[str | Path] = ["pip", "install", "--quiet", "--require-hashes", "--no-build-isolation", "--python", PYTHON]
    uv([*words, "-r", LOCKS / "spark.txt"], "Installing Spark")
    SPARK_STAMP.write_text(state)


def build_front_end() -> None:
    """Build the style sheet and scripts, with Node from the machine or else from its own hashed lock."""
    environ = dict(os.environ)
    if not (ROOT / "src/longstop/web/static/built/.stamp").exists():
        say("Building the pages' style sheet and scripts …")
    if not has_node():
        environ["PATH"] = f"{NODE_VENV / 'bin'}{os.pathsep}{environ.get('PATH', os.defpath)}"
        make_node()
    build = ROOT / "frontend" / "build.py"
    run([PYTHON, build], "Building the pages' style sheet and scripts", "Is the npm registry reachable?", environ=environ)


def has_node() -> bool:
    """Say whether the machine has a Node and npm that will do."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = told.strip().removeprefix("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def make_node() -> None:
    """Install Node from the hashed lock into an environment of its own, which only set-up uses."""
    stamp, state = NODE_VENV / "stamp.json", fingerprint("node.txt")
    if is_current(stamp, state):
        return
    say("This machine has no Node.js 18 or newer; fetching one for the set-up alone …")
    python = NODE_VENV / "bin" / "python"
    uv(["venv", "--quiet", "--clear", "--python", sys.executable, NODE_VENV], "Making an environment for Node.js")
    uv(["pip", "sync", "--quiet", "--require-hashes", "--python", python, LOCKS / "node.txt"], "Fetching Node.js")
    stamp.write_text(state)


def find_browser() -> None:
    """See to it that Chromium is here: as root on Debian it is installed, else a line says what to install."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    packages = ["chromium", "fonts-liberation"]
    advice = f"The browser journeys need Chromium. Install it, on Debian with: sudo apt-get install {' '.join(packages)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetUpFailed(advice)
    say("Installing Chromium from Debian's packages …")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], "Reading Debian's package lists", advice, environ=environ)
    run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages], "Installing Chromium", advice, environ=environ)


def uv(words: Sequence[str | Path], purpose: str) -> None:
    """Run uv, which must neither fetch an interpreter of its own nor read a lock of another project."""
    environ = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_CONFIG": "1"}
    environ.pop("VIRTUAL_ENV", None)
    run([UV, *words], purpose, "Is the package registry reachable?", environ=environ)


def run(command: Sequence[str | Path], purpose: str, remedy: str, *, environ: dict[str, str] | None = None) -> None:
    """Run a command in the project's folder. Raises SetUpFailed with the end of what it said."""
    done = subprocess.run(
        [str(word) for word in command], cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise SetUpFailed(f"{purpose} failed:\n{said}\n{remedy}")


def fingerprint(*names: str) -> str:
    """Give what an environment depends on: the files' digests, the interpreter, and the place (environments cannot be moved)."""
    digests = {name: hashlib.sha256((LOCKS / name).read_bytes()).hexdigest() for name in names}
    return json.dumps({"files": digests, "python": sys.version, "place": str(ROOT)}, sort_keys=True)


def is_current(stamp: Path, state: str) -> bool:
    """Say whether the stamp tells exactly this state."""
    return stamp.exists() and stamp.read_text() == state


def is_of_this_place(stamp: Path) -> bool:
    """Say whether the environment was made here by this interpreter; one without a stamp is taken to be."""
    if not stamp.exists():
        return True
    told = json.loads(stamp.read_text())
    return bool(told["python"] == sys.version and told["place"] == str(ROOT))


def say(text: str) -> None:
    """Tell the person at the terminal what takes the time."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
