"""SharedArrays: an image and its probabilities in memory that two processes share.

The memory has no name in the file system (Windows: a name that ends with the last process that has it open), so
nothing is left behind, however a process ends.
"""

from __future__ import annotations

import itertools
import mmap
import os
import sys
import tempfile

import numpy as np

_ALIGNMENT = 64
_numbers = itertools.count()


class SharedArrays:
    """The arrays of one request.

    Parameters
    ----------
    channels, height, width : int
        Of the probabilities.
    handle : int or str or None
        The descriptor (Windows: name) of memory that another process made; None makes new memory. This object
        owns the descriptor and closes it.

    Attributes
    ----------
    image : NDArray[np.uint8]
        [H, W, 3].
    probabilities : NDArray[np.float32]
        [C, H, W]; the result replaces them. The arrays keep the memory alive.
    handle : int or str
        What the other process needs to open the memory.

    Raises
    ------
    OSError
        There is not enough memory.
    """

    def __init__(self, channels: int, height: int, width: int, handle: int | str | None = None) -> None:
        picture = -(-height * width * 3 // _ALIGNMENT) * _ALIGNMENT
        size = picture + channels * height * width * 4
        if sys.platform == "win32":
            self.handle: int | str = f"maskwright-crf-{os.getpid()}-{next(_numbers)}" if handle is None else handle
            memory = mmap.mmap(-1, size, tagname=str(self.handle))
        else:
            self.handle = _unnamed(size) if handle is None else handle
            try:
                memory = mmap.mmap(int(self.handle), size)
            except BaseException:
                self.close()
                raise
        self.image = np.frombuffer(memory, np.uint8, height * width * 3).reshape(height, width, 3)
        values = np.frombuffer(memory, np.float32, channels * height * width, picture)
        self.probabilities = values.reshape(channels, height, width)

    def close(self) -> None:
        """Close the descriptor; the arrays stay usable."""
        if isinstance(self.handle, int) and self.handle >= 0:
            os.close(self.handle)
            self.handle = -1


def _unnamed(size: int) -> int:
    """Return the descriptor of a file without a name, of allocated size, in memory where the system supports it."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("maskwright-crf")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    try:
        # writing to pages that are not allocated would kill the process
        os.posix_fallocate(descriptor, 0, size) if hasattr(os, "posix_fallocate") else os.ftruncate(descriptor, size)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
