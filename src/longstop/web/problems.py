"""The pages for what goes wrong. None of them repeats what was typed or what the database said: it could be about a person."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from longstop.web.parts import Link


def _page(request: HttpRequest, status: int, heading: str, *paragraphs: str, links: Sequence[Link] = ()) -> HttpResponse:
    return render(request, "base/problem.html", {"heading": heading, "paragraphs": paragraphs, "links": links}, status=status)


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


def not_allowed(request: HttpRequest, methods: Sequence[str]) -> HttpResponse:
    """Say that this address cannot be asked in this way: mostly one that a form sends to, opened from a bookmark or typed."""
    if "GET" in methods:
        words = ["This page can be looked at, and nothing can be sent to it. Nothing was changed."]
        links = [Link("Look at the page", request.path), Link("Start again from your first page", reverse("home"))]
    else:
        words = ["Only a form leads here. Nothing was changed.", "Go back to the page that you came from, and use the button there."]
        links = [Link("Start again from your first page", reverse("home"))]
    answer = _page(request, 405, "This page cannot be opened like this", *words, links=links)
    answer.headers["Allow"] = ", ".join(methods)
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong and was recorded. Rendered without a database, which may be what failed."""
    words = ["Nothing that you had already saved is lost. Try again in a few minutes."]
    context = {"heading": "Sorry, something went wrong", "paragraphs": words}
    return HttpResponse(render_to_string("base/problem.html", context), status=500)
