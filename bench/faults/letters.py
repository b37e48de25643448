"""From one script into Latin letters, by the standards that clerks of several countries follow."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from bench.faults.tables import read

FIRST_SYLLABLE, VOWELS, ENDS = 0xAC00, 21, 28


def in_latin(word: str, language: str) -> tuple[str, ...]:
    """Give a word of Cyrillic or Greek letters by each standard of its language, that of passports first."""
    plain = word.translate(_ACCENTS) if language == "greek" else word
    return tuple(_put(plain, standard) for standard in _standards(language))


_ACCENTS = str.maketrans("άέήίόύώΆΈΉΊΌΎΏϊϋΐΰ", "αεηιουωΑΕΗΙΟΥΩιυιυ")


@cache
def _standards(language: str) -> Sequence[tuple[re.Pattern[str], Mapping[str, str]]]:
    said = read("letters")[language]
    base = _letters(said["base"])
    found = []
    for name, other in said.items():
        if name != "base":
            table = base | _letters(other)
            longest_first = sorted(table, key=len, reverse=True)
            found.append((re.compile("|".join(map(re.escape, longest_first))), table))
    return found


def _letters(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


def _put(word: str, standard: tuple[re.Pattern[str], Mapping[str, str]]) -> str:
    pattern, table = standard
    found = pattern.sub(lambda letters: table[letters[0]], word.lower())
    return found[:1].upper() + found[1:]


def korean(family: str, given: str) -> tuple[tuple[str, str], ...]:
    """Give (forename, surname) as people write themselves, by both romanisations, and with the forename in two words."""
    own = read("letters")["korean"]["customary"]
    usual, names = _letters(own["family"])[family], _letters(own["given"])
    customary = [names[syllable] for syllable in given]
    ways = [("-".join(customary).capitalize(), usual.capitalize())]
    for standard in ("revised", "mccune"):
        syllables = [_syllable(each, standard) for each in given]
        joined = "".join(syllables) if standard == "revised" else "-".join(syllables)
        ways.append((joined.capitalize(), _syllable(family, standard).capitalize()))
    ways.append((" ".join(each.capitalize() for each in customary), usual.capitalize()))
    return tuple(ways)


def _syllable(letter: str, standard: str) -> str:
    number = ord(letter) - FIRST_SYLLABLE
    start, vowel, end = _jamo(standard)
    parts = start[number // (VOWELS * ENDS)], vowel[number // ENDS % VOWELS], end[number % ENDS]
    return "".join(parts).replace("-", "")


@cache
def _jamo(standard: str) -> Sequence[list[str]]:
    said = read("letters")["korean"][standard]
    return [said[part].split() for part in ("starts", "vowels", "ends")]


def chinese(sign: str) -> tuple[tuple[str, str], tuple[str, str, str]]:
    """Give what the table says of a sign: simplified and traditional; pinyin, Wade-Giles and Cantonese."""
    simplified, _, rest = sign.partition("=")
    traditional, pinyin, wade, cantonese = rest.split("/")
    return (simplified, traditional), (pinyin, wade, cantonese)
