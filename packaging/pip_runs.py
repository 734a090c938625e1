"""Runs of pip: each file with its size and progress, and another try after a pause when the connection breaks.

Standard library only: this runs before anything is installed. pip itself continues a broken file (HTTP Range) and keeps
what is complete, so that a further try fetches only what is missing.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

PAUSES = (5.0, 15.0, 45.0)
"""Seconds before the second, third and fourth try."""
EVERY_SECONDS = 10.0
"""Between two lines of progress where the output is not a terminal."""
SHOWN_BYTES = 5_000_000
"""Smaller files are fetched without a line of their own."""
BROKEN = re.compile(
    "connection broken|Connection aborted|ConnectionError|ConnectionResetError|ConnectTimeout|Read timed out"
    "|ReadTimeout|IncompleteRead|incomplete-download|NewConnectionError|NameResolutionError|RemoteDisconnected"
    "|ProtocolError|Temporary failure|DO NOT MATCH THE HASHES"
)
"""What pip says when the network failed, and not the packages; pip before 25.1 finds a cut file by its hash only."""
_FILE = re.compile(r"\s*Downloading (?:\S*/)?(\S+?)(?:\.metadata)? \(([\d.]+) ([kMG]?B)\)")
_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")
_UNITS = {"B": 1, "kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}


@dataclass
class Outcome:
    """What a run of pip came to.

    Attributes
    ----------
    code : int
        pip's exit code.
    broken : bool
        The connection broke, or there was none.
    fetched : int
        Bytes of the files that were begun.
    errors : list of str
        pip's own words about what failed.
    """

    code: int
    broken: bool = False
    fetched: int = 0
    errors: list[str] = field(default_factory=list)


class Pip:
    """pip of one environment."""

    def __init__(
        self,
        python: Path,
        folder: Path,
        log: Path,
        pauses: Sequence[float] = PAUSES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._command = [str(python), "-m", "pip", "--disable-pip-version-check"]
        self._folder, self.log, self._pauses, self._sleep = folder, log, pauses, sleep
        self.modern = self._is_modern()

    def bring_up_to_date(self, constraints: Sequence[str] = ()) -> None:
        """Install a pip that continues broken files and tells its progress; an old one installs as well."""
        if not self.modern:
            self.run("install", "--upgrade", *constraints, "pip>=25.1")
            self.modern = self._is_modern()

    def install(self, *arguments: str) -> Outcome:
        """Install, with further tries after growing pauses while it is the connection that fails."""
        fetched = 0
        for pause in (*self._pauses, None):
            outcome = self.run("install", *arguments)
            fetched += outcome.fetched
            if outcome.code == 0 or not outcome.broken or pause is None:
                break
            say(f"The connection broke. Next try in {pause:.0f} s; what is complete is kept.")
            self._sleep(pause)
        return Outcome(outcome.code, outcome.broken, fetched, outcome.errors)

    def run(self, verb: str, *arguments: str, tries: int = 4) -> Outcome:
        """Run pip once and show what it fetches. ``tries``: its own tries for each connection."""
        command = [*self._command, verb, "--retries", str(tries), *arguments]
        if self.modern:
            command[len(self._command) + 1 : len(self._command) + 1] = ["--progress-bar=raw", "--resume-retries=10"]
        with (
            self.log.open("a", encoding="utf-8") as log,
            subprocess.Popen(
                command,
                cwd=self._folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
            ) as process,
        ):
            assert process.stdout is not None
            log.write(f"--- {' '.join(command)}\n")
            outcome = _watch(process.stdout, log.write)
        outcome.code = process.returncode
        return outcome

    def _is_modern(self) -> bool:
        command = [*self._command, "--version"]
        printed = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, check=False).stdout
        found = re.match(r"pip (\d+)\.(\d+)", printed)
        return found is not None and (int(found[1]), int(found[2])) >= (25, 1)


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def size(count: float) -> str:
    """Return a number of bytes in MB or GB, as pip writes it."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def _watch(lines: Iterable[str], log: Callable[[str], object]) -> Outcome:
    """Show what the lines of pip say about files; the rest goes to the log only."""
    outcome, bar = Outcome(0), _Bar()
    for line in lines:
        progress = _PROGRESS.match(line)
        if progress:
            bar.show(int(progress[1]), int(progress[2]))
            continue
        log(line)
        begun = _FILE.match(line)
        if begun:
            count = float(begun[2]) * _UNITS[begun[3]]
            bar.begin(unquote(begun[1]), count)
            outcome.fetched += int(count)
        elif line.startswith("Installing collected packages"):
            bar.end()
            say(f"  unpacking {line.count(',') + 1} packages")
        outcome.broken |= BROKEN.search(line) is not None
        if line.startswith("ERROR"):
            outcome.errors.append(line.rstrip())
    bar.end()
    return outcome


class _Bar:
    """One line for each large file: written over on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._name, self._last, self._open = "", 0.0, False

    def begin(self, name: str, count: float) -> None:
        """Name the file of ``count`` bytes that is fetched from now on."""
        self.end()
        self._name, self._last = name.split("-")[0] if count >= SHOWN_BYTES else "", time.monotonic()
        if self._name:
            say(f"  fetching {name} ({size(count)})")

    def show(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` bytes are here."""
        terminal = sys.stdout.isatty()
        if not self._name or time.monotonic() - self._last < (0.2 if terminal else EVERY_SECONDS):
            return
        self._last = time.monotonic()
        text = f"  {self._name}: {size(done)} of {size(total)}"
        if terminal:
            print(f"\r{text}   ", end="", flush=True)
            self._open = True
        else:
            say(text)

    def end(self) -> None:
        """Let the next line begin at the left."""
        if self._open:
            print("\r" + " " * 60 + "\r", end="", flush=True)
            self._open = False
