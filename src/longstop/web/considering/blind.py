"""What whoever reads again whether two persons are one is not shown anywhere until they have answered: see docs/adr/0024."""

from collections.abc import Sequence

from longstop.access.rules import Permission
from longstop.audit.past import as_it_is
from longstop.referral.models import Question, Referral
from longstop.referral.queries.pairs import Blind, blind
from longstop.referral.rules import JOINED_SINCE, PAIRS
from longstop.web.considering.subjects import Subject, reasons_of
from longstop.web.doors import Who

BEING_READ = "Being read again: shown when that is answered"


def blind_of(who: Who) -> Blind:
    """Give what this reader is not told, by what is theirs to read again today, whatever moment they look at. One query, two where any."""
    if not Who.may(who, Permission.CONSIDER):  # nobody else is given a second reading
        return Blind()
    with as_it_is():
        return blind((who.id, *who.standing.covering))


def may_tell(row: Subject) -> bool:
    """Say whether a row of a list could tell how a question about two persons was answered: nobody is asked about others."""
    if isinstance(row, Question):
        return row.kind in PAIRS and (row.state != "open" or JOINED_SINCE in row.reasons)
    return isinstance(row, Referral) and "parted" in row.reasons


def reasons_shown(row: Referral | Question, unseen: Blind) -> Sequence[str]:
    """Give why something was made, where that tells no answer that the reader is not told."""
    return [BEING_READ] if unseen.follows(row) else reasons_of(row)
