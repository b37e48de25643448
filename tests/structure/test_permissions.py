"""Who may reach what: what is declared is what was written by hand, and what is declared is what happens. The default is to deny."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from pytest_django import DjangoDbBlocker

from longstop.access.rules import GRANTS, Permission, Role, permitted
from longstop.commands.declaring import COMMANDS, names
from longstop.commands.main import app
from longstop.web.context import NAVIGATION
from longstop.web.doors import Screen
from longstop.web.screens import SCREENS
from tests.conftest import database_of_its_own
from tests.everything import World, everything
from tests.structure.roles import CODES, Line, table
from tests.web.browsing import signed_in

EXPECTED = table()
BY_NAME = {screen.name: screen for screen in SCREENS}
# A POST by which an inspector changes nothing that the service is about: who they are, how long they stay, words to look for, which are
# posted so that they stand in no address, and why they need to see what protects somebody, which stands in the record of who looked.
WRITES_NOTHING = {"sign-in", "sign-out", "stay", "search", "search-list", "find-record", "person-protection", "record-protection"}
# 409: let in, and told that what they ask does not fit the state of the thing.
LET_IN = (HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.NO_CONTENT, HTTPStatus.CONFLICT)
# Let in by role, and refused by the view: an absence is one's own or of people one answers for; only whom a case is offered to answers.
NOT_THEIRS: dict[tuple[str, str], set[Role]] = {
    ("POST", "transfer"): {Role.CASEWORKER, Role.TEAM_LEADER, Role.HEAD, Role.DIRECTOR},
} | {
    (method, name): {Role.CASEWORKER, Role.DUTY_OFFICER}
    for method in ("GET", "POST")
    for name in ("absence-record", "absence-cover", "absence-return")
}
# Of a case one changes what one stands in the right relation to (docs/adr/0011); a duty officer stands over none.
OTHERS = {Role.PRISON_TEAM, Role.BARRIER_UNIT, Role.REPORTING_CENTRE, Role.MONITORING_HUB, Role.DATA_STEWARD, Role.QUALITY_ASSESSOR}
NOT_THEIRS |= {(method, "note-correct"): {Role.DUTY_OFFICER, *OTHERS} for method in ("GET", "POST")}
NOT_THEIRS |= {
    (method, name): {Role.DUTY_OFFICER}
    for method in ("GET", "POST")
    for name in ("task-add", "step", "case-hold", "key-date", "custody", "authority", "case-close")
}


def declared(screen: Screen) -> Line:
    roles = frozenset(role for role in Role if screen.permission is None or permitted(roles=[role], permission=screen.permission))
    return Line(name=screen.name, path=screen.path, methods=screen.methods, roles=roles, nobody=screen.permission is None)


def test_every_role_has_its_column() -> None:
    assert sorted(CODES.values()) == sorted(Role)


def test_every_screen_is_in_the_table_and_the_table_names_no_other() -> None:
    assert BY_NAME.keys() - EXPECTED.keys() == set(), "declared, but nobody wrote down who may reach it"
    assert EXPECTED.keys() - BY_NAME.keys() == set(), "written down, but there is no such screen"


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_screen_declares_what_the_table_says(name: str) -> None:
    assert declared(BY_NAME[name]) == EXPECTED[name]


def test_screens_have_names_and_paths_of_their_own() -> None:
    assert len(BY_NAME) == len(SCREENS)
    assert len({screen.path for screen in SCREENS}) == len(SCREENS)


def test_every_address_of_the_service_is_a_declared_screen() -> None:
    assert {pattern.name for pattern in get_resolver().url_patterns} == set(BY_NAME)  # type: ignore[union-attr]


def test_every_permission_is_granted_to_somebody_and_an_unknown_role_has_none() -> None:
    assert GRANTS.keys() == set(Permission)
    assert all(GRANTS.values())
    assert not any(permitted(roles=["owner of everything", ""], permission=each) for each in Permission)


def test_an_inspector_reads_only() -> None:
    posts = {name for name, line in EXPECTED.items() if "POST" in line.methods and Role.INSPECTOR in line.roles}
    assert posts - WRITES_NOTHING == set()


def test_an_administrator_reaches_staff_and_teams_and_nothing_about_a_case() -> None:
    own = {each for each, roles in GRANTS.items() if Role.ADMINISTRATOR in roles}
    assert own == {Permission.USE, Permission.MANAGE_STAFF, Permission.OPERATE}
    assert GRANTS[Permission.MANAGE_STAFF] == {Role.ADMINISTRATOR}


def test_a_command_declares_what_the_table_says() -> None:
    expected = {name: line.roles for name, line in table("roles_and_commands.csv").items()}
    assert {each.name: frozenset(GRANTS[each.permission]) for each in COMMANDS} == expected


def test_every_command_of_the_command_line_is_declared_once() -> None:
    assert sorted(names(app)) == sorted(each.name for each in COMMANDS)


def test_the_menu_offers_only_what_can_be_reached() -> None:
    for text, name, permission in NAVIGATION:
        assert name in BY_NAME, text
        assert {role for role in Role if permitted(roles=[role], permission=permission)} <= EXPECTED[name].roles, text


@pytest.fixture(scope="module")
def standing_world(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with database_of_its_own(django_db_blocker):
        yield everything(tmp_path_factory.mktemp("files"))


@pytest.fixture
def world(standing_world: World) -> Iterator[World]:
    """One of everything; what a test does to it is undone."""
    with transaction.atomic():
        yield standing_world
        transaction.set_rollback(True)


def tried(world: World, client: Client, role: Role | None) -> Iterator[tuple[str, Line, str, int, str]]:
    """Ask for every screen as somebody, with what it needs in its path: name, line, method, status, where it led."""
    for name, line in EXPECTED.items():
        if name == "sign-out":
            continue
        address = world.address(BY_NAME[name], role)
        for method in ("GET", "POST"):
            answer = client.get(address) if method == "GET" else client.post(address)
            yield name, line, method, answer.status_code, answer.headers.get("Location", "")


def test_nobody_who_is_not_signed_in_reaches_anything_but_the_door(world: World) -> None:
    for name, line, method, status, location in tried(world, Client(), None):
        if line.nobody:
            assert status in (HTTPStatus.OK, HTTPStatus.METHOD_NOT_ALLOWED), name
        else:
            # Back to where it was only where that can be looked at.
            back = f"?next={quote(world.address(BY_NAME[name]), safe='')}" if "GET" in line.methods else ""
            assert (status, location) == (HTTPStatus.FOUND, f"/sign-in{back}"), f"{method} {name}"


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_what_the_table_says_and_is_refused_the_rest(world: World, role: Role) -> None:
    client = signed_in(world.people[role])
    client.raise_request_exception = False
    wrong = []
    for name, line, method, status, _ in tried(world, client, role):
        if role not in line.roles:
            right = status == HTTPStatus.FORBIDDEN
        elif method not in line.methods:
            right = status == HTTPStatus.METHOD_NOT_ALLOWED
        else:
            right = status == HTTPStatus.FORBIDDEN if role in NOT_THEIRS.get((method, name), ()) else status in LET_IN
        if not right:
            wrong.append(f"{method} {name}: {status}")
    assert not wrong, "\n".join(wrong)


def test_whom_it_concerns_is_let_in(world: World) -> None:
    receiver, absent = signed_in(world.colleague), signed_in(world.absent)
    assert receiver.post(world.address(BY_NAME["transfer"]), {"do": "accept"}).status_code in LET_IN
    assert absent.get(world.address(BY_NAME["absence-record"])).status_code in LET_IN


def test_an_address_that_no_screen_declares_is_not_found(world: World) -> None:
    client = signed_in(world.people[Role.DIRECTOR])
    for path in ("/admin/", "/api/", "/cases", "/cases/1/export", "/static/../settings.py", "/sign-in/", "/staff/0x1"):
        assert client.get(path).status_code == HTTPStatus.NOT_FOUND, path


def test_a_role_that_has_ended_or_has_not_begun_opens_nothing(world: World) -> None:
    """Standing is asked anew with each request: nobody keeps what they had when they signed in."""
    client = signed_in(world.people[Role.ADMINISTRATOR])
    assert client.get("/staff").status_code == HTTPStatus.OK
    world.people[Role.ADMINISTRATOR].grants.update(to_date="2020-01-01", from_date="2019-01-01")
    assert client.get("/staff").status_code == HTTPStatus.FORBIDDEN
    world.people[Role.ADMINISTRATOR].grants.update(to_date=None, from_date="2999-01-01")
    assert client.get("/staff").status_code == HTTPStatus.FORBIDDEN


# Who is told the names of the people whom cases are about, and where: everywhere, nowhere, or only in the records of their own agency.
NO_NAMES = (Role.ANALYST, Role.GUIDANCE_OWNER, Role.ADMINISTRATOR, Role.PRISON_LIAISON)
OWN_AGENCY = {Role.PRISON_LIAISON: {"records", "record", "enquiry"}}
MAY_SEE_RESTRICTED = {Role.CASEWORKER, Role.TEAM_LEADER, Role.HEAD, Role.DIRECTOR}  # owner, and those who answer for the team


def pages(world: World, role: Role) -> Iterator[tuple[str, str]]:
    """Give every page that a role can read, with its text."""
    client = signed_in(world.people[role])
    client.raise_request_exception = False
    for name, line in EXPECTED.items():
        if role in line.roles and "GET" in line.methods:
            yield name, client.get(world.address(BY_NAME[name], role)).content.decode()


@pytest.mark.parametrize("role", NO_NAMES)
def test_a_role_that_sees_no_cases_reads_no_name_on_any_page(world: World, role: Role) -> None:
    told = {name for name, page in pages(world, role) if "krasniqi" in page.casefold()}
    assert told == OWN_AGENCY.get(role, set())


def test_the_same_search_finds_names_where_they_may_stand(world: World) -> None:
    told = {name for name, page in pages(world, Role.CASEWORKER) if "krasniqi" in page.casefold()}
    assert {"my-work", "case", "records"} <= told


@pytest.mark.parametrize("role", sorted(set(Role) - MAY_SEE_RESTRICTED))
def test_a_restricted_case_gives_its_name_away_on_no_page(world: World, role: Role) -> None:
    restricted = replace(world, numbers=dict(world.numbers) | {"case_id": world.restricted, "arrival_id": world.restricted_record})
    found = dict(pages(restricted, role))
    client = signed_in(world.people[role])
    if role in EXPECTED["records"].roles:
        found["records, opened"] = client.get("/records?state=opened").content.decode()
    if role in EXPECTED["search"].roles:
        found["search by name"] = client.post("/search", {"text": "krasniqid"}, follow=True).content.decode()
        assert "krasniqic" in client.post("/search", {"text": "krasniqic"}, follow=True).content.decode().casefold(), "the search works"
    assert {name for name, page in found.items() if "krasniqid" in page.replace('krasniqid"', "").casefold()} == set()
