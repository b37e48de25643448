"""A caseload of any size in an empty, migrated database, with staff and teams in proportion, through every constraint and trigger.

50 cases a caseworker, 10 caseworkers a team, 5 teams a unit. Cases differ in custody, dates, lateness and holds by 499 patterns that
repeat, so that a caseload of 100,000 has the same mixture as one of 1,000. The certificate over it is clean. All of it is invented.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bench.copying import Connection, Rows, numbers
from longstop.cases.winding import Facts, wind
from longstop.clocks.results import Clock
from longstop.kernel.identifiers import case_reference

CASES_A_CASEWORKER, CASEWORKERS_A_TEAM, TEAMS_A_UNIT = 50, 10, 5
PATTERNS = 499
BATCH = 1_000
SALT = bytes(16)
OPERATION = uuid.UUID(int=0)
SYSTEM = 1


@dataclass(frozen=True)
class Filled:
    """What was written: the numbers by which pages can be asked for."""

    cases: list[int]
    caseworkers: list[int]
    leaders: list[int]
    head: int
    teams: list[int]
    rows: int
    seconds: float = 0.0


@dataclass(frozen=True)
class Pattern:
    """One kind of case: its dates relative to the day, and its clocks as the rules give them."""

    custody: str
    opened_on: date
    dates: Mapping[str, date | None]
    reviews: tuple[date, ...]
    clocks: Mapping[str, Clock]
    due: date
    other_due: date | None
    held: bool
    idle_days: int


def pattern(number: int, today: date) -> Pattern:
    """Give the pattern of this number, 0 to 498, on the day."""
    custody = (["serving"] * 13 + ["detained"] * 2 + ["community"] * 4 + ["unknown"])[number % 20]
    opened_on = today - timedelta(days=30 + number * 7 % 900)
    dates: dict[str, date | None] = {
        "sentence_start_date": opened_on - timedelta(days=100),
        "sentence_expiry_date": today + timedelta(days=2_000),
        "conditional_release_date": today + timedelta(days=30 + number * 13 % 900),
    }
    reviews: tuple[date, ...] = ()
    if custody == "detained":
        dates["detained_since"], reviews = today - timedelta(days=3), (today - timedelta(days=2),)
    if custody == "community":
        dates["contact_conditions_since"] = today - timedelta(days=30)
    clocks = wind(facts=Facts(custody=custody, monitored=False, opened_on=opened_on, dates=dates, detention_reviews=reviews), today=today)
    late, held = number % 17 == 3, number % 8 == 5
    due = today - timedelta(days=1) if late else today + timedelta(days=1 + number * 3 % 80)
    other = today + timedelta(days=2 + number * 5 % 60) if number % 2 else None
    return Pattern(custody, opened_on, dates, reviews, clocks, due, other, held and not late, number * 11 % 40)


class Filler:
    """Writes one caseload; see `fill`."""

    def __init__(self, connection: Connection, *, cases: int, at: datetime, today: date) -> None:
        self.connection, self.wanted, self.at, self.today = connection, cases, at, today
        self.rows = Rows()
        self.patterns = [pattern(number, today) for number in range(PATTERNS)]
        self.written = 0

    def people(self) -> tuple[list[int], list[int], int, list[int]]:
        """Write teams and staff; gives caseworkers, leaders, the head of all, and the teams, by number."""
        caseworkers = max(1, self.wanted // CASES_A_CASEWORKER)
        teams = max(1, caseworkers // CASEWORKERS_A_TEAM)
        units = max(1, teams // TEAMS_A_UNIT)
        team_ids = list(numbers(self.connection, "access_team.id", 1 + units + teams))
        staff_ids = list(numbers(self.connection, "access_staff.id", 1 + units + teams + caseworkers))
        top, unit_ids, ordinary = team_ids[0], team_ids[1 : 1 + units], team_ids[1 + units :]
        leaders, workers = staff_ids[: 1 + units + teams], staff_ids[1 + units + teams :]
        parents = [None, *([top] * units), *(unit_ids[number % units] for number in range(teams))]
        kinds = ["directorate", *(["unit"] * units), *(["team"] * teams)]
        for number, (team, leader, parent, kind) in enumerate(zip(team_ids, leaders, parents, kinds, strict=True)):
            name = {"id": team, "code": f"T{number:05}", "name": f"{kind.capitalize()} {number}", "kind": kind}
            self.rows.add("access_team", name | {"parent_id": parent, "leader_id": leader})
        roles = ["director", *(["head"] * units), *(["team_leader"] * teams), *(["caseworker"] * caseworkers)]
        places = [*team_ids, *(ordinary[number // CASEWORKERS_A_TEAM % teams] for number in range(caseworkers))]
        for number, (staff, role, team) in enumerate(zip(staff_ids, roles, places, strict=True)):
            self._staff(number, staff, role, team)
        self.flush()
        return workers, leaders[1 + units :], leaders[0], ordinary

    def _staff(self, number: int, staff: int, role: str, team: int) -> None:
        self.rows.add(
            "access_staff",
            {
                "id": staff,
                "password": "!",
                "staff_number": f"B{number:06}",
                "name": f"Bench {role} {number}",
                "email": f"b{number}@longstop.invalid",
                "team_id": team,
                "agency": "command",
                "works_on": "MTWTF--",
                "capacity_points": 160,
                "active": True,
            },
        )
        began = self.today - timedelta(days=1_000)
        granted = {"staff_id": staff, "role": role, "from_date": began, "granted_at": self.at, "granted_by_id": SYSTEM}
        self.rows.add("access_rolegrant", granted)

    def caseload(self, workers: list[int], teams: list[int]) -> Iterator[int]:
        """Write the cases, a batch in a transaction; gives their numbers."""
        for start in range(0, self.wanted, BATCH):
            size = min(BATCH, self.wanted - start)
            subjects = numbers(self.connection, "work_subject_seq", 2 * size)
            tasks = numbers(self.connection, "work_task_seq", 2 * size)
            references = numbers(self.connection, "cases_reference_seq", size)
            self.payloads = iter(list(numbers(self.connection, "audit_payload.id", 8 * size)))
            subjects, tasks, references = iter(subjects), iter(tasks), iter(references)
            for number in range(start, start + size):
                worker = number % len(workers)
                team = teams[worker // CASEWORKERS_A_TEAM % len(teams)]
                person, case = next(subjects), next(subjects)
                self._person(number, person)
                made = (next(tasks), next(tasks))
                self._case(number, case, person, next(references), made, workers[worker], team)
                yield case
            self.flush()

    def flush(self) -> None:
        """Write what waits, in one transaction."""
        self.written += self.rows.write(self.connection)

    def payload(self, content: Mapping[str, Any], person: int | None) -> tuple[int, bytes]:
        """Add a payload with its true digest; gives (number, digest)."""
        said = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        number, digest = next(self.payloads), hashlib.sha256(SALT + said).digest()
        self.rows.add("audit_payload", {"id": number, "digest": digest, "salt": SALT, "content": dict(content), "person_id": person})
        return number, digest

    def _person(self, number: int, person: int) -> None:
        name, key = f"Ilir Bench{number:06}", f"B{number // 26 % 10_000:04}{chr(65 + number % 26)}{chr(65 + number // 260_000)}"
        shown = {"name": name, "given": "Ilir", "family": f"Bench{number:06}", "date_of_birth": "1985-03-07", "prison_number": key}
        particulars, _ = self.payload(shown | {"as_written": name, "references": []}, person)
        said, digest = self.payload({"prison_number": key, "name": {"display": name}}, person)
        why, _ = self.payload({"reason": "Bench."}, person)
        base = {"made_at": self.at, "made_by_id": SYSTEM}
        self.rows.add("people_person", {"id": person, "particulars_id": particulars, "safeguarding_required": False, **base})
        self.rows.add(
            "people_sourcerecord",
            {
                "person_id": person,
                "source": "hmpps-prisoners",
                "key_digest": hashlib.sha256(f"{number}".encode()).digest(),
                "content_digest": digest,
                "payload_id": said,
                "observed_at": self.at,
                "link_reason_payload_id": why,
                "linked_at": self.at,
                "linked_by_id": SYSTEM,
            },
        )
        for kind, value in (("name", f"bench{number:06}"), ("name", "ilir"), ("prison_number", key)):
            self.rows.add("people_searchkey", {"person_id": person, "kind": kind, "value": value})

    def _case(self, number: int, case: int, person: int, reference: int, tasks: tuple[int, int], owner: int, team: int) -> None:
        like = self.patterns[number % PATTERNS]
        opened = datetime.combine(like.opened_on, time(9, 30), UTC)
        first = self._tasks(like, case, person, tasks, owner, team)
        release = like.clocks.get("release")
        worked = self.at - timedelta(days=like.idle_days)
        self.rows.add(
            "cases_case",
            {
                "id": case,
                "reference": case_reference(reference),
                "person_id": person,
                "flow": "current",
                "custody": like.custody,
                "monitored": False,
                "needs_competence": "",
                "restricted": number % 200 == 7,
                "owner_id": owner,
                "team_id": team,
                "next_task_id": first[0],
                "next_due": first[1],
                "next_is_hold": first[2],
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
        self.rows.add("cases_ownership", spell | {"why": "opened"})
        self.rows.add("cases_opening", {"case_id": case, "reopened": False, "opened_at": opened, "opened_by_id": SYSTEM, "outcome": ""})
        self._dates(like, case)
        self._record(case, person, owner, tasks[0], opened, worked)

    def _tasks(self, like: Pattern, case: int, person: int, numbers_: tuple[int, int], owner: int, team: int) -> tuple[int, date, bool]:
        """Add the case's open tasks; gives number, due date and hold of the one due first."""
        made = [(numbers_[0], like.due, like.held)]
        if like.other_due:
            made.append((numbers_[1], like.other_due, False))
        for number, due, held in made:
            details, _ = self.payload({"details": "Look at the papers again."}, person)
            late = due < self.today
            base = {"subject_kind": "case", "subject_id": case, "kind": "case.hold" if held else "case.review", "origin": "person"}
            task = base | {"id": number, "details_payload_id": details, "waiting_for": "embassy" if held else "us", "owner_id": owner}
            task |= {"team_id": team, "due": due, "first_due": due, "wake": due if held else None, "state": "open"}
            task |= {"acknowledged_rung": 0 if late else -1, "made_at": self.at - timedelta(days=9), "made_by_id": owner}
            self.rows.add("work_task", task)
            if late:
                why, _ = self.payload({"reason": "Waiting for the court."}, person)
                known = {"task_id": number, "rung": 0, "due": due, "reason_payload_id": why, "acknowledged_at": self.at}
                self.rows.add("work_acknowledgement", known | {"acknowledged_by_id": owner})
        return min(made, key=lambda task: (task[1], task[0]))

    def _dates(self, like: Pattern, case: int) -> None:
        base = {"case_id": case, "observed_at": self.at, "recorded_at": self.at, "recorded_by_id": SYSTEM}
        for name, value in like.dates.items():
            self.rows.add("cases_keydate", base | {"name": name, "value": value, "source": "prison"})
        if like.custody == "detained":
            self._authority(case, like.reviews[-1])
        for day in like.reviews:
            self.rows.add("cases_keydate", base | {"name": "last_detention_review", "value": day, "source": f"review {day}"})
        for kind, clock in like.clocks.items():
            self.rows.add(
                "cases_clock",
                {
                    "case_id": case,
                    "kind": str(kind),
                    "due": clock.due,
                    "alarm": (clock.alarm or "")[:200],
                    "basis": clock.basis.name if clock.basis else "",
                    "inputs": dict(clock.inputs),
                    "inputs_hash": clock.inputs_hash,
                    "rule": clock.rule,
                    "rule_version": clock.version,
                    "wound_at": self.at,
                    "wound_by_id": SYSTEM,
                },
            )

    def _authority(self, case: int, reviewed: date) -> None:
        said, _ = self.payload({"reference": "IS91/1", "given_by": "Bench", "reason": "A document is agreed."}, None)
        began = self.today - timedelta(days=3)
        dates = {"given_on": began, "effective_from": began, "reasoned_on": reviewed}
        recorded = {"case_id": case, "kind": "is91", "words_payload_id": said, "recorded_at": self.at, "recorded_by_id": SYSTEM}
        self.rows.add("cases_detentionauthority", recorded | dates)

    def _record(self, case: int, person: int, owner: int, task: int, opened: datetime, worked: datetime) -> None:
        """Add a note, and the events of the case's story."""
        words, digest = self.payload({"text": "Checked the custodial record against the file."}, person)
        written = {"written_at": worked, "written_by_id": owner}
        self.rows.add(
            "cases_note", {"case_id": case, "kind": "progress", "payload_id": words, "payload_digest": digest, "key_note": False, **written}
        )
        told = (
            ("case.opened", opened, {"reference": "", "owner_id": owner, "team_id": 0, "flow": "current", "custody": "serving"}),
            (
                "task.made",
                opened,
                {"task_id": task, "task_kind": "case.review", "owner_id": owner, "due": str(opened.date()), "origin": "person"},
            ),
            ("case.note_written", worked, {"note_id": 0, "note_kind": "progress", "corrects_id": None}),
        )
        for kind, happened, data in told:
            event = {"kind": kind, "happened_at": happened, "by_id": owner, "subject_kind": "case", "subject_id": case, "data": data}
            self.rows.add("audit_event", event | {"authority": "", "guidance_version": "", "backfilled": False, "operation_id": OPERATION})


def fill(connection: Connection, *, cases: int, at: datetime, today: date) -> Filled:
    """Fill the empty, migrated database behind this connection (the service's role, autocommit) with so many open cases."""
    filler = Filler(connection, cases=cases, at=at, today=today)
    workers, leaders, head, teams = filler.people()
    made = list(filler.caseload(workers, teams))
    return Filled(made, workers, leaders, head, teams, filler.written)
