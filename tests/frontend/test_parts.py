"""What parts say, in tables that a caseworker could check."""

from __future__ import annotations

import datetime as dt

import pytest
from django import forms
from django.test import RequestFactory
from django.utils.html import strip_tags

from longstop.web.fields import DateField
from longstop.web.parts import Address, Column, Link, Row, Table, Tag, When, show
from longstop.web.templatetags.longstop import beside
from longstop.web.templatetags.longstop_forms import error_summary

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("due", "label", "tone"),
    [
        (dt.date(2026, 11, 18), "Overdue by 3 days", "late"),
        (dt.date(2026, 11, 20), "Overdue by 1 day", "late"),
        (dt.date(2026, 11, 21), "Due today", "soon"),
        (dt.date(2026, 11, 22), "Due tomorrow", "soon"),
        (dt.date(2026, 11, 28), "Due in 7 days", "soon"),
        (dt.date(2026, 11, 29), "Due in 8 days", "calm"),
        (None, "No date: needs one", "unknown"),
    ],
)
def test_a_due_date_says_what_it_means_today(due: dt.date | None, label: str, tone: str) -> None:
    when = When.due(due, today=TODAY)
    assert (when.label, when.tone) == (label, tone)
    assert label in str(when)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "Not recorded"),
        ("", "Not recorded"),
        (0, "0"),
        (1204, "1,204"),
        (True, "Yes"),
        (dt.date(2026, 3, 2), "2 March 2026"),
        (dt.datetime(2026, 7, 1, 12, 5, tzinfo=dt.UTC), "1 July 2026 at 13:05"),
        (dt.datetime(2026, 12, 1, 12, 5, tzinfo=dt.UTC), "1 December 2026 at 12:05"),
    ],
)
def test_plain_values_are_shown_in_words(value: object, shown: str) -> None:
    assert strip_tags(str(show(value))) == shown  # type: ignore[arg-type]


@pytest.mark.parametrize("part", [Link("<b>", '"><script>'), Tag("<b>"), When(None, "<b>", name="<i>")])
def test_words_from_outside_are_escaped(part: object) -> None:
    html = str(part)
    assert "<script>" not in html
    assert "<b>" not in html
    assert "<i>" not in html


def test_an_address_changes_one_thing_and_goes_back_to_the_first_page() -> None:
    request = RequestFactory().get("/cases?status=open&status=held&team=n&after=77&sort=due&blank=")
    address = Address.of(request)
    assert address.without("status", "held").href == "/cases?status=open&team=n&sort=due"
    assert address.without("status").href == "/cases?team=n&sort=due"
    assert address.with_param("after", "99").href == "/cases?status=open&status=held&team=n&sort=due&after=99"
    assert address.with_param("selected", "page").get("after") == "77", "ticks the page shown, not the first"
    assert address.only("sort").href == "/cases?sort=due"
    assert address.get("team") == "n"
    assert address.get("nothing") == ""


@pytest.mark.parametrize(
    ("order", "state", "href"),
    [
        ("due", "ascending", "/cases?sort=-due"),
        ("-due", "descending", "/cases?sort=due"),
        ("name", "none", "/cases?sort=due"),
    ],
)
def test_a_heading_says_how_the_list_is_sorted_and_turns_it(order: str, state: str, href: str) -> None:
    table = Table("Cases", [Column("Due", sort="due"), Column("Status")], [], order=order, address=Address("/cases"))
    due, status = table.headings
    assert (due.aria_sort, due.href) == (state, href)
    assert (status.aria_sort, status.href) == ("", "")


def test_a_row_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        beside(Row(["Name"]).cells, [Column("Name"), Column("Due")])


class HearingForm(forms.Form):
    hearing = DateField(label="Hearing date")
    team = forms.ChoiceField(label="Team", choices=[("n", "North")])
    prison = forms.CharField(label="HMP wing")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (("", "", ""), "Enter hearing date"),
        (("27", "", "2026"), "Hearing date must include a month"),
        (("", "", "2026"), "Hearing date must include a day and month"),
        (("31", "2", "2026"), "Hearing date must be a real date"),
        (("x", "2", "2026"), "Hearing date must be a real date"),
        (("27", "2", "26"), "Hearing date must have a year of 4 digits"),
    ],
)
def test_a_date_that_cannot_be_used_says_why(typed: tuple[str, str, str], problem: str) -> None:
    data = {f"hearing_{number}": part for number, part in enumerate(typed)}
    found = error_summary(HearingForm({**data, "team": "n", "prison": "B"}))["problems"]
    assert found == [{"text": problem, "href": "#id_hearing_0"}]


def test_a_date_is_read() -> None:
    form = HearingForm({"hearing_0": " 7", "hearing_1": "02", "hearing_2": "2026", "team": "n", "prison": "B"})
    assert form.is_valid()
    assert form.cleaned_data["hearing"] == dt.date(2026, 2, 7)


def test_a_missing_answer_is_asked_for_by_name() -> None:
    texts = [problem["text"] for problem in error_summary(HearingForm({}))["problems"]]
    assert texts == ["Enter hearing date", "Select team", "Enter HMP wing"]
