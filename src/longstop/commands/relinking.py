"""What `longstop relink` does once the database is in reach; see `reaching`."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import timezone

from longstop.commands.acting import MayNot, actor
from longstop.linkage.definitions import BadDefinition, Definition, read
from longstop.linkage.model import WrongVersion
from longstop.people.actions import comparing
from longstop.people.linkage_versions import KnownVersion, NoSuchVersion, definition, in_force, known_versions
from longstop.referral.actions.relinking import Rehearsal, rehearse_relinking, relink
from longstop.referral.likely import Kind, software_joins
from longstop.referral.owners import NobodyToOwn

DONE, UNUSABLE = 0, 2
SHOWN = 20
HEADS = {
    Kind.JOIN: "Very likely one person",
    Kind.LOOK: "May be one person: somebody must look",
    Kind.FRACTURE: "Joined by software, and nothing speaks for it",
}


class Misused(ValueError):
    """The options do not go together; the message says which do."""


def main(arguments: Sequence[str]) -> int:
    """Will do what the words ask for, tell it, and give the exit code."""
    asked = _parse(arguments)
    try:
        told, plain = _do(asked)
    except (BadDefinition, WrongVersion, NoSuchVersion, comparing.AnotherDefinition, comparing.NothingBefore) as error:
        return _refuse(error)
    except (MayNot, Misused, NobodyToOwn, OSError) as error:
        return _refuse(error)
    print(json.dumps(plain, default=str) if asked.json else "\n".join(told))
    return DONE


def _refuse(error: Exception) -> int:
    print(error, file=sys.stderr)
    return UNUSABLE


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="longstop relink")
    for name in ("--record", "--versions", "--roll-back", "--json"):
        parser.add_argument(name, action="store_true")
    for name in ("--version", "--put-in-force", "--reason", "--by"):
        parser.add_argument(name, default="")
    return parser.parse_args(arguments)


def _do(asked: argparse.Namespace) -> tuple[list[str], Any]:
    """Give what is told to a person, and the same for programs."""
    at = timezone.localtime()
    if sum(map(bool, (asked.record, asked.version, asked.versions, asked.put_in_force, asked.roll_back))) > 1:
        raise Misused("Give one of --record, --version, --versions, --put-in-force and --roll-back at a time.")
    if (asked.put_in_force or asked.roll_back) and not asked.reason.strip():
        raise Misused("Say with --reason why the version is put in force or back.")
    if asked.versions:
        found = known_versions()
        return list(_versions(found)), [asdict(each) for each in found]
    told: dict[str, Any] = {"by": actor(staff_number=asked.by, command="relink", today=at.date()), "at": at}
    if asked.put_in_force:
        wanted = _definition(asked.put_in_force)
        comparing.put_in_force(definition=wanted, reason=asked.reason, **told)
        return _in_force(wanted.name)
    if asked.roll_back:
        return _in_force(comparing.roll_back(reason=asked.reason, **told))
    if asked.record:
        came = relink(today=at.date(), **told)
        plain = {"version": in_force().name, **asdict(came)}
        return [_came(plain)], plain
    rehearsed = rehearse_relinking(definition=_definition(asked.version) if asked.version else in_force())
    return list(_rehearsed(rehearsed, by_software=software_joins(today=at.date()))), _plain(rehearsed)


def _definition(said: str) -> Definition:
    """Give the definition of this name, or in this file."""
    path = Path(said)
    return read(path) if path.suffix == ".json" else definition(said)


def _in_force(name: str) -> tuple[list[str], dict[str, str]]:
    words = f"Version {name} is in force. Nothing was compared, asked or joined: longstop relink says what would be."
    return [words], {"version": name}


def _came(plain: dict[str, Any]) -> str:
    return (
        f"Version {plain['version']}: {plain['compared']:,} records were new or had changed. {plain['asked']:,} pairs are asked about,"
        f" {plain['joined']:,} were joined, {plain['doubted']:,} joins are doubted."
    )


def _versions(found: Sequence[KnownVersion]) -> Iterator[str]:
    for each in found:
        put = f"put in force {timezone.localtime(each.put_at):%d %B %Y %H:%M}" if each.put_at else "never put in force"
        yield f"{'*' if each.in_force else ' '} {each.name:<24} {put}"
        yield f"  {each.trained}"


def _rehearsed(found: Rehearsal, *, by_software: bool) -> Iterator[str]:
    yield f"Version {found.version}. Nothing was written; pairs that somebody was asked about are left out."
    for kind, head in HEADS.items():
        pairs = found.of(kind)
        yield f"{head:<60}{len(pairs):>10,}"
        yield from (f"    {each.person_id} and {each.other_id}: {each.probability:.2%}" for each in pairs[:SHOWN])
        if len(pairs) > SHOWN:
            yield f"    and {len(pairs) - SHOWN:,} more: --json gives all."
    yield f"{'Open cases that this touches':<60}{len(found.touched):>10,}"
    yield from (f"    {each.reference}, owned by {each.owner}" for each in found.touched[:SHOWN])
    if len(found.touched) > SHOWN:
        yield f"    and {len(found.touched) - SHOWN:,} more: --json gives all."
    said = "joins what is very likely one person" if by_software else "joins nobody: each pair is asked about"
    yield f"With --record software {said}."


def _plain(found: Rehearsal) -> dict[str, Any]:
    pairs = {
        kind.value: [
            {"person": each.person_id, "other": each.other_id, "probability": each.probability, "because": each.because}
            for each in found.of(kind)
        ]
        for kind in Kind
    }
    cases = [{"case": each.case_id, "reference": each.reference, "owner": each.owner, "person": each.person_id} for each in found.touched]
    return {"version": found.version, **pairs, "cases": cases}
