"""A legacy casework system's tables: five, and two that it may send besides.

Our own contract: no public schema of such a system is known (domain.md 5.5, 7).
"""

import dataframely as dy
import polars as pl

from longstop.intake.contracts.declaring import Contract, Kind, Need
from longstop.intake.contracts.tabular import Broken, Table, column, fields_of, in_order, number, required

LONGEST_NOTE = 100_000
SOURCE = "casework"
_ADDRESS_CODES = "A code of the prison or probation list of address types, such as DNF, A05 or A15."


class Persons(dy.Schema):
    """One row for each person whom the system knows."""

    row_number = number()
    person_id = required("Person id", meaning="The system's own key of the person.")
    home_office_reference = column("Home Office reference", Kind.HOME_OFFICE, "Kept as written where it does not have the form of one.")
    prison_number = column("Prison number", Kind.PRISON_NUMBER, "Left out where it does not have the form of one.")
    pnc = column("PNC number", Kind.PNC, "Kept as written where its check letter does not fit.")
    cro = column("CRO number", Kind.CRO, "Kept as written where its check letter does not fit.")
    first_name = column("First name", Kind.NAME, need=Need.EXPECTED)
    middle_names = column("Middle names", Kind.NAME)
    last_name = column("Last name", Kind.NAME, need=Need.EXPECTED)
    other_names = column("Other names", meaning="Whole names, separated by semicolons.")
    date_of_birth = column("Date of birth", Kind.DAY, "Kept with a problem on a day that systems write when they do not know it.")
    nationality = column(
        "Nationality", meaning="The system's own words, several separated by semicolons; never read as a code.", need=Need.EXPECTED
    )
    address = column("Address")
    postcode = column("Postcode")
    address_type = column("Kind of address", Kind.CODE, _ADDRESS_CODES)
    address_from = column("Address from", Kind.DAY)


class Cases(dy.Schema):
    """One row for each case, open or ended."""

    row_number = number()
    case_reference = required("Case reference", meaning="The system's own key of the case.")
    person_id = required("Person id", meaning="A person of the persons table, of this delivery or an earlier one.")
    opened_on = column("Opened on", Kind.DAY, need=Need.EXPECTED)
    stage = column("Stage", Kind.CODE, "The system's own word.")
    custody = column("Custody", Kind.CODE, "The system's own word for where the person is: prison, detained, community and the like.")
    prison = column("Prison", Kind.CODE)
    sentence_start_date = column("Sentence began on", Kind.DAY)
    sentence_expiry_date = column("Sentence ends on", Kind.DAY, "Often missing in old systems: a problem where the person is in prison.")
    conditional_release_date = column("Conditional release date", Kind.DAY)
    early_removal_eligibility_date = column("Early removal eligibility date", Kind.DAY)
    last_contact_on = column("Last contact on", Kind.DAY)
    next_reporting_on = column("Next reporting on", Kind.DAY)
    barriers = column("Barriers", meaning="The system's own words, separated by semicolons.")
    outcome = column("Outcome", Kind.CODE, "The system's own word. A case with an outcome and the day it ended is not open.")
    closed_on = column("Ended on", Kind.DAY)
    owner_staff_number = column("Owner", meaning="The staff number of whoever owns the case now.", need=Need.EXPECTED)
    next_action = column("Next action")
    next_action_due = column("Next action due", Kind.DAY)


class Owners(dy.Schema):
    """One row for each time that somebody owned a case."""

    row_number = number()
    case_reference = required("Case reference")
    staff_number = required("Staff number")
    from_date = required("From", Kind.DAY)
    to_date = column("Until", Kind.DAY, "Empty where they own it still.")

    @dy.rule()
    def dates_in_order(cls) -> pl.Expr:
        """Days as the contract writes them compare as text, once they are spelt year first; others are not this rule's to judge."""
        return in_order("from_date", "to_date")


class Events(dy.Schema):
    """One row for each thing that happened in a case."""

    row_number = number()
    event_id = required("Event id")
    case_reference = required("Case reference")
    kind = required("Kind", Kind.CODE, "The system's own word.")
    happened_on = column("Happened on", Kind.DAY, need=Need.EXPECTED)
    recorded_on = column("Recorded on", Kind.DAY)
    detail = column("Detail")
    address_type = column("Kind of address", Kind.CODE, f"With an event that tells of an address. {_ADDRESS_CODES}")


class Notes(dy.Schema):
    """One row for each note that somebody wrote about a case."""

    row_number = number()
    note_id = required("Note id")
    case_reference = required("Case reference")
    text = required("Text", Kind.LONG_TEXT, longest=LONGEST_NOTE)
    written_on = column("Written on", Kind.DAY, need=Need.EXPECTED)
    author = column("Author", meaning="A staff number or a name, as the system has it.")


REPRESENTATIVES = ("solicitor", "immigration adviser", "interpreter", "other representative")
FAMILY = ("spouse or partner", "parent", "other relative", "next of kin")
CHILD = "child"
CONTACT_KINDS = (*REPRESENTATIVES, *FAMILY, CHILD)
YES, NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")


