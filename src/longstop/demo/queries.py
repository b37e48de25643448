"""Reading the demonstration."""

from datetime import date

from longstop.access import queries as access
from longstop.access.rules import Role
from longstop.audit import queries as audit
from longstop.demo.command import PASSWORD, SIGN_INS
from longstop.demo.events import DemoLoaded

_TITLES = {
    Role.BARRIER_UNIT: "barrier-unit officer",
    Role.REPORTING_CENTRE: "reporting-centre officer",
    Role.MONITORING_HUB: "monitoring-hub officer",
}


def is_loaded() -> bool:
    """Say whether this database holds the demonstration."""
    return bool(audit.timeline(subject_kind="demo", subject_ids=[0], kinds=[DemoLoaded.kind], limit=1))


def holds_others() -> bool:
    """Say whether this database holds staff, so that it is no place for an invented command."""
    return access.enrolled().exists()


def sign_ins() -> list[tuple[str, str, str]]:
    """Give one (role, staff number, password) for each role; none where the demonstration is not loaded."""
    if not is_loaded():
        return []
    return [(_title(role).capitalize(), number, PASSWORD) for role, number in SIGN_INS.items()]


def _title(role: Role) -> str:
    return _TITLES.get(role, role.value.replace("_", " "))


def day_of(said: object) -> date:
    """Read a day as an event keeps it."""
    return date.fromisoformat(str(said)[:10])
