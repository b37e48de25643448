"""What `longstop demo` does once the database is in reach; see `reaching`."""

import json
import sys
from collections.abc import Sequence

from django.utils import timezone

from longstop.demo import queries
from longstop.demo.actions import NotEmpty, load_small

DONE, UNUSABLE = 0, 2


def main(arguments: Sequence[str]) -> int:
    """Will load the demonstration unless it is there, tell who can sign in, and give the exit code."""
    at = timezone.now()
    if "--json" not in arguments and not queries.is_loaded():
        print("Loading the demonstration …", file=sys.stderr)
    try:
        loaded = load_small(at=at, today=timezone.localdate(at))
    except NotEmpty:
        print(
            "This database holds staff of its own, and an invented command does not go among them. Nothing was changed. "
            "Set LONGSTOP_HOME to an empty folder, or DATABASE_URL to an empty database, and run this again.",
            file=sys.stderr,
        )
        return UNUSABLE
    if "--json" in arguments:
        keys = ("role", "staff_number", "password")
        print(json.dumps({"loaded": loaded, "sign_ins": [dict(zip(keys, each, strict=True)) for each in queries.sign_ins()]}))
        return DONE
    print("Loaded the demonstration." if loaded else "The demonstration was loaded before.")
    for role, number, password in queries.sign_ins():
        print(f"  {role:28} {number:20} {password}")
    return DONE
