"""One case, as its page shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import FilteredRelation, Max, Q, QuerySet

from longstop.access.queries import Link, accountability
from longstop.audit import queries as audit
from longstop.cases.authority import Authority
from longstop.cases.models import Case, Clock, DetentionAuthority, KeyDate, Note, Offer, OfferState, Opening, Ownership, SpellState
from longstop.cases.queries.facts import facts_of, recorded_of
from longstop.cases.winding import Facts, day_of, wind
from longstop.clocks.results import Explanation
from longstop.kernel.identifiers import BadIdentifier, case_reference, parse_case_reference
from longstop.work import queries as tasks
from longstop.work.models import Task


@dataclass(frozen=True, kw_only=True)
class HeldBy:
    """The authority to detain that stands, with its words, empty where they were disposed of."""

    authority: DetentionAuthority
    reference: str
    given_by: str
    reason: str

    @property
    def dates(self) -> Authority:
        """Its dates, as `cases.authority` judges them."""
        row = self.authority
        return Authority(effective_from=row.effective_from, until=row.until, reasoned_on=row.reasoned_on)


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
    held_by: HeldBy | None


def case_page(case_id: int) -> CasePage | None:
    """Give a case with its line of accountability, open tasks, offer and planned handover; None where there is none of that number.

    Four queries: the offer, the spells and the authority to detain, of which the database allows one each, come with the case.
    """
    case = _with_what_stands_open().filter(pk=case_id).first()
    if case is None:
        return None
    found = list(tasks.of_subjects(subject_ids=[case_id]))
    authority: DetentionAuthority | None = getattr(case, "standing_authority", None)
    payloads = [task.details_payload_id for task in found if task.details_payload_id]
    words = audit.contents(payloads + ([authority.words_payload_id] if authority else []))
    return CasePage(
        case=case,
        line=accountability(case.team_id),
        tasks=found,
        details={task.pk: _words(words.get(task.details_payload_id or 0), "details") for task in found},
        offer=getattr(case, "open_offer", None),
        planned=getattr(case, "planned_spell", None),
        current=getattr(case, "current_spell", None),
        held_by=_held_by(authority, words.get(authority.words_payload_id)) if authority else None,
    )


def _held_by(authority: DetentionAuthority, content: dict[str, object] | None) -> HeldBy:
    said = {name: _words(content, name) for name in ("reference", "given_by", "reason")}
    return HeldBy(authority=authority, **said)


def held_by(case_id: int) -> HeldBy | None:
    """Give the authority to detain that stands, with its words; None where there is none."""
    found = DetentionAuthority.objects.select_related("recorded_by").filter(case_id=case_id, ended_at=None).first()
    return _held_by(found, audit.contents([found.words_payload_id]).get(found.words_payload_id)) if found else None


# Names of the filtered relations below, which the type checker cannot know.
_STANDING: Sequence[Any] = (
    "open_offer__from_staff",
    "open_offer__to_staff",
    "current_spell__staff",
    "planned_spell__staff",
    "planned_spell__team",
    "standing_authority__recorded_by",
)


def _with_what_stands_open() -> QuerySet[Case]:
    return Case.objects.annotate(
        open_offer=FilteredRelation("offers", condition=Q(offers__state=OfferState.OPEN)),
        current_spell=FilteredRelation("ownerships", condition=Q(ownerships__state=SpellState.CURRENT)),
        standing_authority=FilteredRelation("authorities", condition=Q(authorities__ended_at__isnull=True)),
        planned_spell=FilteredRelation("ownerships", condition=Q(ownerships__state=SpellState.PLANNED)),
    ).select_related(
        "person__particulars",
        "owner",
        "team",
        "next_task",
        "closed_by",
        *_STANDING,
    )


def case(case_id: int) -> Case | None:
    """Give one case with its person, owner and team; None where there is none of that number."""
    return Case.objects.select_related("person__particulars", "owner", "team").filter(pk=case_id).first()


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
    dates, reviews = recorded_of(case.pk)
    return _explained(case, facts_of(case, opened_on=day_of(case.first_opened_at), dates=dates, detention_reviews=reviews), today)


def clocks_and_dates_of(*, case: Case, today: date) -> tuple[list[Dated], list[KeyDate]]:
    """Give what `clocks_of` and `key_dates_of` give, in two queries."""
    rows = key_dates_of(case.pk)
    oldest_first = sorted(rows, key=lambda row: (row.observed_at, row.pk))
    reviews = sorted(row.value for row in rows if row.name == "last_detention_review" and row.value)
    standing = {row.name: row.value for row in oldest_first if row.name != "last_detention_review"}
    facts = facts_of(case, opened_on=day_of(case.first_opened_at), dates=standing, detention_reviews=reviews)
    return _explained(case, facts, today), rows


def _explained(case: Case, facts: Facts, today: date) -> list[Dated]:
    stored = Clock.objects.filter(case=case).exclude(rule_version="stopped")
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


def key_dates_of_cases(case_ids: Iterable[int]) -> list[KeyDate]:
    """Give every key date of these cases, by name, the newest first of each, in one query."""
    found = KeyDate.objects.filter(case_id__in=list(case_ids)).select_related("recorded_by", "case")
    return list(found.order_by("name", "-observed_at", "-pk"))


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


def notes_by_number(*, case_id: int, note_ids: Iterable[int], and_key_notes: bool = False) -> dict[int, Written]:
    """Give these notes of a case with their words, and its key notes where wanted, the newest first, in two queries."""
    wanted = Q(pk__in=list(note_ids)) | Q(key_note=True) if and_key_notes else Q(pk__in=list(note_ids))
    found = Note.objects.filter(wanted, case_id=case_id).select_related("written_by").annotate(corrected=Max("corrections")).order_by("-pk")
    notes = list(found)
    words = audit.contents(note.payload_id for note in notes) if notes else {}
    return {note.pk: Written(note, _text(words.get(note.payload_id)), note.corrected) for note in notes}


def note(*, case_id: int, note_id: int) -> Written | None:
    """Give one note of a case with its words; None where the case has none of that number."""
    return notes_by_number(case_id=case_id, note_ids=[note_id]).get(note_id)


def _text(content: dict[str, object] | None) -> str | None:
    return str(content.get("text", "")) if content is not None else None


def ownership_of(case_id: int) -> list[Ownership]:
    """Give every spell of ownership, the newest first, planned ones on top."""
    found = Ownership.objects.filter(case_id=case_id).select_related("staff", "team", "started_by", "ended_by", "read_by")
    return sorted(found, key=lambda spell: (spell.state != "planned", -(spell.started_at.timestamp() if spell.started_at else 0)))


def openings_of(case_id: int) -> list[tuple[Opening, str]]:
    """Give every time that the case was open, the newest first, with its outcome's evidence, "" where there is none (any more)."""
    found = list(Opening.objects.filter(case_id=case_id).select_related("opened_by", "closed_by").order_by("-opened_at", "-pk"))
    words = audit.contents(each.evidence_payload_id for each in found if each.evidence_payload_id)
    return [(each, _words(words.get(each.evidence_payload_id or 0), "evidence")) for each in found]


def authorities_of(case_id: int) -> list[tuple[DetentionAuthority, dict[str, Any]]]:
    """Give every authority to detain that was recorded, the newest first, with its words; none where they were disposed of."""
    found = list(DetentionAuthority.objects.filter(case_id=case_id).select_related("recorded_by", "ended_by").order_by("-pk"))
    words = audit.contents(each.words_payload_id for each in found)
    return [(each, words.get(each.words_payload_id) or {}) for each in found]


def packs_to_sign(*, staff_id: int) -> QuerySet[Ownership]:
    """Give the cases that came to a person by a departure and whose handover pack they have not signed, the oldest first."""
    found = Ownership.objects.filter(staff_id=staff_id, state=SpellState.CURRENT, why="departure", read_at__isnull=True)
    return found.select_related("case__person__particulars").order_by("started_at", "pk")
