"""What `verify` found."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that is not as it was sealed. `kind` is what happened to it; the text is for a person to read."""

    kind: str
    text: str
    seal: int | None = None
    table: str | None = None
    key: int | None = None

    @property
    def order(self) -> tuple[int, bool, str, int]:
        """Findings are told by seal, the seal itself before its rows, then table, then row: the first is the oldest harm."""
        return (self.seal if self.seal is not None else 1 << 62, self.table != "audit_seal", self.table or "", self.key or 0)


@dataclass(kw_only=True)
class Report:
    """The whole of a verification. `findings` is empty where the record is as it was sealed."""

    seals: int = 0
    rows: int = 0
    payloads: int = 0
    newer: int = 0
    last_seal: int | None = None
    sealed_at: datetime | None = None
    anchored: int | None = None
    put_aside: list[int] = field(default_factory=list)
    disposed: dict[int, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    not_named: int = 0

    @property
    def clean(self) -> bool:
        return not self.findings

    @property
    def first(self) -> Finding | None:
        """The first altered, missing or inserted thing."""
        return min(self.findings, key=lambda finding: finding.order) if self.findings else None
