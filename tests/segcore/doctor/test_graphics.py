import os
import sys

import pytest

from segcore.doctor.child import Answer
from segcore.doctor.graphics import graphics

CPU_ONLY = {
    **{"version": "2.6.0+cpu", "cuda": None, "hip": None, "available": False, "mps": False, "told": []},
    **{"devices": [], "built_for": [], "bf16": False, "threads": 2, "instructions": "AVX2"},
}
CUDA = {**CPU_ONLY, "version": "2.6.0+cu126", "cuda": "12.6"}


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """A program in the place of the driver's own, which prints what the real one was seen to print."""
    if sys.platform == "win32":
        pytest.skip("a script with a shebang")
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'NVIDIA GeForce RTX 3060, 470.82.01, 12288 MiB'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def no_driver(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))


def test_a_gpu_that_torch_cannot_use_because_it_is_made_for_the_processor(driver):
    section = graphics(Answer(CPU_ONLY))
    assert section.facts["NVIDIA driver"] == "NVIDIA GeForce RTX 3060, driver 470.82.01, 12288 MiB"
    assert section.facts["torch"] == "2.6.0+cpu, made for the processor only"
    [found] = section.findings
    assert "RTX 3060" in found.message
    assert "processor only" in found.message
    assert "choose CUDA" in found.remedy
    assert not found.stops


def test_a_driver_that_is_too_old(driver):
    told = "The NVIDIA driver on your system is too old (found version 11040)."
    [found] = graphics(Answer({**CUDA, "told": [told]})).findings
    assert "needs CUDA 12.6" in found.message
    assert told in found.message
    assert "Update the NVIDIA driver" in found.remedy


def test_a_gpu_that_works(driver):
    said = {
        **CUDA,
        **{"available": True, "devices": [["RTX 3060", 12_900_000_000, "sm_86"]], "built_for": ["sm_80", "sm_90"]},
    }
    section = graphics(Answer({**said, "bf16": True}))
    assert section.findings == ()
    assert section.facts["torch's devices"] == "RTX 3060, 12.9 GB, sm_86"
    assert section.facts["bfloat16"].startswith("fast here")


@pytest.mark.parametrize(
    ("built", "wrong"), [(["sm_75", "sm_90"], True), (["sm_75", "compute_80"], False), ([], False)]
)
def test_a_gpu_without_a_program_for_it(driver, built, wrong):
    said = {**CUDA, "available": True, "devices": [["RTX 3060", 1e9, "sm_86"]], "built_for": built}
    assert bool(graphics(Answer(said)).findings) is wrong


def test_a_torch_that_does_not_load_stops_work(no_driver):
    section = graphics(Answer({}, "the process ended with code 1", "Traceback\nImportError: libcudart.so.12\n"))
    [found] = section.findings
    assert found.stops
    assert "ImportError: libcudart.so.12" in found.message
    assert "pip install --force-reinstall torch" in found.remedy
    assert section.facts["torch"].startswith("not loaded")


def test_a_machine_without_a_gpu_is_well(no_driver):
    assert graphics(Answer(CPU_ONLY)).findings == ()
