"""Which prisons there are: those that records name, and those that policy knows."""

from datetime import date

from django.db import connection

from longstop.audit import past
from longstop.intake.models import Arrival
from longstop.intake.rules import CodeKind
from longstop.kernel.policy import load

# From one code to the next by the index: as many steps as there are prisons, however many records name each.
_NAMED = """
WITH RECURSIVE named AS (
  (SELECT prison FROM intake_arrival WHERE prison > '' ORDER BY prison LIMIT 1)
  UNION ALL
  SELECT (SELECT a.prison FROM intake_arrival a WHERE a.prison > n.prison ORDER BY a.prison LIMIT 1) FROM named n WHERE n.prison IS NOT NULL
)
SELECT prison FROM named WHERE prison IS NOT NULL
"""


def prisons() -> list[str]:
    """Give the codes of the prisons that records name, in order. One query."""
    if past.is_read():  # versions of records have no index to step along
        return list(Arrival.objects.exclude(prison="").order_by("prison").values_list("prison", flat=True).distinct())
    with connection.cursor() as cursor:
        cursor.execute(_NAMED)
        return [str(code) for (code,) in cursor.fetchall()]


def known_prisons(*, today: date) -> list[str]:
    """Give the codes of prisons that are known: those of policy, which also knows codes of no prison, and those that records name."""
    policy = load("codes").at(CodeKind.PRISON.value, today)
    return sorted({*policy.texts("codes"), *prisons()} - set(policy.texts("nowhere")))
