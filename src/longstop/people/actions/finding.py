"""What persons are found by, written anew where the rules of it have changed since it was written."""

from datetime import datetime

from django.db.models import QuerySet

from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.people import events
from longstop.people.finding import KEYED, NAME, VERSION, keys_of_name
from longstop.people.models import Person, SearchKey, SourceRecord
from longstop.people.rules import keys_of

CHUNK = 500


@action
def key_again(*, person_ids: list[int], by: int, at: datetime) -> int:
    """Write what these persons are found by under the present rules; gives how many keys. Raises ValueError for nobody.

    What they were found by before stays, read anew: somebody may still know only that. Done twice it changes nothing, so that what was
    interrupted goes on where it stopped.
    """
    if not person_ids:
        raise ValueError("There is nobody to be found by anything.")
    keys = {(person, KEYED, VERSION) for person in person_ids}
    held = SearchKey.objects.filter(person_id__in=person_ids, kind=NAME).values_list("person_id", "value")
    keys |= {(person, kind, value) for person, word in held for kind, value in keys_of_name(word)}
    said = SourceRecord.objects.filter(person_id__in=person_ids, unlinked_at=None).values_list("person_id", "payload__content")
    keys |= {(person, key.kind, key.value) for person, content in said if content for key in keys_of(content)}
    made = [SearchKey(person_id=person, kind=kind, value=value) for person, kind, value in sorted(keys)]
    SearchKey.objects.bulk_create(made, ignore_conflicts=True, batch_size=5_000)
    SearchKey.objects.filter(person_id__in=person_ids, kind=KEYED).exclude(value=VERSION).delete()
    record(events.KeyedAgain(subject_id=None, persons=len(person_ids), version=VERSION), by=by, at=at)
    return len(made)


def key_everybody(*, by: int, at: datetime, chunk: int = CHUNK) -> int:
    """Write anew what everybody is found by whose keys are of an older version; gives how many persons. Each chunk is its own operation."""
    done = 0
    while waiting := list(_waiting()[:chunk]):
        key_again(person_ids=waiting, by=by, at=at)
        done += len(waiting)
    return done


def _waiting() -> "QuerySet[Person, int]":
    """Who is not disposed of and has no key of this version."""
    keyed = SearchKey.objects.filter(kind=KEYED, value=VERSION).values("person_id")
    found = Person.objects.filter(particulars__content__isnull=False).exclude(pk__in=keyed)
    return found.order_by("pk").values_list("pk", flat=True)
