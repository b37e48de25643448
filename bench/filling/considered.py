"""What has to be looked at, and what was: referrals, questions, departures and second looks, each open one with an owner and a dated task.

A thousand cases stand beside so many others, by the published figures (domain.md 3.7) where there are any: for 26,000 cases 3,781 people
on remand, a thousand referrals a month decided within ten working days, one nationality in a hundred not recorded. The rest is assumed.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bench.copying import Writer
from bench.filling.lists import Came, refuse
from bench.filling.persons import Persons, Someone, Standing
from bench.filling.staffing import Staffed
from longstop.referral.rules import TASK_KINDS

# Of each, for a thousand cases.
BESIDE: Mapping[str, int] = {
    "remand": 145,
    "referral": 20,
    "no_interest": 40,
    "question": 8,
    "answered": 12,
    "departure": 2,
    "look": 2,
    "looked": 3,
    "kept": 30,
    "refused": 2,
    "mended": 3,
}
INSIDE = Standing(state="opened")
DETAINED = Standing(state="opened", status="IMMIGRATION_DETAINEE", reasons=("immigration_detainee", "not_british"))
GONE = Standing(state="opened", custody="released", gone_for=40)
WAITING = Standing()
REMAND = Standing(status="REMAND", convicted="REMAND", result="out_of_remit", reasons=("not_convicted",))
UNKNOWN = Standing(nationality="Nationality unknown", result="unclear", reasons=("nationality_unknown", "convicted"))
MISSED = Standing(status="REMAND", convicted="REMAND", result="out_of_remit", reasons=("not_convicted",), gone_for=1)
LATE_ONE_IN = 17


class Considered:
    """Writes what is and was considered."""

    def __init__(self, writer: Writer, staffed: Staffed, came: Came, persons: Persons) -> None:
        self.writer, self.staffed, self.came, self.persons = writer, staffed, came, persons
        self._ways: Mapping[str, Callable[[int], None]] = {
            "remand": lambda n: self._record(n, REMAND) and None,
            "referral": self._referral,
            "no_interest": self._no_interest,
            "question": self._question,
            "answered": self._answered,
            "departure": self._departure,
            "look": self._look,
            "looked": self._looked,
            "kept": lambda n: self.persons.from_old_system(n, None) and None,
            "refused": lambda n: refuse(self.writer, self.came, n, mended=False),
            "mended": lambda n: refuse(self.writer, self.came, n, mended=True),
        }
        self._other: int | None = None  # somebody without a case, whom the next may be

    def beside(self, start: int, stop: int, first: int) -> None:
        """Write the others who stand beside the cases of these numbers, in proportion; `first` is the first number that no case bears."""
        offset = first
        for what, of_thousand in BESIDE.items():
            for number in range(start * of_thousand // 1_000, stop * of_thousand // 1_000):
                self._ways[what](offset + number)
            offset += first * of_thousand // 1_000 + 1

    def accept(self, number: int, someone: Someone, case: int) -> None:
        """Write the referral from which a case came."""
        self._ended("referral", number, someone, state="accepted", more={"origin": "rule", "outcome_code": "", "case_id": case})

    def explain(self, number: int, someone: Someone) -> None:
        """Write that somebody has gone from the list because they were released."""
        gone = {"receipt_id": self.came.left(GONE.gone_for - 1), "last_seen_id": self.came.left(GONE.gone_for), "explanation": "released"}
        self._ended("departure", number, someone, state="explained", more=gone)

    def _record(self, number: int, standing: Standing) -> Someone:
        return self.persons.from_list(number, standing, self.writer.today + timedelta(days=5 + number * 13 % 1_500))

    def _referral(self, number: int) -> None:
        someone = self._record(number, WAITING)
        self._open("referral", number, someone, reasons=WAITING.reasons, more={"origin": "rule", "outcome_code": ""})
        self._other = someone.person

    def _no_interest(self, number: int) -> None:
        refused = {"origin": "rule", "outcome_code": "BELOW_THRESHOLD"}
        self._ended("referral", number, self._record(number, WAITING), state="no_interest", more=refused)

    def _question(self, number: int) -> None:
        if number % 2 and self._other:
            asked = {"kind": "possibly_same_person", "other_id": self._other, "answer": ""}
            self._open("question", number, self._record(number, REMAND), reasons=("name_and_birth",), more=asked)
        else:
            asked = {"kind": "nationality_unknown", "answer": ""}
            self._open("question", number, self._record(number, UNKNOWN), reasons=UNKNOWN.reasons, more=asked)

    def _answered(self, number: int) -> None:
        answer = {"kind": "nationality_unknown", "answer": "british"}
        self._ended("question", number, self._record(number, UNKNOWN), state="answered", more=answer)

    def _departure(self, number: int) -> None:
        gone = {"receipt_id": self.came.last, "last_seen_id": self.came.left(1), "explanation": ""}
        self._open("departure", number, self._record(number, MISSED), reasons=None, more=gone)

    def _look(self, number: int) -> None:
        drawn = {"consideration_id": self.came.considerations[-1]}
        self._open("look", number, self._record(number, REMAND), reasons=REMAND.reasons, more=drawn)

    def _looked(self, number: int) -> None:
        drawn = {"consideration_id": self.came.considerations[number % len(self.came.considerations)]}
        self._ended("look", number, self._record(number, REMAND), state="agreed", more=drawn)

    def _open(self, kind: str, number: int, someone: Someone, *, reasons: tuple[str, ...] | None, more: Mapping[str, Any]) -> None:
        writer, late = self.writer, number % LATE_ONE_IN == 3
        due = writer.today + timedelta(days=-1 if late else number % 14)
        row, task = self._base(kind, number, someone, due_in=(due - writer.today).days, late=late)
        if late:
            why, _ = writer.payload({"reason": "Waiting for the prison."}, someone.person)
            known = {"task_id": task["id"], "rung": 0, "due": due, "reason_payload_id": why, "acknowledged_at": writer.at}
            writer.add("work_acknowledgement", known | {"acknowledged_by_id": task["owner_id"]})
        ended = dict.fromkeys(("ended_at", "ended_by_id", "ended_payload_id"))
        self._add(kind, row | {"state": "open"} | ended | dict(more), reasons)

    def _ended(self, kind: str, number: int, someone: Someone, *, state: str, more: Mapping[str, Any]) -> None:
        writer = self.writer
        row, task = self._base(kind, number, someone, due_in=-20, late=False, done=True)
        why, _ = writer.payload({"reason": "As the record says."}, someone.person)
        at = writer.at - timedelta(days=20, minutes=number % 50_000)
        ended = {"ended_at": at, "ended_by_id": task["owner_id"], "ended_payload_id": why}
        self._add(kind, row | {"state": state} | ended | dict(more), None if kind == "departure" else INSIDE.reasons)
        done = f"{kind}.{state}"
        writer.event(done, about=kind, number=row["id"], data={"case_id": more.get("case_id")}, by=task["owner_id"], on=at)

    def _add(self, kind: str, row: Mapping[str, Any], reasons: tuple[str, ...] | None) -> None:
        self.writer.add(f"referral_{kind}", dict(row) | ({"reasons": list(reasons)} if reasons else {}))

    def _base(
        self, kind: str, number: int, someone: Someone, *, due_in: int, late: bool, done: bool = False
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Add the task; give the columns that the four kinds share, and the task."""
        writer, officers = self.writer, self.staffed.officers
        owner, due = officers[number % len(officers)], writer.today + timedelta(days=due_in)
        made_at = writer.at - timedelta(days=9 if not done else 40)
        subject = writer.number("work_subject_seq")
        task = {"id": writer.number("work_task_seq"), "subject_kind": kind, "subject_id": subject, "kind": TASK_KINDS[kind]}
        task |= {"waiting_for": "us", "owner_id": owner, "team_id": self.staffed.team_of[owner], "due": due, "first_due": due}
        task |= {"origin": "person" if late else "software", "state": "done" if done else "open", "acknowledged_rung": 0 if late else -1}
        task |= {"made_at": made_at, "made_by_id": owner, "done_at": writer.at if done else None, "done_by_id": owner if done else None}
        writer.add("work_task", task)
        row = {"id": subject, "person_id": someone.person, "arrival_id": someone.arrival, "task_id": task["id"], "first_due": due}
        return row | {"made_at": made_at, "made_by_id": owner}, task
