"""The words of a name, made comparable three ways: as written, in Latin letters, and by sound. Pure, no ORM.

A name reaches us in the script and spelling of whoever wrote it down. Nothing here decides that two names are one person's: it only lets
somebody who types one spelling be shown the others.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii
from jellyfish import metaphone

from longstop.kernel.text import fold

LONGEST = 200
MOST_WORDS = 40  # of one name: more is a document, not a name
_SEPARATORS = str.maketrans(dict.fromkeys("-'’`‐‑–—.,/·()\"", " "))
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_SYLLABLES = re.compile(r"[A-Z][a-z]*|[a-z0-9]+")
_SYLLABIC = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3]")  # Han and Hangul
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_ABJAD = re.compile(r"[\u0590-\u06ff\u0750-\u077f\ufb1d-\ufdff\ufe70-\ufefc]")  # Hebrew and Arabic: mostly without vowels
_ARABIC_ARTICLE = re.compile(r"^ال(?=\S{3})")
_LATIN_ARTICLE = re.compile(r"^[aeu]l(?=[^aeiou]\w{3})")
_ONE_LETTER = re.compile("kh|gh|th|dh")  # two letters for one of Arabic's
_SERVANT = re.compile(r"abd[aeiou]{0,2}l?")  # "servant of", which begins many names and is not always parted from the rest

# Words that are written or left out, joined or apart, as the clerk pleased. A search does not insist on them.
_ARTICLES = "al el ul il as ar ad an at bin ibn ben bint binti b ould bte bt von van der den de da di do dos das del della la le y e"
PARTICLES = frozenset(_ARTICLES.split())
# Words that are often run together with the next one.
_RUN_ON = "abd abdul abdel abdal abdu abu abou umm oum saif nur noor mac mc o san st ter عبد ابو أبو"
_JOINERS = PARTICLES | frozenset(_RUN_ON.split())

# Letters whose sound the plain letter beneath them does not tell.
_LETTERS = str.maketrans(
    {"ş": "sh", "ș": "sh", "š": "sh", "ś": "sh", "ç": "ch", "č": "ch", "ć": "ch", "ž": "zh", "ż": "zh", "ź": "zh", "đ": "dj", "ğ": ""}
    | {"ţ": "ts", "ț": "ts", "ł": "l", "ñ": "ny", "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "ý": "i", "ě": "ye", "ř": "rzh"}
    | {"ń": "ny"}
)
# How one sound is spelt in the transliterations of Arabic, Persian, Turkish, Albanian and the Slavonic languages. In this order.
_SPELLINGS = [
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"^abd(?:[aeiou]{1,2}[lrsnzdt])(?=[a-z]{2})", "abdal"),  # the article takes the letter that follows it: Abdurrahman, Abdennour
        (r"shch|sch", "sh"),
        (r"dzh|dj|dz|xh", "j"),
        (r"tch", "ch"),
        (r"zh", "j"),
        (r"kh", "h"),
        (r"mg", "ng"),
        (r"gh(?=[aeiouy]|$)", "g"),
        (r"(?<=[bdgjlmnrv])h", ""),
        (r"q|ck", "k"),
        (r"ph", "f"),
        (r"ks", "x"),
        (r"ou|oo|uw|oy(?=[^aeiou])", "u"),
        (r"ee|ie|iy|yi|ey|ei|ay|ai|aj|ij|ej", "i"),
        (r"sz", "s"),
        (r"([a-z])\1", r"\1"),
    )
]
# As continental alphabets speak: j is a y, w a v, and c, cz, sz are not what they are in English.
_CONTINENTAL = [
    (re.compile(pattern), plain)
    for pattern, plain in ((r"xh|dj|dzh", "J"), (r"cz", "ch"), (r"sz", "sh"), (r"c(?=[eiy])", "ts"), (r"w", "v"), (r"j", "y"), (r"J", "j"))
]
_FIRST_VOWELS = {"E": "I", "O": "U"}  # Elir and Ilir, Omar and Umar
_VOWELS = {**dict.fromkeys("a", "a"), **dict.fromkeys("eiy", "i"), **dict.fromkeys("ouw", "o")}

# Surnames that are customarily written otherwise than the standard romanisation of their script.
_CUSTOMARY_HANGUL = {
    "gim": ("kim",), "i": ("lee", "yi", "rhee"), "bag": ("park", "pak"), "bak": ("park", "pak"), "choe": ("choi",),
    "jeong": ("jung", "chung"), "jo": ("cho",), "gang": ("kang",), "yun": ("yoon",), "im": ("lim",), "sin": ("shin",),
    "gweon": ("kwon",), "gwon": ("kwon",), "go": ("ko",), "yu": ("yoo",), "no": ("noh", "roh"), "baeg": ("paik", "baek"), "u": ("woo",),
}  # fmt: skip
_CUSTOMARY_HAN = {
    "zhang": ("cheung", "chang"), "chen": ("chan", "tan"), "huang": ("wong",), "wang": ("wong",), "li": ("lee",), "lin": ("lam", "lim"),
    "zhou": ("chow",), "wu": ("ng",), "xu": ("hsu",), "liu": ("lau",), "guo": ("kwok",), "liang": ("leung",), "zheng": ("cheng",),
    "xie": ("hsieh",), "cai": ("tsai", "choi"), "yang": ("yeung",), "zhao": ("chiu",), "he": ("ho",), "ye": ("yip",), "zeng": ("tsang",),
    "deng": ("tang",), "feng": ("fung",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Forms:
    """One name, or one typed word, in its comparable forms."""

    words: frozenset[str]
    latin: frozenset[str]
    sounds: frozenset[str]


def name_words(text: str) -> list[str]:
    """Give the words of a name for comparing: no accents, no case, hyphens and apostrophes both parted and joined.

    "O'Neill-Smith" is found by "oneill", "neill", "smith" and "oneillsmith".
    """
    folded = fold(text)
    parted = folded.translate(_SEPARATORS).split()
    joined = ["".join(word.translate(_SEPARATORS).split()) for word in folded.split()]
    halves = ["".join(word.replace("'", "").replace("’", "").split()) for part in folded.split() for word in part.split("-")]
    return list(dict.fromkeys(word[:LONGEST] for word in (*parted, *joined, *halves) if word))


def forms_of(text: str) -> Forms:
    """Give every form of a name: its words as written, in Latin letters, and by sound.

    Words that clerks run together ("Abdul Rahman", "El Sayed", the syllables of a Chinese or Korean name) are given joined as well.
    """
    said = " ".join(fold_case(text).split()[:MOST_WORDS])
    written = said.translate(_SEPARATORS).split()
    latin: set[str] = set()
    sounds: set[str] = set()
    for word in dict.fromkeys([*written, *said.split()]):
        found = _readings(word)
        latin |= found.latin
        sounds |= found.sounds
    for joined in _run_together(written):
        found = _readings(joined)
        latin |= found.latin
        sounds |= found.sounds
    words = frozenset(name_words(said))
    return Forms(words, frozenset(word[:LONGEST] for word in latin if word), frozenset(sounds))


def fold_case(text: str) -> str:
    """Give the text composed, in small letters, with its accents."""
    return unicodedata.normalize("NFC", text.replace("İ", "i").casefold())


def _parted_article(word: str) -> list[str]:
    return ["al", _ARABIC_ARTICLE.sub("", word)] if _ARABIC_ARTICLE.match(word) else [word]


@lru_cache(maxsize=20_000)
def _readings(word: str) -> Forms:
    """Give one written word in Latin letters and by sound, in all its customary readings."""
    latin: set[str] = set()
    sounds: set[str] = set()
    if _SYLLABIC.search(word):
        latin = _syllables(word)
        sounds = set().union(*(_sounds(each) for each in latin))
        return Forms(frozenset(), frozenset(latin), frozenset(sounds))
    sounds |= _sounds_without_vowels(word) if _ABJAD.search(word) else set()
    for part in _parted_article(word):
        plain = _plain_latin(part)
        latin.add(plain)
        if _ABJAD.search(part):
            sounds |= _sounds_without_vowels(part)
        elif plain:
            sounds |= _sounds(plain)
            spoken = _plain_latin(part.translate(_LETTERS))
            sounds |= _sounds(spoken) if spoken != plain else set()
    return Forms(frozenset(), frozenset(latin - {""}), frozenset(sounds))


def _plain_latin(word: str) -> str:
    """Give a word in the letters a to z."""
    return _NOT_LETTERS.sub("", anyascii(word).casefold())


def _syllables(word: str) -> set[str]:
    """Give the syllables of a name in Han or Hangul, those of the given name joined, all joined, and customary spellings of the surname."""
    parts = [part.casefold() for part in _SYLLABLES.findall(anyascii(word))]
    customary = _CUSTOMARY_HANGUL if _HANGUL.search(word) else _CUSTOMARY_HAN
    return {*parts, "".join(parts), "".join(parts[1:]), *customary.get(parts[0], ())} - {""} if parts else set()


def _run_together(words: list[str]) -> set[str]:
    """Give each run of words that may be written as one: a particle or "Abdul" with what follows."""
    found: set[str] = set()
    for place, word in enumerate(words[:-1]):
        joined, last = word, place
        while last + 1 < len(words) and _is_joiner(words[last]) and last - place < 3:
            last += 1
            joined += words[last]
            found.add(joined)
    return found


def _is_joiner(word: str) -> bool:
    return word in _JOINERS or bool(_SERVANT.fullmatch(word))


def _sounds(word: str) -> set[str]:
    """Give the codes of how a word in Latin letters may sound, with its article and without."""
    if not word or any(letter.isdigit() for letter in word):  # a number has no sound
        return set()
    if _SERVANT.fullmatch(word):
        return {_code("abd")}
    continental = word
    for pattern, plain in _CONTINENTAL:
        continental = pattern.sub(plain, continental)
    bare = _LATIN_ARTICLE.sub("", word)
    parted = {_code(_respelt(bare))} if bare != word else set()
    return {_code(word), _code(_respelt(word)), _code(_respelt(continental)), *parted} - {""}


def _respelt(word: str) -> str:
    for pattern, plain in _SPELLINGS:
        word = pattern.sub(plain, word)
    return word


def _sounds_without_vowels(word: str) -> set[str]:
    """Give the codes of a word whose script leaves its vowels out: with one put after each consonant, and with h dropped or kept."""
    letters = [{"ʿ": "a", "ع": "a", "أ": "a", "ا": "a", "إ": "i", "آ": "a"}.get(letter, anyascii(letter)) for letter in word]
    bare = "".join(letter.casefold() for letter in letters)
    bare = re.sub(r"[^a-z]", "", bare)
    if not bare:
        return set()
    spelt = bare[0] + bare[1:].replace("w", "u").replace("y", "i")
    full = re.sub(
        r"([bcdfghjklmnpqrtvwxz]|sh?)(?![aeiou]|$)", r"\1a", _ONE_LETTER.sub(lambda pair: pair[0][0 if pair[0] != "kh" else 1], spelt)
    )
    return {_code(bare), _code(full), _code(_respelt(full)), _code(full[0] + full[1:].replace("h", ""))} - {""}


def _code(word: str) -> str:
    """Give the code of a sound. One of a single letter is too wide to find anybody by, so the first vowel is told beside it."""
    code: str = metaphone(word).replace(" ", "") if word else ""
    code = _FIRST_VOWELS.get(code[:1], code[:1]) + code[1:LONGEST]
    if len(code) != 1:
        return code
    return code + next((_VOWELS[letter] for letter in word[1:] if letter in _VOWELS), "")
