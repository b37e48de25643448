"""What every room stands on: periods, named dates, identifiers, digests, dated policy.

For: small pure ideas that mean the same everywhere, in the standard library only.
Not for: anything that knows what a case, a person's record or a screen is, nor for
reading a clock, a setting or a database. A helper needed by one room belongs there.
"""
