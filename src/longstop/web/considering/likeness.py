"""How alike the records of two are, as linkage weighed them: in words, as a picture and in figures. Apart from the question itself, so that
whoever answers looks at both first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from longstop.people.likeness import FieldLikeness, Likeness, likeness_between
from longstop.referral.models import Question
from longstop.web.considering.subjects import InHand, of_subject
from longstop.web.doors import Who
from longstop.web.parts import Cell, Column, Link, Part, Row, Table

HALF, TALL = 80, 14  # of the picture, in pixels: each side of the line in the middle
MOST_BITS = 16.0  # a bar is no longer than this


@dataclass(frozen=True, slots=True)
class Weight(Part):
    """A weight as a bar: to the right of the line for one person, to the left for two. The words beside it say the same."""

    bits: float

    def render(self, context: Mapping[str, Any]) -> SafeString:
        """Return the bar; it is not read aloud, since the words are."""
        long = round(min(abs(self.bits), MOST_BITS) / MOST_BITS * HALF)
        return format_html(
            '<svg class="ls-weight ls-weight--{}" width="{}" height="{}" aria-hidden="true" focusable="false">'
            '<rect class="ls-weight__bar" x="{}" y="2" width="{}" height="{}"/>'
            '<rect class="ls-weight__line" x="{}" width="1" height="{}"/></svg>',
            "one" if self.bits > 0 else "two",
            2 * HALF + 1,
            TALL,
            HALF if self.bits > 0 else HALF - long,
            long,
            TALL - 4,
            HALF,
            TALL,
        )


@of_subject("question")
def page(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Show what linkage made of the two of a question, and that it decides nothing."""
    question = hand.row
    assert isinstance(question, Question)
    found = likeness_between(person_id=question.person_id, other_id=question.other_id) if question.other_id is not None else None
    context = {
        "heading": f"How alike the two of question {question.pk} are",
        "lead": _lead(found),
        "table": _table(found) if found else None,
        "back": Link(f"Back to question {question.pk}", reverse("question", args=[question.pk])),
    }
    return render(request, "considering/likeness.html", context)


def _lead(found: Likeness | None) -> list[str]:
    if found is None:
        return ["Linkage has not compared these two, or found so little in common that it kept nothing of it."]
    when = timezone.localtime(found.compared_at)
    return [
        f"{found.answer_in_words}, by version {found.version} of linkage{'' if found.in_force else ', which is not in force any more'}:"
        f" {found.probability:.2%} sure. {found.because_in_words}. Compared on {when:%-d %B %Y}.",
        "These are figures about records, not about people, and they decide nothing. Look at both records first.",
    ]


def _table(found: Likeness) -> Table:
    columns = [
        Column("Compared"),
        Column("What was found"),
        Column("What it says"),
        Column("As a picture"),
        Column("Bits", numeric=True),
        Column("Before commonness", numeric=True),
    ]
    rows = [Row(["Before anything is compared", "", _said(found.start), Weight(found.start), _bits(found.start), _bits(found.start)])]
    rows += [_row(each) for each in found.fields]
    total: list[Cell] = ["All together", "", _said(found.weight), Weight(found.weight), _bits(found.weight), _bits(found.unadjusted)]
    return Table("What each thing that was compared says", columns, [*rows, Row(total)], "weights")


def _row(each: FieldLikeness) -> Row:
    return Row([each.label, each.says, each.in_words, Weight(each.adjusted), _bits(each.adjusted), _bits(each.unadjusted)])


def _said(bits: float) -> str:
    return "For one person" if bits > 0 else "For two persons"


def _bits(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")
