"""Records are keyed and compared, and versions of linkage kept and put in force. In chunks, each its own transaction: interrupted and run
again it finishes, and twice compares nothing.

Not among `people.actions`, since what compares takes a while to be read in: only whoever compares imports it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from longstop.audit.actions import keep_plainly, record
from longstop.audit.bulk import among, insert_columns, insert_rows
from longstop.audit.operations import action
from longstop.linkage.definitions import Definition
from longstop.linkage.model import VERSION
from longstop.people import events
from longstop.people.blocking import Written
from longstop.people.comparing import KEYED, Comparer, Pair, Record, keys_of, mark_of, said_by, waiting
from longstop.people.linkage_versions import definition as definition_named
from longstop.people.linkage_versions import former, in_force
from longstop.people.models import LinkageInForce, LinkageKey, LinkageMark, LinkagePair, LinkageRun, LinkageVersion

CHUNK = 500


class AnotherDefinition(ValueError):
    """A version of this name is kept, and says something else. Remedy: give the new one a name of its own."""


class NothingBefore(ValueError):
    """No other version was in force before this one, so there is none to go back to."""


def compare_records(*, definition: Definition, by: int, at: datetime, chunk: int = CHUNK) -> int:
    """Compare every record that is new or has changed with all others, and keep what was found; gives how many were compared.

    Raises AnotherDefinition.
    """
    if not LinkageVersion.objects.filter(name=definition.name, digest=definition.digest()).exists():
        keep_version(definition=definition, by=by, at=at)
    # Each pass goes on behind the last record dealt with: to begin anew for every chunk would read all that is done already.
    after = 0
    while waiting(KEYED, after=after, limit=1):
        after = _key_next(after=after, by=by, at=at, chunk=chunk)
    mark, compared, after = mark_of(definition.name), 0, 0
    comparer = Comparer(definition, Written()) if waiting(mark, limit=1) else None
    while comparer and waiting(mark, after=after, limit=1):
        records, after = _compare_next(comparer=comparer, definition=definition, after=after, by=by, at=at, chunk=chunk)
        compared += records
    return compared


@action
def _key_next(*, after: int, by: int, at: datetime, chunk: int) -> int:
    """Write the keys of the next records that wait for theirs; gives the last of them."""
    _wait_for_others()
    found = waiting(KEYED, after=after, limit=chunk)
    LinkageKey.objects.filter(among("number", [each.number for each in found])).delete()
    rows = [(number, key) for number, keys in keys_of(said_by(found)).items() for key in sorted(keys)]
    insert_columns(LinkageKey, ("number", "key"), rows)
    _mark(found, KEYED)
    record(events.RecordsKeyed(subject_id=None, records=len(found), cleaning=VERSION), by=by, at=at)
    return found[-1].pk if found else after


@action
def _compare_next(*, comparer: Comparer, definition: Definition, after: int, by: int, at: datetime, chunk: int) -> tuple[int, int]:
    """Compare the next records that wait for it, and keep the pairs in place of those kept before; gives how many records, and the last."""
    _wait_for_others()
    version = LinkageVersion.objects.get(name=definition.name)
    found = waiting(mark_of(definition.name), after=after, limit=chunk)
    pairs = comparer.compare(found)
    numbers = [each.number for each in found]
    LinkagePair.objects.filter(Q(among("one", numbers)) | Q(among("other", numbers)), version=version).delete()
    _keep(pairs, version, by=by, at=at)
    _mark(found, mark_of(definition.name))
    record(events.RecordsCompared(subject_id=None, records=len(found), pairs=len(pairs), version=definition.name), by=by, at=at)
    return len(found), found[-1].pk if found else after


def _keep(pairs: Sequence[Pair], version: LinkageVersion, *, by: int, at: datetime) -> None:
    reasons = keep_plainly((each.reasons, each.one.number) for each in pairs)
    rows = [
        {
            "version_id": version.pk,
            "one": each.one.number,
            "other": each.other.number,
            "probability": each.probability,
            "unadjusted": each.unadjusted,
            "weight": each.weight,
            "answer": each.answer,
            "because": each.because,
            "reasons_payload_id": payload.pk,
            "compared_at": at,
            "compared_by_id": by,
        }
        for each, payload in zip(pairs, reasons, strict=True)
    ]
    insert_rows(LinkagePair, rows)


def _mark(records: Sequence[Record], mark: str) -> None:
    made = [LinkageMark(number=each.number, mark=mark, content_digest=each.digest) for each in records]
    LinkageMark.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["number", "mark"], update_fields=["content_digest"], batch_size=1_000
    )


def _wait_for_others() -> None:
    """Let one process at a time key or compare: until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('linkage', 5))")


@action
def keep_version(*, definition: Definition, by: int, at: datetime) -> None:
    """Keep a definition under its name, for ever. Raises AnotherDefinition where another is kept under it."""
    held = LinkageVersion.objects.filter(name=definition.name).first()
    if held is not None and bytes(held.digest) != definition.digest():
        raise AnotherDefinition(f"A version “{definition.name}” is kept already, and says something else. Give the new one another name.")
    if held is None:
        LinkageVersion.objects.create(
            name=definition.name, digest=definition.digest(), definition=definition.as_plain(), kept_at=at, kept_by_id=by
        )
    happened = events.LinkageVersionKept(subject_id=None, version=definition.name, digest=definition.digest().hex())
    record(happened, by=by, at=at)


@action
def put_in_force(*, definition: Definition, reason: str, by: int, at: datetime, rolled_back: bool = False) -> None:
    """Put a definition in force from now on. Nothing is compared, asked or joined by this. Raises AnotherDefinition, ValueError."""
    if not reason.strip():
        raise ValueError("Say why this version is put in force.")
    before = in_force().name
    keep_version(definition=definition, by=by, at=at)
    version = LinkageVersion.objects.get(name=definition.name)
    LinkageInForce.objects.create(version=version, put_at=at, put_by_id=by)
    happened = events.LinkagePutInForce(subject_id=None, version=definition.name, former=before, rolled_back=rolled_back, reason=reason)
    record(happened, by=by, at=at)


@action
def roll_back(*, reason: str, by: int, at: datetime) -> str:
    """Put the version back in force that was before the present one, and give its name: what it answered holds again, as it was.

    Raises NothingBefore, WrongVersion where this release cleans records in another way than it did.
    """
    name = former()
    if name is None:
        raise NothingBefore("No other version was in force before this one, so there is none to go back to.")
    put_in_force(definition=definition_named(name), reason=reason, by=by, at=at, rolled_back=True)
    return name


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came of a run: records compared, pairs asked about, pairs joined by software, joins doubted."""

    compared: int = 0
    asked: int = 0
    joined: int = 0
    doubted: int = 0


@action
def finish_run(*, version: str, heard: int, came: Came, by: int, at: datetime) -> None:
    """Write down that all records were compared under a version and seen to; `heard` is the last delivery that was in it."""
    held = LinkageVersion.objects.get(name=version)
    LinkageRun.objects.create(version=held, heard=heard, finished_at=at, finished_by_id=by, **asdict(came))
    record(events.LinkageFinished(subject_id=None, version=version, **asdict(came)), by=by, at=at)
