"""A browser, and the sample pages served to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test.utils import override_settings
from playwright.sync_api import Browser, sync_playwright

from frontend import build
from tests.frontend import gallery, server

CHROMIUM = Path("/usr/bin/chromium")
# As root a sandbox cannot be made; the rest keeps the browser from asking the network for anything.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PLAIN = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder of built files, current."""
    build.build()
    return build.BUILT


@pytest.fixture(scope="session")
def samples() -> dict[str, str]:
    """The sample pages by path."""
    with override_settings(STORAGES=PLAIN):
        return gallery.pages()


@pytest.fixture(scope="session")
def address(built: Path, samples: dict[str, str]) -> Iterator[str]:
    """Where the sample pages are served."""
    with server.serve(samples) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not CHROMIUM.exists():
        pytest.fail("Chromium is missing: install the Debian package chromium")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield found
        found.close()
