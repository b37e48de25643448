"""How persons are found among the search keys: by number, then by the words of their names, best fit first. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from longstop.people.finding import BORN, LATIN, NAME, NOT_NUMBERS, SOUND, Level, Typed, Word
from longstop.people.models import SearchKey
from longstop.people.rules import typed_identifiers

MISSING = 9


@dataclass(frozen=True, slots=True)
class Found:
    """A person found: how well, by a number of which kind, and whether only by a date whose day and month are exchanged."""

    person_id: int
    level: Level
    number_kind: str = ""
    swapped: bool = False


def with_number(text: str, *, limit: int) -> list[Found]:
    """Find who has an identifier just as typed, however it is spaced or cased. One query."""
    wanted = Q(pk__in=[])
    for key in typed_identifiers(text):
        wanted |= Q(value=key.value, kind=key.kind) if key.kind else Q(value=key.value)
    rows = numbers().filter(wanted).order_by("person_id", "kind").values_list("person_id", "kind")[: limit * 4]
    kinds: dict[int, str] = {}
    for person, kind in rows:
        kinds.setdefault(person, kind)
    return [Found(person, Level.NUMBER, kind) for person, kind in kinds.items()][:limit]


def numbers() -> QuerySet[SearchKey]:
    """Give the keys that are numbers. The condition is that of their index, word for word: without it every key would be read."""
    return SearchKey.objects.filter(~Q(kind__in=NOT_NUMBERS))


def with_words(typed: Typed, *, limit: int) -> list[Found]:
    """Find for whom every word typed fits some word of some name, and who was born when it says. At most two queries.

    The best fits come first: whole words, beginnings, Latin letters, sound; then those with every article typed; then by the persons'
    numbers. Nothing else about a person, their nationality least of all, moves them in it.
    """
    best = _whole(typed, limit=limit)
    if len(best) == limit:  # nobody else could come before them
        return best
    needed = [word for word in typed.words if word.needed]
    wanted = [(_reads(word), _levels(word)) for word in needed]
    if typed.born or typed.year:
        wanted.append(_birth(typed))
    extra = [_written(word) for word in typed.words if not word.needed]
    if not wanted:
        return []
    anything = Q(pk__in=[])
    for each in (*(reads for reads, _ in wanted), *extra):
        anything |= each
    columns = {f"fits_{place}": Min(levels) for place, (_, levels) in enumerate(wanted)}
    lacks = {f"lacks_{place}": Min(Case(When(each, then=0), default=1)) for place, each in enumerate(extra)}
    found = SearchKey.objects.filter(anything).values("person_id").annotate(**columns, **lacks)
    found = found.filter(**{f"{name}__lt": MISSING for name in columns})
    worst = Greatest(*columns) if len(columns) > 1 else Coalesce(*columns, MISSING)
    rows = found.annotate(level=worst).order_by("level", *lacks, "person_id").values_list("person_id", "level", *list(columns)[-1:])[:limit]
    dated = bool(typed.born)
    return [Found(person, Level(level), swapped=dated and last == Level.SOUND) for person, level, last in rows]


def _whole(typed: Typed, *, limit: int) -> list[Found]:
    """Find the first of those whose names hold every word as it was typed, and who were born when it says: all the best fits there are.

    However many bear a common name, the index gives the first of them. Nothing where an article or a number would have a say.
    """
    if not typed.words or any(not word.needed or any(letter.isdigit() for letter in word.typed) for word in typed.words):
        return []
    first, *others = [_written(word) for word in typed.words]
    conditions = [*others, *([_birth(typed)[0] & ~Q(value__in=typed.swapped)] if typed.born or typed.year else [])]
    found = SearchKey.objects.filter(first)
    for each in conditions:
        found = found.filter(Exists(SearchKey.objects.filter(each, person_id=OuterRef("person_id"))))
    rows = found.order_by("person_id").values_list("person_id", flat=True).distinct()[:limit]
    return [Found(person, Level.WHOLE) for person in rows]


def _written(word: Word) -> Q:
    return Q(kind=NAME, value__in=sorted(word.forms.words))


def _reads(word: Word) -> Q:
    return _begins((NAME,), word.forms.words) | _latin(word) | Q(kind=SOUND, value__in=sorted(word.forms.sounds)) | _number(word)


def _number(word: Word) -> Q:
    """A word with a digit may be a number beside a name."""
    if not any(letter.isdigit() for letter in word.typed):
        return Q(pk__in=[])
    values = sorted({key.value for key in typed_identifiers(word.typed)})
    return ~Q(kind__in=NOT_NUMBERS) & Q(value__in=values)


def _begins(kinds: Iterable[str], beginnings: Iterable[str]) -> Q:
    found = Q(pk__in=[])
    for kind in kinds:
        for beginning in sorted(beginnings):
            found |= Q(kind=kind, value__startswith=beginning)
    return found


def _latin(word: Word) -> Q:
    return _begins((NAME, LATIN), word.forms.latin) | _begins((LATIN,), word.forms.words)


def _levels(word: Word) -> Case:
    """Say how well one key fits a word."""
    return Case(
        When(_written(word) | _number(word), then=Value(int(Level.WHOLE))),
        When(_begins((NAME,), word.forms.words), then=Value(int(Level.BEGINS))),
        When(_latin(word), then=Value(int(Level.LATIN))),
        When(Q(kind=SOUND, value__in=sorted(word.forms.sounds)), then=Value(int(Level.SOUND))),
        default=Value(MISSING),
        output_field=IntegerField(),
    )


def _birth(typed: Typed) -> tuple[Q, Case]:
    exact = Q(kind=BORN, value__in=typed.born) if typed.born else Q(kind=BORN, value__startswith=f"{typed.year}-")
    swapped = Q(kind=BORN, value__in=typed.swapped)
    levels = Case(
        When(exact, then=Value(int(Level.WHOLE))),
        When(swapped, then=Value(int(Level.SOUND))),
        default=Value(MISSING),
        output_field=IntegerField(),
    )
    return exact | swapped, levels
