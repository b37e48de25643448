"""What was made of a fact on which agencies disagree: who has it now, or who settled it; where nobody, that nobody was asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from longstop.kernel.dates import in_words
from longstop.people.facts import Fact
from longstop.reconciliation.models import Break
from longstop.reconciliation.queries import BreakSaid
from longstop.reconciliation.rules import KINDS, OUTCOMES, Kind, Outcome
from longstop.referral.models import Question
from longstop.referral.rules import ANSWERS, QUESTIONS
from longstop.web.considering.subjects import address_of, title_of
from longstop.web.finding import sayings
from longstop.web.parts import Link
from longstop.web.reconciling.saying import in_words as side_in_words
from longstop.work.models import Task

NOBODY, NOBODY_SINCE = "Nobody has been asked yet.", "Nobody has been asked since."
NOT_YOURS = "Whether somebody looks into it is not shown to you. The owner of the case can tell you."
# Which fact a break or a question is about; that of a release date names its own.
OF_BREAK: Mapping[str, str] = {
    Kind.RELEASED: sayings.CUSTODY,
    Kind.NOT_LISTED: sayings.CUSTODY,
    Kind.CUSTODY: sayings.CUSTODY,
    Kind.IDENTITY: sayings.NAME,
    Kind.NATIONALITY: sayings.NATIONALITY,
}
OF_QUESTION: Mapping[str, str] = {
    "nationality_unknown": sayings.NATIONALITY,
    "conflicting_nationality": sayings.NATIONALITY,
    "unknown_status": sayings.LEGAL_STATUS,
}


@dataclass(frozen=True)
class Concern:
    """What was made of a fact: where it is, what it asks, and whose it is by when, or who ended it.

    `ended` is false while it is open; `is_break`: agencies differ, as it says.
    """

    link: Link
    words: str
    who: str
    is_break: bool = False
    ended: bool = False


@dataclass(frozen=True)
class Concerns:
    """What was made of each fact, by its name. `shown` is false where this reader may not see it: then nothing is said of it."""

    shown: bool
    by_fact: Mapping[str, Sequence[Concern]] = field(default_factory=dict)

    def about(self, fact: Fact) -> Sequence[Concern]:
        """Give what is open about a fact, or where records of it disagree, and nothing is, what ended last."""
        return [each for each in self.by_fact.get(fact.name, ()) if fact.differs or not each.ended]

    def is_conflict(self, fact: Fact) -> bool:
        """Say whether agencies disagree about a fact: by what they say here, or by what a statement found."""
        return fact.differs or any(each.is_break and not each.ended for each in self.about(fact))

    def unasked(self, fact: Fact) -> str:
        """Say plainly that nobody has a disagreement, or that it is not shown who; "" where somebody has it, or there is none."""
        about = self.about(fact)
        if not self.is_conflict(fact) or any(not each.ended for each in about):
            return ""
        return NOT_YOURS if not self.shown else NOBODY_SINCE if about else NOBODY


def concerns(breaks: Iterable[BreakSaid], questions: Iterable[Question]) -> Concerns:
    """Give what breaks and questions are about, fact by fact: those that are open, and where none is, the one that ended last.

    Both come with the open ones first, then the newest. What was overtaken says nothing of today.
    """
    found: dict[str, list[Concern]] = {}
    for each in breaks:
        found.setdefault(_fact_of(each.row.kind, each.says), []).append(_of_break(each))
    for question in sorted(questions, key=lambda one: one.state != "open"):
        if question.state in ("open", "answered"):
            found.setdefault(OF_QUESTION.get(question.kind, ""), []).append(_of_question(question))
    found.pop("", None)
    return Concerns(
        shown=True, by_fact={name: [each for each in several if not each.ended] or several[:1] for name, several in found.items()}
    )


def _of_break(found: BreakSaid) -> Concern:
    row, kind, ended = found.row, Kind(found.row.kind), found.row.state != "open"
    words = f"{KINDS[kind]}: {_sides(found)}" if found.says else f"{KINDS[kind]}: disposed of"
    who = f"Settled{_by(row)}: {OUTCOMES[kind][Outcome(row.outcome)]}" if ended else _whose(row.task)
    return Concern(Link(title_of(row), address_of(row)), words, who, is_break=True, ended=ended)


def _of_question(row: Question) -> Concern:
    answers, ended = ANSWERS.get(row.kind, {}), row.state != "open"
    answer = answers[row.answer][0] if row.answer in answers else row.answer
    who = f"Answered{_by(row)}: {answer}" if ended else _whose(row.task)
    return Concern(Link(title_of(row), address_of(row)), QUESTIONS.get(row.kind, row.kind), who, ended=ended)


def _by(row: Break | Question) -> str:
    """Who ended it, and when."""
    by = f" by {row.ended_by.name}" if row.ended_by else ""
    return f"{by} on {in_words(timezone.localdate(row.ended_at))}" if row.ended_at else by


def _fact_of(kind: str, said: Mapping[str, Any]) -> str:
    if kind == Kind.RELEASE_DATE.value:
        return sayings.date_words(str(said.get("basis") or "release_date"))
    return OF_BREAK.get(kind, "")


def _sides(found: BreakSaid) -> str:
    ours, theirs = (side_in_words(found.row, found.says, side) for side in ("ours", "theirs"))
    return f"the case says {_plain(ours)}, the prison service {_plain(theirs)}"


def _plain(value: object) -> str:
    text = in_words(value) if isinstance(value, date) else str(value)
    return f"“{text}”"


def _whose(task: Task | None) -> str:
    return f"Owner: {task.owner.name}, {task.team.name}, due {in_words(task.due)}" if task is not None else "Owner: nobody"
