"""What happened to proof, disposal and the database itself, in plain words."""

from longstop.web.parts import Fact
from longstop.web.presenters.telling import Telling, Told, plain, presents

plain("database.restored", "Database restored from a backup", group="proof")


@presents("proof.certified", group="proof")
def _certified(t: Telling) -> Told:
    details = (Fact("Verdict", t.word("verdict")), Fact("Open cases", t.get("open_cases")), Fact("Remainder", t.get("remainder")))
    return Told("Certificate issued", details=details)


@presents("disposal.proposed", group="proof")
def _proposed(t: Telling) -> Told:
    return Told("Disposal proposed", t.word("reason"), (Fact("Authority", t.word("under")),))


@presents("disposal.approved", group="proof")
def _approved(t: Telling) -> Told:
    return Told("Disposal approved by a second person", details=(Fact("Proposed by", t.staff("proposed_by")),))


@presents("disposal.carried_out", group="proof")
def _carried_out(t: Telling) -> Told:
    return Told("Personal values disposed of", details=(Fact("Values", t.get("payloads")),))


@presents("demo.loaded", group="proof")
def _demonstration(t: Telling) -> Told:
    return Told("Demonstration loaded")


@presents("demo.begun", group="proof")
def _begun(t: Telling) -> Told:
    return Told("Database marked as a demonstration", details=(Fact("Last day", t.get("last_day")), Fact("Size", t.get("scale"))))


@presents("demo.step_taken", group="proof")
def _step(t: Telling) -> Told:
    return Told("Step of the demonstration loaded", t.word("step"))
