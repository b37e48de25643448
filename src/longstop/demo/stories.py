"""What happened to each case, told through the same actions that people use, each at a moment of its past."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from longstop.cases import actions as cases
from longstop.clocks.rungs import ladder
from longstop.demo import words
from longstop.demo.cast import Part, closed_ago
from longstop.demo.days import Days
from longstop.work import queries as tasks
from longstop.work.rules import NewTask, latest_due

COUNTS_EARLY = 2  # days by which a detention review may come before its day and still count for it: clocks.toml


@dataclass(frozen=True)
class Scene:
    """One case on its stage: who owns it, and who answers above them, the leader first."""

    case_id: int
    part: Part
    owner: int
    above: tuple[int, ...]
    days: Days

    @property
    def opened(self) -> date:
        """The day on which the case opened."""
        assert self.part.opened is not None
        return self.part.opened

    def after_opening(self, days: int) -> date:
        """Give a working day so many days after the case opened."""
        return self.days.on_or_after(self.opened + timedelta(days=days))

    def moment(self, day: date, minute: int = 0) -> datetime:
        """Give a moment of the day, apart from that of other cases."""
        return self.days.moment(day, minute + self.part.index)


def tell(scene: Scene) -> None:
    """Let the story of a case happen."""
    _TELLERS[scene.part.story](scene)


def finish(
    scene: Scene, kind: str, day: date, *, result: str, then: NewTask | None = None, detention: cases.Authorised | None = None
) -> None:
    """Finish the case's open task of this kind on the day."""
    task = tasks.of_subjects(subject_ids=[scene.case_id]).filter(kind=kind).get()
    at = scene.moment(day, 60)
    cases.complete_task(task_id=task.pk, result=result, then=then, detention=detention, by=scene.owner, at=at, today=day)


def consider(scene: Scene, then: NewTask, *, after: int = 2) -> date:
    """Consider the case for the first time, in time, and say what comes next; gives the day."""
    day = scene.after_opening(after)
    _go_on(scene, "case.first_consideration", day, result=words.pick(words.RESULTS, scene.part.index), then=then)
    return day


def _go_on(scene: Scene, kind: str, day: date, *, result: str, then: NewTask) -> None:
    """Finish a task on the day and say what comes next, with a review in between where that lies further ahead than a task may."""
    if then.due <= latest_due(today=day):
        finish(scene, kind, day, result=result, then=then)
        return
    between = scene.days.on_or_after(day + timedelta(days=200))
    finish(scene, kind, day, result=result, then=review_on(between))
    finish(scene, "case.review", between, result=words.pick(words.REVIEWED, scene.part.turn), then=then)


def review_on(day: date, details: str = "") -> NewTask:
    """Ask for a review of the case by the day."""
    return NewTask(kind="case.review", due=day, details=details)


def note(scene: Scene, day: date, kind: str, text: str, *, key: bool = False) -> int:
    """Write a note on the day; gives its number."""
    return cases.write_note(case_id=scene.case_id, kind=kind, text=text, key_note=key, by=scene.owner, at=scene.moment(day, 95)).pk


def _fresh(scene: Scene) -> None:
    if scene.part.turn % 3 == 0:
        note(scene, scene.days.ago(1), "progress", words.pick(words.PROGRESS, scene.part.index))


def _steady(scene: Scene) -> None:
    turn = scene.part.turn
    last = review_on(scene.days.ahead(1 + turn * 3), "Look at the case again: papers, dates, next step.")
    if turn % 3 == 0:
        day = consider(scene, review_on(scene.after_opening(22)))
        day = scene.after_opening(20)
        _go_on(scene, "case.review", day, result=words.pick(words.REVIEWED, turn), then=last)
    else:
        consider(scene, last)
    _write_down(scene)


def _write_down(scene: Scene) -> None:
    """Notes: most cases have one of progress; some a risk, a promise, or reasons that a successor must read."""
    turn, recent = scene.part.turn, scene.days.ago(3 + scene.part.index % 20)
    if turn % 4 == 0:
        note(scene, recent, "risk", words.pick(words.RISKS, scene.part.index), key=True)
    if turn % 4 == 1:
        note(scene, recent, "promise", words.pick(words.PROMISES, scene.part.index))
    if turn % 6 == 2:
        note(scene, recent, "decision_reasons", words.pick(words.REASONS, scene.part.index), key=True)
    if turn % 4 > 1:
        first = note(scene, recent, "progress", words.pick(words.PROGRESS, scene.part.index))
        if turn == 3:
            text = "Correction: the report was promised for the week after, not this one."
            cases.write_note(
                case_id=scene.case_id, kind="progress", text=text, corrects=first, by=scene.owner, at=scene.moment(recent, 140)
            )


_HOW_LATE = (1, 1, 2, 2, 7, 7, 8, 9, 19, 20, 33, 34)  # days: four each of owner and leader, then head, then director


def _late(scene: Scene) -> None:
    """A review that is overdue, and known to be at every rung that its lateness has reached."""
    due = scene.days.today - timedelta(days=_HOW_LATE[scene.part.turn])
    consider(scene, review_on(due, "Decide whether to serve the decision."))
    task = tasks.of_subjects(subject_ids=[scene.case_id]).get()
    steps = ladder(today=scene.days.today)
    reached = steps.rung(due=due, today=scene.days.today)
    for rung in range(0, -1 if reached is None else reached + 1):
        day = due
        while (steps.rung(due=due, today=day) or -1) < rung and steps.rung(due=due, today=day) != rung:
            day += timedelta(days=1)
        _answer(scene, task.pk, rung, scene.days.on_or_after(day))


