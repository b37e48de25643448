"""What happened to persons and the records about them, in plain words."""

from longstop.web.parts import Fact
from longstop.web.presenters.telling import Telling, Told, plain, presents
from longstop.web.presenters.vocabulary import SOURCES

plain("search.keyed_again", "What people are found by was written anew under the present rules", group="records")
plain("linkage.keyed", "What records may meet others by was written", group="records")
plain("linkage.compared", "New and changed records were compared with all others", group="records")
plain("linkage.finished", "All records were compared, and what came of it was seen to", group="records")
plain("linkage.version_kept", "Version of linkage kept", group="records")
plain("person.forgotten", "Found no longer by name or number", group="records")


@presents("person.taken_on", group="records")
def _taken_on(t: Telling) -> Told:
    return Told("Person taken on from a record", t.words("reason"), (_source(t),))


@presents("person.record_joined", group="records")
def _joined(t: Telling) -> Told:
    return Told("Record joined to this person", t.words("reason"), (_source(t),))


@presents("person.record_unlinked", group="records")
def _unlinked(t: Telling) -> Told:
    return Told("Record found to be about somebody else", t.words("reason"), (_source(t),))


@presents("person.record_updated", group="records")
def _updated(t: Telling) -> Told:
    return Told("Record brought up to date", details=(_source(t), Fact("As at", t.moment("observed_at"))))


@presents("linkage.put_in_force", group="records")
def _put_in_force(t: Telling) -> Told:
    said = "Version of linkage put back in force" if t.get("rolled_back") else "Version of linkage put in force"
    return Told(said, t.words("reason"), (Fact("Version", t.word("version")), Fact("Until then", t.word("former"))))


def _source(t: Telling) -> Fact:
    return Fact("Source", SOURCES.get(t.word("source"), t.word("source").replace("_", " ").capitalize()))
