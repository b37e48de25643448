"""The prisoner record of the prison service, as prisoner search gives it, with the early-removal key dates (domain.md 5.1)."""

from longstop.intake.contracts.declaring import Contract, Field, Kind, Need

LEGAL_STATUSES = frozenset(
    {
        "RECALL",
        "DEAD",
        "INDETERMINATE_SENTENCE",
        "SENTENCED",
        "CONVICTED_UNSENTENCED",
        "CIVIL_PRISONER",
        "IMMIGRATION_DETAINEE",
        "REMAND",
        "UNKNOWN",
        "OTHER",
    }
)


def _text(name: str, label: str, meaning: str = "", need: Need = Need.OPTIONAL) -> Field:
    return Field(name=name, label=label, kind=Kind.TEXT, meaning=meaning, need=need)


def _name(name: str, label: str, need: Need = Need.OPTIONAL) -> Field:
    return Field(name=name, label=label, kind=Kind.NAME, need=need)


def _date(name: str, label: str, meaning: str = "", need: Need = Need.OPTIONAL) -> Field:
    return Field(name=name, label=label, kind=Kind.DATE, meaning=meaning, need=need)


def _code(name: str, label: str, codes: str = "", need: Need = Need.OPTIONAL) -> Field:
    return Field(name=name, label=label, kind=Kind.CODE, codes=frozenset(codes.split()), need=need)


def _flag(name: str, label: str) -> Field:
    return Field(name=name, label=label, kind=Kind.FLAG)


def _kept(name: str, label: str) -> Field:
    return Field(name=name, label=label, kind=Kind.KEPT)


_ALIAS = (
    _name("firstName", "First name"),
    _name("middleNames", "Middle names"),
    _name("lastName", "Last name"),
    _date("dateOfBirth", "Date of birth"),
    *(_kept(name, name) for name in ("title", "gender", "ethnicity", "raceCode")),
)
_ALERT = (_code("alertType", "Type"), _code("alertCode", "Code"), _flag("active", "Active"), _flag("expired", "Expired"))
_IDENTIFIER = (
    _text("type", "Type"),
    _text("value", "Value"),
    _date("issuedDate", "Issued on"),
    _kept("issuedAuthorityText", "Issued by"),
    _kept("createdDateTime", "Recorded at"),
)
_ADDRESS = (
    _text("fullAddress", "Address"),
    _text("postalCode", "Postcode"),
    _date("startDate", "From"),
    _flag("primaryAddress", "Main address"),
    _flag("noFixedAddress", "No fixed address"),
    _kept("phoneNumbers", "Telephone numbers"),
)

_IDENTITY = (
    Field(
        name="prisonerNumber",
        label="Prison number",
        kind=Kind.PRISON_NUMBER,
        need=Need.REQUIRED,
        meaning="The key of the record. Spaces and small letters are forgiven; nothing else is.",
    ),
    _name("firstName", "First name", Need.ONE_NAME),
    _name("lastName", "Last name", Need.ONE_NAME),
    _name("middleNames", "Middle names"),
    _date("dateOfBirth", "Date of birth", "Left out when later than the file, or more than 120 years earlier.", Need.EXPECTED),
    _text("nationality", "Nationality", "What the prison says, in its own words; never read as a code.", Need.EXPECTED),
    Field(name="pncNumber", label="PNC number", kind=Kind.PNC, meaning="Kept as written where its check letter does not fit."),
    Field(name="pncNumberCanonicalLong", label="PNC number, long form", kind=Kind.PNC, meaning="Read where the first is missing."),
    Field(name="pncNumberCanonicalShort", label="PNC number, short form", kind=Kind.PNC, meaning="Read where the others are missing."),
    Field(name="croNumber", label="CRO number", kind=Kind.CRO, meaning="Kept as written where its check letter does not fit."),
    _text("bookingId", "Booking id", "Number or text. A refused row is mended by a later row of the same booking."),
    _text("bookNumber", "Book number"),
    Field(name="aliases", label="Other names", kind=Kind.LIST, parts=_ALIAS),
    Field(name="identifiers", label="Other identifiers", kind=Kind.LIST, parts=_IDENTIFIER),
)
_CUSTODY = (
    _text("status", "Status", "ACTIVE IN, ACTIVE OUT, INACTIVE OUT, INACTIVE TRN.", Need.EXPECTED),
    _code("inOutStatus", "In or out", "IN OUT TRN"),
    _code("prisonId", "Prison", need=Need.EXPECTED),
    _text("prisonName", "Prison name"),
    _code("lastPrisonId", "Last prison"),
    _code("previousPrisonId", "Previous prison"),
    _date("previousPrisonLeavingDate", "Left the previous prison on"),
    _text("cellLocation", "Cell"),
    _text("locationDescription", "Location"),
    _code("lastMovementTypeCode", "Last movement"),
    _code("lastMovementReasonCode", "Reason for last movement"),
    _date("lastMovementDate", "Last movement on"),
    _date("receptionDate", "Received on"),
    _date("lastAdmissionDate", "Came to this prison on"),
    _flag("restrictedPatient", "Restricted patient"),
    _code("supportingPrisonId", "Supporting prison"),
    _code("dischargedHospitalId", "Hospital"),
    _date("dischargeDate", "Discharged to hospital on"),
    Field(name="alerts", label="Alerts", kind=Kind.LIST, parts=_ALERT),
    Field(name="addresses", label="Addresses", kind=Kind.LIST, parts=_ADDRESS),
)
_SENTENCE = (
    Field(name="legalStatus", label="Legal status", kind=Kind.CODE, codes=LEGAL_STATUSES, need=Need.EXPECTED),
    _code("imprisonmentStatus", "Imprisonment status"),
    _text("imprisonmentStatusDescription", "Imprisonment status in words"),
    _code("convictedStatus", "Convicted", "Convicted Remand"),
    _flag("recall", "Recalled"),
    _flag("indeterminateSentence", "Indeterminate sentence"),
    _text("mostSeriousOffence", "Most serious offence"),
    Field(name="additionalDaysAwarded", label="Additional days", kind=Kind.WHOLE),
    _code("nonDtoReleaseDateType", "Kind of the release date outside a detention and training order", "ARD CRD NPD PRRD"),
)

