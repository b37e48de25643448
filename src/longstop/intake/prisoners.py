"""A checked prisoner record into the shape that Longstop keeps: names, dates by their names, identifiers, where the person is. Pure."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from longstop.intake.checking import check
from longstop.intake.codes import Codes, Lexicon
from longstop.intake.contracts import PRISONERS
from longstop.intake.contracts.prisoners import DATE_NAMES
from longstop.intake.findings import Finding
from longstop.intake.rules import Custody
from longstop.kernel.identifiers import BadIdentifier, parse_cro, parse_pnc, parse_prison_number

OLDEST = 120  # years
PLACEHOLDER_BIRTHS = frozenset({date(1900, 1, 1), date(1970, 1, 1)})

# The likeliest day of release: what is confirmed, then what the prison service itself calls likeliest, then the earliest of the calculated.
_SUPPLIED = ("confirmed_release_date", "release_date")
_APPROVED = ("actual_parole_date", "home_detention_curfew_actual_date")
_CALCULATED = (
    "conditional_release_date",
    "automatic_release_date",
    "non_parole_date",
    "post_recall_release_date",
    "non_dto_release_date",
)
_RECKONED = (*_APPROVED, *_CALCULATED)
TELLING = frozenset(
    {"prison_number", "name", "aliases", "date_of_birth", "nationality", "identifiers", "release_dates", "sentence"}
)  # of the content, and where the person is
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(slots=True, kw_only=True)  # not frozen, which takes thrice as long: made for every row
class Prisoner:
    """One usable record. `content` is what payloads and the people room take; the rest may stand in plain columns."""

    key: str
    booking: str | None
    content: dict[str, Any]
    prison: str
    release_date: date | None
    release_basis: str
    reception_date: date | None
    custody: str
    legal_status: str

    @property
    def telling(self) -> dict[str, Any]:
        """Give what could change somebody's mind about a record that was set aside."""
        return {name: part for name, part in self.content.items() if name in TELLING} | {"custody": self.custody}


@dataclass(slots=True, kw_only=True)  # not frozen, which takes thrice as long: made for every row
class Read:
    """What became of one raw record: a prisoner with problems, or a refusal. `key` and `booking` are given where they could be read."""

    prisoner: Prisoner | None
    problems: list[Finding]
    unknown: list[str]
    refusal: Finding | None
    key: str | None = None
    booking: str | None = field(default=None)
    codes: Codes = field(default_factory=Codes)


def key_of(raw: Mapping[str, Any]) -> str | None:
    """Give the prison number of a record that has not been checked, as `read` will find it; None where there is none."""
    value = raw.get("prisonerNumber")
    try:
        return parse_prison_number(value) if isinstance(value, str) else None
    except BadIdentifier:
        return None


def read(raw: Mapping[str, Any], *, observed_on: date, lexicon: Lexicon | None = None) -> Read:
    """Check and shape one record of a file observed on that day, its codes read by `lexicon`. Raises nothing, whatever it holds."""
    checked = check(PRISONERS, raw)
    values, problems = checked.values, checked.problems
    key, booking = values.get("prisonerNumber"), values.get("bookingId")
    if checked.refusal is not None:
        return Read(prisoner=None, problems=[], unknown=checked.unknown, refusal=checked.refusal, key=key, booking=booking)
    codes = lexicon.read_prisoner(values) if lexicon else Codes()
    _check_birth(values, problems, observed_on)
    dates = _dates(values)
    _check_dates(values, dates, problems)
    shaped = _shape(values, dates)
    return Read(prisoner=shaped, problems=problems, unknown=checked.unknown, refusal=None, key=key, booking=booking, codes=codes)


