"""Where the service is and who we are to it: from the environment, or from a private file of the home folder."""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FILE = Path("secrets") / "prisoner-search.toml"
BEFORE = "LONGSTOP_PRISONER_SEARCH_"
A_SECOND, MOST_A_SECOND = 2.0, 100.0  # all prisons are some four hundred questions
NEEDED = ("address", "token_address", "client_id", "client_secret")
ADDRESSES = ("address", "token_address")
PRISON = re.compile(r"[A-Z][A-Z0-9]{1,5}")
EVERYBODY_RELEASED = "OUT"


class SettingsUnusable(Exception):
    """The service cannot be asked with what is set; the text says what to set where, and never what it is set to."""


@dataclass(frozen=True)
class Settings:
    """The addresses of the service and of whoever gives tokens for it, our name and secret there, and the prisons usually asked for.

    `a_second` is how many questions a second may be asked.
    """

    address: str
    token_address: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    prisons: tuple[str, ...] = ()
    a_second: float = A_SECOND


def read_settings(environ: Mapping[str, str], home: Path) -> Settings:
    """Give each setting from LONGSTOP_PRISONER_SEARCH_… or else from secrets/prisoner-search.toml of the home folder.

    Raises SettingsUnusable.
    """
    file = home / FILE
    kept = _read(file)
    told = {name: str(value).strip() for name, value in kept.items() if name in NEEDED} | _of_environment(environ)
    if missing := [name for name in NEEDED if not told.get(name)]:
        words = ", ".join(f"{BEFORE}{name.upper()}" for name in missing)
        raise SettingsUnusable(f"Not set: {words}. Set them in the environment, or {', '.join(missing)} in {file}, for you alone to read.")
    for name in ADDRESSES:
        _refuse_unsafe(name, told[name])
    given = environ.get(f"{BEFORE}PRISONS", "").replace(",", " ").split() or kept.get("prisons", [])
    if not isinstance(given, list):
        raise SettingsUnusable(f'prisons in {file} is not a list. Write it as prisons = ["MDI", "LEI"].')
    pace = _pace(environ.get(f"{BEFORE}A_SECOND", "").strip() or kept.get("a_second", A_SECOND))
    return Settings(**{name: told[name] for name in NEEDED}, prisons=read_prisons(str(each) for each in given), a_second=pace)


def read_prisons(given: Iterable[str]) -> tuple[str, ...]:
    """Give the codes of prisons in capitals, each once, in order. Raises SettingsUnusable where one is no code of a prison."""
    codes = sorted({code.strip().upper() for code in given})
    for code in codes:
        if not PRISON.fullmatch(code):
            raise SettingsUnusable(f"{code[:20]!r} is not the code of a prison. Give codes like MDI.")
        if code == EVERYBODY_RELEASED:
            raise SettingsUnusable("OUT is everybody who was ever released, not a prison. Leave it out.")
    return tuple(codes)


def _pace(given: object) -> float:
    try:
        pace = float(str(given))
    except ValueError:
        pace = 0.0
    if not 0 < pace <= MOST_A_SECOND:
        raise SettingsUnusable(f"{BEFORE}A_SECOND is not a number of questions a second, above 0 and up to {MOST_A_SECOND:g}.")
    return pace


def _of_environment(environ: Mapping[str, str]) -> dict[str, str]:
    told = {name: environ.get(f"{BEFORE}{name.upper()}", "").strip() for name in NEEDED}
    return {name: value for name, value in told.items() if value}


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_mode & 0o077:
                raise SettingsUnusable(f"Others may read {file}. Run `chmod 600` on it, and have the secret changed if somebody may have.")
            return tomllib.load(opened)
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):  # not told further: what they say may quote the line
        raise SettingsUnusable(f'{file} is not TOML. Each line is a name and a value in quotes: client_id = "…".') from None
    except OSError as error:
        raise SettingsUnusable(f"{file} cannot be read: {error.strerror}.") from None


def _refuse_unsafe(name: str, address: str) -> None:
    """Refuse an address that would carry the secret in the clear, or that holds one."""
    try:
        parts = urlsplit(address)
        is_plain = bool(parts.hostname) and parts.port != 0 and not (parts.username or parts.password or parts.query or parts.fragment)
    except ValueError:  # of the port, or of a host in brackets
        is_plain = False
    if not is_plain:
        raise SettingsUnusable(f"{BEFORE}{name.upper()} is not an address like https://host/path with nothing more in it.")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(parts.hostname or "")):
        raise SettingsUnusable(f"{BEFORE}{name.upper()} does not begin with https://: what is sent there would be open to others.")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
