"""The replay, step by step: staff, the old system, then each extract on its day and the day's work. Killed and run again, it goes on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

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
from longstop.demo.replay.scenery import ARRIVES, AT_WORK, Scenery, moment
from longstop.demo.replay.working import Day, work
from longstop.intake import actions as intake
from longstop.intake.casework_loading import load_casework
from longstop.intake.loading import load_prisoners
from longstop.intake.models import Receipt, ReceiptState
from longstop.intake.staff_loading import load_staff
from longstop.referral import queries as considered
from longstop.referral.actions import consider_receipt, take_over

Progress = Callable[[str, int, int], None]  # told the step, how many are done, of how many
GAVE_UP = "The file is shorter than the last one by more than anybody left. The prison service was asked for the whole list."
LET_IN = "The prison service confirms that so many have left."


@dataclass(frozen=True)
class Step:
    """One step of the replay: done whole, and then not again."""

    name: str
    do: Callable[[], None]
    at: datetime


def replay(folder: Path, plan: Plan, *, at: datetime, progress: Progress | None = None) -> int:
    """Replay a demonstration from its folder into this database, and give how many steps were taken now. `at` is the present moment.

    Raises NotADemonstration and OtherDemonstration, with nothing changed, and ValueError where the last day has not come yet.
    """
    if plan.last_day > at.date():
        raise ValueError(f"The last day, {plan.last_day.isoformat()}, has not come yet.")
    mark(plan, by=SYSTEM, at=min(at, moment(plan.first_day - timedelta(days=1), ARRIVES)))
    done = steps_taken()
    steps = list(_steps(folder, Scenery(plan)))
    taken = 0
    for number, step in enumerate(steps):
        if progress:
            progress(step.name, number, len(steps))
        if step.name not in done:
            refuse_unmarked(plan)
            step.do()
            take_step(step.name, by=SYSTEM, at=step.at)
            taken += 1
    if not queries.is_loaded():
        opened, staff = caseload.open_cases().count(), staffing.enrolled().count()
        finish(records=plan.prisoners, cases=opened, staff=staff, by=SYSTEM, at=at)
    return taken


def _steps(folder: Path, scenery: Scenery) -> Iterator[Step]:
    plan, eve = scenery.plan, scenery.plan.first_day - timedelta(days=1)
    yield Step("staff", lambda: _enrol(folder, eve), moment(eve, ARRIVES))
    yield Step("casework", lambda: _receive_casework(folder, eve), moment(eve, ARRIVES, 60))
    yield Step("cases", lambda: _carry_over(scenery, eve), moment(eve, AT_WORK))
    came = list(deliveries(plan))
    for before in range(plan.days - 1, -1, -1):
        day = plan.day(before)
        files = [each for each in came if each.arrived == day]
        yield Step(day.isoformat(), _on(folder, scenery, day, files), moment(day, AT_WORK, 60))


def _on(folder: Path, scenery: Scenery, day: date, files: list[Delivery]) -> Callable[[], None]:
    def do() -> None:
        for number, each in enumerate(files):
            _receive(folder, scenery.plan, each, minutes=number * 30)
        work(Day(scenery, day))

    return do


def _enrol(folder: Path, day: date) -> None:
    at = moment(day, ARRIVES)
    load_staff(path=folder / FILE, by=SYSTEM, at=at, today=day)
    staff = {each.staff_number: each.pk for each in staffing.enrolled()}
    for number in SIGN_INS.values():
        access.set_password(staff_id=staff[number.upper()], password=PASSWORD, by=SYSTEM, at=at)


def _receive_casework(folder: Path, day: date) -> None:
    load_casework(paths=casework_files(folder), observed_at=moment(day, ARRIVES, -60), by=SYSTEM, at=moment(day, ARRIVES, 10))


def _carry_over(scenery: Scenery, day: date) -> None:
    """Take the old system's cases over, as `longstop intake casework` does."""
    by = scenery.by_number["DUTY-OFFICER"].pk
    take_over(receipt_ids=considered.receipts_to_take_over(), by=by, at=moment(day, AT_WORK), today=day)


def _receive(folder: Path, plan: Plan, file: Delivery, *, minutes: int) -> None:
    """Take a list in, as `longstop intake` does; whoever it gives is considered. A file that is held is let in or given up by a steward."""
    path, at = folder / EXTRACTS / file.file, moment(file.arrived, ARRIVES, minutes)
    observed_at = moment(file.of, ARRIVES, -180)
    receipt = load_prisoners(path=path, observed_at=observed_at, by=SYSTEM, at=at).receipt
    if receipt.state == ReceiptState.HELD:
        if _decide(receipt, give_up=file.of == plan.short_day, at=at + timedelta(minutes=20)):
            return
        receipt = load_prisoners(path=path, observed_at=observed_at, by=SYSTEM, at=at + timedelta(minutes=25)).receipt
    if receipt.state == ReceiptState.FINISHED:
        seed = f"{plan.seed}{file.of.isoformat()}"
        consider_receipt(receipt_id=receipt.pk, by=SYSTEM, at=at + timedelta(minutes=28), today=file.arrived, seed=seed)


def _decide(receipt: Receipt, *, give_up: bool, at: datetime) -> bool:
    steward = staffing.staff_by_number("DATA-STEWARD").pk
    if give_up:
        intake.reject_held(receipt_id=receipt.pk, reason=GAVE_UP, by=steward, at=at)
    else:
        intake.release_held(receipt_id=receipt.pk, reason=LET_IN, by=steward, at=at)
    return give_up
