"""The marks of tests that not every system can run; `tests/test_other_systems.py` checks that such tests have one."""

from __future__ import annotations

import os
import sys

import pytest


def linux_only(why: str) -> pytest.MarkDecorator:
    """Skip a test elsewhere than on Linux."""
    return pytest.mark.skipif(sys.platform != "linux", reason=why)


def posix_only(why: str) -> pytest.MarkDecorator:
    """Skip a test on Windows, which has no pipes among its files, no signals that ask and no `fork`."""
    return pytest.mark.skipif(sys.platform == "win32", reason=why)


needs_links = posix_only("making links needs rights on Windows")
needs_permissions = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions bind neither root nor Windows"
)
