"""A training run whose process is a small script."""

from __future__ import annotations

from dataclasses import dataclass

from app.training.training_folder import TrainingFolder
from app.training.training_left import left_training
from app.training.training_run import TrainingOrder, TrainingRun


@dataclass(frozen=True)
class Script(TrainingOrder):
    code: str = ""

    def arguments(self):
        return ["-c", self.code]


def listen(run):
    heard = []
    run.heard.connect(lambda steps: heard.extend(("progressed", step) for step in steps))
    run.succeeded.connect(lambda outcome: heard.append(("succeeded", outcome)))
    run.cancelled.connect(lambda: heard.append(("cancelled", None)))
    run.failed.connect(lambda error: heard.append(("failed", error)))
    return heard


def ended(heard):
    return any(what != "progressed" for what, _ in heard)


def begin(jobs, tmp_path, code):
    """Start a script as a training of the project ``tmp_path``; return the run and what it says."""
    (tmp_path / "project.json").touch()
    folder = TrainingFolder(tmp_path, "version-001")
    run = TrainingRun(folder, jobs)
    heard = listen(run)
    run.start(Script(tmp_path, "m", folder.out, held_out=2, code=code))
    return run, heard


GOES_ON = """
import sys, time, pathlib
print('{"event": "progress", "done": 1, "total": 2, "message": "first"}', flush=True)
while not pathlib.Path("GO").exists(): time.sleep(0.02)
OUT.write_bytes(b"weights")
print('{"event": "result", "checkpoint": "x", "before": null, "after": null, "seconds": 1}')
"""


def goes_on(tmp_path):
    """A script that waits for the file GO, then makes its checkpoint."""
    out = TrainingFolder(tmp_path, "version-001").out
    return GOES_ON.replace('"GO"', repr(str(tmp_path / "GO"))).replace("OUT", f"pathlib.Path({str(out)!r})")


def taken_up(jobs, tmp_path):
    folder, record = left_training(tmp_path)
    run = TrainingRun(folder, jobs)
    heard = listen(run)
    run.take_up(record)
    return run, heard
