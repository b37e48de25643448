"""Proves the caseload of the journeys, signed with the key of the home folder in which it is served."""

import os
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()

    from django.utils import timezone

    from longstop.access.queries import staff_by_number
    from longstop.gateways.keys import signing_key
    from longstop.proof.actions import prove

    at = timezone.now()
    key = signing_key(Path(os.environ["LONGSTOP_HOME"]))
    prove(by=staff_by_number("TEAM-LEADER").pk, at=at, today=timezone.localdate(at), key=key)
