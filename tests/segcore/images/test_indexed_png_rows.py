import numpy as np
import pytest
from PIL import Image

from segcore.images import indexed_png_rows
from segcore.images.indexed_png import read_indexed_png, read_notes
from segcore.images.indexed_png_rows import write_indexed_png_rows
from segcore.progress import drive

PALETTE = np.random.default_rng(1).integers(0, 256, (256, 3), np.uint8)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (123, 77)])
def test_it_reads_back(shape, tmp_path, monkeypatch):
    monkeypatch.setattr(indexed_png_rows, "BAND", 1000)
    labels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    path = tmp_path / "deep" / "l.png"
    drive(write_indexed_png_rows(path, labels, PALETTE, {"key": "Wörter"}))
    np.testing.assert_array_equal(read_indexed_png(path), labels)
    assert read_notes(path.read_bytes()) == {"key": "Wörter"}
    with Image.open(path) as image:
        assert image.mode == "P"
        np.testing.assert_array_equal(np.array(image.getpalette("RGB")).reshape(-1, 3), PALETTE)
    assert [p.name for p in path.parent.iterdir()] == ["l.png"]


def test_closing_leaves_the_old_file(tmp_path, monkeypatch):
    monkeypatch.setattr(indexed_png_rows, "BAND", 1000)
    path = tmp_path / "l.png"
    path.write_bytes(b"old")
    task = write_indexed_png_rows(path, np.zeros((500, 50), np.uint8), PALETTE)
    next(task)
    assert next(task).done > 0
    task.close()
    assert [p.name for p in tmp_path.iterdir()] == ["l.png"]
    assert path.read_bytes() == b"old"
