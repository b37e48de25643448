"""The prisons of a large command are counted, and the counts kept for whoever asks next."""

from datetime import date, datetime

from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.referral import events
from longstop.referral.models import PrisonCount
from longstop.referral.queries.prisons import NUMBERS, lists_considered, prison_lines


@action
def count_prisons(*, by: int, at: datetime, today: date) -> int:
    """Count every prison anew for the day, those who may be in remit and everybody, and keep the counts; gives how many prisons.

    What was kept before is replaced; it is not shown any more where the new count has nobody at a prison. Done twice it changes nothing
    but the moment.
    """
    lists = lists_considered()
    made = [
        PrisonCount(
            prison=line.prison,
            everybody=everybody,
            counted_for=today,
            lists=lists,
            counted_at=at,
            counted_by_id=by,
            **{name: getattr(line, name) for name in NUMBERS},
        )
        for everybody in (False, True)
        for line in prison_lines(today=today, everybody=everybody)
    ]
    kept = (*NUMBERS, "counted_for", "lists", "counted_at", "counted_by")
    PrisonCount.objects.bulk_create(made, update_conflicts=True, unique_fields=["prison", "everybody"], update_fields=kept)
    whole = [each for each in made if each.everybody]
    record(events.PrisonsCounted(subject_id=None, prisons=len(whole), people=sum(each.people for each in whole)), by=by, at=at)
    return len(whole)
