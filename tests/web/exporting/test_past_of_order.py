"""A page of a list as at a seal is the page that stood there when it was taken: the same rows in the same order, and the same counts."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from longstop.audit.models import Seal
from longstop.audit.past import as_known_at
from longstop.referral import actions as decide
from longstop.referral import queries as read
from longstop.referral.models import Question, Referral
from longstop.referral.queries.desk import view_counts
from longstop.web.exporting.pieces import piece
from longstop.work import actions as work
from tests.conftest import Committed
from tests.proof.world import seal_all
from tests.referral import world as referrals
from tests.web.considering.conftest import AT, arrive

SEED, SEALS, CHANGES, PAGE = 7, 3, 6, 8
KINDS = {"referral": read.referrals, "question": read.questions}


class World:
    """Two pages of referrals and one of questions, of which some are decided, moved and handed on between one seal and the next."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.today, self.chance = folder, timezone.localdate(), random.Random(SEED)
        self.command, self.officers = referrals.command()
        soon = (self.today + timedelta(days=9)).isoformat()
        many = [referrals.prisoner(f"A30{number:02d}AA", prisonId=("ZZA", "ZZB")[number % 2]) for number in range(9)]
        near = [referrals.prisoner(f"A31{number:02d}AA", conditionalReleaseDate=soon) for number in range(5)]
        asked = [referrals.prisoner(f"A32{number:02d}AA", nationality="") for number in range(6)]
        arrive(folder, [*many, *near, *asked], at=AT)

    def seal(self) -> Seal:
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return seal_all(home, at=timezone.now())

    def change(self) -> None:
        """Decide one, give another a new date, hand a third on, and answer a question."""
        told: dict[str, Any] = {"by": self.officers[0].pk, "at": timezone.now()}
        decided, moved, handed = self.chance.sample(list(Referral.objects.filter(state="open").select_related("task").order_by("pk")), 3)
        decide.find_no_interest(referral_id=decided.pk, code="BRITISH_CITIZEN", reason="Passport seen.", **told)
        due = self.today + timedelta(days=self.chance.randrange(1, 40))
        assert moved.task is not None
        assert handed.task is not None
        work.move_due(task_id=moved.task.pk, due=due, wake=None, reason="Papers are awaited.", today=self.today, **told)
        from_, to = handed.task.owner_id, next(each.pk for each in self.officers if each.pk != handed.task.owner_id)
        decide.hand_on(kind="referral", subject_ids=[handed.pk], to=to, from_=from_, reason="Leave.", today=self.today, **told)
        question = self.chance.choice(list(Question.objects.filter(state="open").order_by("pk")))
        decide.answer(question_id=question.pk, answer="foreign", reason="Letter.", today=self.today, **told)

    def lists(self) -> list[tuple[str, read.Filters]]:
        narrowed = [read.Filters(owner_ids=(self.officers[0].pk,)), read.Filters(prison="ZZA"), read.Filters(state="")]
        return [*(("referral", each) for each in (read.Filters(), *narrowed)), ("question", read.Filters())]

    def whole(self) -> dict[object, list[int]]:
        """Each list from its beginning to its end, as the query itself gives it."""
        return {(kind, wanted): [row.pk for row in KINDS[kind](wanted, today=self.today)] for kind, wanted in self.lists()}

    def paged(self) -> dict[object, list[int]]:
        """The same, page by page as the screen asks for them, each page telling how many there are."""
        return {(kind, wanted): in_pages(kind, wanted, self.today) for kind, wanted in self.lists()}

    def counts(self) -> dict[str, dict[str, int]]:
        owners, team = [self.officers[0].pk], [self.command.team.pk]
        return {kind: view_counts(kind, staff_ids=owners, team_ids=team, today=self.today) for kind in KINDS}


def in_pages(kind: str, wanted: read.Filters, today: date) -> list[int]:
    by = read.counted(wanted, kind=kind, today=today)
    first = None if by is None else read.numbered(by)
    found: list[int] = []
    while True:
        part = piece(KINDS[kind](wanted, today=today), len(found), PAGE, by=by, first=first)
        found += [row.pk for row in part.rows]
        if len(part.rows) < PAGE:
            assert part.total == len(found), (kind, wanted)
            return found


def test_the_pages_at_each_seal_are_those_that_were_shown_when_it_was_taken(committed: Committed, tmp_path: Path) -> None:
    world, taken = World(tmp_path), []
    for _ in range(SEALS):
        shown, counts = world.whole(), world.counts()
        assert world.paged() == shown
        taken.append((world.seal(), shown, counts))
        for _ in range(CHANGES // SEALS):
            world.change()
    assert len({str(shown) for _, shown, _ in taken}) == SEALS, "the lists differ from seal to seal"
    for seal, shown, counts in taken:
        with as_known_at(seal.hi):
            assert world.paged() == shown, seal.number
            assert world.counts() == counts, seal.number
