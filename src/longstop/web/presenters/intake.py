"""What happened to what arrived, in plain words."""

from longstop.web.parts import Fact
from longstop.web.presenters.telling import Telling, Told, plain, presents

plain("intake.given_up", "Load given up", group="records")
plain("intake.record_opened", "A case was opened from this record", group="records")
plain("intake.record_set_aside", "Record set aside", group="records", reason="reason")
plain("intake.record_taken_up", "Record taken up again", group="records", reason="reason")
plain("intake.refusal_mended", "Refused row put right", group="records")
plain("intake.refusal_closed", "Refused row closed", group="records", reason="reason")
plain("intake.released", "Held file let in", group="records", reason="reason")
plain("intake.rejected", "Held file given up", group="records", reason="reason")
plain("intake.code_accepted", "Code accepted as it is", group="records", reason="reason")
plain("intake.code_closed", "Code closed", group="records", reason="reason")
plain("intake.code_reopened", "Code asked about again", group="records", reason="reason")
plain("intake.casework_changed", "Row of the casework system changed", group="records")
plain("intake.person_disposed", "Personal values disposed of", group="records")


@presents("intake.begun", group="records")
def _begun(t: Telling) -> Told:
    return Told("Load begun", details=(Fact("File", t.word("file_name")), Fact("Source", t.word("source"))))


@presents("intake.resumed", group="records")
def _resumed(t: Telling) -> Told:
    return Told("Load resumed", details=(Fact("After row", t.get("after_row")),))


@presents("intake.rows_taken_in", group="records")
def _rows(t: Telling) -> Told:
    return Told("Rows taken in", details=_counts(t))


@presents("intake.received", group="records")
def _received(t: Telling) -> Told:
    return Told("File received", details=_counts(t))


@presents("intake.record_changed", group="records")
def _changed(t: Telling) -> Told:
    details = [Fact("What changed", ", ".join(t.get("parts") or []).replace("_", " "))]
    if t.get("release_from") or t.get("release_to"):
        details += [Fact("Release date before", t.day("release_from")), Fact("Release date now", t.day("release_to"))]
    return Told("Record returned" if t.get("returned") else "Record changed", details=tuple(details))


@presents("intake.held", group="records")
def _held(t: Telling) -> Told:
    return Told("File held", details=(Fact("Source", t.word("source")), Fact("Rows", t.get("rows")), Fact("Why", t.word("why"))))


@presents("intake.code_unknown", group="records")
def _unknown_code(t: Telling) -> Told:
    return Told("Unknown code", details=(Fact("Source", t.word("source")), Fact("Of", t.word("code_kind"))))


@presents("intake.code_mapped", group="records")
def _mapped_code(t: Telling) -> Told:
    details = (Fact("Source", t.word("source")), Fact("Read as", t.words("means")), Fact("Why", t.words("reason")))
    return Told("Code mapped", details=details)


@presents("intake.asset_edited", group="records")
def _asset(t: Telling) -> Told:
    return Told("Register of data assets changed", details=(Fact("Source", t.word("source")),))


@presents("intake.staff_missing", group="records")
def _missing(t: Telling) -> Told:
    return Told("Staff missing from the list", details=(Fact("Staff", str(len(t.get("staff_numbers") or []))),))


def _counts(t: Telling) -> tuple[Fact, ...]:
    return tuple(Fact(word.capitalize(), t.get(word)) for word in ("received", "new", "changed", "unchanged", "refused"))
