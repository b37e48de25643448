"""Every state has a way out, or is an end; somebody acts in each that has one; none is unreachable; the database knows the same states."""

import pytest

from longstop.access.rules import Role
from longstop.cases.models import OfferState, SpellState
from longstop.cases.rules import CASE, OFFER, SPELL
from longstop.intake.models import ArrivalState, CodeState, ReceiptState, RefusalState
from longstop.intake.rules import ARRIVAL, CODE, RECEIPT, REFUSAL
from longstop.kernel.states import NoSuchStep, Steps
from longstop.reconciliation.models import BreakState, EnquiryState
from longstop.reconciliation.rules import BREAK, ENQUIRY
from longstop.referral.models import DepartureState, LookState, QuestionState, ReferralState
from longstop.referral.rules import DEPARTURE, LOOK, QUESTION, REFERRAL
from longstop.work.models import State
from longstop.work.rules import TASK

TABLES = [TASK, CASE, OFFER, SPELL, ARRIVAL, REFUSAL, RECEIPT, CODE, REFERRAL, QUESTION, DEPARTURE, LOOK, BREAK, ENQUIRY]
STORED = [
    (TASK, State),
    (OFFER, OfferState),
    (SPELL, SpellState),
    (ARRIVAL, ArrivalState),
    (REFUSAL, RefusalState),
    (RECEIPT, ReceiptState),
    (CODE, CodeState),
    (REFERRAL, ReferralState),
    (QUESTION, QuestionState),
    (DEPARTURE, DepartureState),
    (LOOK, LookState),
    (BREAK, BreakState),
    (ENQUIRY, EnquiryState),
]
WHO_ACTS = {role.value for role in Role} | {"owner", "longstop"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_complete(table: Steps) -> None:
    named = set(table.next)
    assert {state for onward in table.next.values() for state in onward} <= named
    assert table.reachable() == named
    assert table.acts.keys() == named - table.ends
    assert set(table.acts.values()) <= WHO_ACTS


@pytest.mark.parametrize(("table", "stored"), STORED, ids=lambda each: getattr(each, "name", ""))
def test_the_database_knows_the_same_states(table: Steps, stored: type) -> None:
    assert set(table.next) == set(stored.values)  # type: ignore[attr-defined]


def test_a_step_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(NoSuchStep):
        TASK.check(from_="done", to="open")
