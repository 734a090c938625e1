from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError
from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet, SegClass
from segcore.labels.label_map import Provenance
from segcore.models.preprocess import Preprocess
from segcore.training import dataset
from segcore.training.dataset import Dataset, Pair, read_truth, regions
from segcore.training.folder_pairs import pair_folders

CLASSES = ClassSet((SegClass(3, "road", (1, 2, 3)), SegClass(7, "sky", (4, 5, 6))))


def write(folder: Path, labels: np.ndarray, provenance: np.ndarray | None = None) -> Pair:
    height, width = labels.shape
    Image.fromarray(np.zeros((height, width, 3), np.uint8)).save(folder / "a.png")
    write_indexed_png(folder / "labels.png", labels.astype(np.uint8), CLASSES.palette())
    if provenance is not None:
        write_indexed_png(folder / "provenance.png", provenance.astype(np.uint8), CLASSES.palette())
    return Pair(
        "a", folder / "a.png", folder / "labels.png", folder / "provenance.png" if provenance is not None else None
    )


def test_label_values_become_channels(tmp_path):
    pair = write(tmp_path, np.array([[3, 7, 255], [7, 0, 3]]))
    assert read_truth(pair, CLASSES, (2, 3), ignore_index=0).tolist() == [[0, 1, 255], [1, 255, 0]]


def test_unknown_values_are_named_with_the_file(tmp_path):
    pair = write(tmp_path, np.array([[3, 9], [12, 7]]))
    with pytest.raises(LabelError, match=r"labels\.png holds values that are no class: 9, 12"):
        read_truth(pair, CLASSES, (2, 2))


def test_another_size_is_named_with_both_sizes(tmp_path):
    pair = write(tmp_path, np.full((4, 6), 3))
    with pytest.raises(LabelError, match=r"6 x 4.*8 x 5"):
        read_truth(pair, CLASSES, (5, 8))


def test_only_painted_and_confirmed_pixels_count(tmp_path):
    provenance = np.array([[0, 1, 2, 3]])
    pair = write(tmp_path, np.array([[3, 99, 7, 3]]), provenance)  # 99 is no class, but nobody vouches for it
    assert read_truth(pair, CLASSES, (1, 4)).tolist() == [[255, 255, 1, 0]]
    assert [Provenance(v).name for v in (2, 3)] == ["PAINTED", "CONFIRMED"]


def test_regions_hold_out_a_quarter_and_share_no_pixel(tmp_path):
    labels = np.full((80, 160), 3)
    pair = write(tmp_path, labels)
    train = read_truth(Pair("a", pair.image, pair.labels, part="train"), CLASSES, (80, 160)) != 255
    held = read_truth(Pair("a", pair.image, pair.labels, part="validate"), CLASSES, (80, 160)) != 255
    assert not (train & held).any()
    assert (train | held).all()
    assert held.mean() == pytest.approx(0.25)


def test_regions_follow_the_known_pixels():
    known = np.zeros((100, 100), bool)
    known[40:56, 60:76] = True
    held = regions(known) & known
    assert held.sum() == 16 * 16 // 4


def test_what_was_held_out_stays_held_out_when_more_is_painted():
    known = np.zeros((160, 160), bool)
    known[10:90, 20:120] = True
    before = regions(known) & known
    known[10:150, 5:] = True
    after = regions(known)
    assert before.any()
    assert (after[before]).all()


def test_nothing_known_holds_nothing_out():
    assert not regions(np.zeros((5, 5), bool)).any()


def test_confirmed_pixels_are_known_apart_from_painted_ones(tmp_path):
    provenance = np.full((40, 60), Provenance.PAINTED, np.uint8)
    provenance[:20] = Provenance.CONFIRMED
    provenance[30:] = Provenance.PAINTED_CONFIRMED
    pair = write(tmp_path, np.full((40, 60), 7), provenance)
    example = Dataset([pair], CLASSES, Preprocess(short_side=20))[0]
    assert example.confirmed[:10].all()
    assert not example.confirmed[10:].any()
    without = Pair(pair.key, pair.image, pair.labels)
    assert not Dataset([without], CLASSES, Preprocess())[0].confirmed.any()


def test_samples_are_resized_as_the_network_wants(tmp_path):
    pair = write(tmp_path, np.full((40, 60), 7))
    sample = Dataset([pair], CLASSES, Preprocess(short_side=20))[0]
    assert sample.image.shape == (20, 30, 3)
    assert sample.truth.shape == (20, 30)
    assert set(sample.points) == {1}


def test_images_beyond_the_cache_are_read_again(tmp_path, monkeypatch):
    pair = write(tmp_path, np.full((40, 60), 7))
    kept = Dataset([pair], CLASSES, Preprocess())
    assert kept[0] is kept[0]
    monkeypatch.setattr(dataset, "CACHE_BYTES", 100)
    small = Dataset([pair], CLASSES, Preprocess())
    assert small[0] is not small[0]


def test_folders_are_paired_by_name_through_sub_folders(tmp_path):
    for name in ("images/b.jpg", "images/deep/ä.jpg", "images/alone.jpg", "images/e.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4)).save(tmp_path / name)
    for name in ("labels/b.png", "labels/deep/ä.png", "labels/e.jpg.png"):  # the last as exported
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (4, 4)).save(tmp_path / name)
    pairs, without = pair_folders(tmp_path / "images", tmp_path / "labels")
    assert [pair.key for pair in pairs] == ["b.jpg", "e.jpg", "deep/ä.jpg"]
    assert pairs[2].labels == tmp_path / "labels/deep/ä.png"
    assert without == ("alone.jpg",)


def test_folders_without_a_pair_are_refused(tmp_path):
    (tmp_path / "images").mkdir()
    with pytest.raises(LabelError, match="is not a folder"):
        pair_folders(tmp_path / "images", tmp_path / "labels")
    (tmp_path / "labels").mkdir()
    with pytest.raises(LabelError, match="has a label map"):
        pair_folders(tmp_path / "images", tmp_path / "labels")
