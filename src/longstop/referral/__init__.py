"""The front door: one accepted receipt becomes source records, a remit result, and a referral, a question or nothing; who has gone is told.

A rule opens a referral to consider or asks a question; accepting, finding no interest and finding out of remit are a named person's. Owner
and due date live on the task that each of these names while it is open, so that leaving, absence and cover move them as they move any task.

Not for: what arrived (intake), who a record is about (people), nor working the case that a referral opens (cases).
"""
