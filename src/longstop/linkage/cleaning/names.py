"""Names: from what a clerk typed, in any script, to words in Latin letters that can be compared.

Placeholders and the treatment of hyphens, apostrophes and Mc are as HMPPS does it (domain.md 5.4); titles, particles and the scripts are
ours.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from anyascii import anyascii

from longstop.linkage.cleaning.steps import Step, carry_out

MOST_WORDS = 8
_TITLES = "mr mrs ms miss mx dr prof sir dame lord lady rev revd hon jr jnr sr snr esq bart baronet"
_PARTICLES = "al el ul il bin ibn ben bint binti b von van der den de da di do dos das del della la le y e of the"
TITLES, PARTICLES = frozenset(_TITLES.split()), frozenset(_PARTICLES.split())
_PLACEHOLDER = re.compile(r"(mig_error|no_show|duplicate)_?|\b(not entered|not known|unknown|n/k|nk|none|null|nan)\b", re.IGNORECASE)
# The letters as which the first byte of a letter in UTF-8 is read, and one as which a later byte is.
_MISREAD = re.compile("[\u00c2-\u00f4][\x80-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_APOSTROPHES = re.compile(r"['’‘`´ʼʻʹ׳]")
_SEPARATORS = re.compile(r"[\W_]+", re.UNICODE)
_WITHOUT_VOWELS = re.compile(r"[\u0590-\u06ff]")
_LONG_VOWELS = str.maketrans("wy", "ui")
_NO_LETTERS = re.compile("[^a-z]")
_MC = re.compile(r"\b(mc|mac|o) (?=\w{3})")


def _mend_encoding(text: str) -> str:
    if not _MISREAD.search(text):
        return text
    try:
        return b"".join(map(_byte, text)).decode()
    except UnicodeError:
        return text


def _byte(letter: str) -> bytes:
    """Give the byte that was read as this letter of Windows' western code page; what that page lacks was passed through."""
    return bytes([ord(letter)]) if "\x80" <= letter <= "\x9f" else letter.encode("cp1252")


def _compose(text: str) -> str:
    if text.isascii():
        return text.casefold()
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return plain.casefold()


def _join_particles(text: str) -> str:
    return _MC.sub(lambda found: found[1], text)


def _drop_titles(text: str) -> str:
    words = text.split()
    kept = [word for word in words if word not in TITLES]
    return " ".join(kept or words)


def _drop_particles(text: str) -> str:
    words = text.split()
    kept = [word for word in words if word not in PARTICLES and (len(word) > 1 or not word.isascii())]
    return " ".join(kept or words)


@lru_cache(maxsize=400_000)
def latin(word: str) -> str:
    """Give a word of any script in the letters a to z.

    An Arabic article is dropped; where a script writes w and y for long vowels too, within a word they are read as vowels.
    """
    if word[:2] == "ال" and len(word) > 4:
        word = word[2:]
    plain = _NO_LETTERS.sub("", (word if word.isascii() else anyascii(word)).casefold())
    return plain[:1] + plain[1:].translate(_LONG_VOWELS) if _WITHOUT_VOWELS.match(word) else plain


def _transliterate(text: str) -> str:
    return " ".join(filter(None, (latin(word) for word in text.split())))


NAME_STEPS = (
    Step("encoding", "UTF-8 that a system read as Windows letters is read again, where the whole of it can be.", _mend_encoding),
    Step(
        "placeholders", "Words that a system or a clerk put where no name was known are dropped.", lambda text: _PLACEHOLDER.sub(" ", text)
    ),
    Step("case", "Letters are composed, invisible marks dropped, and capitals made small.", _compose),
    Step("apostrophes", "Apostrophes are dropped, so that O'Neill is Oneill.", lambda text: _APOSTROPHES.sub("", text)),
    Step("separators", "Hyphens, full stops and all else that is no letter part words.", lambda text: _SEPARATORS.sub(" ", text).strip()),
    Step("mc", "Mc, Mac and O are joined to what follows.", _join_particles),
    Step("titles", "Titles are dropped, unless nothing else is left.", _drop_titles),
    Step("scripts", "Other scripts are put into Latin letters, and accents dropped.", _transliterate),
    Step("particles", "Particles and initials are dropped, unless nothing else is left.", _drop_particles),
)


def name_words(texts: Iterable[str | None]) -> list[str]:
    """Give the words of a name given in parts, each once, in the order written, in small Latin letters."""
    words = [word for text in texts if text for word in _words(text)]
    return list(dict.fromkeys(words))[:MOST_WORDS]


@lru_cache(maxsize=400_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(carry_out(NAME_STEPS, text).split())


_SCRIPTS = (
    ("ARABIC", "Arabic"), ("CYRILLIC", "Cyrillic"), ("GREEK", "Greek"), ("CJK", "Han"), ("HANGUL", "Hangul"), ("HEBREW", "Hebrew"),
    ("HIRAGANA", "Kana"), ("KATAKANA", "Kana"), ("LATIN", "Latin"),
)  # fmt: skip


@lru_cache(maxsize=400_000)
def script_of(text: str) -> str:
    """Give the script of a name by its first letter that is not Latin, or Latin; Other where it is none that is counted apart."""
    if text.isascii():
        return "Latin"
    found = "Latin"
    for letter in text:
        if letter.isalpha() and not letter.isascii():
            said = unicodedata.name(letter, "")
            found = next((ours for theirs, ours in _SCRIPTS if said.startswith(theirs)), "Other")
            if found != "Latin":
                return found
    return found
