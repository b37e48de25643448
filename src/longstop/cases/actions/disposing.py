"""A person's values are destroyed in every room at once, under two persons' names, once no case of theirs is open."""

from datetime import datetime

from longstop.audit import actions as audit
from longstop.audit import queries as audit_read
from longstop.audit.operations import action
from longstop.cases.models import Case
from longstop.intake import actions as intake
from longstop.people import actions as people
from longstop.people import queries as people_read
from longstop.people.matching import numbers_of

SHORTEST_MENTION = 4  # characters; a shorter name is found in too many words


class PersonHasOpenCase(ValueError):
    """Nothing about a person is destroyed while a case of theirs is open."""


class RecordsJoinedSince(ValueError):
    """A record was joined to the person after the disposal was proposed, and its values have no certificate: propose it again."""


@action
def propose_disposal(*, person_id: int, reason: str, authority: str, by: int, at: datetime) -> int:
    """Propose that a person's values be destroyed; gives the number of the certificate. Raises PersonHasOpenCase.

    `reason` and `authority` are kept for ever: they must not describe the person.
    """
    _check(person_id)
    # The values of records that were joined to the person stand under numbers of their own: each has its certificate.
    for number in _others(person_id):
        audit.propose_disposal(person_id=number, reason=reason, authority=authority, by=by, at=at)
    return audit.propose_disposal(person_id=person_id, reason=reason, authority=authority, by=by, at=at)


@action
def dispose_person(*, disposal_id: int, by: int, at: datetime) -> int:
    """Approve a colleague's proposal and destroy the person's values in every room; gives how many payloads went.

    Raises PersonHasOpenCase, RecordsJoinedSince, and what `audit.actions.approve_disposal` raises.
    """
    person_id = audit_read.disposal(disposal_id).person_id
    _check(person_id)
    mentions, others = _mentions(person_id), _certificates(_others(person_id))
    destroyed = audit.approve_disposal(disposal_id=disposal_id, by=by, at=at, mentioning=mentions)
    for number, certificate in others.items():
        destroyed += audit.approve_disposal(disposal_id=certificate, by=by, at=at, mentioning=mentions)
        intake.dispose_person(person_id=number, disposal_id=certificate, by=by, at=at)
    people.dispose_person(person_id=person_id, disposal_id=disposal_id, by=by, at=at)
    intake.dispose_person(person_id=person_id, disposal_id=disposal_id, by=by, at=at)
    return destroyed


def _others(person_id: int) -> list[int]:
    """The numbers of the records joined to the person, under which their values stand."""
    return [number for number in numbers_of(person_id) if number != person_id]


def _certificates(numbers: list[int]) -> dict[int, int]:
    """Give the certificate proposed for each of these numbers, save those approved before. Raises RecordsJoinedSince."""
    waiting = {each.person_id: each.pk for each in audit_read.disposals_waiting()}
    for number in numbers:
        if number not in waiting and audit_read.payloads_standing(number):
            raise RecordsJoinedSince(number)
    return {number: waiting[number] for number in numbers if number in waiting}


def _check(person_id: int) -> None:
    if Case.objects.filter(person_id=person_id, closed_at=None).exists():
        raise PersonHasOpenCase(person_id)


def _mentions(person_id: int) -> list[str]:
    """By what the person may have been searched for: their family name and references."""
    card = people_read.names([person_id]).get(person_id)
    if card is None:
        return []
    known = [card.family, card.prison_number, *(value for _, value in card.references)]
    return [value for value in known if len(value) >= SHORTEST_MENTION]
