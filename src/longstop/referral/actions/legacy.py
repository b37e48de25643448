"""The cases of a legacy casework system are taken over: its persons are taken on, each open case becomes a case with an owner and tasks.

In chunks, each its own transaction: interrupted and run again it goes on, and twice changes nothing. What ended there stays a record on the
person: to open and close it here would say that Longstop saw both, on days on which it did not.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.intake import queries as arrived
from longstop.intake import sightings
from longstop.referral import events, legacy
from longstop.referral.actions.carrying import deal_with
from longstop.referral.models import Takeover
from longstop.referral.owners import Owners
from longstop.referral.parts import WHOLE, Part

CHUNK = 400  # a multiple of what `intake.queries.casework_people` reads at once
COUNTS = ("persons", "taken_on", "joined", "known", "cases", "opened", "asked", "kept", "in_hand", "not_taken")
COUNTED = (*COUNTS, "owner_gone", "tasks", "notes", "alike")
TakeoverProgress = Callable[[Takeover], None]  # told what is counted so far


class NotTakenIn(ValueError):
    """A receipt is not one of the legacy casework system's, or was not taken in whole. Remedy: let the file be loaded to its end."""


def take_over(
    *,
    receipt_ids: Sequence[int],
    by: int,
    at: datetime,
    today: date,
    progress: TakeoverProgress | None = None,
    part: Part = WHOLE,
) -> Takeover:
    """Take over whatever these receipts, and any later one, said of persons and their cases; gives what became of them.

    `progress` is told after each chunk how far it has got. One that was begun and not finished is finished first. Where several processes
    share the persons, each takes over its own `part`; the receipts are heeded when every part has been taken over.
    Raises NotTakenIn, and NobodyToOwn before anything is written.
    """
    owners = Owners(today=today)
    takeover = _begin(receipt_ids, part, owners, by=by, at=at, today=today)
    while takeover.finished_at is None:
        takeover = go_on(takeover_id=takeover.pk, owners=owners, by=by, at=at, today=today)
        if progress:
            progress(takeover)
    return takeover


def _begin(receipt_ids: Sequence[int], part: Part, owners: Owners, *, by: int, at: datetime, today: date) -> Takeover:
    owners.asked, owners.carriers  # noqa: B018  # nobody to own anything: said before anything is written
    wanted = sorted(set(receipt_ids))
    for held in Takeover.objects.filter(finished_at=None).order_by("pk"):
        if (held.part, held.parts) == part and set(wanted) <= set(held.receipts):
            return held
        if held.part == part.number or held.parts != part.of:  # in the way: it is finished first
            while held.finished_at is None:
                held = go_on(takeover_id=held.pk, owners=owners, by=by, at=at, today=today)
    done = Takeover.objects.filter(receipts__contains=wanted, part=part.number, parts=part.of).first()
    return done or begin(receipt_ids=wanted, by=by, at=at, part=part)


@action
def begin(*, receipt_ids: Sequence[int], by: int, at: datetime, part: Part = WHOLE) -> Takeover:
    """Begin to take over what these receipts said. Raises NotTakenIn; GuaranteeBroken where another is being taken over."""
    for number in receipt_ids:
        receipt = sightings.receipt(number)
        if receipt.state != "finished" or not receipt.source.startswith(f"{legacy.SOURCE}-"):
            raise NotTakenIn(number)
    if not receipt_ids:
        raise NotTakenIn("There is no receipt to take over.")
    made = Takeover.objects.create(receipts=sorted(receipt_ids), part=part.number, parts=part.of, begun_at=at, begun_by_id=by)
    record(events.TakingOver(subject_id=None, receipts=made.receipts), by=by, at=at)
    return made


@action
def go_on(*, takeover_id: int, owners: Owners, by: int, at: datetime, today: date) -> Takeover:
    """Deal with the next chunk of persons; the last call finishes."""
    held = Takeover.objects.select_for_update(no_key=True).get(pk=takeover_id)
    if held.finished_at is not None:
        record(_counted(events.CasesDealtWith, held, Counter()), by=by, at=at)
        return held
    waiting = arrived.casework_people(after=held.after, since_receipt=min(held.receipts), part=held.part, parts=held.parts)
    told = list(islice(waiting, CHUNK))
    if told:
        counts = deal_with(held, told, owners.begin_chunk(), by=by, at=at, today=today)
        held.after = told[-1].id
        for name in COUNTED:
            setattr(held, name, getattr(held, name) + counts[name])
        held.save(update_fields=["after", *COUNTED])
        record(_counted(events.CasesDealtWith, held, counts), by=by, at=at)
        return held
    held.finished_at, held.finished_by_id = at, by
    held.save(update_fields=["finished_at", "finished_by"])
    whole = Counter({name: getattr(held, name) for name in COUNTED})
    record(_counted(events.TakenOver, held, whole), by=by, at=at)
    return held


def _counted(kind: type[events.TakeoverCounted], held: Takeover, counts: Counter[str]) -> events.TakeoverCounted:
    numbers: dict[str, Any] = {name: counts[name] for name in COUNTED}
    return kind(subject_id=None, takeover_id=held.pk, **numbers)
