"""The parent's side of the CRF's worker process: keeps one running, talks to it, ends it."""

from __future__ import annotations

import atexit
import importlib.util
import json
import os
import queue
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.crf.parameters import CrfParameters
from segcore.crf.shared import SharedArrays
from segcore.errors import CrfError
from segcore.installation import to_install
from segcore.progress import Progress, Task

_POLL_SECONDS = 0.04


def crf_available() -> bool:
    """Whether the package pydensecrf2 is installed; does not import it."""
    try:
        return importlib.util.find_spec("pydensecrf.densecrf") is not None
    except ModuleNotFoundError:
        return False


def require_crf() -> None:
    """Raise CrfError when `crf_available` is False; the remedy says how to install the package."""
    if not crf_available():
        raise CrfError("The exact CRF engine needs the package pydensecrf2.", to_install("crf", "pydensecrf2==1.1"))


def mean_field_exact(
    image: NDArray[np.uint8], probabilities: NDArray[np.float32], parameters: CrfParameters
) -> Task[NDArray[np.float32]]:
    """Run `exact.mean_field` in the worker process.

    Parameters
    ----------
    image, probabilities, parameters
        Checked by `unary.check_sizes` and `check_values`; at least two classes.

    Returns
    -------
    Task[NDArray[np.float32]]
        [C, H, W]. It yields at least every 50 ms; closing the task ends the process at once.

    Raises
    ------
    CrfError
        θα or θγ is too small for the image, pydensecrf is not installed, or the worker died.
    MemoryError
        There is not enough memory for this image.
    """
    require_crf()
    parameters.check_reach(image.shape[0], image.shape[1])
    yield Progress(0, parameters.iterations, "Refining")
    worker = _take()
    done = False
    try:
        worker.request(image, probabilities, parameters)
        steps = 0
        while True:
            answer = worker.answer(_POLL_SECONDS)
            if isinstance(answer, np.ndarray):
                done = True
                return answer
            if isinstance(answer, Exception):
                raise answer
            steps = steps if answer is None else answer
            yield Progress(steps, parameters.iterations, "Refining")
    finally:
        if done:
            _give_back(worker)
        else:
            worker.end()


Answer = int | NDArray[np.float32] | Exception
"""Number of iterations done; the result; or the error."""


class Worker:
    """One worker process. Serves one request at a time."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        flags = 0
        self._socket: socket.socket | None = None
        theirs: socket.socket | int = subprocess.PIPE
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        else:
            self._socket, theirs = socket.socketpair()  # pipes carry no descriptors
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "segcore.crf.worker"],
                stdin=theirs if isinstance(theirs, int) else theirs.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                creationflags=flags,
            )
        finally:
            if isinstance(theirs, socket.socket):
                theirs.close()
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._exchange: threading.Thread | None = None
        self._ended = False

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def request(self, image: NDArray[np.uint8], probabilities: NDArray[np.float32], parameters: CrfParameters) -> None:
        """Send a request; a thread copies the arrays and waits for answers."""
        self._exchange = threading.Thread(
            target=self._talk, args=(image, probabilities, parameters), name="crf-exchange", daemon=True
        )
        self._exchange.start()

    def answer(self, timeout: float) -> Answer | None:
        """Return the next answer; None when there is none within ``timeout`` seconds."""
        try:
            answer = self._answers.get(timeout=timeout)
        except queue.Empty:
            return None
        if not isinstance(answer, int) and self._exchange is not None:
            self._exchange.join()
        return answer

    def end(self) -> None:
        """Kill the process, wait for it and its thread, and close its pipes."""
        self._ended = True
        self._process.kill()
        self._process.wait()
        if self._exchange is not None:
            self._exchange.join()
        for end in (self._socket, self._process.stdin, self._process.stdout):
            if end is not None:
                with suppress(OSError):
                    end.close()

    def _talk(self, image: NDArray[np.uint8], probabilities: NDArray[np.float32], parameters: CrfParameters) -> None:
        try:
            self._answers.put(self._exchanged(image, probabilities, parameters))
        except (OSError, ValueError, KeyError):
            self._answers.put(_failed("its process ended unexpectedly, perhaps for lack of memory"))
        except MemoryError as error:
            self._answers.put(error)

    def _exchanged(
        self, image: NDArray[np.uint8], probabilities: NDArray[np.float32], parameters: CrfParameters
    ) -> NDArray[np.float32] | Exception:
        channels, height, width = probabilities.shape
        try:
            arrays = SharedArrays(channels, height, width)
        except OSError as error:
            raise MemoryError from error
        try:
            arrays.image[:] = image
            for channel in range(channels):
                if self._ended:
                    raise OSError
                arrays.probabilities[channel] = probabilities[channel]
            self._send({"parameters": asdict(parameters)}, arrays)
        finally:
            arrays.close()
        assert self._process.stdout is not None
        while True:
            message: dict[str, Any] = json.loads(self._process.stdout.readline())
            if message["event"] == "result":
                return arrays.probabilities
            if message["event"] == "error":
                return MemoryError() if message["short_of_memory"] else _failed(str(message["message"]))
            self._answers.put(int(message["done"]))

    def _send(self, request: dict[str, Any], arrays: SharedArrays) -> None:
        channels, height, width = arrays.probabilities.shape
        request |= {"channels": channels, "height": height, "width": width, "handle": arrays.handle}
        line = json.dumps(request).encode() + b"\n"
        if self._socket is None:
            assert self._process.stdin is not None
            self._process.stdin.write(line)
            self._process.stdin.flush()
        else:
            socket.send_fds(self._socket, [line], [int(arrays.handle)])


def _failed(reason: str) -> CrfError:
    return CrfError(f"The CRF failed ({reason}).", "Try a smaller image or other parameters.")


_idle: list[Worker] = []
_lock = threading.Lock()


def _take() -> Worker:
    with _lock:
        while _idle:
            worker = _idle.pop()
            if worker.alive:
                return worker
            worker.end()
    return Worker()


def _give_back(worker: Worker) -> None:
    with _lock:
        if not _idle:
            _idle.append(worker)
            return
    worker.end()


def shutdown() -> None:
    """End the idle worker; the next `refine` starts a new one."""
    with _lock:
        workers = list(_idle)
        _idle.clear()
    for worker in workers:
        worker.end()


atexit.register(shutdown)
