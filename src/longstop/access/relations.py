"""What a person may do with a case, by how they stand to it: pure, no ORM, no clock. Compared with tests/access/acts.csv."""

from collections.abc import Collection
from enum import StrEnum


class Act(StrEnum):
    """What is done with a case. Whether one may see it at all is asked first: see `cases.queries.may_see`."""

    NOTE = "note"  # a plain note: what somebody noticed or was told
    WORK = "work"  # tasks, holds, key dates, status, notes that bind the case
    CLOSE = "close"
    REOPEN = "reopen"
    OFFER = "offer"
    ALLOCATE = "allocate"
    RESTRICT = "restrict"  # and leave to see it


class Relation(StrEnum):
    """How a person stands to a case today."""

    OWNER = "owner"  # of a closed case, whoever owned it last
    COVER = "cover"  # of the owner
    LINE = "line"  # answers for the case's team, or for one above it
    STAND_IN = "stand_in"  # covers somebody of the line who is away
    DUTY = "duty"  # a duty officer
    COLLEAGUE = "colleague"  # anybody else who may see the case, the successor of a plan included


_ANSWERS = frozenset({Relation.LINE, Relation.STAND_IN})
_HANDS = _ANSWERS | {Relation.OWNER, Relation.COVER}
MAY: dict[Act, frozenset[Relation]] = {
    Act.NOTE: frozenset(Relation),
    Act.WORK: _HANDS,
    Act.CLOSE: _HANDS,
    Act.REOPEN: _HANDS | {Relation.DUTY},
    Act.OFFER: _HANDS,
    Act.ALLOCATE: _ANSWERS | {Relation.DUTY},
    Act.RESTRICT: _ANSWERS,
}


def relations(
    *,
    owner_id: int,
    team_id: int,
    staff_id: int,
    covering: Collection[int],
    answers_for: Collection[int],
    stands_in_for: Collection[int],
    on_duty: bool,
) -> frozenset[Relation]:
    """Say how a person stands to a case with this owner and team."""
    held = {
        Relation.OWNER: owner_id == staff_id,
        Relation.COVER: owner_id in covering,
        Relation.LINE: team_id in answers_for,
        Relation.STAND_IN: team_id in stands_in_for,
        Relation.DUTY: on_duty,
        Relation.COLLEAGUE: True,
    }
    return frozenset(relation for relation, holds in held.items() if holds)


def may(*, act: Act, held: Collection[Relation]) -> bool:
    """Say whether somebody who stands so to a case may do this with it. What is not in the table is denied."""
    return bool(MAY.get(act, frozenset()) & set(held))
