"""What was answered about pairs of records, as they stand now: kept answers, or those that a rehearsal would give. Nothing is written."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db.models import Q

from longstop.audit.actions import SYSTEM
from longstop.audit.bulk import among
from longstop.linkage.definitions import Definition
from longstop.people.blocking import Rehearsed
from longstop.people.comparing import KEYED, Comparer, Pair, keys_of, mark_of, said_by, under, waiting
from longstop.people.models import LinkageAnswer, LinkageMark, LinkagePair, LinkageRun, SourceRecord

CHUNK = 500


def kept_answers(version: str, *, chunk: int = CHUNK) -> Iterator[list[Pair]]:
    """Give the pairs that were kept under a version and whose records stand, so many at a time. Two queries each."""
    after = 0
    while rows := list(LinkagePair.objects.filter(version__name=version, pk__gt=after).order_by("pk")[:chunk]):
        after = rows[-1].pk
        yield _standing(rows)


def answers_about(version: str, numbers: Collection[int]) -> list[Pair]:
    """Give the pairs that were kept under a version of records that came under these numbers, both of each pair. Two queries."""
    found = LinkagePair.objects.filter(among("one", numbers), among("other", numbers), version__name=version)
    return _standing(list(found.order_by("pk")))


def _standing(rows: Sequence[LinkagePair]) -> list[Pair]:
    held = under({number for row in rows for number in (row.one, row.other)})
    return [
        Pair(
            one=held[row.one],
            other=held[row.other],
            probability=row.probability,
            unadjusted=row.unadjusted,
            weight=row.weight,
            answer=row.answer,
            because=row.because,
            reasons={},
        )
        for row in rows
        if row.one in held and row.other in held
    ]


def rehearse(definition: Definition, *, chunk: int = CHUNK) -> Iterator[list[Pair]]:
    """Give every answer that a run under a definition would leave kept, and write nothing: those that stand, then those that wait."""
    for pairs in kept_answers(definition.name, chunk=chunk):
        fresh = _waiting_among(pairs, definition)
        yield [pair for pair in pairs if not fresh & {pair.one.number, pair.other.number}]
    after = 0
    with Rehearsed() as known:
        _rehearse_keys(known, chunk=chunk)
        comparer = Comparer(definition, known)
        while found := waiting(mark_of(definition.name), after=after, limit=chunk):
            after = found[-1].pk
            yield comparer.compare(found)


def _waiting_among(pairs: Iterable[Pair], definition: Definition) -> set[int]:
    every = {record.number: record for pair in pairs for record in (pair.one, pair.other)}
    rows = LinkageMark.objects.filter(among("number", list(every)), mark=mark_of(definition.name))
    marked = {number: bytes(digest) for number, digest in rows.values_list("number", "content_digest")}
    return {number for number, record in every.items() if marked.get(number) != record.digest}


def _rehearse_keys(known: Rehearsed, *, chunk: int) -> None:
    """Take the keys of every record that waits for its own into a rehearsal."""
    after = 0
    while found := waiting(KEYED, after=after, limit=chunk):
        after = found[-1].pk
        held = LinkageMark.objects.filter(among("number", [each.number for each in found]), mark=KEYED).count()
        known.add(keys_of(said_by(found)), held=held)


def beside(person_ids: Collection[int]) -> dict[int, set[int]]:
    """Give the numbers under which the records of these persons came, by person. One query."""
    rows = SourceRecord.objects.filter(among("person_id", person_ids), unlinked_at=None).values_list("person_id", "number")
    found: dict[int, set[int]] = {}
    for person, number in rows:
        found.setdefault(person, set()).add(number or person)
    return found


def parted_by_people(numbers: Collection[int]) -> set[frozenset[int]]:
    """Give the pairs, (person, number), of which a person said that the record which came under the number is about somebody else.

    One query.
    """
    ended = SourceRecord.objects.filter(among("number", numbers), unlinked_at__isnull=False).exclude(unlinked_by_id=SYSTEM)
    return {frozenset((person, number)) for person, number in ended.values_list("person_id", "number") if number is not None}


def joined_by_people(numbers: Collection[int]) -> set[int]:
    """Give those of these numbers under which a record came that a person let be about somebody: it was about another before.

    What a rule joined when the record arrived was joined by software, whoever had the list considered. One query.
    """
    own = Q(among("person_id", numbers), number=None)
    ended = SourceRecord.objects.filter(own | Q(among("number", numbers)), unlinked_at__isnull=False)
    return {number or person for person, number in ended.values_list("person_id", "number")}


def heard_under(version: str) -> int | None:
    """Give the last delivery that a finished run under a version had in it; None where none finished. One query."""
    return LinkageRun.objects.filter(version__name=version).order_by("-pk").values_list("heard", flat=True).first()


ASKS = frozenset({LinkageAnswer.JOIN.value, LinkageAnswer.LOOK.value})
