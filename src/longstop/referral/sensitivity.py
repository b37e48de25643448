"""How sensitive each field of this room is; see `kernel.sensitivity`."""

from longstop.kernel.sensitivity import Sensitivity as S

_OWNED = {
    "id": S.CASE,
    "person": S.CASE,
    "arrival": S.CASE,
    "task": S.CASE,
    "first_due": S.CASE,
    "made_at": S.CASE,
    "made_by": S.STAFF,
    "state": S.CASE,
    "ended_at": S.CASE,
    "ended_by": S.STAFF,
    "ended_payload_id": S.POINTER,
    "open_key": S.CASE,
}
_COUNTS = ("considered", "referred", "questioned", "in_hand", "decided", "out_of_remit", "taken_on", "joined", "alike", "looks")

FIELDS: dict[str, dict[str, S]] = {
    "referral.Consideration": {
        **dict.fromkeys(("id", "receipt", "about", "after", "departed_after", "tells_departures", "seed", "policy"), S.PLAIN),
        **dict.fromkeys((*_COUNTS, "departed", "returned", "begun_at", "finished_at"), S.PLAIN),
        "begun_by": S.STAFF,
        "finished_by": S.STAFF,
    },
    "referral.ConsiderationPart": dict.fromkeys(("id", "consideration", "part", "of", "after", "done"), S.PLAIN),
    "referral.Remit": {
        "arrival": S.CASE,
        "person": S.CASE,
        "result": S.CASE,
        "reasons": S.CASE,
        "policy": S.PLAIN,
        "inputs_payload_id": S.POINTER,
        "content_digest": S.POINTER,
        "telling_digest": S.POINTER,
        "receipt_id": S.CASE,
        "judged_at": S.CASE,
        "judged_by": S.STAFF,
    },
    "referral.PrisonCount": {
        **dict.fromkeys(("id", "prison", "everybody", "people", "received", "released_7", "released_28", "released_90"), S.PLAIN),
        **dict.fromkeys(("without_referral", "referrals", "counted_for", "lists", "counted_at"), S.PLAIN),
        "counted_by": S.STAFF,
    },
    "referral.Referral": {
        **_OWNED,
        "origin": S.CASE,
        "reasons": S.CASE,
        "follows": S.CASE,
        "made_payload_id": S.POINTER,
        "outcome_code": S.CASE,
        "telling_digest": S.POINTER,
        "case": S.CASE,
    },
    "referral.Question": {
        **_OWNED,
        "kind": S.CASE,
        "other": S.CASE,
        "reasons": S.CASE,
        "answer": S.CASE,
        "telling_digest": S.POINTER,
        "referral": S.CASE,
    },
    "referral.Joining": {
        **dict.fromkeys(("id", "person", "other", "question", "numbers", "asked", "made_at", "undone_at"), S.CASE),
        **dict.fromkeys(("before_payload_id", "undone_payload_id"), S.POINTER),
        **dict.fromkeys(("made_by", "undone_by"), S.STAFF),
    },
    "referral.Departure": {**_OWNED, "receipt": S.CASE, "last_seen": S.CASE, "explanation": S.CASE},
    "referral.Look": {**_OWNED, "consideration": S.CASE, "reasons": S.CASE, "referral": S.CASE},
    "referral.Takeover": {
        **dict.fromkeys(
            ("id", "source", "receipts", "part", "parts", "after", "persons", "taken_on", "joined", "known", "cases", "opened"), S.PLAIN
        ),
        **dict.fromkeys(("asked", "kept", "in_hand", "not_taken", "owner_gone", "tasks", "notes", "alike"), S.PLAIN),
        **dict.fromkeys(("begun_at", "finished_at"), S.PLAIN),
        "begun_by": S.STAFF,
        "finished_by": S.STAFF,
    },
    "referral.LegacyCase": {
        **dict.fromkeys(("row", "person", "takeover", "receipt_id", "result", "reason", "case", "question", "owner_gone"), S.CASE),
        "dealt_at": S.CASE,
        "dealt_by": S.STAFF,
    },
}
