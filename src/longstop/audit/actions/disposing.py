"""Destroying a person's personal values, under two persons' names. The rows that cited them stay, and still verify."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Func, JSONField, Q, TextField, Value
from django.db.models.functions import Cast

from longstop.audit.actions.recording import record
from longstop.audit.events import Event, event
from longstop.audit.models import Disposal, Payload
from longstop.audit.operations import action


@event("disposal.proposed", about="disposal")
@dataclass(frozen=True, kw_only=True)
class DisposalProposed(Event):
    """Somebody asks that a person's values be destroyed."""

    of_person: int
    reason: str
    under: str


@event("disposal.approved", about="disposal")
@dataclass(frozen=True, kw_only=True)
class DisposalApproved(Event):
    """A second person agreed, and the values are destroyed in the same transaction."""

    of_person: int
    proposed_by: int


@event("disposal.carried_out", about="disposal")
@dataclass(frozen=True, kw_only=True)
class DisposalCarriedOut(Event):
    """How many payloads were destroyed: certificate's number is the subject's."""

    of_person: int
    payloads: int
    mentions: int


class SamePerson(Exception):
    """Whoever proposed a disposal cannot approve it. Remedy: ask a colleague who may."""


class AlreadyApproved(Exception):
    """This disposal was approved, and carried out, before."""


class NotApproved(Exception):
    """Nothing is destroyed under a disposal that nobody approved, or under another person's."""


@action
def propose_disposal(*, person_id: int, reason: str, authority: str, by: int, at: datetime) -> int:
    """Propose that a person's values be destroyed; gives the number of the certificate that will stand for them.

    `reason` (200 characters) and `authority` (120: the rule of the retention schedule) are kept for ever: they must not describe
    the person.
    """
    disposal = Disposal.objects.create(person_id=person_id, reason=reason, authority=authority, proposed_at=at, proposed_by=by)
    record(DisposalProposed(subject_id=disposal.pk, of_person=person_id, reason=reason, under=authority), by=by, at=at, authority=authority)
    return disposal.pk


@action
def approve_disposal(*, disposal_id: int, by: int, at: datetime, mentioning: Sequence[str] = ()) -> int:
    """Approve a colleague's proposal and destroy the payloads of its person; gives how many were destroyed.

    `mentioning` are values by which the person may have been looked for (names, identifiers): the words of searches that contain one go
    too. Rooms that hold more (search keys) destroy it in the same operation: call their `dispose_person` beside this one.
    Raises SamePerson, AlreadyApproved, Disposal.DoesNotExist; GuaranteeBroken where the proposal was made in this same transaction.
    """
    disposal = Disposal.objects.select_for_update().get(pk=disposal_id)
    if disposal.proposed_by == by:
        raise SamePerson(f"Disposal {disposal_id} was proposed by the same person.")
    if disposal.approved_at is not None:
        raise AlreadyApproved(f"Disposal {disposal_id} is approved already.")
    Disposal.objects.filter(pk=disposal_id).update(approved_at=at, approved_by=by)
    happened = DisposalApproved(subject_id=disposal_id, of_person=disposal.person_id, proposed_by=disposal.proposed_by)
    record(happened, by=by, at=at, authority=disposal.authority)
    return dispose_person(person_id=disposal.person_id, disposal_id=disposal_id, by=by, at=at, mentioning=mentioning)


@action
def dispose_person(*, person_id: int, disposal_id: int, by: int, at: datetime, mentioning: Sequence[str] = ()) -> int:
    """Destroy content and salt of this person's payloads under an approved disposal; gives how many.

    May be called again for the same certificate, where values arrived after it. Raises NotApproved.
    """
    if not Disposal.objects.filter(pk=disposal_id, person_id=person_id, approved_at__isnull=False).exists():
        raise NotApproved(f"Disposal {disposal_id} is not an approved one of person {person_id}.")
    gone = {"content": None, "salt": None, "disposal_id": disposal_id}
    payloads = Payload.objects.filter(person_id=person_id, salt__isnull=False).update(**gone)
    nobodys = Payload.objects.filter(person_id=None, salt__isnull=False)
    mentions = nobodys.alias(words=_WORDS).filter(_mentions(mentioning)).update(**gone) if mentioning else 0
    record(DisposalCarriedOut(subject_id=disposal_id, of_person=person_id, payloads=payloads, mentions=mentions), by=by, at=at)
    return payloads + mentions


# What people wrote, at any depth, and not the names of the fields: “Reason” is a family name too.
_WORDS = Cast(
    Func(
        Cast(F("content"), JSONField()),
        Value('$.** ? (@.type() == "string")'),
        function="jsonb_path_query_array",
        output_field=JSONField(),
    ),
    TextField(),
)


def _mentions(values: Sequence[str]) -> Q:
    found = Q(pk__in=[])
    for value in values:
        found |= Q(words__icontains=value)
    return found
