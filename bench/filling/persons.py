"""The persons of a caseload, each with what an agency says of them, and what they are found by; values are invented and spelt alike."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from bench.copying import Writer
from bench.filling import names
from bench.filling.lists import PRISON_SLOTS, PRISON_SOURCE, Came
from bench.filling.staffing import SYSTEM
from longstop.intake.rules import booking_digest, key_digest
from longstop.kernel.identifiers import check_letter

NATIONALITIES = ("Albanian", "Polish", "Romanian", "Jamaican", "Vietnamese", "Lithuanian")
SAID = {
    "alerts": [{"type": "X", "code": "XLDEPORT", "active": True, "expired": False}],
    "addresses": [{"address": "1 Invented Row", "postcode": "ZZ1 1ZZ", "from": "2020-01-01", "main": True}],
}
RAW = {
    "inOutStatus": "IN",
    "cellLocation": "A-1-002",
    "imprisonmentStatus": "SENT03",
    "imprisonmentStatusDescription": "Adult Imprisonment Without Option",
    "mostSeriousOffence": "Theft from a shop",
    "allConvictedOffences": [{"statuteCode": "TH68", "offenceCode": "TH68010", "offenceDate": "2018-05-24", "latestBooking": True}] * 4,
    "alerts": [{"alertType": "X", "alertCode": "XLDEPORT", "active": True, "expired": False}] * 3,
    "addresses": [{"fullAddress": "1 Invented Row", "postalCode": "ZZ1 1ZZ", "startDate": "2020-01-01", "primaryAddress": True}],
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a prison record comes to: what it says, whether it is still on the list, and what the rules made of it."""

    nationality: str = ""  # one of many where it is left out
    status: str = "SENTENCED"
    convicted: str = "CONVICTED"
    custody: str = "in_prison"
    state: str = "waiting"
    result: str = "in_remit"
    reasons: tuple[str, ...] = ("not_british", "convicted")
    gone_for: int = 0  # days; 0 is on the last list


@dataclass(frozen=True)
class Someone:
    """A person, and the record that arrived of them."""

    person: int
    arrival: int


