"""The files for SLURM, run by bash as they stand: ``srun`` and ``scontrol``, which are not here, are small scripts.

Each test starts processes with torch, which the files are about.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.checkpoint import save_checkpoint
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from tests.systems import posix_only

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "packaging" / "slurm"
CLASSES = ClassSet.from_names(["dark", "bright"])
SRUN = """#!/bin/bash
export SLURM_STEP_ID=0 SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=1
exec "$@"
"""
SCONTROL = """#!/bin/bash
if [ "$1" = show ]; then echo localhost; else echo "$@" >> "$SCONTROL_LOG"; fi
"""

pytestmark = [
    posix_only("scripts of bash, and signals"),
    pytest.mark.skipif(shutil.which("bash") is None or not FILES.exists(), reason="bash and a source checkout"),
]


@pytest.fixture
def folder(tmp_path):
    for name, text in (("srun", SRUN), ("scontrol", SCONTROL)):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)
    torch.manual_seed(0)
    model = Model(build("starter", 2), "starter", CLASSES, Preprocess((0.5,) * 3, (0.5,) * 3), "two")
    save_checkpoint(tmp_path / "m.safetensors", model)
    random = np.random.default_rng(0)
    for place in ("images", "labels"):
        (tmp_path / place).mkdir()
    for number in range(8):
        pixels = random.integers(0, 256, (96, 128, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / "images" / f"{number}.png")
        write_indexed_png(
            tmp_path / "labels" / f"{number}.png", (pixels[..., 0] > 127) * np.uint8(1), CLASSES.palette()
        )
    (tmp_path / "classes.txt").write_text("dark\nbright\n")
    return tmp_path


def start(folder: Path, name: str, **environment: str) -> subprocess.Popen[str]:
    own = {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "SCONTROL_LOG": str(folder / "scontrol.log"),
        "SLURM_JOB_ID": "41",
        "PYTHON": sys.executable,
        "MASKWRIGHT": f"{sys.executable} -m segcore",
        "IMAGES": str(folder / "images"),
        "MODEL": str(folder / "m.safetensors"),
    }
    return subprocess.Popen(
        ["bash", str(FILES / name)],
        env={**os.environ, **own, **environment},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> tuple[int, str]:
    text, _ = process.communicate(timeout=200)
    return process.returncode, text


def wait_for(path: Path, pattern: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 120
    while not list(path.glob(pattern)) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)


def test_the_tasks_of_an_array_predict_each_image_once_and_one_that_is_preempted_goes_on(folder):
    where = {"OUT": str(folder / "out"), "OPTIONS": "--device cpu --scales 0.5,1,1.5,2 --flip"}
    array = {"SLURM_ARRAY_JOB_ID": "41", "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_ARRAY_TASK_MIN": "1"}
    first = start(folder, "predict.sbatch", **where, **array, SLURM_ARRAY_TASK_ID="1")
    second = start(folder, "predict.sbatch", **where, **array, SLURM_ARRAY_TASK_ID="2")
    wait_for(folder / "out", "[0246].png", first)
    first.send_signal(signal.SIGTERM)
    code, text = told(first)
    assert code == 75, text
    assert "with --resume goes on" in text
    assert (folder / "scontrol.log").read_text() == "requeue 41_1\n"
    assert told(second)[0] == 0
    done = {path: path.stat().st_mtime_ns for path in (folder / "out").iterdir()}
    assert len(done) < 8
    code, text = told(start(folder, "predict.sbatch", **where, **array, SLURM_ARRAY_TASK_ID="1"))
    assert code == 0, text
    assert len(list((folder / "out").iterdir())) == 8
    assert all(path.stat().st_mtime_ns == when for path, when in done.items())
    assert '"not_tried": 0' in (folder / "out.report.json").read_text()


def test_a_training_that_is_preempted_goes_on(folder):
    where = {
        "LABELS": str(folder / "labels"),
        "CLASSES": str(folder / "classes.txt"),
        "OUT": str(folder / "new.safetensors"),
        "PROCESSES": "2",
        "OPTIONS": f"--device cpu --precision float32 --crop 32x32 --epochs 10 --log {folder / 'log'}",
    }
    first = start(folder, "train.sbatch", **where)
    wait_for(folder / "log", "log.jsonl", first)
    first.send_signal(signal.SIGTERM)
    code, text = told(first)
    assert code == 75, text
    assert "its state is written" in text
    assert (folder / "scontrol.log").read_text() == "requeue 41\n"
    code, text = told(start(folder, "train.sbatch", **{**where, "OPTIONS": where["OPTIONS"]}))
    assert code == 0, text
    assert (folder / "new.safetensors").exists()
    assert not (folder / "new.safetensors.resume").exists()
