import errno
import json

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image

from segcore.cli import main
from segcore.crf import crf_available
from segcore.hardware.device import has_bf16
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.checkpoint import save_checkpoint
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.project.project import Project

CLASSES = ClassSet.from_json(
    [{"index": 4, "name": "dark", "color": "#102030"}, {"index": 9, "name": "bright", "color": "#ffee00"}]
)


@pytest.fixture
def checkpoint(tmp_path) -> str:
    torch.manual_seed(0)
    segmenter = build("starter", 2)
    with torch.no_grad():
        segmenter.classifiers()[0].weight.normal_()
    path = tmp_path / "models" / "m.safetensors"
    save_checkpoint(path, Model(segmenter, "starter", CLASSES, Preprocess((0.5,) * 3, (0.5,) * 3), "two"))
    return str(path)


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "Bilder ä"
    (folder / "sub").mkdir(parents=True)
    random = np.random.default_rng(0)
    for name, size in (("a.jpg", (40, 60)), ("b.png", (33, 35)), ("sub/a.png", (64, 32))):
        Image.fromarray(random.integers(0, 256, (*size, 3), np.uint8)).save(folder / name)
    return folder


def test_a_folder_gives_one_indexed_png_an_image(images, checkpoint, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["predict", str(images), "--model", checkpoint, "--out", str(out), "--device", "cpu", "--json"]
    assert main([*arguments, "--probabilities"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["images"], report["failures"], report["device"], report["model"]) == (3, [], "cpu", "two")
    assert report["seconds"] >= 0
    files = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert files == {"a.png", "a.npz", "b.png", "b.npz", "sub/a.png", "sub/a.npz"}
    labels = read_indexed_png(out / "a.png", (40, 60))
    assert set(np.unique(labels)) <= {4, 9}
    with Image.open(out / "a.png") as image:
        assert image.mode == "P"
        assert image.getpalette()[12:15] == [0x10, 0x20, 0x30]
    with np.load(out / "a.npz", allow_pickle=False) as data:
        assert data["probabilities"].dtype == np.float16
        assert data["probabilities"].shape == (2, 40, 60)
        assert data["classes"].tolist() == ["dark", "bright"]
        probabilities = data["probabilities"].astype(np.float32)
    sure = np.abs(probabilities[0] - probabilities[1]) > 1e-3  # float16 cannot tell closer ones apart
    assert sure.any()
    np.testing.assert_array_equal(CLASSES.indices[probabilities.argmax(0)][sure], labels[sure])


def test_a_project_is_predicted_in_its_own_classes(images, checkpoint, tmp_path, capsys):
    project_classes = ClassSet.from_json([{"index": 1, "name": "Bright", "color": "#00ff00"}])
    Project.create(tmp_path / "p", images, project_classes).close()
    out = tmp_path / "out"
    assert main(["predict", str(tmp_path / "p"), "--model", checkpoint, "--out", str(out)]) == 0
    assert "3 predicted" in capsys.readouterr().out
    mapped = np.concatenate([read_indexed_png(p).ravel() for p in sorted(out.rglob("*.png"))])
    main(["predict", str(images), "--model", checkpoint, "--out", str(tmp_path / "plain")])
    plain = np.concatenate([read_indexed_png(p).ravel() for p in sorted((tmp_path / "plain").rglob("*.png"))])
    np.testing.assert_array_equal(mapped, np.where(plain == 9, 1, 255))


def test_a_bad_image_fails_and_the_rest_goes_on(images, checkpoint, tmp_path, capsys):
    (images / "b.png").write_bytes(b"\x89PNG broken")
    out = tmp_path / "out"
    assert main(["predict", str(images), "--model", checkpoint, "--out", str(out), "--json"]) == 1
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert report["images"] == 2
    assert [failure["image"] for failure in report["failures"]] == ["b.png"]
    assert "b.png" in captured.err
    assert (out / "sub" / "a.png").exists()


def test_images_of_one_stem_keep_their_suffix(images, checkpoint, tmp_path):
    Image.new("RGB", (40, 40)).save(images / "a.bmp")
    out = tmp_path / "out"
    assert main(["predict", str(images), "--model", checkpoint, "--out", str(out)]) == 0
    assert {p.name for p in out.iterdir()} == {"a.bmp.png", "a.jpg.png", "b.png", "sub"}


def test_single_images(images, checkpoint, tmp_path):
    out = tmp_path / "out"
    arguments = ["predict", str(images / "a.jpg"), str(images / "b.png"), "--model", checkpoint, "--out", str(out)]
    assert main(arguments) == 0
    assert {p.name for p in out.iterdir()} == {"a.png", "b.png"}


def test_slices_of_a_stack_in_a_folder_as_a_file_and_alone(images, checkpoint, tmp_path):
    values = np.random.default_rng(0).integers(0, 256, (3, 40, 50), np.uint8)
    tifffile.imwrite(images / "stack.tif", values, imagej=True, metadata={"axes": "ZYX"})
    every = {"stack_0001.png", "stack_0002.png", "stack_0003.png"}
    for number, (source, names) in enumerate(
        (
            (images, {*every, "a.png", "b.png", "sub"}),
            (images / "stack.tif", every),
            (images / "stack.tif" / "slice-0002", {"stack_0002.png"}),
        )
    ):
        out = tmp_path / f"out{number}"
        assert main(["predict", str(source), "--model", checkpoint, "--out", str(out)]) == 0
        assert {path.name for path in out.iterdir()} == names


def test_images_are_never_overwritten(images, checkpoint, capsys):
    before = (images / "b.png").read_bytes()
    assert main(["predict", str(images / "b.png"), "--model", checkpoint, "--out", str(images)]) == 1
    assert "would replace" in capsys.readouterr().err
    assert (images / "b.png").read_bytes() == before


def test_earlier_results_inside_the_folder_are_no_images(images, checkpoint):
    out = images / "out"
    for _ in range(2):
        assert main(["predict", str(images), "--model", checkpoint, "--out", str(out)]) == 0
    assert {p.relative_to(out).as_posix() for p in out.rglob("*.png")} == {"a.png", "b.png", "sub/a.png"}


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param("exact", marks=pytest.mark.skipif(not crf_available(), reason="pydensecrf2 is not installed")),
        "fast",
        "auto",
    ],
)
def test_the_crf_changes_the_result(images, checkpoint, tmp_path, engine):
    for name in ("none", engine):
        out = str(tmp_path / name)
        assert main(["predict", str(images), "--model", checkpoint, "--out", out, "--crf", name]) == 0
    assert (tmp_path / "none" / "a.png").read_bytes() != (tmp_path / engine / "a.png").read_bytes()


