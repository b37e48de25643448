"""What the service's role, and the owner's, cannot do to the record."""

import psycopg
import pytest
from django.db import connection

from tests.conftest import Committed


def test_tests_run_as_a_role_that_owns_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole)")
        assert cursor.fetchone() == ("longstop_test_service", 0)


def test_a(committed: Committed) -> None:
    with psycopg.connect(committed.owner_url) as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("UPDATE access_staffhistoryrow SET name = 'x'")
