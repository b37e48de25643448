"""What happened to statements and breaks, in plain words."""

from collections.abc import Mapping

from longstop.reconciliation.rules import ANSWERS, KINDS, OUTCOMES, WORDS
from longstop.web.parts import Fact
from longstop.web.presenters.telling import Telling, Told, plain, presents

GROUP = "reconciled"
# By the words that events keep: an older event may have one that is not known any more, and is told by it.
LINE_WORDS: Mapping[str, str] = {line.value: words for line, words in WORDS.items()}
KIND_WORDS: Mapping[str, str] = {kind.value: words for kind, words in KINDS.items()}
ANSWER_WORDS: Mapping[str, str] = {answer.value: words for answer, words in ANSWERS.items()}
OUTCOME_WORDS: Mapping[tuple[str, str], str] = {
    (kind.value, outcome.value): words for kind, outcomes in OUTCOMES.items() for outcome, words in outcomes.items()
}

plain("statement.breaks_dealt_with", "Breaks of a statement dealt with", group=GROUP)
plain("break.gone", "Not found any more by a statement", group=GROUP)
plain("break.person_disposed", "Personal values disposed of", group=GROUP)


@presents("statement.made", group=GROUP)
def _made(t: Telling) -> Told:
    lines = tuple(Fact(LINE_WORDS.get(name, name), number) for name, number in _lines(t).items() if number)
    totals = (Fact("Their persons", t.get("their_persons")), Fact("Our persons", t.get("our_persons")))
    return Told("Statement made", details=(*totals, *lines))


@presents("statement.finished", group=GROUP)
def _finished(t: Telling) -> Told:
    told = {"found": "Breaks", "fresh": "New", "settled": "Settled as they stand", "gone": "Not found any more"}
    return Told("Statement finished", details=tuple(Fact(words, t.get(name)) for name, words in told.items()))


@presents("statement.filtered_by_nationality", group=GROUP)
def _filtered(t: Telling) -> Told:
    details = (Fact("Cohort", t.word("cohort")), Fact("Nationality, by its code", t.word("nationality")))
    return Told("A cohort was narrowed to a nationality", t.words("purpose"), details)


@presents("break.found", group=GROUP)
def _found(t: Telling) -> Told:
    details = (*_sides(t), Fact("Settle by", t.day("due")), Fact("Owner", t.staff("owner_id")))
    return Told(f"Break found: {KIND_WORDS.get(t.word('break_kind'), t.word('break_kind')).lower()}", details=details)


@presents("break.changed", group=GROUP)
def _changed(t: Telling) -> Told:
    return Told("Break: a side says something else", details=_sides(t))


@presents("break.settled", group=GROUP)
def _settled(t: Telling) -> Told:
    how = OUTCOME_WORDS.get((t.word("break_kind"), t.word("outcome")), t.word("outcome"))
    return Told("Break settled", t.words("reason"), (Fact("How", how),))


@presents("break.asked_about", group=GROUP)
def _asked(t: Telling) -> Told:
    return Told("The prison service was asked", details=(Fact("Prison", t.word("prison")),))


@presents("break.told_about", group=GROUP)
def _answered(t: Telling) -> Told:
    said = ANSWER_WORDS.get(t.word("answer"), t.word("answer"))
    return Told("The prison service answered", t.words("words"), (Fact("Answer", said), Fact("Prison", t.word("prison"))))


def _sides(t: Telling) -> tuple[Fact, ...]:
    return (Fact("Ours", t.words("ours")), Fact("Theirs", t.words("theirs")))


def _lines(t: Telling) -> Mapping[str, int]:
    lines = t.get("lines")
    return lines if isinstance(lines, dict) else {}
