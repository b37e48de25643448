"""What every page is given."""

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """Give the variables that the layout needs."""
    return {}
