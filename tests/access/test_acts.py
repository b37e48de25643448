"""Who may do what with a case, at the screens themselves, against a table written by hand."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from longstop.access.models import Staff
from longstop.cases import actions
from longstop.cases.models import Note
from longstop.web.screens import SCREENS
from longstop.work import queries as tasks
from tests import given
from tests.given import NOW, TODAY
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db
SCREENS_OF = {
    "see": ["case", "case-process", "case-notes", "case-ownership", "case-viewed"],
    "note": ["note-write"],
    "work": ["task-add", "step", "case-hold", "key-date", "custody", "authority"],
    "close": ["case-close"],
    "reopen": ["case-reopen"],
    "offer": ["case-offer"],
    "allocate": ["allocate-case"],
    "restrict": ["restrict"],
}


def table() -> list[tuple[str, str, bool]]:
    lines = [line for line in (Path(__file__).parent / "acts.csv").read_text().splitlines() if line and not line.startswith("#")]
    heads, *rows = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    return [(row[0], person, cell == "y") for row in rows for person, cell in zip(heads[1:], row[1:], strict=True)]


@pytest.fixture(autouse=True)
def at_the_given_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def command() -> given.Command:
    return given.command()


@pytest.fixture
def people(command: given.Command) -> dict[str, Staff]:
    return {
        "owner": given.caseworker("Amy Tran", command.team),
        "cover": given.caseworker("Cal Ito", command.team),
        "leader": command.leader,
        "head": command.head,
        "duty officer": given.staff("Devi Anand", "duty_officer", team=command.team),
        "colleague": given.caseworker("Ben Osei", command.team),
        "other leader": command.other_leader,
        "successor": given.caseworker("Sue Next", command.team),
        "barrier unit": given.staff("Bea Vane", "barrier_unit", team=command.other_team),
        "leader's cover": given.caseworker("Lia Stand", command.other_team),
        "director's cover": given.caseworker("Dov Stand", command.other_team),
    }


@pytest.fixture
def case_id(people: dict[str, Staff]) -> int:
    """A case whose owner is away today, covered, and leaves in a month; its leader and the director are away and covered too."""
    owner = people["owner"]
    made = given.case(owner)
    by = {"by": people["leader"].pk, "at": NOW, "today": TODAY}
    away = {"kind": "leave", "from_date": TODAY, "to_date": TODAY + timedelta(days=3)}
    director = people["leader"].team.parent.parent.leader  # type: ignore[union-attr]
    for absent, cover in ((owner, "cover"), (people["leader"], "leader's cover"), (director, "director's cover")):
        actions.record_absence(staff_id=absent.pk, cover_id=people[cover].pk, **away, **by)  # type: ignore[union-attr]
    last = TODAY + timedelta(days=30)
    actions.plan_departure(staff_id=owner.pk, last_day=last, cases={made: people["successor"].pk}, tasks_to={}, **by)
    return made


def close(case_id: int, by: Staff) -> None:
    actions.close(case_id=case_id, outcome="removed", evidence="Flight and date", reason="", by=by.pk, at=NOW)


# What a screen's address names beside the case.
ALSO = {"step": ("claims", "receive")}


def let_in(client: Client, name: str, case_id: int, *, post: bool = False) -> bool:
    """Say whether a screen lets somebody in: it shows its form or leads on, and never to the page that says who may."""
    address = reverse(name, args=[case_id, *ALSO.get(name, ())])
    answer = client.post(address, {"sent": "1"}) if post else client.get(address)
    assert answer.status_code in (200, 302, 403), answer.status_code
    return answer.status_code != 403


@pytest.mark.parametrize(("act", "person", "may"), table())
def test_the_table_holds_at_the_screens(case_id: int, people: dict[str, Staff], act: str, person: str, may: bool) -> None:
    if act == "reopen":
        close(case_id, people["owner"])
    client = signed_in(people[person])
    posts = {screen.name for screen in SCREENS if "POST" in screen.methods}
    for name in SCREENS_OF[act]:
        assert let_in(client, name, case_id) == may, name
        if name in posts:
            assert let_in(client, name, case_id, post=True) == may, name


# What somebody who merely sees a case may send about it.
OPEN_TO_ALL = {"note-write", "note-correct", "break-glass"}


def test_no_screen_of_a_case_takes_anything_from_a_mere_colleague(case_id: int, people: dict[str, Staff]) -> None:
    client = signed_in(people["colleague"])
    sent = [screen.name for screen in SCREENS if "POST" in screen.methods and screen.path.startswith("cases/<int:case_id>/")]
    sent = [name for name in sent if name not in OPEN_TO_ALL]
    assert len(sent) > 8
    taken = [name for name in sent if let_in(client, name, case_id, post=True)]
    assert taken == []


def test_who_is_refused_is_told_who_may(case_id: int, people: dict[str, Staff]) -> None:
    answer = signed_in(people["colleague"]).post(reverse("case-close", args=[case_id]), {"outcome": "removed", "evidence": "None"})
    page = answer.content.decode()
    assert answer.status_code == 403
    for words in ("Amy Tran", "Team leader: Lena Marsh, Team A", "whoever covers for them today", "Write a note on the case"):
        assert words in page


def test_buttons_that_one_may_not_use_are_not_shown(case_id: int, people: dict[str, Staff]) -> None:
    links = [reverse(name, args=[case_id]) for name in ("task-add", "key-date", "custody", "case-hold", "case-close", "case-offer")]
    shown = signed_in(people["owner"]).get(reverse("case", args=[case_id])).content.decode()
    assert [link for link in links if f'"{link}"' not in shown] == []
    hidden = signed_in(people["colleague"]).get(reverse("case", args=[case_id])).content.decode()
    assert [link for link in links if f'"{link}"' in hidden] == []
    assert reverse("note-write", args=[case_id]) in hidden
    assert (
        reverse("allocate-case", args=[case_id]) in signed_in(people["duty officer"]).get(reverse("case", args=[case_id])).content.decode()
    )


def test_the_owner_of_a_task_does_that_task_and_no_more(case_id: int, people: dict[str, Staff]) -> None:
    (task,) = tasks.of_subjects(subject_ids=[case_id])
    actions.reassign_task(task_id=task.pk, to=people["colleague"].pk, reason="Yours", by=people["leader"].pk, at=NOW)
    client = signed_in(people["colleague"])
    assert client.get(reverse("task-complete", args=[task.pk])).status_code == 200
    assert client.get(reverse("task-add", args=[case_id])).status_code == 403
    other = signed_in(people["other leader"]).get(reverse("task-complete", args=[task.pk]))
    assert other.status_code == 403
    assert "This case is not yours to change" in other.content.decode()


def test_a_colleague_notes_what_they_were_told_and_puts_only_that_right(case_id: int, people: dict[str, Staff]) -> None:
    client, address = signed_in(people["barrier unit"]), reverse("note-write", args=[case_id])
    page = client.get(address).content.decode()
    assert 'value="risk"' in page
    assert 'value="decision_reasons"' not in page
    assert client.post(address, {"kind": "decision_reasons", "text": "We decided"}).status_code == 200
    assert client.post(address, {"kind": "risk", "text": "The prison rang: a threat", "key_note": "on"}).status_code == 302
    note = Note.objects.get()
    assert (note.kind, note.key_note) == ("risk", False)
    assert reverse("note-correct", args=[case_id, note.pk]) in client.get(reverse("case-notes", args=[case_id])).content.decode()
    assert client.get(reverse("note-correct", args=[case_id, note.pk])).status_code == 200
    assert signed_in(people["colleague"]).get(reverse("note-correct", args=[case_id, note.pk])).status_code == 403
    assert signed_in(people["owner"]).get(reverse("note-correct", args=[case_id, note.pk])).status_code == 200
