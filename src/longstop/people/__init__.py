"""Who a case is about, and who says so: persons, the agencies' records about them, and how they may be found.

Not for: what arrived in a file (intake), nor what is being done (cases).
"""
