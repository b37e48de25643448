"""What goes wrong with names. Each fault says of a record whether it can strike it, and then changes it for certain."""

import re
import unicodedata
from random import Random
from typing import Any

from bench.faults.names import short_forms

Record = dict[str, str | None]
PARTS = ("forename", "middle_names", "surname")
_PARTICLE = re.compile(
    r"(al|el|at|as|ash|bin|ben|de la|del|de|da|dos|do|van den|van der|van 't|van het|van|ter|abd)([ -])(?=\w{2})", re.IGNORECASE
)
_HYPHEN, _APOSTROPHE = re.compile("-"), re.compile("['’]")
_WITHOUT_STROKE = str.maketrans("łŁđĐøØıİßæÆ", "lLdDoOiIsaA")
_LOOKALIKES = (
    ("rn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("l", "1"), ("o", "0"), ("i", "l"), ("e", "c"), ("u", "v"), ("h", "b"),
    ("n", "ri"), ("w", "vv"), ("s", "5"), ("a", "o"), ("B", "8"), ("O", "0"), ("I", "l"), ("S", "5"),
)  # fmt: skip
_KEYS = {letter: near for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for letter, near in zip(row, row[1:] + row[-2], strict=True)}


def whole(name: Any) -> str:
    """Give a name in one piece; without spaces where its script has none."""
    forename, middle, surname = (part or "" for part in name)
    if _spaceless(surname):
        return f"{surname}{forename}{middle}"
    return " ".join(filter(None, (forename, middle, surname)))


def _spaceless(text: str) -> bool:
    return text[:1] >= "\u3000"


def put(record: Record, name: Any) -> None:
    """Write a name into a record's columns."""
    record.update(zip(PARTS, (part or None for part in name), strict=True))


def name_of(record: Record) -> tuple[str | None, ...]:
    """Give a record's name."""
    return tuple(record[part] for part in PARTS)


def _long(record: Record, least: int = 3) -> list[str]:
    """Give the columns of a name of so many letters at least."""
    return [part for part in ("forename", "surname") if len(record[part] or "") >= least]


def _columns_with(record: Record, pattern: re.Pattern[str]) -> list[str]:
    return [part for part in ("forename", "surname") if pattern.search(record[part] or "")]


# Each fault: `can_…(record, person)`, and `…(record, person, chance)`.


def can_alias_as_name(record: Record, person: Any) -> bool:
    return bool(person["aliases"])


def alias_as_name(record: Record, person: Any, chance: Random) -> None:
    """A false name stands as the name; the true one is mostly among the aliases."""
    record["alias"] = whole(person["names"][0]) if chance.random() < 0.7 else None
    put(record, chance.choice(person["aliases"]))


def can_other_script(record: Record, person: Any) -> bool:
    return bool(person["native"]) and name_of(record) == _usual(person)


def _usual(person: Any) -> tuple[str | None, ...]:
    return tuple(part or None for part in person["names"][0])


def other_script(record: Record, person: Any, chance: Random) -> None:
    """The name stands in its own script."""
    put(record, chance.choice(person["native"]))


def can_other_romanisation(record: Record, person: Any) -> bool:
    return len(person["names"]) > 1 and name_of(record) == _usual(person)


def other_romanisation(record: Record, person: Any, chance: Random) -> None:
    """The name is spelt in another of its ways."""
    put(record, chance.choice(person["names"][1:]))


def can_nickname(record: Record, person: Any) -> bool:
    return record["forename"] in short_forms()


def nickname(record: Record, person: Any, chance: Random) -> None:
    """A short form stands for the forename."""
    record["forename"] = chance.choice(short_forms()[record["forename"] or ""])


def can_middle_dropped(record: Record, person: Any) -> bool:
    return bool(record["middle_names"])


def middle_dropped(record: Record, person: Any, chance: Random) -> None:
    record["middle_names"] = None


def can_middle_initial(record: Record, person: Any) -> bool:
    return len(record["middle_names"] or "") > 1


def middle_initial(record: Record, person: Any, chance: Random) -> None:
    record["middle_names"] = (record["middle_names"] or "")[0]


def can_particle(record: Record, person: Any) -> bool:
    return bool(_PARTICLE.match(record["surname"] or ""))


def particle(record: Record, person: Any, chance: Random) -> None:
    """A particle is left out, written together with the name, or with a hyphen in place of a space and the other way round."""
    surname = record["surname"] or ""
    found = _PARTICLE.match(surname)
    assert found
    rest = surname[found.end() :]
    record["surname"] = chance.choice((rest, found[1] + rest, found[1] + {" ": "-", "-": " "}[found[2]] + rest))


def can_hyphen(record: Record, person: Any) -> bool:
    return bool(_columns_with(record, _HYPHEN))


def hyphen(record: Record, person: Any, chance: Random) -> None:
    """A hyphen is a space, or nothing, or what stands behind it is left out."""
    for part in _columns_with(record, _HYPHEN):
        text = record[part] or ""
        record[part] = chance.choice((text.replace("-", " "), text.replace("-", ""), text.partition("-")[0] or text[1:]))


def can_apostrophe(record: Record, person: Any) -> bool:
    return bool(_columns_with(record, _APOSTROPHE))


def apostrophe(record: Record, person: Any, chance: Random) -> None:
    """An apostrophe is nothing, a space or another sign."""
    for part in _columns_with(record, _APOSTROPHE):
        record[part] = _APOSTROPHE.sub(chance.choice(("", " ", "`", "´")), record[part] or "")


def can_accents_dropped(record: Record, person: Any) -> bool:
    return any(_is_latin(record[part]) and plain(record[part] or "") != record[part] for part in PARTS)


def _is_latin(text: str | None) -> bool:
    """Say whether a text has accents, and its letters are Latin ones."""
    return bool(text) and not str(text).isascii() and all(each < "\u0370" or "\u1e00" <= each <= "\u1eff" for each in str(text))


def plain(text: str) -> str:
    """Give a text without accents."""
    parts = unicodedata.normalize("NFD", text.translate(_WITHOUT_STROKE))
    return "".join(each for each in parts if unicodedata.category(each) != "Mn")


def accents_dropped(record: Record, person: Any, chance: Random) -> None:
    for part in PARTS:
        if _is_latin(record[part]):
            record[part] = plain(record[part] or "")


def accents_garbled(record: Record, person: Any, chance: Random) -> None:
    """What was written in one encoding is read in another."""
    for part in PARTS:
        if _is_latin(record[part]):
            record[part] = (record[part] or "").encode().decode("cp1252", "replace")


def can_names_swapped(record: Record, person: Any) -> bool:
    return bool(record["forename"]) and bool(record["surname"]) and record["forename"] != record["surname"]


def names_swapped(record: Record, person: Any, chance: Random) -> None:
    record["forename"], record["surname"] = record["surname"], record["forename"]


def can_words_moved(record: Record, person: Any) -> bool:
    return bool(record["middle_names"])


def words_moved(record: Record, person: Any, chance: Random) -> None:
    """Middle names stand with the forename or the surname."""
    if chance.random() < 0.5:
        record["forename"] = f"{record['forename']} {record['middle_names']}"
    else:
        record["surname"] = f"{record['middle_names']} {record['surname']}"
    record["middle_names"] = None


def one_field(record: Record, person: Any, chance: Random) -> None:
    """The whole name stands in the column of the surname."""
    name = name_of(record)
    rest = " ".join(filter(None, name[:2]))
    surname_first = f"{name[2]}, {rest}" if chance.random() < 0.5 and not _spaceless(name[2] or "") else whole(name)
    put(record, ("", "", surname_first))


def can_typing(record: Record, person: Any) -> bool:
    return bool(_long(record))


def typing(record: Record, person: Any, chance: Random) -> None:
    """A letter is left out, doubled, exchanged with the next or for its neighbour on the keyboard."""
    part = chance.choice(_long(record))
    text = record[part] or ""
    place = chance.randrange(1, len(text) - 1)
    letter, after = text[place], text[place + 1]
    near = _KEYS.get(letter.casefold(), letter * 2)
    exchanged = after + letter if after != letter else after
    written = chance.choice(("", letter * 2, near))
    record[part] = text[:place] + (exchanged + text[place + 2 :] if chance.random() < 0.3 else written + text[place + 1 :])


def can_misread(record: Record, person: Any) -> bool:
    return any(seen in (record[part] or "")[1:] for part in _long(record) for seen, _ in _LOOKALIKES)


def misread(record: Record, person: Any, chance: Random) -> None:
    """A machine took letters for others that look like them."""
    found = [(part, seen, taken) for part in _long(record) for seen, taken in _LOOKALIKES if seen in (record[part] or "")[1:]]
    part, seen, taken = chance.choice(found)
    text = record[part] or ""
    record[part] = text[0] + text[1:].replace(seen, taken, 1)


def can_forename_not_entered(record: Record, person: Any) -> bool:
    return bool(record["forename"])


def forename_not_entered(record: Record, person: Any, chance: Random) -> None:
    record["forename"] = chance.choice(("NOT ENTERED", "UNKNOWN", "NOT KNOWN"))


def can_surname(record: Record, person: Any) -> bool:
    return bool(record["surname"])


def migration_mark(record: Record, person: Any, chance: Random) -> None:
    """A system's mark stands before the surname."""
    record["surname"] = chance.choice(("MIG_ERROR_", "NO_SHOW_", "DUPLICATE_")) + (record["surname"] or "")


def title(record: Record, person: Any, chance: Random) -> None:
    part = "forename" if record["forename"] else "surname"
    record[part] = f"{chance.choice(('MR', 'Mr.', 'Dr') if record['sex'] != 'F' else ('MRS', 'Ms', 'Miss'))} {record[part]}"


def stray_marks(record: Record, person: Any, chance: Random) -> None:
    """Somebody's mark, a point or spaces that do not belong there."""
    mark = chance.choice(("{} *", "{}.", "{} (2)", "({})", "? {}", "{}\u200e", "{} /"))
    record["surname"] = mark.format(record["surname"])


def can_letter_case(record: Record, person: Any) -> bool:
    text = "".join(filter(None, name_of(record)))
    return text not in (text.upper(), text.lower())


def letter_case(record: Record, person: Any, chance: Random) -> None:
    """All is in capitals, or now and then in small letters."""
    small = chance.random() < 0.15
    put(record, [(part or "").lower() if small else (part or "").upper() for part in name_of(record)])
