"""The statement, and its breaks, as they were known at a past seal."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from longstop.reconciliation.actions import settle
from longstop.reconciliation.models import Break
from longstop.referral.actions import accept
from longstop.referral.models import Referral
from tests.conftest import Committed
from tests.proof.world import seal_all
from tests.reconciliation.world import command
from tests.referral.world import prisoner
from tests.web.browsing import signed_in
from tests.web.considering.conftest import AT, arrive
from tests.web.considering.test_referrals import read
from tests.web.reconciling.test_statement import LATER, REST, make_statement


def test_a_statement_and_its_breaks_are_shown_again_as_they_were(committed: Committed, tmp_path: Path) -> None:
    made = command()
    arrive(tmp_path, [prisoner("A1001AA"), *REST], at=AT - timedelta(minutes=2))
    first = Referral.objects.get()
    accept(referral_id=first.pk, owner_id=made.owner.pk, reason="In remit", by=made.officers[0].pk, at=timezone.now(), today=AT.date())
    arrive(tmp_path, [prisoner("A1001AA", conditionalReleaseDate=LATER), *REST], at=AT - timedelta(minutes=1))
    home = tmp_path / "home"
    home.mkdir()
    before = seal_all(home, at=timezone.now())
    statement = make_statement()
    seal = seal_all(home, at=timezone.now())
    found = Break.objects.get()
    settle(break_id=found.pk, outcome="ours", reason="Varied", by=made.owner.pk, at=timezone.now(), today=AT.date())
    later = make_statement()
    client = signed_in(made.owner)
    assert f"Statement {later.pk} As it was known" not in read(client, "statement")
    assert "0 new ones" in read(client, "statement")
    then = read(client, "statement", as_at=str(seal.number))
    assert f"Statement {statement.pk}" in then
    assert "1 new ones" in then
    assert "No statement has been made yet" in read(client, "statement", as_at=str(before.number))
    assert "There is no break in this list" in read(client, "breaks")
    assert "To be settled" in read(client, "breaks", as_at=str(seal.number))
    assert "Settled" in read(client, "breaks", as_at=str(seal.number), changed="out")
