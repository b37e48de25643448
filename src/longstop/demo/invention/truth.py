"""The planted faults: what each kind is, and where Longstop must show it. Written beside the extracts for whoever judges the product."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from longstop.demo.invention.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of fault: what is wrong, and the places where it must be seen; `not_yet` are those where it should be and is not.

    A place begins with `list:`, `record:`, `person:`, `certificate:`, `receipt:`, `alarm:` or `search:`.
    """

    what: str
    shown: tuple[str, ...]
    not_yet: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    # Rows that cannot be used; each open at the end, but for the one that was mended.
    "bad_prison_number": Kind(what="A prison number of another form.", shown=("list: refused rows, bad_prison_number",)),
    "no_prison_number": Kind(what="No prison number at all.", shown=("list: refused rows, missing",)),
    "no_name": Kind(what="No name that can be used.", shown=("list: refused rows, no_name",)),
    "cut_off": Kind(what="A row that ends in the middle.", shown=("list: refused rows, cut_off",)),
    "not_a_record": Kind(what="A row that is no record.", shown=("list: refused rows, not_an_object",)),
    "mended_row": Kind(what="A row refused on one day and mended on a later one.", shown=("list: refused rows, mended",)),
    # What is wrong with a record that can be used.
    "release_date_missing": Kind(what="A sentence without a release date.", shown=("record: problem no_release_date",)),
    "placeholder_birth": Kind(
        what="A birth date that systems write when they know none.", shown=("record: problem placeholder or unlikely_date",)
    ),
    "impossible_birth": Kind(what="A birth date that is no day.", shown=("record: problem impossible_date",)),
    "bad_check_letter": Kind(what="A PNC number whose letter does not fit.", shown=("record: problem bad_identifier",)),
    "nationality_unknown": Kind(what="No nationality.", shown=("record: problem missing", "list: questions")),
    "unmapped_code": Kind(what="A code that no mapping knows.", shown=("list: unmapped codes",)),
    "alias_in_own_script": Kind(what="Another name in another script.", shown=("search: by either name",)),
    "swapped_birth": Kind(what="Another name whose birth date has day and month exchanged.", shown=("record: other names",)),
    # People.
    "dropped_off_the_list": Kind(
        what="In custody until the day before, and gone from the list without a word.",
        shown=("list: departures", "certificate: custody_departure_unexplained"),
    ),
    "released_without_decision": Kind(
        what="Released from a sentence while nobody had considered the case.",
        shown=("list: referrals", "certificate: released_without_decision"),
    ),
    "two_people_one_number": Kind(
        what="Another person's name and birth date under the same prison number.",
        shown=("record: what changed",),
        not_yet=("list: questions",),
    ),
    "one_person_two_numbers": Kind(
        what="The same PNC number under two prison numbers.", shown=("person: both records, joined by the equal number",)
    ),
    # Files.
    "short_file": Kind(what="An extract that is 8 per cent short.", shown=("receipt: held, shorter; given up by a steward",)),
    "missing_file": Kind(
        what="A day of which no extract came.", shown=("receipt: none for the day",), not_yet=("alarm: late, after the fact",)
    ),
    "late_file": Kind(what="An extract that came a day late.", shown=("receipt: received a day after it was observed",)),
    # The old casework system.
    "owner_has_left": Kind(
        what="An open case whose owner has left.",
        shown=("case: a leader's, with the task of finding an owner", "certificate: late_unacknowledged"),
    ),
    "case_without_owner": Kind(
        what="An open case without an owner.",
        shown=("case: a leader's, with the task of finding an owner", "certificate: late_unacknowledged"),
    ),
    "monitoring_review_overdue": Kind(
        what="An electronic monitoring review that is overdue.", shown=("certificate: monitoring_review_late",)
    ),
    "contact_review_overdue": Kind(what="A contact review that is overdue.", shown=("certificate: contact_review_late",)),
    "two_cases_one_person": Kind(
        what="One person twice in the old system, with a case each.", shown=("person: both records, joined by the equal number",)
    ),
    "sentence_end_missing": Kind(what="A case without a sentence end.", shown=("record: no sentence end",)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planted fault: its kind, the file that has it first, the day from which it must be seen, and by what to find it."""

    kind: str
    file: str
    day: date
    found_by: Mapping[str, Any] = field(default_factory=dict)

    def as_plain(self) -> dict[str, Any]:
        """Give the fault as truth.json holds it."""
        told = KINDS[self.kind]
        return {
            "kind": self.kind,
            "what": told.what,
            "file": self.file,
            "day": self.day.isoformat(),
            "found_by": dict(self.found_by),
            "shown": list(told.shown),
            "not_yet_shown": list(told.not_yet),
        }


class Truth:
    """truth.json while it is written: one fault a line, the counts at the end, however many there are."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._counts: Counter[str] = Counter()
        self._plan = plan

    def __enter__(self) -> "Truth":
        head = {"scale": self._plan.scale, "seed": self._plan.seed, "days": self._plan.days, "last_day": self._plan.last_day.isoformat()}
        self._file.write(json.dumps(head)[:-1] + ', "faults": [')
        return self

    def add(self, faults: Iterable[Fault]) -> None:
        """Write faults down."""
        for fault in faults:
            self._file.write(",\n" if self._counts else "\n")
            self._file.write(json.dumps(fault.as_plain(), ensure_ascii=False))
            self._counts[fault.kind] += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.write(f'\n], "counts": {json.dumps(dict(sorted(self._counts.items())))}}}\n')
        self._file.close()
