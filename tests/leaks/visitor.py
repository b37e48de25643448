"""Somebody at a browser that keeps every answer, without a browser."""

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any

CONTROL = "Control-Marker-Written-On-Purpose"
FAULTS = ("raise", "key", "row", "value", "syntax", "thread", "talk", "job", "control")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers as one text, and the page."""

    what: str
    status: int
    headers: str
    body: str


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass
class Visitor:
    """One session, and all that it was answered."""

    address: str
    answers: list[Answer] = field(default_factory=list)
    token: str = ""

    def __post_init__(self) -> None:
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _Stay())

    def ask(self, path: str, data: dict[str, str] | bytes | None = None, **headers: str) -> Answer:
        """Ask, by POST where there is anything to send, with the last page's token; keep the answer."""
        sent = (
            data if isinstance(data, bytes) or data is None else urllib.parse.urlencode({"csrfmiddlewaretoken": self.token} | data).encode()
        )
        request = urllib.request.Request(self.address + path, data=sent, headers={"Referer": self.address} | headers)
        try:
            with self.opener.open(request, timeout=30) as reply:
                status, back, body = reply.status, reply.headers, reply.read()
        except urllib.error.HTTPError as error:
            status, back, body = error.code, error.headers, error.read()
        text = body.decode("utf-8", "replace")
        if found := TOKEN.search(text):
            self.token = found[1]
        answer = Answer(path, status, str(back), text)
        self.answers.append(answer)
        return answer

    def sign_in(self, number: str, password: str) -> int:
        """Sign in; gives the status, 302 where it went well."""
        self.ask("/sign-in")
        return self.ask("/sign-in", {"staff_number": number, "password": password}).status

    def send(self, path: str, **fields: str) -> Answer:
        """Open a form, fill it in and send it."""
        self.ask(path)
        return self.ask(path, fields)
