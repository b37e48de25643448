"""An invented command: a staff list and prisoner records, taken in through the front door, so that the service can be tried.

Nobody in it is real. Not for: data for tests of other rooms, nor for filling large databases.
"""
