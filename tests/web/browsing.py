"""A client that is signed in as somebody."""

from django.test import Client

from longstop.access.models import Staff


def signed_in(staff: Staff) -> Client:
    """Give a client on which this member of staff is signed in."""
    client = Client()
    client.force_login(staff, backend="longstop.access.backends.StaffBackend")
    return client
