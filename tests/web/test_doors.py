"""What a door lets through before any view is reached."""

import re
import time

import pytest
from django.test import Client
from django.urls import reverse

from longstop.proof.models import Certificate
from longstop.web.middleware import TOUCH_EVERY
from longstop.web.screens import SCREENS
from tests import given
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db

ACTING = [screen for screen in SCREENS if "GET" not in screen.methods]


@pytest.mark.parametrize("name", [screen.name for screen in ACTING])
def test_a_request_without_a_token_against_forgery_never_acts(name: str) -> None:
    client = signed_in(given.command().leader)
    number = {"break-glass": {"case_id": 1}, "break-ask": {"break_id": 1}}.get(name, {})
    assert client.head(reverse(name, kwargs=number)).status_code in (403, 405)
    assert client.get("/").status_code == 302  # still signed in
    assert not Certificate.objects.exists()


def test_whose_session_ended_comes_back_to_a_page_that_can_be_looked_at() -> None:
    client = Client()
    assert client.get(reverse("my-work") + "?due=7").headers["Location"] == "/sign-in?next=%2Fwork%3Fdue%3D7"
    assert client.post(reverse("allocate-preview")).headers["Location"] == "/sign-in"


def test_the_clock_on_the_screen_never_runs_longer_than_the_session() -> None:
    client = signed_in(given.command().leader)
    client.get(reverse("my-work"))
    session = client.session
    session["touched"] = time.time() - TOUCH_EVERY + 5  # so long ago that the next page does not touch it
    session.save()
    page = client.get(reverse("my-work")).content.decode()
    (seconds,) = re.findall(r'data-seconds="(\d+)"', page)
    assert int(seconds) <= client.session.get_expiry_age() - TOUCH_EVERY


@pytest.mark.parametrize(("method", "name", "allowed"), [("get", "allocate-preview", "POST"), ("post", "my-work", "GET")])
def test_an_address_asked_in_the_wrong_way_says_what_to_do(method: str, name: str, allowed: str) -> None:
    answer = getattr(signed_in(given.command().leader), method)(reverse(name))
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    page = answer.content.decode()
    assert "This page cannot be opened like this" in page
    assert "Nothing was changed." in page
    assert f'href="{reverse("home")}"' in page


def test_an_administrator_finds_staff_and_teams_in_the_menu_and_no_cases() -> None:
    page = signed_in(given.staff("Ada Min", "administrator")).get(reverse("teams")).content.decode()
    menu = re.findall(r'service-navigation__link" href="([^"]+)"( aria-current)?', page)
    assert (reverse("teams"), " aria-current") in menu
    assert (reverse("staff"), "") in menu
    assert reverse("search") not in dict(menu)
