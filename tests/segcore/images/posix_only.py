"""The mark of tests that need a POSIX system."""

from __future__ import annotations

import sys

import pytest

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