def test_a_projects_parameters_hold_unless_flags_say_otherwise(images, checkpoint, tmp_path):
    with Project.create(tmp_path / "p", images, CLASSES) as project:
        project.set_setting("crf", {"w1": 9.0, "theta_beta": 80.0})
    common = ["--model", checkpoint, "--device", "cpu", "--crf", "fast"]
    runs = {
        "project": [str(tmp_path / "p")],
        "said": [str(images), "--crf-w1", "9", "--crf-theta-beta", "80"],
        "overruled": [str(tmp_path / "p"), "--crf-w1", "0"],
        "plain": [str(images)],
        "none": [str(images), "--crf", "none"],
        "protected": [str(tmp_path / "p"), "--crf-protect", "dark,bright"],
    }
    for name, words in runs.items():
        assert main(["predict", words[0], *common, *words[1:], "--out", str(tmp_path / name)]) == 0
    made = {name: read_indexed_png(tmp_path / name / "sub" / "a.png").tobytes() for name in runs}
    assert made["project"] == made["said"]
    assert made["protected"] == made["none"], "every pixel keeps what the network gave it"
    assert len(set(made.values())) == 4


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (["--model", "nonsense"], 1, "nonsense"),
        (["--device", "cuda"], 1, "cuda"),
        (["--device", "toaster"], 2, "toaster"),
        (["--crf", "quick"], 2, "quick"),
        (["--crf-w1", "3"], 2, "--crf-w1"),
        (["--crf", "fast", "--crf-w1", "-3"], 1, "w1"),
        (["--crf", "fast", "--crf-parameters", "nowhere.json"], 1, "nowhere.json"),
    ],
)
def test_usage_and_failures(images, checkpoint, tmp_path, capsys, monkeypatch, change, code, words):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    base = ["predict", str(images), "--model", checkpoint, "--out", str(tmp_path / "out")]
    assert main(base + change) == code
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_without_the_crfs_package_nothing_is_begun(images, checkpoint, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("segcore.crf.process.crf_available", lambda: False)
    out = tmp_path / "out"
    assert main(["predict", str(images), "--model", checkpoint, "--out", str(out), "--crf", "exact"]) == 1
    assert "pip install" in capsys.readouterr().err
    assert not out.exists()


def test_what_is_not_there(checkpoint, tmp_path, capsys):
    assert main(["predict", str(tmp_path / "gone"), "--model", checkpoint, "--out", str(tmp_path / "out")]) == 1
    assert "gone" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert main(["predict", str(tmp_path / "empty"), "--model", checkpoint, "--out", str(tmp_path / "out")]) == 1


def test_ctrl_c_stops_cleanly(images, checkpoint, tmp_path, monkeypatch, capsys):
    def interrupted(path):
        raise KeyboardInterrupt

    monkeypatch.setattr("segcore.prediction.Predictor.probabilities", lambda self, image: interrupted(image))
    out = tmp_path / "out"
    assert main(["predict", str(images), "--model", checkpoint, "--out", str(out)]) == 1
    assert "Stopped" in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.part"))


def test_a_full_disk_is_told_with_the_file_and_what_to_do(images, checkpoint, tmp_path, monkeypatch, capsys):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("segcore.cli.predict.write_indexed_png", full)
    assert main(["predict", str(images / "b.png"), "--model", checkpoint, "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert "b.png cannot be written (No space left on device)" in said
    assert "Free some space" in said


@pytest.mark.parametrize("inside", [".", "labels", "labels/deep", "provenance"])
def test_results_never_go_among_a_projects_own_files(images, checkpoint, tmp_path, capsys, inside):
    Project.create(tmp_path / "p", images, CLASSES).close()
    arguments = ["predict", str(images), "--model", checkpoint, "--out", str(tmp_path / "p" / inside)]
    assert main(arguments) == 1
    assert "holds a project's own files" in capsys.readouterr().err
    assert not (tmp_path / "p" / "labels").exists()


def test_the_ways_of_predicting_change_the_result_a_little_and_are_checked(images, checkpoint, tmp_path, capsys):
    def predicted(*flags: str) -> np.ndarray:
        out = tmp_path / "-".join(("out", *flags))
        arguments = ["predict", str(images / "a.jpg"), "--model", checkpoint, "--out", str(out), "--device", "cpu"]
        assert main([*arguments, "--probabilities", "--json", *flags]) == 0
        report = json.loads(capsys.readouterr().out)
        assert not report["notes"]
        assert report["precision"] == ("bf16" if "bf16" in flags else "float32")
        with np.load(out / "a.npz", allow_pickle=False) as data:
            return data["probabilities"]

    plain = predicted("--precision", "float32")
    tiled = predicted("--tile", "64", "--overlap", "32", "--precision", "float32")
    assert (tiled == plain).all(), "an image of one tile"
    others = [predicted("--scales", "0.75,1", "--flip", "--precision", "float32")]
    if has_bf16(torch.device("cpu")):
        others.append(predicted("--precision", "bf16"))
    for other in others:
        assert other.shape == plain.shape
        assert 0 < np.abs(other.astype(float) - plain).max() < 0.6
    for flags in (["--scales", "0"], ["--tile", "3"], ["--overlap", "-1"]):
        assert main(["predict", str(images), "--model", checkpoint, "--out", str(tmp_path / "o"), *flags]) != 0
        assert "Traceback" not in capsys.readouterr().err
