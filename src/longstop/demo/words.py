"""What people write in the demonstration: notes, reasons, results. Invented, and about nobody."""

from random import Random

PROGRESS = (
    "Checked the custodial record against the file. The dates agree.",
    "Asked the offender manager for the pre-sentence report; promised by the end of the week.",
    "Read the sentencing remarks. Nothing that changes the plan.",
    "The prison confirmed that the person has no outstanding charges.",
    "Spoke to the embassy's consular section; they ask for two further photographs.",
    "Fingerprints matched to the earlier file. Papers joined.",
)
RISKS = (
    "Self-harm document open since last month. Tell the wing before any interview.",
    "Must not share transport with a named co-defendant; see the security file.",
    "Representative says that the person may be a victim of trafficking. Referral being considered: no removal step before it is decided.",
    "Says that a parent was born in the United Kingdom. No notice to be served until somebody has decided on nationality.",
)
PROMISES = (
    "Promised the representative a copy of the interview record by the 14th.",
    "Told the person's daughter that we will ring before any move.",
    "Agreed with the prison that papers are served in the morning, with an interpreter present.",
)
REASONS = (
    "Decided to wait for the tribunal's directions: a decision now would be overtaken within days.",
    "Not pursuing early removal while the confiscation hearing is listed.",
)
RESULTS = (
    "Considered. Deportation to be pursued; papers asked for from the court.",
    "Considered. Residence history asked for before a submission is made.",
    "Considered. Sentence and nationality confirmed by the prison; next, a travel document.",
)
REVIEWED = ("Reviewed. Nothing has changed; next step stands.", "Reviewed. The embassy has answered; interview to be arranged.")
LATE = (
    ("The court has not sent the certificate of conviction; asked again today.", "Known. Two of the team were away; given until Friday."),
    ("Waiting for counsel's advice, expected this week.", "Agreed with the owner; a decision without the advice would not stand."),
    ("The interview was put off by the prison for staffing.", "Raised with the governor's office; new date asked for."),
)
HIGHER = (
    "Reviewed with the team leader. More hands from Monday.",
    "Known to me; the backlog here is on this week's agenda with the prison service.",
)
OUTCOMES = (
    ("removed", "Flight of the day, seat confirmed by the escort's report 4471."),
    ("left_voluntarily", "Boarding confirmed by the port, reference VD/2209."),
    ("transferred", "Transfer warrant signed; received by the other authority."),
    ("not_pursued", "Decision of the head of unit on the residence history."),
    ("british", "Certificate of registration seen in the original by the duty officer."),
    ("right_to_remain", "Grant reference G/88213, seen on the other system."),
    ("order_revoked", "Revocation served on the representative."),
)
WAITING = ("embassy", "court", "asylum", "competent_authority", "litigation", "prison", "person")
WHY_HELD = {
    "embassy": "Travel document applied for; the embassy takes six weeks.",
    "court": "Appeal against conviction listed; nothing can be served before it is heard.",
    "asylum": "Asylum claim being decided elsewhere.",
    "competent_authority": "Waiting for the reasonable-grounds decision.",
    "litigation": "Permission for judicial review is being considered.",
    "prison": "Release date asked for from the prison's calculation team.",
    "person": "Twenty days given for representations.",
}


def pick(words: tuple[str, ...], number: int) -> str:
    """Give one of these, the same for the same number."""
    return words[Random(number).randrange(len(words))]


MAINTAINED = "Detention continues: removal directions expected, barrier being worked."
REALISTIC = (
    "The embassy has agreed a travel document and seats are being held; no claim is outstanding.",
    "Appeal rights are exhausted and a valid passport is on file. Directions can be set within three weeks.",
    "Wants to return, and the scheme's form is signed; the flight is expected within the month.",
)
