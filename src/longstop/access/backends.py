"""Signing in with a staff number and a password."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from longstop.access.models import Staff


class StaffBackend(BaseBackend):
    """Lets active staff in by staff number and password. Permissions come from roles (`access.rules`), never from here."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Staff | None:
        """Give the member of staff, or None. Spends the same time whether or not the number exists."""
        staff = Staff.objects.filter(staff_number__iexact=username or "", active=True).first()
        if staff is None:
            make_password(password or "")
            return None
        return staff if staff.check_password(password or "") else None

    def get_user(self, user_id: int) -> Staff | None:
        """Give the signed-in member of staff while they are active."""
        return Staff.objects.filter(pk=user_id, active=True).first()
