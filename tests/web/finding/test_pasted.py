"""A pasted list of references: each line answered in its place, whatever stands around the reference."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from longstop.access.models import Staff
from longstop.audit.models import Payload, Reading
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.intake.models import Arrival
from longstop.web.finding.pasted import read_line
from tests import given
from tests.cases.test_opening_from_records import load, prisoner
from tests.given import NOW
from tests.web.browsing import signed_in

LINES = [
    # what is pasted, case references, numbers of a known shape, numbers of any shape
    ("A1234BC", [], ["A1234BC"], []),
    ('  "a 1234 bc",', [], ["A1234BC"], []),
    ("A1234BC\tHOXHAJ\t01/02/1988\tMDI", [], ["A1234BC"], []),
    ("1. A1234BC", [], ["A1234BC"], []),
    ("Hoxhaj, Arben (A1234BC)", [], ["A1234BC"], []),
    ("='A1234BC'", [], ["A1234BC"], []),
    ("ls-000042-v", ["LS-000042-V"], [], []),
    ("LS-000042-V;A1234BC", ["LS-000042-V"], ["A1234BC"], []),
    ("02/73319Z", [], ["2002/0073319Z"], []),
    ("29906/12J", [], ["029906/12J"], []),
    ("X1234567", [], [], ["X1234567"]),
    ("X 123 4567 ", [], [], ["X1234567"]),
    ("Prison number", [], [], []),
    ("01/02/1988", [], [], []),
    ("Hoxhaj", [], [], []),
    ("---", [], [], []),
    ("A" * 5_000 + "1", [], [], []),
    ("\u202eA1234BC\u200b", [], ["A1234BC"], []),
]


@pytest.mark.parametrize(("text", "references", "keys", "loose"), LINES, ids=[line[0][:30] for line in LINES])
def test_a_line_is_read_for_what_it_holds(text: str, references: list[str], keys: list[str], loose: list[str]) -> None:
    line = read_line(text)
    assert (list(line.references), sorted(key.value for key in line.keys), sorted(key.value for key in line.loose)) == (
        references,
        keys,
        loose,
    )


@pytest.fixture
def opened(tmp_path: Path, command: given.Command, amy: Staff) -> list[Case]:
    """Three cases opened from prison records, in the order of their prison numbers."""
    rows = [prisoner(f"A100{number}BC", lastName=f"HOXHAJ{letter}") for number, letter in enumerate("XYZ")]
    load(tmp_path / "extract.jsonl", rows)
    duty = signed_in(given.staff("Dee Ansah", "duty_officer", team=command.team))
    numbers = list(Arrival.objects.order_by("pk").values_list("pk", flat=True))
    duty.post(reverse("open-cases"), {"selected": numbers, "owner": amy.pk, "reason": "In remit"})
    found = Case.objects.select_related("person__particulars")
    return sorted(found, key=lambda case: str((case.person.particulars.content or {})["prison_number"]))


def paste(client: Client, *lines: str) -> str:
    return client.post(reverse("search-list"), {"lines": "\r\n".join(lines)}, follow=True).content.decode()


@pytest.mark.django_db
def test_each_line_is_answered_in_its_place_and_the_counts_add_up(amy: Staff, opened: list[Case]) -> None:
    page = paste(signed_in(amy), "Z9999ZZ", "A1001BC,", "", "rubbish", opened[0].reference.lower(), "A1000BC;A1002BC")
    order = [page.index(f"Line {number}<") for number in (1, 2, 3, 4, 5)]
    assert order == sorted(order)
    for words, count in (("Lines", 5), ("Found", 2), ("More than one", 1), ("Not found", 1), ("Not readable", 1), ("Restricted", 0)):
        assert f"<dt>{words}</dt><dd>{count}</dd>" in page
    assert opened[1].reference in page
    assert "Arben Hoxhajy" in page
    assert "Amy Tran" in page


@pytest.mark.django_db
def test_a_restricted_case_is_answered_without_its_name(command: given.Command, opened: list[Case]) -> None:
    actions.restrict(case_id=opened[0].pk, reason="Family member works here", by=command.leader.pk, at=NOW)
    page = paste(signed_in(given.caseworker("Ben Osei", command.other_team)), "A1000BC")
    assert "<dt>Restricted</dt><dd>1</dd>" in page
    assert "Hoxhajx" not in page


@pytest.mark.django_db
def test_what_was_pasted_is_recorded_apart_and_stays_out_of_addresses(amy: Staff, opened: list[Case]) -> None:
    client = signed_in(amy)
    assert client.post(reverse("search-list"), {"lines": "A1000BC\nrubbish"}).headers["Location"] == reverse("search-list")
    client.get(reverse("search-list"))
    seen = Reading.objects.get(what="searched")
    assert (seen.read_by, seen.rows) == (amy.pk, 1)
    assert Payload.objects.get(pk=seen.payload_id).content == {"lines": ["A1000BC", "rubbish"]}


@pytest.mark.django_db
def test_many_lines_take_as_many_queries_as_few(amy: Staff, opened: list[Case]) -> None:
    client = signed_in(amy)
    for lines in (["A1000BC"], [f"A1{number:03}BC" for number in range(500)]):
        client.post(reverse("search-list"), {"lines": "\n".join(lines)})
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("search-list")).status_code == 200
        assert len(seen) <= 10, [each["sql"][:120] for each in seen]


@pytest.mark.django_db
@pytest.mark.parametrize(("lines", "words"), [("", "Paste at least one reference"), (" \n \n", "Paste at least one reference")])
def test_an_empty_list_says_what_to_do(amy: Staff, lines: str, words: str) -> None:
    assert words in paste(signed_in(amy), lines)


@pytest.mark.django_db
def test_a_list_that_is_too_long_says_how_long_it_may_be(amy: Staff) -> None:
    page = paste(signed_in(amy), *["A1234BC"] * 501)
    assert "The list has 501 lines. Paste at most 500 at a time." in page
    assert not Reading.objects.exists()
