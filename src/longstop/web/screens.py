"""Every screen there is. The tests compare this with a table of roles and paths written by hand."""

from longstop.web.administering.screens import SCREENS as ADMINISTERING
from longstop.web.casework.screens import SCREENS as CASEWORK
from longstop.web.considering.screens import SCREENS as CONSIDERING
from longstop.web.doors import Screen
from longstop.web.finding.screens import SCREENS as FINDING
from longstop.web.handing_over.screens import SCREENS as HANDING_OVER
from longstop.web.leading.screens import SCREENS as LEADING
from longstop.web.mapping.screens import SCREENS as MAPPING
from longstop.web.overseeing.screens import SCREENS as OVERSEEING
from longstop.web.prisons.screens import SCREENS as PRISONS
from longstop.web.proving.screens import SCREENS as PROVING
from longstop.web.receiving.screens import SCREENS as RECEIVING
from longstop.web.reconciling.screens import SCREENS as RECONCILING
from longstop.web.signing_in.screens import SCREENS as SIGNING_IN

SCREENS: list[Screen] = [
    *SIGNING_IN,
    *CASEWORK,
    *FINDING,
    *CONSIDERING,
    *RECONCILING,
    *LEADING,
    *MAPPING,
    *HANDING_OVER,
    *RECEIVING,
    *PRISONS,
    *PROVING,
    *OVERSEEING,
    *ADMINISTERING,
]
