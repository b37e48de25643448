"""A prisoner's record as the prison service's search gives it on a day, with the dirt that its bearer has."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from longstop.demo.invention.calibration import share
from longstop.demo.invention.lives import Life, live
from longstop.demo.invention.people import Person, invent, prison_number
from longstop.demo.invention.plan import Plan

PRISONS = {
    "MDI": "Moorland (HMP & YOI)",
    "LEI": "Leeds (HMP)",
    "BXI": "Brixton (HMP)",
    "PVI": "Pentonville (HMP)",
    "WWI": "Wandsworth (HMP)",
    "HLI": "Hull (HMP)",
    "BMI": "Birmingham (HMP)",
    "MRI": "Manchester (HMP)",
    "LPI": "Liverpool (HMP)",
    "BLI": "Bristol (HMP)",
    "LII": "Lincoln (HMP)",
    "TSI": "Thameside (HMP)",
    "WSI": "Wormwood Scrubs (HMP)",
    "BAI": "Belmarsh (HMP)",
    "RSI": "Risley (HMP)",
    "HCI": "Huntercombe (HMP)",
    "MSI": "Maidstone (HMP)",
    "WCI": "Winchester (HMP)",
    "BZI": "Bronzefield (HMP)",
    "FHI": "Foston Hall (HMP & YOI)",
    "STI": "Styal (HMP & YOI)",
}
_STATUS = {"REMAND": ("RECEP_REM", "Remand"), "CONVICTED_UNSENTENCED": ("JR", "Convicted"), "INDETERMINATE_SENTENCE": ("LIFE", "Convicted")}
_STATUS |= {"RECALL": ("LR", "Convicted"), "IMMIGRATION_DETAINEE": ("DET", "Convicted"), "SENTENCED": ("SENT03", "Convicted")}
# Reasons for a movement. FR is deportation under the early removal scheme (domain.md 2.7); the others are as seen in published samples.
_REASONS = {"licence": "CR", "deported": "FR", "court": "CRT"}
_OFFENCES = (
    "Robbery",
    "Possess with intent to supply Class A",
    "Burglary dwelling",
    "Wounding",
    "Fraud by false representation",
    "Assault",
    "Possess false identity document",
    "Produce cannabis",
)
_PLACEHOLDERS = ("1900-01-01", "1970-01-01")
UNMAPPED = "XQ9"  # an alert that no list has


@dataclass(frozen=True, slots=True)
class Dirt:
    """What is wrong with one person's record, drawn once."""

    release_missing: bool
    placeholder: bool
    impossible: bool
    alias: bool
    own_script: bool
    swapped: bool
    shouted: bool
    unmapped: bool


@dataclass(frozen=True, slots=True)
class Prisoner:
    """One person of the extracts: who, what happens, and what is wrong."""

    person: Person
    life: Life
    dirt: Dirt
    fault: str


def prisoner(plan: Plan, index: int) -> Prisoner:
    """Give the prisoner of this number."""
    person = invent(plan, index)
    life = live(plan, index, female=person.female)
    fault = plan.on_prisoners.get(index, "")
    chance = Random(f"{plan.seed}/dirt/{index}")
    drawn = [chance.random() < share("dirt", name) for name in ("release_date_missing", "placeholder_birth", "impossible_date", "alias")]
    scripted = bool(person.given.script or person.family.script) and chance.random() < share("dirt", "own_script_alias")
    swapped = chance.random() < share("dirt", "swapped_birth") and person.born.day <= 12 and person.born.day != person.born.month
    shouted = chance.random() < share("dirt", "shouted")
    missing = drawn[0] and not (life.recalculated or life.way_out == "licence") and not fault
    return Prisoner(
        person, life, Dirt(missing, drawn[1], drawn[2], drawn[3] or swapped, scripted, swapped, shouted, fault == "unmapped_code"), fault
    )


def versions(plan: Plan, who: Prisoner) -> Iterator[tuple[date, date, str]]:
    """Give (first day, last day, row) of everything that the lists say about somebody, in order: the same row until something changes."""
    first = max(who.life.received, plan.first_day)
    last = min(who.life.last_listed(), plan.last_day)
    turns = [day for day in who.life.turns() if first < day <= last]
    if who.fault == "two_people_one_number" and first < plan.changed_day <= last:
        turns = sorted({*turns, plan.changed_day})
    for since, until in zip([first, *turns], [*(day - timedelta(days=1) for day in turns), last], strict=True):
        if since <= until:
            yield since, until, json.dumps(record(plan, who, since), ensure_ascii=False, separators=(",", ":"))


def record(plan: Plan, who: Prisoner, day: date) -> dict[str, Any]:
    """Give somebody's record as it stood on a day."""
    told = _about(plan, who, day) | _place(who, day) | _sentence(who, day)
    if who.life.left and day >= who.life.left:
        told |= _gone(who, who.life.left)
    if who.fault == "two_people_one_number" and day >= plan.changed_day:
        told |= _somebody_else(plan, who)
    return told


def _about(plan: Plan, who: Prisoner, day: date) -> dict[str, Any]:
    person = who.person
    told: dict[str, Any] = {
        "prisonerNumber": person.prison_number,
        "bookingId": person.booking,
        "bookNumber": f"{38_000 + person.index}A",
        **_name(who),
        "dateOfBirth": _PLACEHOLDERS[person.index % 2] if who.dirt.placeholder else person.born.isoformat(),
        "gender": "Female" if person.female else "Male",
    }
    if who.dirt.impossible:
        told["dateOfBirth"] = f"{person.born.year}-02-30"
    if person.said:
        told["nationality"] = person.said
    if person.pnc:
        told["pncNumber"] = person.pnc
    if person.cro:
        told["croNumber"] = person.cro
    if who.dirt.unmapped:
        told["alerts"] = [{"alertType": "X", "alertCode": UNMAPPED, "active": True, "expired": False}]
    if aliases := list(_aliases(who)):
        told["aliases"] = aliases
    return told


