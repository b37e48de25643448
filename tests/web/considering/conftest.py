"""A list that was considered: two to decide, one whose nationality is not known, two who may be one person, and one British."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from longstop.access.models import Staff
from longstop.audit.actions import SYSTEM
from longstop.referral.actions import consider_receipt
from tests import given
from tests.referral import world
from tests.web.browsing import signed_in

AT = timezone.now().replace(microsecond=0)


def rows() -> list[dict[str, Any]]:
    """What the prison says: all invented."""
    soon = (AT.date() + timedelta(days=5)).isoformat()
    return [
        world.prisoner("A1001AA", prisonId="ZZA", receptionDate=(AT.date() - timedelta(days=1)).isoformat()),
        world.prisoner("A1002AB", prisonId="ZZA", conditionalReleaseDate=soon),
        world.prisoner("A1003AC", prisonId="ZZB", nationality=""),
        world.prisoner("A1004AD", prisonId="ZZB", firstName="Orla", lastName="Penhallow", dateOfBirth="1988-02-03"),
        world.prisoner("A1005AE", prisonId="ZZB", firstName="Orla", lastName="Penhallow", dateOfBirth="1988-02-03"),
        world.prisoner("A1006AF", prisonId="ZZB", nationality="British"),
    ]


def arrive(folder: Path, said: list[dict[str, Any]], *, at: datetime) -> None:
    """Take a list in, and consider it today."""
    receipt = world.arrive(folder, said, at=at)
    consider_receipt(receipt_id=receipt.pk, by=SYSTEM, at=at, today=timezone.localdate(), seed="fixed")


@pytest.fixture
def people(db: None) -> tuple[given.Command, list[Staff]]:
    return world.command()


@pytest.fixture
def command(people: tuple[given.Command, list[Staff]]) -> given.Command:
    return people[0]


@pytest.fixture
def officers(people: tuple[given.Command, list[Staff]]) -> list[Staff]:
    return people[1]


@pytest.fixture
def duty(officers: list[Staff]) -> Client:
    return signed_in(officers[0])


@pytest.fixture
def considered(officers: list[Staff], tmp_path: Path) -> None:
    arrive(tmp_path, rows(), at=AT - timedelta(minutes=2))


@pytest.fixture
def gone(considered: None, tmp_path: Path) -> None:
    """A second list, without the first two."""
    arrive(tmp_path, rows()[2:], at=AT - timedelta(minutes=1))
