"""Lists of cases, who may see what of them, and the filters that a list, its count and its export share."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Length

from longstop.access.queries import Standing
from longstop.access.relations import Act, Relation, may, relations
from longstop.access.rules import Role
from longstop.audit.past import LOOKED_UP, of_today
from longstop.audit.queries import last_happened
from longstop.cases.models import Case, Offer, OfferState
from longstop.clocks.rungs import cutoffs
from longstop.kernel.policy import load
from longstop.work.models import Task

# A restricted case: its owner, its team, and whom it is about.
Guarded = tuple[int, int, int]


def may_see(case: Case, who: Standing) -> bool:
    """Say whether this person may see what is in the case. A restricted case shows that it exists, and nothing more, to everybody else.

    Whoever covers its owner today may: the work on it falls to them. So may whoever covers somebody who answers for
    its team. Where the past is read, what the case is today decides.
    """
    guarded = of_today("cases.restricted", _restricted)
    if guarded is None:
        return not case.restricted or _admits(case.pk, (case.owner_id, case.team_id, case.person_id), who)
    return case.pk not in guarded or _admits(case.pk, guarded[case.pk], who)


def closed_persons(person_ids: Iterable[int], who: Standing) -> set[int]:
    """Give those of these persons about whom a restricted case is that this person may not see, in one query.

    Where the past is read, what the cases are today decides: one that was opened or restricted since hides its person at any moment.
    """
    wanted = set(person_ids)
    guarded = of_today("cases.restricted", _restricted)
    if guarded is None:
        guarded = _restricted(wanted) if wanted else {}
    return {held[2] for pk, held in guarded.items() if held[2] in wanted and not _admits(pk, held, who)}


def _admits(case_id: int, held: Guarded, who: Standing) -> bool:
    owner_id, team_id, _ = held
    answers = team_id in who.answers_for or team_id in who.stands_in_for
    return owner_id in (who.staff_id, *who.covering) or answers or case_id in who.cleared


def _restricted(person_ids: Iterable[int] | None = None) -> dict[int, Guarded]:
    """Give owner, team and person of every restricted case, or of those about these persons: of a caseload they are few. One query."""
    found = Case.objects.filter(restricted=True)
    found = found if person_ids is None else found.filter(person_id__in=person_ids)
    return {pk: (owner, team, person) for pk, owner, team, person in found.values_list("pk", "owner_id", "team_id", "person_id")}


def relations_to(case: Case, who: Standing) -> frozenset[Relation]:
    """Say how a person stands to a case today: what they may do with it follows (`access.relations`)."""
    return relations(
        owner_id=case.owner_id,
        team_id=case.team_id,
        staff_id=who.staff_id,
        covering=who.covering,
        answers_for=who.answers_for,
        stands_in_for=who.stands_in_for,
        on_duty=Role.DUTY_OFFICER in who.roles,
    )


def may_do(act: Act, case: Case, who: Standing) -> bool:
    """Say whether a person may do this with the case: one whom its restriction shuts out may not, except place it unseen."""
    return (act == Act.ALLOCATE or may_see(case, who)) and may(act=act, held=relations_to(case, who))


def open_cases() -> QuerySet[Case]:
    """Give open cases with what a row shows: person, owner, team and next task, in one query."""
    found = Case.objects.filter(closed_at__isnull=True)
    return found.select_related("person__particulars", "owner", "team", "next_task").order_by("next_due", "pk")


def closed_cases() -> QuerySet[Case]:
    """Give the cases that are closed."""
    return Case.objects.filter(closed_at__isnull=False).order_by()


def of_subjects(subject_ids: Iterable[int]) -> dict[int, Case]:
    """Give the cases among these subjects, open or closed, in one query."""
    found = Case.objects.filter(LOOKED_UP, pk__in=set(subject_ids)).select_related("person__particulars", "owner", "team")
    return {case.pk: case for case in found}


def cases_about(person_id: "int | OuterRef") -> QuerySet[Case]:
    """Give every case about a person, open or closed, as it stands: to ask of each row of another list whether there is one."""
    return Case.objects.filter(person_id=person_id)


@dataclass(frozen=True, kw_only=True)
class CaseTold:
    """A case, with when what it says of where the person is was first said without a break, and when somebody last said so."""

    case: Case
    custody_said_at: datetime | None
    custody_confirmed_at: datetime | None


_OPENED, _SAID = Q(kind="case.opened"), Q(kind="case.custody_changed")
_CHANGED = _SAID & ~Q(data__from_custody=F("data__to_custody"))


def told_of_person(person_id: int) -> list[CaseTold]:
    """Give the cases about a person, open ones first and then the newest, with since when they say where the person is. One query."""
    found = Case.objects.filter(person_id=person_id).select_related("person__particulars", "owner", "team")
    rows = found.annotate(said=last_happened("case", _OPENED | _CHANGED), confirmed=last_happened("case", _OPENED | _SAID))
    return [
        CaseTold(case=each, custody_said_at=each.said, custody_confirmed_at=each.confirmed) for each in rows.order_by("-closed_at", "-pk")
    ]


def of_persons(person_ids: Iterable[int]) -> dict[int, list[Case]]:
    """Give the cases about these persons, open ones first and then the newest, in one query."""
    found = Case.objects.filter(person_id__in=set(person_ids)).select_related("person__particulars", "owner", "team")
    cases: dict[int, list[Case]] = {}
    for case in found.order_by("-closed_at", "-pk"):  # nulls, the open ones, come first in a descending order
        cases.setdefault(case.person_id, []).append(case)
    return cases


def of_references_or_persons(*, references: Iterable[str], person_ids: Iterable[int]) -> list[Case]:
    """Give the cases with any of these references or about any of these persons, open ones first and then the newest, in one query."""
    wanted = Q(reference__in=set(references)) | Q(person_id__in=set(person_ids))
    found = Case.objects.filter(wanted).select_related("person__particulars", "owner", "team")
    return list(found.order_by("-closed_at", "-pk"))


def of_teams(team_ids: Iterable[int]) -> QuerySet[Case, int]:
    """Give the numbers of the cases, open and closed, of these teams: to narrow another list by."""
    return Case.objects.filter(team_id__in=list(team_ids)).values_list("pk", flat=True)


def restricted_of(team_ids: Iterable[int]) -> QuerySet[Case, int]:
    """Give the numbers of the restricted cases, open and closed, of these teams: to narrow another list by."""
    return of_teams(team_ids).filter(restricted=True)


def by_reference(tasks: QuerySet[Task], *, descending: bool = False) -> QuerySet[Task]:
    """Put tasks in the order of the references of their cases; tasks about anything else come last."""
    own = Case.objects.filter(pk=OuterRef("subject_id")).values("reference")[:1]
    sign = "-" if descending else ""
    found = tasks.annotate(reference=Subquery(own)).annotate(digits=Length("reference"))
    return found.order_by(f"{sign}digits", f"{sign}reference", "due", "pk")


def card_names(cases: Iterable[Case], who: Standing) -> dict[int, str]:
    """Give the name to show for each case: the person's, or "Restricted" where the viewer may not see it, or a disposal's mark."""
    names: dict[int, str] = {}
    for case in cases:
        content = case.person.particulars.content
        if not may_see(case, who):
            names[case.pk] = "Restricted"
        else:
            names[case.pk] = str(content.get("name", "")) if isinstance(content, dict) else "Disposed of"
    return names


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """What a list of cases is narrowed to. Nothing about who the person is can be asked for here."""

    team_ids: tuple[int, ...] | None = None  # None: of every team; empty: of none
    owner_id: int | None = None
    due: str = ""  # overdue, 7, 28, 90
    held: bool | None = None
    idle: bool = False
    offered: bool = False
    custody: str = ""
    waiting_for: str = ""
    flow: str = ""
    release_within: int | None = None
    rung: int | None = None
    unanchored: bool = False
    case_ids: tuple[int, ...] = field(default=())


def filtered(cases: QuerySet[Case], wanted: CaseFilter, *, today: date, at: datetime) -> QuerySet[Case]:
    """Narrow a list of open cases. The same filter gives the list, its count and its export."""
    if wanted.team_ids is not None:
        cases = cases.filter(team_id__in=wanted.team_ids)
    if wanted.owner_id is not None:
        cases = cases.filter(owner_id=wanted.owner_id)
    if wanted.case_ids:
        cases = cases.filter(pk__in=wanted.case_ids)
    for name in ("custody", "flow"):
        if value := getattr(wanted, name):
            cases = cases.filter(**{name: value})
    if wanted.waiting_for:
        cases = cases.filter(next_task__waiting_for=wanted.waiting_for)
    return _by_state(_by_date(cases, wanted, today), wanted, today, at)


def _by_date(cases: QuerySet[Case], wanted: CaseFilter, today: date) -> QuerySet[Case]:
    if wanted.due == "overdue":
        cases = cases.filter(next_due__lt=today)
    elif wanted.due:
        cases = cases.filter(next_due__gte=today, next_due__lt=today + timedelta(days=int(wanted.due)))
    if wanted.rung is not None:
        cases = cases.filter(next_due__lt=cutoffs(today=today)[wanted.rung])
    if wanted.release_within is not None:
        cases = cases.filter(release_date__lte=today + timedelta(days=wanted.release_within), release_date__gte=today)
    return cases


def _by_state(cases: QuerySet[Case], wanted: CaseFilter, today: date, at: datetime) -> QuerySet[Case]:
    if wanted.held is not None:
        cases = cases.filter(next_is_hold=wanted.held)
    if wanted.idle:
        cases = cases.filter(last_worked_at__lt=idle_since(today=today, at=at))
    if wanted.offered:
        cases = cases.filter(pk__in=Offer.objects.filter(state=OfferState.OPEN).values("case_id"))
    if wanted.unanchored:
        cases = cases.filter(clocks__kind="release").exclude(clocks__alarm="")
    return cases


def idle_since(*, today: date, at: datetime) -> datetime:
    """Give the moment before which a case last worked on counts as idle: see `targets.toml`."""
    return at - timedelta(days=load("targets").at("idle", today).integer("days"))
