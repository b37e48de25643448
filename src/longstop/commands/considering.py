"""What follows a list that was taken in: its records are considered, as are those of any list that an interruption left."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from longstop.referral import actions, queries
from longstop.referral.models import Consideration
from longstop.referral.queries.prisons import are_many

COUNTS = ("considered", "referred", "questioned", "in_hand", "decided", "out_of_remit")
BESIDE = ("taken_on", "joined", "alike", "looks", "departed", "returned")


@dataclass(frozen=True)
class Account:
    """What became of the lists that were considered, by receipt; `trouble` says why they could not be."""

    done: dict[int, Consideration] = field(default_factory=dict)
    trouble: str = ""


def consider(*, by: int, at: datetime, today: date) -> Account:
    """Consider every list that waits for it, oldest first. The lists stay taken in whatever hinders this, and wait for the next time."""
    done: dict[int, Consideration] = {}
    try:
        for number in queries.unconsidered_receipts(today=today):
            done[number] = actions.consider_receipt(receipt_id=number, by=by, at=at, today=today)
    except actions.NobodyToOwn as nobody:
        return Account(done, f"The list was taken in, and nobody on it was considered yet. {nobody}")
    if done and are_many():
        actions.count_prisons(by=by, at=at, today=today)
    return Account(done)


def as_plain(account: Account, receipt_id: int) -> dict[str, Any]:
    """Give the account for programs: considered = referred + questioned + in_hand + decided + out_of_remit."""
    found = account.done.get(receipt_id)
    counted = {name: getattr(found, name) for name in (*COUNTS, *BESIDE)} if found else None
    return {"consideration": counted, "not_considered": account.trouble or None}


def in_words(account: Account) -> list[str]:
    """Give the account for people."""
    lines = []
    for number, found in account.done.items():
        lines.append(
            f"Receipt {number}, {found.considered:,} considered = {found.referred:,} referred + {found.questioned:,} asked about"
            f" + {found.in_hand:,} in hand + {found.decided:,} decided before + {found.out_of_remit:,} out of remit."
        )
        if found.departed or found.returned:
            lines.append(f"{found.departed:,} have gone from the list and must be explained; {found.returned:,} are back.")
        if found.alike:
            lines.append(f"{found.alike:,} pairs are alike: somebody must say whether each is one person.")
    return [*lines, account.trouble] if account.trouble else lines
