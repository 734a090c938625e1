"""What a child of the doctor finds out: it loads torch, Qt or the other libraries, or reads a project, and prints JSON.

A fact is printed as soon as it is known, so that the last one before a crash says where it was.
"""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

LIBRARIES = ("numpy", "cv2", "PIL.Image", "tifffile", "imagecodecs", "safetensors", "psutil", "pydensecrf.densecrf")
OPTIONAL = ("pydensecrf.densecrf",)
"""Of `LIBRARIES`: those that may be missing."""


def say(**facts: Any) -> None:
    """Print facts, at once."""
    print(json.dumps(facts), flush=True)


def libraries() -> None:
    """Load each library: what is installed may still not load."""
    failed: dict[str, str] = {}
    for name in LIBRARIES:
        say(trying=name)
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if not (name in OPTIONAL and error.name == name.split(".")[0]):
                failed[name] = str(error)
        except Exception as error:  # a broken library may raise anything
            failed[name] = f"{type(error).__name__}: {error}"
    say(trying="", failed=failed)


def torch() -> None:
    """Load torch, and look for its devices."""
    import torch

    say(version=torch.__version__, cuda=torch.version.cuda, hip=torch.version.hip)
    say(threads=torch.get_num_threads(), instructions=torch.backends.cpu.get_cpu_capability())
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        there = torch.cuda.is_available()
        say(available=there, mps=torch.backends.mps.is_available(), told=[str(each.message) for each in told])
    devices = []
    for number in range(torch.cuda.device_count() if there else 0):
        found = torch.cuda.get_device_properties(number)
        devices.append([found.name, found.total_memory, f"sm_{found.major}{found.minor}"])
    say(devices=devices, built_for=torch.cuda.get_arch_list() if there else [])
    from segcore.hardware.device import choose_device, has_fast_bf16

    say(bf16=has_fast_bf16(choose_device()), device=choose_device().type)


def qt() -> None:
    """Load Qt, and let it connect to the display; it ends the process where it cannot."""
    core = importlib.import_module("PySide6.QtCore")  # by name: the engine knows no Qt, and only this child loads it
    say(version=core.qVersion(), plugins=core.QLibraryInfo.path(core.QLibraryInfo.LibraryPath.PluginsPath))
    gui = importlib.import_module("PySide6.QtGui")
    importlib.import_module("PySide6.QtWidgets")
    application = gui.QGuiApplication([])
    say(
        platform=application.platformName(),
        screens=[
            [s.size().width(), s.size().height(), s.devicePixelRatio(), s.logicalDotsPerInch()]
            for s in application.screens()
        ],
        locale=core.QLocale.system().name(),
    )


def project(folder: str) -> None:
    """Read a project's index, labels and sizes."""
    from segcore.doctor.project_check import check

    check(Path(folder), lambda facts: say(**facts))


def main(arguments: Sequence[str]) -> None:
    """Answer one question: ``libraries``, ``torch``, ``qt`` or ``project FOLDER``."""
    questions: dict[str, Callable[..., None]] = {
        "libraries": libraries,
        "torch": torch,
        "qt": qt,
        "project": project,
    }
    questions[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
