"""Every list of what arrives, is considered or changes hands, as it was known at a past seal, and what has changed in it since."""

import csv
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from longstop.audit.models import Seal
from longstop.cases import actions as cases
from longstop.cases.models import Offer
from longstop.intake import actions as intake
from longstop.intake import queries as arrived
from longstop.intake.models import Arrival, Refusal
from longstop.referral import actions as decide
from longstop.referral.models import Departure, Question, Referral
from tests import given
from tests.conftest import Committed
from tests.proof.world import seal_all
from tests.referral import world as referrals
from tests.web.browsing import signed_in
from tests.web.considering.conftest import AT, arrive, rows

MINUTE = timedelta(minutes=1)


class World:
    """Two lists of one prison service, the second without two of the first, with a row that cannot be used and a code nobody knows."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.today = folder, timezone.localdate()
        self.command, self.officers = referrals.command()
        self.amy, self.ben = given.caseworker("Amy Tran", self.command.team), given.caseworker("Ben Osei", self.command.team)
        self.steward = given.staff("Sam Ito", "data_steward", team=self.command.team)
        bad = [{**referrals.BASIC, "prisonerNumber": "12"}, referrals.prisoner("A1009AK", prisonId="QQQ")]
        arrive(folder, [*rows(), *bad], at=AT - 3 * MINUTE)
        arrive(folder, rows()[2:], at=AT - 2 * MINUTE)
        self.offered = given.case(self.amy, at=AT - MINUTE, today=self.today)
        self.offer(self.offered)

    def offer(self, case_id: int) -> None:
        told = {"reason": "Ben knows the prison.", "by": self.amy.pk, "at": timezone.now(), "today": self.today}
        cases.offer(case_id=case_id, to=self.ben.pk, from_=self.amy.pk, **told)  # type: ignore[arg-type]

    def seal(self) -> Seal:
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return seal_all(home, at=timezone.now())

    def change(self) -> None:
        """Deal with one of each, and let another of each come."""
        officer, now = self.officers[0], timezone.now()
        told = {"by": officer.pk, "at": now}
        first = Referral.objects.filter(state="open").order_by("pk")[0]
        decide.find_no_interest(referral_id=first.pk, code="BRITISH_CITIZEN", reason="Passport seen.", **told)  # type: ignore[arg-type]
        asked = Question.objects.get(kind="nationality_unknown")
        decide.answer(question_id=asked.pk, answer="foreign", reason="Letter.", today=self.today, **told)  # type: ignore[arg-type]
        gone = Departure.objects.filter(state="open").order_by("pk")[0]
        decide.explain(departure_id=gone.pk, explanation="released", evidence="Telephone.", **told)  # type: ignore[arg-type]
        refused = Refusal.objects.filter(state="open").order_by("pk")[0]
        intake.close_refusal(refusal_id=refused.pk, reason="A test record.", by=self.steward.pk, at=now)
        code = arrived.codes(kind="prison")[0]
        intake.accept_code(code_id=code.id, reason="It is a new prison.", by=self.steward.pk, at=now)
        waiting = Arrival.objects.filter(state="waiting").order_by("pk")[0]
        intake.set_aside(arrival_id=waiting.pk, reason="Gone abroad.", by=self.steward.pk, at=now)
        offer = Offer.objects.get(case_id=self.offered)
        cases.decline(offer_id=offer.pk, reason="On leave.", by=self.ben.pk, at=now)
        new = [referrals.prisoner(f"A20{number:02d}AA", prisonId="QQR") for number in range(2)]
        more = [*rows()[3:], *new, {**referrals.BASIC, "prisonerNumber": "13"}, referrals.prisoner("A2003AD", nationality="")]
        arrive(self.folder, more, at=AT)
        self.offer(given.case(self.amy, at=now, today=self.today))


# Each list with whoever takes it away: of transfers, those of the teams that the leader answers for.
LISTS: Mapping[str, str] = {
    "referrals": "leader",
    "questions": "leader",
    "departures": "leader",
    "second-looks": "leader",
    "records": "steward",
    "receipts": "steward",
    "refusals": "steward",
    "codes": "steward",
    "assets": "steward",
    "transfers": "leader",
    "prisons": "leader",
}
# In these nothing comes or goes by what the world does.
STILL = ("second-looks", "assets")
FIGURES = ("prisons",)  # whose rows are figures: they differ, and nothing has come or gone


def reader(world: World, name: str) -> Client:
    return signed_in({"leader": world.command.leader, "steward": world.steward}[LISTS[name]])


def path(name: str, **params: str) -> str:
    return f"{reverse(name)}?{urlencode({'view': 'teams'} | params if name == 'transfers' else params)}"


def taken(client: Client, name: str, **params: str) -> list[dict[str, str]]:
    """What a file of the list holds, row by row: the page's own words, without what can be done from it."""
    answer = client.get(path(name, file="csv", **params))
    assert answer.status_code == 200, name
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(line for line in text.splitlines(keepends=True) if not line.startswith("#")))


def queries(client: Client, name: str, **params: str) -> int:
    client.get(path(name, **params))  # the session is touched once in a while
    with CaptureQueriesContext(connection) as found:
        assert client.get(path(name, **params)).status_code == 200
    return len(found)


