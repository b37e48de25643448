"""`python -m bench.faults FOLDER --theirs 1000 --ours 10000 --seed 1`: see the package."""

import argparse
import json
import resource
import time
from pathlib import Path

from bench.faults.making import make
from bench.faults.population import Sizes


def main() -> None:
    """Write the files and print what was made, how long it took and the most memory."""
    asked = argparse.ArgumentParser(prog="python -m bench.faults")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--theirs", type=int, default=1_000, help="records in the list of prisoners")
    asked.add_argument("--ours", type=int, default=10_000, help="records of people whom we know")
    asked.add_argument("--shared", type=float, default=Sizes.shared, help="share of their persons whom we know")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    began = time.process_time()
    said = make(given.folder, Sizes(given.theirs, given.ours, given.shared), seed=given.seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({**said, "seconds": round(time.process_time() - began, 2), "peak_mb": round(peak)}))


if __name__ == "__main__":
    main()
