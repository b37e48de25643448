"""What nearly every test of a screen begins with: a small command, and a caseworker in its first team."""

import pytest

from longstop.access.models import Staff
from tests import given


@pytest.fixture
def command() -> given.Command:
    return given.command()


@pytest.fixture
def amy(command: given.Command) -> Staff:
    return given.caseworker("Amy Tran", command.team)