class Contacts(dy.Schema):
    """One row for each representative or relative of a person. The table may be left out."""

    row_number = number()
    contact_id = required("Contact id", meaning="The system's own key of the row.")
    person_id = required("Person id", meaning="A person of the persons table, of this delivery or an earlier one.")
    kind = required("Kind", meaning=f"One of: {', '.join(CONTACT_KINDS)}. What is told of a child is shown only for a reason.")
    name = column("Name")
    organisation = column("Organisation")
    reference = column("Reference", meaning="Theirs, to be quoted when they are written to.")
    telephone = column("Telephone")
    email = column("E-mail")
    language = column("Language")
    date_of_birth = column("Date of birth", Kind.DAY, "Of a child, so that the age can be shown.")
    from_date = column("From", Kind.DAY)
    to_date = column("Until", Kind.DAY, "Empty where they are it still.")

    @dy.rule()
    def kind_is_known(cls) -> pl.Expr:
        """A kind that is not known might be a child, of whom nothing is to be shown openly: the row is refused."""
        return pl.col("kind").str.strip_chars().str.to_lowercase().is_in(CONTACT_KINDS)

    @dy.rule()
    def dates_in_order(cls) -> pl.Expr:
        """As of owners."""
        return in_order("from_date", "to_date")


class Alerts(dy.Schema):
    """One row for each alert or marker on a person, with the day by which it is to be reviewed. The table may be left out."""

    row_number = number()
    alert_id = required("Alert id", meaning="The system's own key of the row.")
    person_id = required("Person id", meaning="A person of the persons table, of this delivery or an earlier one.")
    kind = required("Kind", meaning="The system's own words.")
    protective = required("Protective", meaning="Yes or no. What protects somebody is shown only for a reason.")
    raised_on = column("Raised on", Kind.DAY)
    review_by = column("Review by", Kind.DAY)
    ended_on = column("Ended on", Kind.DAY, "Empty where it stands still.")

    @dy.rule()
    def protective_is_said(cls) -> pl.Expr:
        """What is neither yes nor no would be shown to everybody, or to nobody."""
        return pl.col("protective").str.strip_chars().str.to_lowercase().is_in([*YES, *NO])

    @dy.rule()
    def dates_in_order(cls) -> pl.Expr:
        """It ends after it was raised."""
        return in_order("raised_on", "ended_on")


_FORMS = "CSV with a heading line (UTF-8, UTF-16 or Windows-1252, with or without a byte-order mark), or Parquet. One table a file."
ALSO = (
    "Which table a file holds is told by its columns, not by its name. Give all files of a delivery at once: persons are taken in first,"
    " then cases, then the rest, whatever the order in which they are named.",
    "Days are written 2024-03-31 or 31/03/2024, day first. A day whose month cannot be one, such as 2024-31-12, is left out and is a"
    " problem: day and month may have changed places, and nothing is guessed.",
    "What systems write when they know nothing is read as nothing and is a problem: NOT ENTERED, NULL and N/A anywhere but in long text,"
    " and the beginnings MIG_ERROR_, NO_SHOW_ and DUPLICATE_ of names. A nationality that is UNKNOWN is kept: it is not the same as none.",
    "A birth date of 1 January 1900 or 1970 is a placeholder, and any 1 January may be one: both are kept, each with a problem.",
    "A case, contact or alert whose person was never received is refused, and so is an owner, event or note whose case was not: send the"
    " missing row.",
    "Nothing here opens a case. What was accepted waits until it is referred.",
)


_IN_ORDER = {
    "dates_in_order": Broken(
        field="to_date",
        sentence="The ownership ends before it begins; the days may have changed places.",
        remedy="Check from_date and to_date.",
    )
}


_KNOWN_KIND = Broken(
    field="kind",
    sentence="Kind is none of the kinds of contact that are known.",
    remedy=f"Send one of: {', '.join(CONTACT_KINDS)}.",
)
_CONTACT_RULES = {
    "kind_is_known": _KNOWN_KIND,
    "dates_in_order": Broken(
        field="to_date",
        sentence="The contact ends before it begins; the days may have changed places.",
        remedy="Check from_date and to_date.",
    ),
}
_ALERT_RULES = {
    "protective_is_said": Broken(field="protective", sentence="Protective says neither yes nor no.", remedy="Send yes or no."),
    "dates_in_order": Broken(
        field="ended_on",
        sentence="The alert ends before it was raised; the days may have changed places.",
        remedy="Check raised_on and ended_on.",
    ),
}


def _table(name: str, schema: type[dy.Schema], title: str, key: tuple[str, ...], rules: dict[str, Broken] | None = None) -> Table:
    contract = Contract(
        source=f"{SOURCE}-{name}",
        title=title,
        what=(schema.__doc__ or "").strip(),
        origin="Longstop's own contract.",
        forms=_FORMS,
        fields=fields_of(schema),
    )
    return Table(name=name, schema=schema, contract=contract, key=key, rules=rules or {})


PERSONS = _table("persons", Persons, "Persons", ("person_id",))
CASES = _table("cases", Cases, "Cases", ("case_reference",))
OWNERS = _table("owners", Owners, "Owners", ("case_reference", "staff_number", "from_date"), _IN_ORDER)
EVENTS = _table("events", Events, "Events", ("event_id",))
NOTES = _table("notes", Notes, "Notes", ("note_id",))
CONTACTS = _table("contacts", Contacts, "Contacts", ("contact_id",), _CONTACT_RULES)
ALERTS = _table("alerts", Alerts, "Alerts", ("alert_id",), _ALERT_RULES)
TABLES = (PERSONS, CASES, OWNERS, EVENTS, NOTES, CONTACTS, ALERTS)  # in the order in which they are taken in
TITLE = "A legacy casework system"
WHAT = (
    "Five tables: persons, their cases, and the owners, events and notes of the cases; and two that may be left out, the contacts and the"
    " alerts of the persons. Every column is text; an empty cell is no value."
)
