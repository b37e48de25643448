"""The addresses of the service: the screens that `web` declares, and the pages for what goes wrong."""

from django.urls import URLPattern, URLResolver

from longstop.web.doors import paths
from longstop.web.screens import SCREENS

urlpatterns: list[URLPattern | URLResolver] = [*paths(SCREENS)]
handler400 = "longstop.web.problems.bad_request"
handler403 = "longstop.web.problems.forbidden"
handler404 = "longstop.web.problems.not_found"
handler500 = "longstop.web.problems.server_error"