def _answer(scene: Scene, task_id: int, rung: int, day: date) -> None:
    by = (scene.owner, *scene.above)[rung]
    low = words.LATE[scene.part.turn % len(words.LATE)]
    reason = low[rung] if rung < 2 else words.HIGHER[rung - 2]
    cases.acknowledge(task_id=task_id, rung=rung, reason=reason, by=by, at=scene.moment(day, 30 + rung), today=day)


def _held(scene: Scene) -> None:
    for_whom = words.WAITING[scene.part.turn % len(words.WAITING)]
    wake = scene.days.ahead(4 + 2 * scene.part.turn)
    hold = NewTask(kind="case.hold", due=wake, wake=wake, waiting_for=for_whom, details=words.WHY_HELD[for_whom])
    consider(scene, hold)
    if scene.part.turn % 2:
        note(scene, scene.days.ago(2 + scene.part.turn % 8), "contact", "Told the representative what the case waits for, and until when.")


def _idle(scene: Scene) -> None:
    consider(scene, review_on(scene.days.ahead(8 + 4 * scene.part.turn)))


def _detained(scene: Scene) -> None:
    """Served the sentence, then held under immigration powers, with every review made on its day."""
    consider(scene, review_on(scene.days.ahead(6 + 3 * scene.part.turn), "Is removal within a reasonable time still realistic?"))
    _hold_under_powers(scene, "detained", "Detained on release from sentence; authority served.")


def _hold_under_powers(scene: Scene, custody: str, reason: str) -> None:
    """Hold from the day of release, and review on each day that asks for it, or on the working day before where that is near enough."""
    since = _release(scene)
    _move(scene, custody, since, reason)
    said = _authorised(scene, since)
    cases.authorise_detention(case_id=scene.case_id, said=said, by=scene.owner, at=scene.moment(since, 25), today=since)
    for after in (1, 7, 14, 21):
        due = since + timedelta(days=after)
        if due > scene.days.today:
            return
        early = scene.days.ago((scene.days.today - due).days)
        day = early if early >= since and (due - early).days <= COUNTS_EARLY else due
        finish(scene, "case.detention_review", day, result=words.MAINTAINED, detention=_authorised(scene, since))


def _authorised(scene: Scene, since: date) -> cases.Authorised:
    """By what the person is held, and why removal is realistic: given on the first day, and again at each review."""
    return cases.Authorised(
        kind="is91",
        reference=f"IS91/{4100 + scene.part.index}",
        given_on=since,
        given_by="Duty chief immigration officer",
        reason=words.pick(words.REALISTIC, scene.part.turn),
    )


def _time_served(scene: Scene) -> None:
    consider(scene, review_on(scene.days.ahead(2 + scene.part.turn), "Held past the end of sentence: what is the authority, until when?"))
    _hold_under_powers(scene, "time_served", "Held in prison past the conditional release date; authority served.")


def _community(scene: Scene) -> None:
    consider(scene, review_on(scene.days.ahead(5 + 4 * scene.part.turn)))
    _move(scene, "community", _release(scene), "Released with conditions to report each fortnight.", monitored=scene.part.turn % 5 < 2)
    if scene.part.turn % 3 == 0:
        note(scene, scene.days.ago(4), "contact", "Reported as asked. Address confirmed.")


def _release(scene: Scene) -> date:
    assert scene.part.release is not None
    return scene.part.release


def _move(scene: Scene, custody: str, since: date, reason: str, *, monitored: bool = False) -> None:
    cases.change_custody(
        case_id=scene.case_id,
        custody=custody,
        since=since,
        monitored=monitored,
        reason=reason,
        by=scene.owner,
        at=scene.moment(since, 20),
        today=since,
    )


def _unanchored(scene: Scene) -> None:
    """No release date from the prison: an alarm, and somebody who asks for it."""
    wake = scene.days.ahead(3 + 3 * scene.part.turn)
    hold = NewTask(kind="case.hold", due=wake, wake=wake, waiting_for="prison", details=words.WHY_HELD["prison"])
    day = consider(scene, hold, after=1)
    finish(scene, "case.find_release_date", day, result="The prison is recalculating; asked to be told at once.")


def _inherited(scene: Scene) -> None:
    """Cases of somebody who has left since; what follows is told with the departure."""
    consider(scene, review_on(scene.days.ahead(9 + 5 * scene.part.turn)))
    note(scene, scene.after_opening(3), "promise", words.pick(words.PROMISES, scene.part.index))


def _closed(scene: Scene) -> None:
    outcome, evidence = words.OUTCOMES[scene.part.turn % len(words.OUTCOMES)]
    consider(scene, review_on(scene.days.ahead(30)))
    day = scene.days.ago(closed_ago(scene.part))
    reason = "The outcome is evidenced."
    cases.close(case_id=scene.case_id, outcome=outcome, evidence=evidence, reason=reason, by=scene.owner, at=scene.moment(day, 45))


def _reopened(scene: Scene) -> None:
    _closed(scene)
    day = scene.days.ago(1)
    cases.reopen(
        case_id=scene.case_id,
        owner_id=scene.owner,
        then=review_on(scene.days.ahead(5 + scene.part.turn)),
        reason="The port says that the person did not travel.",
        by=scene.above[0],
        at=scene.moment(day, 75),
        today=day,
    )


_TELLERS: Mapping[str, Callable[[Scene], None]] = {
    "fresh": _fresh,
    "steady": _steady,
    "late": _late,
    "held": _held,
    "idle": _idle,
    "detained": _detained,
    "time_served": _time_served,
    "community": _community,
    "unanchored": _unanchored,
    "inherited": _inherited,
    "reopened": _reopened,
    "closed": _closed,
}
