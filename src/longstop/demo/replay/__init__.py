"""Ninety days of an invented command, replayed: each file through the front door on its day, and what people then did through actions.

The files come from `invention`; truth.json is not read here. Not for: any database but one that is marked as a demonstration's.
"""
