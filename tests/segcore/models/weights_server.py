"""A server of one file on this machine that breaks connections, lies about ranges, or sends another file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTENT = bytes(range(256)) * 4096
CUT = 600_000
"""Bytes that come before a connection breaks."""


class WeightsServer:
    """What it does, and what it was asked.

    Attributes
    ----------
    address : str
        Of the file; another path is a file that is not there, ``/moved/`` one that leads to it.
    content : bytes
        The file.
    breaks : int
        So many answers end after `CUT` bytes.
    ranges : str
        ``kept``: asked-for parts are sent; ``ignored``: the whole file comes; ``wrong``: another part comes.
    checksum : str
        SHA-256 that ``/moved/`` names.
    busy : int
        Number of the error that is the answer to every request for the file; 0: there is none.
    asked : list of str
        The ``Range`` of each request, "" for none.
    """

    def __init__(self) -> None:
        self.address, self.content, self.breaks, self.ranges = "", CONTENT, 0, "kept"
        self.checksum, self.busy = "", 0
        self.asked: list[str] = []


@contextmanager
def serving() -> Iterator[WeightsServer]:
    """Serve until the block ends."""
    server = WeightsServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            server.asked.append(wanted)
            if self.path.startswith("/moved"):
                self.send_response(302)
                self.send_header("Location", "/w")
                self.send_header("X-Linked-Etag", f'"{server.checksum}"')
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif self.path != "/w":
                self.send_error(404)
            elif server.busy:
                self.send_error(server.busy)
            else:
                self._send(wanted)

        def _send(self, wanted: str) -> None:
            start = 0
            if wanted and server.ranges != "ignored":
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
                if start >= len(server.content):
                    return self.send_error(416)
                start -= 1000 if server.ranges == "wrong" else 0
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(server.content) - 1}/{len(server.content)}")
            else:
                self.send_response(200)
            rest = server.content[start:]
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            if server.breaks:
                server.breaks -= 1
                rest = rest[:CUT]
            with suppress(OSError):
                self.wfile.write(rest)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        server.address = f"http://127.0.0.1:{http.server_port}/w"
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
