"""Cases whose track stands in a state that the map no longer has are moved to one that it has: many in one act, each by itself."""

from datetime import date, datetime

from longstop.audit.operations import action
from longstop.cases.actions.moving import CaseIsClosed, lock_open, settle
from longstop.cases.actions.staying import Move, move_track, standing_of_track
from longstop.cases.queries.tracks import standing_on_vanished
from longstop.process.maps import Track
from longstop.process.reading import map_on

MAP_CHANGED = "map_changed"
"""Stands where the code of a step would: nobody took one, the map was changed under the case."""


class NoSuchMove(ValueError):
    """The state still is on the map, or the one to which cases are to be moved is not; the message says which."""


def move_off_vanished(*, track: str, state: str, to: str, reason: str, by: int, at: datetime, today: date) -> int:
    """Move every open case whose track stands in a state that the map of today does not have; gives how many were moved.

    Not one transaction but one a case: interrupted and done again it finishes. Raises NoSuchMove, ValueError without a reason.
    """
    found = check_move(track=track, state=state, to=to, today=today)
    if not reason.strip():
        raise ValueError("Say why they are moved.")
    moved = 0
    for case_id in standing_on_vanished(found, state):
        moved += _move(case_id=case_id, track=found, state=state, to=to, reason=reason, by=by, at=at, today=today)
    return moved


def check_move(*, track: str, state: str, to: str, today: date) -> Track:
    """Give the track on which cases may be moved from a vanished state to another. Raises NoSuchMove."""
    found = map_on(today).tracks.get(track)
    if found is None or found.kept_by:
        raise NoSuchMove(f"No track of the map is called “{track}”, or it follows what cases record.")
    if state in found.states:
        raise NoSuchMove(f"{found.title}: “{state}” is on the map: cases leave it by a step.")
    if to not in found.states:
        raise NoSuchMove(f"{found.title}: there is no state “{to}”; there are {', '.join(found.states)}.")
    return found


@action
def _move(*, case_id: int, track: Track, state: str, to: str, reason: str, by: int, at: datetime, today: date) -> bool:
    try:
        case = lock_open(case_id)
    except CaseIsClosed:
        return False  # in the meantime
    standing = standing_of_track(case, track.code)
    if standing is None or standing.state != state:
        return False
    words = f"The map was changed: {reason.strip()}"
    move = Move(track=track, from_=state, to=to, step=MAP_CHANGED, on=today, round=standing.round, words=words)
    move_track(case, move, standing, "The map of the process was changed.", by=by, at=at, today=today)
    settle(case, by=by, at=at)
    return True
