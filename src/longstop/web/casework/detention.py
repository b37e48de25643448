"""The case page's section on the authority to detain: what is recorded, and what is missing. It judges nothing but dates."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date

from longstop.cases.authority import is_live, is_reasoned
from longstop.cases.queries import CasePage, Dated, HeldBy
from longstop.cases.winding import HELD
from longstop.clocks.results import Kind
from longstop.kernel.dates import in_words
from longstop.proof.rules import REASON_WORDS, Reason
from longstop.web.casework.casepage import when_of
from longstop.web.doors import Who
from longstop.web.parts import Fact, Stack, SummaryList
from longstop.web.presenters.cases import authority_of


def authority(page: CasePage, clocks: Sequence[Dated], reviews: Sequence[date], who: Who) -> dict[str, Any]:
    """Show by what a person is held, since when, for which reason, and what of it is missing; nothing for somebody who is not held."""
    held, standing = page.case.custody in HELD and page.case.closed_at is None, page.held_by
    if not held and standing is None:
        return {}
    review = next((each for each in clocks if each.clock.kind == Kind.DETENTION_REVIEW), None)
    since = parse_date((review.clock.inputs.get("detained") if review else None) or "")
    facts = _authority_facts(standing) if standing else []
    facts += [Fact("Held since", since or "Not known")] if held else []
    facts += (
        [Fact("Next detention review", when_of(Kind.DETENTION_REVIEW, review.clock.due, alarm=True, today=who.today))] if review else []
    )
    return {"authority": SummaryList(facts), "authority_missing": _missing(standing, since, reviews, who.today) if held else []}


def _authority_facts(standing: HeldBy) -> list[Fact]:
    row = standing.authority
    facts = [Fact("Authority", Stack(authority_of(row.kind), (standing.reference,) if standing.reference else ()))]
    facts.append(Fact("Given", row.given_on, f"by {standing.given_by}" if standing.given_by else ""))
    facts += [Fact("Takes effect on", row.effective_from)] if row.effective_from != row.given_on else []
    facts += [Fact("Until", row.until)] if row.until else []
    reason = standing.reason or ("Disposed of" if row.reasoned_on else "None given")
    facts.append(Fact("Why removal is realistic", reason, f"Given on {in_words(row.reasoned_on)}" if row.reasoned_on else ""))
    facts.append(Fact("Recorded", row.recorded_at, f"by {row.recorded_by.name}"))
    return facts


def _missing(standing: HeldBy | None, since: date | None, reviews: Sequence[date], today: date) -> list[str]:
    dates = standing.dates if standing else None
    missing = [] if is_live(dates, detained_since=since, day=today) else [Reason.DETENTION_WITHOUT_AUTHORITY]
    missing += [] if is_reasoned(dates, detained_since=since, reviews=reviews) else [Reason.REMOVAL_REASON_MISSING]
    return [f"{REASON_WORDS[each].meaning}." for each in missing]
