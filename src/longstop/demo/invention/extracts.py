"""The daily lists of the prison service, written side by side: each person's rows go to every day that holds them, and nobody is kept."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from longstop.demo.invention.plan import Plan
from longstop.demo.invention.records import UNMAPPED, Prisoner, prisoner, second_number, twin, versions
from longstop.demo.invention.truth import Fault, Faults
from longstop.kernel.identifiers import check_letter

AT_ONCE = 2_000  # people whose rows are held before they are written
Progress = Callable[[int], None]  # told how many people were written since it was last told


def file_of(day: date) -> str:
    """Name the extract of a day."""
    return f"prisoners-{day.isoformat()}.jsonl"


@dataclass
class _Days:
    """The open end of every day's file, as lines that wait."""

    folder: Path
    plan: Plan
    waiting: dict[date, list[str]] = field(default_factory=dict)

    def add(self, since: date, until: date, row: str, *, at: int) -> None:
        day = since
        while day <= until:
            if day != self.plan.missing_day and not (day == self.plan.short_day and at % 12 == 5):
                self.waiting.setdefault(day, []).append(row)
            day += timedelta(days=1)

    def flush(self) -> None:
        for day, rows in self.waiting.items():
            with (self.folder / file_of(day)).open("a", encoding="utf-8", newline="\n") as file:
                file.write("\n".join(rows) + "\n")
        self.waiting.clear()


def write_extracts(folder: Path, plan: Plan, truth: Faults, *, progress: Progress | None = None) -> None:
    """Write one JSON Lines file for each day, but the one that never came, into an empty folder; and what is wrong into the truth."""
    days = _Days(folder, plan)
    for day in _days(plan):
        (folder / file_of(day)).write_bytes(b"\xef\xbb\xbf" if day == plan.marked_day else b"")
    truth.add(_files(plan))
    for start in range(0, plan.prisoners, AT_ONCE):
        for index in range(start, min(start + AT_ONCE, plan.prisoners)):
            who = prisoner(plan, index)
            _write(days, who, plan)
            truth.add(_faults(plan, who))
        days.flush()
        if progress:
            progress(min(AT_ONCE, plan.prisoners - start))
    truth.add(_write_unusable(days, plan))
    days.flush()


def _days(plan: Plan) -> Iterator[date]:
    for before in range(plan.days - 1, -1, -1):
        if plan.day(before) != plan.missing_day:
            yield plan.day(before)


def _write(days: _Days, who: Prisoner, plan: Plan) -> None:
    broken_on = plan.broken_day if who.fault == "mended_row" else None
    for since, until, row in versions(plan, who):
        if broken_on and since <= broken_on <= until:
            days.add(since, broken_on - timedelta(days=1), row, at=who.person.index)
            days.add(broken_on, broken_on, _without_number(row), at=who.person.index)
            since = broken_on + timedelta(days=1)
        days.add(since, until, row, at=who.person.index)
    if who.fault == "one_person_two_numbers":
        days.add(plan.twin_day, plan.last_day, twin(plan, who), at=0)


def _without_number(row: str) -> str:
    told = json.loads(row)
    return json.dumps(told | {"prisonerNumber": told["prisonerNumber"][:4]}, ensure_ascii=False, separators=(",", ":"))


def _files(plan: Plan) -> Iterator[Fault]:
    for kind, day in (("short_file", plan.short_day), ("missing_file", plan.missing_day), ("late_file", plan.late_day)):
        yield Fault(kind=kind, file=file_of(day), day=day)


def _faults(plan: Plan, who: Prisoner) -> Iterator[Fault]:
    """Give what is wrong with somebody, as of the first list that says so."""
    number, life, dirt = who.person.prison_number, who.life, who.dirt
    first = max(life.received, plan.first_day)
    seen = [day for day in (first, life.sentenced_on) if day]
    sentenced = max(seen) if life.release_on(max(seen)) else None
    usual = not life.left or life.left > first
    found: Iterable[tuple[str, bool, date | None]] = (
        ("release_date_missing", dirt.release_missing and life.legal_on(max(seen)) in ("SENTENCED", "RECALL") and usual, sentenced),
        ("placeholder_birth", dirt.placeholder and not dirt.impossible, first),
        ("impossible_birth", dirt.impossible, first),
        ("nationality_unknown", not who.person.said, first),
        ("bad_check_letter", _letter_is_wrong(who.person.pnc), first),
        ("alias_in_own_script", dirt.own_script, first),
        ("swapped_birth", dirt.swapped, first),
    )
    for kind, is_so, day in found:
        if is_so and day:
            yield Fault(kind=kind, file=_sent(plan, day), day=day, found_by={"prison_number": number})
    if who.fault:
        day, more = _planted(plan, who)
        yield Fault(kind=who.fault, file=_sent(plan, day), day=day, found_by={"prison_number": number, **more})


def _sent(plan: Plan, day: date) -> str:
    """Name the first file that came of a day or later."""
    return file_of(day + timedelta(days=1) if day == plan.missing_day else day)


def _planted(plan: Plan, who: Prisoner) -> tuple[date, dict[str, str]]:
    """Give the day on which a person's planted fault must first be seen, and by what else to find it."""
    if who.fault == "dropped_off_the_list":
        assert who.life.vanished
        return who.life.vanished, {"prison": who.life.prison_on(who.life.vanished)}
    if who.fault == "released_without_decision":
        assert who.life.left
        return who.life.left, {"released_on": who.life.left.isoformat()}
    if who.fault == "one_person_two_numbers":
        return plan.twin_day, {"second_prison_number": second_number(plan, who), "pnc": who.person.pnc}
    if who.fault == "mended_row":
        mended = plan.broken_day + timedelta(days=1)
        return plan.broken_day, {"booking": who.person.booking, "mended_on": mended.isoformat()}
    return (plan.changed_day, {}) if who.fault == "two_people_one_number" else (plan.first_day, {"code": UNMAPPED})


def _letter_is_wrong(pnc: str) -> bool:
    return bool(pnc) and pnc[-1] != _letter(pnc)


def _write_unusable(days: _Days, plan: Plan) -> Iterator[Fault]:
    """Write rows of the last list that cannot be used at all, each for another reason, and of people who are in no other."""
    for number in range(plan.count(3)):
        for kind, row in _unusable(plan, number):
            days.add(plan.last_day, plan.last_day, row, at=0)
            yield Fault(kind=kind, file=file_of(plan.last_day), day=plan.last_day, found_by={"row": row[:60]})


def _unusable(plan: Plan, number: int) -> Iterator[tuple[str, str]]:
    like = {"firstName": "Somebody", "lastName": "Whoever", "dateOfBirth": "1988-03-14", "status": "ACTIVE IN", "prisonId": "MDI"}
    booking = 5_000_000 + number * 10

    def row(more: int, **others: str) -> str:
        return json.dumps({**others, **like, "bookingId": str(booking + more)} | others)

    yield "bad_prison_number", row(0, prisonerNumber=f"12-{number:03}")
    yield "no_prison_number", row(1)
    yield "no_name", row(2, prisonerNumber=f"R{number % 10_000:04}AA", firstName=" ", lastName="NOT KNOWN")
    yield "cut_off", row(3, prisonerNumber=f"R{number % 10_000:04}AB")[:90]
    yield "not_a_record", json.dumps([f"R{number % 10_000:04}AC", "moved to the next page"])


def _letter(pnc: str) -> str:
    return check_letter(int(pnc[2:4] + pnc[5:-1]))
