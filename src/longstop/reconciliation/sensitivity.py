"""How sensitive each field of this room is; see `kernel.sensitivity`."""

from longstop.kernel.sensitivity import Sensitivity as S

_NUMBERS = ("rows", "refused", "given_twice", "records", "second_records", "their_persons", "our_persons", "matched")
_OWNED = ("id", "person", "case", "arrival", "task", "first_due", "made_at", "state", "ended_at", "open_key")

FIELDS: dict[str, dict[str, S]] = {
    "reconciliation.Statement": {
        **dict.fromkeys(("id", "receipt", "policy", "made_for", *_NUMBERS), S.PLAIN),
        **dict.fromkeys(("found", "fresh", "settled", "gone", "made_at", "finished_at"), S.PLAIN),
        "made_by": S.STAFF,
        "finished_by": S.STAFF,
    },
    "reconciliation.StatementLine": {
        **dict.fromkeys(("id", "statement", "place", "side", "line", "persons"), S.PLAIN),
        "who": S.CASE,
    },
    "reconciliation.StatementPart": {
        **dict.fromkeys(("id", "statement", "figure", "place", "kind", "how_many"), S.PLAIN),
        "which": S.CASE,
    },
    "reconciliation.Enquiry": {
        **dict.fromkeys(("id", "broken", "arrival", "prison", "asked_at", "state", "answer", "ended_at"), S.CASE),
        "answer_payload_id": S.POINTER,
        "asked_by": S.STAFF,
        "ended_by": S.STAFF,
    },
    "reconciliation.Break": {
        **dict.fromkeys(_OWNED, S.CASE),
        **dict.fromkeys(("kind", "gravity", "wins", "statement", "outcome", "referral"), S.CASE),
        **dict.fromkeys(("says_payload_id", "says_digest", "ended_payload_id"), S.POINTER),
        "made_by": S.STAFF,
        "ended_by": S.STAFF,
    },
}