class Persons:
    """Writes persons; each number gives another, with another prison number."""

    def __init__(self, writer: Writer, came: Came, *, policy: str, seed: int) -> None:
        self.writer, self.came, self.policy, self.chance = writer, came, policy, Random(seed)

    def from_list(self, number: int, standing: Standing, release: date | None) -> Someone:
        """Write somebody of whom the prison service's list tells: the record as it arrived, the person, and what the rules made of it."""
        person, key = self.writer.number("work_subject_seq"), prison_number(number)
        record = self._record(number, key, standing, release)
        self._person(person, record, source=PRISON_SOURCE, key=key, receipt=self._receipt(standing))
        arrival = self._arrival(number, person, key, record, standing, release)
        self._remit(arrival, person, standing, record)
        return Someone(person, arrival)

    def from_old_system(self, number: int, case: int | None) -> int:
        """Write somebody of whom the old casework system tells, and what became of their case there: opened as `case`, or kept."""
        person, key = self.writer.number("work_subject_seq"), f"L{number:07}"
        given, family = names.draw(self.chance)
        record = self._names(given, family, self._born()) | {"legacy_id": key, "nationality": NATIONALITIES[number % 6]}
        record |= {"identifiers": [{"kind": "home_office", "value": f"H{number:07}", "canonical": None}], "addresses": SAID["addresses"]}
        self._person(person, record, source="casework", key=key, receipt=self.came.old["persons"])
        self._old_row("persons", number, person, record)
        row = self._old_row("cases", number, person, {"legacy_id": key, "case_reference": f"C/{number:07}", "custody": "Community"})
        self.writer.add(
            "referral_legacycase",
            {
                "row_id": row,
                "person_id": person,
                "takeover_id": self.came.takeover,
                "receipt_id": self.came.old["cases"],
                "result": "opened" if case else "kept",
                "reason": "",
                "case_id": case,
                "owner_gone": False,
                "dealt_at": self.writer.at,
                "dealt_by_id": SYSTEM,
            },
        )
        return person

    def _receipt(self, standing: Standing) -> int:
        return self.came.left(standing.gone_for) if standing.gone_for else self.came.last

    def _born(self) -> str:
        return f"{self.chance.randrange(1958, 2006)}-{self.chance.randrange(1, 13):02}-{self.chance.randrange(1, 29):02}"

    @staticmethod
    def _names(given: str, family: str, born: str) -> dict[str, Any]:
        name = f"{given} {family}"
        parts = {"given": given, "middle": "", "family": family, "display": name, "as_written": name}
        return {"name": parts, "aliases": [], "date_of_birth": born}

    def _record(self, number: int, key: str, standing: Standing, release: date | None) -> dict[str, Any]:
        given, family = names.draw(self.chance)
        prison = PRISON_SLOTS[number * 389 % len(PRISON_SLOTS)]
        received = (self.writer.today - timedelta(days=number * 7 % 300)).isoformat()
        pnc = f"20{number % 25:02}/{number:07}{check_letter(int(f'{number % 25:02}{number:07}'))}"
        identifiers = [{"kind": "booking_id", "value": str(700_000 + number), "canonical": None}]
        if number % 5:
            identifiers.append({"kind": "pnc", "value": pnc, "canonical": pnc})
        dates = {"conditional_release_date": release.isoformat()} if release else {}
        where = {"status": standing.custody, "as_said": "ACTIVE IN", "prison": prison, "prison_name": f"Prison {prison}"}
        return (
            self._names(given, family, self._born())
            | {"prison_number": key, "nationality": standing.nationality or NATIONALITIES[number % 6], "identifiers": identifiers}
            | {"release_dates": dates, "sentence": {"legal_status": standing.status, "convicted": standing.convicted.capitalize()}}
            | {"custody": where | {"received_on": received}}
            | SAID
        )

    def _person(self, person: int, record: Mapping[str, Any], *, source: str, key: str, receipt: int) -> None:
        writer, name = self.writer, record["name"]
        number = record.get("prison_number", "")
        shown = {each: name[part] for each, part in (("name", "display"), ("given", "given"), ("family", "family"))}
        shown |= {"as_written": name["as_written"], "date_of_birth": record["date_of_birth"], "prison_number": number, "references": []}
        particulars, _ = writer.payload(shown, person)
        said, digest = writer.payload(record, person)
        why, _ = writer.payload({"reason": "It stands on a list."}, person)
        made = {"made_at": writer.at, "made_by_id": SYSTEM}
        writer.add("people_person", {"id": person, "particulars_id": particulars, "safeguarding_required": person % 50 == 0, **made})
        row = {
            "person_id": person,
            "source": source,
            "key_digest": hashlib.sha256(f'["{source}","{key}"]'.encode()).digest(),
            "content_digest": digest,
        }
        row |= {"payload_id": said, "receipt_id": receipt, "observed_at": writer.at, "link_reason_payload_id": why}
        writer.add("people_sourcerecord", row | {"linked_at": writer.at, "linked_by_id": SYSTEM})
        keys = names.keys_of(name["given"], name["family"], record["date_of_birth"])
        keys |= {(each["kind"], each["canonical"] or each["value"].lower()) for each in record["identifiers"]}
        if source == "casework":
            keys.add(("home_office", record["identifiers"][0]["value"]))
        else:
            keys.add(("prison_number", key))
        for kind, value in keys:
            writer.add("people_searchkey", {"person_id": person, "kind": kind, "value": value})
        writer.event("person.taken_on", about="person", number=person, data={"source": source, "record_id": 0}, by=SYSTEM)

    def _arrival(self, number: int, person: int, key: str, record: Mapping[str, Any], standing: Standing, release: date | None) -> int:
        writer, receipt = self.writer, self._receipt(standing)
        arrival, problems = writer.number("intake_arrival.id"), int(number % 9 == 4)
        wrong = [{"fault": "no_release_date", "field": "releaseDate", "value": "", "sentence": "No release date.", "remedy": "Send it."}]
        raw = RAW | {"prisonerNumber": key, "firstName": record["name"]["given"], "lastName": record["name"]["family"]}
        kept, digest = writer.payload({"raw": raw, "record": record, "problems": wrong * problems, "line": number + 1}, person)
        row = {
            "id": arrival,
            "source": PRISON_SOURCE,
            "key_digest": key_digest(source=PRISON_SOURCE, key=key),
            "booking_digest": booking_digest(source=PRISON_SOURCE, booking=str(700_000 + number)),
            "person_id": person,
            "payload_id": kept,
            "content_digest": digest,
            "telling_digest": digest,
            "first_receipt_id": self.came.lists[0],
            "last_receipt_id": self.came.lists[0],
            "observed_at": writer.at,
            "prison": record["custody"]["prison"],
            "release_date": release,
            "release_basis": "conditional_release_date" if release else "",
            "reception_date": record["custody"]["received_on"],
            "custody": standing.custody,
            "legal_status": standing.status,
            "problems": problems,
            "state": standing.state,
        }
        if standing.state == "opened":
            row |= {"opened_digest": digest, "opened_at": writer.at, "opened_by_id": SYSTEM}
        writer.add("intake_arrival", row)
        writer.add("intake_sighting", {"arrival_id": arrival, "receipt_id": receipt, "mark": digest})
        return arrival

    def _remit(self, arrival: int, person: int, standing: Standing, record: Mapping[str, Any]) -> None:
        facts = {"nationality": record["nationality"], "legal_status": standing.status, "convicted": standing.convicted}
        inputs, digest = self.writer.payload(facts | {"sentenced": True, "others": []}, person)
        row = {"arrival_id": arrival, "person_id": person, "result": standing.result, "reasons": list(standing.reasons)}
        row |= {"policy": self.policy, "inputs_payload_id": inputs, "content_digest": digest, "telling_digest": digest}
        row |= {"receipt_id": self.came.last, "judged_at": self.writer.at, "judged_by_id": SYSTEM}
        self.writer.add("referral_remit", row)

    def _old_row(self, table: str, number: int, person: int, record: Mapping[str, Any]) -> int:
        writer = self.writer
        kept, digest = writer.payload({"raw": dict(record), "record": dict(record), "problems": [], "line": number + 1}, person)
        row = {"id": writer.number("intake_caseworkrow.id"), "table": table, "person_id": person, "payload_id": kept}
        row |= {"key_digest": hashlib.sha256(f"{table}\n{number}".encode()).digest(), "content_digest": digest, "observed_at": writer.at}
        row |= {"case_digest": digest if table == "cases" else None, "problems": 0}
        receipt = self.came.old[table]
        writer.add("intake_caseworkrow", row | {"first_receipt_id": receipt, "last_receipt_id": receipt})
        writer.add("intake_caseworksighting", {"row_id": row["id"], "receipt_id": receipt})
        return int(row["id"])


def prison_number(number: int) -> str:
    """Give the prison number of this place: of the shape A1234BC, and never twice."""
    letters = [chr(65 + number // 10_000 // 26**place % 26) for place in range(3)]
    return f"{letters[2]}{number % 10_000:04}{letters[1]}{letters[0]}"
