"""What `longstop assets` does once the database is in reach; see `reaching`."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from django.utils import timezone

from longstop.intake import queries


def main(arguments: Sequence[str]) -> int:
    """Will print the register and what is due, and give the exit code: 1 where anything is."""
    at = timezone.now()
    today = timezone.localdate(at)
    found, late = queries.assets(today=today), queries.late_feeds(at=at)
    due = {each.source for each in queries.assets_to_review(today=today)}
    if "--json" in arguments:
        told = {
            "assets": [{**asdict(each), "review_due": each.source in due} for each in found],
            "late": [asdict(each) for each in late],
        }
        print(json.dumps(told, default=str))
    else:
        print("\n".join([*(_in_words(each, is_due=each.source in due) for each in found), *map(_late, late)]))
    return 1 if due or late else 0


def _in_words(each: queries.Asset, *, is_due: bool) -> str:
    review = each.next_review.isoformat() if each.next_review else "never looked at"
    came = f"{each.last_received_at:%Y-%m-%d %H:%M}" if each.last_received_at else "never"
    return "\n".join(
        [
            f"{each.source}: {each.name}",
            f"  Owner: {each.owner}. Steward: {each.steward}.",
            f"  Purpose: {each.purpose}",
            f"  Legal gateway: {each.legal_gateway}. Agreement: {each.agreement or 'none named'}.",
            f"  Next review: {review}{' (DUE)' if is_due else ''}. Retires: {each.retires_on or 'not planned'}. Last file: {came}.",
        ]
    )


def _late(feed: queries.LateFeed) -> str:
    return f"LATE: {feed.source} was due by {feed.due_at:%Y-%m-%d %H:%M}; the last file came {feed.last_received_at:%Y-%m-%d %H:%M}."
