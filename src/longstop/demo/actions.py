"""Loading the demonstration: agencies' files through the front door, then what people did with them."""

import tempfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from longstop.access import actions as access
from longstop.access import queries as staffing
from longstop.audit.actions import SYSTEM, record
from longstop.audit.operations import action
from longstop.cases import actions as cases
from longstop.demo import front_door, happenings, queries
from longstop.demo.cast import Part, cast
from longstop.demo.command import PASSWORD, SIGN_INS, write_staff_list
from longstop.demo.days import Days
from longstop.demo.events import DemoLoaded
from longstop.demo.extract import ON_REMAND, left_prison, write_extract
from longstop.demo.stories import Scene, tell
from longstop.intake import actions as intake
from longstop.intake import queries as arrived
from longstop.intake.loading import load_prisoners
from longstop.intake.staff_loading import load_staff
from longstop.kernel.policy import load as load_policy
from longstop.referral import actions as referral

BEGAN = 420  # days ago; the command's first day
EXTRACTS = tuple(range(402, 9, -14))  # days ago: once a fortnight, so that what a list asks for is decided within its ten working days
NEWEST = 1


class NotEmpty(Exception):
    """The database holds staff of its own: an invented command does not go among real people."""


def load_small(*, at: datetime, today: date) -> bool:
    """Load the small demonstration into an empty database, whole or not at all; says whether it did.

    Due dates lie around `today`. Loaded once: afterwards this does nothing. Raises NotEmpty where others' staff are there already.
    """
    if queries.is_loaded():
        return False
    if queries.holds_others():
        raise NotEmpty
    _load(by=SYSTEM, at=at, days=Days(today, at))
    return True


@action
def _load(*, by: int, at: datetime, days: Days) -> None:
    parts = cast(days)
    with tempfile.TemporaryDirectory(prefix="longstop-demonstration-") as folder:
        staff = _enrol(Path(folder), days)
        scenes = _open(Path(folder), parts, staff, days)
        front_door.send_half_a_list(Path(folder), parts, days)
    _follow_rules(scenes, by=by, days=days)
    happenings.leave(staff, days)
    happenings.transfer(scenes, staff, days)
    happenings.plan_to_leave(staff, days)
    happenings.be_away(staff, days)
    happenings.allocate(scenes, staff, days)
    happenings.restrict(scenes, staff, days)
    happenings.ask_for_papers(scenes, staff, days)
    record(DemoLoaded(subject_id=0, staff=len(staff), records=len(parts), cases=len(scenes)), by=by, at=at)


def _enrol(folder: Path, days: Days) -> dict[str, int]:
    """Take in the staff list and give everybody's number; set the passwords of the demonstration sign-ins alone."""
    first = days.ago(BEGAN)
    path = folder / "demonstration-staff.csv"
    write_staff_list(path, roles_from=first, today=days.today)
    load_staff(path=path, by=SYSTEM, at=days.moment(first), today=first)
    staff = {each.staff_number: each.pk for each in staffing.enrolled()}
    for number in SIGN_INS.values():
        access.set_password(staff_id=staff[number.upper()], password=PASSWORD, by=SYSTEM, at=days.moment(first, 30))
    return staff


def _open(folder: Path, parts: Sequence[Part], staff: dict[str, int], days: Days) -> list[Scene]:
    """Take in each extract, open the cases that follow from it, and let their stories happen."""
    lines = {team.pk: _line_above(team.pk) for team in staffing.teams()}
    teams = {each.pk: each.team_id for each in staffing.enrolled()}
    scenes: list[Scene] = []
    for number, ago in enumerate(EXTRACTS):
        until = days.today - timedelta(days=EXTRACTS[number + 1]) if number + 1 < len(EXTRACTS) else days.today
        day = days.ago(ago)
        known = [part for part in parts if part.opened and part.opened <= until]
        there = [part for part in known if not left_prison(part, days, day)]
        if not there:
            continue
        receipt = _receive(folder / f"prisoners-{day.isoformat()}.jsonl", there, days, ago, final=False)
        front_door.consider(receipt, at=days.moment(day, -60), day=day)
        front_door.see_to(day, at=days.moment(day, -30))
        waiting = _waiting()
        for part in known:
            if part.prison_number in waiting:
                owner = staff[part.owner]
                case_id = _open_one(part, waiting[part.prison_number], owner, staff, days)
                scene = Scene(case_id, part, owner, lines[teams[owner] or 0], days)
                tell(scene)
                scenes.append(scene)
    _receive_newest(folder, parts, staff, days)
    return scenes


def _receive_newest(folder: Path, parts: Sequence[Part], staff: dict[str, int], days: Days) -> None:
    """Take in yesterday's list, which is considered today: most of what it asks for waits for whoever tries this out."""
    path = folder / f"prisoners-{days.ago(NEWEST).isoformat()}.jsonl"
    there = [part for part in parts if not left_prison(part, days, days.ago(NEWEST))]
    receipt = _receive(path, there, days, NEWEST, final=True)
    waiting = _waiting()
    remanded = next(part.prison_number for part in parts if part.story == "waiting" and part.turn in ON_REMAND)
    front_door.consider(receipt, at=days.at, day=days.today, seed=front_door.seed_for(waiting[remanded]))
    front_door.decide_some(list(parts), waiting, staff, days)
    front_door.reconcile(at=days.at, day=days.today)
    _set_aside(parts, staff, days)


def _follow_rules(scenes: Sequence[Scene], *, by: int, days: Days) -> None:
    """Wind again the clocks that were wound before a dated rule took effect, as the schedule does on its day."""
    changes = [
        day
        for policy in ("clocks", "early_removal")
        for day in load_policy(policy).changes(after=days.today - timedelta(days=BEGAN), until=days.today)
    ]
    wound_before = [scene.case_id for scene in scenes if changes and scene.opened < max(changes)]
    if wound_before:
        cases.rewind(case_ids=wound_before, by=by, at=days.at, today=days.today)


def _line_above(team_id: int) -> tuple[int, ...]:
    return tuple(link.leader_id for link in staffing.accountability(team_id) if link.leader_id is not None)


def _receive(path: Path, parts: Sequence[Part], days: Days, ago: int, *, final: bool) -> int:
    write_extract(path, parts=parts, days=days, final=final)
    day = days.ago(ago)
    return load_prisoners(path=path, observed_at=days.moment(day, -240), by=SYSTEM, at=days.moment(day, -90)).receipt.pk


def _waiting() -> dict[str, int]:
    """Give the records that nobody has dealt with, by prison number."""
    found = arrived.arrivals(filters=arrived.Filters(), limit=1_000)
    return {row.prison_number: row.id for row in found.rows}


def _open_one(part: Part, arrival_id: int, owner: int, staff: dict[str, int], days: Days) -> int:
    assert part.opened is not None
    return referral.open_from_record(
        placement=cases.Placement(arrival_id=arrival_id, owner_id=owner),
        reason="Foreign national serving a sentence: to be considered.",
        by=staff["DUTY-OFFICER"],
        at=days.moment(part.opened, part.index),
        today=part.opened,
    )


def _set_aside(parts: Sequence[Part], staff: dict[str, int], days: Days) -> None:
    waiting = _waiting()
    for part in [part for part in parts if part.story == "waiting" and part.turn in ON_REMAND]:
        reason = "On remand: nothing to consider before a sentence."
        intake.set_aside(arrival_id=waiting[part.prison_number], reason=reason, by=staff["DUTY-OFFICER"], at=days.at)
