"""Measurements of the service as it stands: each prints its ratio to the bare work, and its growth from a small caseload to a large one.

Run by `make bench`; figures are written to docs/measurements.md, met or not. Never timed tests: nothing here fails for being slow.
"""
