"""Breaks: their list, each one, and how a person settles it."""

import functools
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from longstop.access.relations import Act
from longstop.access.rules import Permission
from longstop.cases import queries as cases
from longstop.reconciliation import actions as decide
from longstop.reconciliation import queries as read
from longstop.reconciliation.models import Break
from longstop.reconciliation.rules import ENQUIRIES, KINDS, OUTCOMES, Kind, Outcome, changes_the_case
from longstop.referral.actions import InHandAlready, NobodyToOwn
from longstop.web.casework.lists import ListFilter, Slice, filters
from longstop.web.considering import parts
from longstop.web.considering.changed import compared
from longstop.web.considering.lists import mine_of
from longstop.web.considering.subjects import PERSON, InHand, SubjectView, not_open, of_subject, person_cell, state_tag, title_of
from longstop.web.doors import Who, who_is
from longstop.web.exporting.changes import NOT_SHOWN, Compared
from longstop.web.exporting.listing import Later, of_query, show_list
from longstop.web.exporting.moments import also_in_the_past
from longstop.web.parts import Address, Button, Cell, Choice, Column, Fact, Link, Row, SummaryList, Table, Tabs, When
from longstop.web.receiving.forms import ReasonForm
from longstop.web.reconciling import enquiries
from longstop.web.reconciling.saying import basis, in_words

VIEWS = {"": "All open", "mine": "Mine", "overdue": "Overdue", "ended": "Settled, or gone"}
COLUMNS = [
    PERSON,
    Column("What differs"),
    Column("Ours"),
    Column("Theirs"),
    Column.due("Due"),
    Column("Owner"),
    Column("Status", narrow=True),
]
NOT_YOURS = ". The case is changed by its owner, or by who covers or answers for them: where the other side is right, hand this on."
NOTHING_TO_TAKE = "There is nothing to take over: no case is open, or the case has these dates from the prison already."
NOTHING_TO_PART = "No record was joined to this person, or several were. See to them on the person’s page, and settle this then."
SIDES = {"ours": "ours", "theirs": "the prison service’s"}


class BreakFilter(ListFilter):
    """What the list is narrowed to."""

    kind = forms.ChoiceField(
        label="What differs", required=False, choices=[("", "Anything"), *((each.value, KINDS[each]) for each in Kind)]
    )


@also_in_the_past
def listed(request: HttpRequest) -> HttpResponse:
    """List breaks, the gravest first: all, one's own, late ones, or those that have ended."""
    who, here = who_is(request), Address.of(request)
    view = here.get("view") if here.get("view") in VIEWS else ""
    form = BreakFilter(request.GET)

    def found(each: Who) -> "QuerySet[Break]":
        wanted = read.Filters(
            state="ended" if view == "ended" else "open",
            kind=form.chosen().get("kind", ""),
            owner_ids=mine_of(each) if view == "mine" else (),
            overdue=view == "overdue",
        )
        return read.found(wanted, today=each.today)

    place, rows = Slice.of(here), found(who)
    part = cache(lambda: place.piece(rows))
    context = {
        "heading": "Breaks",
        "lead": "What our cases and the prison service’s list differ in. The gravest come first, then what is due soonest.",
        "back": Link("The statement", reverse("statement")),
        "view": VIEWS[view],
        "tabs": Later(lambda: _tabs(view, who, here)),
        "filters": filters(form, here, keep=("view",)),
        "table": Later(lambda: _table(part().rows, who)),
        "pages": Later(lambda: place.pages(here, shown=len(part().rows), total=part().total, noun="breaks")),
    }
    listing = of_query("break", rows, lambda some: _table(some, who), compared=Compared(found, compared("break")))
    return show_list(request, "base/list.html", context, listing)


