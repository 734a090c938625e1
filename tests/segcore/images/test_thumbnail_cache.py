"""The thumbnails on the disk: found while the image stays as it was, thrown away when damaged, never too many."""

from __future__ import annotations

import os
import sqlite3

import numpy as np
import pytest

from segcore.images import thumbnail_cache
from segcore.images.thumbnail_cache import ThumbnailCache

WIDTH, HEIGHT = 24, 16


@pytest.fixture
def images(tmp_path):
    found = [tmp_path / f"{n}.png" for n in range(40)]
    for path in found:
        path.write_bytes(b"an image")
    return found


@pytest.fixture
def file(tmp_path):
    return tmp_path / "cache" / "thumbnails.sqlite"


def picture(seed=0):
    """A smooth one, which a JPEG holds to within some grey levels."""
    across = np.linspace(0, 200, WIDTH)[None, :, None] + np.linspace(0, 50, HEIGHT)[:, None, None]
    return np.repeat((across + seed).astype(np.uint8), 3, axis=2)


def test_a_picture_is_found_after_the_next_start(file, images):
    with ThumbnailCache(file, 10) as cache:
        assert cache.get(images[0], WIDTH, HEIGHT) is None
        cache.put({images[0]: picture(), images[1]: picture(5)})
    with ThumbnailCache(file, 10) as cache:
        found = cache.get(images[0], WIDTH, HEIGHT)
        assert found.shape == (HEIGHT, WIDTH, 3)
        assert found.dtype == np.uint8
        assert np.abs(found.astype(int) - picture()).max() <= 6
        assert cache.get(images[0], HEIGHT, WIDTH) is None, "of another size"
        assert cache.get(images[2], WIDTH, HEIGHT) is None


def test_a_changed_file_has_none(file, images):
    with ThumbnailCache(file, 10) as cache:
        cache.put({path: picture() for path in images[:3]})
        os.utime(images[0], ns=(1, 1))
        stat = images[1].stat()
        images[1].write_bytes(b"another image")
        os.utime(images[1], ns=(stat.st_atime_ns, stat.st_mtime_ns))
        images[2].unlink()
        assert [cache.get(path, WIDTH, HEIGHT) for path in images[:3]] == [None] * 3
        cache.put({images[2]: picture(), images[0]: picture()})
        assert cache.get(images[0], WIDTH, HEIGHT) is not None


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b"no database at all" * 100),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:5000]),
        lambda file: file.write_bytes(file.read_bytes()[:4096] + os.urandom(file.stat().st_size - 4096)),
        lambda file: _run(file, "DROP TABLE thumbnails", "CREATE VIEW thumbnails AS SELECT 1 AS path"),
        lambda file: _run(file, "CREATE TABLE more (x)"),
        lambda file: _run(file, "UPDATE thumbnails SET picture = zeroblob(50)"),
        lambda file: _run(file, "UPDATE thumbnails SET picture = 'text'"),
    ],
)
def test_a_damaged_cache_is_no_cache_and_serves_again(file, images, damage):
    with ThumbnailCache(file, 10) as cache:
        cache.put({path: picture() for path in images})
    damage(file)
    with ThumbnailCache(file, 10) as cache:
        for path in images:
            found = cache.get(path, WIDTH, HEIGHT)
            assert found is None or found.shape == (HEIGHT, WIDTH, 3)
    for _ in range(2):
        with ThumbnailCache(file, 10) as cache:
            cache.put({path: picture() for path in images})
            last = cache.get(images[0], WIDTH, HEIGHT)
    assert last is not None


def _run(file, *statements):
    connection = sqlite3.connect(file)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_picture_of_another_kind_is_none(file, images):
    with ThumbnailCache(file, 10) as cache:
        cache.put({images[0]: picture()})
        cache.put({images[1]: np.zeros((HEIGHT, WIDTH + 1, 3), np.uint8)})
    _run(file, f"UPDATE thumbnails SET width = {WIDTH}")
    with ThumbnailCache(file, 10) as cache:
        assert cache.get(images[0], WIDTH, HEIGHT) is not None
        assert cache.get(images[1], WIDTH, HEIGHT) is None


def test_those_not_seen_for_longest_go_first(file, images, monkeypatch):
    noise = np.random.default_rng(0).integers(0, 256, (48, 72, 3), np.uint8)  # 9 kB each
    limit = 0.2
    with ThumbnailCache(file, limit) as cache:
        for day, path in enumerate(images):
            monkeypatch.setattr(thumbnail_cache.time, "time", lambda day=day: day * thumbnail_cache.DAY)
            cache.put({path: noise})
            cache.get(images[0], 72, 48)
        kept = [cache.get(path, 72, 48) is not None for path in images]
    assert kept[0], "seen each day"
    assert kept[-1]
    assert not any(kept[1:15])
    assert sum(kept) >= 8
    assert file.stat().st_size <= limit * 1e6 * 1.2


def test_no_space_is_no_file(file, images):
    with ThumbnailCache(file, 10) as cache:
        cache.put({images[0]: picture()})
    assert file.exists()
    with ThumbnailCache(file, 0) as cache:
        cache.put({images[0]: picture()})
        assert cache.get(images[0], WIDTH, HEIGHT) is None
    assert not file.exists()


def test_where_nothing_can_be_written_there_is_no_cache(tmp_path, images):
    (tmp_path / "file").write_text("in the way")
    with ThumbnailCache(tmp_path / "file" / "thumbnails.sqlite", 10) as cache:
        cache.put({images[0]: picture()})
        assert cache.get(images[0], WIDTH, HEIGHT) is None
    (tmp_path / "folder").mkdir()
    with ThumbnailCache(tmp_path / "folder", 10) as cache:
        cache.put({images[0]: picture()})
    assert (tmp_path / "folder").is_dir()


def test_another_window_that_writes_is_no_reason_to_throw_it_away(file, images, monkeypatch):
    monkeypatch.setattr(thumbnail_cache, "BUSY_SECONDS", 0.01)
    with ThumbnailCache(file, 10) as cache:
        cache.put({images[0]: picture()})
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        cache.put({images[1]: picture()})
        assert cache.get(images[0], WIDTH, HEIGHT) is not None
        other.execute("ROLLBACK")
        other.close()
        cache.put({images[1]: picture()})
        assert cache.get(images[1], WIDTH, HEIGHT) is not None


def test_slices_of_a_file_have_pictures_of_their_own(file, tmp_path):
    stack = tmp_path / "stack.tif"
    stack.write_bytes(b"slices")
    with ThumbnailCache(file, 10) as cache:
        cache.put({stack: picture(), stack / "slice-0002": picture(5)})
        first, second = (cache.get(path, WIDTH, HEIGHT) for path in (stack, stack / "slice-0002"))
        assert (second.astype(int) - first).mean() == pytest.approx(5, abs=1)
        stack.write_bytes(b"other slices")
        assert cache.get(stack / "slice-0002", WIDTH, HEIGHT) is None
