"""What `longstop prove` does once the database is in reach; see `reaching`."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from longstop.audit.actions import SYSTEM
from longstop.gateways.certificates import CertificateFile
from longstop.gateways.keys import KeyUnusable, signing_key
from longstop.gateways.postgres import find_home
from longstop.kernel.dates import in_words
from longstop.proof import queries
from longstop.proof.actions import prove
from longstop.proof.certification import MomentToCome, NothingSealedThen
from longstop.proof.models import Certificate, CertificateItem
from longstop.proof.rules import BESIDE, FAILING, FAULT_WORDS, LIST_WORDS, REASON_WORDS, STATE_WORDS, List, Reason

LONDON = ZoneInfo("Europe/London")
CLEAN, FAILING_CODE, UNUSABLE = 0, 1, 2
SHOWN = 50  # items of a list that the account for people names


def main(arguments: Sequence[str]) -> int:
    """Will prove, store, print what was found, and give the exit code."""
    asked = _parse(arguments)
    at = timezone.now().astimezone(LONDON)
    home = find_home(os.environ)
    try:
        as_at, since = _moment(asked.as_at, at), _start(asked.since)
        key = signing_key(home)
        made = prove(by=SYSTEM, at=at, today=at.date(), key=key, as_at=as_at, since=since, anchor=CertificateFile(home))
    except NothingSealedThen:
        return _fail("No seal was taken by that moment, so what was known then cannot be shown. Ask for a later one.")
    except MomentToCome:
        return _fail("That moment has not come yet. Leave --as-at out to prove what is so now.")
    except (KeyUnusable, ValueError) as error:
        return _fail(str(error))
    if asked.json:
        print(json.dumps(as_plain(made), default=str))
    else:
        print("\n".join(account(made)))
    return CLEAN if made.is_clean else FAILING_CODE


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--as-at", default="")
    parser.add_argument("--since", default="")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def _moment(text: str, now: datetime) -> datetime | None:
    """Read --as-at; a day alone is its last moment, or now where that is today. Raises ValueError with the remedy."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is no moment: write --as-at 2026-11-18T09:30, or a day.") from error
    if len(text) == len("2026-11-18"):
        return min(datetime.combine(moment, time.max, tzinfo=LONDON), max(now, datetime.combine(moment, time.min, tzinfo=LONDON)))
    return moment.replace(tzinfo=LONDON) if moment.tzinfo is None else moment.astimezone(LONDON)


def _start(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time.min, tzinfo=LONDON)
    except ValueError as error:
        raise ValueError(f"“{text}” is no day: write --since 2026-11-11.") from error


def _fail(words: str) -> int:
    print(words, file=sys.stderr)
    return UNUSABLE


def account(made: Certificate) -> Iterator[str]:
    """Tell a person: the verdict, the equation, the states, then by name what is not covered and what to do about it."""
    totals = made.totals
    yield _verdict(made)
    if not made.live:
        sealed = datetime.fromisoformat(totals["sealed"]["sealed_at"]).astimezone(LONDON)
        yield f"As it was known at seal {made.seal_number}, taken on {in_words(sealed)} at {sealed:%H:%M:%S}."
    yield ""
    yield _equation(made)
    yield ""
    yield f"{'Covered':<68}{'cases':>9}{'other tasks':>13}"
    for state, words in STATE_WORDS.items():
        yield f"  {words:<66}{totals['states'].get(state, 0):>9,}{totals['task_states'].get(state, 0):>13,}"
    for name in FAILING:
        yield from _list(made, name)
    yield ""
    yield "Beside it: " + ", ".join(f"{LIST_WORDS[name].lower()} {totals['beside'][name]:,}" for name in BESIDE) + "."
    yield _sealed(totals["sealed"])
    yield f"Certificate {made.pk} is signed and stored: {bytes(made.digest).hex()[:16]}…"


def _verdict(made: Certificate) -> str:
    totals, day = made.totals, in_words(made.day)
    what = f"{totals['open_cases']:,} open cases and {totals['open_tasks']:,} other open tasks on {day}"
    if made.is_clean:
        return f"CLEAN. {what}: each is in exactly one covered state, and every record agrees."
    failing = totals["failing"]
    counts = f"{failing[List.REMAINDER]:,} not covered (liberty: {totals['liberty']:,}), {failing[List.CLOCKS_DIFFER]:,} clock differences"
    return f"NOT CLEAN. {what}: {counts}, {failing[List.FAULTS]:,} faults."


def _equation(made: Certificate) -> str:
    terms = made.totals["equation"]
    since = made.period_from.astimezone(LONDON)
    return (
        f"Since {in_words(since)}: opening {terms['opening']:,} + in {terms['opened']:,} + reopened {terms['reopened']:,}"
        f" − out {terms['closed']:,} = closing {terms['closing']:,}."
    )


def _list(made: Certificate, name: List) -> Iterator[str]:
    total = made.totals["failing"][name]
    if not total:
        return
    yield ""
    yield f"{LIST_WORDS[name]}: {total:,}"
    for item in queries.items(certificate_id=made.pk, list_=name)[:SHOWN]:
        yield f"  {item.reference:<14} {_about(item)}"
    if total > SHOWN:
        yield f"  and {total - SHOWN:,} more: --json lists them all."


def _about(item: CertificateItem) -> str:
    details = f" ({item.details})" if item.details else ""
    if item.list == List.REMAINDER:
        first, *others = (REASON_WORDS[Reason[code.upper()]] for code in (item.reason, *item.also))
        also = "".join(f"; {each.meaning[0].lower()}{each.meaning[1:]}" for each in others)
        return f"{first.meaning}{also}{details}. {first.remedy}"
    if item.list == List.CLOCKS_DIFFER:
        return f"{item.details}. Wind the case's clocks again, and find out what wrote the record."
    return f"{FAULT_WORDS.get(item.reason, item.reason)}{details}"


def _sealed(sealed: dict[str, Any]) -> str:
    if sealed["number"] is None:
        return "Nothing is sealed yet. Run `longstop seal`."
    waiting = sealed["waiting_seconds"]
    behind = f"; the oldest event that is not has waited {waiting:,} s" if waiting else ""
    return f"Sealed up to seal {sealed['number']}{behind}."


def as_plain(made: Certificate) -> dict[str, Any]:
    """Tell a program: everything, every list whole."""
    lists: dict[str, list[dict[str, Any]]] = {name.value: [] for name in List}
    kept = ("subject_kind", "subject_id", "reference", "reason", "also", "details")
    for item in queries.every_item(certificate_id=made.pk):
        lists[item.list].append({name: getattr(item, name) for name in kept})
    return {
        **queries.head_of(made),
        "clean": made.is_clean,
        "day": made.day.isoformat(),
        "since": made.period_from.isoformat(),
        "totals": made.totals,
        "lists": lists,
    }
