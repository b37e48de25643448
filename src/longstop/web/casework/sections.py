"""The sections of a case beside its overview: notes, ownership, who has viewed, records."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date

from longstop.audit.queries import Viewing
from longstop.cases.models import Opening, Ownership, SpellState
from longstop.cases.queries import Written
from longstop.cases.rules import NOTE_KINDS, OUTCOMES
from longstop.kernel.dates import in_words
from longstop.people.queries import PersonView, RecordView
from longstop.referral.queries.pairs import Blind
from longstop.web.considering.blind import BEING_READ
from longstop.web.finding.around import contact_facts
from longstop.web.finding.safeguards import MARKED, alert_facts, said_so
from longstop.web.parts import Address, Cell, Choice, Column, Entry, Fact, Link, Row, SummaryList, Table, Tag, Timeline
from longstop.web.presenters.cases import WHY_OWNED, source_of
from longstop.web.presenters.vocabulary import RECORD_VALUES, name_of_field

GUARDED = frozenset({"alerts", "contacts"})  # told of with care: not as the record has it
LOOKED = {
    "viewed": "Looked at the case",
    "exported": "Took an export away",
    "searched": "Found it by a search",
    "listed": "Saw it in a list",
}


def notes(case_id: int, written: Sequence[Written], here: Address, *, may_work: bool, reader_id: int) -> dict[str, Any]:
    """Show notes: those that are key first, apart, then all, the newest first. Their writer and whoever works the case correct them."""
    kinds = [Choice("All", here.without("kind").href, current=not here.get("kind"))]
    kinds += [Choice(words, here.with_param("kind", code).href, current=here.get("kind") == code) for code, words in NOTE_KINDS.items()]
    entries = {
        each.note.pk: note_entry(each, links=_correct(case_id, each) if may_work or each.note.written_by_id == reader_id else ())
        for each in written
    }
    key = [entries[each.note.pk] for each in written if each.note.key_note and each.corrected_by is None]
    return {
        "key_notes": Timeline(key) if key else None,
        "notes": Timeline(list(entries.values()), kinds, empty="No note of this kind has been written."),
    }


def _correct(case_id: int, each: Written) -> list[Link]:
    return [] if each.corrected_by else [Link("Correct", reverse("note-correct", args=[case_id, each.note.pk]), f"note {each.note.pk}")]


def note_entry(each: Written, *, links: Sequence[Link]) -> Entry:
    """Show a note as an entry, with the notes that it puts right and that put it right."""
    note = each.note
    kind = NOTE_KINDS.get(note.kind, note.kind)
    title = f"Key note: {kind}" if note.key_note else kind
    details = [Fact("Puts right", f"Note {note.corrects_id}")] if note.corrects_id else []
    details += [Fact("Put right by", f"Note {each.corrected_by}")] if each.corrected_by else []
    return Entry(
        title,
        by=note.written_by.name,
        at=note.written_at,
        text="This note was disposed of" if each.text is None else each.text,
        kind=f"Note {note.pk}",
        details=details,
        links=links,
        corrected=each.corrected_by is not None,
    )


def ownership(spells: Sequence[Ownership]) -> Table:
    """Show spells of ownership, the newest first, those that are planned on top."""
    columns = [Column("Owner"), Column("Team"), Column("From"), Column("Until"), Column("How it came"), Column("Handover pack")]
    return Table("Who has owned this case", columns, [_spell(spell) for spell in spells], "spells")


def _spell(spell: Ownership) -> Row:
    until: Cell = "Now" if spell.state == SpellState.CURRENT else spell.ended_at
    start: Cell = spell.started_at or spell.starts_on
    if spell.state == SpellState.PLANNED:
        until = Tag("Planned", "blue")
    elif spell.started_at is None:
        until = Tag("Planned, taken back")
    how = WHY_OWNED.get(spell.why, spell.why)
    came_by_handover = spell.why in ("departure", "transfer") and spell.started_at is not None
    read: Cell = spell.read_at if spell.read_at else "Not yet signed" if came_by_handover else "None needed"
    return Row([spell.staff.name, spell.team.name, start, until, how, read])


def openings(found: Sequence[tuple[Opening, str]]) -> Table:
    """Show when the case was open, and with which outcome it was closed each time. First dates never change."""
    columns = [Column("Opened"), Column("By"), Column("Closed"), Column("Outcome"), Column("Evidence")]
    rows = [
        Row(
            [
                each.opened_at,
                each.opened_by.name,
                each.closed_at if each.closed_at else "Open now",
                OUTCOMES[each.outcome][0] if each.outcome in OUTCOMES else "None yet",
                (evidence or "Disposed of") if each.closed_at else "None yet",
            ]
        )
        for each, evidence in found
    ]
    return Table("When it was open", columns, rows, "openings")


def viewings(seen: Sequence[Viewing], readers: Mapping[tuple[int, datetime], str]) -> Table:
    """Show who has looked, the newest first."""
    rows = [Row([readers[each.by_id, each.read_at], LOOKED.get(each.what, each.what), each.read_at]) for each in seen]
    return Table("Who has looked at this case", [Column("Who"), Column("What"), Column("When")], rows, "viewings", caption_hidden=True)


def records(person: PersonView, protection_url: str, unseen: Blind, *, today: date) -> list[SummaryList]:
    """Show each agency's record as it stands, one card each; `protection_url` is where what they say of protection is asked for."""
    return [_record(record, protection_url, unseen, today) for record in person.records]


def protection(person: PersonView) -> list[str]:
    """Say that the person is to be protected and who says so; nothing where nobody does."""
    marked = [MARKED] if person.card.safeguarding_required else []
    linked = [each for each in person.records if each.unlinked_at is None]
    return marked + [line for each in linked for line in said_so(each.content, source=source_of(each.source), observed_at=each.observed_at)]


def _record(record: RecordView, protection_url: str, unseen: Blind, today: date) -> SummaryList:
    hidden = bool({record.linked_at, record.unlinked_at} & unseen.moments)
    linked = f"{record.linked_by}: {record.reason}" if record.reason else record.linked_by
    facts = [Fact("As at", record.observed_at), Fact("Linked by", BEING_READ if hidden else linked)]
    facts += [Fact("No longer linked", f"{record.unlinked_by}")] if record.unlinked_at and not hidden else []
    shown = [(name, value) for name, value in record.content.items() if name not in GUARDED]
    facts += [Fact(name_of_field(name), cell) for name, value in shown if (cell := _value(value)) != ""]
    facts += [*contact_facts(record.content, protection_url, today=today), *alert_facts(record.content, protection_url)]
    return SummaryList(facts, title=source_of(record.source))


def _value(value: Any) -> Cell:
    """Show what a record says, whatever its shape: dates in words, lists one after another."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{name_of_field(str(name))}: {_text(each)}" for name, each in value.items() if each not in (None, "", [], {}))
    if isinstance(value, list):
        return "; ".join(_text(each) for each in value)
    return value if isinstance(value, bool) else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name_of_field(str(name))}: {_text(each)}" for name, each in value.items() if each not in (None, "", [], {}))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(_text(each) for each in value)
    if isinstance(value, date | datetime):
        return in_words(value)
    text = str(value)
    day = parse_date(text) if len(text) == 10 else None
    return in_words(day) if day else RECORD_VALUES.get(text, text)
