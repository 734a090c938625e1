"""The standalone build's entry point, and the files that its packages are made of; `make standalone` makes it."""

from __future__ import annotations

import configparser
import plistlib
import shutil
import subprocess
import sys
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from xml.etree import ElementTree

import pytest

from segcore import __version__
from segcore.models.architecture_entries import EFFICIENTNET_PACKAGE
from tests.systems import linux_only

PACKAGING = Path(__file__).parents[2] / "packaging"
sys.path.insert(0, str(PACKAGING))
ENTRY = PACKAGING / "standalone" / "entry.py"

from pip_runs import Outcome  # noqa: E402


def by_file(path: Path) -> ModuleType:
    """Import a program by its file: another `build` is installed."""
    spec = spec_from_file_location(f"maskwright_{path.stem}", path)
    assert spec is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build, smoke = (by_file(PACKAGING / "standalone" / name) for name in ("build.py", "smoke.py"))
metainfo = by_file(PACKAGING / "linux" / "metainfo.py")


def entry(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, ENTRY, *words], capture_output=True, text=True, check=False)


def test_the_program_takes_the_words_of_maskwright():
    done = entry("--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"maskwright {__version__}")


def test_the_program_runs_our_modules_as_python_does():
    done = entry("-m", "segcore", "--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"maskwright {__version__}")


def test_the_program_runs_no_other_modules():
    done = entry("-m", "timeit", "pass")
    assert done.returncode == 2
    assert "usage: maskwright" in done.stderr


def test_the_build_takes_the_files_beside_the_code():
    text = (PACKAGING / "standalone" / "maskwright.spec").read_text(encoding="utf-8")
    compile(text, "maskwright.spec", "exec")
    assert f'collect_data_files("{EFFICIENTNET_PACKAGE}")' in text
    assert 'collect_data_files("resources")' in text
    assert 'collect_data_files("qtawesome"' in text
    assert 'copy_metadata("maskwright", recursive=True)' in text
    assert '"LSBackgroundOnly": False' in text  # PyInstaller sets it for a program with a console


def test_pyinstaller_finds_what_is_installed_and_not_the_checkout(monkeypatch, tmp_path):
    """The licences are in the installed resources only, and so are the versions that the doctor asks for."""
    calls = []
    monkeypatch.setattr(build, "install", lambda _: True)
    for name in ("notices", "icons"):
        monkeypatch.setattr(build, name, lambda: None)
    monkeypatch.setattr(build.subprocess, "run", lambda *_, **options: calls.append(options) or CompletedProcess([], 1))
    monkeypatch.setattr(sys, "argv", ["build.py", "--no-smoke"])
    monkeypatch.setattr(build, "OUT", tmp_path)
    assert build.main() == 1
    assert [each.get("cwd") for each in calls] == [tmp_path]


def test_the_smoke_test_fails_where_files_are_missing(tmp_path):
    (tmp_path / "log").mkdir()
    program, log = tmp_path / "maskwright", tmp_path / "log" / "maskwright.log"
    log.write_text("2026-01-01 10:00:00 WARNING app.appearance.icons: The icons cannot be read\n Traceback\n")
    assert smoke.warnings(str(tmp_path)).endswith("The icons cannot be read")
    log.write_text("")
    assert smoke.warnings(str(tmp_path)) == ""
    assert "no THIRD_PARTY_NOTICES.txt" in smoke.licences(program)
    (tmp_path / "_internal" / "resources").mkdir(parents=True)
    (tmp_path / "_internal" / "resources" / "THIRD_PARTY_NOTICES.txt").touch()
    assert smoke.licences(program) == ""


def test_the_menu_entry_starts_the_program():
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(PACKAGING / "linux" / "maskwright.desktop", encoding="utf-8")
    entry = parser["Desktop Entry"]
    assert (entry["Type"], entry["Exec"], entry["Icon"]) == ("Application", "maskwright %f", "maskwright")
    known = ElementTree.parse(PACKAGING / "linux" / "maskwright.xml").getroot()[0].attrib["type"]
    assert known in entry["MimeType"].split(";")


def test_the_other_files_can_be_read():
    ElementTree.parse(PACKAGING / "linux" / "org.maskwright.Maskwright.metainfo.xml")
    rights = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert rights["com.apple.security.cs.disable-library-validation"] is True


class RecordingPip:
    """Installs nothing and keeps what it was asked for."""

    def __init__(self, *_) -> None:
        self.log, self.asked = Path("install.log"), []

    def install(self, *words: str) -> Outcome:
        self.asked.append(words)
        return Outcome(0)


@pytest.mark.parametrize("outcome", [Outcome(1, True, 9, ["ERROR: cut off"]), Outcome(0, False, 9), None])
def test_half_of_pytorch_without_cuda_ends_the_build_and_is_not_made_up_for_with_cuda(
    outcome, tmp_path, monkeypatch, capsys
):
    pip = RecordingPip()
    monkeypatch.setattr(build, "PYTHON", tmp_path)  # it is there
    monkeypatch.setattr(build, "Pip", lambda *_: pip)
    monkeypatch.setattr(build, "install_cpu_build", lambda *_: outcome)
    stops = outcome is not None and outcome.code != 0
    assert build.install("cpu") is not stops
    assert bool(pip.asked) is not stops
    said = capsys.readouterr().out
    assert ("ERROR: cut off" in said and "Nothing is built" in said and "--torch default" in said) is stops
    assert ("gigabytes larger than" in said) is (outcome is None)


def test_nothing_of_an_earlier_build_is_packed(tmp_path, monkeypatch):
    """setuptools puts all of build/lib into the wheel: modules that are long gone, and old ones of the same name."""
    gone = tmp_path / "build" / "lib" / "app" / "gone.py"
    gone.parent.mkdir(parents=True)
    gone.touch()
    seen = []
    pip = RecordingPip()
    monkeypatch.setattr(pip, "install", lambda *_: seen.append(gone.exists()) or Outcome(0))
    monkeypatch.setattr(build, "PYTHON", tmp_path)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "Pip", lambda *_: pip)
    assert build.install("default")
    assert seen == [False]


def released(changes: str, version: str = "0.9.0") -> list[dict[str, str]]:
    bare = (PACKAGING / "linux" / metainfo.NAME).read_text(encoding="utf-8")
    made = metainfo.with_releases(version, date(2026, 11, 22), changes, bare)
    return [each.attrib for each in ElementTree.fromstring(made).iter("release")]


def test_the_releases_are_those_of_the_change_log():
    changes = "# Changelog\n\n## 0.9.0 (unreleased)\n\nIt runs & runs.\n\n- One\n\n## 0.8.0 (2026-01-02)\n\n- Two\n"
    today = {"version": "0.9.0", "date": "2026-11-22", "type": "development"}
    before = {"version": "0.8.0", "date": "2026-01-02", "type": "stable"}
    assert released(changes) == [today, before]
    assert released(changes, "0.8.0") == [before]
    assert released(changes.replace("unreleased", "2026-11-20")) == [
        {"version": "0.9.0", "date": "2026-11-20", "type": "stable"},
        before,
    ]
    with pytest.raises(ValueError, match=r"no section of version 1\.0"):
        released(changes, "1.0")
    with pytest.raises(ValueError, match="soon"):
        released(changes.replace("2026-01-02", "soon"))


def test_the_description_is_of_this_version_and_sound(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    path = metainfo.write(tmp_path)
    first = next(ElementTree.parse(path).getroot().iter("release"))
    assert first.attrib["version"] == __version__
    assert first.findtext("description/p")
    if shutil.which("appstreamcli"):
        command = ["appstreamcli", "validate", "--no-net", "--strict", path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@linux_only("Debian packages")
@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no Debian")
def test_a_debian_package(tmp_path):
    build = tmp_path / "build"
    (build / "_internal").mkdir(parents=True)
    (build / "maskwright").write_text("#!/bin/sh\n")
    (build / "maskwright").chmod(0o755)
    (build / "_internal" / "libone.so.1").write_text("")
    (build / "_internal" / "libone.so").symlink_to("libone.so.1")
    command = [sys.executable, PACKAGING / "linux" / "deb.py", "--build", build, "--out", tmp_path / "out"]
    made = Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
    assert made.name.startswith(f"maskwright_{__version__}_")
    facts = subprocess.run(["dpkg-deb", "--info", made], capture_output=True, text=True, check=True).stdout
    assert "libxcb-cursor0" in facts
    subprocess.run(["dpkg-deb", "--extract", made, tmp_path / "root"], check=True)
    files = {str(path.relative_to(tmp_path / "root")) for path in (tmp_path / "root").rglob("*") if not path.is_dir()}
    assert files == {
        "opt/maskwright/maskwright",
        "opt/maskwright/_internal/libone.so",
        "opt/maskwright/_internal/libone.so.1",
        "usr/bin/maskwright",
        "usr/share/applications/maskwright.desktop",
        "usr/share/mime/packages/maskwright.xml",
        "usr/share/metainfo/org.maskwright.Maskwright.metainfo.xml",
        "usr/share/icons/hicolor/scalable/apps/maskwright.svg",
        "usr/share/doc/maskwright/copyright",
    }
    assert (tmp_path / "root/usr/bin/maskwright").readlink() == Path("/opt/maskwright/maskwright")
    assert (tmp_path / "root/opt/maskwright/_internal/libone.so").is_symlink()


def test_a_package_without_a_build_says_what_to_do(tmp_path):
    command = [sys.executable, PACKAGING / "linux" / "deb.py", "--build", tmp_path, "--out", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "make standalone" in done.stdout + done.stderr
