"""A receipt is considered: each of its records becomes a source record, a remit result, and a referral, a question or nothing; then who
is not on the list any more is told. In chunks, each its own transaction: interrupted and run again it finishes, and twice changes nothing.
"""

import secrets
from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db.models import F

from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.intake import sightings
from longstop.kernel.policy import load
from longstop.referral import events
from longstop.referral.actions.judging import judge_chunk
from longstop.referral.actions.leaving_lists import notice_chunk
from longstop.referral.models import Consideration, ConsiderationPart
from longstop.referral.owners import Owners
from longstop.referral.parts import WHOLE, Part
from longstop.referral.remit import policy_version
from longstop.referral.stretches import stretch

CHUNK = 500  # records judged in one transaction
STRETCH = 5_000  # records of the list dealt with in one transaction, those that are merely counted among them
COUNTS = ("considered", "referred", "questioned", "in_hand", "decided", "out_of_remit", "taken_on", "joined", "alike", "looks")
COUNTED = (*COUNTS, "departed", "returned")


class NotFinished(ValueError):
    """The receipt was not taken in whole, so it is not considered yet. Remedy: let the file be loaded to its end, or release it."""


class NotConsidered(ValueError):
    """Records of this source are not considered: see `policy/remit.toml`, sources."""


def consider_receipt(*, receipt_id: int, by: int, at: datetime, today: date, seed: str = "", part: Part = WHOLE) -> Consideration:
    """Consider every record of a finished receipt, and give what became of them.

    New and changed records, and those out of remit however often, are judged by the rules of the day; what has not changed writes
    nothing and is counted. The newest complete list of a source also tells who is not on it any more. `seed` decides the second looks;
    chance lays it down where it is not given. Run again it goes on where it was interrupted, and changes nothing once it has finished.

    Where several processes share it, each considers its own `part` of the records; whoever then asks for the whole ends it.
    Raises NotFinished, NotConsidered, and NobodyToOwn before anything is written.
    """
    owners = Owners(today=today)
    held = _begin(receipt_id=receipt_id, parts=part.of, owners=owners, by=by, at=at, today=today, seed=seed)
    for number in _to_be_done(held, part):
        while not _share(part_id=number, owners=owners, by=by, at=at, today=today):
            pass
    while part == WHOLE and held.finished_at is None:
        held = _go_on(consideration_id=held.pk, owners=owners, by=by, at=at, today=today)
    return held


def begin_to_consider(*, receipt_id: int, by: int, at: datetime, today: date, seed: str = "", parts: int = 1) -> Consideration:
    """Begin to consider a receipt, unless that was begun before, so that `parts` processes can share it. Raises as `consider_receipt`."""
    return _begin(receipt_id=receipt_id, parts=parts, owners=Owners(today=today), by=by, at=at, today=today, seed=seed)


def _begin(*, receipt_id: int, parts: int, owners: Owners, by: int, at: datetime, today: date, seed: str) -> Consideration:
    found = Consideration.objects.filter(receipt_id=receipt_id).first()
    if found is not None and found.finished_at is not None:
        return found
    owners.asked  # noqa: B018  # nobody to own anything: said before anything is written
    return found or _write(receipt_id=receipt_id, parts=parts, by=by, at=at, today=today, seed=seed)


def _to_be_done(consideration: Consideration, part: Part) -> list[int]:
    """Give the parts to deal with: one's own, or all that are left where the whole is asked for; none where it was not parted."""
    left = ConsiderationPart.objects.filter(consideration=consideration, done=False).order_by("part")
    mine = left if part == WHOLE else left.filter(part=part.number, of=part.of)
    return list(mine.values_list("pk", flat=True))


