"""How sensitive each field of this room is; see `kernel.sensitivity`. No certificate holds a name: references stand for cases and staff."""

from longstop.kernel.sensitivity import Sensitivity as S

FIELDS: dict[str, dict[str, S]] = {
    "proof.Certificate": {
        "id": S.PLAIN,
        "moment": S.PLAIN,
        "live": S.PLAIN,
        "day": S.PLAIN,
        "seal_number": S.PLAIN,
        "period_from": S.PLAIN,
        "made_at": S.PLAIN,
        "made_by": S.STAFF,
        "totals": S.PLAIN,
        "remainder": S.PLAIN,
        "verdict": S.PLAIN,
        "digest": S.PLAIN,
        "signature": S.PLAIN,
        "public_key": S.PLAIN,
        "known_seq": S.PLAIN,
    },
    "proof.CertificateItem": {
        "id": S.PLAIN,
        "certificate": S.PLAIN,
        "list": S.PLAIN,
        "position": S.PLAIN,
        "subject_kind": S.PLAIN,
        "subject_id": S.CASE,
        "reference": S.CASE,
        "reason": S.CASE,
        "also": S.CASE,
        "details": S.CASE,
        "known_seq": S.PLAIN,
    },
}
