"""The skeleton of a word: its consonants, by classes that survive the way from one script to another. Pure.

Arabic and Hebrew leave vowels out, Chinese and Korean have no r beside l, and whoever writes a name down in another alphabet chooses among
letters of one class. Two spellings of a name mostly keep the order of their classes.
"""

import re
from functools import lru_cache

# Several letters that are one sound, longest first.
_TOGETHER = (
    ("shch", "s"), ("dzh", "s"), ("sch", "s"), ("tch", "s"), ("sh", "s"), ("ch", "s"), ("zh", "s"), ("ts", "s"), ("tz", "s"),
    ("dz", "s"), ("dj", "s"), ("th", "t"), ("ph", "f"), ("kh", "k"), ("gh", "g"), ("ck", "k"), ("qu", "k"), ("x", "ks"),
)  # fmt: skip
_SOFT_C = re.compile("c(?=[eiy])")
_CLASSES = {
    letter: name
    for name, letters in {"P": "pb", "T": "td", "K": "kgqc", "L": "lr", "S": "szj", "N": "n", "M": "m", "F": "fvw"}.items()
    for letter in letters
}


@lru_cache(maxsize=200_000)
def skeleton(word: str) -> str:
    """Give the classes of the consonants of a word in small Latin letters, repeated ones once. Vowels, h and y say nothing."""
    for letters, one in _TOGETHER:
        word = word.replace(letters, one)
    found: list[str] = []
    for letter in _SOFT_C.sub("s", word):
        kind = _CLASSES.get(letter)
        if kind and (not found or found[-1] != kind):
            found.append(kind)
    return "".join(found)
