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

COUNTS = "counts"
LAST_LINE = 10_000  # characters, at most: the counts of a few dozen kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of fault: what is wrong, and the places where it must be seen; `not_yet` are those where it should be and is not.

    A place begins with `list:`, `record:`, `person:`, `certificate:`, `receipt:`, `alarm:` or `search:`.
    """

    what: str
    shown: tuple[str, ...]
    not_yet: tuple[str, ...] = ()


_WITHOUT_OWNER = ("case: a leader's, with the task of finding an owner", "certificate: late_unacknowledged, once that task is late")
_JOINED = ("person: both records, joined by the equal number",)
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
    "one_person_two_numbers": Kind(what="The same PNC number under two prison numbers.", shown=_JOINED),
    # Files.
    "short_file": Kind(what="An extract that is 8 per cent short.", shown=("receipt: held, shorter; given up by a steward",)),
    "missing_file": Kind(
        what="A day of which no extract came.", shown=("receipt: none for the day",), not_yet=("alarm: late, after the fact",)
    ),
    "late_file": Kind(what="An extract that came a day late.", shown=("receipt: received a day after it was observed",)),
    # The old casework system.
    "owner_has_left": Kind(
        what="An open case whose owner has left.",
        shown=_WITHOUT_OWNER,
    ),
    "case_without_owner": Kind(
        what="An open case without an owner.",
        shown=_WITHOUT_OWNER,
    ),
    "monitoring_review_overdue": Kind(
        what="An electronic monitoring review that is overdue.", shown=("certificate: monitoring_review_late",)
    ),
    "contact_review_overdue": Kind(what="A contact review that is overdue.", shown=("certificate: contact_review_late",)),
    "two_cases_one_person": Kind(what="One person twice in the old system, with a case each.", shown=_JOINED),
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


class Faults:
    """Faults while they are found: one a line of a file of their own, however many there are. `join` makes truth.json of several."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def __enter__(self) -> "Faults":
        return self

    def add(self, faults: Iterable[Fault]) -> None:
        """Write faults down."""
        for fault in faults:
            self._file.write(json.dumps(fault.as_plain(), ensure_ascii=False) + "\n")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()


def join(parts: Iterable[Path], path: Path, plan: Plan) -> None:
    """Write truth.json from what was found: the plan, one fault a line, and at the end how many there are of each kind."""
    counts: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        head = {"scale": plan.scale, "seed": plan.seed, "days": plan.days, "last_day": plan.last_day.isoformat()}
        file.write(json.dumps(head)[:-1] + ', "faults": [')
        for part in parts:
            with part.open(encoding="utf-8") as lines:
                for line in lines:
                    file.write((",\n" if counts else "\n") + line.rstrip("\n"))
                    counts[json.loads(line)["kind"]] += 1
        file.write(f"\n], {json.dumps(COUNTS)}: {json.dumps(dict(sorted(counts.items())))}}}\n")


def counts_in(path: Path) -> dict[str, int]:
    """Give how many faults of each kind a truth.json tells of, from its last line alone, however long it is."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LAST_LINE))
        last = file.read().decode("utf-8", errors="ignore").splitlines()[-1]
    return dict(json.loads("{" + last.removeprefix("], "))[COUNTS])
