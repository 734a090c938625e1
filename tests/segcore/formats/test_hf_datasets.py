from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.export_options import ExportOptions
from segcore.formats.hf_datasets import HfDatasetsWriter
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet, SegClass

pytest.importorskip("pyarrow")

CLASSES = ClassSet((SegClass(7, "Straße", (4, 5, 6)), SegClass(0, "b c", (1, 2, 3))))
IDS = ["a b/x.png", "ü.png", "v.png"]


def labels(seed):
    return np.random.default_rng(seed).choice(np.array([7, 0, 255], np.uint8), (5, 6))


@pytest.fixture
def exported(tmp_path):
    image = tmp_path / "x.png"
    Image.new("RGB", (6, 5), (200, 10, 10)).save(image)
    writer = HfDatasetsWriter(tmp_path / "out", CLASSES, IDS, ExportOptions(True, parts={"v.png": "val"}))
    for n, each in enumerate(IDS):
        assert not writer.keep(each)
        assert not writer.add(each, labels(n), image)
    writer.finish()
    return tmp_path / "out"


def test_every_pixel_comes_back(exported):
    assert recognised(exported).key == "hf"
    found = open_labels(exported)
    assert [(each.name, each.color) for each in found.classes] == [(each.name, each.color) for each in CLASSES]
    assert set(found.names()) == set(IDS)
    for n, each in enumerate(IDS):
        assert np.array_equal(found.picture(each, (5, 6)).labels({0: 7, 1: 0, 255: None}), labels(n))
    with pytest.raises(LabelSizeError, match=r"v\.png"):
        found.picture("v.png", (6, 5))


def test_datasets_gives_pictures(exported):
    """The Parquet files name the features; `datasets.load_dataset` of the folder gives the same, but takes seconds."""
    import pyarrow.parquet as pq

    datasets = pytest.importorskip("datasets")
    parts = {
        part: datasets.Dataset(pq.read_table(exported / "data" / f"{part}-00000-of-00001.parquet"), fingerprint=part)
        for part in ("train", "validation")
    }
    assert [len(parts["train"]), len(parts["validation"])] == [2, 1]
    row = parts["validation"][0]
    assert (row["image"].size, row["image"].mode, row["file_name"]) == ((6, 5), "RGB", "v.png")
    table = np.vectorize({7: 0, 0: 1, 255: 255}.get)
    assert np.array_equal(np.array(row["annotation"]), table(labels(2)))
    assert json.loads((exported / "id2label.json").read_text(encoding="utf-8")) == {"0": "Straße", "1": "b c"}


def test_what_is_wrong_is_named_and_the_rest_is_read(exported):
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = exported / "data" / "validation-00000-of-00001.parquet"
    file.write_bytes(file.read_bytes()[:-9])
    pq.write_table(pa.table({"text": ["x"]}), exported / "data" / "other.parquet")
    rows = [{"bytes": b"no picture", "path": "p.png"}, None]
    pq.write_table(pa.table({"mask": rows}), exported / "data" / "masks.parquet")
    found = open_labels(exported)
    assert {each.place for each in found.problems} == {str(file), str(exported / "data" / "other.parquet")}
    assert set(found.names()) == {"a b/x.png", "ü.png", "p.png", "masks_1"}
    for name in ("p.png", "masks_1"):
        with pytest.raises(LabelError, match=name):
            found.picture(name, (5, 6))
    with pytest.raises(LabelError, match="validation"):
        open_labels(file)
