"""Which codes of a record are known, by policy or by what a steward decided, and which are a question. Pure."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from longstop.intake.contracts import casework
from longstop.intake.rules import CodeKind
from longstop.kernel.policy import load

LONGEST = 60
PRISONER_FIELDS = {
    "prisonId": CodeKind.PRISON,
    "status": CodeKind.STATUS,
    "lastMovementReasonCode": CodeKind.MOVEMENT,
    "nationality": CodeKind.NATIONALITY,
}
CASEWORK_FIELDS: Mapping[str, Mapping[str, CodeKind]] = {
    casework.PERSONS.name: {"nationalities": CodeKind.NATIONALITY},
    casework.CASES.name: {
        "stage": CodeKind.STAGE,
        "custody": CodeKind.CUSTODY,
        "prison": CodeKind.PRISON,
        "outcome": CodeKind.OUTCOME,
        "barriers": CodeKind.BARRIER,
    },
    casework.OWNERS.name: {},
    casework.EVENTS.name: {"kind": CodeKind.EVENT, "address_type": CodeKind.ADDRESS},
    casework.NOTES.name: {},
    casework.CONTACTS.name: {},
    casework.ALERTS.name: {},
}
Code = tuple[CodeKind, str]


@dataclass(slots=True)
class Codes:
    """What one record's codes came to: those that nobody knows, and those that were read as another."""

    unknown: set[Code] = field(default_factory=set)
    mapped: dict[Code, str] = field(default_factory=dict)

    def with_mappings(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give a record as it is compared with what is held: a mapping that was used makes it say something else."""
        if not self.mapped:
            return raw
        return {**raw, "\x00read_as": sorted([kind.value, code, meant] for (kind, code), meant in self.mapped.items())}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known of a source's codes on a day. Codes are compared without regard to case."""

    known: Mapping[CodeKind, frozenset[str]]
    mappings: Mapping[Code, str] = field(default_factory=dict)

    def read(self, kind: CodeKind, code: str, into: Codes) -> str:
        """Give what a code is read as, and note where it is not known."""
        folded = fold(code)
        if (meant := self.mappings.get((kind, folded))) is not None:
            into.mapped[kind, code] = meant
            return meant
        if folded and folded not in self.known.get(kind, frozenset()):
            into.unknown.add((kind, code[:LONGEST]))
        return code

    def read_prisoner(self, values: dict[str, Any]) -> Codes:
        """Read the codes of a checked prisoner record, in place."""
        codes = Codes()
        for name, kind in PRISONER_FIELDS.items():
            if name in values:
                values[name] = self.read(kind, values[name], codes)
        for place, alert in enumerate(values.get("alerts", ())):
            if "alertCode" in alert and (meant := self.read(CodeKind.ALERT, alert["alertCode"], codes)) != alert["alertCode"]:
                values["alerts"][place] = {**alert, "alertCode": meant}  # the alert itself may be another record's too
        return codes

    def read_casework(self, table: str, content: dict[str, Any]) -> Codes:
        """Read the codes of a shaped row of a casework system, in place."""
        codes = Codes()
        for name, kind in CASEWORK_FIELDS[table].items():
            value = content.get(name)
            if isinstance(value, list):
                content[name] = [self.read(kind, each, codes) for each in value]
            elif value:
                content[name] = self.read(kind, value, codes)
        for address in content.get("addresses", ()):
            if "type" in address:
                address["type"] = self.read(CodeKind.ADDRESS, address["type"], codes)
        return codes


@functools.lru_cache(maxsize=4_000)
def fold(code: str) -> str:
    """Give a code as it is compared."""
    return " ".join(code.split()).casefold()[:LONGEST]


def lexicon(*, on: date, mappings: Mapping[Code, str] | None = None) -> Lexicon:
    """Give what policy knows on a day, with a source's mappings."""
    policy = load("codes")
    known = {kind: frozenset(fold(code) for code in policy.at(kind.value, on).texts("codes")) for kind in CodeKind}
    return Lexicon(known, mappings or {})
