from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from segcore.errors import ImageError, LabelError, TrainingError
from segcore.images.content_key import content_key
from segcore.images.image import read_image
from segcore.images.indexed_png import read_indexed_png, write_indexed_png
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import Provenance
from segcore.models.checkpoint import load_checkpoint
from segcore.models.checkpoint_info import read_checkpoint_info
from segcore.models.lineage import fingerprint
from segcore.prediction import Predictor
from segcore.progress import Progress, drive
from segcore.training.dataset import Pair, missing_classes, replaced_images
from segcore.training.evaluate import evaluate
from segcore.training.holdout import split
from segcore.training.losses import SegmentationLoss
from segcore.training.recipe import RECIPES, Recipe
from segcore.training.request import TrainRequest, TrainResult
from segcore.training.training_loop import train

CLASSES = ClassSet.from_names(["ground", "blob"])
SMALL = Recipe(batch=2, crop_pixels=64 * 64, validations=2)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def scene(folder: Path, number: int, size: tuple[int, int] = (64, 64), provenance: np.ndarray | None = None) -> Pair:
    """A dark ground with a bright red blob somewhere."""
    random = np.random.default_rng(number)
    height, width = size
    image = random.integers(20, 60, (height, width, 3), dtype=np.uint8)
    y, x = random.integers(0, height // 2), random.integers(0, width // 2)
    labels = np.zeros(size, np.uint8)
    labels[y : y + height // 2, x : x + width // 2] = 1
    image[labels == 1] += np.array([180, 0, 0], np.uint8)
    Image.fromarray(image).save(folder / f"{number}.png")
    write_indexed_png(folder / f"{number}.labels.png", labels, CLASSES.palette())
    if provenance is not None:
        write_indexed_png(folder / f"{number}.provenance.png", provenance, CLASSES.palette())
    path = folder / f"{number}.provenance.png" if provenance is not None else None
    return Pair(f"{number}.png", folder / f"{number}.png", folder / f"{number}.labels.png", path)


def request(folder: Path, count: int = 4, **changes) -> TrainRequest:
    pairs = [scene(folder, n) for n in range(count)]
    learn, held = split(pairs, 0)
    made = TrainRequest(
        learn, held, CLASSES, "starter", folder / "out" / "new.safetensors", epochs=12, device="cpu", recipe=SMALL
    )
    return replace(made, **changes)


def tensors(path: Path) -> dict[str, torch.Tensor]:
    return load_checkpoint(path).segmenter.state_dict()


def same(a: Path, b: Path) -> bool:
    first, second = tensors(a), tensors(b)
    return all(torch.equal(first[key], second[key]) for key in first)


def test_it_learns_and_the_scores_are_those_of_the_saved_file(tmp_path):
    steps: list[Progress] = []
    wanted = request(tmp_path)
    result: TrainResult = drive(train(wanted), steps.append)
    assert result.before is None
    assert result.improved
    assert result.after.mean_iou > 0.8
    measured = drive(evaluate(Predictor(load_checkpoint(result.checkpoint), "cpu"), wanted.validate, CLASSES))
    assert measured == result.after
    losses = [step.detail["loss"] for step in steps if step.message.startswith("Training") and "loss" in step.detail]
    assert losses[-1] < losses[0]
    validated = [step.detail["mean_iou"] for step in steps if "mean_iou" in step.detail]
    assert max(validated) == result.after.mean_iou
    assert all(step.done <= step.total or step.total == 0 for step in steps)
    assert all(step.detail["seconds_left"] is None or step.detail["seconds_left"] >= 0 for step in steps if step.detail)


def test_the_checkpoint_tells_where_it_comes_from(tmp_path):
    wanted = request(tmp_path, epochs=1, seed=7)
    drive(train(wanted))
    info = read_checkpoint_info(wanted.out)
    assert info.classes.names == ["ground", "blob"]
    source, entry = info.lineage
    assert source["source"] == "efficientnet_lite0, ImageNet"
    assert (entry["seed"], entry["epochs"], entry["train_images"], entry["held_out_images"]) == (7, 1, 3, 1)
    assert entry["trained_on"] == sorted(fingerprint(pair.key) for pair in wanted.train)
    assert info.metrics["mean_iou"] == entry["mean_iou_after"]


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tmp_path):
    base = request(tmp_path, epochs=3)
    outs = [tmp_path / f"{name}.safetensors" for name in ("first", "again", "other")]
    for out, seed in zip(outs, (1, 1, 2), strict=True):
        drive(train(replace(base, out=out, seed=seed)))
    assert same(outs[0], outs[1])
    assert not same(outs[0], outs[2])


def trained_with_labels_flipped_under(folder: Path, flip: bool, provenances: list[np.ndarray]) -> Path:
    """Train on three scenes; with ``flip``, every label that no person vouches for is the wrong one."""
    folder.mkdir()
    pairs = [scene(folder, number, provenance=provenance) for number, provenance in enumerate(provenances)]
    for pair, provenance in zip(pairs, provenances, strict=True):
        labels = read_indexed_png(pair.labels)
        labels = np.where((provenance < Provenance.PAINTED) & flip, 1 - labels, labels)
        write_indexed_png(pair.labels, labels, CLASSES.palette())
    learn, held = split(pairs, 0)
    out = folder / "out.safetensors"
    drive(train(TrainRequest(learn, held, CLASSES, "starter", out, epochs=4, device="cpu", recipe=SMALL)))
    return out


def test_labels_under_pixels_nobody_vouches_for_change_nothing(tmp_path):
    random = np.random.default_rng(0)
    provenances = [random.integers(0, 4, (64, 64), dtype=np.uint8) for _ in range(3)]
    plain = trained_with_labels_flipped_under(tmp_path / "plain", False, provenances)
    flipped = trained_with_labels_flipped_under(tmp_path / "flipped", True, provenances)
    assert same(plain, flipped)
    assert read_checkpoint_info(plain).metrics == read_checkpoint_info(flipped).metrics


def test_labels_under_painted_pixels_do_matter(tmp_path):
    outs = []
    for flipped in (False, True):
        folder = tmp_path / str(flipped)
        folder.mkdir()
        pairs = [scene(folder, n, provenance=np.full((64, 64), Provenance.PAINTED, np.uint8)) for n in range(3)]
        if flipped:
            for pair in pairs:
                write_indexed_png(pair.labels, 1 - read_indexed_png(pair.labels), CLASSES.palette())
        learn, held = split(pairs, 0)
        outs.append(folder / "out.safetensors")
        drive(train(TrainRequest(learn, held, CLASSES, "starter", outs[-1], epochs=4, device="cpu", recipe=SMALL)))
    assert not same(*outs)


def test_fine_tuning_continues_and_before_is_what_the_model_could_do(tmp_path):
    first = request(tmp_path)
    earlier = drive(train(first)).after
    second = replace(first, model=str(first.out), out=tmp_path / "second.safetensors", epochs=1)
    result = drive(train(second))
    assert result.before == earlier
    assert result.improved == (result.after.mean_iou > earlier.mean_iou)
    assert len(read_checkpoint_info(result.checkpoint).lineage) == 3


def test_a_class_that_the_model_could_not_name_has_no_score_before(tmp_path):
    first = request(tmp_path)
    drive(train(first))
    more = ClassSet.from_names(["ground", "blob", "hole"])
    second = replace(first, model=str(first.out), out=tmp_path / "second.safetensors", epochs=1, classes=more)
    result = drive(train(replace(second, project="roads")))
    assert result.unknown_before == ("hole",)
    assert result.before.iou["hole"] is None
    assert result.before.iou["blob"] > 0
    step = read_checkpoint_info(result.checkpoint).lineage[-1]
    assert step["project"] == "roads"
    assert step["measured_on"] == sorted(fingerprint(pair.key) for pair in first.validate)


def test_a_model_that_got_worse_is_said_to_be_worse(tmp_path):
    first = request(tmp_path)
    drive(train(first))
    for pair in first.train:  # from now on the training labels are upside down, the held-out ones are not
        write_indexed_png(pair.labels, 1 - read_indexed_png(pair.labels), CLASSES.palette())
    bold = replace(SMALL, continued=1.0, horizon=5.0, validations=1)
    result = drive(train(replace(first, model=str(first.out), out=tmp_path / "worse.safetensors", recipe=bold)))
    assert not result.improved


def test_a_single_image_is_split_by_regions(tmp_path):
    learn, held = split([scene(tmp_path, 0, (96, 96))], 0)
    out = tmp_path / "one.safetensors"
    result = drive(train(TrainRequest(learn, held, CLASSES, "starter", out, epochs=16, device="cpu", recipe=SMALL)))
    assert result.after.mean_iou > 0.6
    assert sum(map(sum, result.after.confusion)) == 96 * 96 // 4


def test_images_of_mixed_sizes_and_a_class_that_never_occurs(tmp_path):
    classes = ClassSet.from_names(["ground", "blob", "unicorn"])
    pairs = [scene(tmp_path, n, size) for n, size in enumerate([(40, 90), (64, 64), (130, 33), (20, 20)])]
    learn, held = split(pairs, 0)
    out = tmp_path / "mixed.safetensors"
    result = drive(train(TrainRequest(learn, held, classes, "starter", out, epochs=4, device="cpu", recipe=SMALL)))
    assert result.after.iou["unicorn"] in (None, 0.0)
    assert math.isfinite(result.after.mean_iou)


def test_minutes_end_on_time(tmp_path):
    result = drive(train(request(tmp_path, epochs=None, minutes=0.08)))
    assert 1.0 < result.seconds < 4.8 + 2.0
    assert result.steps > 1


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_good_state(tmp_path, monkeypatch):
    original, calls = SegmentationLoss.__call__, []

    def loss(*arguments):
        calls.append(1)
        return original(*arguments) * (math.nan if len(calls) == 14 else 1.0)

    monkeypatch.setattr(SegmentationLoss, "__call__", loss)
    wanted = request(tmp_path)
    with pytest.raises(TrainingError, match="at step 14") as caught:
        drive(train(wanted))
    assert "was saved as" in caught.value.remedy
    assert all(torch.isfinite(value).all() for value in tensors(wanted.out).values())


def test_a_loss_that_is_no_number_at_once_leaves_no_file(tmp_path, monkeypatch):
    original = SegmentationLoss.__call__
    monkeypatch.setattr(SegmentationLoss, "__call__", lambda *a: original(*a) * math.nan)
    wanted = request(tmp_path)
    with pytest.raises(TrainingError, match="at step 1"):
        drive(train(wanted))
    assert not wanted.out.exists()


def test_out_of_memory_halves_the_batch_and_says_so(tmp_path, monkeypatch):
    original, sizes = SegmentationLoss.__call__, []

    def loss(self, outputs, truth, weights):
        sizes.append(len(truth))
        if len(truth) > 1:
            raise torch.OutOfMemoryError("out of memory")
        return original(self, outputs, truth, weights)

    monkeypatch.setattr(SegmentationLoss, "__call__", loss)
    messages: list[str] = []
    result = drive(train(request(tmp_path, epochs=2)), lambda step: messages.append(step.message))
    assert any("Out of memory" in message for message in messages)
    assert sizes[:2] == [2, 1]
    assert set(sizes[1:]) == {1}
    assert result.checkpoint.exists()


def test_no_memory_for_a_single_crop_is_an_error_for_people(tmp_path, monkeypatch):
    def loss(*_):
        raise MemoryError

    monkeypatch.setattr(SegmentationLoss, "__call__", loss)
    with pytest.raises(TrainingError, match="not enough memory"):
        drive(train(request(tmp_path)))


def test_closing_leaves_nothing_behind(tmp_path):
    wanted = request(tmp_path)
    for stop_after in (1, 8, 14):
        task = train(wanted)
        for _ in range(stop_after):
            next(task)
        task.close()
    assert not wanted.out.parent.exists()


def test_an_unreadable_image_is_passed_over(tmp_path):
    wanted = request(tmp_path, 5, epochs=1)
    broken = wanted.train[0]
    broken.image.write_bytes(b"")
    result = drive(train(wanted))
    assert list(result.skipped) == [broken.key]
    assert "empty" in result.skipped[broken.key]


def test_only_unreadable_images_are_an_error(tmp_path):
    wanted = request(tmp_path)
    for pair in wanted.train:
        pair.image.write_bytes(b"")
    with pytest.raises(ImageError, match="empty"):
        drive(train(wanted))


def test_unknown_label_values_are_an_error_before_training(tmp_path):
    wanted = request(tmp_path)
    with pytest.raises(LabelError, match="no class: 1"):
        drive(train(replace(wanted, classes=ClassSet.from_names(["ground"]))))


def test_images_without_a_known_pixel_are_an_error(tmp_path):
    wanted = request(tmp_path)
    for pair in wanted.train:
        write_indexed_png(pair.labels, np.full((64, 64), 255, np.uint8), CLASSES.palette())
    with pytest.raises(TrainingError, match="No pixel"):
        drive(train(wanted))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"train": ()}, "nothing to learn"),
        ({"minutes": 1.0}, "Both"),
        ({"epochs": 0}, "must be positive"),
        ({"epochs": None, "minutes": -1.0}, "must be positive"),
    ],
)
def test_what_cannot_work_is_refused_before_the_work(tmp_path, changes, words):
    with pytest.raises(TrainingError, match=words):
        drive(train(request(tmp_path, **changes)))