# Source field: the name under which Longstop keeps the date. Key dates of a case bear the same names.
DATE_NAMES = {
    "confirmedReleaseDate": "confirmed_release_date",
    "releaseDate": "release_date",
    "conditionalReleaseDate": "conditional_release_date",
    "automaticReleaseDate": "automatic_release_date",
    "nonParoleDate": "non_parole_date",
    "postRecallReleaseDate": "post_recall_release_date",
    "nonDtoReleaseDate": "non_dto_release_date",
    "actualParoleDate": "actual_parole_date",
    "paroleEligibilityDate": "parole_eligibility_date",
    "tariffDate": "tariff_date",
    "homeDetentionCurfewEligibilityDate": "home_detention_curfew_eligibility_date",
    "homeDetentionCurfewActualDate": "home_detention_curfew_actual_date",
    "homeDetentionCurfewEndDate": "home_detention_curfew_end_date",
    "releaseOnTemporaryLicenceDate": "release_on_temporary_licence_date",
    "earlyRemovalSchemeEligibilityDate": "early_removal_eligibility_date",
    "tariffExpiredRemovalSchemeEligibilityDate": "tariff_expired_removal_eligibility_date",
    "tariffEarlyRemovalSchemeEligibilityDate": "tariff_expired_removal_eligibility_date",
    "sentenceStartDate": "sentence_start_date",
    "sentenceExpiryDate": "sentence_expiry_date",
    "licenceExpiryDate": "licence_expiry_date",
    "effectiveSentenceEndDate": "effective_sentence_end_date",
    "topupSupervisionStartDate": "topup_supervision_start_date",
    "topupSupervisionExpiryDate": "topup_supervision_expiry_date",
    "earlyTermDate": "early_term_date",
    "midTermDate": "mid_term_date",
    "lateTermDate": "late_term_date",
}
_DATES = tuple(_date(name, kept.replace("_", " ").capitalize(), f"Kept as {kept.replace('_', ' ')}.") for name, kept in DATE_NAMES.items())
# In the source's own schema, and of no use to casework: kept in the raw record, never looked at.
_IGNORED = (
    "title",
    "gender",
    "ethnicity",
    "raceCode",
    "youthOffender",
    "maritalStatus",
    "religion",
    "smoker",
    "personalCareNeeds",
    "languages",
    "currentFacialImageId",
    "militaryRecord",
    "csra",
    "category",
    "complexityOfNeedLevel",
    "dischargedHospitalDescription",
    "dischargeDetails",
    "currentIncentive",
    "heightCentimetres",
    "weightKilograms",
    "hairColour",
    "rightEyeColour",
    "leftEyeColour",
    "facialHair",
    "shapeOfFace",
    "build",
    "shoeSize",
    "tattoos",
    "scars",
    "marks",
    "emailAddresses",
    "phoneNumbers",
    "allConvictedOffences",
)

PRISONERS = Contract(
    source="hmpps-prisoners",
    title="Prisoners",
    what="One record for each person in or lately out of prison, as the prison service's search index holds it.",
    origin="The prison service's prisoner search record, with the early-removal dates of its key dates.",
    forms="JSON Lines, one JSON array, or objects one after another; in UTF-8, UTF-16, UTF-32 or Windows-1252, with or without a mark.",
    fields=(*_IDENTITY, *_CUSTODY, *_SENTENCE, *_DATES, *(_kept(name, name) for name in _IGNORED)),
    notes=(
        "A value that cannot be used is left out, never guessed, and is a problem of the record, with field, value and remedy.",
        "The record as it came is kept whole beside what is made of it, fields that the contract does not know included.",
        "A record that says what is already held is unchanged, whatever the order of its fields.",
        "Of two records of one prison number in one file the later one stands; the earlier one stays in history.",
        "A record in a file observed earlier than what is held changes nothing.",
        "A release date after the sentence expires, or before it began, is kept and is a problem; so is a sentence without one.",
        "A date of birth that is a known placeholder (1 January 1900 or 1970) is kept and is a problem.",
    ),
)
