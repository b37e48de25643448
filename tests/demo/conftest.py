"""One loading of the demonstration, in a database of its own, for every test that only reads it."""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from longstop.demo.actions import load_small
from tests import server
from tests.conftest import _point_django_at

# Past midnight in London, where it is Sunday already: a weekend. A rule of early removal changed after cases opened.
AT = datetime(2026, 7, 4, 23, 30, tzinfo=UTC)
TODAY = timezone.localdate(AT)


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[bool]:
    """A database in which the demonstration was loaded; gives what the loading said."""
    assert "LONGSTOP_TEST_SERVER" in os.environ
    name = f"longstop_own_{uuid.uuid4().hex[:12]}"
    before = connections["default"].settings_dict["NAME"]
    server.clone(name)
    with django_db_blocker.unblock():
        _point_django_at(name)
        try:
            yield load_small(at=AT, today=TODAY)
        finally:
            _point_django_at(before)
            server.drop(name)
