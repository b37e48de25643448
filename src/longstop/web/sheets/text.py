"""Text made safe for a spreadsheet: nothing invisible, nothing that a file cannot hold, nothing that is run as a formula.

The shorthand, and the rule that no cell is a formula, are of the design, section 6, and issue 3, section 3.
"""

import re
import unicodedata

# Where a cell begins with one of these, a spreadsheet that opens a CSV takes it for a formula; the wide ones too, in some languages.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# Joiners that writing in several scripts needs, between letters.
JOINERS = "\u200c\u200d"
LONGEST = 32_000  # characters: a cell of a workbook takes 32,767
_SPACES = re.compile(r"\s+")


def visible(text: str) -> str:
    """Give the text on one line, with marks that turn its direction and characters that no file can hold written out as [U+202E].

    Characters of no width are dropped, save joiners between two letters, which some scripts need.
    """
    # A file's or group's separator counts as a space in Python, and no file of XML can hold it.
    shown = "".join(_shown(text, place) for place in range(len(text))) if not text.isascii() or not text.isprintable() else text
    single = _SPACES.sub(" ", shown).strip()
    return single if len(single) <= LONGEST else f"{single[:LONGEST]}… (cut short)"


def _shown(text: str, place: int) -> str:
    letter = text[place]
    if letter in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    if letter in JOINERS:
        around = text[place - 1 : place] + text[place + 1 : place + 2]
        return letter if len(around) == 2 and all(unicodedata.category(each)[0] in "LM" for each in around) else ""
    kind = unicodedata.category(letter)
    if kind == "Cf":
        return _named(letter) if unicodedata.bidirectional(letter) in _TURNING or letter == "\u061c" else ""
    return _named(letter) if kind in ("Cc", "Cs", "Co") or ord(letter) & 0xFFFE == 0xFFFE else letter


_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "L", "R"}


def _named(letter: str) -> str:
    return f"[U+{ord(letter):04X}]"


def defused(text: str) -> str:
    """Give the visible text so that no spreadsheet runs it: behind an apostrophe where it would begin a formula."""
    shown = visible(text)
    return f"'{shown}" if shown.startswith(FORMULA) else shown
