"""The certificate: every open case, and every task, in exactly one covered state, proved over the whole caseload, or listed by name.

Not for: mending what it finds. It reads tables by SQL, as measures may, because it recomputes what the rooms claim.
"""
