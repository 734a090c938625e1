"""The parent's side of the CRF's worker process: keeps one warm, talks to it, ends it."""

from __future__ import annotations

import atexit
import importlib.util
import json
import os
import queue
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
from segcore.errors import CrfError
from segcore.progress import Progress, Task

_POLL_SECONDS = 0.04


def crf_available() -> bool:
    """Whether the package pydensecrf2 is installed; does not import it."""
    try:
        return importlib.util.find_spec("pydensecrf.densecrf") is not None
    except ModuleNotFoundError:
        return False


def require_crf() -> None:
    """Raise CrfError, with what to install, when `crf_available` is False."""
    if not crf_available():
        raise CrfError("The CRF needs the package pydensecrf2.", 'Install it: pip install "maskwright[crf]"')


def mean_field_exact(
    image: NDArray[np.uint8], probabilities: NDArray[np.float32], parameters: CrfParameters
) -> Task[NDArray[np.float32]]:
    """Run `exact.mean_field` in the worker process.

    Parameters
    ----------
    image, probabilities, parameters
        As `unary.check` leaves them; at least two classes.

    Returns
    -------
    Task[NDArray[np.float32]]
        [C, H, W]. Steps come at least every 50 ms; closing the task ends the process at once.

    Raises
    ------
    CrfError
        Reaches too small for the image, pydensecrf not installed, or a worker that died.
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
            message = worker.answer(_POLL_SECONDS)
            if isinstance(message, np.ndarray):
                done = True
                return message
            if isinstance(message, str):
                raise CrfError(f"The CRF failed ({message}).", "Try a smaller image, or other parameters.")
            steps = steps if message is None else message
            yield Progress(steps, parameters.iterations, "Refining")
    finally:
        if done:
            _give_back(worker)
        else:
            worker.end()


class Worker:
    """One worker process. Serves one request at a time."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        self._process = subprocess.Popen(
            [sys.executable, "-m", "segcore.crf.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            creationflags=flags,
        )
        self._answers: queue.SimpleQueue[int | str | NDArray[np.float32]] = queue.SimpleQueue()
        self._exchange: threading.Thread | None = None

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def request(self, image: NDArray[np.uint8], probabilities: NDArray[np.float32], parameters: CrfParameters) -> None:
        """Send a request; a thread does the waiting."""
        self._exchange = threading.Thread(
            target=self._talk, args=(image, probabilities, parameters), name="crf-exchange", daemon=True
        )
        self._exchange.start()

    def answer(self, timeout: float) -> int | str | NDArray[np.float32] | None:
        """Next iteration done, error, or result; None when there is none within ``timeout`` seconds."""
        try:
            message = self._answers.get(timeout=timeout)
        except queue.Empty:
            return None
        if not isinstance(message, int) and self._exchange is not None:
            self._exchange.join()
        return message

    def end(self) -> None:
        """Kill the process and wait for what hangs on it."""
        self._process.kill()
        self._process.wait()
        if self._exchange is not None:
            self._exchange.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _talk(self, image: NDArray[np.uint8], probabilities: NDArray[np.float32], parameters: CrfParameters) -> None:
        requests, answers = self._process.stdin, self._process.stdout
        assert requests is not None
        assert answers is not None
        channels, height, width = probabilities.shape
        header = {"height": height, "width": width, "channels": channels, "parameters": asdict(parameters)}
        try:
            requests.write(json.dumps(header).encode() + b"\n")
            requests.write(np.ascontiguousarray(image).data.cast("B"))
            requests.write(np.ascontiguousarray(probabilities, np.float32).data.cast("B"))
            requests.flush()
            while True:
                message: dict[str, Any] = json.loads(answers.readline())
                if message["event"] == "step":
                    self._answers.put(int(message["done"]))
                elif message["event"] == "result":
                    result = np.empty((channels, height, width), np.float32)
                    if answers.readinto(result.data.cast("B")) < result.nbytes:  # type: ignore[attr-defined]
                        raise EOFError
                    self._answers.put(result)
                    return
                else:
                    self._answers.put(str(message["message"]))
                    return
        except (OSError, ValueError, EOFError, KeyError):
            self._answers.put("its process ended unexpectedly; perhaps there was not enough memory")


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
    """End the warm worker; the next `refine` starts a new one."""
    with _lock:
        workers = list(_idle)
        _idle.clear()
    for worker in workers:
        worker.end()


atexit.register(shutdown)
