"""`longstop reconcile`: dry unless asked to record; what it prints, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from longstop.commands.reconciling import main
from longstop.reconciliation.models import Break, Statement
from tests.conftest import Committed
from tests.reconciliation.world import REST, command, opened
from tests.referral.world import prisoner
from tests.web.considering.conftest import AT, arrive

ONE = "A1001AA"


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(words)
    said = capsys.readouterr()
    return code, said.out + said.err


def test_it_writes_nothing_unless_it_is_asked_to(committed: Committed, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = command()
    arrive(tmp_path, [prisoner(ONE), *REST], at=AT)
    opened(ONE, made.owner, by=made.officers[0], at=timezone.now())
    arrive(tmp_path, [prisoner(ONE, conditionalReleaseDate="2031-10-15"), *REST], at=timezone.now())
    code, said = told(capsys)
    assert (code, Statement.objects.count(), Break.objects.count()) == (0, 0, 0)
    assert "Their persons" in said
    assert "Nothing was written" in said
    code, said = told(capsys, "--record")
    assert (code, Statement.objects.count(), Break.objects.count()) == (0, 1, 1)
    assert "1 breaks are new" in said
    code, said = told(capsys, "--record", "--json")
    found: dict[str, Any] = json.loads(said)
    assert (found["fresh"], found["their_persons"], found["our_persons"], found["matched"]) == (0, 41, 1, 1)
    assert sum(each["persons"] for each in found["lines"] if each["side"] != "ours") == found["their_persons"]
    assert [each["kind"] for each in found["breaks"]] == ["release_date"]


def test_it_alarms_where_somebody_is_out_and_their_case_says_held(
    committed: Committed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = command()
    arrive(tmp_path, [prisoner(ONE), *REST], at=AT)
    opened(ONE, made.owner, by=made.officers[0], at=timezone.now())
    arrive(tmp_path, [prisoner(ONE, status="INACTIVE OUT"), *REST], at=timezone.now())
    code, said = told(capsys)
    assert code == 1
    assert "Released or gone, and the case says in custody" in said


@pytest.mark.parametrize(
    ("words", "says"),
    [((), "No complete list of hmpps-prisoners has been taken in yet"), (("--by", "S99999"), "Nobody has the staff number")],
)
def test_what_cannot_be_reckoned_is_said_in_a_sentence(
    committed: Committed, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    command()
    code, said = told(capsys, *words)
    assert code == 2
    assert says in said