def _shape(values: Mapping[str, Any], dates: dict[str, date]) -> Prisoner:
    basis = release_basis(dates)
    custody = _custody(values)
    plain_dates = {name: day.isoformat() for name, day in dates.items()}
    content = {
        "prison_number": values["prisonerNumber"],
        "name": written_name(values),
        "aliases": [_alias(each) for each in values.get("aliases", ()) if each.get("firstName") or each.get("lastName")],
        "date_of_birth": _iso(values.get("dateOfBirth")),
        "nationality": values.get("nationality", ""),
        "identifiers": _identifiers(values),
        "release_dates": plain_dates,
        "sentence": _some(values, _SENTENCE),
        "custody": {"status": custody, **_some(values, _CUSTODY)},
        "alerts": [_some(each, _ALERT) for each in values.get("alerts", ())],
        "addresses": [_some(each, _ADDRESS) for each in values.get("addresses", ())],
    }
    return Prisoner(
        key=values["prisonerNumber"],
        booking=values.get("bookingId"),
        content=content,
        prison=values.get("prisonId", "")[:12],
        release_date=dates.get(basis),
        release_basis=basis,
        reception_date=values.get("receptionDate"),
        custody=custody,
        legal_status=values.get("legalStatus", "")[:30],
    )


_SENTENCE = {
    "legalStatus": "legal_status",
    "imprisonmentStatus": "imprisonment_status",
    "imprisonmentStatusDescription": "imprisonment_status_in_words",
    "convictedStatus": "convicted",
    "recall": "recalled",
    "indeterminateSentence": "indeterminate",
    "mostSeriousOffence": "most_serious_offence",
    "additionalDaysAwarded": "additional_days",
    "nonDtoReleaseDateType": "release_date_type",
}
_CUSTODY = {
    "status": "as_said",
    "prisonId": "prison",
    "prisonName": "prison_name",
    "cellLocation": "cell",
    "locationDescription": "location",
    "receptionDate": "received_on",
    "lastAdmissionDate": "came_on",
    "lastPrisonId": "last_prison",
    "previousPrisonId": "previous_prison",
    "lastMovementTypeCode": "last_movement",
    "lastMovementReasonCode": "last_movement_reason",
    "lastMovementDate": "last_movement_on",
    "restrictedPatient": "restricted_patient",
    "dischargedHospitalId": "hospital",
}
_ALERT = {"alertType": "type", "alertCode": "code", "active": "active", "expired": "expired"}
_ADDRESS = {
    "fullAddress": "address",
    "postalCode": "postcode",
    "startDate": "from",
    "primaryAddress": "main",
    "noFixedAddress": "no_fixed_address",
}


def _some(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    some: dict[str, Any] = {}
    for theirs, ours in names.items():
        if (value := values.get(theirs)) is not None:  # no value is None: such are left out before
            some[ours] = value.isoformat() if type(value) is date else value
    return some


def _iso(value: Any) -> Any:
    return value.isoformat() if type(value) is date else value


def _dates(values: Mapping[str, Any]) -> dict[str, date]:
    """Give the dates by Longstop's names. Where two fields bear one name, the first in the contract's order stands."""
    found = {ours: value for theirs, value in values.items() if (ours := DATE_NAMES.get(theirs)) is not None}
    for first in reversed(_FIRST):
        if first in values:
            found[DATE_NAMES[first]] = values[first]
    return found


# Fields whose date bears the name of a later field's date too.
_FIRST = tuple(theirs for place, (theirs, ours) in enumerate(DATE_NAMES.items()) if ours in list(DATE_NAMES.values())[place + 1 :])


def release_basis(dates: Mapping[str, date]) -> str:
    """Name the likeliest release date among these, or nothing where there is none."""
    for name in _SUPPLIED:
        if name in dates:
            return name
    return min([name for name in _RECKONED if name in dates], key=dates.__getitem__, default="")


def _custody(values: Mapping[str, Any]) -> str:
    """Say where the person is, from the status in the source's own words."""
    status = str(values.get("status", "")).upper()
    if values.get("restrictedPatient") is True:
        return Custody.HOSPITAL
    if status.startswith("ACTIVE IN"):
        return Custody.IN_PRISON
    if status.startswith("ACTIVE OUT"):
        return Custody.OUT_FOR_NOW
    if status.startswith("INACTIVE TRN"):
        return Custody.MOVING
    return Custody.RELEASED if status.startswith("INACTIVE OUT") else Custody.NOT_KNOWN


def written_name(values: Mapping[str, Any]) -> dict[str, str]:
    """Give a name in its parts: as the source writes it, and to be shown, which differs only where the source shouts in capitals."""
    given, middle, family = values.get("firstName", ""), values.get("middleNames", ""), values.get("lastName", "")
    as_written = " ".join([part for part in (given, middle, family) if part])
    if as_written.upper() == as_written and sum(c.isalpha() for c in as_written) > 1:
        given, middle, family = quiet(given), quiet(middle), quiet(family)
    display = f"{given} {family}" if given and family else given or family
    return {"given": given, "middle": middle, "family": family, "display": display, "as_written": as_written}


@functools.lru_cache(maxsize=4_000)
def quiet(text: str) -> str:
    """Write a name in capitals as a person would: each word with one."""
    return _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:].lower(), text)


