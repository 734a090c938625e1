"""Try a standalone build: version, licences, doctor, the sample project predicted headless, the CRF, the window.

    python packaging/standalone/smoke.py PROGRAM

Prints one line a step; ends with 1 when a step fails. Runs with an empty home folder and without PYTHONPATH.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS = 600
WINDOW_SECONDS = 20


def main() -> int:
    """Try each step until one fails; return an exit code."""
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as home:
        steps = (
            ("version", lambda: run(program, home, "--version")),
            ("licences", lambda: licences(program)),
            ("doctor", lambda: run(program, home, "doctor")),
            ("networks", lambda: run(program, home, "models")),
            ("training process", lambda: run(program, home, "-m", "segcore", "train", "--help")),
            ("the sample, predicted", lambda: predict(program, home)),
            ("the window", lambda: window(program, home)),
        )
        for name, step in steps:
            began = time.monotonic()
            wrong = step()
            print(f"{'FAILED' if wrong else 'ok'}  {name} ({time.monotonic() - began:.0f} s)")
            if wrong:
                print(wrong)
                return 1
    return 0


def environment(home: str) -> dict[str, str]:
    """Return the variables of a person who has nothing of ours installed."""
    kept = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "TEMP", "LANG") if key in os.environ}
    if sys.platform == "win32":  # without a display, Qt finds no font of Windows by itself, and warns of it
        kept["QT_QPA_FONTDIR"] = str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "Fonts"))
    return {**kept, "HOME": home, "USERPROFILE": home, "XDG_CONFIG_HOME": home, "QT_QPA_PLATFORM": "offscreen"}


def run(program: Path, home: str, *words: str) -> str:
    """Return what went wrong, or nothing."""
    done = subprocess.run(
        [program, *words], cwd=home, env=environment(home), capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return "" if done.returncode == 0 else f"exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


def predict(program: Path, home: str) -> str:
    """Run the loop of a sample project without a window: predict, refine, fine-tune, export."""
    out = Path(home, "demo")
    wrong = run(program, home, "demo", "--headless", str(out), "--sample", "roads", "--minutes", "0.2")
    pictures = list(out.rglob("*.png"))
    return wrong or ("" if pictures else f"no picture in {out}")


def licences(program: Path) -> str:
    """Look for the licences of all packages, which stand among the resources."""
    folder = program.parents[1] if program.parent.name == "MacOS" else program.parent  # of the app, or the program
    return "" if next(folder.rglob("THIRD_PARTY_NOTICES.txt"), None) else f"no THIRD_PARTY_NOTICES.txt in {folder}"


def window(program: Path, home: str) -> str:
    """Open the sample project in the window, ask it to end, and read its log: it warns of files that are missing."""
    log = Path(home, "window.log")
    with log.open("wb") as out:
        shown = subprocess.Popen([program, "demo"], cwd=home, env=environment(home), stdout=out, stderr=out)
        try:
            time.sleep(WINDOW_SECONDS)
            if shown.poll() is not None:
                return f"it ended with {shown.returncode}\n{log.read_text(errors='replace')[-4000:]}"
            shown.send_signal(signal.SIGTERM)
            code = shown.wait(60)
            if sys.platform == "win32":  # there is no signal there that asks: it was ended, with 1
                return warnings(home) if code == 1 else f"it ended with {code}"
        finally:
            shown.kill()
    return warnings(home) if code == 0 else f"it ended with {code}\n{log.read_text(errors='replace')[-4000:]}"


def warnings(home: str) -> str:
    """Return the warnings and errors in the log files of the window."""
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in Path(home).rglob("maskwright.log")]
    return "\n".join(line for log in logs for line in log.splitlines() if re.search(" (WARNING|ERROR|CRITICAL) ", line))


if __name__ == "__main__":
    sys.exit(main())
