"""The way between the pages about files: what came in, rows that could not be used, codes nobody knows, and the register of sources."""

from django.urls import reverse

from longstop.web.parts import Choice, Tabs

PAGES = {"receipts": "Files received", "refusals": "Refused rows", "codes": "Unknown codes", "assets": "Register of data assets"}


def ways(current: str) -> Tabs:
    """Show the pages about files, one of them current."""
    return Tabs([Choice(text, reverse(name), current=name == current) for name, text in PAGES.items()], "Pages about files")
