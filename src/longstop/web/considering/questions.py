"""One question: what is asked, both records side by side where two may be one person, and its answer."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from longstop.access.rules import Permission
from longstop.people.actions import NotLinked
from longstop.referral import actions as decide
from longstop.referral import queries as read
from longstop.referral.contradictions import contradictions
from longstop.referral.models import Joining, Question
from longstop.referral.queries import pairs
from longstop.referral.rules import ANSWERS, EXPLANATIONS, PAIRS, QUESTIONS, WHETHER_ONE
from longstop.web.considering import parts
from longstop.web.considering.blind import BEING_READ, blind_of
from longstop.web.considering.forms import AnswerForm
from longstop.web.considering.side_by_side import beside
from longstop.web.considering.subjects import InHand, not_open, of_subject, reasons_of
from longstop.web.doors import Who
from longstop.web.parts import Button, Fact, Link, SummaryList

NOT_TOLD = [Fact("Answer", BEING_READ)]
FOLLOWS = {
    "refer": "The person is referred, and somebody decides.",
    "out": "It is recorded as your finding that there is no remit.",
    "join": "The other's records become records of this person. That can be undone.",
    "part": "If their records were joined, each has again what was theirs; whoever may be in remit is referred at once.",
    "": "Nothing follows.",
}


@of_subject("question")
def page(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Show one question. It is recorded that somebody looked."""
    question = _question(hand)
    remit = parts.remit_of(question)
    made_on = timezone.localdate(question.made_at)
    joined = pairs.joining_of(question) if question.other_id is not None else None
    unseen = blind_of(who)
    hidden = unseen.hides(question)
    context = parts.opened(hand, who) | {
        "asked": QUESTIONS.get(question.kind, question.kind),
        "why": SummaryList(
            [*_why(question, unseen), *(parts.judged(remit) if question.other_id is None else [])], title="Why this is asked"
        ),
        "rules": parts.rules_table(remit, on=made_on, entries=()) if remit else None,
        "beside": beside(question, who, joined, led_on=not hidden) if question.other is not None else None,
        "follows": [(said, FOLLOWS[then]) for said, then in ANSWERS[question.kind].values()],
        "against": against(question, joined),
        "likeness_url": reverse("question-likeness", args=[question.pk]),
        "undo_url": "" if hidden else _undo_url(question, joined, who),
        "ended": parts.ended(question, "What was answered", lambda: NOT_TOLD if hidden else _ended(question, parts.written(question))),
        "answer_url": reverse("question-answer", args=[question.pk]),
    }
    return render(request, "considering/question.html", context)


def _question(hand: InHand) -> Question:
    assert isinstance(hand.row, Question)
    return hand.row


def _why(question: Question, unseen: pairs.Blind) -> list[Fact]:
    if unseen.follows(question):
        return [Fact("Because", BEING_READ)]
    asked = f"{question.made_by.name}, {timezone.localtime(question.made_at):%-d %B %Y at %H:%M}"
    reasons = [EXPLANATIONS.get(code, "") for code in question.reasons] if question.kind == "back_after_departure" else reasons_of(question)
    said = "Was explained as" if question.kind == "back_after_departure" else "Because"
    return [Fact("Asked by", asked), *(Fact(said, each) for each in reasons)]


def _ended(question: Question, words: Mapping[str, Any]) -> list[Fact]:
    if question.state == "overtaken":
        return [Fact("Overtaken", "The record itself says now what was asked."), Fact("When", question.ended_at)]
    by = question.ended_by.name if question.ended_by else ""
    facts = [Fact("Answer", ANSWERS[question.kind][question.answer][0], source=by), Fact("When", question.ended_at)]
    if question.referral_id:
        facts.append(Fact("What followed", Link(f"Referral {question.referral_id}", reverse("referral", args=[question.referral_id]))))
    return [*facts, Fact("How it is known", str(words.get("reason") or "It was disposed of"))]


@of_subject("question")
def answer(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
    """Answer a question, saying how it is known; about a nationality, with who says so."""
    question = _question(hand)
    if question.state != "open":
        return not_open(request, question, told=not blind_of(who).hides(question))
    joined = pairs.joining_of(question) if question.other_id is not None else None
    form = AnswerForm(request.POST or None, kind=question.kind)
    if request.method == "POST" and form.is_valid():
        try:
            number = decide.answer(
                question_id=question.pk, answer=form.cleaned_data["code"], reason=form.told, by=who.id, at=who.at, today=who.today
            )
        except decide.QuestionIsAnswered:
            return not_open(request, read.question(question.pk))
        except (decide.OtherHasWork, decide.AnsweredBefore, decide.NobodyToOwn, NotLinked) as refused:
            form.add_error(None, _refused(refused))
        else:
            messages.success(request, f"Answered. Referral {number} follows." if number else _said(question, form.cleaned_data["code"]))
            return redirect("question", question.pk)
    context = {
        "heading": QUESTIONS.get(question.kind, question.kind),
        "lead": f"Question {question.pk}.",
        "form": form,
        "button": Button("Answer"),
        "cancel": Link("Cancel", reverse("question", args=[question.pk])),
        "beside": beside(question, who, joined) if question.other is not None else None,
        "against": against(question, joined),
    }
    return render(request, "considering/answer.html", context)


def _undo_url(question: Question, joined: Joining | None, who: Who) -> str:
    may = question.state != "open" and who.may(Permission.CONSIDER)
    return reverse("joining-undo", args=[joined.pk]) if joined and may else ""


def against(question: Question, joined: Joining | None) -> list[str]:
    """Give what speaks against the two of an open question being one, in words."""
    if question.kind not in PAIRS or question.state != "open" or question.other_id is None:
        return []
    moved = joined.numbers if joined else ()
    one, other = (joined.person_id, joined.other_id) if joined else (question.person_id, question.other_id)
    return [each.words for each in contradictions(one, other, moved=moved)]


def _said(question: Question, code: str) -> str:
    if question.kind == WHETHER_ONE and code == "same" and pairs.joining_of(question) is None:
        return "Answered. Evidence speaks against it, so a second person is asked; nothing is joined before they agree."
    return "Answered."


def _refused(refused: Exception) -> str:
    if isinstance(refused, decide.OtherHasWork):
        return "Each of them has an open case, referral or other question. See to those of one first, then say that they are one person."
    if isinstance(refused, decide.AnsweredBefore):
        return "You have answered about these two before, and somebody else is asked. Hand this question on."
    if isinstance(refused, decide.NobodyToOwn):
        return str(refused)
    return "Their records were joined, or parted, in the meantime. Look at both persons again."
