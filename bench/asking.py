"""Which pages are measured, whose they are, and what each may cost: every list, search and page of the front door, and those before it.

For each page several people and places, spread over the whole caseload, so that nobody's rows stay warm alone. Django must be set up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Min

from bench.filling.lists import LARGE_PRISON, SMALL_PRISON
from bench.filling.names import COMMON

CLIENTS = 8
LIST, PAGE = 10, 15  # queries at most
FILE = 15  # for a file, which says what its page says and shows the whole list; no goal was set for it, so this one is ours
PASTED = 50  # lines


@dataclass(frozen=True)
class Ask:
    """Somebody asks for a path; `first` is sent to it as a form before, as a search is."""

    staff: int
    path: str
    first: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """One page to measure, as each of several people asks for it."""

    name: str
    most_queries: int
    asks: Sequence[Ask]


def pages() -> list[Page]:
    """Choose whose pages to ask for."""
    return [*_casework(), *_considering(), *_receiving(), *_finding(), *_taken_away()]


def _casework() -> list[Page]:
    workers, leaders = _staff("caseworker"), _staff("team_leader")
    case = apps.get_model("cases", "Case")
    own = [case.objects.filter(owner_id=worker).order_by("pk").values_list("pk", flat=True)[7] for worker, _ in workers]
    about = _numbers("cases", "Case", "person_id", pk__in=own)
    return [
        Page("My work", LIST, [Ask(worker, "/work") for worker, _ in workers]),
        Page("Team board", PAGE, [Ask(leader, f"/team/{team}") for leader, team in leaders]),
        Page("Team list", LIST, [Ask(leader, f"/team/{team}/cases") for leader, team in leaders]),
        Page("Case page", PAGE, [Ask(worker, f"/cases/{number}") for (worker, _), number in zip(workers, own, strict=True)]),
        Page("Person page", PAGE, [Ask(worker, f"/people/{person}") for (worker, _), person in zip(workers, about, strict=False)]),
        Page("Transfers", LIST, [Ask(worker, "/transfers") for worker, _ in workers]),
    ]


def _considering() -> list[Page]:
    officers = [number for number, _ in _staff("duty_officer")]
    lists = {"Referrals": "referrals", "Questions": "referrals/questions", "Departures": "referrals/departures"}
    lists |= {"Second looks": "referrals/looks"}
    made = [Page(f"{name}, all open", LIST, _each(officers, [f"/{path}"])) for name, path in lists.items()]
    made.append(Page("Referrals, one's own", LIST, _each(officers, ["/referrals?view=mine"])))
    made.append(Page("Referrals, of a prison", LIST, _each(officers, [f"/referrals?prison={LARGE_PRISON}"])))
    made.append(Page("Referrals, decided", LIST, _each(officers, ["/referrals?view=ended"])))
    for name, model, path in (
        ("A referral", "Referral", "referrals"),
        ("A question", "Question", "referrals/questions"),
        ("A departure", "Departure", "referrals/departures"),
        ("A second look", "Look", "referrals/looks"),
    ):
        made.append(Page(name, PAGE, _each(officers, [f"/{path}/{number}" for number in _numbers("referral", model, "pk", state="open")])))
    return made


def _receiving() -> list[Page]:
    stewards, prison = [number for number, _ in _staff("data_steward")], [number for number, _ in _staff("prison_team")]
    officers = [number for number, _ in _staff("duty_officer")]
    records = _numbers("intake", "Arrival", "pk", state="waiting")
    return [
        Page("Files received", LIST, _each(stewards, ["/records/receipts"])),
        Page("Refused rows", LIST, _each(stewards, ["/records/refused"])),
        Page("Codes nobody knows", LIST, _each(stewards, ["/records/codes"])),
        Page("Records received", LIST, _each(officers, ["/records"])),
        Page("Records, of a prison", LIST, _each(prison, [f"/records?prison={LARGE_PRISON}"])),
        Page("A record", PAGE, _each(officers, [f"/records/{number}" for number in records])),
        Page("Prisons", LIST, _each(prison, ["/prisons"])),
        Page("A small prison", PAGE, _each(prison, [f"/prisons/{SMALL_PRISON}"])),
        Page("A large prison", PAGE, _each(prison, [f"/prisons/{LARGE_PRISON}"])),
    ]


def _finding() -> list[Page]:
    officers = [number for number, _ in _staff("duty_officer")]
    key = apps.get_model("people", "SearchKey")

    def values(kind: str, how_many: int) -> list[str]:
        people = _numbers("people", "Person", "pk", how_many=how_many)
        return list(key.objects.filter(kind=kind, person_id__in=people).order_by("person_id").values_list("value", flat=True))

    rare = key.objects.filter(kind="name").values("value").annotate(first=Min("person_id")).order_by("-first", "value")[:CLIENTS]
    references = _numbers("cases", "Case", "reference", how_many=PASTED)
    mixed = [*references[::2], *values("prison_number", PASTED // 2)][:PASTED]
    searches = {
        "Search: a common name": [COMMON],
        "Search: a common name and one more": [f"Tariq {COMMON}"],
        "Search: a rare name": [row["value"] for row in rare],
        "Search: a prison number": values("prison_number", CLIENTS),
        "Search: a police number": [value.lower().replace("/0", "/") for value in values("pnc", 2 * CLIENTS)][:CLIENTS],
    }
    made = [Page(name, LIST, _each(officers, ["/search"], [{"text": text} for text in texts])) for name, texts in searches.items()]
    return [*made, Page(f"A pasted list of {len(mixed)}", LIST, _each(officers, ["/search/list"], [{"lines": "\n".join(mixed)}]))]


def _taken_away() -> list[Page]:
    leaders, workers = _staff("team_leader"), _staff("caseworker")
    officers, stewards = [number for number, _ in _staff("duty_officer")], [number for number, _ in _staff("data_steward")]
    return [
        Page("Team list, filtered, as CSV", FILE, [Ask(who, f"/team/{team}/cases?due=28&file=csv") for who, team in leaders]),
        Page("Team list, filtered, as a workbook", FILE, [Ask(who, f"/team/{team}/cases?due=28&file=xlsx") for who, team in leaders]),
        Page("Referrals of a small prison, as CSV", FILE, _each(stewards, [f"/referrals?prison={SMALL_PRISON}&file=csv"])),
        Page("Team list, as at a seal", LIST, [Ask(leader, f"/team/{team}/cases?as_at=1") for leader, team in leaders]),
        Page("My work, as at a seal", LIST, [Ask(worker, "/work?as_at=1") for worker, _ in workers]),
        Page("Referrals, all open, as at a seal", LIST, _each(officers, ["/referrals?as_at=1"])),
    ]


def _staff(role: str) -> list[tuple[int, int]]:
    """Give some who hold a role, each with their team."""
    found = apps.get_model("access", "Staff").objects.filter(grants__role=role).order_by("pk")
    return _spread(list(found.values_list("pk", "team_id")))


def _numbers(room: str, model: str, name: str, *, how_many: int = CLIENTS, **narrowed: Any) -> list[Any]:
    """Give a value of some rows of a table, spread over it, without reading the whole of a large one for each."""
    found = apps.get_model(room, model).objects.filter(**narrowed).order_by("pk").values_list(name, flat=True)
    return _spread(list(found[:100_000]), how_many)


def _spread(found: list[Any], how_many: int = CLIENTS) -> list[Any]:
    step = max(1, len(found) // how_many)
    return found[::step][:how_many]


def _each(people: Sequence[int], paths: Sequence[str], forms: Iterable[Mapping[str, str]] = ({},)) -> list[Ask]:
    """Let each of these paths, and each of these forms, be asked for by one of these people in turn."""
    sent = list(forms)
    length = max(len(people), len(paths), len(sent))
    return [Ask(people[n % len(people)], paths[n % len(paths)], sent[n % len(sent)]) for n in range(min(length, CLIENTS))]
