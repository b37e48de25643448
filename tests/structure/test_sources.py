"""What stands on screens as the source of a rule: a document that its reader can find, or that it is assumed and who would confirm it."""

import re

import pytest

from longstop.intake.contracts import pages
from longstop.kernel.policy import Version, available, load

OURS = re.compile(r"\b(?:domain|design|features|style|postgres|dependencies)\.md\b|\bissues?\b|\.toml\b|\.py\b", re.IGNORECASE)
VERSIONS = [version for file in available() for name in load(file).names for version in load(file).versions(name)]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda each: each.version)
def test_a_source_names_no_file_of_ours_and_says_who_confirms_what_is_assumed(version: Version) -> None:
    assert not OURS.search(version.source)
    assert version.source[0].isupper() or version.source[0].isdigit()
    assert version.confirmed or "to be confirmed" in version.source
    assert not version.confirmed or "assumption" not in version.source


@pytest.mark.parametrize("page", pages().values(), ids=list(pages()))
def test_what_is_told_to_suppliers_names_no_file_of_ours(page: str) -> None:
    assert not OURS.search(re.sub("<!--.*?-->", "", page))


def test_the_pattern_finds_what_used_to_be_shown() -> None:
    assert OURS.search("bail guidance v19: domain.md 1.5")
    assert OURS.search("issue of the front door: 5 per cent")