def _tabs(view: str, who: Who, here: Address) -> Tabs:
    counts, bare = read.counts(staff_ids=mine_of(who), today=who.today), here.only()
    numbers = {"": counts["all"], "mine": counts["mine"], "overdue": counts["overdue"]}
    return Tabs(
        [
            Choice(words, bare.with_param("view", name).href if name else bare.href, numbers.get(name), name == view)
            for name, words in VIEWS.items()
        ]
    )


def _table(rows: Sequence[Break], who: Who) -> Table:
    """Show breaks, in two queries: what each side says, and whose case is restricted and not for this reader."""
    said, closed = read.says_of(rows), cases.closed_persons((row.person_id for row in rows), who.standing)
    made = [_row(row, said[row.pk], who, closed=row.person_id in closed) for row in rows]
    return Table("Breaks", COLUMNS, made, "breaks", caption_hidden=True, empty="There is no break in this list.")


def _row(row: Break, said: Mapping[str, Any], who: Who, *, closed: bool) -> Row:
    middle: list[Cell] = [KINDS[Kind(row.kind)], in_words(row, said, "ours"), in_words(row, said, "theirs")]
    if row.state == "open" and row.task is not None:
        due: Cell = When.due(row.task.due, today=who.today)
        owner = row.task.owner.name
    else:
        due, owner = row.ended_at and timezone.localdate(row.ended_at), row.ended_by.name if row.ended_by else ""
    shown = [NOT_SHOWN] * len(middle) if closed else middle
    return Row([person_cell(row, shown=not closed), *shown, due, owner, state_tag(row, who)], label=title_of(row))


