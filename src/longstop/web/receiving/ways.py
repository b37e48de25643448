"""The way between the pages about files: what came in, rows that could not be used, codes nobody knows, and the register of sources."""

from django.urls import reverse

from longstop.web.parts import Address, Choice, Tabs

PAGES = {"receipts": "Files received", "refusals": "Refused rows", "codes": "Unknown codes", "assets": "Register of data assets"}


def ways(current: str, here: Address) -> Tabs:
    """Show the pages about files, one of them current, at the moment shown."""
    pages = {name: here.elsewhere(reverse(name)).href for name in PAGES}
    return Tabs([Choice(text, pages[name], current=name == current) for name, text in PAGES.items()], "Pages about files")
