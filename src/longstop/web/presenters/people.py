"""What happened to persons and the records about them, in plain words."""

from longstop.web.parts import Fact
from longstop.web.presenters.telling import Telling, Told, plain, presents
from longstop.web.presenters.vocabulary import SOURCES

plain("person.forgotten", "Found no longer by name or number", group="records")


@presents("person.taken_on", group="records")
def _taken_on(t: Telling) -> Told:
    return Told("Person taken on from a record", t.words("reason"), (_source(t),))


@presents("person.record_updated", group="records")
def _updated(t: Telling) -> Told:
    return Told("Record brought up to date", details=(_source(t), Fact("As at", t.moment("observed_at"))))


def _source(t: Telling) -> Fact:
    return Fact("Source", SOURCES.get(t.word("source"), t.word("source").replace("_", " ").capitalize()))
