"""The pages for what goes wrong. None of them repeats what was typed or what the database said: it could be about a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def _page(request: HttpRequest, status: int, heading: str, *paragraphs: str) -> HttpResponse:
    return render(request, "base/problem.html", {"heading": heading, "paragraphs": paragraphs}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request cannot be understood."""
    return _page(request, 400, "We could not understand that request", "Go back and try again.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the person's roles do not let them in here."""
    return _page(
        request,
        403,
        "You may not see this page",
        "Your role does not include it. If your work needs it, ask your team leader.",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing at this address."""
    return _page(request, 404, "Page not found", "If you typed the address, check that it is right.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong and was recorded. Rendered without a database, which may be what failed."""
    words = ["Nothing that you had already saved is lost. Try again in a few minutes."]
    context = {"heading": "Sorry, something went wrong", "paragraphs": words}
    return HttpResponse(render_to_string("base/problem.html", context), status=500)
