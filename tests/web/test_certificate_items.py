"""What a certificate lists leads to its page only where the reader may open it."""

import pytest

from longstop.access.models import Staff
from longstop.access.queries import Standing
from longstop.proof.models import CertificateItem
from longstop.proof.rules import List
from longstop.web.doors import Who
from longstop.web.parts import Link
from longstop.web.proving.layout import item_row
from tests.given import NOW

ITEM = {"list": List.REMAINDER, "reference": "LS-100001-X", "subject_id": 1, "reason": "no_owner", "also": [], "details": ""}


@pytest.mark.parametrize(
    ("role", "kind", "linked"),
    [
        ("team_leader", "case", True),
        ("inspector", "case", True),
        ("analyst", "case", False),
        ("analyst", "task", False),
        ("analyst", "staff", True),
        ("analyst", "arrival", False),
        ("data_steward", "arrival", True),
    ],
)
def test_an_item_is_a_link_only_for_whoever_may_open_it(role: str, kind: str, linked: bool) -> None:
    standing = Standing(staff_id=2, roles=frozenset({role}), answers_for=frozenset(), cleared=frozenset(), covering=())
    first = item_row(CertificateItem(subject_kind=kind, **ITEM), Who(Staff(pk=2), standing, NOW)).cells[0]
    assert isinstance(first, Link) is linked
    assert "LS-100001-X" in str(first)
