"""The worker process of the CRF: ``python -m segcore.crf.worker``, started by `process`.

A request is one line of JSON on stdin (height, width, channels, parameters, handle); image and probabilities lie in
shared memory (see `shared`), whose descriptor comes with the line: stdin is a socket then. The answer on stdout is one
line of JSON an iteration, then ``{"event": "result"}`` when the probabilities in the shared memory are the refined
ones, or ``{"event": "error"}``. The process ends when stdin does, that is, when its parent is gone. Needs no torch.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from segcore.crf.exact import mean_field
from segcore.crf.parameters import CrfParameters
from segcore.crf.shared import SharedArrays
from segcore.progress import Steps

NICENESS = 5
LONGEST_LINE = 4096


def main() -> None:
    """Serve requests until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl+C and ends this process
    with suppress(OSError, AttributeError):
        os.nice(NICENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints may get between the answers
    with suppress(BrokenPipeError, ConnectionError):
        for request in _requests():
            _serve(request, answers)


def _requests() -> Iterator[dict[str, Any]]:
    """Read lines of JSON; a descriptor that comes with a line is its ``handle``."""
    if sys.platform == "win32":
        for line in sys.stdin.buffer:
            yield json.loads(line)
        return
    with socket.socket(fileno=os.dup(0)) as parent:
        while True:
            line, descriptors, _, _ = socket.recv_fds(parent, LONGEST_LINE, 1)
            if not line:
                return
            yield {**json.loads(line), "handle": descriptors[0]}


def _serve(request: dict[str, Any], answers: IO[bytes]) -> None:
    try:
        channels, height, width = (int(request[key]) for key in ("channels", "height", "width"))
        arrays = SharedArrays(channels, height, width, request["handle"])
        arrays.close()
        task = mean_field(arrays.image, arrays.probabilities, CrfParameters(**request["parameters"]))
        steps = Steps(task)
        for iteration in steps:
            _say(answers, {"event": "step", "done": iteration})
        arrays.probabilities[:] = steps.result
        _say(answers, {"event": "result"})
    except BrokenPipeError:
        raise
    except Exception as error:  # the parent turns it into a CrfError; the worker stays usable
        short = isinstance(error, MemoryError)
        _say(answers, {"event": "error", "message": f"{type(error).__name__}: {error}", "short_of_memory": short})


def _say(answers: IO[bytes], message: dict[str, Any]) -> None:
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
