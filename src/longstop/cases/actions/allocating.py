"""Many cases given to owners in one act: each on its own, in chunks that commit, with a result for each and a way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from longstop.access import queries as access
from longstop.audit.actions import keep, record
from longstop.audit.operations import GuaranteeBroken, action, item
from longstop.cases import events
from longstop.cases.actions.moving import (
    AlreadyTheOwner,
    CaseIsClosed,
    LacksCompetence,
    MayNotOwn,
    OwnerHasChanged,
    OwnerIsLeaving,
    assign,
    lock_cases,
)
from longstop.cases.models import BulkAct, BulkItem, Case
from longstop.kernel.batches import batched
from longstop.kernel.policy import load

CHUNK = 50


@dataclass(frozen=True, kw_only=True)
class Move:
    """One case to be given to an owner; `from_` is who the caller thinks owns it."""

    case_id: int
    from_: int
    to: int


class UndoIsTooLate(ValueError):
    """The time in which a bulk act may be undone has passed, or it was undone already."""


def allocate_many(*, moves: Sequence[Move], reason: str, by: int, at: datetime, today: date) -> BulkAct:
    """Give many cases to owners and say of each what became of it: done, skipped because it changed, or refused and why.

    Not one transaction but one a chunk, so that what was acknowledged stays done whatever happens to the rest.
    """
    act = _begin(moves=moves, reason=reason, by=by, at=at)
    for chunk in batched(sorted(moves, key=lambda move: move.case_id), CHUNK):
        _allocate_chunk(act_id=act.pk, moves=chunk, reason=reason, by=by, at=at, today=today)
    return _finish(act_id=act.pk, reason=reason, by=by, at=at)


@action
def _begin(*, moves: Sequence[Move], reason: str, by: int, at: datetime) -> BulkAct:
    why = keep({"reason": reason}, person_id=None)
    act = BulkAct.objects.create(kind="allocation", reason_payload_id=why.pk, acted_at=at, acted_by_id=by)
    BulkItem.objects.bulk_create(
        [BulkItem(act=act, case_id=move.case_id, from_staff_id=move.from_, to_staff_id=move.to, result="waiting") for move in moves]
    )
    record(events.BulkActed(subject_id=act.pk, act_kind="allocation", done=0, skipped=0, refused=0, reason=reason), by=by, at=at)
    return act


@action
def _allocate_chunk(*, act_id: int, moves: Sequence[Move], reason: str, by: int, at: datetime, today: date) -> None:
    cases = lock_cases(move.case_id for move in moves)
    access.lock_staff(each for move in moves for each in (move.from_, move.to))
    done = skipped = refused = 0
    for move in moves:
        team_id = cases[move.case_id].team_id if move.case_id in cases else None
        result, explanation = _move(move, reason=reason, by=by, at=at, today=today, act_id=act_id)
        BulkItem.objects.filter(act_id=act_id, case_id=move.case_id).update(result=result, explanation=explanation, from_team_id=team_id)
        done, skipped, refused = done + (result == "done"), skipped + (result == "skipped"), refused + (result == "refused")
    happened = events.BulkActed(subject_id=act_id, act_kind="allocation", done=done, skipped=skipped, refused=refused)
    record(happened, by=by, at=at)


def _move(move: Move, *, reason: str, by: int, at: datetime, today: date, act_id: int, why: str = "allocated") -> tuple[str, str]:
    """Try one case and give (result, explanation)."""
    try:
        with item():
            assign(
                case_id=move.case_id, to=move.to, from_=move.from_, reason=reason, by=by, at=at, today=today, why=why, bulk_act_id=act_id
            )
    except (Case.DoesNotExist, CaseIsClosed):
        return "skipped", "The case is closed."
    except OwnerHasChanged as changed:
        return "skipped", f"Somebody else gave the case to {access.staff(changed.owner_id).name} in the meantime."
    except AlreadyTheOwner:
        return "skipped", "The case has this owner already."
    except MayNotOwn:
        return "refused", "The person may not own cases."
    except OwnerIsLeaving:
        return "refused", "The person is about to leave."
    except LacksCompetence:
        return "refused", "The person lacks the competence that the case needs."
    except GuaranteeBroken as broken:
        return "refused", f"The database refused it ({broken.constraint})."
    return "done", ""


@action
def _finish(*, act_id: int, reason: str, by: int, at: datetime) -> BulkAct:
    act = BulkAct.objects.get(pk=act_id)
    counted = [act.items.filter(result=result).count() for result in ("done", "skipped", "refused")]
    happened = events.BulkActed(
        subject_id=act_id, act_kind=act.kind, done=counted[0], skipped=counted[1], refused=counted[2], reason=reason
    )
    record(happened, by=by, at=at)
    return act


@action
def undo_bulk(*, act_id: int, by: int, at: datetime, today: date) -> BulkAct:
    """Give the cases of a bulk act back to those who owned them, where nothing else has happened to their ownership since.

    Raises UndoIsTooLate after the hours that policy gives, or where it was done already.
    """
    act = BulkAct.objects.select_for_update(no_key=True).get(pk=act_id)
    hours = load("targets").at("bulk_undo", today).integer("hours")
    if act.undone_at is not None or at > act.acted_at + timedelta(hours=hours):
        raise UndoIsTooLate
    items = list(act.items.filter(result="done").order_by("case_id"))
    lock_cases(each.case_id for each in items)
    access.lock_staff(staff for each in items for staff in (each.from_staff_id, each.to_staff_id) if staff)
    for each in items:
        assert each.to_staff_id is not None
        assert each.from_staff_id is not None
        back = Move(case_id=each.case_id, from_=each.to_staff_id, to=each.from_staff_id)
        each.undo_result, each.undo_explanation = _move(
            back, reason="A bulk allocation was undone.", by=by, at=at, today=today, act_id=act_id, why="undone"
        )
    BulkItem.objects.bulk_update(items, ["undo_result", "undo_explanation"])
    act.undone_at, act.undone_by_id = at, by
    act.save(update_fields=["undone_at", "undone_by"])
    results = [each.undo_result for each in items]
    happened = events.BulkUndone(
        subject_id=act_id, done=results.count("done"), skipped=results.count("skipped"), refused=results.count("refused")
    )
    record(happened, by=by, at=at)
    return act
