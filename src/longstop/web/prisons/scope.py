"""Whose prisons: which somebody may look at, and which are theirs. Every screen about a prison or a record asks here first.

See docs/adr/0016-whose-prison.md.
"""

from collections.abc import Iterable

from longstop.web.doors import Who

NOT_SET = (
    "No prison is recorded for you, so nothing can be shown to you here. "
    "Ask the administrator of Longstop to record at which prisons you work: it takes effect at once."
)


def sees_prison(code: str, who: Who) -> bool:
    """Say whether somebody may see what is about a prison: of another agency, only about theirs; what names no prison, then, never."""
    allowed = who.standing.confined_to
    return allowed is None or code in allowed


def own_first(codes: Iterable[str], who: Who) -> list[str]:
    """Give those of these prisons that somebody may see: their own, then the others."""
    seen = [code for code in codes if sees_prison(code, who)]
    return sorted(seen, key=lambda code: code not in who.standing.prisons)


def words_without_prison(who: Who) -> str:
    """Give what is said to somebody who sees only their own prisons and has none; nothing to everybody else."""
    return NOT_SET if who.standing.confined_to == frozenset() else ""
