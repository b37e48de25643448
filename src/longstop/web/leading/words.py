"""How the screens of a team put people, days and cases into words."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format

from longstop.access.models import Absence, AbsenceKind
from longstop.access.rules import Permission, Role
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.cases.queries import Candidate
from longstop.web.doors import Who
from longstop.web.parts import Badge, Cell, Link, Stack, Tag

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def pattern(works_on: str) -> str:
    """Give a working pattern in words: "Mon to Fri", or "Mon, Wed, Fri"."""
    worked = [number for number, letter in enumerate(works_on) if letter != "-"]
    if len(worked) > 2 and worked == list(range(worked[0], worked[-1] + 1)):
        return f"{DAYS[worked[0]]} to {DAYS[worked[-1]]}"
    return ", ".join(DAYS[number] for number in worked) or "No working days"


def day(value: date) -> str:
    """Give a date in short words: "3 Mar 2026"."""
    return date_format(value, "j M Y")


def days_away(absence: Absence) -> str:
    """Give the days of an absence: "3 Mar 2026 to 9 Mar 2026"."""
    if absence.to_date == absence.from_date:
        return day(absence.from_date)
    return f"{day(absence.from_date)} to {day(absence.to_date)}" if absence.to_date else f"From {day(absence.from_date)}, no end known"


def kind_of(absence: Absence) -> str:
    """Give the kind of an absence in words."""
    return AbsenceKind(absence.kind).label


def today_of(one: Candidate) -> Cell:
    """Say whether somebody is in today, and if not until when and who covers."""
    if one.away is None:
        return Tag("In today", "green") if one.in_today else Tag("Not a working day", "grey")
    until = f"Until {day(one.away.to_date)}" if one.away.to_date else "No end known"
    covered = f"Covered by {one.away.cover.name}" if one.away.cover else "Nobody covers"
    return Stack(Tag("Away", "yellow" if one.away.cover else "red"), (until, covered))


def next_absence(one: Candidate) -> Cell:
    """Say when somebody will be away next."""
    return days_away(one.next_absence) if one.next_absence else "None recorded"


def role(code: str) -> str:
    """Give a role in words."""
    return Role(code).value.replace("_", " ").capitalize()


def competence(code: str) -> str:
    """Give a competence in words."""
    return code.replace("_", " ").capitalize()


def case_href(case_id: int) -> str:
    """Give the address of a case's page."""
    return reverse("case", args=[case_id])


def case_cell(case: Case, who: Who, *, href: str = "") -> Cell:
    """Give the link to a case as this person may see it: by name and reference, or by reference alone. It leads to `href`, or the case."""
    if not who.may(Permission.SEE_CASES):
        return case.reference
    href = href or case_href(case.pk)
    if not cases.may_see(case, who.standing):
        return Stack(Link(case.reference, href), (Badge("Restricted", "black"),))
    name = cases.card_names([case], who.standing)[case.pk]
    return Stack(Link(name, href), (case.reference,)) if name else Link(case.reference, href)


def case_words(case: Case, who: Who) -> str:
    """Give a case as one line of plain text, as far as this person may see it: for the label of a checkbox."""
    if not who.may(Permission.SEE_CASES):
        return case.reference
    name = cases.card_names([case], who.standing)[case.pk]
    return f"{name}, {case.reference}" if name else case.reference
