"""Linkage of two large lists whose answers are known: `python -m bench.linkage --small 1000x10000 --large 100000x1000000`.

The lists come from `bench.faults`. Each size is made in one process and linked in another, as `longstop link` does it, so that the memory
told is the linkage's own. Part of `make bench`; alone it puts its section of docs/measurements.md in the place of the old one.
"""
