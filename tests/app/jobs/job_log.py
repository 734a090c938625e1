"""What a job said, and waiting for its end."""

from __future__ import annotations

import threading


class Log:
    """Everything a job said, and on which thread."""

    def __init__(self, job):
        self.events, self.threads, self.ends = [], set(), []
        job.progressed.connect(lambda p: self.add("progressed", p.done))
        job.succeeded.connect(lambda r: self.add("succeeded", r))
        job.cancelled.connect(lambda: self.add("cancelled", None))
        job.failed.connect(lambda e: self.add("failed", e))
        job.ended.connect(lambda: self.ends.append(list(self.names)))

    def add(self, what, value):
        self.threads.add(threading.current_thread())
        self.events.append((what, value))

    @property
    def names(self):
        return [name for name, _ in self.events]

    def terminal(self):
        return [n for n in self.names if n != "progressed"]


def wait(qtbot, log):
    qtbot.waitUntil(lambda: bool(log.terminal()))