def _name(who: Prisoner) -> dict[str, str]:
    given, family = who.person.given.main, who.person.family.main.replace("-", " ")
    return {"firstName": given.upper(), "lastName": family.upper()} if who.dirt.shouted else {"firstName": given, "lastName": family}


def _aliases(who: Prisoner) -> Iterator[dict[str, str]]:
    """Give the other spellings of the name that another agency wrote down, and the name in its own script."""
    person, chance = who.person, Random(who.person.index)
    born = person.born.replace(month=person.born.day, day=person.born.month) if who.dirt.swapped else person.born
    if who.dirt.alias:
        given, family = chance.choice((person.given.main, *person.given.others)), chance.choice((person.family.main, *person.family.others))
        yield {"firstName": given, "lastName": family.replace("-", " "), "dateOfBirth": born.isoformat()}
    if who.dirt.own_script:
        given, family = person.given.script or person.given.main, person.family.script or person.family.main
        yield {"firstName": given, "lastName": family, "dateOfBirth": born.isoformat()}


def _place(who: Prisoner, day: date) -> dict[str, Any]:
    code = who.life.prison_on(day)
    cell = Random(f"{who.person.index}/{code}")
    since = max(each for each, _ in who.life.prisons if each <= day)
    return {
        "status": "ACTIVE IN",
        "inOutStatus": "IN",
        "prisonId": code,
        "prisonName": PRISONS[code],
        "cellLocation": f"{cell.choice('ABCD')}-{cell.randint(1, 4)}-{cell.randint(1, 40):03}",
        "receptionDate": who.life.received.isoformat(),
        "lastAdmissionDate": since.isoformat(),
    }


def _sentence(who: Prisoner, day: date) -> dict[str, Any]:
    life, legal = who.life, who.life.legal_on(day)
    status, convicted = _STATUS[legal]
    told: dict[str, Any] = {
        "legalStatus": legal,
        "imprisonmentStatus": status,
        "convictedStatus": convicted,
        "recall": life.recalled,
        "indeterminateSentence": legal == "INDETERMINATE_SENTENCE",
        "mostSeriousOffence": _OFFENCES[who.person.index * 7 % len(_OFFENCES)],
    }
    release = life.release_on(day)
    if legal != "REMAND" and life.sentence_start:
        told["sentenceStartDate"] = life.sentence_start.isoformat()
    if release and life.sentence_start and not who.dirt.release_missing:
        told |= _dates(life, release, who.person.index)
    return told


def _dates(life: Life, release: date, index: int) -> dict[str, str]:
    assert life.sentence_start is not None
    kind = "postRecallReleaseDate" if life.recalled else "automaticReleaseDate" if index % 5 == 0 else "conditionalReleaseDate"
    told = {kind: release.isoformat(), "releaseDate": release.isoformat()}
    if life.expiry:
        expiry = max(life.expiry, release + timedelta(days=1)).isoformat()
        told |= {"sentenceExpiryDate": expiry, "licenceExpiryDate": expiry}
    if index % 2 and not life.recalled:
        told["earlyRemovalSchemeEligibilityDate"] = (release - (release - life.sentence_start) // 3).isoformat()
    return told


def _gone(who: Prisoner, left: date) -> dict[str, Any]:
    told = {
        "status": "INACTIVE OUT",
        "inOutStatus": "OUT",
        "prisonId": "OUT",
        "prisonName": "Outside",
        "cellLocation": None,
        "lastMovementTypeCode": "REL",
        "lastMovementReasonCode": _REASONS.get(who.life.way_out),
        "lastMovementDate": left.isoformat(),
        "lastPrisonId": who.life.prison_on(left),
    }
    return told | ({"legalStatus": "DEAD"} if who.life.way_out == "died" else {})


def _somebody_else(plan: Plan, who: Prisoner) -> dict[str, Any]:
    """Give what differs once the number stands for another person, who was never in the list."""
    other = invent(plan, 5_000_000 + who.person.index)
    names = {"firstName": other.given.main, "lastName": other.family.main}
    return names | {"dateOfBirth": other.born.isoformat(), "pncNumber": other.pnc or None}


def twin(plan: Plan, who: Prisoner) -> str:
    """Give the row of the same person under a second prison number: another spelling, day and month of birth exchanged if possible."""
    person = who.person
    told = record(plan, who, plan.last_day)
    born = person.born.replace(month=person.born.day, day=person.born.month) if person.born.day <= 12 else person.born
    names = {"firstName": (*person.given.others, person.given.main)[0], "lastName": (*person.family.others, person.family.main)[0]}
    number = {
        "prisonerNumber": second_number(plan, who),
        "bookingId": str(3_000_000 + person.index),
        "bookNumber": f"{90_000 + person.index}B",
    }
    return json.dumps(told | names | number | {"dateOfBirth": born.isoformat()}, ensure_ascii=False, separators=(",", ":"))


def second_number(plan: Plan, who: Prisoner) -> str:
    """Give the second prison number of somebody who has two."""
    return prison_number(plan, 4_000_000 + who.person.index % 800_000)
