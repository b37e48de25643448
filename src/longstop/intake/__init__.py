"""What arrived: which file, when, from whom, what it held, what could not be used and why.

Not for: who a record is about (people), whether anybody must act on it (cases, later referral), or what a source's codes mean for remit.
"""