def _alias(each: Mapping[str, Any]) -> dict[str, Any]:
    return {**written_name(each), "date_of_birth": _iso(each.get("dateOfBirth"))}


def _identifiers(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give every identifier once, with its canonical form where it is verified."""
    found: dict[tuple[str, str], dict[str, Any]] = {}

    def add(kind: str, value: str, canonical: str | None) -> None:
        found.setdefault((kind, canonical or value), {"kind": kind, "value": value, "canonical": canonical})

    for name in ("pncNumber", "pncNumberCanonicalLong", "pncNumberCanonicalShort"):
        if each := values.get(name):
            add("pnc", **each)
            break
    if each := values.get("croNumber"):
        add("cro", **each)
    for each in values.get("identifiers", ()):
        if "value" in each:
            kind = str(each.get("type", "other")).casefold()
            add(kind, each["value"], _canonical(kind, each["value"]))
    for name, kind in (("bookNumber", "book_number"), ("bookingId", "booking_id")):
        if name in values:
            add(kind, values[name], None)
    return list(found.values())


def _canonical(kind: str, value: str) -> str | None:
    try:
        return parse_pnc(value).canonical if kind == "pnc" else parse_cro(value).canonical if kind == "cro" else None
    except BadIdentifier:
        return None


def _check_birth(values: dict[str, Any], problems: list[Finding], observed_on: date) -> None:
    born = values.get("dateOfBirth")
    if born is None:
        return
    if born in PLACEHOLDER_BIRTHS:  # asked first, since the older one lies more than 120 years back
        sentence = "Date of birth is a day that systems write when they do not know it."
        problems.append(_finding("placeholder", "dateOfBirth", born, sentence, "Send the true date of birth, or leave it out."))
    elif born >= observed_on or observed_on.year - born.year > OLDEST:
        del values["dateOfBirth"]
        sentence = "Date of birth is later than the file or more than 120 years earlier, so it was left out."
        problems.append(_finding("unlikely_date", "dateOfBirth", born, sentence, "Send the true date of birth, or leave it out."))


def _check_dates(values: Mapping[str, Any], dates: Mapping[str, date], problems: list[Finding]) -> None:
    basis = release_basis(dates)
    start, expiry, release = dates.get("sentence_start_date"), dates.get("sentence_expiry_date"), dates.get(basis)
    field = next((theirs for theirs, ours in DATE_NAMES.items() if ours == basis), "releaseDate")
    remedy = "Check the sentence calculation and send both dates again."
    if release and expiry and release > expiry:
        problems.append(_finding("dates_disagree", field, release, "The release date lies after the sentence has expired.", remedy))
    if release and start and release < start:
        problems.append(_finding("dates_disagree", field, release, "The release date lies before the sentence began.", remedy))
    if not release and _should_have_release(values) and not any(problem.field == "releaseDate" for problem in problems):
        sentence = "The person is serving a sentence of fixed length and no release date was supplied."
        problems.append(_finding("no_release_date", "releaseDate", "", sentence, "Send the release date as soon as it is calculated."))


def _should_have_release(values: Mapping[str, Any]) -> bool:
    serving = values.get("legalStatus") in ("SENTENCED", "RECALL")
    return serving and not values.get("indeterminateSentence") and _custody(values) != Custody.RELEASED


def _finding(fault: str, field: str, value: date | str, sentence: str, remedy: str) -> Finding:
    return Finding(fault=fault, field=field, value=str(value), sentence=sentence, remedy=remedy)
