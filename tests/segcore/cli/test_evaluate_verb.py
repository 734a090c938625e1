from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from segcore.cli import main
from segcore.hardware.device import has_bf16
from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.checkpoint import save_checkpoint
from segcore.models.model import Model

CLASSES = ClassSet.from_names(["ground", "blob"])


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """Evaluate a starter with random weights on two images of noise."""
    random = np.random.default_rng(0)
    for number in range(2):
        path = tmp_path / "images" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(random.integers(0, 256, (48, 64, 3), np.uint8)).save(path)
        labels = random.integers(0, 2, (48, 64), np.uint8)
        write_indexed_png(tmp_path / "labels" / f"{number}.png", labels, CLASSES.palette())
    torch.manual_seed(0)
    segmenter = build("starter", 2)
    with torch.no_grad():
        segmenter.classifiers()[0].weight.normal_()
    save_checkpoint(tmp_path / "m.safetensors", Model(segmenter, "starter", CLASSES, segmenter.preprocess, "m"))
    folders = ["--images", str(tmp_path / "images"), "--labels", str(tmp_path / "labels")]
    return ["evaluate", "--model", str(tmp_path / "m.safetensors"), *folders, "--device", "cpu", "--json"]


def test_it_predicts_with_the_options_of_predict(words, capsys):
    reports = []
    for more in ([], ["--flip"], ["--flip", "--scales", "0.5,1", "--precision", "bf16"]):
        assert main([*words, *more]) == 0
        reports.append(json.loads(capsys.readouterr().out))
    last = "bf16" if has_bf16(torch.device("cpu")) else "float32"
    assert [report["precision"] for report in reports] == ["float32", "float32", last]
    assert len({str(report["confusion"]) for report in reports}) == 3
    assert {sum(map(sum, report["confusion"])) for report in reports} == {2 * 48 * 64}
    assert {tuple(report["boundary"]) for report in reports} == {("ground", "blob")}
    assert all(0.0 < report["boundary_f"] < 1.0 for report in reports)


def test_an_impossible_scale_is_refused(words, capsys):
    assert main([*words, "--scales", "0"]) == 1
    assert "scales are 0" in capsys.readouterr().err


def test_the_crf_changes_the_scores_by_its_parameters(words, capsys, tmp_path):
    (tmp_path / "crf.json").write_text('{"w1": 5, "theta_beta": 60}')
    reports = []
    for more in ([], ["--crf-parameters", str(tmp_path / "crf.json")], ["--crf-w1", "0", "--crf-w2", "0"]):
        assert main([*words, "--crf", "fast", *more]) == 0
        reports.append(json.loads(capsys.readouterr().out))
    assert main(words) == 0
    plain = json.loads(capsys.readouterr().out)
    assert len({str(report["confusion"]) for report in reports}) == 3
    assert reports[2]["confusion"] == plain["confusion"], "without weights it is the prediction"
