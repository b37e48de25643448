"""What `longstop process` does once the database is in reach; see `reaching`."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from longstop.cases import actions as cases
from longstop.cases.queries import counts_on_map
from longstop.cases.queries.tracks import standing_on_vanished
from longstop.commands.acting import MayNot, actor
from longstop.kernel.dates import in_words
from longstop.kernel.policy import BadPolicy
from longstop.process.comparing import Change, changes, vanished
from longstop.process.reading import map_on

DONE, FAILED, UNUSABLE = 0, 1, 2
Answer = tuple[int, list[str], dict[str, Any]]


class Misused(ValueError):
    """The options do not go together, or one cannot be read; the message says what to give."""


def main(arguments: Sequence[str]) -> int:
    """Will do what the words ask for, tell it, and give the exit code."""
    asked = _parse(arguments)
    at = timezone.localtime()
    try:
        code, told, plain = _do(asked, at)
    except (Misused, MayNot, BadPolicy, cases.NoSuchMove) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    print(json.dumps(plain) if asked.json else "\n".join(told))
    return code


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="longstop process")
    for name in ("--record", "--json"):
        parser.add_argument(name, action="store_true")
    for name in ("--compare", "--move", "--reason", "--by"):
        parser.add_argument(name, default="")
    return parser.parse_args(arguments)


def _do(asked: argparse.Namespace, at: datetime) -> Answer:
    if asked.compare and asked.move:
        raise Misused("Give one of --compare and --move at a time.")
    if asked.compare:
        return _compare(_day(asked.compare), at.date())
    if asked.move:
        return _move(asked, at)
    return _show(at.date())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Misused(f"“{text}” is no date. Write it as 2026-11-27.") from error


def _show(today: date) -> Answer:
    found, counts = map_on(today), counts_on_map(today=today)
    off = [
        (code, state, many) for code, states in counts.items() for state, many in states.items() if state not in found.tracks[code].states
    ]
    told = [f"The process on {in_words(today)}."]
    for code, track in found.tracks.items():
        told += ["", f"{track.title} ({_cases(sum(counts[code].values()))})"]
        told += [f"  {counts[code].get(state.code, 0):>9,}  {state.title}" for state in track.states.values()]
        told += [f"  {many:>9,}  {state}: not on the map any more" for where, state, many in off if where == code]
    plain = {
        "on": today.isoformat(),
        "counts": {code: dict(states) for code, states in counts.items()},
        "off": [list(each) for each in off],
    }
    return (FAILED if off else DONE), told, plain


def _compare(day: date, today: date) -> Answer:
    before, after = map_on(today), map_on(day)
    counts = counts_on_map(today=today)
    found, gone = changes(before, after), [(*each, counts[each[0]].get(each[1], 0)) for each in vanished(before, after)]
    touched = [each for each in gone if each[2]]
    told = [f"The process on {in_words(day)}, beside that of {in_words(today)}: {len(found)} changes.", *_changed(found)]
    told += [f"In “{state}” of {track}, which would be gone: {_cases(many)}." for track, state, many in touched]
    told += [] if touched else ["No case stands where the other map has nothing."]
    plain = {"on": day.isoformat(), "changes": [asdict(each) for each in found], "vanished": [list(each) for each in gone]}
    return (FAILED if touched else DONE), told, plain


def _changed(found: Sequence[Change]) -> Iterator[str]:
    for each in found:
        what = f"{each.track}, {each.what} “{each.code}”"
        if not each.field:
            yield f"  {what}: new, “{each.now}”" if not each.was else f"  {what}: gone, “{each.was}”"
        else:
            yield f"  {what}: {each.field} was “{each.was}”, is “{each.now}”"


def _move(asked: argparse.Namespace, at: datetime) -> Answer:
    parts = asked.move.split(":")
    if len(parts) != 3 or not all(parts):
        raise Misused(f"“{asked.move}” says not what to move: write TRACK:STATE:TO, such as claims:lost:none.")
    if asked.record and not asked.reason.strip():
        raise Misused("Say with --reason why they are moved.")
    track, state, to = parts
    today, by = at.date(), actor(staff_number=asked.by, command="process", today=at.date())
    found = cases.check_move(track=track, state=state, to=to, today=today)
    if not asked.record:
        many = len(standing_on_vanished(found, state))
        words = f"From “{state}” to “{found.states[to].title}” would be moved: {_cases(many)}. Nothing was written: add --record."
        return DONE, [words], {"would_move": many}
    moved = cases.move_off_vanished(track=track, state=state, to=to, reason=asked.reason, by=by, at=at, today=today)
    return DONE, [f"Moved from “{state}” to “{found.states[to].title}”: {_cases(moved)}."], {"moved": moved}


def _cases(many: int) -> str:
    return "1 case" if many == 1 else f"{many:,} cases"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
