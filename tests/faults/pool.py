"""Pool: warm worker processes, each watched while it works and started anew after its death."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from tests.faults.verdicts import CPU_SECONDS, DECODING_BYTES_A_SECOND, MEMORY

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180.0
IDLE_SECONDS = 6.0
"""A worker that waits so long and uses no processor time at all hangs, however busy the machine is."""
LARGEST_IMAGE = 3 * 400_000_000


class Worker:
    """One process of `worker`. `ask` returns its answer, or a dict with the key ``death``."""

    def __init__(self, errors: Path) -> None:
        self._errors = errors
        self._process: subprocess.Popen[str] | None = None
        self._rss = 0

    def ask(self, order: dict[str, Any], patience: float = CPU_SECONDS, large: bool = False) -> dict[str, Any]:
        """Let it do one operation; ``large`` when it may have to decode the largest image that is allowed."""
        process = self._started()
        assert process.stdin is not None
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        line, death = self._heard(process, patience, LARGEST_IMAGE if large else 0)
        if death or not line:
            code = self.end()
            said = self._errors.read_text(errors="replace")[-1500:]
            return {"death": death or f"died: exit code {code}; {said}"}
        return json.loads(line)

    def end(self) -> int:
        """End the process and everything it started."""
        process, self._process = self._process, None
        if process is None:
            return 0
        try:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
        except psutil.Error:
            pass
        process.kill()
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        return code

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1"}
            environment["PYTHONPATH"] = os.pathsep.join((str(ROOT), environment.get("PYTHONPATH", "")))
            environment["TORCHINDUCTOR_CACHE_DIR"] = str(self._errors.parent / "torch")
            with self._errors.open("w") as errors:
                self._process = subprocess.Popen(
                    [sys.executable, "-X", "faulthandler", "-m", "tests.faults.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    cwd=ROOT,
                    env=environment,
                    text=True,
                )
            assert self._process.stdout is not None
            if not select.select([self._process.stdout], [], [], START_SECONDS)[0]:
                raise RuntimeError("the worker does not start")
            line = self._process.stdout.readline()
            if not line:
                raise RuntimeError(f"the worker does not start: {self._errors.read_text()[-2000:]}")
            self._rss = json.loads(line)["rss"]
        return self._process

    def _heard(self, process: subprocess.Popen[str], patience: float, decoded: int) -> tuple[str, str]:
        """The line that it answers, or how it had to be ended."""
        assert process.stdout is not None
        seen = psutil.Process(process.pid)
        try:
            start = used = sum(seen.cpu_times()[:4])
            base = seen.memory_info().rss
            waiting_since = time.monotonic()
            while not select.select([process.stdout], [], [], 0.05)[0]:
                cpu, now = sum(seen.cpu_times()[:4]), time.monotonic()
                if cpu > used or seen.status() in (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP):
                    used, waiting_since = cpu, now
                memory = seen.memory_info().rss - base
                if memory > MEMORY + decoded:
                    return "", f"memory: {memory / 2**30:.1f} GB and growing"
                if cpu - start > patience + min(decoded, memory) / DECODING_BYTES_A_SECOND:
                    return "", f"hang: {cpu - start:.0f} s of processor time, {memory / 2**30:.1f} GB"
                if now - waiting_since > IDLE_SECONDS:
                    return "", f"hang: waits for something that never comes{where(process.pid)}"
        except psutil.Error:
            return "", ""
        return process.stdout.readline(), ""


def where(pid: int) -> str:
    """Files that a hanging process has open."""
    try:
        names = [os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return ""
    return f" ({', '.join(sorted(name for name in names if 'photos' in name or 'cage' in name)[:3])})"
