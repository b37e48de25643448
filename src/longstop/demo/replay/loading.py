"""The replay, step by step: the old system and staff, then each extract on its day and the day's work. Killed and run again, it goes on.

A step is done whole, and then not again; a long one goes on in its middle, since intake, takeover and consideration keep what they have
done, chunk by chunk. Where another process lends a hand, it does some steps beside and its share of each day's work.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from longstop.access import actions as access
from longstop.access import queries as staffing
from longstop.audit.actions import SYSTEM
from longstop.cases import queries as caseload
from longstop.demo import queries
from longstop.demo.command import PASSWORD, SIGN_INS
from longstop.demo.invention.plan import Plan
from longstop.demo.invention.staffing import FILE
from longstop.demo.invention.writing import EXTRACTS, Delivery, casework_files, deliveries
from longstop.demo.marking import finish, mark, refuse_unmarked, steps_taken, take_step
from longstop.demo.progress import Progress, Told
from longstop.demo.replay.day import Day, Share
from longstop.demo.replay.scenery import ARRIVES, AT_WORK, NIGHT, Scenery, moment
from longstop.demo.replay.working import work
from longstop.intake import actions as intake
from longstop.intake import queries as arrived
from longstop.intake.casework_loading import load_casework
from longstop.intake.loading import load_prisoners
from longstop.intake.models import Receipt, ReceiptState
from longstop.intake.staff_loading import load_staff
from longstop.reconciliation import actions as reconciliation
from longstop.reconciliation import queries as reconciled
from longstop.referral import queries as considered
from longstop.referral.actions import Part, begin_to_consider, consider_receipt, take_over

GAVE_UP = "The file is shorter than the last one by more than anybody left. The prison service was asked for the whole list."
STAFF = "staff"
LET_IN = "The prison service confirms that so many have left."


Within = Callable[[str, int, int], None]  # told what is counted in a step, how much of it is done, of how much


class Hand(Protocol):
    """Another process that has this database and folder, and does what it is told in the order in which it is told."""

    def begin(self, *words: str) -> None:
        """Tell it to do something.

        ("step", name), ("cases" or "work", day, part, of how many), or ("considered", moment, receipt, part, of how many).
        """

    def wait(self) -> None:
        """Wait until it has done everything that it was told. Raises whatever says that it could not."""


@dataclass(frozen=True)
class Step:
    """One step of the replay. `beside` are the later steps that another process may begin with when this one begins.

    Unless it `goes_on`, whatever another process was told must be done before it.
    """

    name: str
    do: Callable[[Within], None]
    at: datetime
    beside: tuple[str, ...] = ()
    goes_on: bool = False


def replay(folder: Path, plan: Plan, *, at: datetime, progress: Progress | None = None, hand: Hand | None = None) -> int:
    """Replay a demonstration from its folder into this database, and give how many steps were taken now. `at` is the present moment.

    Raises NotADemonstration and OtherDemonstration, with nothing changed, and ValueError where the last day has not come yet.
    """
    if plan.last_day > at.date():
        raise ValueError(f"The last day, {plan.last_day.isoformat()}, has not come yet.")
    mark(plan, by=SYSTEM, at=min(at, moment(plan.first_day, NIGHT)))
    before = len(steps_taken())
    steps = list(steps_of(folder, Scenery(plan), hand))
    for number, step in enumerate(steps):
        told = partial(Told, step=step.name, number=number, of=len(steps))
        if progress:
            progress(told())
        _take(plan, step, hand, partial(_within, progress, told))
    if not queries.is_loaded():
        opened, staff = caseload.open_cases().count(), staffing.enrolled().count()
        finish(records=plan.prisoners, cases=opened, staff=staff, by=SYSTEM, at=at)
    return len(steps_taken()) - before


def _within(progress: Progress | None, told: Callable[..., Told], what: str, done: int, wanted: int) -> None:
    if progress:
        progress(told(what=what, done=done, wanted=wanted))


def _take(plan: Plan, step: Step, hand: Hand | None, within: Within) -> None:
    """Take a step, unless it was taken before, here or by the other process."""
    if hand and not step.goes_on:
        hand.wait()
    done = steps_taken()
    if step.name in done:
        return
    for name in step.beside if hand else ():
        if hand and name not in done:
            hand.begin("step", name)
    refuse_unmarked(plan)
    step.do(within)
    take_step(step.name, by=SYSTEM, at=step.at)


def take_one(folder: Path, plan: Plan, name: str) -> None:
    """Take one step, for the process that replays the rest. Raises NotADemonstration."""
    scenery = Scenery(plan)
    for step in steps_of(folder, scenery, None):
        if step.name == name:
            _take(plan, step, None, lambda *_: None)


def steps_of(folder: Path, scenery: Scenery, hand: Hand | None) -> Iterator[Step]:
    """Give every step in its order. Nobody takes a case over before staff are enrolled; what is taken in before needs none of them."""
    plan, first = scenery.plan, scenery.plan.first_day
    persons, cases, owners, events, notes, *others = (f"casework {path.stem}" for path in casework_files(folder))
    beside = {persons: (STAFF, f"list {first.isoformat()}"), events: (owners, notes, *others)}
    goes_on = (persons, cases, events)

    def casework(names: Iterable[str]) -> Iterator[Step]:
        for name in names:
            path = folder / "casework" / f"{name.removeprefix('casework ')}.csv"
            yield Step(name, partial(_receive_casework, path, first), moment(first, NIGHT, 60), beside.get(name, ()), name in goes_on)

    yield from casework(goes_on)
    yield Step(STAFF, lambda _: _enrol(folder, first), moment(first, NIGHT))
    yield from casework((owners, notes, *others))
    yield Step("cases", partial(_carry_over, scenery, first, hand), moment(first, NIGHT, 90))
    came = list(deliveries(plan))
    for before in range(plan.days - 1, -1, -1):
        day = plan.day(before)
        for number, each in enumerate(each for each in came if each.arrived == day):
            at = moment(day, ARRIVES, number * 30)
            yield Step(f"list {each.of.isoformat()}", partial(_receive, folder, plan, each, at), at)
            yield Step(f"considered {each.of.isoformat()}", partial(_consider, plan, each, at, hand), at)
        yield Step(day.isoformat(), partial(_work, scenery, day, hand), moment(day, AT_WORK, 60))
    yield Step("statement", partial(_reconcile, plan.last_day), moment(plan.last_day, AT_WORK, 60))


def _reconcile(day: date, within: Within) -> None:
    """Close the statement between the command's cases and the last day's list."""
    reconciliation.reconcile(both=reconciled.read_both(today=day), by=SYSTEM, at=moment(day, AT_WORK, 60), today=day)


def _enrol(folder: Path, day: date) -> None:
    at = moment(day, NIGHT)
    load_staff(path=folder / FILE, by=SYSTEM, at=at, today=day)
    staff = {each.staff_number: each.pk for each in staffing.enrolled()}
    for number in SIGN_INS.values():
        access.set_password(staff_id=staff[number.upper()], password=PASSWORD, by=SYSTEM, at=at)


def _receive_casework(path: Path, day: date, within: Within) -> None:
    within("characters", 0, path.stat().st_size)
    load_casework(paths=[path], observed_at=moment(day, NIGHT, -60), by=SYSTEM, at=moment(day, NIGHT, 30))


def _carry_over(scenery: Scenery, day: date, hand: Hand | None, within: Within) -> None:
    """Take the old system's cases over in the night before the first day's list, half of them in the other process where there is one."""
    if hand is None:
        carry_over(scenery, day, Part(0, 1), within)
        return
    hand.begin("cases", day.isoformat(), "1", "2")
    carry_over(scenery, day, Part(0, 2), within)
    hand.wait()


def carry_over(scenery: Scenery, day: date, part: Part, within: Within) -> None:
    """Take a part of the old system's cases over, as `longstop intake casework` does."""
    receipts, wanted = considered.receipts_to_take_over(), arrived.receipts(source="casework-cases", limit=1)[0].received // part.of
    if receipts:
        take_over(
            receipt_ids=receipts,
            by=scenery.by_number["DUTY-OFFICER"].pk,
            at=moment(day, NIGHT, 60),
            today=day,
            progress=lambda held: within("cases", held.cases, wanted),
            part=part,
        )


