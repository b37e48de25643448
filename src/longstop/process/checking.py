"""Whether a track is whole: what would leave a case where nobody acts, or from where nothing leads. Pure."""

from collections.abc import Iterator

from longstop.process.maps import Track

TOWARDS = ("", "detention", "removal", "monitoring", "contact", "liberty")


def faults(track: Track) -> list[str]:
    """Give what is wrong with a track, in sentences; nothing where it is whole.

    Every state can be reached from where the track begins, names who acts in it, and has a way to some state in which the track may rest;
    a state in which it does not rest says after how many days the next step is due; every step leads from and to states that there are.
    """
    return [*_names(track), *_ownerless(track), *_lost(track)]


def _names(track: Track) -> Iterator[str]:
    if track.begins not in track.states:
        yield f"It begins in “{track.begins}”, which is no state of it."
    for step in track.steps.values():
        for state in (*step.from_, step.to):
            if state not in track.states:
                yield f"The step “{step.code}” names “{state}”, which is no state."
        if not step.from_:
            yield f"The step “{step.code}” leads from nowhere."
        if step.towards not in TOWARDS:
            yield f"The step “{step.code}” leads towards “{step.towards}”; known are {', '.join(TOWARDS[1:])}."


def _ownerless(track: Track) -> Iterator[str]:
    for state in track.states.values():
        if not state.role:
            yield f"Nobody acts in “{state.code}”: name a role."
        if not state.rests and state.days is None and not track.kept_by:
            yield f"“{state.code}” says neither after how many days the next step is due nor that the track may rest there."


def _lost(track: Track) -> Iterator[str]:
    onward = {code: {step.to for step in track.offered(code)} for code in track.states}
    back = {code: {other for other, to in onward.items() if code in to} for code in track.states}
    for code in sorted(track.states.keys() - _from({track.begins}, onward)):
        yield f"“{code}” cannot be reached from “{track.begins}”."
    resting = {code for code, state in track.states.items() if state.rests}
    for code in sorted(track.states.keys() - _from(resting, back)):
        yield f"“{code}” is a dead end: no steps lead from it to a state in which the track may rest."


def _from(begins: set[str], onward: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [code for code in begins if code in onward]
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting.extend(onward[code] & onward.keys())
    return found
