"""What happened to cases, in plain words."""

from datetime import date

from longstop.cases.actions.remapping import MAP_CHANGED
from longstop.cases.models import AuthorityKind, Custody
from longstop.cases.rules import NOTE_KINDS, OUTCOMES
from longstop.cases.winding import NAMES
from longstop.process.maps import Track
from longstop.process.reading import map_on
from longstop.web.parts import Fact
from longstop.web.presenters.telling import Said, Telling, Told, plain, presents
from longstop.web.presenters.vocabulary import CLOCKS, RECORDS, SOURCES

WHY_OWNED = {
    "allocated": "Allocated by a manager",
    "transfer": "Transfer accepted",
    "departure": "The owner before left",
    "role_ended": "The owner before lost the role",
    "undone": "A bulk allocation was undone",
    "team_changed": "Moved to another team with its owner",
    "opened": "Opened",
    "reopened": "Reopened",
}


@presents("case.opened", group="status")
def _opened(t: Telling) -> Told:
    return Told("Case opened", t.words("reason"), (Fact("Owner", t.staff("owner_id")), Fact("Status", _custody(t.word("custody")))))


@presents("case.owner_changed", group="ownership")
def _owner_changed(t: Telling) -> Told:
    if t.word("why") == "team_changed":
        return Told("Moved to another team with its owner", details=(Fact("Owner", t.staff("to_owner_id")),))
    why = WHY_OWNED.get(t.word("why"), t.word("why"))
    details = (Fact("From", t.staff("from_owner_id")), Fact("To", t.staff("to_owner_id")), Fact("Why", why))
    return Told("Owner changed", t.words("reason"), details)


@presents("case.closed", group="status")
def _closed(t: Telling) -> Told:
    details = (Fact("Outcome", _outcome(t.word("outcome"))), Fact("Evidence", t.words("evidence")))
    return Told("Case closed", t.words("reason"), details)


@presents("case.reopened", group="status")
def _reopened(t: Telling) -> Told:
    details = (Fact("Owner", t.staff("owner_id")), Fact("Closed before as", _outcome(t.word("from_outcome"))))
    return Told("Case reopened", t.words("reason"), details)


@presents("case.next_task_changed", group="tasks")
def _next_task(t: Telling) -> Told:
    return Told("Next task changed", details=(Fact("Due", t.day("due")),))


@presents("case.transfer_offered", group="ownership")
def _offered(t: Telling) -> Told:
    return Told("Transfer offered", t.words("reason"), (Fact("From", t.staff("from_staff_id")), Fact("To", t.staff("to_staff_id"))))


plain("case.transfer_accepted", "Transfer accepted, handover pack read", group="ownership")
plain("case.transfer_declined", "Transfer declined", group="ownership", reason="reason")
plain("case.transfer_withdrawn", "Transfer withdrawn", group="ownership", reason="reason")
plain("case.handover_read", "Handover pack read", group="ownership")
plain("case.restricted", "Case restricted", group="access", reason="reason")
plain("case.unrestricted", "Restriction lifted", group="access", reason="reason")


@presents("case.handover_planned", group="ownership")
def _handover_planned(t: Telling) -> Told:
    details = (Fact("From", t.staff("from_staff_id")), Fact("To", t.staff("to_staff_id")), Fact("On", t.day("from_date")))
    return Told("Handover planned", details=details)


@presents("case.handover_forgotten", group="ownership")
def _handover_forgotten(t: Telling) -> Told:
    return Told("Planned handover taken back", details=(Fact("To", t.staff("to_staff_id")),))


@presents("case.note_written", group="notes")
def _note(t: Telling) -> Told:
    note = t.around.notes.get(t.get("note_id") or 0, Said(""))
    kind = NOTE_KINDS.get(t.word("note_kind"), "Other")
    title = f"Correction: {kind}" if t.get("corrects_id") else f"Note: {kind}"
    text = "This note was disposed of" if note.text is None else note.text
    return Told(f"Key note: {kind}" if note.key_note else title, text, corrected=note.corrected_by is not None)


@presents("case.key_date_recorded", group="dates")
def _key_date(t: Telling) -> Told:
    name = NAMES.get(t.word("name"), t.word("name"))
    now, before = t.day("to_value"), t.day("from_value")
    details = [Fact("Date", now if now else "No date")]
    details += [Fact("Before", before)] if before else []
    details.append(Fact("Source", source_of(t.word("source"))))
    return Told(f"{name} recorded", t.words("reason"), tuple(details))


