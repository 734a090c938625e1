"""Many processes predict one folder; some of them are ended before they are done."""

from __future__ import annotations

import json
import os
import signal

import numpy as np
import pytest
import torch
from PIL import Image

from segcore.cli import FAILED, main
from segcore.cli.preemption import RESUME, noticing_preemption
from segcore.cli.result_mark import is_result, mark_of
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.checkpoint import save_checkpoint
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.prediction.predictor import Predictor
from tests.systems import linux_only, posix_only


def save(path, seed: int) -> None:
    torch.manual_seed(seed)
    classes = ClassSet.from_names(["dark", "bright"])
    save_checkpoint(path, Model(build("starter", 2), "starter", classes, Preprocess((0.5,) * 3, (0.5,) * 3), "two"))


@pytest.fixture
def data(tmp_path):
    (tmp_path / "images").mkdir()
    random = np.random.default_rng(0)
    for number in range(5):
        Image.fromarray(random.integers(0, 256, (32, 40, 3), np.uint8)).save(tmp_path / "images" / f"{number}.png")
    save(tmp_path / "m.safetensors", 0)
    return tmp_path


def words(data, *more: str) -> list[str]:
    where = [
        "--model",
        str(data / "m.safetensors"),
        "--out",
        str(data / "out"),
        "--device",
        "cpu",
        "--precision",
        "float32",
    ]
    return ["predict", str(data / "images"), *where, "--json", *more]


def predict(data, capsys, *more: str, code: int = 0) -> dict:
    assert main(words(data, *more)) == code
    return json.loads(capsys.readouterr().out)


def counts(report: dict) -> tuple[int, int, int]:
    return report["images"], report["already_there"], report["not_tried"]


def test_shards_do_each_image_once_and_the_last_writes_the_report_of_all(data, capsys, monkeypatch):
    first = predict(data, capsys, "--shard", "1/2", "--report", str(data / "r.json"))
    assert (counts(first), first["shard"]) == ((3, 0, 0), "1/2")
    assert sorted(path.name for path in (data / "out").iterdir()) == ["0.png", "2.png", "4.png"]
    assert not (data / "r.json").exists()
    for name, value in (("ID", "2"), ("COUNT", "2"), ("MIN", "1")):
        monkeypatch.setenv(f"SLURM_ARRAY_TASK_{name}", value)
    assert counts(predict(data, capsys, "--report", str(data / "r.json"))) == (2, 0, 0)
    assert counts(json.loads((data / "r.json").read_text())) == (5, 0, 0)
    assert len(list((data / "out").iterdir())) == 5


def test_results_of_this_model_and_these_options_are_not_made_again(data, capsys):
    predict(data, capsys, "--crf", "fast")
    before = {path: path.stat().st_mtime_ns for path in (data / "out").iterdir()}
    (data / "out" / "1.png").unlink()
    (data / "out" / "2.png").write_bytes((data / "images" / "2.png").read_bytes())
    assert counts(predict(data, capsys, "--crf", "fast", "--resume")) == (2, 3, 0)
    kept = [path for path, time in before.items() if path.stat().st_mtime_ns == time]
    assert sorted(path.name for path in kept) == ["0.png", "3.png", "4.png"]
    assert counts(predict(data, capsys, "--crf", "none", "--resume")) == (5, 0, 0)
    assert counts(predict(data, capsys, "--crf", "none", "--resume", "--probabilities")) == (5, 0, 0)
    save(data / "m.safetensors", 1)
    assert counts(predict(data, capsys, "--crf", "none", "--resume")) == (5, 0, 0)


@linux_only("Windows does not tell when a file was changed")
def test_results_of_images_that_were_replaced_meanwhile_are_made_again(data, capsys):
    predict(data, capsys)
    replaced, copied = data / "images" / "1.png", data / "images" / "2.png"
    before, content = replaced.stat(), copied.read_bytes()
    Image.new("RGB", (40, 32), (1, 2, 3)).save(replaced)
    os.utime(replaced, ns=(before.st_atime_ns, before.st_mtime_ns))
    copied.unlink()
    copied.write_bytes(content)
    (data / "images" / "3.png").write_bytes(b"no image any more")
    times = {path.name: path.stat().st_mtime_ns for path in (data / "out").iterdir()}
    report = predict(data, capsys, "--resume", code=FAILED)
    assert counts(report) == (1, 3, 0)
    assert [each["image"] for each in report["failures"]] == ["3.png"]
    made = {path.name for path in (data / "out").iterdir() if path.stat().st_mtime_ns != times[path.name]}
    assert made == {"1.png"}


@posix_only("no SIGTERM")
def test_sigterm_finishes_the_image_in_hand_and_the_same_command_goes_on(data, capsys, monkeypatch):
    probabilities, seen = Predictor.probabilities, []

    def asked_to_end(predictor, image):
        seen.append(1)
        if len(seen) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return probabilities(predictor, image)

    monkeypatch.setattr(Predictor, "probabilities", asked_to_end)
    report = predict(data, capsys, "--resume", code=RESUME)
    assert counts(report) == (2, 0, 3)
    assert sorted(path.name for path in (data / "out").iterdir()) == ["0.png", "1.png"]
    assert counts(predict(data, capsys, "--resume")) == (3, 2, 0)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


@posix_only("no SIGTERM")
def test_a_second_sigterm_does_not_wait():
    with noticing_preemption() as preempted:
        os.kill(os.getpid(), signal.SIGTERM)
        assert preempted()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)


def test_marks_differ_by_model_and_options(tmp_path):
    (tmp_path / "m").write_bytes(b"one")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").write_bytes(b"abc")
    models = ["starter", "other", str(tmp_path / "m"), str(tmp_path / "folder")]
    marks = {mark_of(model, {"flip": flip}) for model in models for flip in (False, True)}
    assert len(marks) == 8
    assert mark_of("starter", {"flip": False}) in marks
    assert not is_result(tmp_path / "m", "x", tmp_path / "m")
    assert not is_result(tmp_path / "missing", "x", tmp_path / "m")
