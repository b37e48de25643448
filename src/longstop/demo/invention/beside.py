"""Who stands by somebody in the old casework system, and what it marks them with: all invented, from the seed and the person's key."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from longstop.demo.invention.plan import Plan

Row = dict[str, str]
_FIRMS = ("Harrow Lane Law", "Quayside Advice", "Penfold and Marsh", "Northgate Chambers")
_NAMES = ("Alex", "Dana", "Kim", "Luca", "Mina", "Noor", "Robin", "Sasha")
_LAWYERS = ("Ines Harcastle", "Tom Penfold", "Ruth Marsh", "Omar Quay")
_LANGUAGES = ("Albanian", "Polish", "Portuguese", "Somali", "Vietnamese")
_MARKERS = (
    ("Staff to be seen in pairs", "no"),
    ("Likely to abscond", "no"),
    ("Refused an interview", "no"),
    ("Adult at risk, level 2", "yes"),
)
_PROTECTIVE = ("Adult at risk, level 3", "Told of domestic abuse", "Risk of self-harm")


def contacts_of(plan: Plan, key: str, family: str) -> Iterator[Row]:
    """Give the contacts of a person: about a third have a representative, and a fifth relatives, some of them children."""
    chance = Random(f"{plan.seed}/contacts/{key}")
    since = (plan.first_day - timedelta(days=chance.randint(30, 900))).isoformat()
    if chance.random() < 0.35:
        kind = chance.choice(("solicitor", "immigration adviser"))
        where = {"organisation": chance.choice(_FIRMS), "telephone": f"01632 960{chance.randint(0, 999):03}"}
        yield {
            "contact_id": f"{key}-1",
            "kind": kind,
            "name": chance.choice(_LAWYERS),
            "reference": f"HL/{key[-4:]}",
            "from_date": since,
            **where,
        }
    if chance.random() < 0.1:
        yield {"contact_id": f"{key}-2", "kind": "interpreter", "language": chance.choice(_LANGUAGES), "from_date": since}
    if chance.random() < 0.2:
        kind = chance.choice(("spouse or partner", "parent", "next of kin", "other relative"))
        yield {"contact_id": f"{key}-3", "kind": kind, "name": f"{chance.choice(_NAMES)} {family}", "from_date": since}
        for number in range(chance.choice((0, 0, 1, 2))):
            born = (plan.first_day - timedelta(days=chance.randint(400, 6_000))).isoformat()
            yield {"contact_id": f"{key}-{4 + number}", "kind": "child", "name": f"{chance.choice(_NAMES)} {family}", "date_of_birth": born}


def alerts_of(plan: Plan, key: str) -> Iterator[Row]:
    """Give the alerts on a person: about one in eight has one, of which some are overdue for review on the first day."""
    chance = Random(f"{plan.seed}/alerts/{key}")
    if chance.random() >= 0.125:
        return
    kind, protective = chance.choice(_MARKERS) if chance.random() < 0.7 else (chance.choice(_PROTECTIVE), "yes")
    raised = plan.first_day - timedelta(days=chance.randint(20, 500))
    review = plan.first_day + timedelta(days=chance.randint(-40, 120))
    row = {"alert_id": f"{key}-A", "kind": kind, "protective": protective, "raised_on": raised.isoformat(), "review_by": review.isoformat()}
    yield row | ({"ended_on": plan.first_day.isoformat()} if chance.random() < 0.1 else {})
