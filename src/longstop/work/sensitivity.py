"""How sensitive each field of this room is; see `kernel.sensitivity`."""

from longstop.kernel.sensitivity import Sensitivity as S

FIELDS: dict[str, dict[str, S]] = {
    "work.Task": {
        "id": S.CASE,
        "subject_kind": S.CASE,
        "subject_id": S.CASE,
        "kind": S.CASE,
        "details_payload_id": S.POINTER,
        "waiting_for": S.CASE,
        "owner": S.STAFF,
        "team": S.CASE,
        "due": S.CASE,
        "first_due": S.CASE,
        "moves": S.CASE,
        "wake": S.CASE,
        "is_hold": S.CASE,
        "origin": S.CASE,
        "state": S.CASE,
        "acknowledged_rung": S.CASE,
        "successor": S.STAFF,
        "successor_from": S.CASE,
        "made_at": S.CASE,
        "made_by": S.STAFF,
        "done_at": S.CASE,
        "done_by": S.STAFF,
        "open_key": S.CASE,
    },
    "work.Acknowledgement": {
        "id": S.CASE,
        "task": S.CASE,
        "rung": S.CASE,
        "due": S.CASE,
        "reason_payload_id": S.POINTER,
        "acknowledged_at": S.CASE,
        "acknowledged_by": S.STAFF,
    },
}