def test_each_list_is_what_it_was_and_says_what_has_changed_since(committed: Committed, tmp_path: Path) -> None:
    world = World(tmp_path)
    clients = {name: reader(world, name) for name in LISTS}
    seal = str(world.seal().number)
    then = {name: taken(client, name) for name, client in clients.items()}
    world.change()
    for name, client in clients.items():
        now, past = taken(client, name), taken(client, name, as_at=seal)
        assert past == then[name], name
        page = client.get(path(name, as_at=seal)).content.decode()
        assert f"by seal {seal}" in page, name
        assert 'type="checkbox" name="selected"' not in page, name
        if name in STILL:
            continue
        assert now != past, name
        if name in FIGURES:
            continue
        came, went = (taken(client, name, as_at=seal, changed=view) for view in ("in", "out"))
        assert came, name
        assert went or name == "receipts", "a file that came in stays in its list"
        assert len(now) == len(past) + len(came) - len(went), name


def test_what_became_of_it_and_of_what_is_said(committed: Committed, tmp_path: Path) -> None:
    world = World(tmp_path)
    clients = {name: reader(world, name) for name in LISTS}
    seal = str(world.seal().number)
    world.change()
    out = dict.fromkeys(LISTS, "What became of it")
    became = {name: " ".join(row[out[name]] for row in taken(clients[name], name, as_at=seal, changed="out")) for name in SAID}
    for name, words in SAID.items():
        assert words in became[name], name
    came = taken(clients["referrals"], "referrals", as_at=seal, changed="in")
    assert all("Owner: Officer" in row["What it is now"] for row in came)
    stamp = b"".join(clients["questions"].get(path("questions", as_at=seal, file="csv", view="overdue")).streaming_content)  # type: ignore[attr-defined]
    assert f"by seal {seal}" in stamp.decode()
    assert "# Filter: View: Overdue" in stamp.decode()


SAID: Mapping[str, str] = {
    "referrals": "No interest by Officer 1",
    "questions": "Answered by Officer 1",
    "departures": "Explained by Officer 1",
    "records": "Set aside; ",
    "refusals": "Closed with a reason by Sam Ito",
    "codes": "Accepted as it is by Sam Ito",
    "transfers": "Declined on ",
}


def test_the_past_takes_no_more_queries_for_more_rows(committed: Committed, tmp_path: Path) -> None:
    """At most ten for a list as it was, at most twelve for what has changed since; as many of a few rows as of many."""
    world = World(tmp_path)
    first = str(world.seal().number)
    clients = {name: reader(world, name) for name in LISTS}
    few = {name: queries(client, name, as_at=first) for name, client in clients.items()}
    world.change()
    changed = {name: queries(client, name, as_at=first, changed="in") for name, client in clients.items()}
    more = [referrals.prisoner(f"A30{number:02d}AA", nationality="" if number % 3 else "Albanian") for number in range(30)]
    arrive(tmp_path, [*rows()[4:], *more], at=timezone.now())
    second = str(world.seal().number)
    many = {name: queries(client, name, as_at=second) for name, client in clients.items()}
    assert {name: number for name, number in {**few, **many}.items() if number > 10} == {}
    assert {name: number for name, number in changed.items() if number > 12} == {}
    assert {name: (few[name], many[name]) for name in LISTS if many[name] > few[name] + 1} == {}


def test_whose_case_was_opened_and_restricted_since_is_hidden_at_any_moment(committed: Committed, tmp_path: Path) -> None:
    world = World(tmp_path)
    seal = str(world.seal().number)
    one = next(each for each in Referral.objects.filter(state="open") if "A1002AB" in str(each.person.particulars.content))
    told = {"reason": "In remit.", "by": world.officers[0].pk, "at": timezone.now(), "today": world.today}
    number = decide.accept(referral_id=one.pk, owner_id=world.amy.pk, **told)  # type: ignore[arg-type]
    outsider = signed_in(given.staff("Ivy Inspector", "inspector"))
    assert "A1002AB" in outsider.get(path("referrals", as_at=seal)).content.decode()
    cases.restrict(case_id=number, reason="A threat.", by=world.command.head.pk, at=timezone.now())
    for name, params in (
        ("referrals", {}),
        ("referrals", {"changed": "out"}),
        ("departures", {}),
        ("records", {}),
        ("records", {"changed": "out"}),
    ):
        page = outsider.get(path(name, as_at=seal, **params)).content.decode()
        assert "A1002AB" not in page, (name, params)
        assert "Restricted" in page, (name, params)
    assert "A1002AB" in signed_in(world.amy).get(path("referrals", as_at=seal)).content.decode(), "its owner sees it"


def test_the_past_is_for_whom_the_list_is_for_today(committed: Committed, tmp_path: Path) -> None:
    world = World(tmp_path)
    seal = str(world.seal().number)
    officer, liaison = signed_in(world.officers[0]), signed_in(given.staff("Lou Reeve", "prison_liaison", team=world.command.team))
    assert officer.get(path("referrals", as_at=seal, file="csv")).status_code == 403, "a duty officer takes no list away"
    assert liaison.get(path("referrals", as_at=seal)).status_code == 403
    assert liaison.get(path("refusals", as_at=seal)).status_code == 403
    refused = liaison.get(path("records", as_at=seal), follow=True).content.decode()
    assert "only shown to those who see the records of every prison" in refused
    assert "Show this list as it was known before" not in refused
