"""The map of the process: the tracks of a case, the states of each, and the steps between them, in dated versions.

For: reading `policy/process`, checking that the map is whole (no dead end, no state without an owner, none that cannot be reached), and
saying what differs between two versions. Everything that offers a step, takes one or draws the process reads it from here.
Not for: where a case stands, which is `cases`' to know. No Django.
"""
