"""Which receipts nobody has had considered."""

from datetime import date

from longstop.intake import sightings
from longstop.kernel.policy import load
from longstop.referral.models import Consideration


def unconsidered_receipts(*, today: date) -> list[int]:
    """Give the finished receipts whose records nobody has had considered to the end, oldest first."""
    done = set(Consideration.objects.filter(finished_at__isnull=False).values_list("receipt_id", flat=True))
    sources = load("remit").at("sources", today).texts("considered")
    return [each.pk for source in sources for each in sightings.finished_receipts(source=source) if each.pk not in done]
