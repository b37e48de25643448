"""Fills the database of the journeys: the demonstration, and what its days leave undone, so that every page has something to show."""

import django

if __name__ == "__main__":
    django.setup()

    from django.utils import timezone

    from longstop.access.queries import staff_by_number
    from longstop.cases import actions as cases
    from longstop.cases.models import Case
    from longstop.demo.actions import load_small
    from tests.journeys.lists import considered

    at = timezone.now()
    today = timezone.localdate(at)
    load_small(at=at, today=today)
    considered(at, today)
    closed = Case.objects.filter(closed_at__isnull=False, restricted=False).order_by("pk")[0]
    cases.propose_disposal(
        person_id=closed.person_id, reason="Retention ended", authority="R7", by=staff_by_number("DATA-STEWARD").pk, at=at
    )
