"""Who is given what has to be looked at: whoever carries least of it among those who are in. Deterministic; never nobody."""

import heapq
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.db.models import Count

from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.access.rules import OWNING_ROLES
from longstop.cases import queries as cases
from longstop.kernel.policy import load
from longstop.work import queries as tasks
from longstop.work.actions import Owner

COUNTED_AGAIN = 50
"""After so many chunks of a delivery it is counted anew who carries what: somebody may be away by then, or back."""


class NobodyToOwn(Exception):
    """Nobody can own a referral today, so nothing was written. Remedy: see the message."""

    def __init__(self, roles: Sequence[str]) -> None:
        named = ", ".join(role.replace("_", " ") for role in roles)
        super().__init__(
            f"Nobody is there to own what has to be looked at: no active member of a team holds one of the roles {named} and is in today."
            " Give somebody the role of duty officer, or record who covers for those who are away, and run this again."
        )


class Pool:
    """Those who share what has to be looked at today, each with what they carry; `take` gives the next and counts it."""

    def __init__(self, carried: Mapping[Owner, int], weights: Mapping[str, int]) -> None:
        self._heap = [(points, owner.staff_id, owner) for owner, points in carried.items()]
        heapq.heapify(self._heap)
        self._weights = weights

    def take(self, kind: str) -> Owner:
        """Give whoever carries least, of equals the one enrolled first, and let them carry one more of this kind."""
        points, number, owner = self._heap[0]
        heapq.heapreplace(self._heap, (points + self._weights[kind], number, owner))
        return owner


class Owners:
    """Those who are given what a delivery brings, while chunk after chunk of it is dealt with.

    Who carries what is counted when it is first asked for, and again after so many chunks: in between it goes on by what was given here.
    To count the whole command's work for every chunk would take longer, the larger the command, than to deal with the chunk.
    """

    def __init__(self, *, today: date) -> None:
        self._today, self._chunks = today, 0
        self._asked: Pool | None = None
        self._carriers: Pool | None = None

    def begin_chunk(self) -> "Owners":
        """Say that another chunk begins."""
        self._chunks += 1
        if self._chunks % COUNTED_AGAIN == 0:
            self._asked = self._carriers = None
        return self

    @property
    def asked(self) -> Pool:
        """Give those who are asked, and look at referrals: see `pool`. Raises NobodyToOwn."""
        self._asked = self._asked or pool(today=self._today)
        return self._asked

    @property
    def carriers(self) -> Pool:
        """Give those who are given cases whose owner has gone: see `case_pool`. Raises NobodyToOwn."""
        self._carriers = self._carriers or case_pool(today=self._today)
        return self._carriers


def pool(*, today: date, but: Collection[int] = ()) -> Pool:
    """Give those who may be given something today: holders of the first of the policy's roles that anybody in holds. Raises NobodyToOwn.

    Those in `but` are passed over while anybody else of any of the roles is in; where nobody is, one of them has it, and hands it on.
    Whoever is away is passed over while somebody of the role is in; where all are away, those for whom a colleague covers count as in.
    Whoever is about to leave is given nothing new. Sources: `policy/remit.toml`, owners.
    """
    policy = load("remit").at("owners", today)
    weights = {str(row["kind"]): _whole(row["points"]) for row in policy.tables("weights")}
    roles = policy.texts("roles")
    for role in roles:
        if able := [owner for owner in _able(role, today=today) if owner.staff_id not in but]:
            return Pool(_carried(able, weights), weights)
    if but:
        return pool(today=today)
    raise NobodyToOwn(roles)


def case_pool(*, today: date) -> Pool:
    """Give those who may be given a case whose owner has gone, with the number of open cases that each owns. Raises NobodyToOwn.

    Sources: `policy/legacy.toml`, owners; only roles that may own cases.
    """
    roles = [role for role in load("legacy").at("owners", today).texts("roles") if role in OWNING_ROLES]
    for role in roles:
        if able := _able(role, today=today):
            rows = cases.open_cases().filter(owner_id__in=[owner.staff_id for owner in able]).values("owner_id").order_by()
            owned = {row["owner_id"]: row["number"] for row in rows.annotate(number=Count("pk"))}
            return Pool({owner: owned.get(owner.staff_id, 0) for owner in able}, {"case": 1})
    raise NobodyToOwn(roles)


def _able(role: str, *, today: date) -> list[Owner]:
    holders = [each for each in access.holders_of(roles=[role], today=today) if each.team_id is not None and each.last_day is None]
    away = {absence.staff_id: absence.cover_id for absence in access.away(today=today)}
    present = [each for each in holders if each.pk not in away]
    if not present:
        active = access.active_among(cover for cover in away.values() if cover is not None) - away.keys()
        present = [each for each in holders if away.get(each.pk) in active]
    return [_owner(each) for each in present]


def _owner(staff: Staff) -> Owner:
    assert staff.team_id is not None
    return Owner(staff.pk, staff.team_id)


def _carried(owners: Sequence[Owner], weights: Mapping[str, int]) -> dict[Owner, int]:
    ids = [owner.staff_id for owner in owners]
    rows = tasks.open_tasks().filter(owner_id__in=ids, subject_kind__in=list(weights)).values("owner_id", "subject_kind")
    points = dict.fromkeys(ids, 0)
    for row in rows.annotate(number=Count("pk")).order_by():
        points[row["owner_id"]] += weights[row["subject_kind"]] * row["number"]
    return {owner: points[owner.staff_id] for owner in owners}


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
