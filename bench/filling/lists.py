"""What came in: ninety daily lists of the prison service, one delivery of the old casework system, refused rows and unknown codes."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from bench.copying import Connection, Writer
from bench.filling.staffing import SYSTEM

DAYS = 90
PRISONS, HUBS, SMALL = 120, 2, 20
PRISON_SOURCE = "hmpps-prisoners"
TABLES = ("persons", "cases", "owners", "events", "notes")
CASES_A_CODE, LEAST_CODES = 2_000, 30


def _prison_slots() -> list[str]:
    """Two prisons hold many of those who may be in remit, twenty small ones few: nine hundred and eighty-four places to draw them by."""
    codes = [f"Z{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(PRISONS)]
    sizes = [50] * HUBS + [8] * (PRISONS - HUBS - SMALL) + [5] * SMALL
    return [code for code, size in zip(codes, sizes, strict=True) for _ in range(size)]


PRISON_SLOTS = _prison_slots()
LARGE_PRISON, SMALL_PRISON = PRISON_SLOTS[0], PRISON_SLOTS[-1]


@dataclass(frozen=True)
class Came:
    """The receipts by number: the prison's lists with their considerations, oldest first; the old system's by table; their taking over."""

    lists: list[int]
    considerations: list[int]
    old: dict[str, int]
    takeover: int

    @property
    def last(self) -> int:
        """The newest list."""
        return self.lists[-1]

    def left(self, days: int) -> int:
        """Give the list that was the last to have somebody who has been gone for so many days."""
        return self.lists[-1 - max(1, min(days, DAYS - 1))]


def receive(writer: Writer, policy: str) -> Came:
    """Write the receipts, finished and without counts; see `count`."""
    lists = [_receipt(writer, PRISON_SOURCE, DAYS - 1 - day) for day in range(DAYS)]
    old = {table: _receipt(writer, f"casework-{table}", DAYS) for table in TABLES}
    considerations = []
    for receipt in lists:
        number = writer.number("referral_consideration.id")
        base = {"id": number, "receipt_id": receipt, "about_id": receipt, "tells_departures": True, "seed": "bench", "policy": policy}
        zeros = ("after", "departed_after", "considered", "referred", "questioned", "in_hand", "decided", "out_of_remit")
        zeros += ("taken_on", "joined", "alike", "looks", "departed", "returned")
        done = {"begun_at": writer.at, "begun_by_id": SYSTEM, "finished_at": writer.at, "finished_by_id": SYSTEM}
        writer.add("referral_consideration", base | dict.fromkeys(zeros, 0) | done)
        considerations.append(number)
    takeover = writer.number("referral_takeover.id")
    zeros = ("after", "persons", "taken_on", "joined", "known", "cases", "opened", "asked", "kept", "in_hand", "not_taken")
    zeros += ("owner_gone", "tasks", "notes", "alike")
    done = {"begun_at": writer.at, "begun_by_id": SYSTEM, "finished_at": writer.at, "finished_by_id": SYSTEM}
    base = {"id": takeover, "source": "casework", "receipts": list(old.values()), "part": 0, "parts": 1}
    writer.add("referral_takeover", base | dict.fromkeys(zeros, 0) | done)
    writer.flush()
    return Came(lists, considerations, old, takeover)


def _receipt(writer: Writer, source: str, days_ago: int) -> int:
    number, moment = writer.number("intake_receipt.id"), writer.at - timedelta(days=days_ago, hours=1)
    writer.add(
        "intake_receipt",
        {
            "id": number,
            "source": source,
            "file_name": f"{source}-{moment.date()}.jsonl",
            "sha256": hashlib.sha256(f"{source} {days_ago}".encode()).digest(),
            "size": 1_000_000,
            "form": "lines",
            "observed_at": moment,
            "state": "finished",
            **dict.fromkeys(("received", "new", "changed", "unchanged", "refused", "problems"), 0),
            "unknown_fields": '{"unitSentence": 3}',
            "received_at": moment,
            "received_by_id": SYSTEM,
            "finished_at": moment,
            "finished_by_id": SYSTEM,
            "held_for": "",
        },
    )
    return number


def refuse(writer: Writer, came: Came, number: int, *, mended: bool) -> None:
    """Write a row that could not be used, open, or mended by the last list."""
    person = writer.number("work_subject_seq")
    kept, _ = writer.payload({"value": f"Z{number}??", "row": f'{{"prisonerNumber": "Z{number}??", "firstName": "Ilir"}}'}, person)
    mark = hashlib.sha256(f"refused {number}".encode()).digest()
    row = {"source": PRISON_SOURCE, "receipt_id": came.lists[-2], "last_receipt_id": came.lists[-2 if mended else -1], "row": number + 1}
    row |= {"line": number + 1, "field": "prisonerNumber", "fault": "bad_prison_number", "payload_id": kept, "fingerprint": mark}
    row |= {"sentence": "This is not a prison number.", "remedy": "Send the prison number as A1234BC.", "match_digest": mark}
    ended = {"ended_at": writer.at, "ended_by_id": SYSTEM, "mended_receipt_id": came.last} if mended else {}
    writer.add("intake_refusal", row | {"person_id": person, "state": "mended" if mended else "open"} | ended)


def ask_codes(writer: Writer, came: Came, cases: int) -> None:
    """Write codes that no mapping knows; there are few, however large the caseload."""
    for number in range(max(LEAST_CODES, cases // CASES_A_CODE)):
        kept, digest = writer.payload({"code": f"XQ{number}"}, None)
        row = {"source": PRISON_SOURCE, "kind": ("alert", "movement", "nationality")[number % 3], "mark": digest, "payload_id": kept}
        row |= {"first_receipt_id": came.lists[number % DAYS], "last_receipt_id": came.last, "rows": 1 + number % 7, "state": "open"}
        writer.add("intake_unmappedcode", row)


def count(connection: Connection, came: Came) -> None:
    """Put the true counts on the last list, its consideration and the taking over, once all is there."""
    rows = "SELECT count(*) FROM intake_sighting WHERE receipt_id = %(last)s"
    connection.execute(
        f"UPDATE intake_receipt SET received = n, unchanged = n FROM ({rows}) c (n) WHERE id = %(last)s", {"last": came.last}
    )
    connection.execute(
        f"UPDATE referral_consideration SET considered = n, in_hand = n FROM ({rows}) c (n) WHERE receipt_id = %(last)s",
        {"last": came.last},
    )
    connection.execute(
        "UPDATE referral_takeover SET persons = n, taken_on = n, cases = n, opened = n - k, kept = k FROM"
        " (SELECT count(*), count(*) FILTER (WHERE result = 'kept') FROM referral_legacycase) c (n, k) WHERE id = %s",
        [came.takeover],
    )


def seal(connection: Connection) -> None:
    """Write a seal by hand, over all that is there: lists are then shown as at it. Nothing is digested, and nobody else may be writing."""
    connection.execute(
        "INSERT INTO audit_seal (number, lo, hi, sealed_at, sealed_by, rows, previous, chain, signature, public_key)"
        " SELECT 1, 0, longstop_known_seq(), now(), %s, 0, %s, %s, %s, %s",
        [SYSTEM, bytes(32), bytes(32), bytes(64), bytes(32)],
    )
