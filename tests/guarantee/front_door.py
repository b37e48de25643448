"""The front door of the state machine: lists come and are considered; people decide, answer, explain, look again, join and part."""

import itertools
import json
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from longstop.access.rules import Permission, permitted
from longstop.audit.actions import SYSTEM
from longstop.cases import actions as cases
from longstop.intake.actions import release_held
from longstop.intake.loading import load_prisoners
from longstop.intake.models import Arrival
from longstop.intake.rules import key_digest
from longstop.people.actions import NotLinked
from longstop.people.models import SourceRecord
from longstop.referral import actions as referral
from longstop.referral.models import Consideration, Departure, Remit
from longstop.referral.rules import ANSWERS, EXPLANATIONS, PAIRS, TASK_KINDS, WHETHER_ONE
from tests import given
from tests.guarantee.telling import NOBODY, Refusals, Telling, pick, seldom
from tests.guarantee.world import OVERLOOKED, Held, World
from tests.referral.world import prisoner

LONG_AGO = 300  # days before the stories: lists come one after another whatever day a story has reached
MINUTES = itertools.count(1)
STORIES = itertools.count(1)
# What a list can say of somebody: None is that it does not give them. Those who are alike may be one person.
SAID: tuple[dict[str, Any] | None, ...] = (
    {},
    {},
    {"nationality": ""},
    {"nationality": "British"},
    {"nationality": "Dual national"},
    {"legalStatus": "REMAND", "convictedStatus": "Remand"},
    {"conditionalReleaseDate": "2026-12-01"},
    {"firstName": "Ana", "lastName": "Alike", "dateOfBirth": "1991-02-03"},
    None,
)
reasons = st.sampled_from(["Asked the prison", "Asked the prison", "Asked the prison", " "])


