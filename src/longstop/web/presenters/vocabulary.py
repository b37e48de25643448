"""Words that several screens and presenters share."""

from longstop.clocks.results import Kind

CLOCKS: dict[str, str] = {
    Kind.RELEASE: "Release date",
    Kind.EARLY_REMOVAL: "Earliest removal",
    Kind.CONSIDERATION_12: "Consideration 12 months before release",
    Kind.CONSIDERATION_8: "Consideration 8 months before release",
    Kind.DETENTION_REVIEW: "Detention review",
    Kind.CONTACT_REVIEW: "Contact review",
    Kind.MONITORING_REVIEW: "Electronic monitoring review",
}

# Who may be named as saying what a key date is. Other sources come from agencies' records.
SOURCES: dict[str, str] = {
    "prison": "The prison",
    "court": "A court",
    "command": "This command",
    "representative": "The person or their representative",
    "police": "The police",
}

RUNGS = ("Owner", "Team leader", "Head", "Director")
