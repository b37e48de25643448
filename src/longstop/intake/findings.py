"""What can be wrong with a row, in a plain sentence and with what the sender should do. The value stays apart: it may be personal."""

from dataclasses import asdict, dataclass

SHOWN = 80  # characters of a wrong value that are kept to show


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault of a row: a refusal when the row cannot be used, otherwise a problem of an accepted row."""

    fault: str
    sentence: str
    remedy: str
    field: str = ""
    value: str = ""

    def as_plain(self) -> dict[str, str]:
        """Give it as a payload keeps it."""
        return asdict(self)


def shown(value: object) -> str:
    """Give a wrong value as it may be shown: printable, and short."""
    text = value if isinstance(value, str) else repr(value)
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[: SHOWN + 1])
    return clean if len(clean) <= SHOWN else clean[:SHOWN] + "…"
