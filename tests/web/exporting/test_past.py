"""Lists as they were known at a past seal: what the list showed then, by who may see it today, and what has changed since."""

import random
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from longstop.access.models import Staff
from longstop.audit.models import Seal
from longstop.audit.past import ThePastIsReadOnly, as_known_at
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.cases.rules import OUTCOMES
from longstop.work.models import Task
from tests import given
from tests.conftest import Committed
from tests.proof.world import seal_all
from tests.web.browsing import signed_in

DAY = timedelta(days=1)
TILE = re.compile(r'<a[^>]+class="ls-tile[^>]*>.*?</a>', re.DOTALL)


class World:
    """A team with two caseworkers and four cases, and somebody who may only read."""

    def __init__(self, home: Path) -> None:
        self.home, self.at, self.today = home, timezone.now(), timezone.localdate()
        self.command = given.command()
        self.team = self.command.team
        self.owners = [given.caseworker("Amy Tran", self.team), given.caseworker("Ben Osei", self.team)]
        self.outsider = given.caseworker("Cal Roche", self.command.other_team)
        self.reader = signed_in(given.staff("Ivy Inspector", "inspector"))
        self.cases = [self.case(self.owners[number % 2]) for number in range(4)]

    def case(self, owner: Staff) -> int:
        return given.case(owner, at=self.at - DAY, today=self.today)

    def seal(self) -> Seal:
        return seal_all(self.home, at=timezone.now())

    def path(self, which: str = "cases") -> str:
        return f"/team/{self.team.pk}/{which}".rstrip("/")

    def assign(self, case_id: int, to: Staff) -> None:
        case = Case.objects.get(pk=case_id)
        common = {"reason": "Work shared out anew.", "by": self.command.head.pk, "at": timezone.now(), "today": self.today}
        actions.assign(case_id=case_id, to=to.pk, from_=case.owner_id, **common)  # type: ignore[arg-type]

    def close(self, case_id: int) -> None:
        owner = Case.objects.get(pk=case_id).owner_id
        actions.close(case_id=case_id, outcome=next(iter(OUTCOMES)), evidence="Seen.", reason="Done.", by=owner, at=timezone.now())


@pytest.fixture
def world(committed: Committed, tmp_path: Path) -> World:
    return World(tmp_path)


def body(client: Client, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200, path
    return re.sub(r"\s+", " ", page.content.decode().partition("<tbody")[2].partition("</tbody>")[0])


def figures(client: Client, path: str) -> list[tuple[str, ...]]:
    found = TILE.findall(client.get(path).content.decode())
    assert found
    return [tuple(re.sub(r"<[^>]+>", " ", tile).split()) for tile in found]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_list_and_the_board_at_a_seal_are_what_they_were_when_it_was_taken(world: World, seed: int) -> None:
    """Random acts, a seal after every few; each seal shows again, row by row and figure by figure, what the screens showed then."""
    chance, lists = random.Random(seed), ("cases", "cases?sort=-due", "cases?due=28", f"cases?owner={world.owners[0].pk}")
    seen: list[tuple[int, list[str], list[tuple[str, ...]]]] = []
    for _ in range(3):
        for _ in range(3):
            act(world, chance)
        seal = world.seal()
        seen.append((seal.number, [body(world.reader, world.path(each)) for each in lists], figures(world.reader, world.path(""))))
    assert len({tuple(pages) for _, pages, _ in seen}) > 1, "something changed"
    for number, pages, board in seen:
        for each, page in zip(lists, pages, strict=True):
            past = f"{world.path(each)}{'&' if '?' in each else '?'}as_at=seal {number}"
            assert body(world.reader, past) == page, past
        assert figures(world.reader, f"{world.path('')}?as_at={number}") == board


def act(world: World, chance: random.Random) -> None:
    """Do one thing to one case, through the actions."""
    case = Case.objects.filter(closed_at=None).order_by("pk")[chance.randrange(Case.objects.filter(closed_at=None).count())]
    doing: list[Callable[[], object]] = [
        lambda: world.cases.append(world.case(chance.choice(world.owners))),
        lambda: world.assign(case.pk, chance.choice([each for each in [*world.owners, world.outsider] if each.pk != case.owner_id])),
        lambda: actions.write_note(case_id=case.pk, kind="progress", text="Seen.", by=case.owner_id, at=timezone.now()),
        lambda: move(world, case),
    ]
    if Case.objects.filter(closed_at=None).count() > 2:
        doing.append(lambda: world.close(case.pk))
    chance.choice(doing)()


def move(world: World, case: Case) -> None:
    task = Task.objects.get(pk=case.next_task_id)
    due = task.due + DAY
    actions.move_due(task_id=task.pk, due=due, reason="The papers come later.", by=case.owner_id, at=timezone.now(), today=world.today)


def test_the_past_is_said_on_the_page_and_nothing_can_be_done_from_it(world: World) -> None:
    leader, seal = signed_in(world.command.leader), world.seal()
    assert "Allocate" in leader.get(world.path()).content.decode()
    page = leader.get(f"{world.path()}?as_at={seal.number}&due=28").content.decode()
    assert "As it was known at" in page
    assert f"by seal {seal.number}" in page
    assert "Allocate" not in page
    assert 'type="checkbox"' not in page
    assert f"as_at={seal.number}" in page.partition("Clear all filters")[0].rpartition("href=")[2], "clearing filters keeps the moment"
    assert ">Transfers<" in page, "the menu is still today's"


def test_a_moment_resolves_to_the_last_seal_before_it(world: World) -> None:
    first = world.seal()
    world.close(world.cases[0])
    between = timezone.now()
    second = world.seal()
    shown = world.reader.get(world.path(), {"as_at": timezone.localtime(between).isoformat()}).content.decode()
    assert f"by seal {first.number}" in shown
    assert "of <strong>4</strong>" in shown
    assert "of <strong>3</strong>" in world.reader.get(world.path(), {"as_at": f"seal {second.number}"}).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("yesterday", "Write the moment as a date and a time"),
        ("2026-13-45", "Write the moment as a date and a time"),
        ("1999-01-01 10:00", "No seal had been taken by that moment"),
        ("seal 999999", "No seal had been taken by that moment"),
        ("9" * 40, "Write the moment as a date and a time"),
        ("2999-01-01", "That moment has not come yet"),
    ],
)
def test_a_moment_that_cannot_be_shown_is_said_and_the_present_is_shown(world: World, typed: str, words: str) -> None:
    page = world.reader.get(world.path(), {"as_at": typed}, follow=True).content.decode()
    assert words in page
    assert "As it was known at" not in page


