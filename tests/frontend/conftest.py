"""The sample pages, served. The browser is every test's: `tests/conftest.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test.utils import override_settings

from frontend import build
from tests.frontend import gallery, server

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
