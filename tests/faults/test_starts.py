"""The window starts: a few starts here, hundreds by ``make starts``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

STARTS = Path(__file__).with_name("starts.py")


def test_every_start_ends_well():
    done = subprocess.run(
        [sys.executable, str(STARTS), "--starts", "3", "--limit", "70"],
        capture_output=True,
        text=True,
        timeout=230,
        check=False,
    )
    told = json.loads(done.stdout)
    assert (done.returncode, told["crashes"], told["exit_codes"]) == (0, 0, {"0": 3}), done.stderr