@action
def _write(*, receipt_id: int, parts: int, by: int, at: datetime, today: date, seed: str) -> Consideration:
    receipt = sightings.receipt(receipt_id)
    if receipt.finished_at is None or receipt.state != "finished":
        raise NotFinished(receipt_id)
    if receipt.source not in load("remit").at("sources", today).texts("considered"):
        raise NotConsidered(receipt.source)
    made = Consideration.objects.create(
        receipt=receipt,
        about=sightings.original(receipt),
        tells_departures=sightings.is_latest_list(receipt),
        seed=seed or secrets.token_hex(16),
        policy=policy_version(today=today),
        begun_at=at,
        begun_by_id=by,
    )
    shares = [ConsiderationPart(consideration=made, part=number, of=parts) for number in range(parts)]
    ConsiderationPart.objects.bulk_create(shares if parts > 1 else [])
    happened = events.Considering(subject_id=receipt_id, policy=made.policy, seed=made.seed, tells_departures=made.tells_departures)
    record(happened, by=by, at=at)
    return made


@action
def _share(*, part_id: int, owners: Owners, by: int, at: datetime, today: date) -> bool:
    """Deal with the next chunk of a part's records; says whether there was none left."""
    share = ConsiderationPart.objects.select_for_update(no_key=True).get(pk=part_id)
    held = Consideration.objects.get(pk=share.consideration_id)
    counts, last = _deal_with(held, share.after, Part(share.part, share.of), owners, by=by, at=at, today=today)
    share.after, share.done = last or share.after, last is None
    share.save(update_fields=["after", "done"])
    # Last of all: whoever deals with another part waits for it from here on.
    if more := {name: F(name) + counts[name] for name in COUNTED if counts[name]}:
        Consideration.objects.filter(pk=held.pk).update(**more)
    record(_counted(events.RecordsConsidered, held, counts), by=by, at=at)
    return share.done


@action
def _go_on(*, consideration_id: int, owners: Owners, by: int, at: datetime, today: date) -> Consideration:
    """Deal with the next chunk of records, where they are not shared, then of those who have gone; the last call finishes."""
    held = Consideration.objects.select_for_update(no_key=True).get(pk=consideration_id)
    if held.finished_at is not None:
        record(_counted(events.RecordsConsidered, held, Counter()), by=by, at=at)
        return held
    if not held.shares.exists():
        counts, last = _deal_with(held, held.after, WHOLE, owners, by=by, at=at, today=today)
        if last is not None:
            held.after = last
            return _count(held, counts, by=by, at=at)
    if held.tells_departures:
        counts, last = notice_chunk(held, CHUNK, owners, by=by, at=at, today=today)
        if last is not None:
            held.departed_after = last
            return _count(held, counts, by=by, at=at)
    held.finished_at, held.finished_by_id = at, by
    held.save(update_fields=["finished_at", "finished_by"])
    whole = Counter({name: getattr(held, name) for name in COUNTED})
    record(_counted(events.ReceiptConsidered, held, whole), by=by, at=at)
    return held


def _deal_with(
    held: Consideration, after: int, part: Part, owners: Owners, *, by: int, at: datetime, today: date
) -> tuple[Counter[str], int | None]:
    """Deal with the next records of a part; gives what became of them, and the last of them, None where there was none."""
    found = stretch(receipt_id=held.about_id, after=after, policy=held.policy, longest=STRETCH, most=CHUNK, part=part)
    if found.last is None:
        return Counter(), None
    counts = judge_chunk(held, found, owners.begin_chunk().asked, by=by, at=at, today=today) if found.judge else found.counts
    counts["considered"] = found.records
    return counts, found.last


def _count(held: Consideration, counts: Counter[str], *, by: int, at: datetime) -> Consideration:
    for name in COUNTED:
        setattr(held, name, getattr(held, name) + counts[name])
    held.save(update_fields=["after", "departed_after", *COUNTED])
    record(_counted(events.RecordsConsidered, held, counts), by=by, at=at)
    return held


def _counted(kind: type[events.Counted], held: Consideration, counts: Counter[str]) -> events.Counted:
    numbers: dict[str, Any] = {name: counts[name] for name in COUNTED}
    return kind(subject_id=held.receipt_id, **numbers)
