"""Words that several screens and presenters share."""

from longstop.cases.winding import NAMES
from longstop.clocks.results import Kind
from longstop.intake.rules import CUSTODY_WORDS

CLOCKS: dict[str, str] = {
    Kind.RELEASE: "Release date",
    Kind.EARLY_REMOVAL: "Earliest removal",
    Kind.CONSIDERATION_12: "Consideration 12 months before release",
    Kind.CONSIDERATION_8: "Consideration 8 months before release",
    Kind.DETENTION_REVIEW: "Detention review",
    Kind.CONTACT_REVIEW: "Contact review",
    Kind.MONITORING_REVIEW: "Electronic monitoring review",
    Kind.CONTACT: "Contact with the person",
    Kind.ADDRESS_KNOWN: "Address to be known",
}

# Who may be named as saying what a key date is. Other sources come from agencies' records.
SOURCES: dict[str, str] = {
    "prison": "The prison",
    "court": "A court",
    "command": "This command",
    "representative": "The person or their representative",
    "police": "The police",
}

# Agencies' records, by the name of the feed that they came in.
RECORDS: dict[str, str] = {"hmpps-prisoners": "Prison record, HMPPS", "casework": "The old casework system"}

RUNGS = ("Owner", "Team leader", "Head", "Director")

# What an agency's record is laid out under, where the name itself, read as words, would not say it.
RECORD_NAMES: dict[str, str] = {
    **NAMES,
    "as_said": "As the prison says it",
    "as_written": "As written",
    "came_on": "Came into custody on",
    "cro": "CRO number",
    "display": "Name",
    "imprisonment_status": "Kind of imprisonment, code",
    "imprisonment_status_in_words": "Kind of imprisonment",
    "main": "Main address",
    "pnc": "PNC number",
    "received_on": "Received there on",
    "recalled": "Recalled to prison",
}

# Codes of ours that stand in a record.
RECORD_VALUES: dict[str, str] = {code.value: words for code, words in CUSTODY_WORDS.items()}


def name_of_field(name: str) -> str:
    """Give the name of a field of an agency's record in words."""
    return RECORD_NAMES.get(name) or name.replace("_", " ").capitalize()
