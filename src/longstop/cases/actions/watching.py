"""Somebody at liberty who was not in contact by their date, or whose address nobody knows by then, is looked for by their case's owner.

The clocks tell the day (domain.md 1.6, 1.7); a date that has passed, or is missing, is work for somebody, and not only a line on a page.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from longstop.audit.operations import action
from longstop.cases.actions.moving import settle
from longstop.cases.models import Case, Clock
from longstop.clocks.forward import task_kind
from longstop.clocks.results import Kind
from longstop.clocks.working_days import Nation, add
from longstop.work import actions as work
from longstop.work import queries as tasks
from longstop.work.models import Origin
from longstop.work.rules import NewTask

CHUNK = 200
ASKED: dict[str, str] = {Kind.CONTACT: "case.contact_missed", Kind.ADDRESS_KNOWN: "case.address_unknown"}
"""The task for each clock of somebody at liberty that has run out or has no date."""


def ask_after_contact(*, by: int, at: datetime, today: date) -> int:
    """Give the owner of each case whose contact is overdue, or cannot be dated, the task of finding out; gives how many tasks were made.

    Where such a task is open already none is added. In chunks, each a transaction of its own: killed and run again it goes on.
    """
    made = 0
    for kind in ASKED:
        wanted = sorted(_run_out(kind, today).values_list("case_id", flat=True))
        for start in range(0, len(wanted), CHUNK):
            made += _ask(case_ids=wanted[start : start + CHUNK], kind=kind, by=by, at=at, today=today)
    return made


def _run_out(kind: str, today: date) -> "QuerySet[Clock]":
    """Give the clocks of this kind of open cases that have run out or have no date, and of which nobody is asked yet."""
    asked = tasks.open_tasks().filter(subject_kind="case", subject_id=OuterRef("case_id"), kind=ASKED[kind]).order_by()
    found = Clock.objects.filter(kind=kind, case__closed_at=None).exclude(rule_version="stopped")
    return found.filter(Q(due__lt=today) | ~Q(alarm="")).exclude(Exists(asked))


@action
def _ask(*, case_ids: Sequence[int], kind: str, by: int, at: datetime, today: date) -> int:
    cases = list(Case.objects.select_for_update(no_key=True).filter(pk__in=case_ids, closed_at=None).order_by("pk"))
    # Somebody else may have asked, or recorded a contact, since the cases were found.
    still = set(_run_out(kind, today).filter(case_id__in=[case.pk for case in cases]).values_list("case_id", flat=True))
    late = [case for case in cases if case.pk in still]
    work.make_many(items=list(_items(late, kind, today)), by=by, at=at, today=today, origin=Origin.SOFTWARE)
    for case in late:
        settle(case, by=by, at=at)
    return len(late)


def _items(cases: Sequence[Case], kind: str, today: date) -> Iterator[tuple[work.Subject, NewTask, int, int]]:
    days = task_kind(kind=ASKED[kind], today=today).days
    new = NewTask(kind=ASKED[kind], due=add(day=today, days=days, nation=Nation.ENGLAND_AND_WALES))
    for case in cases:
        yield work.Subject(kind="case", id=case.pk, person_id=case.person_id), new, case.owner_id, case.team_id
