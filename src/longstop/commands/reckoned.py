"""A reckoning in words, as both the recorded statement and a cohort's tell it."""

from collections.abc import Container, Iterator

from longstop.reconciliation.reckoning import Reckoned
from longstop.reconciliation.rules import KINDS, WORDS, Line, Side

HEADS = {Side.THEIRS: "Theirs only", Side.OURS: "Ours only"}


def told_of(found: Reckoned, *, broken: Container[Line]) -> Iterator[str]:
    """Tell who is on both sides, and every line of either; those that are broken are marked."""
    yield line("On both sides", found.matched)
    for part in found.agreements:
        if part.kind and part.who:
            yield line(f"  of these, {KINDS[part.kind].lower()} differs, and nothing graver", len(part.who))
    for side, head in HEADS.items():
        rows = [each for each in found.lines if each.side == side]
        yield ""
        yield line(head, sum(each.persons for each in rows), total=True)
        for each in rows:
            if each.persons:
                yield line(("! " if each.line in broken else "") + WORDS[each.line], each.persons)


def line(words: str, number: int, *, total: bool = False) -> str:
    """Give one line of an account: words, and a number."""
    return f"{'' if total else '  '}{words:<{76 if total else 74}}{number:>12,}"
