"""The named faults, in the order in which they strike."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from random import Random
from typing import Any, NamedTuple

from bench.faults import faulty_names as names
from bench.faults import faulty_rest as rest
from bench.faults.faulty_names import Record
from bench.faults.tables import read

LISTS = ("ours", "theirs")
SPLIT = "split"


class Kind(NamedTuple):
    """A fault: whether it can strike a record of a person, and what it does; some take something of somebody else."""

    can: Callable[[Record, Any], bool]
    do: Callable[..., None]
    of_another: bool = False


KINDS: Mapping[str, Kind] = {
    "merged": Kind(rest.always, rest.merged, of_another=True),
    "alias_as_name": Kind(names.can_alias_as_name, names.alias_as_name),
    "other_script": Kind(names.can_other_script, names.other_script),
    "other_romanisation": Kind(names.can_other_romanisation, names.other_romanisation),
    "nickname": Kind(names.can_nickname, names.nickname),
    "middle_dropped": Kind(names.can_middle_dropped, names.middle_dropped),
    "middle_initial": Kind(names.can_middle_initial, names.middle_initial),
    "particle": Kind(names.can_particle, names.particle),
    "hyphen": Kind(names.can_hyphen, names.hyphen),
    "apostrophe": Kind(names.can_apostrophe, names.apostrophe),
    "accents_garbled": Kind(names.can_accents_dropped, names.accents_garbled),
    "accents_dropped": Kind(names.can_accents_dropped, names.accents_dropped),
    "names_swapped": Kind(names.can_names_swapped, names.names_swapped),
    "words_moved": Kind(names.can_words_moved, names.words_moved),
    "one_field": Kind(names.can_names_swapped, names.one_field),
    "typing": Kind(names.can_typing, names.typing),
    "misread": Kind(names.can_misread, names.misread),
    "forename_not_entered": Kind(names.can_forename_not_entered, names.forename_not_entered),
    "migration_mark": Kind(names.can_surname, names.migration_mark),
    "title": Kind(names.can_surname, names.title),
    "stray_marks": Kind(names.can_surname, names.stray_marks),
    "letter_case": Kind(names.can_letter_case, names.letter_case),
    "date_missing": Kind(rest.can_date, rest.date_missing),
    "date_placeholder": Kind(rest.can_date, rest.date_placeholder),
    "date_year_only": Kind(rest.can_date_year_only, rest.date_year_only),
    "day_month_swapped": Kind(rest.can_day_month_swapped, rest.day_month_swapped),
    "date_mistyped": Kind(rest.can_date, rest.date_mistyped),
    "date_years_off": Kind(rest.can_date, rest.date_years_off),
    "date_form": Kind(rest.can_date_form, rest.date_form),
    "identifiers_absent": Kind(rest.can_identifiers, rest.identifiers_absent),
    "identifier_of_another": Kind(rest.can_identifiers, rest.identifier_of_another, of_another=True),
    "identifier_mistyped": Kind(rest.can_identifiers, rest.identifier_mistyped),
    "identifier_placeholder": Kind(rest.can_identifiers, rest.identifier_placeholder),
    "identifier_form": Kind(rest.can_identifier_form, rest.identifier_form),
    "no_fixed_abode": Kind(rest.can_home, rest.no_fixed_abode),
    "moved_home": Kind(rest.can_home, rest.moved_home),
    "sex_wrong": Kind(rest.always, rest.sex_wrong),
    "nationality_wrong": Kind(rest.always, rest.nationality_wrong),
}


@cache
def rates(side: str) -> Mapping[str, float]:
    """Give how often each fault strikes in a list, in the order in which they strike."""
    said = read("rates")["faults"]
    if said.keys() != KINDS.keys():
        raise ValueError(f"rates.toml and the faults differ: {', '.join(sorted(said.keys() ^ KINDS.keys()))}.")
    return {name: each[side] for name, each in said.items()}


class Struck(NamedTuple):
    """A fault that struck a record: which columns it changed, from what to what."""

    fault: str
    columns: str
    was: str
    became: str


def spoil(
    record: Record, person: Any, *, rates: Mapping[str, float], chance: Random, others: Sequence[Any], could: dict[str, int]
) -> list[Struck]:
    """Let faults strike a record at their rates, count in `could` those that could have, and tell those that did."""
    found = []
    for name, rate in rates.items():
        kind = KINDS[name]
        if not kind.can(record, person) or (kind.of_another and not others):
            continue
        could[name] += 1
        if chance.random() < rate:
            before = dict(record)
            kind.do(record, person, chance, *([others] if kind.of_another else []))
            changed = [column for column in record if record[column] != before[column]]
            was, became = (" | ".join(each[column] or "" for column in changed) for each in (before, record))
            found.append(Struck(name, " ".join(changed), was, became))
    return found
