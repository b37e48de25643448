"""What `longstop reconcile --cohort` does: a cohort's statement, dry; with a nationality only for a purpose, which is recorded first."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from longstop.commands.acting import MayNot, actor
from longstop.commands.reckoned import line, told_of
from longstop.reconciliation import queries
from longstop.reconciliation.actions import NoPurpose, NotANationality, state_purpose
from longstop.reconciliation.cohorts import DEFAULT, NoSuchCohort, definition
from longstop.reconciliation.queries import Cohort

DONE, FAILED, UNUSABLE = 0, 1, 2
DRY = "Nothing was written. Breaks are found, owned and settled by the statement of the command's caseload alone."
NO_RECORD = "A cohort's statement is not recorded: leave --record out, or --cohort, --nationality and --purpose."
NO_PURPOSE = "Say what the nationality is asked for: add --purpose WORDS, which is recorded with who asks."


def main(asked: argparse.Namespace, *, at: datetime) -> int:
    """Will narrow both sides, reckon, print, and give the exit code."""
    today, name = at.date(), asked.cohort or DEFAULT
    if asked.record:
        print(NO_RECORD, file=sys.stderr)
        return UNUSABLE
    try:
        by, found = actor(staff_number=asked.by, command="reconcile", today=today), definition(name, today=today)
        code = ""
        if asked.nationality or asked.purpose:
            told: dict[str, Any] = {"nationality": asked.nationality, "purpose": asked.purpose}
            code = state_purpose(cohort=name, **told, by=by, at=at, today=today)
        made = queries.read_cohort(found, nationality=code, today=today)
    except NoPurpose:
        print(NO_PURPOSE, file=sys.stderr)
        return UNUSABLE
    except (MayNot, NoSuchCohort, NotANationality, queries.NotCountable, queries.NoList, queries.ListIsNotConsidered) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    print(json.dumps(as_plain(made), default=str) if asked.json else "\n".join(account(made)))
    return DONE if made.reckoned.adds_up else FAILED


def account(made: Cohort) -> Iterator[str]:
    """Tell a person: who is counted on each side and by which definition, both totals, and each line."""
    defined, found = made.definition, made.reckoned
    assumed = "" if defined.policy.confirmed else ", an assumption that nobody has confirmed"
    yield f"{defined.title}, by {defined.policy.version}{assumed}, in persons."
    yield f"Theirs: {defined.theirs}"
    yield f"Ours: {defined.ours}"
    yield f"Their list: {made.file_name}."
    if made.nationality:
        yield f"Both sides are narrowed to the nationality {made.nationality}, as any record of the person says. The purpose is recorded."
    yield ""
    yield line("Their persons", found.their_persons, total=True)
    yield line("Our persons", found.our_persons, total=True)
    yield from told_of(found, broken=())
    yield ""
    yield DRY


def as_plain(made: Cohort) -> dict[str, Any]:
    """Give the whole of it for programs: on each line the numbers of its persons."""
    defined, found = made.definition, made.reckoned
    return {
        "cohort": defined.name,
        "definition": defined.policy.version,
        "confirmed": defined.policy.confirmed,
        "receipt": made.receipt_id,
        "nationality": made.nationality,
        "their_persons": found.their_persons,
        "our_persons": found.our_persons,
        "matched": found.matched,
        "adds_up": found.adds_up,
        "lines": [{"side": each.side.value, "line": each.line.value, "persons": each.persons, "who": each.who} for each in found.lines],
    }
