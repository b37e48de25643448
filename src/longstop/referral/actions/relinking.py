"""What follows from comparing: somebody is asked, or, where policy allows it, software joins. In chunks: interrupted and run again it
finishes, and twice changes nothing.

Not among `referral.actions`, since what compares takes a while to be read in: only whoever compares imports it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from longstop.audit.actions import SYSTEM, record
from longstop.audit.operations import action, item
from longstop.linkage.definitions import Definition
from longstop.people.actions.comparing import CHUNK, Came, compare_records, finish_run
from longstop.people.actions.linking import NotLinked, make_known
from longstop.people.answers import answers_about, beside, kept_answers, rehearse
from longstop.people.comparing import Pair, said_by, under
from longstop.people.linkage_versions import in_force
from longstop.people.matching import wait_for_persons
from longstop.referral import events
from longstop.referral.actions.joining import OtherHasWork, join, kept_first
from longstop.referral.actions.making import NewQuestion, ask
from longstop.referral.likely import (
    ONE_PERSON,
    RIGHTLY,
    Kind,
    Proposal,
    Touched,
    last_considered,
    merged,
    proposals,
    software_joins,
    touched,
)
from longstop.referral.owners import Owners

REASONS = {Kind.JOIN: "very_likely_one", Kind.LOOK: "may_be_one", Kind.FRACTURE: "little_alike"}


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What a run under a definition would come to, and the open cases that it would touch."""

    version: str
    proposals: Sequence[Proposal]
    touched: Sequence[Touched]

    def of(self, kind: Kind) -> list[Proposal]:
        """Give those of one kind."""
        return [each for each in self.proposals if each.kind == kind]


def rehearse_relinking(*, definition: Definition, chunk: int = CHUNK) -> Rehearsal:
    """Say what a run under a definition would come to. Nothing is written."""
    found = merged(each for pairs in rehearse(definition, chunk=chunk) for each in proposals(pairs))
    found.sort(key=lambda each: (each.kind, -each.probability, each.person_id, each.other_id))
    return Rehearsal(version=definition.name, proposals=found, touched=touched(found))


def relink(*, by: int, at: datetime, today: date, chunk: int = CHUNK) -> Came:
    """Compare what is new or has changed under the version in force, and see to what comes of it. Raises NobodyToOwn, WrongVersion.

    What may be one person, or very likely is, is asked of somebody, once; a join of software's that nothing speaks for is asked about too.
    Where policy lets software join, it joins what is very likely one person and is not hindered by work on both.
    """
    heard, definition, owners = last_considered(), in_force(), Owners(today=today)
    compared = compare_records(definition=definition, by=by, at=at, chunk=chunk)
    came = Came(compared=compared)
    for pairs in kept_answers(definition.name, chunk=chunk):
        if proposals(pairs, version=definition.name):
            seen = _see_to(pairs=pairs, version=definition.name, owners=owners.begin_chunk(), by=by, at=at, today=today)
            more = {name: getattr(came, name) + getattr(seen, name) for name in ("asked", "joined", "doubted")}
            came = replace(came, **more)
    finish_run(version=definition.name, heard=heard, came=came, by=by, at=at)
    return came


@action
def _see_to(*, pairs: Sequence[Pair], version: str, owners: Owners, by: int, at: datetime, today: date) -> Came:
    """See to what these answers come to, once nobody else can be finding out the same."""
    wait_for_persons({record.person_id for pair in pairs for record in (pair.one, pair.other)})
    found = merged(proposals(pairs, version=version))
    joined = _join(found, version, at=at, today=today) if software_joins(today=today) else []
    moved = {person for each in joined for person in each.persons}
    left = [each for each in found if each in joined or not each.persons & moved]  # whoever was joined is looked at by the next run
    asked = [each for each in left if each not in joined]
    doubted = [each for each in asked if each.kind == Kind.FRACTURE]
    records = under({each.other_id for each in doubted})
    for number, content in said_by(records.values()).items():
        make_known(number, content, by=by, at=at)
    ask([_question(each) for each in asked], owners.asked, by=by, at=at, today=today)
    came = Came(asked=len(asked) - len(doubted), joined=len(joined), doubted=len(doubted))
    happened = events.LikenessSeenTo(subject_id=None, version=version, asked=came.asked, joined=came.joined, doubted=came.doubted)
    record(happened, by=by, at=at)
    return came


def _question(proposal: Proposal) -> NewQuestion:
    return NewQuestion(
        kind=RIGHTLY if proposal.kind == Kind.FRACTURE else ONE_PERSON,
        person_id=proposal.person_id,
        other_id=proposal.other_id,
        arrival_id=None,
        reasons=(REASONS[proposal.kind],),
    )


def _join(found: Sequence[Proposal], version: str, *, at: datetime, today: date) -> list[Proposal]:
    """Join what is very likely one person under any of their records' answers; gives what was joined. In software's own name."""
    joined: list[Proposal] = []
    moved: set[int] = set()
    for each in found:
        if each.kind == Kind.JOIN and not each.persons & moved and _stands(each, version):
            person, other = kept_first(each.person_id, each.other_id)
            reason = f"Very likely one person: {each.probability:.4%}, by version {version} of linkage. Nobody has confirmed it."
            try:
                with item():
                    join(person_id=person, other_id=other, reason=reason, by=SYSTEM, at=at, today=today)
            except (OtherHasWork, NotLinked):
                continue  # then somebody is asked
            joined.append(each)
            moved |= each.persons
    return joined


def _stands(proposal: Proposal, version: str) -> bool:
    """Say whether every answer about the records of both persons, not only those at hand, leaves it a join."""
    numbers = {number for held in beside(proposal.persons).values() for number in held}
    again = [each for each in proposals(answers_about(version, numbers)) if each.persons == proposal.persons]
    return len(again) == 1 and again[0].kind == Kind.JOIN