class FrontDoor(Telling):
    """Up to five people on lists, two duty officers to whom everything comes first, and what is made of it."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.story = next(STORIES)
        self.last: dict[str, int] = {}  # who was on the last list, and the receipt

    def prison_number(self, which: int) -> str:
        whole = self.story * 5 + which
        letters = "".join(chr(ord("A") + (whole // 9000) // 26**n % 26) for n in (1, 0))
        return f"A{1000 + whole % 9000}{letters}"

    def thing(self, which: int, kind: str, *, decided: bool = False) -> int:
        """Choose one of a kind: an open one, if there is any, unless `decided` is asked for."""
        numbers = [pk for pk, each in self.world.things.items() if each.kind == kind and each.person >= self.since]
        numbers = [pk for pk in numbers if (self.world.things[pk].state == "open") != decided] or numbers
        return numbers[which % len(numbers)] if numbers else NOBODY

    def not_open(self, number: int, error: type[BaseException]) -> Refusals:
        if number not in self.world.things:
            return (ObjectDoesNotExist,)
        return () if self.world.things[number].state == "open" else (error,)

    def in_hand(self, person: int) -> bool:
        open_ones = [each for each in self.world.things.values() if each.kind == "referral" and each.state == "open"]
        return self.case_of(person) is not None or any(each.person == person for each in open_ones)

    def has_work(self, person: int) -> bool:
        """Say whether anything is open about somebody, apart from questions with whom they are one."""
        asked = [each for each in self.world.things.values() if each.kind == "question" and each.state == "open"]
        return self.in_hand(person) or any(each.person == person and each.asks not in PAIRS for each in asked)

    def case_of(self, person: int) -> int | None:
        return next((pk for pk, case in self.world.cases.items() if case.person == person and case.open), None)

    def ended(self, expected: World, number: int, state: str) -> None:
        """Let a thing end, and its task with it."""
        expected.things[number].state = state
        expected.jobs = {pk: job for pk, job in expected.jobs.items() if (job.about, job.subject) != (expected.things[number].kind, number)}

    def refers(self, expected: World, person: int) -> set[int]:
        """Expect one open referral of the person more, whose number only the database knows; gives it, to be learnt."""
        new = {pk: each for pk, each in self.look().things.items() if pk not in self.world.things}
        assert [(each.kind, each.state, each.person) for each in new.values()] == [("referral", "open", person)]
        expected.things |= new
        return set(new)

    def opens(self, expected: World, case: int, person: int, owner: int) -> None:
        expected.cases[case] = Held(person, True, owner, self.world.workers[owner].team or 0, None)

    def lists_come(self, to: list[int]) -> None:
        """Let two lists come, and hand what they ask for to the people of the story."""
        first: list[dict[str, Any] | None] = [{}, {"nationality": ""}, {"nationality": "British"}, {}]
        for said in (first, first[:-1]):
            self._come({self.prison_number(n): one for n, one in enumerate(said) if one is not None}, twice=False)
        for pk, job in list(self.world.jobs.items()):
            if job.about in TASK_KINDS:
                receiver = to[pk % len(to)]
                act = {"kind": job.about, "subject_ids": [job.subject], "to": receiver, "from_": job.owner, "reason": "Yours"}
                self.do(referral.hand_on, **act, **self.dated)
        self.world = self.look()

    # Lists

    @rule(said=st.lists(st.sampled_from(SAID), min_size=1, max_size=5), twice=seldom)
    def consider_a_list(self, said: list[dict[str, Any] | None], twice: bool) -> None:
        there = {self.prison_number(n): one for n, one in enumerate(said) if one is not None}
        if there:
            self._come(there, twice=twice)

    def _come(self, there: dict[str, dict[str, Any]], *, twice: bool) -> None:
        receipt = self._arrives([prisoner(number, **self._told(one)) for number, one in there.items()])
        self.world = self.look()  # a file that was held made a task, and its release finished it
        arguments = {"receipt_id": receipt, "by": SYSTEM, "at": self.now, "today": self.today, "seed": "fixed"}
        if twice:  # another process has begun with its part of the list, and left it
            referral.begin_to_consider(**arguments, parts=2)
            referral.consider_receipt(**arguments, part=referral.Part(1, 2))
        made = self._consider(arguments)
        assert made.considered == len(there)
        assert made.tells_departures
        self._nobody_is_overlooked(there)
        for number, receipt_before in self.last.items():
            told = Departure.objects.filter(arrival_id=self.arrivals()[number], last_seen_id=receipt_before, receipt_id=receipt)
            assert told.exists() == (number not in there), number
        self.last = dict.fromkeys(there, receipt)
        if twice:
            before = self.marks()
            assert referral.consider_receipt(**arguments) == made
            assert self.marks() == before, "considered twice, and something was written"

    def _told(self, said: dict[str, Any]) -> dict[str, Any]:
        """Let the family name of those who are alike be that of this story alone."""
        return said | {"lastName": f"Alike{self.prison_number(0)[-2:].lower()}x{self.story:x}"} if "firstName" in said else said

    def _arrives(self, rows: list[dict[str, Any]]) -> int:
        """Take a list in that is like no other, and give its receipt."""
        minute = next(MINUTES)
        at = given.NOW - timedelta(days=LONG_AGO) + timedelta(minutes=minute)
        path = self.folder / f"list-{minute}.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows) + " " * minute, encoding="utf-8")
        arguments = {"path": path, "observed_at": at - timedelta(hours=1), "by": SYSTEM, "at": at}
        receipt = load_prisoners(**arguments).receipt
        if receipt.state == "held":  # such small lists are soon a twentieth shorter than the last
            release_held(receipt_id=receipt.pk, reason="Meant to be so.", by=SYSTEM, at=at)
            receipt = load_prisoners(**arguments).receipt
        return receipt.pk

    def _consider(self, arguments: dict[str, Any]) -> Consideration:
        made: Consideration = self.do(referral.consider_receipt, **arguments)
        found, expected = self.look(), self.world.copy()
        overtaken = {"question": "overtaken", "departure": "returned"}
        for pk, each in self.world.things.items():
            if found.things[pk] != each:
                assert (each.state, found.things[pk].state) == ("open", overtaken.get(each.kind)), (each, found.things[pk])
                self.ended(expected, pk, overtaken[each.kind])
        new = {pk: each for pk, each in found.things.items() if pk not in self.world.things}
        assert all(each.state == "open" for each in new.values())
        expected.things |= new
        expected.jobs |= {pk: job for pk, job in found.jobs.items() if job.subject in new}
        assert made.referred == sum(each.kind == "referral" for each in new.values())
        assert made.questioned + made.alike <= sum(each.kind == "question" for each in new.values())
        self.becomes(expected)
        return made

    def _nobody_is_overlooked(self, there: Collection[str]) -> None:
        """Everybody on the list whom the rules do not find out of remit has a referral, a question or a case, now or before."""
        self.cursor.execute(OVERLOOKED, {"records": [pk for number, pk in self.arrivals().items() if number in there]})
        assert self.cursor.fetchall() == []

    def arrivals(self) -> dict[str, int]:
        """Give the records of this story's people, by prison number."""
        keys = {key_digest(source="hmpps-prisoners", key=number): number for number in map(self.prison_number, range(5))}
        return {keys[bytes(row.key_digest)]: row.pk for row in Arrival.objects.filter(key_digest__in=list(keys)).order_by("pk")}

    # Decisions

    @rule(which=pick, to=pick, nobody=seldom, decided=seldom)
    def accept_a_referral(self, which: int, to: int, nobody: bool, decided: bool) -> None:
        number, owner = self.thing(which, "referral", decided=decided), self.worker(to, nobody=nobody)
        refused, case = self.not_open(number, referral.ReferralIsDecided), None
        if not refused:
            case = self.case_of(self.world.things[number].person)
            refused = () if case else self.not_to_own(owner)
        made = self.do(referral.accept, referral_id=number, owner_id=owner, reason="In remit", refused=refused, **self.dated)
        if made:
            expected = self.world.copy()
            self.ended(expected, number, "accepted")
            if case is None:
                self.opens(expected, made, self.world.things[number].person, owner)
            assert case in (None, made)
            self.becomes(expected, learn=made)

    @precondition(lambda self: len(self.world.cases) < 14)
    @rule(which=pick, to=pick)
    def open_from_a_record(self, which: int, to: int) -> None:
        arrivals, owner = list(self.arrivals().values()), self.worker(to)
        if not arrivals:
            return
        placement = cases.Placement(arrival_id=arrivals[which % len(arrivals)], owner_id=owner)
        (placed,) = self.do(referral.open_from_records, placements=[placement], reason="Chosen", **self.dated)
        if placed.case_id is None:
            assert placed.explanation
            self.becomes(self.world.copy())
            return
        found, expected = self.look(), self.world.copy()
        person = found.cases[placed.case_id].person
        assert not self.not_to_own(owner)
        assert self.case_of(person) is None
        waited = [pk for pk, each in self.world.things.items() if (each.kind, each.state, each.person) == ("referral", "open", person)]
        for pk in waited:
            self.ended(expected, pk, "accepted")
        new = {pk: each for pk, each in found.things.items() if pk not in self.world.things}
        assert [(each.kind, each.state, each.person) for each in new.values()] == [("referral", "accepted", person)] * (not waited)
        expected.things |= new
        self.opens(expected, placed.case_id, person, owner)
        self.becomes(expected, learn=placed.case_id)

    @rule(which=pick, out=st.booleans(), code=st.sampled_from(["OTHER_REASON", "OTHER_REASON", "NONSENSE"]), reason=reasons, decided=seldom)
    def refuse_a_referral(self, which: int, out: bool, code: str, reason: str, decided: bool) -> None:
        number = self.thing(which, "referral", decided=decided)
        refused: Refusals = (referral.NoReason,) if code == "NONSENSE" or not reason.strip() else ()
        refused = refused or self.not_open(number, referral.ReferralIsDecided)
        arguments = {"referral_id": number, "code": code, "reason": reason}
        if out:
            done = self.do(referral.find_out_of_remit, **arguments, refused=refused, **self.stamp)
        else:
            done = self.do(referral.find_no_interest, **arguments, refused=refused, **self.stamp)
        if done:
            expected = self.world.copy()
            self.ended(expected, number, "out_of_remit" if out else "no_interest")
            self.becomes(expected)

    @rule(which=pick, reason=reasons, stranger=st.booleans())
    def refer(self, which: int, reason: str, stranger: bool) -> None:
        people = [each.person for each in self.world.things.values() if each.person >= self.since] + [
            case.person for case in self.world.cases.values()
        ]
        person = given.person().pk if stranger or not people else people[which % len(people)]
        refused: Refusals = (referral.NoReason,) if not reason.strip() else (referral.InHandAlready,) if self.in_hand(person) else ()
        made = self.do(referral.refer_by_hand, person_id=person, reason=reason, refused=refused, **self.dated)
        if made:
            expected = self.world.copy()
            self.becomes(expected, also=self.refers(expected, person))

    @rule(which=pick, kind=st.sampled_from(["referral", "question", "departure", "look"]), to=pick, thinks=seldom, reason=reasons)
    def hand_on(self, which: int, kind: str, to: int, thinks: bool, reason: str) -> None:
        number, receiver = self.thing(which, kind), self.worker(to)
        held = [(pk, job) for pk, job in self.world.jobs.items() if (job.about, job.subject) == (kind, number)]
        owner = held[0][1].owner if held else NOBODY
        worker = self.world.workers[receiver]
        able = worker.active and worker.leaving is None and worker.team is not None
        able = able and permitted(roles=worker.roles, permission=Permission.DO_TASKS)
        refused: Refusals = (referral.NoReason,) if not reason.strip() else () if able else (referral.MayNotTake,)
        if not refused and (thinks or not held):
            refused = (referral.OwnerHasChanged,)
        arguments = {"kind": kind, "subject_ids": [number], "to": receiver, "from_": NOBODY if thinks else owner, "reason": reason}
        if self.do(referral.hand_on, **arguments, refused=refused, **self.dated):
            expected = self.world.copy()
            job = expected.jobs[held[0][0]]
            job.owner, job.successor = receiver, None
            self.becomes(expected)

    # What is found out

    @rule(which=pick, answer=pick, wrong=seldom, reason=reasons, decided=seldom)
    def answer_a_question(self, which: int, answer: int, wrong: bool, reason: str, decided: bool) -> None:
        number = self.thing(which, "question", decided=decided)
        refused: Refusals = self.not_open(number, referral.QuestionIsAnswered)
        maybe: Refusals = ()
        asked = self.world.things.get(number)
        answers = ANSWERS[asked.asks] if asked else {}
        said = list(answers)[answer % len(answers)] if answers and not wrong else "nonsense"
        follows = answers[said][1] if said in answers else ""
        if not refused and (said not in answers or not reason.strip()):
            refused = (referral.NoReason,)
        if not refused and asked and asked.asks in PAIRS:
            maybe = (
                referral.AnsweredBefore,
                NotLinked,
                referral.NotJoined,
            )  # answered before; joined or parted meanwhile
            if follows == "join" and self.has_work(asked.person) and self.has_work(asked.other or 0):
                maybe = (*maybe, referral.OtherHasWork)  # unless they are joined already
        arguments = {"question_id": number, "answer": said, "reason": reason}
        made = self.do(referral.answer, **arguments, refused=refused, maybe=maybe, **self.dated)
        if made and asked:
            expected = self.world.copy()
            self.ended(expected, number, "answered")
            if asked.asks in PAIRS:
                self.pairs_follow({asked.person, asked.other or 0}, expected)
                return
            new = self.refers(expected, asked.person) if follows == "refer" and not self.in_hand(asked.person) else set()
            self.becomes(expected, also=new)

    @rule(which=pick, explanation=st.sampled_from([*EXPLANATIONS, "nonsense"]), evidence=reasons, decided=seldom)
    def explain_a_departure(self, which: int, explanation: str, evidence: str, decided: bool) -> None:
        number = self.thing(which, "departure", decided=decided)
        refused: Refusals = (referral.NoReason,) if explanation == "nonsense" or not evidence.strip() else ()
        refused = refused or self.not_open(number, referral.DepartureIsExplained)
        arguments = {"departure_id": number, "explanation": explanation, "evidence": evidence}
        if self.do(referral.explain, **arguments, refused=refused, **self.stamp):
            expected = self.world.copy()
            self.ended(expected, number, "explained")
            self.becomes(expected)

    @rule(which=pick, agreed=st.booleans(), reason=reasons, decided=seldom)
    def look_again(self, which: int, agreed: bool, reason: str, decided: bool) -> None:
        number = self.thing(which, "look", decided=decided)
        refused: Refusals = (referral.NoReason,) if not reason.strip() else self.not_open(number, referral.LookIsMade)
        arguments = {"look_id": number, "agreed": agreed, "reason": reason}
        if self.do(referral.look, **arguments, refused=refused, **self.dated):
            expected = self.world.copy()
            self.ended(expected, number, "agreed" if agreed else "not_agreed")
            person = self.world.things[number].person
            self.becomes(expected, also=set() if agreed or self.in_hand(person) else self.refers(expected, person))

    @rule(one=pick, other=pick, reason=reasons, then=st.sampled_from(["nothing", "undo", "part"]))
    def join_and_part(self, one: int, other: int, reason: str, then: str) -> None:
        people = self.considered()
        if not people:
            return
        person, known_too = people[one % len(people)], people[other % len(people)]
        refused: Refusals = (referral.OtherHasWork,) if self.has_work(known_too) else ()
        if not refused and (person == known_too or not reason.strip()):
            refused = (ValueError,)
        joined = self.do(referral.join, person_id=person, other_id=known_too, reason=reason, refused=refused, **self.dated)
        if not joined:
            return
        self.pairs_follow({person, known_too})
        held = SourceRecord.objects.filter(person_id=person, number__in=joined.numbers, unlinked_at=None)
        records = list(held.values_list("pk", flat=True))
        about = {person, known_too, *joined.numbers}
        if then == "undo":
            self.do(referral.undo_join, joining_id=joined.pk, reason="Two persons after all", **self.dated)
            self.pairs_follow(about)
            self.do(referral.undo_join, joining_id=joined.pk, reason="Again", refused=(referral.NotJoined,), **self.dated)
        for record in records if then == "part" else ():
            self.do(referral.part, record_id=record, reason="Two persons after all", **self.dated)
            self.pairs_follow(about)
            self.do(referral.part, record_id=record, reason="Two persons after all", refused=(NotLinked,), **self.dated)

    @rule(one=pick, other=pick)
    def ask_whether_one(self, one: int, other: int) -> None:
        people = self.considered()
        if not people:
            return
        pair = sorted((people[one % len(people)], people[other % len(people)]))
        open_now = [each for each in self.world.things.values() if each.asks == WHETHER_ONE and each.state == "open"]
        refused: Refusals = (ValueError,) if pair[0] == pair[1] else ()
        refused = refused or ((referral.AskedAlready,) if any([each.person, each.other] == pair for each in open_now) else ())
        if self.do(referral.ask_whether_one, person_id=pair[0], other_id=pair[1], refused=refused, **self.dated):
            self.pairs_follow(set(pair))

    def considered(self) -> list[int]:
        """Give the persons whom the records of this story are about now."""
        records = list(self.arrivals().values())
        return sorted(set(Remit.objects.filter(arrival_id__in=records).values_list("person_id", flat=True)))

    def pairs_follow(self, about: Collection[int], expected: World | None = None, also: Collection[int] = ()) -> None:
        """Learn what follows where persons are found to be one, or two, and nothing else: whether they are one with others is asked, or is
        not asked any more; and whoever was parted is referred."""
        expected, now = expected or self.world.copy(), self.look().things
        new = {pk: each for pk, each in now.items() if pk not in expected.things}
        for each in new.values():
            pair = each.kind == "question" and each.asks in PAIRS and {each.person, each.other} & set(about)
            assert each.state == "open"
            assert pair or (each.kind == "referral" and each.person in about), each
        for pk in [pk for pk, each in expected.things.items() if each.state == "open" and now[pk].state == "overtaken"]:
            assert now[pk].asks in PAIRS
            assert {now[pk].person, now[pk].other} & set(about)
            self.ended(expected, pk, "overtaken")
        expected.things |= new
        self.becomes(expected, also={*new, *also})
