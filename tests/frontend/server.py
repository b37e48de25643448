"""A small server of sample pages and static files, with the content security policy of the service."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "src/longstop/web/static"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"


class Handler(BaseHTTPRequestHandler):
    """Serves pages from memory and static files from the source tree."""

    pages: dict[str, str] = {}
    extended: list[str] = []

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path in self.pages:
            self.answer(200, "text/html; charset=utf-8", self.pages[path].encode())
            return
        file = (STATIC / path.removeprefix("/static/")).resolve()
        if path.startswith("/static/") and file.is_relative_to(STATIC) and file.is_file():
            self.answer(200, mimetypes.guess_type(file.name)[0] or "text/plain", file.read_bytes())
            return
        self.answer(404, "text/plain", b"not here")

    def do_POST(self) -> None:
        self.extended.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer(200, "text/plain", b"")

    def answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # the base class's name
        """Stay silent."""


@contextmanager
def serve(pages: dict[str, str]) -> Iterator[str]:
    """Serve the pages until the block ends; the value is the address."""
    Handler.pages = {"/favicon.ico": "", **pages}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
