"""How sensitive each field of this room is; see `kernel.sensitivity`."""

from longstop.kernel.sensitivity import Sensitivity as S

FIELDS: dict[str, dict[str, S]] = {
    "people.Person": {
        "id": S.CASE,
        "particulars": S.POINTER,
        "safeguarding_required": S.CASE,
        "made_at": S.CASE,
        "made_by": S.STAFF,
    },
    "people.SourceRecord": {
        "id": S.CASE,
        "person": S.CASE,
        "number": S.CASE,
        "source": S.CASE,
        "key_digest": S.POINTER,
        "content_digest": S.POINTER,
        "payload": S.POINTER,
        "receipt_id": S.CASE,
        "observed_at": S.CASE,
        "link_reason_payload_id": S.POINTER,
        "linked_at": S.CASE,
        "linked_by": S.STAFF,
        "unlinked_at": S.CASE,
        "unlinked_by": S.STAFF,
    },
    "people.SearchKey": {
        "id": S.CASE,
        "person": S.CASE,
        "kind": S.CASE,
        "value": S.PERSONAL,
    },
    "people.LinkageVersion": {
        "id": S.PLAIN,
        "name": S.PLAIN,
        "digest": S.PLAIN,
        "definition": S.PLAIN,
        "kept_at": S.PLAIN,
        "kept_by": S.STAFF,
    },
    "people.LinkageInForce": {
        "id": S.PLAIN,
        "version": S.PLAIN,
        "put_at": S.PLAIN,
        "put_by": S.STAFF,
    },
    "people.LinkageKey": {
        "id": S.CASE,
        "number": S.CASE,
        "key": S.POINTER,
    },
    "people.LinkageMark": {
        "id": S.CASE,
        "number": S.CASE,
        "mark": S.PLAIN,
        "content_digest": S.POINTER,
    },
    "people.LinkagePair": {
        "id": S.CASE,
        "version": S.PLAIN,
        "one": S.CASE,
        "other": S.CASE,
        "probability": S.CASE,
        "unadjusted": S.CASE,
        "weight": S.CASE,
        "answer": S.CASE,
        "because": S.CASE,
        "reasons_payload_id": S.POINTER,
        "compared_at": S.CASE,
        "compared_by": S.STAFF,
    },
}
