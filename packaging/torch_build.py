"""Which build of PyTorch is installed: without CUDA where the machine has no NVIDIA driver, and so a tenth as large.

Standard library only. The default index has the build with CUDA for Linux; PyTorch's own index has the one without.
"""

from __future__ import annotations

import ctypes
import re
import sys
from pathlib import Path

from pip_runs import Outcome, Pip, say

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
"""PyTorch's index of builds without CUDA (pytorch.org, Get started)."""
CHOICES = ("auto", "cpu", "default")
DRIVER = "libcuda.so.1"
"""The part of the NVIDIA driver that programs load."""


def wants_cpu_build(choice: str) -> bool:
    """Return whether the build without CUDA is to be asked for; on Windows and macOS the default index has no other."""
    return sys.platform == "linux" and (choice == "cpu" or (choice == "auto" and not has_driver()))


def has_driver(name: str = DRIVER) -> bool:
    """Return whether an NVIDIA driver is installed."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def install_cpu_build(pip: Pip, constraints: Path, index: str = CPU_INDEX) -> Outcome | None:
    """Install torch and torchvision without CUDA, of the pinned versions.

    Returns
    -------
    Outcome or None
        None: the index cannot be reached or lacks the versions; the default index serves then.
    """
    pinned = dict(re.findall(r"^(torch|torchvision)==(\S+)", constraints.read_text(encoding="utf-8"), re.MULTILINE))
    wanted = [f"{name}=={version}+cpu" for name, version in pinned.items()]
    say(
        "PyTorch is installed without CUDA."
        if has_driver()
        else "There is no NVIDIA driver: PyTorch is installed without CUDA."
    )
    arguments = ("--no-deps", "--index-url", index, *wanted)
    first = pip.run("install", "--timeout", "10", *arguments, tries=1)
    if first.code == 0:
        return first
    if not first.fetched:
        say(
            "PyTorch's index of builds without CUDA cannot be reached, or lacks this version. The default index has the"
        )
        say("build with CUDA: it works here, too, and is some gigabytes larger.")
        return None
    return pip.install(*arguments)
