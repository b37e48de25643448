"""Longstop: casework in which no case is overlooked."""

__version__ = "0.1.0"
