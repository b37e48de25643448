"""What the people room does when a person's values are destroyed under a certificate. The payloads are the audit room's to destroy."""

import secrets
from datetime import datetime

from django.db.models import Q

from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.people import events
from longstop.people.matching import numbers_of
from longstop.people.models import LinkageKey, LinkageMark, LinkagePair, SearchKey, SourceRecord


@action
def dispose_person(*, person_id: int, disposal_id: int, by: int, at: datetime) -> int:
    """Destroy everything by which this person can be found; gives how many keys. Call beside the audit room's, which destroys payloads.

    The agencies' keys of their records are forgotten too: what a later file says of them is about somebody new; so is whom they resembled.
    """
    keys, _ = SearchKey.objects.filter(person_id=person_id).delete()
    numbers = numbers_of(person_id)
    LinkageKey.objects.filter(number__in=numbers).delete()
    LinkageMark.objects.filter(number__in=numbers).delete()
    LinkagePair.objects.filter(Q(one__in=numbers) | Q(other__in=numbers)).delete()
    for each in SourceRecord.objects.select_for_update(no_key=True).filter(person_id=person_id):
        each.key_digest = secrets.token_bytes(32)
        each.save(update_fields=["key_digest"])
    record(events.PersonForgotten(subject_id=person_id, disposal_id=disposal_id, keys=keys), by=by, at=at)
    return keys
