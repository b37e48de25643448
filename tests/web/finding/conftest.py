"""The moment at which these tests happen: the day of `tests.given`, so that a due date means the same on any day they are run."""

import pytest
from django.utils import timezone

from tests.given import NOW


@pytest.fixture(autouse=True)
def at_the_given_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the doors read the clock of the tests."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
