"""How alike the records of two persons are, as they were last compared: for whoever must say whether they are one person."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from longstop.audit.queries import contents
from longstop.linkage.comparisons import BY_NAME
from longstop.linkage.definitions import default
from longstop.people.matching import numbers_of
from longstop.people.models import LinkageAnswer, LinkageInForce, LinkagePair

LABELS: Mapping[str, str] = {
    "name": "Name",
    "born": "Date of birth",
    "numbers": "Identifiers",
    "contacts": "Telephone or e-mail",
    "postcode": "Postcode",
    "places": "Address",
    "sex": "Sex",
    "nationality": "Nationality",
    "occupation": "Occupation",
}
BECAUSE: Mapping[str, str] = {
    "weight": "Everything compared, taken together",
    "relative": "Twins or relatives may be alike in this way, so software joins nobody",
    "group": "The model has been wrong too often about names or births like these, so software joins nobody",
    "held": "The records are joined, and not so unlike that they would part",
    "identifiers": "A verified identifier contradicts, so software joins nobody",
    "prisons": "Two prisons said to hold them on one day, so software joins nobody",
}
HUNDREDTHS = 100
"""Payloads hold weights in hundredths of a bit: whole numbers read again as they were written."""


@dataclass(frozen=True, kw_only=True)
class FieldLikeness:
    """What one thing that was compared says. `unadjusted` and `adjusted` are bits: above nought for one person, below for two.

    `adjusted` counts how common it is what is equal. Where one of the records is silent both are nought.
    """

    name: str
    label: str
    level: str
    says: str
    unadjusted: float
    adjusted: float

    @property
    def in_words(self) -> str:
        """Give the adjusted weight in words."""
        return weight_in_words(self.adjusted)


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How alike two records are, under which version, and what that came to. Weights are in bits.

    `start` is what is known before anything is compared; `unadjusted` and `weight` are the sums with it. `one` and `other` are the numbers
    under which the two records came. `in_force` says whether the version is the one in force now.
    """

    one: int
    other: int
    version: str
    in_force: bool
    compared_at: datetime
    probability: float
    answer: str
    answer_in_words: str
    because: str
    because_in_words: str
    start: float
    unadjusted: float
    weight: float
    fields: tuple[FieldLikeness, ...]


def likeness_between(*, person_id: int, other_id: int) -> Likeness | None:
    """Give how alike two persons are, or two records that are joined: the likest of their records. At most five queries.

    None where they have not been compared, or too little spoke for one person for it to be kept. `other_id` may be the number under which
    a record came that is joined to `person_id`.
    """
    mine, theirs = (set(numbers_of(each)) for each in (person_id, other_id))
    mine -= theirs if other_id in mine else set()
    pair = Q(one__in=mine, other__in=theirs) | Q(one__in=theirs, other__in=mine)
    found = list(LinkagePair.objects.filter(pair).select_related("version"))
    if not found:
        return None
    name = LinkageInForce.objects.order_by("-pk").values_list("version__name", flat=True).first() or default().name
    best = max(found, key=lambda each: (each.version.name == name, each.version_id, each.weight, -each.pk))
    said = contents([best.reasons_payload_id]).get(best.reasons_payload_id) or {}
    return Likeness(
        one=best.one,
        other=best.other,
        version=best.version.name,
        in_force=best.version.name == name,
        compared_at=best.compared_at,
        probability=best.probability,
        answer=best.answer,
        answer_in_words=LinkageAnswer(best.answer).label,
        because=best.because,
        because_in_words=BECAUSE[best.because],
        start=int(said.get("start", 0)) / HUNDREDTHS,
        unadjusted=best.unadjusted,
        weight=best.weight,
        fields=tuple(_fields(said.get("fields", {}))),
    )


def _fields(said: Mapping[str, Any]) -> Iterable[FieldLikeness]:
    for name, comparison in BY_NAME.items():
        if name in said:
            level, unadjusted, adjusted = said[name]
            words = {each.name: each.says for each in comparison.levels} | {"none": "Not alike", "unknown": "Not known of both"}
            yield FieldLikeness(
                name=name,
                label=LABELS[name],
                level=level,
                says=words[level],
                unadjusted=unadjusted / HUNDREDTHS,
                adjusted=adjusted / HUNDREDTHS,
            )


def weight_in_words(bits: float) -> str:
    """Say what a weight means to somebody who does not think in bits."""
    if abs(bits) < 0.5:
        return "Says next to nothing"
    times = 2 ** abs(bits)
    said = (
        f"{times:.1f}"
        if times < 10
        else f"{float(f'{times:.1g}'):,.0f}"
        if math.isfinite(times) and times < 1e9
        else "over a thousand million"
    )
    return f"{said} times likelier if they are {'one person' if bits > 0 else 'two persons'}"
