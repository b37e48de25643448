"""Making the database ready: migrations as its owner, then hardening for the service's role."""

from django.core.management import call_command
from django.db import connections

from longstop.audit.hardening import harden


def prepare(*, verbosity: int = 0) -> None:
    """Migrate as the owner and set triggers and grants for the service's role. Idempotent; needs LONGSTOP_OWNER_URL in the environment.

    Raises KeyError where the owner's address is not known.
    """
    service_role = connections["default"].settings_dict["USER"]
    call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
    harden(service_role=service_role)
    connections["owner"].close()
