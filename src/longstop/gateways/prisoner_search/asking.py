"""Asking the service: a token first, at most so many questions a second, and with patience where it is busy or the line breaks.

Nothing here puts a secret, a token or what somebody answered about a person into words: see `Trouble`.
"""

import base64
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote_plus, urlencode, urlsplit

import orjson
import urllib3
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.response import BaseHTTPResponse

from longstop.gateways.prisoner_search.settings import Settings

OK, BAD_REQUEST, UNAUTHORISED, FORBIDDEN = 200, 400, 401, 403
BUSY = frozenset({429, 500, 502, 503, 504})
TRIES_MORE = 6
LONGEST_BACK_OFF = 60.0
LONGEST_WAIT = 300.0  # seconds that the service may ask us to wait; beyond it, somebody runs the command again later
TO_CONNECT, TO_ANSWER = 10.0, 60.0
BEFORE_THE_END = 60.0  # a token is renewed so many seconds before it ends
LONGEST_TOLD = 200
KEPT = "What was fetched is kept: run the same command again later and it goes on."


class Trouble(Exception):
    """The service could not be asked; the text says why and what to do. It holds no secret, no token and nothing about a person."""


@dataclass(frozen=True)
class Time:
    """What passes and what is left to chance: seconds of a clock that never jumps, waiting, and a number from 0 to 1."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class Patience(urllib3.Retry):
    """How often and after how long the same is asked again: as the service says, or twice as long each time, shaken by chance."""

    def __init__(self, *args: Any, time: Time, **more: Any) -> None:
        super().__init__(*args, **more)
        self.time = time

    def new(self, **more: Any) -> Self:
        """Give the next one, on the same clock."""
        return super().new(time=self.time, **more)

    def get_backoff_time(self) -> float:
        """Give seconds: between half of the ceiling and all of it, the ceiling being 2, 4, 8, … up to a minute."""
        ceiling = min(LONGEST_BACK_OFF, 2.0 ** len(self.history))
        return ceiling / 2 + self.time.chance() * ceiling / 2

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait. Raises Trouble where the service asks for longer than a command should wait."""
        asked = _asked_to_wait(self, response)
        if asked is not None and asked > LONGEST_WAIT:
            raise Trouble(f"The service asks us to wait {asked:,.0f} seconds. {KEPT}")
        self.time.sleep(asked or self.get_backoff_time())


def _asked_to_wait(patience: Patience, response: BaseHTTPResponse | None) -> float | None:
    try:
        return patience.get_retry_after(response) if response is not None else None
    except InvalidHeader:
        return None


class Asker:
    """Questions to the service, each answered with what its JSON holds. All raise Trouble."""

    def __init__(self, settings: Settings, *, time: Time | None = None) -> None:
        self._settings, self._time, self._pause = settings, time or Time(), 1 / settings.a_second
        self._next, self._token, self._token_ends = 0.0, "", 0.0
        self.asked = 0
        patience = Patience(
            TRIES_MORE, allowed_methods={"GET", "POST"}, status_forcelist=BUSY, raise_on_status=False, redirect=0, time=self._time
        )
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=TO_CONNECT, read=TO_ANSWER), retries=patience)

    def get(self, path: str, query: Mapping[str, str]) -> Any:
        """Ask by GET."""
        return self._ask("GET", path, query, None)

    def post(self, path: str, query: Mapping[str, str], body: Any) -> Any:
        """Ask by POST, which for this service changes nothing either."""
        return self._ask("POST", path, query, orjson.dumps(body))

    def _ask(self, method: str, path: str, query: Mapping[str, str], body: bytes | None) -> Any:
        address = f"{self._settings.address.rstrip('/')}{path}?{urlencode(query)}"
        response = self._send(method, address, self._headers(), body)
        if response.status == UNAUTHORISED:  # it may have been withdrawn before its time: once more with a new one
            self._token = ""
            response = self._send(method, address, self._headers(), body)
        return self._read(response, address)

    def _headers(self) -> dict[str, str]:
        if not self._token or self._time.now() >= self._token_ends:
            self._renew()
        # The service wants the type of a body even of a question that has none.
        return {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}

    def _renew(self) -> None:
        """Get a token by client credentials (RFC 6749, 4.4 and 2.3.1)."""
        name, secret = quote_plus(self._settings.client_id), quote_plus(self._settings.client_secret)
        told = base64.b64encode(f"{name}:{secret}".encode()).decode()
        headers = {"Authorization": f"Basic {told}", "Content-Type": "application/x-www-form-urlencoded"}
        response = self._send("POST", self._settings.token_address, headers, b"grant_type=client_credentials")
        where = _host(self._settings.token_address)
        if response.status in {BAD_REQUEST, UNAUTHORISED, FORBIDDEN}:
            raise Trouble(
                f"{where} gives no token ({response.status}): check the client's id and secret, and that they are this service's."
            )
        if response.status != OK:
            raise Trouble(f"{where} gives no token ({response.status}). {KEPT}")
        answer = _json(response, where)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise Trouble(f"{where} answered without a token. Check LONGSTOP_PRISONER_SEARCH_TOKEN_ADDRESS.")
        lasts = answer.get("expires_in")
        self._token = token
        self._token_ends = self._time.now() + (lasts if isinstance(lasts, int | float) else 0) - BEFORE_THE_END

    def _send(self, method: str, address: str, headers: Mapping[str, str], body: bytes | None) -> BaseHTTPResponse:
        if (early := self._next - self._time.now()) > 0:
            self._time.sleep(early)
        self._next = self._time.now() + self._pause
        self.asked += 1
        accepted = {"Accept": "application/json", "Accept-Encoding": "gzip"}
        try:
            return self._pool.request(method, address, headers={**accepted, **headers}, body=body, redirect=False)
        except HTTPError as error:
            cause = getattr(error, "reason", None) or error
            raise Trouble(f"{_host(address)} cannot be reached ({type(cause).__name__}). {KEPT}") from None

    def _read(self, response: BaseHTTPResponse, address: str) -> Any:
        where, status = _host(address), response.status
        if status == OK:
            return _json(response, where)
        if status in BUSY:
            raise Trouble(f"{where} is too busy or broken ({status}, asked {TRIES_MORE + 1} times). {KEPT}")
        if status == UNAUTHORISED:
            raise Trouble(f"{where} does not accept our token (401): check that both addresses are of the same service.")
        if status == FORBIDDEN:
            raise Trouble(f"{where} does not let us ask (403): the client needs the role ROLE_PRISONER_SEARCH.")
        raise Trouble(f"{where} refused the question ({status}). {self._told(response)}".rstrip())

    def _told(self, response: BaseHTTPResponse) -> str:
        """Give what the service says of a refusal, unless it repeats what we must not."""
        try:
            answer = orjson.loads(response.data)
        except orjson.JSONDecodeError:
            return ""
        words = answer.get("userMessage") if isinstance(answer, dict) else None
        if not isinstance(words, str) or not words.isprintable():
            return ""
        private = (self._token, self._settings.client_secret, self._settings.client_id)
        return "" if any(each and each in words for each in private) else f"It says: {words[:LONGEST_TOLD]}"


def _json(response: BaseHTTPResponse, where: str) -> Any:
    try:
        return orjson.loads(response.data)
    except orjson.JSONDecodeError:  # not told further: it may quote the answer
        raise Trouble(f"{where} answered with something that is not JSON. Check the address; something may stand in between.") from None


def _host(address: str) -> str:
    return urlsplit(address).hostname or "the service"
