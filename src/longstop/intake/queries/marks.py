"""By which marks the records that are held would be known again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from longstop.audit.bulk import among
from longstop.intake.models import Sighting


@dataclass(frozen=True, slots=True)
class Held:
    """A record that is held: its mark, and with how many problems it was accepted."""

    arrival_id: int
    key_digest: bytes
    mark: bytes
    problems: int


def held_marks(*, source: str, keys: Iterable[bytes], observed_at: datetime) -> dict[bytes, Held]:
    """Give the marks of the source's records under these keys, those that were not observed later. One query."""
    found = Sighting.objects.filter(
        among("arrival__key_digest", keys), arrival__source=source, arrival__observed_at__lte=observed_at, mark__isnull=False
    )
    rows = found.values_list("arrival_id", "arrival__key_digest", "mark", "arrival__problems")
    return {bytes(key): Held(number, bytes(key), bytes(mark or b""), problems) for number, key, mark, problems in rows}
