"""What a page may show openly of a record's alerts: those about protection are shown only to whoever says why they need to know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from longstop.access.rules import Permission
from longstop.people.queries import person_about
from longstop.web.doors import Who
from longstop.web.finding.codes import alert_said, is_protective, stands
from longstop.web.finding.factrow import day
from longstop.web.parts import Fact, Link, Stack

MARKED = "Marked in Longstop as needing protection"
NOT_SHOWN = "Not shown: it may tell what protects the person"


def door_of(*, number: int, arrival_id: int, who: Who) -> str:
    """Give where somebody asks for what a record says of protection: of its person, or of the record alone for who sees no persons."""
    if who.may(Permission.SEE_CASES):
        return reverse("person-protection", args=[person_about(number)])
    return reverse("record-protection", args=[arrival_id])


def said_so(content: Mapping[str, Any], *, source: str, observed_at: datetime) -> list[str]:
    """Say that a record asks for protection, who says so and when, and not what for; nothing where it asks for none."""
    asked = any(stands(each) and is_protective(each) for each in content.get("alerts") or ())
    return [f"An alert says so: {source}, {day(observed_at)}"] if asked else []


def alert_facts(content: Mapping[str, Any], url: str) -> list[Fact]:
    """Give the alerts of a record that stand, in words; of those about protection how many there are, and where to ask for them."""
    standing = [each for each in content.get("alerts") or () if stands(each)]
    shown = [alert_said(each) for each in standing if not is_protective(each)]
    facts = [Fact("Alert", words) for words in dict.fromkeys(shown) if words]
    if held := len(standing) - len(shown):
        facts.append(Fact("Alerts about protection", Stack(held_back(held), (Link("See what for", url, "and say why"),))))
    return facts


def held_back(number: int) -> str:
    """Say how many alerts are not shown, and to whom they are."""
    return f"{number} alert{'s' if number != 1 else ''}: shown to whoever says why they need to know"


def openly(problem: Mapping[str, str]) -> str:
    """Give the value of a problem in a record as it may be shown: what stands in an alert may tell what protects somebody."""
    return NOT_SHOWN if problem.get("field", "").startswith("alerts") and problem.get("value") else problem.get("value", "")
