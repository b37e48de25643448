"""What the codes of alerts and addresses mean, in words: domain.md 2.7 and 2.9."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from longstop.kernel.dates import in_words

ALERTS: Mapping[str, str] = {
    "XILLENT": "Illegal entrant",
    "XLDEPORT": "Notified of liability to deportation",
    "XSDEPORT": "Deportation order served",
    "XTMS": "Referred as a victim of trafficking or modern slavery",
    "AAR": "Adult at risk",
    "XNR": "Not for release",
    "HPI": "High public interest",
    "VLES": "Speaks little English",
    "XTACT": "Terrorism Act or related offence",
    "XSO": "Sex offender",
    "XOCGN": "Named in organised crime",
    "HA": "Care plan open: risk of suicide or self-harm (ACCT)",
    "HA1": "Care plan closed lately: risk of suicide or self-harm (ACCT)",
    "HA2": "Care plan closed (ACCT)",
    "P11": "MAPPA category 1, level to be confirmed",
    "P22": "MAPPA category 1, level 1",
    "P33": "MAPPA category 1, level 2",
    "P44": "MAPPA category 1, level 3",
    "P55": "MAPPA category 2, level to be confirmed",
    "P66": "MAPPA category 2, level 1",
    "P77": "MAPPA category 2, level 2",
    "P88": "MAPPA category 2, level 3",
    "P99": "MAPPA category 3, level 2",
    "PA1": "MAPPA category 3, level 3",
    "P100": "MAPPA category 4, level to be confirmed",
    "P101": "MAPPA category 4, level 1",
    "P102": "MAPPA category 4, level 2",
    "P103": "MAPPA category 4, level 3",
}
# Alerts that say that the person is to be protected. They are never counted, weighed or added to anything.
PROTECTIVE = frozenset({"AAR", "XTMS", "HA", "HA1", "HA2"})
# Kinds of alert of which each is one: self-harm, vulnerability, health, social care. To be confirmed against the prison's reference data.
PROTECTIVE_TYPES = frozenset({"H", "V", "M", "A", "AS"})

ADDRESSES: Mapping[str, str] = {
    "DAP": "Approved premises",
    "DBA": "Bail accommodation and support",
    "DBH": "Bail or probation hostel",
    "DNF": "No fixed abode on discharge",
    "DOH": "Other hostel",
    "DPH": "Permanent housing",
    "DSH": "Supported housing",
    "DST": "Transient or short term",
    "DUT": "Type not known",
    "A02": "Approved premises",
    "A05": "No fixed abode",
    "A06": "No information",
    "A07A": "Friends or family, transient",
    "A07B": "Friends or family, settled",
    "A08": "Squat",
    "A08A": "Rough sleeping",
    "A08C": "Shelter or hostel",
    "A10": "Community accommodation, tier 2",
    "A11": "Community accommodation, tier 2",
    "A13": "Home Office accommodation, section 4",
    "A14": "Home Office accommodation, section 10",
    "A15": "Immigration detention",
    "A17": "Community accommodation, tier 3",
}
NO_FIXED_ABODE = frozenset({"DNF", "A05"})


def alert_words(code: str) -> str:
    """Give an alert in words; a code that is not known stands as it was sent."""
    return ALERTS.get(code.upper(), f"Alert {code}")


def is_protective(alert: Mapping[str, Any]) -> bool:
    """Say whether an alert tells why somebody is to be protected: what it says is shown only to those who say why they need to know."""
    code, kind = str(alert.get("code", "")).upper(), str(alert.get("type", "")).upper()
    return bool(alert.get("protective")) or code in PROTECTIVE or kind in PROTECTIVE_TYPES


def alert_said(alert: Mapping[str, Any], *, raised: bool = True) -> str:
    """Give what an alert says: in the source's own words, or those of its code; "" where it says nothing. With the day it was raised."""
    code = str(alert.get("code") or "")
    words = str(alert.get("kind") or "") or (f"{alert_words(code)} ({code})" if code else "")
    day = day_of(alert.get("raised_on")) if raised else None
    return f"{words}. Raised {in_words(day)}" if day else words


def day_of(text: object) -> date | None:
    """Give the day that a record tells, None where it is none."""
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def stands(alert: Mapping[str, Any]) -> bool:
    """Say whether an alert stands now."""
    return bool(alert.get("active", True)) and not alert.get("expired")


def address_words(code: str) -> str:
    """Give the type of an address in words, with its code."""
    known = "Householder or rental" if code.upper().startswith("A01") else ADDRESSES.get(code.upper(), "Type not known to Longstop")
    return f"{known} ({code})"
