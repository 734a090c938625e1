"""Downloads a file of published weights: agreed to, resumed, checked as a whole. Nothing else opens a connection."""

from __future__ import annotations

import errno
import hashlib
import http.client
import os
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from segcore.errors import DownloadNeededError, WeightsUnavailableError
from segcore.files.locks import NO_LOCKS
from segcore.models.consent import is_agreed, is_offline
from segcore.progress import Progress, Task

PAUSES = (1.0, 5.0, 20.0)
"""Seconds before the second, third and fourth try when the connection breaks."""
_CHUNK = 1 << 18
_TIMEOUT = 10.0
_LOOK = 0.1
_BROKEN = (ConnectionError, TimeoutError, urllib.error.URLError, http.client.HTTPException)
"""What a further try may mend; HTTPError, an URLError too, is an answer and is not tried again."""
_BUSY = (408, 429, 500, 502, 503, 504)
"""Answers of a server that may send the rest later."""


class _WrongContentError(Exception):
    """The file is not the published one."""


class _CutError(ConnectionError):
    """The connection ended before the file did."""


def fetch(url: str, target: Path, megabytes: float | None = None) -> Task[Path]:
    """Download a file of published weights that a person agreed to.

    The unfinished file is ``target`` + ``.part``. It becomes ``target`` when its SHA-256 starts with the digits in its
    name (``name-0123abcd.pth``, the convention of torch.hub) or is the one that the server names, and its length is the
    server's. When the connection breaks, or the task is closed, the part stays and the next try continues it, if there
    is such a checksum; a part that does not lead to the published file is removed and the file fetched once more.

    Parameters
    ----------
    url : str
        The address.
    target : Path
        The file to make; its folder is made, too.
    megabytes : float or None
        The published size, for the question; None: unknown.

    Raises
    ------
    DownloadNeededError
        Nobody agreed to this download.
    WeightsUnavailableError
        Maskwright is offline, there is no connection, the server refuses, or the content is wrong; names the file and
        its folder.
    """
    if is_offline():
        raise WeightsUnavailableError(
            f"The weights {target.name} are not on this machine, and Maskwright is set to stay offline.",
            f"Switch that off, or download {target.name} from {url} elsewhere and copy it to {target.parent}.",
        )
    if not is_agreed(url):
        raise DownloadNeededError(url, target, megabytes)
    try:
        yield Progress(0, 0, f"Downloading {target.name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target):
            yield from _tried(url, target)
        return target
    except (OSError, ValueError, _WrongContentError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise _unavailable(url, target, str(error)) from error


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Hold the lock of a download: two processes would write into one part."""
    lock = FileLock(target.with_name(target.name + ".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise OSError("another process downloads it right now") from error
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
    try:
        yield
    finally:
        with suppress(OSError):  # before the lock is let go: a process that waits for this file must not get it after
            os.unlink(lock.lock_file)
        lock.release()


def _tried(url: str, target: Path) -> Task[None]:
    """Download with further tries after growing pauses."""
    part = target.with_name(target.name + ".part")
    named = re.search(r"-([0-9a-f]{8,})\.", target.name)
    digits = named.group(1) if named else ""
    pauses, again = iter(PAUSES), True
    while True:
        if not digits:  # the server's own checksum is known only once it answers
            part.unlink(missing_ok=True)
        resumed = part.exists()
        try:
            yield from _download(url, part, target, digits)
            return
        except urllib.error.HTTPError as error:
            if error.code not in _BUSY:
                part.unlink(missing_ok=True)
            raise
        except _WrongContentError:
            part.unlink(missing_ok=True)
            if not (resumed and again):  # what was continued may have been of another file
                raise
            again = False
        except _BROKEN as error:
            pause = next(pauses, None)
            if pause is None:
                raise
            yield from _wait(pause, f"The connection broke ({error}). Next try in {pause:.0f} s")


def _wait(seconds: float, message: str) -> Task[None]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield Progress(0, 0, message)
        time.sleep(_LOOK)


def _download(url: str, part: Path, target: Path, digits: str) -> Task[None]:
    """Open one connection and take all that it gives; continue the part where that can be checked."""
    start = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={start}-"} if start else {}
    published = _ServersChecksum()
    try:
        response = _open(urllib.request.Request(url, headers=headers), published)
    except urllib.error.HTTPError as error:
        if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and start:  # the part has every byte, or too many
            error.close()
            return _finish(part, target, digits)
        raise
    with response:
        if start and response.status != http.client.PARTIAL_CONTENT:
            start = 0  # the server does not continue files: this is the whole one
        elif start and _first_byte(response.headers.get("Content-Range", "")) != start:
            raise _WrongContentError("the server sent another part of the file than it was asked for")
        length = response.headers.get("Content-Length")
        total = start + int(length) if length else 0
        if total and shutil.disk_usage(part.parent).free < total - start:
            raise OSError(errno.ENOSPC, f"there is no room for {total / 1e6:.0f} MB in {part.parent}")
        done = start
        with part.open("ab" if start else "wb") as file:
            while chunk := response.read(_CHUNK):
                file.write(chunk)
                done += len(chunk)
                yield Progress(done, total, f"Downloading {target.name}")
            file.flush()
            os.fsync(file.fileno())
    if done < total:
        raise _CutError(f"{done} of {total} bytes came")
    _finish(part, target, digits or published.sha256)


def _open(request: urllib.request.Request, *handlers: urllib.request.BaseHandler) -> http.client.HTTPResponse:
    """Open the connection: the only place of Maskwright that does."""
    response: http.client.HTTPResponse = urllib.request.build_opener(*handlers).open(request, timeout=_TIMEOUT)
    return response


def _finish(part: Path, target: Path, digits: str) -> None:
    """Make the part the file if its SHA-256 starts with ``digits`` (none: it is not checked)."""
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if not found.startswith(digits):
        size = part.stat().st_size
        raise _WrongContentError(f"the downloaded file ({size} bytes) is not the published one")
    os.replace(part, target)


def _first_byte(content_range: str) -> int:
    """Return where a ``Content-Range`` begins; -1 when it does not say."""
    found = re.match(r"bytes (\d+)-", content_range)
    return int(found.group(1)) if found else -1


class _ServersChecksum(urllib.request.HTTPRedirectHandler):
    """Remembers the SHA-256 that Hugging Face names in the answer that leads to the file itself."""

    sha256 = ""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: object,
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """See `urllib.request.HTTPRedirectHandler`."""
        named = headers.get("X-Linked-Etag", "").strip('"')
        if re.fullmatch("[0-9a-f]{64}", named):
            self.sha256 = named
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _unavailable(url: str, target: Path, reason: str) -> WeightsUnavailableError:
    return WeightsUnavailableError(
        f"The weights {target.name} are not on this machine and could not be downloaded ({reason}).",
        f"Go online and try again, or download {target.name} from {url} elsewhere and copy it to {target.parent}.",
    )