def test_the_checkpoint_never_replaces_an_image(tmp_path):
    wanted = request(tmp_path)
    with pytest.raises(TrainingError, match="one of the files to learn from"):
        drive(train(replace(wanted, out=wanted.train[0].image)))


def test_the_same_image_on_both_sides_is_refused(tmp_path):
    wanted = request(tmp_path)
    with pytest.raises(TrainingError, match="both trained on and held out"):
        drive(train(replace(wanted, validate=wanted.train)))


def test_a_class_that_never_occurs_is_named_and_the_rest_is_learnt(tmp_path):
    wanted = replace(request(tmp_path, epochs=1), classes=ClassSet.from_names(["ground", "blob", "unicorn"]))
    messages: list[str] = []
    result = drive(train(wanted), lambda step: messages.append(step.message))
    assert result.warnings == ("The class 'unicorn' never occurs in the training images: it cannot be learned.",)
    assert result.warnings[0] in messages
    assert result.after.iou["blob"] is not None


def test_many_classes_that_never_occur_are_one_warning():
    assert missing_classes([]) == ""
    assert missing_classes([f"class {number}" for number in range(7)]) == (
        "7 classes never occur in the training images, they cannot be learned: class 0, class 1, class 2, class 3, "
        "class 4 …"
    )


def test_images_that_were_replaced_after_they_were_labelled_are_told(tmp_path):
    wanted = request(tmp_path, epochs=1)
    pairs = [scene(tmp_path, n, provenance=np.full((64, 64), Provenance.PAINTED, np.uint8)) for n in range(4)]
    for pair, key in zip(pairs, ["64x64-00000000", content_key(read_image(pairs[1].image)), "", ""], strict=True):
        notes = {"maskwright-picture": key} if key else None
        provenance = np.full((64, 64), Provenance.PAINTED, np.uint8)
        write_indexed_png(pair.provenance, provenance, CLASSES.palette(), notes)
    result = drive(train(replace(wanted, train=pairs[:3], validate=pairs[3:])))
    assert result.warnings == (
        "0.png was replaced by another picture after it was labelled: see whether its labels fit.",
    )
    assert replaced_images({"b.png", "a.png"}).startswith("2 images were replaced by other pictures")


