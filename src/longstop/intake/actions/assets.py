"""The register of data assets: what stands in it about a source."""

from dataclasses import dataclass
from datetime import date, datetime

from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.intake import events
from longstop.intake.feeds import SAID_OF_ASSETS, AssetWords, sources
from longstop.intake.models import DataAsset

_FIELDS = (*SAID_OF_ASSETS, "agreement", "next_review", "retires_on")


@dataclass(frozen=True, kw_only=True)
class AssetEntry(AssetWords):
    """What somebody writes about one source in the register."""

    next_review: date
    retires_on: date | None = None


@action
def edit_asset(*, source: str, entry: AssetEntry, by: int, at: datetime) -> None:
    """Write what the register says of a source. Raises ValueError for a source that policy does not know, or where a word is missing."""
    if source not in sources():
        raise ValueError(f"No source is called {source}. There are: {', '.join(sources())}.")
    for name in SAID_OF_ASSETS:
        if not getattr(entry, name).strip():
            raise ValueError(f"Give the {name.replace('_', ' ')}.")
    held = DataAsset.objects.select_for_update(no_key=True).filter(source=source).first() or DataAsset(source=source)
    changed = [name for name in _FIELDS if getattr(held, name) != getattr(entry, name)]
    for name in changed:
        setattr(held, name, getattr(entry, name))
    held.changed_at, held.changed_by_id = at, by
    held.save()
    record(events.AssetEdited(subject_id=held.pk, source=source, fields=changed, next_review=held.next_review), by=by, at=at)
