"""The long proof, run by `make soak`: 200 kills of the service and the database at random moments, then many long stories.

`python -m bench.soak [--kills 200] [--stories 300] [--steps 80] [--seed N]`; ends with 1 where anything was lost or broken.
A home folder of its own is made and removed. The same as `tests/guarantee/test_kills.py` and `test_machine.py`, only longer.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from tests.guarantee.killing import Ground

CHECK_EVERY = 10  # kills
ROOT = Path(__file__).resolve().parents[1]
SHOWN = 20


def main() -> int:
    """Kill, check, tell the stories; give the exit code."""
    asked = _parse()
    console = Console()
    console.print(f"Seed {asked.seed}: give it again with --seed to kill in the same order.")
    faults = kill(kills=asked.kills, seed=asked.seed, console=console)
    for fault in faults[:SHOWN]:
        console.print(fault, style="red")
    told = tell(stories=asked.stories, steps=asked.steps, console=console) if asked.stories else True
    return 1 if faults or not told else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--stories", type=int, default=300)
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    return parser.parse_args()


def kill(*, kills: int, seed: int, console: Console) -> list[str]:
    """Kill so many times, with a check after every tenth, and give what was found wrong; stops at the first check that finds something."""
    shown = (
        TextColumn("Kills"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[acks]}"),
    )
    whom: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="longstop-soak-") as folder, Progress(*shown, console=console) as progress:
        task = progress.add_task("kills", total=kills, acks="")
        with Ground(Path(folder) / "home", seed=seed, longest=3.0) as ground:
            for n in range(1, kills + 1):
                whom[ground.kill_once()] += 1
                progress.update(task, advance=1, acks=f"{len(ground.told.done):,} writes acknowledged")
                if n % CHECK_EVERY == 0 or n == kills:
                    ground.pause()
                    if faults := ground.faults():
                        return faults
                    if n < kills:
                        ground.resume()
            counts = ", ".join(f"{name} {count}" for name, count in sorted(whom.items()))
            counts, told = ", ".join(f"{name} {count}" for name, count in sorted(whom.items())), ground.told
            console.print(
                f"{kills} kills ({counts}): {len(told.done):,} writes acknowledged, none lost;"
                f" {len(told.begun - told.done):,} cut short or refused, none half done; certificate and seals clean."
            )
    return []


def tell(*, stories: int, steps: int, console: Console) -> bool:
    """Let the state machine tell so many stories of so many steps, as they come."""
    console.print(f"{stories} stories of {steps} steps over all actions …")
    environ = os.environ | {"LONGSTOP_EXAMPLES": str(stories), "LONGSTOP_STEPS": str(steps)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/guarantee/test_machine.py"]
    return subprocess.run(command, env=environ, cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
