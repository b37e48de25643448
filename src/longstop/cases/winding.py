"""Which clocks a case has, and from what they follow: key dates in, clocks out. Pure: no ORM, no clock of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from longstop.clocks.consideration import consideration
from longstop.clocks.contact import address_known, contact
from longstop.clocks.detention import detention_review
from longstop.clocks.early_removal import early_removal
from longstop.clocks.release import ReleaseDates, earliest_possible, release
from longstop.clocks.results import Clock, Kind
from longstop.clocks.reviews import contact_review, monitoring_review
from longstop.clocks.schemes import Sentence

# The names under which key dates are kept, by what the release clock calls them (prison record: domain.md 5.1).
RELEASE_DATES: Mapping[str, str] = {
    "confirmed": "confirmed_release_date",
    "conditional": "conditional_release_date",
    "automatic": "automatic_release_date",
    "non_parole": "non_parole_date",
    "post_recall": "post_recall_release_date",
    "actual_parole": "actual_parole_date",
    "home_detention_curfew_actual": "home_detention_curfew_actual_date",
    "supplied": "release_date",
    "parole_eligibility": "parole_eligibility_date",
    "tariff": "tariff_date",
}
CONSIDERED = "considered_on"
NAMES: Mapping[str, str] = {
    **{name: name.replace("_", " ").capitalize() for name in RELEASE_DATES.values()},
    "sentence_start_date": "Sentence start date",
    "sentence_expiry_date": "Sentence expiry date",
    "licence_expiry_date": "Licence expiry date",
    "early_removal_eligibility_date": "Early removal eligibility date",
    "detained_since": "Detained under immigration powers since",
    "contact_conditions_since": "Contact conditions since",
    "monitoring_since": "Electronic monitoring since",
    CONSIDERED: "Consideration began",
    "last_contact_review": "Last contact review",
    "last_monitoring_review": "Last electronic monitoring review",
    "last_detention_review": "Last detention review",
    "last_contact": "Last contact",
    "next_reporting": "Next reporting date",
    "first_reporting": "First reporting date",
    "address_known": "Address known since",
    "opened_in_old_system": "Opened in the old casework system",
}
HELD = ("time_served", "detained")  # under immigration powers, in prison or a removal centre
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the clocks of one case follow from."""

    custody: str
    monitored: bool
    opened_on: date
    dates: Mapping[str, date | None]
    detention_reviews: Sequence[date] = field(default=())


def day_of(moment: datetime) -> date:
    """Give the day on which a case opened: London's, whose summer days begin an hour before those of a stored moment."""
    return moment.astimezone(LONDON).date()


def wind(*, facts: Facts, today: date) -> dict[str, Clock]:
    """Give every clock that a case in this situation has, by kind. A person in prison has release clocks; one under conditions, reviews."""
    get = facts.dates.get
    found: dict[str, Clock] = {}
    if facts.custody != "community":
        found |= _release_clocks(facts, today)
    if facts.custody in HELD:
        since = get("detained_since")
        reviews = [day for day in facts.detention_reviews if _of_this_time(day, since)]
        found[Kind.DETENTION_REVIEW] = detention_review(detained_on=since, reviews=reviews, today=today)
    if facts.custody == "community":
        since, last = get("contact_conditions_since"), get("last_contact_review")
        found[Kind.CONTACT_REVIEW] = contact_review(started_on=since, last_review=last if _of_this_time(last, since) else None)
        found |= _contact_clocks(facts)
    if facts.monitored:
        since, last = get("monitoring_since"), get("last_monitoring_review")
        found[Kind.MONITORING_REVIEW] = monitoring_review(started_on=since, last_review=last if _of_this_time(last, since) else None)
    return found


def _of_this_time(review: date | None, since: date | None) -> bool:
    """A review of an earlier detention or condition stays on record, but answers nothing in the one that began later."""
    return review is None or since is None or review >= since


def _contact_clocks(facts: Facts) -> dict[str, Clock]:
    """The clocks of somebody at liberty. What was known of an earlier time answers nothing in this one, an address least of all."""
    since = facts.dates.get("contact_conditions_since")

    def now(name: str) -> date | None:
        day = facts.dates.get(name)
        return day if _of_this_time(day, since) else None

    found: dict[str, Clock] = {Kind.CONTACT: contact(last_contact=now("last_contact"), next_reporting=now("next_reporting"))}
    # Once the address is known this clock has done its work; the day stays among the key dates.
    if now("address_known") is None:
        found[Kind.ADDRESS_KNOWN] = address_known(first_reporting=now("first_reporting"))
    return found


def _release_clocks(facts: Facts, today: date) -> dict[str, Clock]:
    get = facts.dates.get
    dates = ReleaseDates(**{field: get(name) for field, name in RELEASE_DATES.items()})
    start, expiry = get("sentence_start_date"), get("sentence_expiry_date")
    released = release(dates=dates, sentence_start=start, sentence_expiry=expiry, today=today)
    possible = earliest_possible(dates=dates)
    found: dict[str, Clock] = {Kind.RELEASE: released}
    # Once consideration has begun these clocks have done their work; the day it began stays among the key dates.
    for kind in () if get(CONSIDERED) else (Kind.CONSIDERATION_12, Kind.CONSIDERATION_8):
        found[kind] = consideration(kind=kind, release=released, opened_on=facts.opened_on, today=today, earliest_possible=possible)
    supplied = get("early_removal_eligibility_date")
    if supplied is not None:
        sentence = Sentence(track=None, sentenced_on=start, release=released.due)
        found[Kind.EARLY_REMOVAL] = early_removal(supplied=supplied, sentence=sentence, today=today).clock
    return found