def test_a_label_map_that_is_missing_or_of_another_size_is_named(tmp_path):
    wanted = request(tmp_path, 5, epochs=1)
    missing, other = wanted.train[:2]
    missing.labels.unlink()
    write_indexed_png(other.labels, np.zeros((5, 9), np.uint8), CLASSES.palette())
    result = drive(train(wanted))
    assert set(result.skipped) == {missing.key, other.key}
    assert missing.labels.name in result.skipped[missing.key]
    assert "9 x 5" in result.skipped[other.key]


def test_the_result_says_how_fast_it_was_and_what_it_held(tmp_path):
    details: list[dict] = []
    result = drive(train(request(tmp_path, epochs=2)), lambda step: details.append(dict(step.detail)))
    assert result.images_per_second > 0
    assert 50_000_000 < result.peak_memory < 64_000_000_000
    assert details[-2]["images_per_second"] > 0


def test_a_recipe_of_a_paper_trains_and_logs(tmp_path):
    pytest.importorskip("tensorboard")
    pspnet = replace(RECIPES["pspnet"], batch=2, crop=(32, 64), validations=1)
    result = drive(train(request(tmp_path, epochs=2, recipe=pspnet, log=tmp_path / "log")))
    lines = [json.loads(line) for line in (tmp_path / "log" / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [*range(1, result.steps + 1), result.steps]
    rates = [line["rates"]["head"] for line in lines[:-1]]
    assert rates == pytest.approx([0.1 * (1 - n / result.steps) ** 0.9 for n in range(result.steps)])
    assert lines[-1]["mean_iou"] == result.after.mean_iou


def test_recipes_that_cannot_work_and_files_that_are_not_there_are_refused_first(tmp_path):
    with pytest.raises(TrainingError, match="There is no loss 'focal'"):
        drive(train(request(tmp_path, recipe=replace(SMALL, loss="focal"))))  # type: ignore[arg-type]
    with pytest.raises(TrainingError, match=r"There is no file .*gone\.pth"):
        drive(train(request(tmp_path, weights=tmp_path / "gone.pth")))
