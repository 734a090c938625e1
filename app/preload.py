"""Loading torch's libraries ahead of torch, so that the window keeps answering.

Python holds its global lock while it loads an extension with all libraries that it needs; for torch that stops the
window for 0.6 to 1 s (measured). A foreign call gives the lock up, so this asks the system to load the same
libraries first; what ``import torch`` does afterwards finds them in memory.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

LIBRARIES = ("c10", "torch_cpu", "torch_cuda", "torch", "torch_python")


def preload_torch() -> None:
    """Load what is there; for a lane. Never raises: without it the import only takes the lock for longer."""
    if "torch" in sys.modules or not sys.platform.startswith(("linux", "darwin")):
        return
    try:
        import ctypes

        found = importlib.util.find_spec("torch")
        if found is None or found.origin is None:
            return
        suffix = ".dylib" if sys.platform == "darwin" else ".so"
        dlopen = ctypes.CDLL(None).dlopen
        dlopen.restype, dlopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]
        for name in LIBRARIES:
            path = Path(found.origin).parent / "lib" / f"lib{name}{suffix}"
            if path.is_file():
                dlopen(os.fsencode(path), os.RTLD_NOW)
    except (OSError, AttributeError, ValueError, ImportError):
        return
