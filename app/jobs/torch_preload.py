"""torch's shared libraries, opened without holding Python's global lock.

``import torch`` opens several hundred megabytes of libraries while it holds the lock, and the window stands still for a
third of a second. A foreign function called through ctypes lets the lock go; once the libraries are open, the import
finds them at hand. Measured on two busy cores: longest standstill 360-1070 ms without, 170-400 ms with.

Meanwhile the dynamic loader is locked. An extension module that another lane imports then waits for it and holds
Python's lock: the window stood still for 580 ms. So those that other lanes need are imported before.

What holds the lock for longest after that are the modules of the package ``cuda.bindings``: each makes thousands of
Python objects in one call, five of them 140 ms of processor time together (several times as long on a busy machine).
torch imports them where they are installed, for CUDA graphs and managed memory, and does without where they are not.
Without an NVIDIA driver they can do nothing, so they are left out.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from contextlib import suppress
from pathlib import Path

_OF_OTHER_LANES = ("cv2", "PIL.Image", "sqlite3", "psutil", "hashlib", "mmap", "decimal")
"""Extension modules that opening a project and an image imports."""
CUDA_BINDINGS = "cuda.bindings"
NVIDIA_DRIVER = b"libcuda.so.1"


def open_torch_libraries() -> bool:
    """Open them, on Linux; returns whether they are open. Never raises: the import opens what is not."""
    if not sys.platform.startswith("linux") or "torch" in sys.modules:
        return False
    for name in _OF_OTHER_LANES:
        with suppress(ImportError):
            importlib.import_module(name)
    with suppress(OSError, AttributeError, ValueError, ImportError):
        spec = importlib.util.find_spec("torch")
        folder = Path((spec.submodule_search_locations or [""])[0]) / "lib" if spec is not None else None
        if folder is None or not folder.is_dir():
            return False
        dlopen = ctypes.CDLL(None).dlopen
        dlopen.argtypes, dlopen.restype = [ctypes.c_char_p, ctypes.c_int], ctypes.c_void_p
        if dlopen(NVIDIA_DRIVER, os.RTLD_NOW) is None and CUDA_BINDINGS not in sys.modules:
            sys.modules[CUDA_BINDINGS] = None  # type: ignore[assignment]  # so importing it raises ImportError
        # In torch's own order: what all share is visible to all, the rest is not.
        dlopen(os.fsencode(folder / "libtorch_global_deps.so"), os.RTLD_NOW | os.RTLD_GLOBAL)
        return dlopen(os.fsencode(folder / "libtorch_python.so"), os.RTLD_NOW) is not None
    return False
