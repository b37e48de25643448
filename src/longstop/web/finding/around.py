"""Who stands by a person: representatives and family, as each source says; and the alerts that somebody is to review.

What is told of a child is shown only to whoever says why they need to know: until then how many there are, and how old.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from longstop.intake.contracts.casework import CHILD, FAMILY, REPRESENTATIVES
from longstop.people.facts import Fact, Holds, Value, merge
from longstop.web import parts
from longstop.web.finding.codes import alert_said, day_of, is_protective, stands
from longstop.web.finding.sayings import Track, in_words_each, shown, tellings
from longstop.web.parts import Cell, Link, Stack, When

ABOUT_PROTECTION = "An alert about protection"
_TOLD = (("organisation", ""), ("reference", "Reference "), ("telephone", ""), ("email", ""), ("language", "Speaks "))


def representatives(found: Sequence[Track]) -> Fact | None:
    """Give who represents or interprets for the person."""
    return _contacts("Representatives", found, REPRESENTATIVES)


def family(found: Sequence[Track]) -> Fact | None:
    """Give the person's relatives and next of kin who are no children."""
    return _contacts("Family", found, FAMILY)


def children(found: Sequence[Track]) -> Fact | None:
    """Give all that is told of the person's children: for a reason only."""
    return _contacts("Children", found, (CHILD,))


def children_counted(found: Sequence[Track], *, today: date) -> Fact | None:
    """Give how many children the person has, and how old they are."""
    return merge("Children", tellings(found, lambda content: in_words_each([_counted(content, today)])), holds=Holds.ANY)


def reviews(found: Sequence[Track], *, today: date) -> list[tuple[str, When]]:
    """Give the alerts that stand and are to be reviewed, those first that are due first; of those about protection not what they say."""
    due: dict[tuple[date, str], None] = {}
    for track in found:
        due |= dict.fromkeys(_reviews(track.now))
    return [(f"Review of: {words}", When.due(day, today=today)) for day, words in sorted(due)]


def overdue(found: Sequence[Track], *, today: date) -> int:
    """Count the alerts whose review is overdue."""
    return len({(day, words) for track in found for day, words in _reviews(track.now) if day < today})


def contact_facts(content: Mapping[str, Any], url: str, *, today: date) -> list[parts.Fact]:
    """Give the contacts of one record, children as a number and their ages, and where to ask for the rest."""
    rows = [("Representative", REPRESENTATIVES), ("Family", FAMILY)]
    facts = [parts.Fact(name, value.words) for name, kinds in rows for value in _reader(kinds)(content)]
    if counted := _counted(content, today):
        names: tuple[Cell, ...] = (Link("See what is told of them", url, "and say why"),)
        facts.append(parts.Fact("Children", Stack(counted, names)))
    return facts


def _contacts(name: str, found: Sequence[Track], kinds: Sequence[str]) -> Fact | None:
    return merge(name, tellings(found, _reader(kinds)), holds=Holds.ANY)


def _reader(kinds: Sequence[str]) -> Callable[[Mapping[str, Any]], list[Value]]:
    def read(content: Mapping[str, Any]) -> list[Value]:
        return in_words_each(_said(each) for each in content.get("contacts") or () if each.get("kind") in kinds)

    return read


def _said(contact: Mapping[str, Any]) -> str:
    kind, name = str(contact.get("kind", "")).capitalize(), contact.get("name") or "Name not given"
    told = [f"{kind}: {name}", *(f"{before}{contact[field]}" for field, before in _TOLD if contact.get(field))]
    told += [f"Born {shown(contact['date_of_birth'])}"] if contact.get("date_of_birth") else []
    told += [f"From {shown(contact['from_date'])}"] if contact.get("from_date") else []
    told += [f"Until {shown(contact['to_date'])}"] if contact.get("to_date") else []
    return ". ".join(told)


def _counted(content: Mapping[str, Any], today: date) -> str:
    born = [day_of(each.get("date_of_birth")) for each in content.get("contacts") or () if each.get("kind") == CHILD]
    if not born:
        return ""
    ages = sorted(_age(day, today) for day in born if day is not None)
    known = f", aged {' and '.join([', '.join(map(str, ages[:-1])), str(ages[-1])] if ages[1:] else [str(ages[0])])}" if ages else ""
    unknown = f"; the age of {len(born) - len(ages)} is not told" if len(ages) < len(born) else ""
    return f"{len(born)} {'child' if len(born) == 1 else 'children'}{known}{unknown}"


def _age(born: date, today: date) -> int:
    return max(0, today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


def _reviews(content: Mapping[str, Any]) -> list[tuple[date, str]]:
    standing = [each for each in content.get("alerts") or () if stands(each)]
    dated = [(day_of(each.get("review_by")), each) for each in standing]
    return [(day, ABOUT_PROTECTION if is_protective(each) else alert_said(each, raised=False)) for day, each in dated if day is not None]
