"""What two agencies' lists leave behind: persons joined, joined and parted, read twice and compared; a statement, and what it found broken.

For the attacks on it and for the restore drill. All through the actions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from longstop.access.models import Staff
from longstop.audit.actions import SYSTEM
from longstop.linkage.definitions import default, of_plain
from longstop.people.actions import comparing
from longstop.people.models import LinkageInForce, LinkageMark, LinkagePair, SourceRecord
from longstop.people.queries import find
from longstop.reconciliation import actions as reconciliation
from longstop.reconciliation.models import Break, Enquiry, Statement
from longstop.referral import actions as referral
from longstop.referral.actions import pairs, relinking
from longstop.referral.models import Joining, Question
from tests.reconciliation.world import command, listed, opened, prisoner, reconcile, tomorrow

HELD, GONE, OUT = "A1001AA", "A1002AA", "A1003AA"
PAIRS = (("A3001AA", "A3002AA"), ("A3003AA", "A3004AA"), ("A3005AA", "A3006AA"))
HOME = {"addresses": [{"fullAddress": "14 Quarry Lane", "postalCode": "ZZ4 7AB"}]}
ALIKE = {"firstName": "Ilir", "lastName": "Krasniqi", "dateOfBirth": "1988-03-04", "nationality": "British", **HOME}


@dataclass(frozen=True)
class Left:
    """What is left: two joinings, of which the second was undone; a settled break, an open one, and one that was enquired about."""

    owner: Staff
    officers: Sequence[Staff]
    joining: Joining
    undone: Joining
    settled: Break
    open: Break
    enquiry: Enquiry
    statement: Statement
    in_force: LinkageInForce
    pair: LinkagePair
    mark: LinkageMark
    record: SourceRecord


def told(staff: Staff, days: int = 0) -> dict[str, Any]:
    """Say who does it, and when."""
    return {"by": staff.pk, "at": tomorrow(days), "today": tomorrow(days).date()}


def build(folder: Path) -> Left:
    """Let two lists come, and people and software make of them what they do."""
    made = command()
    officer, second = made.officers
    listed(folder, _rows())
    people = [tuple(find(source="hmpps-prisoners", key=number) or 0 for number in pair) for pair in PAIRS]
    for number in (HELD, GONE, OUT):
        opened(number, made.owner, by=officer)
    _answered(*people[0], by=officer, again=second)
    undone = referral.join(person_id=people[1][0], other_id=people[1][1], reason="Fingerprints", **told(officer))
    referral.undo_join(joining_id=undone.pk, reason="Two faces", **told(second))
    newer = of_plain(default().as_plain() | {"name": "2026-11-20.1"})
    comparing.put_in_force(definition=newer, reason="Trained on ours", by=SYSTEM, at=tomorrow())
    relinking.relink(by=SYSTEM, at=tomorrow(), today=tomorrow().date())
    listed(folder, _rows(newer=True), days=1)
    statement = reconcile(1)
    return Left(owner=made.owner, officers=made.officers, statement=statement, **_settled(made.owner), **_found(undone))


def _rows(*, newer: bool = False) -> list[dict[str, Any]]:
    alike = [prisoner(number, **ALIKE) for number in PAIRS[2]]
    rest = [prisoner(number, nationality="British") for pair in PAIRS[:2] for number in pair]
    later = {"conditionalReleaseDate": "2028-10-15"} if newer else {}
    out = {"status": "INACTIVE OUT"} if newer else {}
    return [prisoner(HELD, **later), prisoner(GONE, **later), prisoner(OUT, **out), *rest, *alike]


def _answered(person: int, other: int, *, by: Staff, again: Staff) -> None:
    """Let somebody say that two are one, and somebody else read it again."""
    number = referral.ask_whether_one(person_id=person, other_id=other, **told(by))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pairs, "is_read_again", lambda question: question.pk == number)
        referral.answer(question_id=number, answer="same", reason="Fingerprints", **told(by))
    second = Question.objects.get(kind="read_again", state="open")
    referral.answer(question_id=second.pk, answer="same", reason="The same photograph", **told(again))


def _settled(owner: Staff) -> dict[str, Any]:
    """Settle the break about a release date, enquire about the other, and leave that and who is out."""
    first, other = Break.objects.filter(kind="release_date", state="open").order_by("pk")
    reconciliation.settle(break_id=first.pk, outcome="theirs", reason="Warrant of last week", **told(owner, 1))
    enquiry = reconciliation.enquire(break_id=other.pk, by=owner.pk, at=tomorrow(1))
    reconciliation.answer(enquiry_id=enquiry, answer="right", words="", by=owner.pk, at=tomorrow(1))
    first.refresh_from_db()
    return {"settled": first, "open": other, "enquiry": Enquiry.objects.get(pk=enquiry)}


def _found(undone: Joining) -> dict[str, Any]:
    undone.refresh_from_db()
    joining = Joining.objects.get(undone_at=None)
    return {
        "joining": joining,
        "undone": undone,
        "in_force": LinkageInForce.objects.get(),
        "pair": LinkagePair.objects.order_by("-probability")[0],
        "mark": LinkageMark.objects.exclude(mark="keyed").order_by("pk")[0],
        "record": SourceRecord.objects.get(person_id=joining.person_id, number=joining.numbers[0], unlinked_at=None),
    }
