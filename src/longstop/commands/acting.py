"""In whose name a command acts, once the database is in reach."""

from datetime import date

from longstop.access.queries import NoSuchStaff, roles_of, staff_by_number
from longstop.access.rules import permitted
from longstop.audit.actions import SYSTEM
from longstop.commands.declaring import permission_of


class MayNot(Exception):
    """Whoever was named with --by may not do this; the text says so, and what to do."""


def actor(*, staff_number: str, command: str, today: date) -> int:
    """Give the number of who acts: the person named, or Longstop itself where nobody is. Raises MayNot."""
    if not staff_number:
        return SYSTEM
    try:
        staff = staff_by_number(staff_number)
    except NoSuchStaff:
        raise MayNot(f"Nobody has the staff number {staff_number}. Give one that is enrolled, or leave --by out.") from None
    if not permitted(roles=roles_of(staff_id=staff.pk, today=today), permission=permission_of(command)):
        raise MayNot(f"{staff.staff_number} holds no role that may do this. Name somebody who does, or leave --by out.")
    return staff.pk
