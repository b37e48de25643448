"""What every request goes through: a session that lasts while it is used, and pages about people that no cache keeps."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

TOUCH_EVERY = 5 * 60


class RequestMiddleware:
    """Keeps the session alive without writing it on each request, and forbids caches to keep a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and time.time() - request.session.get("touched", 0) > TOUCH_EVERY:
            request.session["touched"] = time.time()
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
