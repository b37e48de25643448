"""Addresses of a team's lists that no page of ours gives."""

import pytest

from tests import given
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["", "/cases", "/people"])
def test_a_team_that_does_not_exist_is_not_found(page: str) -> None:
    director = given.command().director
    assert signed_in(director).get(f"/team/99999999{page}").status_code == 404


@pytest.mark.parametrize("page", ["cases", "people"])
@pytest.mark.parametrize("place", ["²", "9" * 19, "9" * 5000, "-1"])
def test_a_place_that_no_list_has_is_its_beginning(page: str, place: str) -> None:
    command = given.command()
    assert signed_in(command.leader).get(f"/team/{command.team.pk}/{page}", {"after": place}).status_code == 200
