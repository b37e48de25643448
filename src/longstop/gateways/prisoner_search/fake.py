"""Prisoner Search as far as we ask it, on this machine, with invented people: for tests, and for trying the command by hand.

Its paths, parameters and answers are held to the service's own contract by tests. What goes wrong with the real one is put into `faults`,
one for each question to come, and whoever moves while somebody is asking is moved by `meanwhile`.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from longstop.gateways.prisoner_search.settings import Settings

CLIENT_ID, CLIENT_SECRET = "longstop-invented", "an/invented+secret %2F"
TOKEN = "/auth/oauth/token"
PRISON = "/prisoner-search/prison/"
NUMBERS = "/prisoner-search/prisoner-numbers"
MOST_NUMBERS = 1_000

Record = dict[str, Any]
Answer = tuple[int, Any]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one question: another status with these headers and this body, or an answer that breaks off (`cut`)."""

    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b'{"status": 503, "errorCode": 0, "userMessage": "Not now"}'
    cut: bool = False


@dataclass(frozen=True)
class Question:
    """What was asked, as it came."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    body: Any


class Fake:
    """The service while the block lasts. `records` are its people, and may be changed at any time."""

    def __init__(self, records: Iterable[Record], *, page_limit: int = 10_000, token_lasts: int = 1_200) -> None:
        self.records = list(records)
        self.faults: list[Fault | None] = []
        self.meanwhile: Callable[[Question], None] = lambda question: None
        self.asked: list[Question] = []
        self.tokens: list[str] = []
        self.page_limit, self.token_lasts = page_limit, token_lasts
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": self}))

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def settings(self) -> Settings:
        """How it is reached."""
        here = f"http://127.0.0.1:{self._server.server_port}"
        return Settings(address=here, token_address=here + TOKEN, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)

    def answer(self, question: Question) -> Answer:
        """Answer as the service would."""
        if question.path.startswith(PRISON):
            return self._page(question)
        if question.path == NUMBERS:
            return self._by_numbers(question)
        return 404, _error(404, "No such resource")

    def _page(self, question: Question) -> Answer:
        prison = question.path.removeprefix(PRISON).upper()
        supported = question.query.get("include-restricted-patients") == ["true"]
        found = [
            each for each in self.records if each.get("prisonId") == prison or (supported and each.get("supportingPrisonId") == prison)
        ]
        number, size = (int(question.query.get(name, [usual])[0]) for name, usual in (("page", "0"), ("size", "10")))
        size = min(size, self.page_limit)
        content = [_only(each, question) for each in found[number * size : (number + 1) * size]]
        pages = -(-len(found) // size)
        sort = {"empty": True, "sorted": False, "unsorted": True}
        return 200, {
            "content": content,
            "pageable": {"pageNumber": number, "pageSize": size, "sort": sort, "offset": number * size, "paged": True, "unpaged": False},
            "totalElements": len(found),
            "totalPages": pages,
            "size": size,
            "number": number,
            "numberOfElements": len(content),
            "first": number == 0,
            "last": number >= pages - 1,
            "sort": sort,
            "empty": not content,
        }

    def _by_numbers(self, question: Question) -> Answer:
        numbers = question.body.get("prisonerNumbers") if isinstance(question.body, dict) else None
        if not numbers or len(numbers) > MOST_NUMBERS:
            return 400, _error(400, "Give from 1 to 1,000 prisoner numbers")
        return 200, [_only(each, question) for each in self.records if each["prisonerNumber"] in set(numbers)]


def _only(record: Record, question: Question) -> Record:
    wanted = {name for names in question.query.get("responseFields", []) for name in names.split(",")}
    return _parts(record, wanted) if wanted else record


def _parts(value: Any, wanted: set[str]) -> Any:
    """Give what is named: `aliases` for all of it, `aliases.lastName` for that of each."""
    if isinstance(value, list):
        return [_parts(each, wanted) for each in value]
    inner = {name: {each.removeprefix(f"{name}.") for each in wanted if each.startswith(f"{name}.")} for name in value}
    return {name: each if name in wanted else _parts(each, inner[name]) for name, each in value.items() if name in wanted or inner[name]}


def _error(status: int, words: str) -> Record:
    return {"status": status, "errorCode": 0, "userMessage": words}


class _Handler(BaseHTTPRequestHandler):
    """One question over HTTP: who asks, what goes wrong, and the answer."""

    fake: Fake
    protocol_version = "HTTP/1.1"
    wbufsize, disable_nagle_algorithm = -1, True  # an answer in one piece, at once

    def do_GET(self) -> None:
        self._handle(None)

    def do_POST(self) -> None:
        self._handle(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def _handle(self, body: bytes | None) -> None:
        parts = urlsplit(self.path)
        if parts.path == TOKEN:
            self._tell(*self._token(body))
            return
        is_json = self.headers.get("Content-Type") == "application/json"
        question = Question(self.command, parts.path, parse_qs(parts.query), json.loads(body) if body and is_json else None)
        self.fake.asked.append(question)
        self.fake.meanwhile(question)
        if self.fake.faults and (fault := self.fake.faults.pop(0)):
            self._send(fault.status, fault.body, headers=fault.headers, cut=fault.cut)
        elif self.headers.get("Authorization") not in {f"Bearer {token}" for token in self.fake.tokens[-1:]}:
            self._tell(401, _error(401, "Not authenticated"))
        elif not is_json:
            self._tell(415, _error(415, "Unsupported media type"))
        else:
            self._tell(*self.fake.answer(question))

    def _token(self, body: bytes | None) -> Answer:
        told = base64.b64encode(b"longstop-invented:an%2Finvented%2Bsecret+%252F").decode()  # as RFC 6749, 2.3.1 has it written
        if body != b"grant_type=client_credentials" or self.headers.get("Authorization") != f"Basic {told}":
            return 401, {"error": "invalid_client"}
        self.fake.tokens.append(f"invented-token-{len(self.fake.tokens) + 1}")
        return 200, {"access_token": self.fake.tokens[-1], "token_type": "bearer", "expires_in": self.fake.token_lasts}

    def _tell(self, status: int, answer: Any) -> None:
        self._send(status, json.dumps(answer).encode())

    def _send(self, status: int, body: bytes, *, headers: Mapping[str, str] | None = None, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {}), "Content-Length": str(len(body) + cut)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or cut

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
