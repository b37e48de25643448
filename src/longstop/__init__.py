"""Longstop: casework in which no case is overlooked."""