@of_subject("break")
def page(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Show one break. It is recorded that somebody looked."""
    row = _break(hand)
    said, asked = read.says_of([row])[row.pk], read.enquiries_about(row.pk)
    context = parts.opened(hand, who) | {
        "what": KINDS[Kind(row.kind)],
        "sides": SummaryList(_sides(row, said), title="What each side says"),
        "ended": parts.ended(row, "How it ended", lambda: _ended(row, read.words_of([row])[row.pk])),
        "may_settle": row.state == "open" and may_settle(who, hand),
        "settle_url": reverse("break-settle", args=[row.pk]),
        "asked": enquiries.asked_about(row, asked),
        "ask_url": reverse("break-ask", args=[row.pk]) if enquiries.may_be_asked(row, asked) else "",
        "question": ENQUIRIES.get(Kind(row.kind), ""),
        "further": _further(row),
    }
    return render(request, "reconciling/break.html", context)


def _break(hand: InHand) -> Break:
    assert isinstance(hand.row, Break)
    return hand.row


def _sides(row: Break, said: Mapping[str, Any]) -> list[Fact]:
    ours = Link(row.case.reference, reverse("case", args=[row.case_id])) if row.case else "No open case"
    facts = [
        Fact("What differs", KINDS[Kind(row.kind)], source=f"First found by statement {row.statement_id}"),
        Fact("Ours", in_words(row, said, "ours")),
        Fact("Theirs", in_words(row, said, "theirs"), source=basis(row, said)),
        Fact("Our case", ours),
    ]
    wins = f"Where nothing speaks against it: {SIDES[row.wins]}" if row.wins else "Neither: the evidence decides"
    return [*facts, Fact("Which side is taken", wins, source="Policy “winners”, not confirmed: an assumption")]


def _further(row: Break) -> SummaryList | None:
    """Show what else differs about the person now: each is a break of its own, with its owner and date. One query."""
    others = read.open_about(row.person_id).exclude(pk=row.pk)
    facts = [Fact(KINDS[Kind(each.kind)], Link(f"Break {each.pk}", reverse("break", args=[each.pk]))) for each in others]
    return SummaryList(facts, title="What else differs about this person") if facts else None


def _ended(row: Break, words: Mapping[str, Any]) -> list[Fact]:
    if row.state == "gone":
        return [Fact("Gone", "A statement did not find it any more: the two sides agree."), Fact("When", row.ended_at)]
    by = row.ended_by.name if row.ended_by else ""
    facts = [Fact("How", OUTCOMES[Kind(row.kind)][Outcome(row.outcome)], source=by), Fact("When", row.ended_at)]
    if row.referral_id:
        facts.append(Fact("What followed", Link(f"Referral {row.referral_id}", reverse("referral", args=[row.referral_id]))))
    return [*facts, Fact("Reason", str(words.get("reason") or "It was disposed of"))]


def may_settle(who: Who, hand: InHand) -> bool:
    """Say whether this break is the reader's to see to: its owner or who covers them, whoever may work on the case, or who considers."""
    row, case = hand.row, hand.open_case
    if not who.may(Permission.SETTLE):
        return False
    owned = row.task is not None and row.task.owner_id in mine_of(who)
    return owned or who.may(Permission.CONSIDER) or (case is not None and cases.may_do(Act.WORK, case, who.standing))


def seen_to(view: SubjectView) -> Callable[..., HttpResponse]:
    """Let a view do something with a break for those alone whose it is to see to."""

    @of_subject("break")
    @functools.wraps(view)
    def run(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
        if not may_settle(who, hand):
            raise PermissionDenied(Permission.SETTLE)
        return view(request, who, hand)

    return run


class SettleForm(ReasonForm):
    """How a break is settled, and why. Nothing is chosen beforehand; `seen` is the digest of what was looked at."""

    seen = forms.RegexField("^[0-9a-f]{64}$", widget=forms.HiddenInput)

    outcome = forms.ChoiceField(label="What is right?", widget=forms.RadioSelect, error_messages={"required": "Choose what is right"})
    field_order = ("outcome", "reason")

    def __init__(self, *args: Any, kind: Kind, may_change: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        ways = OUTCOMES[kind].items()
        field.choices = [(outcome.value, words) for outcome, words in ways if may_change or not changes_the_case(kind, outcome)]
        self.fields["reason"].help_text = "Who told you, when, and what you looked at."


@seen_to
def settle(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Settle a break. Where the other side is right, the case says so from now on."""
    row = _break(hand)
    if row.state != "open":
        return not_open(request, row)
    kind = Kind(row.kind)
    may_change = hand.open_case is None or cases.may_do(Act.WORK, hand.open_case, who.standing)
    is_whole = may_change or not any(changes_the_case(kind, outcome) for outcome in OUTCOMES[kind])
    form = SettleForm(request.POST or None, kind=kind, may_change=may_change, initial={"seen": bytes(row.says_digest).hex()})
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data | {"seen": bytes.fromhex(form.cleaned_data["seen"])}
            number = decide.settle(break_id=row.pk, **given, by=who.id, at=who.at, today=who.today)
        except decide.BreakIsSettled:
            return not_open(request, read.break_(row.pk))
        except decide.SaysOtherwise:
            messages.error(
                request, "A side says something else by now. Nothing was changed: look at it again, or wait for the next statement."
            )
            return redirect("break", row.pk)
        except decide.NothingToTake:
            form.add_error("outcome", NOTHING_TO_PART if kind == Kind.IDENTITY else NOTHING_TO_TAKE)
        except InHandAlready:
            form.add_error("outcome", "The person has an open case or referral by now. The next statement will not find this any more.")
        except NobodyToOwn as nobody:
            form.add_error(None, str(nobody))
        else:
            messages.success(request, f"Settled. Referral {number} follows." if number else "Settled.")
            return redirect("break", row.pk)
    context = {
        "heading": f"Settle break {row.pk}",
        "lead": KINDS[kind] + ("." if is_whole else NOT_YOURS),
        "summary": SummaryList(_sides(row, read.says_of([row])[row.pk]), title="What each side says"),
        "form": form,
        "button": Button("Settle"),
        "cancel": Link("Cancel", reverse("break", args=[row.pk])),
    }
    return render(request, "base/confirm.html", context)
