"""What becomes of the candidates of "Keep learning"; a script stands in for the process, checkpoints are real."""

from __future__ import annotations

import json

import pytest

from app.training.keep_run import KeepOrder
from tests.app.training.test_promotion import BETTER, TOO_FEW, checkpoint
from tests.segcore.training.painted_project import correct, painted_project


@pytest.fixture
def project(tmp_path):
    with painted_project(tmp_path, 3, 0) as found:
        correct(found, 0)
        found.active_model = str(checkpoint(found.new_checkpoint_path()))
        yield found


def offers(monkeypatch, project, *cases, **more):
    """Let the process write a candidate for each case (which must be one file), say so, and wait for the end."""
    folder = project.root / "training" / "keep-learning"
    path = folder / "candidate.safetensors"
    source = checkpoint(project.root / "new.safetensors")
    code = "import shutil, sys, time\n"
    for found, before, after in cases:
        line = {"event": "result", "checkpoint": str(path), "before": before.to_json(), "after": after.to_json()}
        line |= {"comparison": found.to_json(), "seconds": 1, "best_step": 7, **more}
        code += f"shutil.copy({str(source)!r}, {str(path)!r}); print({json.dumps(line)!r}, flush=True)\n"
    monkeypatch.setattr(KeepOrder, "arguments", lambda self: ["-c", f"{code}sys.stdin.read()"])


def versions(project):
    return [info.path.name for info in project.checkpoints()]


def test_what_is_shown_to_be_better_is_a_version_and_in_use(desk, project, monkeypatch):
    offers(monkeypatch, project, BETTER)
    desk.open(project)
    desk.keep.switch(True)
    desk.wait(lambda: desk.predictions.model_key.endswith("version-002.safetensors"))
    assert versions(project) == ["version-001.safetensors", "version-002.safetensors"]
    assert not desk.panel.result.isHidden()
    control = desk.keep.folder.control
    desk.wait(lambda: json.loads(control.read_text())["model"] == desk.predictions.model_key)
    assert desk.errors == []


def test_what_too_few_images_judge_waits_and_only_the_latest_is_kept(desk, project, monkeypatch):
    offers(monkeypatch, project, TOO_FEW, TOO_FEW, TOO_FEW)
    desk.open(project)
    desk.keep.switch(True)
    desk.wait(lambda: desk.keep.candidate is not None)
    assert versions(project) == ["version-001.safetensors"]
    files = sorted(path.name for path in (project.root / "training" / "keep-learning").iterdir())
    assert files == ["candidate.safetensors", "control.json", "errors.log", "progress.jsonl"]
    assert desk.predictions.model_key.endswith("version-001.safetensors")
    desk.keep.switch(False)
    assert desk.keep.candidate is None
    assert desk.panel.keep.switch.offer.isHidden()


def test_a_state_that_a_person_chose_is_a_version_that_asks(desk, project, monkeypatch):
    offers(monkeypatch, project, TOO_FEW, chosen=True)
    desk.open(project)
    desk.keep.switch(True)
    desk.wait(lambda: desk.panel.result.undecided)
    assert versions(project) == ["version-001.safetensors", "version-002.safetensors"]
    assert desk.predictions.model_key.endswith("version-001.safetensors")


def test_lines_that_are_no_results_change_nothing(desk, project, monkeypatch):
    code = "import sys\nprint('no JSON'); print('[]'); print('{\"event\": \"result\"}')\n"
    code += 'print(\'{"event": "progress", "done": 0, "total": 0, "message": "Learning from 1 image"}\')\n'
    monkeypatch.setattr(KeepOrder, "arguments", lambda self: ["-c", f"{code}sys.stdout.flush(); sys.stdin.read()"])
    desk.open(project)
    desk.keep.switch(True)
    desk.wait(lambda: desk.keep.text == "Learning from 1 image")
    assert versions(project) == ["version-001.safetensors"]
    assert desk.errors == []
