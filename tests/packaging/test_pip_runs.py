"""Installing with the real pip from an index on this machine: broken connections, sizes, builds of PyTorch.

Each test starts pip, which is what is tested: it takes a second or two.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.packaging.small_index import SmallIndex, serving, small_wheel

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))

import pip_runs
import torch_build
from pip_runs import Pip, _watch

from tests.systems import linux_only

NOWHERE = "http://127.0.0.1:1/simple"
"""Nothing listens on port 1."""


@pytest.fixture(autouse=True)
def pip_of_its_own(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def index():
    wheels = small_wheel("torch", "9.1.0"), small_wheel("torch", "9.1.0+cpu"), small_wheel("torchvision", "8.0+cpu", 9)
    with serving(SmallIndex(small_wheel("alpha", "1.0"), *wheels)) as index:
        yield index


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def pip(tmp_path, pauses):
    return Pip(Path(sys.executable), tmp_path, tmp_path / "install.log", (1.0, 3.0), pauses.append)


def test_a_broken_connection_is_tried_again(pip, index, pauses, tmp_path, capsys):
    index.breaks = 1
    done = pip.install("--target", str(tmp_path / "site"), "--index-url", index.address, "alpha")
    assert (done.code, done.broken) == (0, False), done.errors
    assert (tmp_path / "site" / "alpha.bin").stat().st_size == 400_000
    if pip.modern:
        assert index.ranges, "it goes on where it broke"
        assert pauses == []
    else:
        assert pauses == [1.0]
        assert "Next try in 1 s" in capsys.readouterr().out


def test_without_a_connection_it_stops_after_growing_pauses(pip, pauses, tmp_path, monkeypatch):
    monkeypatch.setattr(pip, "run", lambda *arguments: Pip.run(pip, *arguments, tries=1))
    done = pip.install("--target", str(tmp_path / "site"), "--index-url", NOWHERE, "torch==9.1.0")
    assert done.code != 0
    assert done.broken
    assert pauses == [1.0, 3.0]
    assert "torch==9.1.0" in pip.log.read_text()


def test_a_package_that_does_not_exist_is_not_tried_again(pip, index, pauses, tmp_path):
    done = pip.install("--target", str(tmp_path / "site"), "--index-url", index.address, "torch==1.2.3")
    assert (done.code != 0, done.broken, pauses) == (True, False, [])
    assert any("torch==1.2.3" in line for line in done.errors)


@pytest.fixture
def constraints(tmp_path):
    file = tmp_path / "constraints.txt"
    file.write_text("pillow==1\ntorch==9.1.0\ntorchvision==8.0\n")
    return file


def test_pytorch_without_cuda_comes_from_its_own_index(pip, index, constraints, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "site"))
    done = torch_build.install_cpu_build(pip, constraints, index.address)
    assert done is not None
    assert done.code == 0, done.errors
    assert (tmp_path / "site" / "torch.py").read_text() == "version = '9.1.0+cpu'\n"
    assert (tmp_path / "site" / "torchvision.py").exists()
    assert done.fetched >= 400_000


@pytest.mark.parametrize("there", [True, False])
def test_the_default_index_serves_where_that_index_does_not(there, pip, constraints, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "site"))
    monkeypatch.setattr(torch_build, "has_driver", lambda: there)
    with serving(SmallIndex(small_wheel("torch", "9.1.0"))) as other:
        address = other.address if there else NOWHERE
        assert torch_build.install_cpu_build(pip, constraints, address) is None
    said = capsys.readouterr().out
    assert "The default index has" in said
    assert ("There is no NVIDIA driver" in said) == (not there)  # it may be wanted without CUDA all the same


@linux_only("elsewhere the default index has the build without CUDA")
def test_the_driver_decides_which_build(monkeypatch):
    assert not torch_build.has_driver("libcuda_of_nobody.so.1")
    assert torch_build.has_driver("libc.so.6")
    for there in (True, False):
        monkeypatch.setattr(torch_build, "has_driver", lambda there=there: there)
        assert torch_build.wants_cpu_build("auto") is not there
        assert torch_build.wants_cpu_build("cpu")
        assert not torch_build.wants_cpu_build("default")


@pytest.mark.parametrize("system", ["win32", "darwin"])
@pytest.mark.parametrize("choice", torch_build.CHOICES)
def test_elsewhere_than_on_linux_the_default_index_has_the_build_without_cuda(system, choice, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    assert not torch_build.wants_cpu_build(choice)


PRINTED = """Collecting torch==9.1.0
  Downloading torch-9.1.0-cp311-cp311-linux_x86_64.whl.metadata (28 kB)
  Downloading http://localhost/torch-9.1.0-cp311-cp311-linux_x86_64.whl (899.8 MB)
Progress 0 of 899800000
Progress 450000000 of 899800000
  Downloading tqdm-4.0-py3-none-any.whl (78 kB)
Progress 78000 of 78000
WARNING: Connection broken by 'IncompleteRead(1 bytes read)'
ERROR: it is gone
Installing collected packages: torch, tqdm
"""


def test_large_files_are_shown_with_their_size(capsys, monkeypatch):
    monkeypatch.setattr(pip_runs, "EVERY_SECONDS", 0.0)
    log: list[str] = []
    outcome = _watch(PRINTED.splitlines(keepends=True), log.append)
    assert capsys.readouterr().out.splitlines() == [
        "  fetching torch-9.1.0-cp311-cp311-linux_x86_64.whl (900 MB)",
        "  torch: 0 MB of 900 MB",
        "  torch: 450 MB of 900 MB",
        "  unpacking 2 packages",
    ]
    assert outcome.fetched == 28_000 + 899_800_000 + 78_000
    assert outcome.broken
    assert outcome.errors == ["ERROR: it is gone"]
    assert not any("Progress" in line for line in log)
