"""What intake does when a person's values are destroyed under a certificate. The payloads themselves are the audit room's to destroy."""

import secrets
from datetime import datetime

from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.intake import events
from longstop.intake.models import Arrival, CaseworkRow, Refusal


@action
def dispose_person(*, person_id: int, disposal_id: int, by: int, at: datetime) -> int:
    """Forget the keys by which this person's records would be known again; gives how many. Call beside the audit room's.

    A later file that names the person brings a new record, under a new number.
    """
    forgotten = 0
    for arrival in Arrival.objects.select_for_update(no_key=True).filter(person_id=person_id):
        arrival.key_digest, arrival.booking_digest = secrets.token_bytes(32), None
        arrival.save(update_fields=["key_digest", "booking_digest"])
        forgotten += 1
    for row in CaseworkRow.objects.select_for_update(no_key=True).filter(person_id=person_id):
        row.key_digest, row.case_digest = secrets.token_bytes(32), None
        row.save(update_fields=["key_digest", "case_digest"])
        forgotten += 1
    forgotten += Refusal.objects.filter(person_id=person_id, match_digest__isnull=False).update(match_digest=None)
    record(events.PersonDisposed(subject_id=person_id, disposal_id=disposal_id, keys=forgotten), by=by, at=at)
    return forgotten
