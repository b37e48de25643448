"""One fact on one row: what is said, by whom, since when, last confirmed when, and who has the disagreement, if there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

from longstop.kernel.dates import in_words
from longstop.people.facts import Before, Fact, Moment, Said, Sayer
from longstop.web import parts
from longstop.web.finding.conflicts import Concern, Concerns
from longstop.web.parts import Part, SummaryList, Tag, show

CONFLICT = Tag("Conflict", "yellow")


def day(moment: Moment) -> str:
    """Give a day in words, that of a moment where the command works."""
    return in_words(timezone.localtime(moment).date() if isinstance(moment, datetime) else moment)


def who_says(sayer: Sayer) -> str:
    """Say who says something, since when and when it was last confirmed."""
    since = f"since {day(sayer.since)}" if sayer.since else "since when is not recorded"
    confirmed = f"last confirmed {day(sayer.confirmed)}" if sayer.confirmed else "not confirmed since"
    return f"{sayer.source}, {since}; {confirmed}"


def anchor(fact: Fact) -> str:
    """Give the name of a fact's row on its page."""
    return f"fact-{slugify(fact.name)}"


@dataclass(frozen=True, slots=True)
class Beside(Part):
    """What is said of one fact, with who says so and what is open about it. What was said before is folded away."""

    fact: Fact
    id: str = ""
    conflict: bool = False
    concerns: Sequence[Concern] = ()
    unasked: str = ""
    silent: str = "No source says anything now."

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the values as a list, under a tag where agencies disagree."""
        tag = format_html('<p class="ls-said__tag">{} Sources differ</p>', show(CONFLICT)) if self.conflict else ""
        values = format_html_join("", '<li class="ls-said__one">{}{}</li>', ((each.words, _by(each)) for each in self.fact.said))
        said = format_html('<ul class="ls-said">{}</ul>', values) if self.fact.said else self.silent
        asked = format_html_join("", '<p class="ls-said__asked">{}</p>', ((each,) for each in self._asked()))
        name = format_html(' id="{}"', self.id) if self.id else ""
        return format_html('<div class="ls-fact"{}>{}{}{}{}</div>', name, tag, said, asked, _earlier(self.fact))

    def _asked(self) -> list[SafeString | str]:
        lines = [format_html("{}. {}. {}", show(each.link), each.words, each.who) for each in self.concerns]
        return [*lines, *([self.unasked] if self.unasked else [])]


def _by(said: Said) -> SafeString:
    return format_html_join("", '<span class="ls-source">{}</span>', ((who_says(each),) for each in said.by))


def _earlier(fact: Fact) -> SafeString | str:
    if not fact.before:
        return ""
    lines = format_html_join("", "<li>{}</li>", ((_was(each),) for each in fact.before))
    return format_html(
        '<details class="ls-earlier"><summary>Said before<span class="govuk-visually-hidden"> of: {}</span> ({})</summary>'
        '<ul class="ls-earlier__list">{}</ul></details>',
        fact.name, len(fact.before), lines,
    )  # fmt: skip


def _was(before: Before) -> str:
    return f"{before.words}, until {day(before.until)}: {before.source}"


def row(fact: Fact, concerns: Concerns) -> parts.Fact:
    """Give the row of a fact."""
    shown = Beside(fact, anchor(fact), concerns.is_conflict(fact), concerns.about(fact), concerns.unasked(fact))
    return parts.Fact(fact.name, shown)


def sheet(title: str, facts: Sequence[Fact], concerns: Concerns) -> SummaryList | None:
    """Give the card of a group of facts; nothing where there are none."""
    return SummaryList([row(fact, concerns) for fact in facts], title=title) if facts else None


def one_each(title: str, name: str, fact: Fact | None, empty: str) -> SummaryList:
    """Give the card of things of which somebody may have several, each on its own row, and what was said before on the last."""
    if fact is None:
        return SummaryList([parts.Fact(name, empty)], title=title)
    rows = [parts.Fact(name, Beside(replace(fact, said=(each,), before=()))) for each in fact.said]
    if fact.before:
        rows.append(parts.Fact("Not said any more", Beside(replace(fact, said=()), anchor(fact), silent="")))
    return SummaryList(rows, title=title)
