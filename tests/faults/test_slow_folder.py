"""A folder where each call takes long: the window's thread calls none of its files, and something is soon seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segcore.labels.classes import ClassSet
from segcore.project.project import Project
from tests.faults.power_loss import compiler

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).with_name("slow_shim.c")
SLOW_MS, IMAGES = 18, 4
LEFT = "2.png"


@pytest.fixture
def share(tmp_path):
    """A folder with a project of tiny images."""
    found = tmp_path / "share"
    (found / "photos").mkdir(parents=True)
    for number in range(IMAGES):
        pixels = np.random.default_rng(number).integers(60, 190, (48, 64, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(found / "photos" / f"{number}.png")
    classes = ClassSet.from_names(["background", "lane", "crack", "pothole"])
    Project.create(found / "p", found / "photos", classes).close()
    return found


@pytest.mark.skipif(sys.platform != "linux" or compiler() is None, reason="LD_PRELOAD, and a C compiler")
def test_the_window_never_waits_for_a_slow_folder(share, tmp_path):
    (tmp_path / "maskwright").mkdir()
    left = {"recent.images": {str(share / "p"): LEFT}}
    (tmp_path / "maskwright" / "settings.json").write_text(json.dumps(left))
    shim, cc = tmp_path / "slow_shim.so", compiler()
    assert cc is not None
    subprocess.run([cc, "-shared", "-fPIC", "-O1", "-o", shim, SOURCE, "-ldl"], check=True)
    places = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    slow = {
        "LD_PRELOAD": str(shim),
        "SLOW_ROOT": str(share),
        "SLOW_MS": str(SLOW_MS),
        "SLOW_LOG": str(tmp_path / "log"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.slow_folder", str(share)],
        cwd=ROOT,
        env={**os.environ, **dict.fromkeys(places, str(tmp_path)), **slow},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.stdout, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert "error" not in told, told
    assert "export" in told["seconds"], "it came to the end"
    assert told["picture_first"], told["seconds"]
    assert told["calls"] == [], "also while it closes"
    assert told["banner"] == []
