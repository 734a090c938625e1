"""The worker process of the CRF: ``python -m segcore.crf.worker``, spoken to by `process` over its pipes.

A request on stdin is one line of JSON (height, width, channels, parameters), the image's bytes and the probabilities'
bytes. The answer on stdout is one line of JSON an iteration, then ``{"event": "result"}`` and the bytes of the
probabilities, or ``{"event": "error"}``. The process ends when stdin does, that is, when its parent is gone.
"""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from io import BufferedReader
from typing import IO, Any

import numpy as np

from segcore.crf.exact import mean_field
from segcore.crf.parameters import CrfParameters

NICENESS = 5


def main() -> None:
    """Serve requests until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which then ends this process
    with suppress(OSError, AttributeError):
        os.nice(NICENESS)
    requests, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the answers
    with suppress(BrokenPipeError, EOFError):
        while line := requests.readline():
            _serve(json.loads(line), requests, answers)


def _serve(request: dict[str, Any], requests: BufferedReader, answers: IO[bytes]) -> None:
    height, width, channels = (int(request[key]) for key in ("height", "width", "channels"))
    image = np.empty((height, width, 3), np.uint8)
    probabilities = np.empty((channels, height, width), np.float32)
    for array in (image, probabilities):
        if requests.readinto(array.data.cast("B")) < array.nbytes:
            raise EOFError
    try:
        task = mean_field(image, probabilities, CrfParameters(**request["parameters"]))
        while True:
            try:
                iteration = next(task)
            except StopIteration as stop:
                _say(answers, {"event": "result"})
                answers.write(np.ascontiguousarray(stop.value).data.cast("B"))
                answers.flush()
                return
            _say(answers, {"event": "step", "done": iteration})
    except BrokenPipeError:
        raise
    except Exception as error:  # the parent turns it into a CrfError; the worker stays usable
        _say(answers, {"event": "error", "message": f"{type(error).__name__}: {error}"})


def _say(answers: IO[bytes], message: dict[str, Any]) -> None:
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
