"""What happened to people rather than to single cases: transfers, departures, absence, restriction, a bulk act."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from longstop.access import actions as access
from longstop.cases import actions as cases
from longstop.cases import queries as caseload
from longstop.cases.actions.serving import Served, answer_papers
from longstop.cases.rules import PAPERS
from longstop.demo.command import LEAVER, LEAVING, SICK
from longstop.demo.days import Days
from longstop.demo.stories import Scene
from longstop.referral.queries.prisons import prison_of
from longstop.work import queries as tasks
from longstop.work.rules import NewTask

Staff = Mapping[str, int]


def leave(staff: Staff, days: Days) -> None:
    """Let somebody have left a fortnight ago: planned ten days before, carried out on the day after."""
    planned, last_day, after = days.ago(24), days.ago(14), days.ago(13)
    heirs = [staff["CW-10"], staff["CW-12"], staff["LEADER-4"]]
    owned = caseload.open_cases().filter(owner_id=staff[LEAVER]).values_list("pk", flat=True)
    successors = {case_id: heirs[number % len(heirs)] for number, case_id in enumerate(owned)}
    cases.plan_departure(
        staff_id=staff[LEAVER],
        last_day=last_day,
        cases=successors,
        tasks_to={},
        by=staff["LEADER-4"],
        at=days.moment(planned),
        today=planned,
    )
    cases.take_effect(today=max(after, last_day + timedelta(days=1)), at=days.moment(after, 5))


def plan_to_leave(staff: Staff, days: Days) -> None:
    """Let somebody be about to leave, with every case and task promised to a colleague from the day after."""
    heirs = [staff["CW-10"], staff["CW-12"]]
    leaver = staff[LEAVING]
    owned = list(caseload.open_cases().filter(owner_id=leaver).values_list("pk", flat=True))
    loose = [task.pk for task in tasks.owned_by(staff_id=leaver) if task.subject_id not in owned]
    cases.plan_departure(
        staff_id=leaver,
        last_day=days.ahead(12),
        cases={case_id: heirs[number % 2] for number, case_id in enumerate(owned)},
        tasks_to=dict.fromkeys(loose, heirs[0]),
        by=staff["LEADER-4"],
        at=days.moment(days.ago(1), 200),
        today=days.ago(1),
    )


def transfer(scenes: Sequence[Scene], staff: Staff, days: Days) -> None:
    """Let some cases be on offer, some have been accepted, and one declined."""
    steady = [scene for scene in scenes if scene.part.story == "steady" and scene.part.owner not in (LEAVING, "CASEWORKER")]
    receivers = ["CASEWORKER", "CASEWORKER", "CW-04", "CW-07", "CW-10", "CASEWORKER", "CW-08", "CW-12"]
    for number, (scene, receiver) in enumerate(zip(steady[4:], receivers, strict=False)):
        to = staff[receiver]
        if to == scene.owner:
            continue
        day = days.ago(1) if number < 5 else days.ago(2)
        reason = "The person has moved to a prison that the other team looks after."
        made = cases.offer(
            case_id=scene.case_id, to=to, from_=scene.owner, reason=reason, by=scene.owner, at=scene.moment(day, 180), today=day
        )
        if number in (5, 6):
            answered = days.ago(1)
            cases.accept(offer_id=made.pk, pack_read=True, by=to, at=scene.moment(answered, 220), today=answered)
        if number == 7:
            cases.decline(offer_id=made.pk, reason="Already over capacity until the end of the month.", by=to, at=days.at)


def allocate(scenes: Sequence[Scene], staff: Staff, days: Days) -> None:
    """Let a leader have moved several cases at once, this morning so that it can still be undone."""
    mine = [scene for scene in scenes if scene.owner == staff["CW-02"] and scene.part.story in ("idle", "held", "steady")]
    offered = {offer.case_id for offer in caseload.offers_from(staff_id=staff["CW-02"])}
    moves = [cases.Move(case_id=scene.case_id, from_=scene.owner, to=staff["CW-03"]) for scene in mine[-3:] if scene.case_id not in offered]
    cases.allocate_many(moves=moves, reason="Evening out the team.", by=staff["TEAM-LEADER"], at=days.at, today=days.today)


def ask_for_papers(scenes: Sequence[Scene], staff: Staff, days: Days) -> None:
    """Let papers be waiting to be served at the first prison of the prison team, and others have come back not served."""
    about = caseload.of_subjects(scene.case_id for scene in scenes)
    there = [case for case in about.values() if case.closed_at is None and not case.restricted and prison_of(case.person_id) == "MDI"]
    papers = ("Decision letter, with an interpreter", "Notice of liability, in two copies", "Reasons for detention, monthly")
    for number, (case, details) in enumerate(zip(there, papers, strict=False)):
        new = NewTask(kind=PAPERS, due=days.ahead(3 + number), details=details)
        at = days.moment(days.ago(1), 30 + number)
        asked = cases.add_task(case_id=case.pk, new=new, by=case.owner_id, at=at, today=days.ago(1))
        if number == 2:
            said = Served(on=None, words="He was at court all day.")
            answer_papers(task_id=asked.pk, said=said, by=staff["PRISON-TEAM"], at=days.moment(days.ago(1), 300), today=days.ago(1))


def be_away(staff: Staff, days: Days) -> None:
    """Let some be away with cover, one be back, one be going, and one have rung in sick with nobody yet to cover."""
    wanted = (
        ("CW-07", "training", -30, -27, "CW-08", "LEADER-3", 40),
        ("CW-02", "leave", -2, 5, "CASEWORKER", "TEAM-LEADER", 9),
        ("CW-05", "leave", 9, 18, "CW-04", "LEADER-2", 4),
        ("CASEWORKER", "leave", 24, 33, "CW-03", "TEAM-LEADER", 3),
        ("ANALYST", "duty", 0, 2, "", "DIRECTOR", 2),
    )
    for who, kind, first, last, cover, by, told in wanted:
        day = days.ago(told)
        cases.record_absence(
            staff_id=staff[who],
            kind=kind,
            from_date=days.today + timedelta(days=first),
            to_date=days.today + timedelta(days=last),
            cover_id=staff[cover] if cover else None,
            by=staff[by],
            at=days.moment(day, 15),
            today=day,
        )
    cases.record_absence(
        staff_id=staff[SICK],
        kind="sudden",
        from_date=days.today,
        to_date=None,
        cover_id=None,
        by=staff["LEADER-3"],
        at=days.at,
        today=days.today,
    )


def restrict(scenes: Sequence[Scene], staff: Staff, days: Days) -> None:
    """Let a few cases be restricted; one was looked into by breaking the glass and seen, another not yet."""
    chosen = [scene for scene in scenes if scene.part.story in ("steady", "community")][3::9]
    for scene in chosen:
        reason = "The person is related to a member of staff of the command."
        cases.restrict(case_id=scene.case_id, reason=reason, by=scene.above[0], at=scene.moment(days.ago(12)))
    for number, scene in enumerate(chosen[:2]):
        at = scene.moment(days.ago(2 - number), 30)
        reason = "The prison telephoned about a move today and the owner could not be reached."
        taken = access.break_glass(subject_id=scene.case_id, until=at + timedelta(hours=8), reason=reason, by=staff["DUTY-OFFICER"], at=at)
        if number == 0:
            access.see_broken_glass(clearance_id=taken.pk, by=scene.above[1], at=scene.moment(days.ago(1)))