def test_who_may_see_a_restricted_case_is_decided_by_today(world: World) -> None:
    """Restricted since: its name shows to nobody else, at any seal. Its owner of then has no leave by having owned it."""
    owner, case_id = world.owners[0], world.cases[0]
    seal = world.seal()
    assert world.reader.get(world.path()).content.decode().count("Ilir Krasniq<") == 4
    world.assign(case_id, world.outsider)
    actions.restrict(case_id=case_id, reason="A threat.", by=world.command.head.pk, at=timezone.now())
    past = f"as_at={seal.number}"
    assert world.reader.get(f"{world.path()}?{past}").content.decode().count("Ilir Krasniq<") == 3
    mine = signed_in(owner).get(f"/work/cases?{past}").content.decode()
    assert "Restricted" in mine
    assert mine.count("Ilir Krasniq<") == 1, "the one that is not restricted"
    assert signed_in(world.command.head).get(f"{world.path()}?{past}").content.decode().count("Ilir Krasniq<") == 4


def test_a_name_that_was_destroyed_since_stays_destroyed(world: World) -> None:
    case_id = world.cases[0]
    seal = world.seal()
    world.close(case_id)
    person = Case.objects.get(pk=case_id).person_id
    common = {"by": world.command.head.pk, "at": timezone.now()}
    number = actions.propose_disposal(person_id=person, reason="Its time is over.", authority="Schedule, rule 1", **common)  # type: ignore[arg-type]
    actions.dispose_person(disposal_id=number, by=world.command.director.pk, at=timezone.now())
    page = world.reader.get(f"{world.path()}?as_at={seal.number}").content.decode()
    assert page.count("Ilir Krasniq<") == 3
    assert "Disposed of" in page


def test_what_has_changed_since(world: World) -> None:
    one, two, three, _ = world.cases
    seal = world.seal()
    references = dict(Case.objects.values_list("pk", "reference"))
    world.close(one)
    world.assign(two, world.outsider)
    world.assign(three, world.owners[1])
    new = world.case(world.owners[0])
    path = f"{world.path()}?as_at={seal.number}"
    came, went, differ = (body(world.reader, f"{path}&changed={view}") for view in ("in", "out", "differ"))
    assert Case.objects.get(pk=new).reference in came
    assert came.count("<tr") == 1
    assert went.count("<tr") == 2
    assert references[one] in went
    assert "Closed: " in went
    assert "With Cal Roche, Team B" in went
    assert differ.count("<tr") == 1
    assert references[three] in differ
    assert "Owner: Amy Tran, now Ben Osei" in differ
    taken = world.reader.get(f"{path}&changed=out&file=csv")
    assert b"With Cal Roche" in b"".join(taken.streaming_content)  # type: ignore[attr-defined]


def test_my_work_shows_what_there_was_to_do_and_what_was_done_since(world: World) -> None:
    amy = signed_in(world.owners[0])
    seal = world.seal()
    before = body(amy, "/work")
    world.close(world.cases[0])
    assert body(amy, "/work") != before
    assert body(amy, f"/work?as_at={seal.number}") == before
    assert "No longer needed" in body(amy, f"/work?as_at={seal.number}&changed=out")


def test_a_file_of_the_past_says_of_when_it_is(world: World) -> None:
    seal = world.seal()
    world.close(world.cases[0])
    answer = world.reader.get(f"{world.path()}?as_at=seal {seal.number}&file=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert f"seal-{seal.number}.csv" in answer["Content-Disposition"]
    assert f"by seal {seal.number}" in text
    assert "# Rows: 4" in text


@pytest.mark.parametrize("address", ["/team/{}/cases?as_at={}", "/work?as_at={}&x={}", "/team/{}?as_at={}"])
def test_a_list_of_the_past_stays_within_its_queries(world: World, address: str) -> None:
    seal = world.seal()
    leader = signed_in(world.command.leader)
    numbers = (seal.number, 1) if address.startswith("/work") else (world.team.pk, seal.number)
    leader.get(address.format(*numbers))
    with CaptureQueriesContext(
        connection,
    ) as found:
        leader.get(address.format(*numbers))
    most = 16 if address.startswith("/team/{}?") else 10
    assert len(found) <= most, [each["sql"][:80] for each in found]


def test_nothing_is_written_while_the_past_is_read(world: World) -> None:
    with as_known_at(world.seal().hi), pytest.raises(ThePastIsReadOnly):
        Case.objects.update(flow="legacy")
