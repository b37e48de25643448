"""Fills the database of the journeys: the demonstration, and what its days leave undone, so that every page has something to show."""

import django

if __name__ == "__main__":
    django.setup()

    from django.conf import settings

    settings.PASSWORD_HASHERS = ["tests.quick.QuickHasher"]  # the service verifies what it makes

    from django.utils import timezone

    from longstop.access import actions as access
    from longstop.access.queries import prisons_of, staff_by_number
    from longstop.cases import actions as cases
    from longstop.cases.models import Case
    from longstop.demo.actions import load_small
    from longstop.reconciliation.actions import enquire
    from longstop.reconciliation.models import Break
    from tests.journeys.lists import considered

    at = timezone.now()
    today = timezone.localdate(at)
    load_small(at=at, today=today)
    considered(at, today)
    open_now = Break.objects.filter(state="open", arrival__isnull=False, case__restricted=False).order_by("pk")
    enquire(break_id=open_now[0].pk, by=staff_by_number("CASEWORKER").pk, at=at)
    liaison = staff_by_number("PRISON-LIAISON").pk
    there = set(open_now.values_list("arrival__prison", flat=True)) - prisons_of(staff_id=liaison, today=today)
    access.post(staff_id=liaison, prisons=sorted(there), from_date=today, by=staff_by_number("ADMINISTRATOR").pk, at=at)
    closed = Case.objects.filter(closed_at__isnull=False, restricted=False).order_by("pk")[0]
    cases.propose_disposal(
        person_id=closed.person_id, reason="Retention ended", authority="R7", by=staff_by_number("DATA-STEWARD").pk, at=at
    )
