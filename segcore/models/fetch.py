"""Downloads a file of published weights, atomically and checked."""

from __future__ import annotations

import hashlib
import os
import re
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from segcore.errors import WeightsUnavailableError
from segcore.progress import Progress, Task

_CHUNK = 1 << 18
_TIMEOUT = 10.0


def fetch(url: str, target: Path) -> Task[Path]:
    """Download a file of published weights.

    The unfinished file is ``target`` + ``.part``. It becomes ``target`` when it is complete and its SHA-256 starts with
    the digits in its name (``name-0123abcd.pth``, the convention of torch.hub). Closing the task removes it.

    Raises
    ------
    WeightsUnavailableError
        There is no connection, the server refuses, or the content is wrong; names the file and its folder.
    """
    part = target.with_name(target.name + ".part")
    try:
        yield Progress(0, 0, f"Downloading {target.name}")
        part.parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as response, part.open("wb") as file:
            total = int(response.headers.get("Content-Length") or 0)
            digest, done = hashlib.sha256(), 0
            while chunk := response.read(_CHUNK):
                file.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                yield Progress(done, total, f"Downloading {target.name}")
            file.flush()
            os.fsync(file.fileno())
        expected = re.search(r"-([0-9a-f]{8,})\.", target.name)
        if done < total or (expected and not digest.hexdigest().startswith(expected.group(1))):
            raise _unavailable(url, target, f"the downloaded file ({done} bytes) is not the published one")
        os.replace(part, target)
        return target
    except (OSError, ValueError) as error:  # URLError, timeouts and broken connections are OSErrors
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise _unavailable(url, target, str(error)) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _unavailable(url: str, target: Path, reason: str) -> WeightsUnavailableError:
    return WeightsUnavailableError(
        f"The weights {target.name} are not on this machine and could not be downloaded ({reason}).",
        f"Go online and try again, or download {target.name} from {url} elsewhere and copy it to {target.parent}.",
    )
