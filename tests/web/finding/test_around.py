"""Representatives, family and alerts with review dates, from the casework system's own tables to the person's page and their own export."""

import csv
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from longstop.audit.actions import SYSTEM
from longstop.audit.models import Reading
from longstop.intake.casework_loading import load_casework
from longstop.intake.models import Refusal
from longstop.intake.queries.casework import export_casework
from longstop.people.models import Person
from longstop.people.queries import export_person
from longstop.referral.actions import take_over
from tests import given
from tests.given import NOW, TODAY
from tests.referral import world
from tests.web.browsing import signed_in
from tests.web.considering.test_referrals import words

pytestmark = pytest.mark.django_db
Rows = list[dict[str, str]]


def ago(years: int, days: int = 0) -> str:
    return (date(TODAY.year - years, TODAY.month, 1) - timedelta(days=days)).isoformat()


PERSONS = [{"person_id": "P1", "first_name": "Ada", "last_name": "Quillfeather", "date_of_birth": "17/05/1990", "nationality": "Albanian"}]
CASES = [{"case_reference": "CID/1", "person_id": "P1", "opened_on": "2024-01-02", "closed_on": "2024-05-06", "outcome": "removed"}]
CONTACTS = [
    {
        "contact_id": "1",
        "person_id": "P1",
        "kind": "Solicitor",
        "name": "Ruth Marsh",
        "organisation": "Quay Law",
        "telephone": "01632 960001",
    },
    {"contact_id": "2", "person_id": "P1", "kind": "interpreter", "language": "Albanian"},
    {"contact_id": "3", "person_id": "P1", "kind": "spouse or partner", "name": "Kim Quillfeather"},
    {"contact_id": "4", "person_id": "P1", "kind": "child", "name": "Minna Quillfeather", "date_of_birth": ago(4, 1)},
    {"contact_id": "5", "person_id": "P1", "kind": "child", "name": "Luca Quillfeather", "date_of_birth": ago(9, 1)},
]
YESTERDAY, LATER = (TODAY - timedelta(days=1)).isoformat(), (TODAY + timedelta(days=90)).isoformat()
ALERTS = [
    {"alert_id": "1", "person_id": "P1", "kind": "Staff in pairs", "protective": "No", "raised_on": "2025-02-03", "review_by": YESTERDAY},
    {"alert_id": "2", "person_id": "P1", "kind": "Told of domestic abuse", "protective": "Yes", "review_by": LATER},
    {"alert_id": "3", "person_id": "P1", "kind": "Refused to speak", "protective": "no", "ended_on": "2025-03-04"},
]
SECRET = re.compile("Minna|Luca|domestic abuse")


def deliver(folder: Path, **tables: Rows) -> None:
    """Take a delivery of these tables in, and take its persons and cases over."""
    paths = []
    for name, rows in tables.items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
            table.writeheader()
            table.writerows(rows)
        paths.append(path)
    done = load_casework(paths=paths, observed_at=NOW, by=SYSTEM, at=NOW)
    take_over(receipt_ids=[each.receipt.pk for each in done], by=SYSTEM, at=NOW, today=TODAY)


@pytest.fixture
def reader(db: None) -> Client:
    command, _ = world.command()
    return signed_in(given.caseworker("Cora Weald", command.team))


def page(client: Client, name: str, *args: int) -> str:
    return words(client.get(reverse(name, args=args)).content.decode())


def test_representatives_family_and_reviews_stand_on_the_persons_page_and_children_behind_a_reason(reader: Client, tmp_path: Path) -> None:
    deliver(tmp_path, persons=PERSONS, cases=CASES, contacts=CONTACTS, alerts=ALERTS)
    person = Person.objects.get().pk
    shown = page(reader, "person", person)
    for expected in (
        "Representative Solicitor: Ruth Marsh. Quay Law. 01632 960001",
        "Representative Interpreter: Name not given. Speaks Albanian",
        "Relative Spouse or partner: Kim Quillfeather",
        "Children 2 children, aged 4 and 9",
        "Alert Staff in pairs. Raised 3 February 2025",
        "Review of: Staff in pairs",
        "Review of: An alert about protection",
        "Reviews of alerts 1 overdue",
        "Protection required",
        "1 alert: shown to whoever says why they need to know",
    ):
        assert expected in shown, expected
    assert re.search("Review of: Staff in pairs [^R]*Overdue by 1 day", shown)
    assert "Refused to speak" not in shown, "it has ended"
    assert not SECRET.search(shown)
    told = words(reader.post(reverse("person-protection", args=[person]), {"reason": "A visit is planned"}).content.decode())
    for expected in ("Told of domestic abuse", "Child: Minna Quillfeather", "Child: Luca Quillfeather"):
        assert expected in told, expected
    assert Reading.objects.filter(what="protection", subject_id=person).count() == 1
    own = str(export_person(person)), str(export_casework(person))
    assert all(each in whole for whole in own for each in ("Minna Quillfeather", "Told of domestic abuse", "Ruth Marsh"))


def test_both_tables_may_be_left_out_or_come_later(reader: Client, tmp_path: Path) -> None:
    deliver(tmp_path, persons=PERSONS, cases=CASES)
    person = Person.objects.get().pk
    shown = page(reader, "person", person)
    assert "Representative No source names one." in shown
    assert "Relative No source names anybody." in shown
    deliver(tmp_path, contacts=CONTACTS[:1])
    assert "Solicitor: Ruth Marsh" in page(reader, "person", person)


REFUSED = [
    ("contacts", CONTACTS[0] | {"kind": "cousin"}, "kind", "none of the kinds of contact", "Send one of: solicitor"),
    ("contacts", CONTACTS[0] | {"kind": ""}, "kind", "Kind is missing", "Send kind with every row"),
    ("contacts", CONTACTS[0] | {"person_id": "P9"}, "person_id", "never received", "Send the person's row"),
    ("contacts", CONTACTS[0] | {"from_date": "2025-02-01", "to_date": "2024-02-01"}, "to_date", "ends before it begins", "Check from_date"),
    ("alerts", ALERTS[0] | {"protective": "perhaps"}, "protective", "neither yes nor no", "Send yes or no"),
    ("alerts", ALERTS[0] | {"ended_on": "2024-01-01"}, "ended_on", "before it was raised", "Check raised_on"),
]


def test_what_cannot_be_used_is_refused_with_its_file_row_field_and_remedy(reader: Client, tmp_path: Path) -> None:
    deliver(tmp_path, persons=PERSONS, cases=CASES)
    keys = {"contacts": "contact_id", "alerts": "alert_id"}
    for table in keys:
        rows = [row | {keys[table]: f"X{place}"} for place, (name, row, *_) in enumerate(REFUSED) if name == table]
        path = tmp_path / f"{table}.csv"
        deliver(tmp_path, **{table: [*rows, *(CONTACTS if table == "contacts" else ALERTS)[1:2]]})
        with path.with_name(f"{path.name}.refused.csv").open(encoding="utf-8-sig") as file:
            refused = list(csv.DictReader(file))
        expected = [each for each in REFUSED if each[0] == table]
        assert [row["Line"] for row in refused] == [str(place + 2) for place in range(len(expected))]
        for row, (_, _, field, sentence, remedy) in zip(refused, expected, strict=True):
            assert row["Field"] == field
            assert sentence in row["What is wrong"]
            assert remedy in row["What to do"]
    assert Refusal.objects.count() == len(REFUSED)
