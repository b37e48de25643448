"""Signing in where the demonstration is not one, and what a session leaves lying in the database."""

import base64
import zlib

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from longstop.access import actions as access
from longstop.access.models import Staff
from longstop.config import settings as product
from longstop.demo.command import PASSWORD
from tests import given
from tests.given import NOW
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def amy() -> Staff:
    return given.caseworker("Amy Tran", given.command().team)


@pytest.mark.parametrize("demonstration", [True, False])
def test_the_password_that_everybody_knows_opens_a_demonstration_only(amy: Staff, settings: Settings, demonstration: bool) -> None:
    settings.DEMONSTRATION = demonstration
    access.set_password(staff_id=amy.pk, password=PASSWORD, by=amy.pk, at=NOW)
    client = Client()
    answer = client.post("/sign-in", {"staff_number": amy.staff_number, "password": PASSWORD})
    assert (answer.status_code == 302) == demonstration
    assert ("_auth_user_id" in client.session) == demonstration
    if not demonstration:
        assert "works only where Longstop is started as a demonstration" in answer.content.decode()


def test_a_password_of_their_own_lets_somebody_in_anywhere(amy: Staff) -> None:
    access.set_password(staff_id=amy.pk, password="one that nobody knows", by=amy.pk, at=NOW)
    assert Client().post("/sign-in", {"staff_number": amy.staff_number, "password": "one that nobody knows"}).status_code == 302


def test_a_password_is_hashed_slowly_by_the_product(amy: Staff, settings: Settings) -> None:
    """Tests hash quickly (`tests.quick`): here the product's own hasher does, and it spends what Django asks for."""
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    access.set_password(staff_id=amy.pk, password="one that nobody knows", by=amy.pk, at=NOW)
    amy.refresh_from_db()
    algorithm, work, *_ = amy.password.split("$")
    assert (algorithm, int(work) >= 2**14) == ("scrypt", True)


def laid_open(stored: str) -> bytes:
    """What somebody reads out of a row of sessions who has the database and not the service's secret."""
    packed, text = stored.startswith("."), stored.lstrip(".").split(":")[0]
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    data = zlib.decompress(data) if packed else data
    try:
        return data + base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4))
    except ValueError:
        return data


def test_the_words_of_a_search_do_not_lie_open_in_the_database(amy: Staff) -> None:
    client = signed_in(amy)
    assert client.post("/search", {"text": "Quillfeather"}).status_code == 302
    assert "Quillfeather" in client.get("/search").content.decode(), "the person themselves still sees what they looked for"
    for session in Session.objects.all():
        assert b"uillfeather" not in laid_open(session.session_data)


def test_a_session_of_another_secret_counts_as_none(amy: Staff, settings: Settings) -> None:
    client = signed_in(amy)
    settings.SECRET_KEY = "another secret, after a key was changed"
    assert client.get("/work").status_code == 302
