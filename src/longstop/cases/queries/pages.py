"""One case, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from longstop.access.queries import Link, accountability
from longstop.audit import queries as audit
from longstop.cases.models import Case, Clock, KeyDate, Note, Offer, OfferState, Ownership
from longstop.cases.queries.facts import dates_of, detention_reviews_of, facts_of
from longstop.cases.winding import wind
from longstop.clocks.results import Explanation
from longstop.kernel.identifiers import BadIdentifier, case_reference, parse_case_reference
from longstop.work import queries as tasks
from longstop.work.models import Task


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """A case with what stands around it."""

    case: Case
    line: list[Link]
    tasks: list[Task]
    details: dict[int, str]
    offer: Offer | None
    planned: Ownership | None
    current: Ownership | None


def case_page(case_id: int) -> CasePage | None:
    """Give a case with its line of accountability, open tasks, offer and planned handover; None where there is none of that number."""
    case = Case.objects.select_related("person__particulars", "owner", "team", "next_task").filter(pk=case_id).first()
    if case is None:
        return None
    found = list(tasks.of_subjects(subject_ids=[case_id]))
    words = audit.contents(task.details_payload_id for task in found if task.details_payload_id)
    live = {spell.state: spell for spell in Ownership.objects.filter(case_id=case_id, live_key=True).select_related("staff", "team")}
    return CasePage(
        case=case,
        line=accountability(case.team_id),
        tasks=found,
        details={task.pk: _words(words.get(task.details_payload_id or 0), "details") for task in found},
        offer=Offer.objects.filter(case=case, state=OfferState.OPEN).select_related("from_staff", "to_staff").first(),
        planned=live.get("planned"),
        current=live.get("current"),
    )


def _words(content: dict[str, object] | None, key: str) -> str:
    return str(content.get(key, "")) if content else ""


def case_by_reference(text: str) -> Case | None:
    """Find a case by its reference, however it is typed."""
    try:
        reference = case_reference(parse_case_reference(text))
    except BadIdentifier:
        return None
    return Case.objects.filter(reference=reference).first()


@dataclass(frozen=True)
class Dated:
    """A clock of a case, with the answer to "Why this date?"; `differs` where the stored date is not what the rule gives now."""

    clock: Clock
    explanation: Explanation | None
    differs: bool


def clocks_of(*, case: Case, today: date) -> list[Dated]:
    """Give the case's clocks, each explained: those without a date first, since they alarm, then the soonest."""
    stored = Clock.objects.filter(case=case).exclude(rule_version="stopped")
    facts = facts_of(case, opened_on=case.first_opened_at.date(), dates=dates_of(case.pk), detention_reviews=detention_reviews_of(case.pk))
    wound = wind(facts=facts, today=today)
    found = []
    for clock in stored:
        now = wound.get(clock.kind)
        differs = now is None or now.due != clock.due or now.inputs_hash != clock.inputs_hash
        found.append(Dated(clock, now.explain() if now else None, differs))
    return sorted(found, key=lambda dated: (dated.clock.due is not None, dated.clock.due or date.max, dated.clock.kind))


def key_dates_of(case_id: int) -> list[KeyDate]:
    """Give every key date with its source, by name, the newest first of each."""
    return list(KeyDate.objects.filter(case_id=case_id).select_related("recorded_by").order_by("name", "-observed_at", "-pk"))


@dataclass(frozen=True)
class Written:
    """A note with its words; `corrected_by` names the note that puts it right. `text` is None where it was disposed of."""

    note: Note
    text: str | None
    corrected_by: int | None


def notes_of(*, case_id: int, kind: str = "", limit: int = 100) -> list[Written]:
    """Give the case's notes, newest first, with corrections marked, in three queries."""
    found = Note.objects.filter(case_id=case_id).select_related("written_by").order_by("-pk")
    if kind:
        found = found.filter(kind=kind)
    notes: Sequence[Note] = list(found[:limit])
    words = audit.contents(note.payload_id for note in notes)
    corrections = dict(Note.objects.filter(case_id=case_id, corrects__isnull=False).values_list("corrects_id", "pk"))
    return [Written(note, _text(words.get(note.payload_id)), corrections.get(note.pk)) for note in notes]


def _text(content: dict[str, object] | None) -> str | None:
    return str(content.get("text", "")) if content is not None else None


def ownership_of(case_id: int) -> list[Ownership]:
    """Give every spell of ownership, the newest first, planned ones on top."""
    found = Ownership.objects.filter(case_id=case_id).select_related("staff", "team", "started_by", "ended_by", "read_by")
    return sorted(found, key=lambda spell: (spell.state != "planned", -(spell.started_at.timestamp() if spell.started_at else 0)))