@presents("case.custody_changed", group="dates")
def _custody_changed(t: Telling) -> Told:
    details = [Fact("From", _custody(t.word("from_custody"))), Fact("To", _custody(t.word("to_custody")))]
    details += [Fact("Since", t.day("since"))] if t.get("since") else []
    details += [Fact("Electronic monitoring", "Yes")] if t.get("monitored") else []
    return Told("Status changed", t.words("reason"), tuple(details))


@presents("case.papers_answered", group="tasks")
def _papers(t: Telling) -> Told:
    day = (Fact("Served on", t.day("on_day")),) if t.get("on_day") else ()
    return Told("Papers served" if t.get("served") else "Papers not served", t.words("words"), day)


@presents("case.step_taken", group="steps")
def _step(t: Telling) -> Told:
    track = map_on(date.fromisoformat(t.word("on_day"))).tracks.get(t.word("track"))
    step = track.steps.get(t.word("step")) if track else None
    stood, stands = (_state(track, t.word(name)) for name in ("from_state", "to_state"))
    details = [
        Fact("Track", track.title if track else t.word("track")),
        Fact("From", stood),
        Fact("To", stands),
        Fact("On", t.day("on_day")),
    ]
    details += [Fact("Round", str(t.get("round")))] if t.get("round") != 1 else []
    details += [Fact("Without fresh safeguarding because", t.words("considered"))] if t.words("considered") else []
    return Told(
        step.title if step else "Moved: the map of the process was changed" if t.word("step") == MAP_CHANGED else "Step taken",
        t.words("words"),
        tuple(details),
    )


def _state(track: Track | None, code: str) -> str:
    """Give a state in words: those of the map of that day, or its code where the map did not have it."""
    return track.states[code].title if track and code in track.states else code


@presents("case.detention_authorised", group="dates")
def _authorised(t: Telling) -> Told:
    kind = authority_of(t.word("authority_kind"))
    details = [Fact("Authority", kind), Fact("Given on", t.day("given_on")), Fact("Given by", t.words("given_by"))]
    details += [Fact("Takes effect on", t.day("effective_from"))] if t.get("effective_from") != t.get("given_on") else []
    details += [Fact("Reference", t.words("reference"))] if t.words("reference") else []
    details += [Fact("Until", t.day("until"))] if t.get("until") else []
    details += [Fact("Reason given on", t.day("reasoned_on"))] if t.get("reasoned_on") else []
    reason = t.words("reason") if t.get("reasoned_on") else "No reason why removal is realistic was given."
    return Told("Authority to detain recorded", reason, tuple(details))


plain("case.detention_authority_ended", "Authority to detain ended: the person is no longer held", group="dates")


@presents("case.clocks_wound", group="dates")
def _clocks(t: Telling) -> Told:
    changed = t.get("changed") or {}
    if "cases" in changed:
        return Told("Dates worked out again", details=(Fact("Cases", str(changed["cases"])),))
    return Told("Dates worked out again", details=tuple(_clock(kind, due) for kind, due in changed.items()))


def _clock(kind: str, due: str | None) -> Fact:
    return Fact(CLOCKS.get(kind, kind), date.fromisoformat(due) if due else "No date")


@presents("bulk.acted", group="ownership")
def _bulk(t: Telling) -> Told:
    return Told("Cases moved in bulk", t.words("reason"), _counts(t))


@presents("bulk.undone", group="ownership")
def _undone(t: Telling) -> Told:
    return Told("Bulk act undone", details=_counts(t))


def _counts(t: Telling) -> tuple[Fact, ...]:
    return tuple(Fact(word.capitalize(), t.get(word)) for word in ("done", "skipped", "refused"))


def _custody(value: str) -> str:
    return str(dict(Custody.choices).get(value, value))


def _outcome(value: str) -> str:
    return OUTCOMES[value][0] if value in OUTCOMES else value


def authority_of(code: str) -> str:
    """Give the words for a kind of authority to detain."""
    return str(dict(AuthorityKind.choices).get(code, code))


def source_of(source: str) -> str:
    """Say who says so. A review made here names its day in its source."""
    return "A review made here" if source.startswith("review ") else (SOURCES | RECORDS).get(source, source.replace("_", " ").capitalize())
