"""Cleaning: ordered lists of named steps, each a sentence that a domain expert can check against a table."""
