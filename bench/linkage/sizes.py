"""Both sizes measured: lists made in one process and linked in another, so that the memory told is the linkage's own."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.linkage.section import section

ROOT = Path(__file__).resolve().parents[2]
SEED = 1
Size = tuple[int, int]


def add(sizes: Sequence[Size], *, seed: int = SEED) -> str:
    """Measure these sizes, the small one first, and give the section."""
    return section([measure_size(each, seed=seed) for each in sizes])


def measure_size(size: Size, *, seed: int) -> dict[str, Any]:
    """Make two lists in one process and link them in another. Where either ends badly, say why in place of figures."""
    theirs, ours = size
    told: dict[str, Any] = {"theirs": theirs, "ours": ours, "seed": seed}
    with tempfile.TemporaryDirectory(prefix="longstop-bench-") as folder:
        print(f"Inventing {theirs:,} prisoners and {ours:,} known people …", file=sys.stderr, flush=True)
        made = _run("bench.faults", folder, "--theirs", str(theirs), "--ours", str(ours), "--seed", str(seed))
        if "failed" not in made:
            print(f"Linking {theirs:,} and {ours:,} …", file=sys.stderr, flush=True)
            made = _run("bench.linkage.measuring", folder)
    return told | made


def _run(module: str, *words: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", module, *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [""])[-1][:200]
        return {"failed": f"{module} ended with {done.returncode}{', killed' if done.returncode < 0 else ''}. {why}".strip()}
    found: dict[str, Any] = json.loads(done.stdout)
    return found
