"""In a standalone build no remedy names pip, which it does not have."""

import sys

import pytest

from segcore.doctor import graphics as graphics_module
from segcore.doctor import packages as packages_module
from segcore.doctor.child import Answer
from segcore.doctor.display import display
from segcore.doctor.graphics import graphics
from segcore.doctor.packages import packages

CPU_ONLY = {"version": "2.6.0+cpu", "cuda": None, "hip": None, "available": False, "devices": [], "built_for": []}
GPU = {**CPU_ONLY, "cuda": "12.6", "available": True, "devices": [["GTX 980", 4e9, "sm_52"]], "built_for": ["sm_90"]}


def findings_of_all_kinds(monkeypatch):
    monkeypatch.setattr(graphics_module, "_nvidia_drivers", lambda: ["GTX 980, driver 580, 4096 MiB"])
    monkeypatch.setattr(packages_module, "_requirements", lambda: ({"numpy": "numpy>=1.26", "torch": "torch>=99"}, {}))
    versions = {"torch": "2.6", "opencv-python": "4.10"}
    monkeypatch.setattr(packages_module, "_version", lambda name: versions.get(name, ""))
    monkeypatch.setenv("DISPLAY", ":0")
    crashed = Answer({}, "the process crashed (signal 11)", "ImportError: libc10.so")
    broken = Answer({"failed": {"cv2": "ImportError", "pydensecrf.densecrf": "ImportError"}})
    sections = [
        graphics(Answer(CPU_ONLY)),
        graphics(Answer(GPU)),
        graphics(crashed),
        packages(broken),
        display(crashed),
    ]
    return [found for section in sections for found in section.findings]


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_a_standalone_build_is_installed_again_and_not_mended_with_pip(monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    found = findings_of_all_kinds(monkeypatch)
    assert len(found) == 9
    for each in found:
        assert "pip" not in each.remedy.split(), each
        assert sys.executable not in each.remedy, each
        assert "uninstall" not in each.remedy.lower(), each
    again = [each for each in found if "Download the standalone build again" in each.remedy]
    assert len(again) == 6
    for_the_gpu = [each.remedy for each in found if "To use the GPU" in each.remedy]
    assert len(for_the_gpu) == 2
    assert all("install Maskwright with Python" in remedy for remedy in for_the_gpu)


def test_elsewhere_pip_mends_it(monkeypatch):
    for each in findings_of_all_kinds(monkeypatch):
        assert "standalone" not in each.remedy
        assert "with Python" not in each.remedy
        assert any(word in each.remedy for word in ("-m pip ", "pip install", "Uninstall", "pytorch.org")), each
