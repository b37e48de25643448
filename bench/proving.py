"""The certificate's time: `python -m bench.proving CASES`, with LONGSTOP_SERVICE_URL set; prints JSON."""

import json
import os
import resource
import sys
import time
from importlib import import_module

import django
from django.utils import timezone


def main() -> None:
    """Prove the whole caseload once without storing it, and print what that took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstop.config.settings")
    django.setup()
    at = timezone.now()
    began = time.perf_counter()
    found = import_module("longstop.proof.certification").certify(at=at, today=timezone.localdate(at), as_at=None, since=None)
    seconds = time.perf_counter() - began
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(
        json.dumps(
            {"cases": int(sys.argv[1]), "seconds": seconds, "verdict": str(found.verdict), "remainder": found.remainder, "mb": largest}
        )
    )


if __name__ == "__main__":
    main()