def _receive(folder: Path, plan: Plan, file: Delivery, at: datetime, within: Within) -> None:
    """Take a list in, as `longstop intake` does. A file that is held is let in or given up by a steward."""
    path, observed_at = folder / EXTRACTS / file.file, moment(file.of, ARRIVES, -180)
    done, size = 0, path.stat().st_size

    def tell(more: int) -> None:
        nonlocal done
        done += more
        within("characters", min(done, size), size)

    receipt = load_prisoners(path=path, observed_at=observed_at, by=SYSTEM, at=at, progress=tell).receipt
    if receipt.state == ReceiptState.HELD and not _decide(receipt, give_up=file.of == plan.short_day, at=at + timedelta(minutes=20)):
        load_prisoners(path=path, observed_at=observed_at, by=SYSTEM, at=at + timedelta(minutes=25), progress=tell)


def _consider(plan: Plan, file: Delivery, at: datetime, hand: Hand | None, within: Within) -> None:
    """Let whoever a list gives be considered, half of them in the other process where there is one; a list given up gives nobody."""
    told: dict[str, Any] = {"by": SYSTEM, "at": at + timedelta(minutes=28), "today": file.arrived}
    within("records", 0, plan.stock)
    for number in considered.unconsidered_receipts(today=file.arrived):
        seed = f"{plan.seed}{file.of.isoformat()}"
        if hand:
            begin_to_consider(receipt_id=number, seed=seed, parts=2, **told)
            hand.begin("considered", told["at"].isoformat(), str(number), "1", "2")
            consider_receipt(receipt_id=number, part=Part(0, 2), **told)
            hand.wait()
        consider_receipt(receipt_id=number, seed=seed, **told)


def _decide(receipt: Receipt, *, give_up: bool, at: datetime) -> bool:
    steward = staffing.staff_by_number("DATA-STEWARD").pk
    if give_up:
        intake.reject_held(receipt_id=receipt.pk, reason=GAVE_UP, by=steward, at=at)
    else:
        intake.release_held(receipt_id=receipt.pk, reason=LET_IN, by=steward, at=at)
    return give_up


def _work(scenery: Scenery, day: date, hand: Hand | None, within: Within) -> None:
    """Do a day's work, half of it in the other process where there is one."""
    tell = partial(within, "tasks")
    if hand is None:
        work(Day(scenery, day), told=tell)
        return
    hand.begin("work", day.isoformat(), "1", "2")
    work(Day(scenery, day, Share(0, 2)), told=tell)
    hand.wait()
