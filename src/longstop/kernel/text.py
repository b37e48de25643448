"""Text as people and other systems really send it, made comparable."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")

# Cc control, Cf format (zero-width, direction marks), Co private use, Cs half of a
# surrogate pair: none of them is part of a name or a number that a person wrote.
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})


def tidy(text: str) -> str:
    """Return the text composed (NFC), without invisible characters, spaces single.

    Line ends and tabs become spaces. Letters, accents and case are kept, so that the
    result can be shown to a person as what was supplied.
    """
    if text.isascii() and text.isprintable():  # nothing to compose or to leave out
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", _SPACES.sub(" ", text))
    seen = (c for c in composed if unicodedata.category(c) not in _INVISIBLE)
    return _SPACES.sub(" ", "".join(seen)).strip()


def fold(text: str) -> str:
    """Return the text for comparing only: tidy, without accents, caseless.

    Never show or store the result as somebody's name.
    """
    plain = tidy(text)
    if plain.isascii():  # no accents to take away
        return plain.casefold()
    apart = unicodedata.normalize("NFKD", plain)
    bare = (c for c in apart if not unicodedata.combining(c))
    return _SPACES.sub(" ", "".join(bare).casefold()).strip()
