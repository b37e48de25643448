"""`python -m bench.linkage [--small 1000x10000] [--large 100000x1000000] [--write FILE]`: see the package."""

import argparse
from pathlib import Path

from bench.linkage.section import put
from bench.linkage.sizes import ROOT, SEED, Size, add

MEASUREMENTS = ROOT / "docs" / "measurements.md"
SMALL, LARGE = "1000x10000", "100000x1000000"


def main() -> None:
    """Measure both sizes, or the small one, print the section and put it into the file."""
    asked = argparse.ArgumentParser(prog="python -m bench.linkage")
    asked.add_argument("--small", type=parse_size, default=SMALL, metavar="THEIRSxOURS")
    asked.add_argument("--large", type=parse_size, default=LARGE, metavar="THEIRSxOURS")
    asked.add_argument("--only-small", action="store_true", help="the small one alone; writes nothing unless --write says where")
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--write", type=Path, metavar="FILE", help="docs/measurements.md where it is not given")
    given = asked.parse_args()
    text = add([given.small] if given.only_small else [given.small, given.large], seed=given.seed)
    file = given.write or (None if given.only_small else MEASUREMENTS)
    if file:
        put(text, file)
    print(text)


def parse_size(text: str) -> Size:
    """Read 1000x10000: records of theirs, records of ours. Raises ValueError."""
    theirs, _, ours = text.partition("x")
    return int(theirs), int(ours)


if __name__ == "__main__":
    main()
