"""Where somebody may see or do something only because they cover for who answers for the case's team, the record says in whose place."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from longstop.access import queries as access
from longstop.access.relations import Act
from longstop.audit import queries as audit
from longstop.audit.actions import record_reading
from longstop.audit.operations import under
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.web.doors import Who
from longstop.web.presenters.telling import in_place_of as in_words


def in_place_of(case: Case, who: Who, act: Act | None = None) -> int | None:
    """Give in whose place somebody does this with a case, or sees it where no act is named; None where they may in their own right."""
    if case.team_id not in who.standing.stands_in_for:
        return None
    alone = replace(who.standing, stands_in_for=frozenset())
    if cases.may_see(case, alone) if act is None else cases.may_do(act, case, alone):
        return None
    return access.stood_in_for(team_id=case.team_id, covering=who.standing.covering)


@contextmanager
def on_record(case: Case | None, who: Who, act: Act) -> Iterator[None]:
    """Let what is done with a case meanwhile say in whose place it is done."""
    leader = in_place_of(case, who, act) if case is not None else None
    with under(in_words(leader) if leader else ""):
        yield


def record_view(case: Case, who: Who) -> None:
    """Record that somebody read a case, and in whose place, where it is restricted and only that opens it."""
    leader = in_place_of(case, who)
    details = {"in_place_of": leader} if leader else None
    record_reading(what="viewed", by=who.id, at=who.at, subject_kind="case", subject_id=case.pk, details=details)


def readers(seen: Sequence[audit.Viewing | audit.Look]) -> Mapping[tuple[int, datetime], str]:
    """Give the words for who looked, by person and moment: their name, and in whose place where it was not their own. Two queries."""
    kept = audit.contents(each.payload_id for each in seen if each.payload_id)
    leaders = {each.payload_id: (kept.get(each.payload_id or 0) or {}).get("in_place_of") for each in seen}
    names = access.staff_names({*(each.by_id for each in seen), *(leader for leader in leaders.values() if leader)})
    said = {}
    for each in seen:
        name, leader = names.get(each.by_id, "Somebody"), leaders[each.payload_id]
        said[each.by_id, each.read_at] = f"{name}, in place of {names.get(leader, 'somebody')}" if leader else name
    return said
