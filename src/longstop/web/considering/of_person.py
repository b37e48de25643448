"""What was considered about a person, for the pages of the person and of a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from longstop.access.rules import Permission
from longstop.intake.queries import ArrivalView
from longstop.kernel.dates import in_words
from longstop.referral import queries as read
from longstop.referral.models import Question, Referral
from longstop.referral.queries import desk
from longstop.referral.queries.pairs import Blind
from longstop.referral.rules import QUESTIONS, REASONS
from longstop.web.considering.blind import BEING_READ, reasons_shown
from longstop.web.considering.parts import RESULTS
from longstop.web.considering.subjects import address_of, state_tag, title_of
from longstop.web.doors import Who
from longstop.web.parts import Cell, Column, Fact, Link, Row, Stack, SummaryList, Table, When


@dataclass(frozen=True)
class Considered:
    """The referrals of a person and the questions about them, the newest first."""

    referrals: Sequence[Referral]
    questions: Sequence[Question]


def considered(person_id: int, who: Who) -> Considered | None:
    """Give what was considered about a person, in two queries; None for those who do not see who is considered."""
    if not who.may(Permission.SEE_REFERRALS):
        return None
    wanted = read.Filters(state="", person_ids=(person_id,))
    return Considered(list(read.referrals(wanted, today=who.today)), list(read.questions(wanted, today=who.today)))


def tables(found: Considered | None, person_id: int, who: Who, unseen: Blind, *, busy: bool) -> dict[str, Any]:
    """Show it, but for what is `unseen`; `busy` with an open case."""
    if found is None:
        return {}
    waits = any(each.state == "open" for each in found.referrals)
    may_refer = who.may(Permission.REFER) and not busy and not waits
    return {
        "referrals": _table("Referrals", "referrals", "Why", found.referrals, who, unseen),
        "questions": _table("Questions", "questions", "Question", found.questions, who, unseen),
        "refer_href": reverse("refer", args=[person_id]) if may_refer else "",
    }


def _table(title: str, anchor: str, why: str, found: Any, who: Who, unseen: Blind) -> Table:
    columns = [Column(title[:-1]), Column(why), Column("Due or ended", narrow=True), Column("Owner"), Column("Status", narrow=True)]
    return Table(title, columns, [_row(each, who, unseen) for each in found], anchor, empty="None.")


def _row(each: Any, who: Who, unseen: Blind) -> Row:
    is_open = each.state == "open" and each.task is not None
    when: Cell = When.due(each.task.due, today=who.today) if is_open else each.ended_at
    owner = each.task.owner.name if is_open else each.ended_by.name if each.ended_by else ""
    hidden = isinstance(each, Question) and unseen.hides(each)
    owner = "Not shown" if hidden else owner
    why = [BEING_READ] if hidden else reasons_shown(each, unseen)
    words: Cell = Stack(why[0], tuple(why[1:])) if why else ""
    if kind := getattr(each, "kind", ""):
        words = Stack(QUESTIONS.get(kind, kind), tuple(why))
    return Row([Link(title_of(each), address_of(each)), words, when, owner, state_tag(each, who)])


def became(view: ArrivalView, who: Who) -> dict[str, Any]:
    """Give what became of one record: what the rules found, and the referral or question that followed. Three queries."""
    if not who.may(Permission.SEE_REFERRALS):
        return {}
    remit = desk.remits_of([view.id]).get(view.id)
    if remit is None:
        return {"became": SummaryList([Fact("The rules", "No rule was applied to this record yet.")], title="What became of it")}
    hand = desk.in_hand([remit.person_id])[remit.person_id]
    facts = [Fact("What the rules found", RESULTS[remit.result], source=f"On {in_words(remit.judged_at.date())}")]
    facts += [Fact("Because", REASONS.get(code, code)) for code in remit.reasons]
    if hand.referral_id:
        state = "Waits for a decision" if hand.referral_state == "open" else hand.referral_state.replace("_", " ").capitalize()
        facts.append(Fact("Referral", Link(f"Referral {hand.referral_id}", reverse("referral", args=[hand.referral_id])), source=state))
    if hand.question_id:
        facts.append(Fact("Question", Link(f"Question {hand.question_id}", reverse("question", args=[hand.question_id]))))
    may_refer = who.may(Permission.REFER) and view.state != "opened" and hand.referral_state != "open"
    return {
        "became": SummaryList(facts, title="What became of it"),
        "refer_href": reverse("refer", args=[remit.person_id]) if may_refer else "",
    }
