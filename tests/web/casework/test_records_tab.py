"""The records tab of a case: what each agency says, for people to read."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from longstop.cases.actions import Placement
from longstop.intake.queries import Filters, arrivals
from longstop.referral.actions import open_from_records
from tests import given
from tests.cases.test_opening_from_records import load, prisoner
from tests.given import NOW, TODAY
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


def test_an_agencys_record_is_laid_out_in_words(tmp_path: Path) -> None:
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    aliases = [{"firstName": "ARBEN", "lastName": "HOXHA", "dateOfBirth": "1988-02-02"}]
    load(tmp_path / "extract.jsonl", [prisoner("A1234BC", aliases=aliases, imprisonmentStatusDescription="Recalled", recall=True)])
    (row,) = arrivals(filters=Filters()).rows
    placements = [Placement(arrival_id=row.id, owner_id=amy.pk)]
    (placed,) = open_from_records(placements=placements, reason="In remit", by=amy.pk, at=NOW, today=TODAY)
    page = signed_in(amy).get(reverse("case-records", args=[placed.case_id])).content.decode()
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.split("What each agency says")[1].split("<footer")[0]))
    assert "Status: In prison" in text
    assert "Kind of imprisonment: Recalled" in text
    assert "Recalled to prison: Yes" in text
    assert "Prison record, HMPPS" in text
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b", text)
