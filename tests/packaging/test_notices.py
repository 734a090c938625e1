"""The notices of other people's packages, and what the audit says of pip-audit's list."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.systems import posix_only

FOLDER = Path(__file__).resolve().parents[2] / "packaging"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"packaging_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_needed_package_is_named_with_licence_and_text(tmp_path, capsys):
    notices = script("notices")
    assert notices.main(tmp_path / "out.txt") == 0
    written = (tmp_path / "out.txt").read_text("utf-8")
    listed = {line.split()[0].lower().replace("_", "-") for line in written.split(notices.RULE)[0].splitlines()[1:]}
    assert {"numpy", "torch", "pyside6-essentials", "shiboken6", "sympy", "tifffile"} <= listed
    assert "pytest" not in listed
    assert "LGPL-3.0-only" in written
    assert "Redistribution and use in source and binary forms" in written
    assert f"{len(listed)} packages" in capsys.readouterr().out


CLEAN = {"name": "alpha", "version": "1.0", "vulns": []}
FAULTY = {"name": "beta", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "gamma", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([CLEAN], 0, "1 of 1 pinned versions checked, 0 known vulnerabilities."),
        ([CLEAN, FAULTY], 1, "beta 2.0: PYSEC-1, mended in 2.1"),
        ([CLEAN, UNKNOWN], 2, "could not be asked about, 1: gamma"),
        ([UNKNOWN], 2, "Nothing was checked."),
        ([FAULTY, UNKNOWN], 1, "1 of 2 pinned versions checked, 1 known vulnerabilities."),
    ],
)
def test_the_audit_tells_what_was_checked(packages, code, said):
    lines, found = script("audit").verdict(packages)
    assert found == code
    assert any(said in line for line in lines)


@posix_only("it has no /bin/false")
def test_an_advisory_service_that_cannot_be_reached(monkeypatch, capsys):
    audit = script("audit")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert audit.main() == 2
    assert "nothing was checked" in capsys.readouterr().out
