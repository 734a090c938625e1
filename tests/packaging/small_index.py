"""A package index on this machine with wheels made on the spot, whose connections break on request."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import numpy as np


def small_wheel(name: str, version: str, content: int = 400_000) -> tuple[str, bytes]:
    """Return file name and bytes of a wheel with a module and ``content`` bytes that do not compress."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"version = {version!r}\n".encode(),
        f"{name}.bin": np.random.default_rng(7).bytes(content),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD")).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as wheel:
        for path, data in files.items():
            wheel.writestr(path, data)
    return f"{name}-{version}-py3-none-any.whl", packed.getvalue()


class SmallIndex:
    """Wheels by file name, and what was asked for.

    Attributes
    ----------
    address : str
        The index, as pip takes it.
    breaks : int
        So many answers with a wheel end in the middle; each takes one off.
    ranges : list of str
        The ``Range`` of each request for a part of a wheel.
    asked : Counter
        Requests by the last part of their path.
    """

    def __init__(self, *wheels: tuple[str, bytes]) -> None:
        self.wheels = dict(wheels)
        self.address = ""
        self.breaks = 0
        self.ranges: list[str] = []
        self.asked: Counter[str] = Counter()

    def page(self, name: str) -> bytes:
        """Return the page with the links to the wheels of a project."""
        links = (
            f'<a href="/files/{file}#sha256={hashlib.sha256(data).hexdigest()}">{file}</a>'
            for file, data in self.wheels.items()
            if file.startswith(f"{name}-")
        )
        return f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode()


@contextmanager
def serving(index: SmallIndex) -> Iterator[SmallIndex]:
    """Serve the index until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            folder, name = self.path.strip("/").split("/")
            index.asked[name] += 1
            if folder == "files":
                return self._file(index.wheels[unquote(name)])
            page = index.page(name)
            self.send_response(200 if b"href" in page else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def _file(self, data: bytes) -> None:
            wanted = self.headers.get("Range", "")
            start = int(wanted.removeprefix("bytes=").partition("-")[0]) if wanted else 0
            if wanted:
                index.ranges.append(wanted)
            self.send_response(206 if wanted else 200)
            self.send_header("ETag", '"one"')
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(len(data) - start))
            if wanted:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.end_headers()
            rest = data[start:]
            if index.breaks:
                index.breaks -= 1
                rest = rest[: len(rest) // 2]
                self.close_connection = True
            self.wfile.write(rest)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        index.address = f"http://127.0.0.1:{http.server_port}/simple"
        try:
            yield index
        finally:
            http.shutdown()
            thread.join()
