"""The prisoner records of the invented command as the prison service would send them, faults included."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from longstop.demo.cast import SEED, Part, closed_ago
from longstop.demo.days import Days
from longstop.demo.names import IN_OWN_SCRIPT, TONGUES
from longstop.demo.words import OUTCOMES

_PRISONS = (
    ("MDI", "Moorland (HMP & YOI)"),
    ("LEI", "Leeds (HMP)"),
    ("BXI", "Brixton (HMP)"),
    ("PVI", "Pentonville (HMP)"),
    ("WWI", "Wandsworth (HMP)"),
    ("HLI", "Hull (HMP)"),
)
ON_REMAND = (2, 9)
_OFFENCES = (
    "Robbery",
    "Possess with intent to supply Class A",
    "Burglary dwelling",
    "Wounding",
    "Fraud by false representation",
    "Assault",
)


def left_prison(part: Part, days: Days, day: date) -> bool:
    """Say whether somebody is on no list of the day any more, because their case ended with their leaving the country or the prison."""
    if part.story != "closed" or OUTCOMES[part.turn % len(OUTCOMES)][0] not in ("removed", "left_voluntarily", "transferred"):
        return False
    return days.ago(closed_ago(part)) < day


def write_extract(path: Path, *, parts: Sequence[Part], days: Days, final: bool) -> None:
    """Write the records of these people as JSON Lines; the final extract also holds what cannot be used, and what changed since."""
    rows = [json.dumps(record_of(part, days, final=final), ensure_ascii=False) for part in parts]
    if final:
        rows += _unusable(parts, days)
        Random(SEED).shuffle(rows)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def record_of(part: Part, days: Days, *, final: bool) -> dict[str, Any]:
    """Give one person's record. Who has a case was in prison when it was opened, whatever the final extract says."""
    chance = Random(f"{SEED}{part.index}")
    tongue = TONGUES[part.index % len(TONGUES)]
    given, family, gender = tongue.names(chance)
    prison, prison_name = _PRISONS[chance.randrange(len(_PRISONS))]
    shouted = part.index % 3 == 0
    record: dict[str, Any] = {
        "prisonerNumber": part.prison_number,
        "bookingId": str(1_200_000 + part.index),
        "bookNumber": f"{38_000 + part.index}A",
        "firstName": given.upper() if shouted else given,
        "lastName": family.upper() if shouted else family,
        "dateOfBirth": (days.today - timedelta(days=chance.randint(20 * 365, 62 * 365))).isoformat(),
        "gender": gender,
        "nationality": tongue.nationality,
        "status": "ACTIVE IN",
        "inOutStatus": "IN",
        "prisonId": prison,
        "prisonName": prison_name,
        "cellLocation": f"{chance.choice('ABCD')}-{chance.randint(1, 4)}-{chance.randint(1, 40):03}",
        "legalStatus": "SENTENCED",
        "imprisonmentStatus": "SENT03",
        "convictedStatus": "Convicted",
        "recall": False,
        "indeterminateSentence": False,
        "mostSeriousOffence": chance.choice(_OFFENCES),
        "receptionDate": part.sentenced.isoformat(),
        "sentenceStartDate": part.sentenced.isoformat(),
        "sentenceExpiryDate": part.expires.isoformat(),
        "additionalDaysAwarded": 0,
    }
    _add_dates(record, part)
    _fit_story(record, part, days, final=final)
    _add_faults(record, part)
    if final:
        _change(record, part)
    return record


def _add_dates(record: dict[str, Any], part: Part) -> None:
    if part.release is None:
        return
    name = "automaticReleaseDate" if part.index % 5 == 0 else "conditionalReleaseDate"
    record[name] = record["releaseDate"] = part.release.isoformat()
    early = part.release - (part.release - part.sentenced) // 3
    if part.index % 2:
        record["earlyRemovalSchemeEligibilityDate"] = early.isoformat()
    if part.index % 11 == 0:
        record["confirmedReleaseDate"] = part.release.isoformat()


def _fit_story(record: dict[str, Any], part: Part, days: Days, *, final: bool) -> None:
    if part.story in ("time_served", "detained") and final:
        record |= {"legalStatus": "IMMIGRATION_DETAINEE", "imprisonmentStatus": "DET"}
    if part.story == "community" and final and part.release:
        record |= {"status": "INACTIVE OUT", "inOutStatus": "OUT", "prisonId": "OUT", "prisonName": "Outside", "cellLocation": None}
        record |= {"lastMovementTypeCode": "REL", "lastMovementReasonCode": "CR", "lastMovementDate": part.release.isoformat()}
    if part.story == "unanchored" and part.turn < 3:
        del record["status"], record["inOutStatus"]
    if part.story == "waiting" and part.turn % 3 == 0:
        record |= {"prisonId": "MDI", "prisonName": "Moorland (HMP & YOI)", "receptionDate": days.ago(1 + part.turn // 3).isoformat()}
    if part.story == "waiting" and part.turn in ON_REMAND:
        record |= {"legalStatus": "REMAND", "convictedStatus": "Remand", "imprisonmentStatus": "RECEP_REM"}
        for name in ("releaseDate", "conditionalReleaseDate", "automaticReleaseDate", "sentenceExpiryDate"):
            record.pop(name, None)


def _add_faults(record: dict[str, Any], part: Part) -> None:
    """The dirt that real extracts have; none of it stops a row from being used."""
    if part.index % 17 == 3:
        record["dateOfBirth"] = "1900-01-01"
    if part.index % 19 == 5:
        record["dateOfBirth"] = "1985-02-30"
    if part.index % 23 == 7:
        del record["nationality"]
    if part.index % 29 == 11:
        record["pncNumber"] = "2001/0012345X"
    if part.index % 13 == 4:
        given, family = IN_OWN_SCRIPT[part.index % len(IN_OWN_SCRIPT)]
        record["aliases"] = [{"firstName": given, "lastName": family, "dateOfBirth": record["dateOfBirth"]}]
    if part.story == "waiting" and part.turn == 3:
        record["nationality"] = "Dual national"
    if part.story == "waiting" and part.turn == 4:
        record |= {"prisonId": "ZQI", "prisonName": "A prison that no list knows"}
    if part.story == "waiting" and part.turn == 5:
        record["sentenceExpiryDate"] = part.sentenced.isoformat()
    if part.story == "waiting" and part.turn == 12:
        del record["lastName"]


def _change(record: dict[str, Any], part: Part) -> None:
    """What the newest extract says differently: some release dates moved after the cases were opened."""
    if part.story == "steady" and part.turn % 8 == 1 and part.release:
        moved = (part.release + timedelta(days=21)).isoformat()
        for name in ("releaseDate", "conditionalReleaseDate", "automaticReleaseDate"):
            if name in record:
                record[name] = moved


def _unusable(parts: Sequence[Part], days: Days) -> Iterator[str]:
    """Rows that cannot be used at all, each for another reason."""
    base = record_of(parts[-1], days, final=False)
    yield json.dumps(base | {"prisonerNumber": "12-345"})
    yield json.dumps({name: value for name, value in base.items() if name != "prisonerNumber"})
    yield json.dumps(base | {"prisonerNumber": "A9001BB", "bookingId": "1299001", "firstName": "", "lastName": "NOT KNOWN"})
    yield json.dumps(base | {"prisonerNumber": "A9002BB", "bookingId": "1299002"})[:140]
    yield json.dumps(["A9003BB", "moved to the next page"])
