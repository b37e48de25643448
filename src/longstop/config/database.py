"""Making the database ready: migrations as its owner, then hardening for the service's role, then what people are found by."""

from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from longstop.audit.actions import SYSTEM
from longstop.audit.hardening import harden
from longstop.config.rendering import rendering_what_changed
from longstop.people.actions import key_everybody


def prepare(*, verbosity: int = 0) -> None:
    """Migrate as the owner and set triggers and grants for the service's role. Idempotent; needs LONGSTOP_OWNER_URL in the environment.

    What people are found by is written anew where its rules have changed: as the service, in chunks, so that it may be interrupted.
    Raises KeyError where the owner's address is not known.
    """
    service_role = connections["default"].settings_dict["USER"]
    with rendering_what_changed():
        call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
    harden(service_role=service_role)
    connections["owner"].close()
    key_everybody(by=SYSTEM, at=timezone.now())
    connections["default"].close()
