"""What is open about a fact on which agencies disagree, and whose it is; where nobody has it, that nobody was asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from longstop.kernel.dates import in_words
from longstop.people.facts import Fact
from longstop.reconciliation.queries import OpenBreak
from longstop.reconciliation.rules import KINDS, Kind
from longstop.referral.models import Question
from longstop.referral.rules import QUESTIONS
from longstop.web.considering.subjects import address_of, title_of
from longstop.web.finding import sayings
from longstop.web.parts import Link
from longstop.web.reconciling.saying import in_words as side_in_words
from longstop.work.models import Task

NOBODY = "Nobody has been asked yet."
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
    """Something open that concerns a fact: where it is, what it asks, whose it is and by when. `is_break`: agencies differ, as it says."""

    link: Link
    words: str
    owner: str
    due: date | None
    is_break: bool = False

    @property
    def who(self) -> str:
        """Whose it is, and by when."""
        due = f", due {in_words(self.due)}" if self.due else ""
        return f"Owner: {self.owner}{due}"


@dataclass(frozen=True)
class Concerns:
    """What is open about each fact, by its name. `shown` is false where this reader may not see it: then nothing is said of it."""

    shown: bool
    by_fact: Mapping[str, Sequence[Concern]] = field(default_factory=dict)

    def about(self, fact: Fact) -> Sequence[Concern]:
        """Give what is open about a fact."""
        return self.by_fact.get(fact.name, ())

    def is_conflict(self, fact: Fact) -> bool:
        """Say whether agencies disagree about a fact: by what they say here, or by what a statement found."""
        return fact.differs or any(each.is_break for each in self.about(fact))

    def unasked(self, fact: Fact) -> str:
        """Say plainly that nobody has a disagreement, or that it is not shown who; "" where somebody has it, or there is none."""
        if not self.is_conflict(fact) or self.about(fact):
            return ""
        return NOBODY if self.shown else NOT_YOURS


def concerns(breaks: Iterable[OpenBreak], questions: Iterable[Question]) -> Concerns:
    """Give what open breaks and open questions are about, fact by fact."""
    found: dict[str, list[Concern]] = {}
    for each in breaks:
        said = each.says
        words = f"{KINDS[Kind(each.row.kind)]}: {_sides(each)}" if said else f"{KINDS[Kind(each.row.kind)]}: disposed of"
        link = Link(title_of(each.row), address_of(each.row))
        found.setdefault(_fact_of(each.row.kind, said), []).append(Concern(link, words, *_whose(each.row.task), is_break=True))
    for question in questions:
        link = Link(title_of(question), address_of(question))
        words = QUESTIONS.get(question.kind, question.kind)
        found.setdefault(OF_QUESTION.get(question.kind, ""), []).append(Concern(link, words, *_whose(question.task)))
    found.pop("", None)
    return Concerns(shown=True, by_fact=found)


def _fact_of(kind: str, said: Mapping[str, Any]) -> str:
    if kind == Kind.RELEASE_DATE.value:
        return sayings.date_words(str(said.get("basis") or "release_date"))
    return OF_BREAK.get(kind, "")


def _sides(found: OpenBreak) -> str:
    ours, theirs = (side_in_words(found.row, found.says, side) for side in ("ours", "theirs"))
    return f"the case says {_plain(ours)}, the prison service {_plain(theirs)}"


def _plain(value: object) -> str:
    text = in_words(value) if isinstance(value, date) else str(value)
    return f"“{text}”"


def _whose(task: Task | None) -> tuple[str, date | None]:
    return (f"{task.owner.name}, {task.team.name}", task.due) if task is not None else ("nobody", None)
