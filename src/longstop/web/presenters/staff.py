"""What happened to staff, teams, absence and clearance, in plain words."""

from longstop.web.parts import Fact
from longstop.web.presenters.telling import Telling, Told, plain, presents

plain("staff.enrolled", "Enrolled", group="staff")
plain("staff.password_set", "Password set", group="staff")
plain("staff.signed_in", "Signed in", group="staff")
plain("staff.reactivated", "Made active again", group="staff", reason="reason")


@presents("team.defined", group="staff")
def _team(t: Telling) -> Told:
    return Told("Team defined", details=(Fact("Team", t.word("name")), Fact("Code", t.word("code"))))


@presents("team.leader_set", group="staff")
def _leader(t: Telling) -> Told:
    before = (Fact("From", t.staff("from_leader_id")),) if t.get("from_leader_id") else ()
    return Told("Who answers for the team changed", details=(*before, Fact("To", t.staff("leader_id"))))


@presents("team.leader_planned", group="staff")
def _next_leader(t: Telling) -> Told:
    if not t.get("leader_id"):
        return Told("The plan for who answers for the team next was taken back")
    details = (Fact("To", t.staff("leader_id")), Fact("On", t.day("from_date")))
    return Told("Who answers for the team next was planned", details=details)


@presents("staff.amended", group="staff")
def _amended(t: Telling) -> Told:
    changed = ", ".join(name.removesuffix("_id").replace("_", " ") for name in t.get("changed") or [])
    return Told("Details amended", details=(Fact("Changed", changed or "Nothing"),))


@presents("staff.role_granted", group="staff")
def _role(t: Telling) -> Told:
    return Told(f"Role granted: {_words(t.word('role'))}", details=_dates(t))


@presents("staff.role_ended", group="staff")
def _role_ended(t: Telling) -> Told:
    return Told(f"Role ended: {_words(t.word('role'))}", t.words("reason"), (Fact("Last day", t.day("to_date")),))


@presents("staff.competence_granted", group="staff")
def _competence(t: Telling) -> Told:
    return Told(f"Competence recorded: {_words(t.word('code'))}", details=_dates(t))


@presents("staff.posted", group="staff")
def _posted(t: Telling) -> Told:
    return Told(f"Prison given: {t.word('prison')}", details=_dates(t))


@presents("staff.posting_ended", group="staff")
def _posting_ended(t: Telling) -> Told:
    return Told(f"Prison taken away: {t.word('prison')}", details=(Fact("Last day", t.day("to_date")),))


@presents("staff.absence_recorded", group="staff")
def _absence(t: Telling) -> Told:
    cover = (Fact("Cover", t.staff("cover_id") if t.get("cover_id") else "Nobody yet"),)
    return Told(f"Absence recorded: {_words(t.word('absence_kind'))}", details=(*_dates(t), *cover))


@presents("staff.absence_ended", group="staff")
def _absence_ended(t: Telling) -> Told:
    return Told("Back from absence", details=(Fact("Last day away", t.day("to_date")),))


@presents("staff.cover_set", group="staff")
def _cover(t: Telling) -> Told:
    return Told("Cover named", details=(Fact("Cover", t.staff("cover_id")),))


@presents("staff.departure_planned", group="staff")
def _departure(t: Telling) -> Told:
    details = (Fact("Last day", t.day("last_day")), Fact("Cases handed over", t.get("cases")), Fact("Other tasks", t.get("tasks")))
    return Told("Departure planned", details=details)


@presents("staff.departure_withdrawn", group="staff")
def _stays(t: Telling) -> Told:
    return Told("Departure taken back", details=(Fact("It was to be", t.day("last_day")),))


@presents("staff.deactivated", group="staff")
def _deactivated(t: Telling) -> Told:
    return Told("Left, and can no longer sign in", details=(Fact("Last day", t.day("last_day")),) if t.get("last_day") else ())


@presents("clearance.given", group="access")
def _given(t: Telling) -> Told:
    details = (Fact("To", t.staff("staff_id")), Fact("Until", t.moment("until") or "No end"))
    return Told("Leave given to see the case", t.words("reason"), details)


@presents("clearance.taken_back", group="access")
def _taken_back(t: Telling) -> Told:
    return Told("Leave to see the case taken back", t.words("reason"), (Fact("From", t.staff("staff_id")),))


@presents("clearance.glass_broken", group="access")
def _broken(t: Telling) -> Told:
    return Told("Opened in an emergency", t.words("reason"), (Fact("Until", t.moment("until")),))


@presents("clearance.glass_seen", group="access")
def _seen(t: Telling) -> Told:
    return Told(
        "A manager looked at the emergency opening", t.words("finding"), details=(Fact("By whom it was opened", t.staff("staff_id")),)
    )


def _dates(t: Telling) -> tuple[Fact, ...]:
    last = (Fact("Until", t.day("to_date")),) if t.get("to_date") else ()
    return (Fact("From", t.day("from_date")), *last)


def _words(text: str) -> str:
    return text.replace("_", " ")
