from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from segcore.files import temporary
from segcore.files.temporary import delete_with


class Owner:
    pass


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "unpacked"
    found.mkdir()
    (found / "a.png").write_bytes(b"x")
    return found


def test_it_goes_with_its_owner_in_a_thread_of_its_own(folder, monkeypatch):
    deleted_in, rmtree = [], temporary.rmtree

    def noted(path, ignore_errors):
        deleted_in.append(threading.current_thread())
        rmtree(path, ignore_errors)

    monkeypatch.setattr(temporary, "rmtree", noted)
    owner = Owner()
    delete_with(owner, folder)
    assert folder.exists()
    del owner
    end = time.monotonic() + 10
    while (folder.exists() or deleted_in[0].is_alive()) and time.monotonic() < end:
        time.sleep(0.01)
    assert not folder.exists()
    assert threading.main_thread() not in deleted_in


def test_it_can_be_deleted_at_once_and_only_once(folder):
    owner = Owner()
    delete = delete_with(owner, folder)
    delete()
    assert not folder.exists()
    folder.mkdir()
    delete()
    del owner
    assert folder.exists(), "it is another one"


@pytest.mark.parametrize("last", ["", "del owner"])
def test_it_goes_when_python_ends(folder, last):
    code = f"""
from pathlib import Path
from segcore.files.temporary import delete_with
class Owner: pass
owner = Owner()
delete_with(owner, Path({str(folder)!r}))
{last}
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert not folder.exists()
