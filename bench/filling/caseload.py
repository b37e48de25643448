"""The cases of a caseload: each with its person, where it came from, its owner, its tasks, dates and clocks, and its story."""

from datetime import UTC, date, datetime, time, timedelta

from bench.copying import Writer, spell
from bench.filling.considered import DETAINED, GONE, INSIDE, Considered
from bench.filling.patterns import PATTERNS, Pattern, pattern
from bench.filling.persons import Persons
from bench.filling.staffing import SYSTEM, Staffed
from longstop.kernel.identifiers import case_reference

RESTRICTED_ONE_IN, OFFERED_ONE_IN = 200, 197


class Cases:
    """Writes cases by their numbers."""

    def __init__(self, writer: Writer, staffed: Staffed, persons: Persons, considered: Considered) -> None:
        self.writer, self.staffed, self.persons, self.considered = writer, staffed, persons, considered
        self.patterns = [pattern(number, writer.today) for number in range(PATTERNS)]

    def add(self, number: int) -> int:
        """Add one case with all that belongs to it; gives its number."""
        like, case = self.patterns[number % PATTERNS], self.writer.number("work_subject_seq")
        workers = self.staffed.caseworkers
        owner = workers[number % len(workers)]
        self._case(number, like, case, self._person(number, like, case), owner, self.staffed.team_of[owner])
        return case

    def _person(self, number: int, like: Pattern, case: int) -> int:
        """Write whom the case is about, and how it came: by a referral from the prison's list, or from the old casework system."""
        if like.old:
            return self.persons.from_old_system(number, case)
        standing = GONE if like.at_liberty else DETAINED if like.custody == "detained" else INSIDE
        someone = self.persons.from_list(number, standing, like.dates["conditional_release_date"])
        self.considered.accept(number, someone, case)
        if like.at_liberty:
            self.considered.explain(number, someone)
        return someone.person

    def _case(self, number: int, like: Pattern, case: int, person: int, owner: int, team: int) -> None:
        writer = self.writer
        opened = datetime.combine(like.opened_on, time(9, 30), UTC)
        task, due, held = self._tasks(number, like, case, person, owner, team)
        release = like.clocks.get("release")
        worked = writer.at - timedelta(days=like.idle_days)
        writer.add(
            "cases_case",
            {
                "id": case,
                "reference": case_reference(writer.number("cases_reference_seq")),
                "person_id": person,
                "flow": "legacy" if like.old else "current",
                "custody": like.custody,
                "monitored": like.monitored,
                "needs_competence": "",
                "restricted": number % RESTRICTED_ONE_IN == 7,
                "owner_id": owner,
                "team_id": team,
                "next_task_id": task,
                "next_due": due,
                "next_is_hold": held,
                "release_date": release.due if release else None,
                "last_worked_at": worked,
                "last_worked_by_id": owner,
                "first_opened_at": opened,
                "first_opened_by_id": SYSTEM,
                "outcome": "",
                "version": 1,
            },
        )
        spell = {"case_id": case, "staff_id": owner, "team_id": team, "state": "current", "started_at": opened, "started_by_id": SYSTEM}
        writer.add("cases_ownership", spell | {"why": "opened"})
        writer.add("cases_opening", {"case_id": case, "reopened": False, "opened_at": opened, "opened_by_id": SYSTEM, "outcome": ""})
        self._dates(like, case)
        self._record(case, person, owner, task, opened, worked)

    def _tasks(self, number: int, like: Pattern, case: int, person: int, owner: int, team: int) -> tuple[int, date, bool]:
        """Add the case's open tasks; gives number, due date and hold of the one due first."""
        made = [self._task(like, case, person, owner, team, like.due, like.held)]
        if like.other_due:
            made.append(self._task(like, case, person, owner, team, like.other_due, False))
        if number % OFFERED_ONE_IN == 11:
            made.append(self._offer(number, like, case, person, owner))
        return min(made, key=lambda task: (task[1], task[0]))

    def _task(
        self, like: Pattern, case: int, person: int, owner: int, team: int, due: date, held: bool, kind: str = "case.review"
    ) -> tuple[int, date, bool]:
        writer, number = self.writer, self.writer.number("work_task_seq")
        details, _ = writer.payload({"details": "Look at the papers again."}, person)
        late, waits = due < writer.today, "embassy" if held else "prison" if number % 23 == 5 else "us"
        task = {"id": number, "subject_kind": "case", "subject_id": case, "kind": "case.hold" if held else kind, "origin": "person"}
        task |= {"details_payload_id": details, "waiting_for": waits, "owner_id": owner, "team_id": team, "due": due, "first_due": due}
        task |= {"wake": due if held else None, "state": "open", "acknowledged_rung": 0 if late else -1}
        writer.add("work_task", task | {"made_at": writer.at - timedelta(days=9), "made_by_id": owner})
        if late:
            why, _ = writer.payload({"reason": "Waiting for the court."}, person)
            known = {"task_id": number, "rung": 0, "due": due, "reason_payload_id": why, "acknowledged_at": writer.at}
            writer.add("work_acknowledgement", known | {"acknowledged_by_id": owner})
        return number, due, held

    def _offer(self, number: int, like: Pattern, case: int, person: int, owner: int) -> tuple[int, date, bool]:
        """Offer the case to a colleague, with the task of answering."""
        writer, workers = self.writer, self.staffed.caseworkers
        to = workers[(number + 1) % len(workers)]
        task = self._task(like, case, person, to, self.staffed.team_of[to], writer.today + timedelta(days=2), False, "transfer.answer")
        why, _ = writer.payload({"reason": "They know the embassy."}, person)
        pack, _ = writer.payload({"summary": "Nothing is agreed yet."}, person)
        offer = {"case_id": case, "from_staff_id": owner, "to_staff_id": to, "state": "open", "task_id": task[0], "reason_payload_id": why}
        writer.add("cases_offer", offer | {"pack_payload_id": pack, "offered_at": writer.at, "offered_by_id": owner})
        return task

    def _dates(self, like: Pattern, case: int) -> None:
        writer = self.writer
        base = {"case_id": case, "observed_at": writer.at, "recorded_at": writer.at, "recorded_by_id": SYSTEM}
        for name, value in like.dates.items():
            writer.add("cases_keydate", base | {"name": name, "value": value, "source": "prison"})
        if like.custody == "detained":
            self._authority(case, like.reviews[-1])
        for day in like.reviews:
            writer.add("cases_keydate", base | {"name": "last_detention_review", "value": day, "source": f"review {day}"})
        for kind, clock in like.clocks.items():
            row = {"case_id": case, "kind": str(kind), "due": clock.due, "alarm": (clock.alarm or "")[:200]}
            row |= {
                "basis": clock.basis.name if clock.basis else "",
                "inputs": spell(dict(clock.inputs)).decode(),
                "inputs_hash": clock.inputs_hash,
            }
            row |= {"rule": clock.rule, "rule_version": clock.version, "wound_at": writer.at, "wound_by_id": SYSTEM}
            writer.add("cases_clock", row)

    def _authority(self, case: int, reviewed: date) -> None:
        writer = self.writer
        said, _ = writer.payload({"reference": "IS91/1", "given_by": "Bench", "reason": "A document is agreed."}, None)
        began = writer.today - timedelta(days=3)
        dates = {"given_on": began, "effective_from": began, "reasoned_on": reviewed}
        recorded = {"case_id": case, "kind": "is91", "words_payload_id": said, "recorded_at": writer.at, "recorded_by_id": SYSTEM}
        writer.add("cases_detentionauthority", recorded | dates)

    def _record(self, case: int, person: int, owner: int, task: int, opened: datetime, worked: datetime) -> None:
        """Add a note, and the events of the case's story."""
        writer = self.writer
        words, digest = writer.payload({"text": "Checked the custodial record against the file."}, person)
        note = {"case_id": case, "kind": "progress", "payload_id": words, "payload_digest": digest, "key_note": False}
        writer.add("cases_note", note | {"written_at": worked, "written_by_id": owner})
        came = {"reference": "", "owner_id": owner, "team_id": 0, "flow": "current", "custody": "serving"}
        made = {"task_id": task, "task_kind": "case.review", "owner_id": owner, "due": str(opened.date()), "origin": "person"}
        noted = {"note_id": 0, "note_kind": "progress", "corrects_id": None}
        for kind, happened, data in (("case.opened", opened, came), ("task.made", opened, made), ("case.note_written", worked, noted)):
            writer.event(kind, about="case", number=case, data=data, by=owner, on=happened)
