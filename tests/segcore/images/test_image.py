from __future__ import annotations

import ast
import io
import os
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

import segcore.images.deep_colour
import segcore.images.image
from segcore.errors import ImageError
from segcore.images.header import ImageHeader, read_header
from segcore.images.image import image_size, list_images, read_image, read_thumbnail

QUADRANTS = np.zeros((4, 6, 3), np.uint8)
QUADRANTS[:2, :3], QUADRANTS[:2, 3:], QUADRANTS[2:, :3] = (255, 0, 0), (0, 255, 0), (0, 0, 255)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "ppm", "gif"])
def test_lossless_formats(tmp_path, suffix):
    path = tmp_path / f"ü.{suffix}"
    Image.fromarray(QUADRANTS).save(path)
    image = read_image(path)
    assert np.array_equal(image, QUADRANTS)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert image.flags.writeable
    assert image_size(path) == (4, 6)


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "CMYK"])
def test_other_modes_become_rgb(tmp_path, mode):
    path = tmp_path / ("x.tif" if mode == "CMYK" else "x.png")
    Image.new("RGB", (6, 4), (255, 255, 255)).convert(mode).save(path)
    assert np.array_equal(read_image(path), np.full((4, 6, 3), 255, np.uint8))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation(tmp_path, orientation):
    path = tmp_path / "x.png"
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(QUADRANTS)
    picture.save(path, exif=exif)
    picture.info["exif"] = exif.tobytes()
    expected = np.array(ImageOps.exif_transpose(picture))
    assert np.array_equal(read_image(path), expected)
    assert image_size(path) == expected.shape[:2]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_of_deep_images_agrees_with_the_others(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(QUADRANTS)
    picture.info["exif"] = exif.tobytes()
    assert np.array_equal(
        segcore.images.image._turned(QUADRANTS, orientation), np.array(ImageOps.exif_transpose(picture))
    )


@pytest.mark.parametrize("name", ["grey.png", "grey.tif", "colour.png", "colour.tif"])
def test_sixteen_bits_are_stretched(tmp_path, name):
    ramp = np.linspace(0, 4095, 1000).astype(np.uint16).reshape(20, 50)
    cv2.imwrite(str(tmp_path / name), ramp if name.startswith("grey") else np.dstack([ramp, ramp, ramp]))
    image = read_image(tmp_path / name)
    assert image.shape == (20, 50, 3)
    assert image.min() == 0
    assert image.max() == 255
    assert abs(int(image[10, 0, 0]) - 128) <= 2


def test_colour_order_of_deep_images(tmp_path):
    deep = np.zeros((2, 2, 3), np.uint16)
    deep[0, 0, 2] = 60000  # OpenCV writes BGR: this is red
    cv2.imwrite(str(tmp_path / "x.png"), deep)
    assert read_image(tmp_path / "x.png")[0, 0].tolist() == [255, 0, 0]


def test_a_flat_deep_image_does_not_divide_by_zero(tmp_path):
    cv2.imwrite(str(tmp_path / "x.png"), np.full((3, 3), 700, np.uint16))
    assert read_image(tmp_path / "x.png").max() == 0


def test_float_image_with_nan(tmp_path):
    values = np.linspace(0, 1, 100, dtype=np.float32).reshape(10, 10)
    values[0, 0] = np.nan
    Image.fromarray(values).save(tmp_path / "x.tif")
    assert read_image(tmp_path / "x.tif")[9, 9].tolist() == [255, 255, 255]


def test_bad_files_say_what_is_wrong(tmp_path):
    good = tmp_path / "good.jpg"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)).save(good)
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("no image")
    (tmp_path / "cut.jpg").write_bytes(good.read_bytes()[:1500])
    (tmp_path / "folder.jpg").mkdir()
    for name, text in (
        ("empty.jpg", "0 bytes"),
        ("text.jpg", "cannot be read"),
        ("cut.jpg", "truncated"),
        ("none.jpg", "no longer there"),
        ("folder.jpg", "cannot be read"),
    ):
        with pytest.raises(ImageError, match=text) as caught:
            read_image(tmp_path / name)
        assert name in caught.value.message
        assert caught.value.remedy


def test_a_bomb_is_refused_before_decoding(tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    Image.new("1", (3000, 3000)).save(path)
    monkeypatch.setattr(segcore.images.image, "MAX_PIXELS", 1_000_000)
    with pytest.raises(ImageError, match="3000 x 3000"):
        read_image(path)
    assert image_size(path) == (3000, 3000)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "WEBP", "GIF"])
def test_no_damage_escapes_as_another_error(tmp_path, kind):
    path = tmp_path / "x.img"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (24, 30, 3), np.uint8)).save(path, kind)
    data, rng = path.read_bytes(), np.random.default_rng(1)
    for trial in range(60):
        broken = bytearray(data[: rng.integers(0, len(data))] if trial % 3 == 0 else data)
        for place in rng.integers(0, max(1, min(len(broken), 400)), 3) if broken else ():
            broken[place] ^= 1 << int(rng.integers(0, 8))
        path.write_bytes(bytes(broken))
        for read in (read_image, image_size):
            try:
                read(path)
            except ImageError:
                continue


def test_list_images(tmp_path):
    for name in ("b.JPG", "a.png", "note.txt", ".hidden.png", "sub/ü.tif", "sub/deep/c.webp", "x.maskwright/d.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(list_images(tmp_path)) == ["a.png", "b.JPG", "sub/ü.tif", "sub/deep/c.webp"]
    with pytest.raises(OSError, match="none"):
        list(list_images(tmp_path / "none"))


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs rights on Windows")
def test_a_link_to_an_ancestor_ends(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.png").touch()
    os.symlink(tmp_path, tmp_path / "a" / "up")
    assert list(list_images(tmp_path)) == ["a/x.png"]


posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
linux = pytest.mark.skipif(sys.platform != "linux", reason="measured with ru_maxrss in KiB")

EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n"


@pytest.mark.parametrize(
    "data",
    [
        EPS + b"{} loop",
        EPS + b"(evil) (w) file closefile showpage",
        EPS[:30],
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: a b\n%%EndComments\n",
        b"\xc5\xd0\xd3\xc6" + struct.pack("<II", 30, len(EPS)) + bytes(18) + EPS + b"{} loop",
    ],
)
@pytest.mark.parametrize("name", ["photo.jpg", "photo.eps"])
def test_postscript_is_never_run(tmp_path, monkeypatch, data, name):
    def started(*_, **__):
        raise AssertionError("another program was started")

    monkeypatch.setattr(subprocess, "Popen", started)
    path = tmp_path / name
    path.write_bytes(data)
    for read in (read_image, image_size, lambda p: read_thumbnail(p, 72, 48)):
        with pytest.raises(ImageError, match=rf"{name} cannot be read as an image \(it is no image of a format"):
            read(path)
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("kind", ["ICO", "TGA", "PCX", "ICNS", "DDS", "SGI"])
def test_only_the_formats_that_are_named_are_opened(tmp_path, kind):
    Image.new("RGB", (64, 64)).save(tmp_path / "x.png", kind)
    for read in (read_image, image_size, lambda p: read_thumbnail(p, 72, 48)):
        with pytest.raises(ImageError, match="no image of a format"):
            read(tmp_path / "x.png")


def test_no_file_is_opened_by_whatever_format_fits():
    """`Image.open` names its formats, everywhere in the project."""
    root, calls = Path(__file__).parents[3], 0
    for path in (
        p for part in ("segcore", "app", "benchmarks", "docs", "packaging") for p in (root / part).rglob("*.py")
    ):
        text = path.read_text("utf-8")
        assert "imread(" not in text, path
        for node in ast.walk(ast.parse(text)) if "Image" in text else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Image.open"):
                calls += 1
                assert "formats" in [keyword.arg for keyword in node.keywords], f"{path}:{node.lineno}"
    assert calls


@posix
@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", ["fifo", "link to a device", "link to nothing", "link to itself"])
def test_what_is_no_ordinary_file_is_neither_listed_nor_read(tmp_path, kind):
    path = tmp_path / "x.png"
    os.mkfifo(path) if kind == "fifo" else path.symlink_to(
        {"link to a device": "/dev/zero", "link to nothing": "none"}.get(kind, "x.png")
    )
    assert list(list_images(tmp_path)) == []
    for read in (read_image, image_size, lambda p: read_thumbnail(p, 72, 48)):
        with pytest.raises(ImageError):
            read(path)


@pytest.mark.parametrize("name", ["a\0b.png", "a\ud800.png", "x" * 5000 + ".png"])
def test_names_that_no_file_can_have(name):
    for read in (read_image, image_size):
        with pytest.raises(ImageError):
            read(Path(name))


def bomb(path, width, height, colour=0, depth=1):
    """A PNG whose header says any size."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = zlib.compress(bytes(10_000_000))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))
    return path


def beyond(reads, path):
    """Megabytes that reading a file takes beyond its result, in a process that may have 4 GB, and what each said."""
    code = f"""
import resource, sys
from pathlib import Path
from segcore.errors import MaskwrightError
from segcore.images.indexed_png import read_indexed_png
from segcore.images.image import image_size, read_image, read_thumbnail
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
path, said, result = Path(sys.argv[1]), [], 0
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for read in {reads}:
    try:
        found = eval(read)
        result = max(result, getattr(found, "nbytes", 0))
        said.append("")
    except MaskwrightError as error:
        said.append(str(error))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before * 1024 - result) / 1e6, *said, sep="|")
"""
    found = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    number, *said = found.stdout.strip().split("|")
    return float(number), said


@linux
def test_a_bomb_takes_no_memory(tmp_path):
    reads = ["image_size(path)", "read_image(path)", "read_thumbnail(path, 72, 48)", "read_indexed_png(path)"]
    megabytes, said = beyond(reads, bomb(tmp_path / "x.png", 60_000, 60_000))
    assert megabytes < 30
    assert ["60000 x 60000" in text for text in said] == [False, True, True, True]


@linux
def test_a_smaller_bomb_takes_none_where_only_the_header_is_wanted(tmp_path):
    reads = ["image_size(path)", "read_thumbnail(path, 72, 48)", "read_indexed_png(path, (10, 10))"]
    megabytes, said = beyond(reads, bomb(tmp_path / "x.png", 19_000, 19_000, 0, 8))
    assert megabytes < 30
    assert ["too large for a thumbnail" in said[1], "measures 19000 x 19000, its image 10 x 10" in said[2]] == [
        True,
        True,
    ]


@linux
@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("x.jpg", "RGB", {}),
        ("p.jpg", "RGB", {"progressive": True, "subsampling": 0}),
        ("x.png", "RGB", {"compress_level": 1}),
        ("turned.png", "RGB", {"compress_level": 1, "exif": 6}),
        ("x.tif", "RGB", {}),
        ("turned.tif", "RGB", {"exif": 6}),
        ("strip.tif", "RGB", {"compression": "tiff_deflate", "tiffinfo": {278: 2400}}),
        ("float.tif", "F", {}),
        ("x.bmp", "RGB", {}),
        ("x.gif", "P", {}),
        ("x.ppm", "RGB", {}),
        ("x.webp", "RGB", {"lossless": True, "method": 0}),
        ("x.jp2", "RGB", {"irreversible": True}),
    ],
)
def test_decoding_takes_no_more_than_the_header_says(tmp_path, name, mode, options):
    side = 900 if name.endswith(("jp2", "webp")) else 2400
    if "exif" in options:
        options["exif"] = Image.Exif()
        options["exif"][0x0112] = 6
    Image.linear_gradient("L").resize((side, side)).convert(mode).save(tmp_path / name, **options)
    with (tmp_path / name).open("rb") as file:
        said = read_header(file).decoding / 1e6
    megabytes, errors = beyond(["read_image(path)"], tmp_path / name)
    assert errors == [""]
    assert megabytes < said + 90  # libraries, and a band of rows as floats


def test_what_a_decoder_cannot_do_with_little_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(segcore.images.image, "MAX_DECODING", 1_000_000)
    Image.new("RGB", (400, 300)).save(tmp_path / "x.jp2")
    with pytest.raises(ImageError, match=r"400 x 300 pixels; a file of its kind \(JPEG2000\)") as caught:
        read_image(tmp_path / "x.jp2")
    assert "megapixels" in caught.value.remedy
    assert image_size(tmp_path / "x.jp2") == (300, 400)


def test_the_largest_ordinary_images_are_within_the_bound():
    side = 20_000
    for header in (
        ImageHeader("JPEG", side, side, 4 * side * side),
        ImageHeader("TIFF", side, side, 4 * side * side),
    ):
        segcore.images.image._check_size(Path("x"), header)


@pytest.mark.parametrize("name", ["x.png", "x.tif", "x.jpg"])
def test_a_size_costs_no_pixel(tmp_path, name):
    noise = np.random.default_rng(0).integers(0, 256, (1500, 2000, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / name)
    image_size(tmp_path / name)
    before = time.thread_time()
    image_size(tmp_path / name)
    size, before = time.thread_time() - before, time.thread_time()
    read_image(tmp_path / name)
    assert size < (time.thread_time() - before) / 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["x.jpg", "x.tif", "x.webp", "packed.tif", "grey.tif"])
def test_every_rotation_agrees_with_pillow(tmp_path, name, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    big = Image.fromarray(QUADRANTS).resize((96, 64), Image.Resampling.NEAREST)
    if name == "grey.tif":
        big = Image.fromarray(np.asarray(big)[..., 0].astype(np.uint16) * 200)
    options = {"compression": "tiff_lzw"} if name == "packed.tif" else {"quality": 100}
    big.save(tmp_path / name, exif=exif, **options)
    with (tmp_path / name).open("rb") as file, Image.open(file) as picture:  # by its path, Pillow turns grey.tif twice
        expected = np.array(ImageOps.exif_transpose(picture))
    found = read_image(tmp_path / name)
    assert found.shape[:2] == expected.shape[:2] == image_size(tmp_path / name)
    if name == "grey.tif":
        assert np.array_equal(found[..., 0] > 128, expected > 128)
    else:
        assert np.array_equal(found, expected)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_deep_colour_is_turned(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    plain = io.BytesIO(cv2.imencode(".png", QUADRANTS[..., ::-1].astype(np.uint16) * 257)[1].tobytes())
    data, body = plain.getvalue(), b"eXIf" + exif.tobytes().removeprefix(b"Exif\0\0")
    extra = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    (tmp_path / "x.png").write_bytes(data[:33] + extra + data[33:])
    picture = Image.fromarray(QUADRANTS)
    picture.info["exif"] = exif.tobytes()
    assert np.array_equal(read_image(tmp_path / "x.png"), np.array(ImageOps.exif_transpose(picture)))


def test_bands_join_without_a_seam(tmp_path, monkeypatch):
    values = np.random.default_rng(0).normal(500, 100, (61, 37)).astype(np.float32)
    Image.fromarray(values).save(tmp_path / "x.tif")
    whole = read_image(tmp_path / "x.tif")
    monkeypatch.setattr(segcore.images.deep_colour, "BAND_PIXELS", 100)
    assert np.array_equal(read_image(tmp_path / "x.tif"), whole)
    monkeypatch.setattr(segcore.images.deep_colour, "_VALUES", 500)
    assert np.abs(read_image(tmp_path / "x.tif").astype(int) - whole).max() < 30


@pytest.mark.parametrize("name", ["x.jpg", "p.jpg", "x.png", "x.gif", "deep.png", "x.tif"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_thumbnails(tmp_path, name, orientation):
    big = Image.fromarray(QUADRANTS).resize((960, 640), Image.Resampling.NEAREST)
    if name == "deep.png":
        cv2.imwrite(str(tmp_path / name), np.asarray(big)[..., ::-1].astype(np.uint16) * 257)
        orientation = 1
    else:
        exif = Image.Exif()
        exif[0x0112] = orientation
        options = {"exif": exif} if name != "x.gif" else {}
        big.save(tmp_path / name, **options, **({"progressive": True} if name == "p.jpg" else {}))
        orientation = orientation if name != "x.gif" else 1
    small = read_thumbnail(tmp_path / name, 72, 48)
    assert small.shape == (48, 72, 3)
    corner = small[4, 68] if orientation == 6 else small[4, 4]
    assert np.abs(corner.astype(int) - (255, 0, 0)).max() < 40


def test_a_huge_image_has_a_thumbnail_only_when_it_is_cheap(tmp_path, monkeypatch):
    monkeypatch.setattr(segcore.images.image, "THUMBNAIL_PIXELS", 1000)
    Image.new("RGB", (100, 100)).save(tmp_path / "x.png")
    Image.new("RGB", (100, 100)).save(tmp_path / "x.jpg")
    Image.new("RGB", (100, 100)).save(tmp_path / "p.jpg", progressive=True)
    assert read_thumbnail(tmp_path / "x.jpg", 72, 48).shape == (48, 72, 3)
    for name in ("x.png", "p.jpg"):
        with pytest.raises(ImageError, match="too large for a thumbnail"):
            read_thumbnail(tmp_path / name, 72, 48)


@posix
def test_folders_that_link_to_each_other_end(tmp_path):
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.png").touch()
    for name in "abc":
        for other in "abc":
            (tmp_path / name / f"to-{other}").symlink_to(tmp_path / other)
    assert list(list_images(tmp_path)) == ["a/a.png", "b/b.png", "c/c.png"]


@posix
def test_a_linked_folder_is_listed_once_and_under_its_own_place_first(tmp_path):
    inside, outside = tmp_path / "images", tmp_path / "elsewhere"
    for folder in (inside / "z", inside / ".store" / "s", inside / "p.maskwright" / "q", outside / "sub"):
        folder.mkdir(parents=True)
        (folder / "x.png").touch()
    for name, target in (
        ("a", inside / "z"), ("b", outside), ("c", outside / "sub"), ("d", outside / ".." / "elsewhere"),
        ("e", inside / ".store" / "s"), ("f", inside / "p.maskwright" / "q"), ("g", tmp_path), ("h", tmp_path / "none"),
    ):  # fmt: skip
        (inside / name).symlink_to(target)
    assert list(list_images(inside)) == ["b/sub/x.png", "e/x.png", "f/x.png", "z/x.png"]


@posix
def test_very_deep_trees(tmp_path):
    here = os.getcwd()
    try:
        os.chdir(tmp_path)
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
        Path("deepest.png").touch()
        os.chdir(tmp_path)
        (tmp_path / "d" / "x.png").touch()
        assert next(list_images(tmp_path)) == "d/x.png"
        assert sum(1 for _ in list_images(tmp_path)) == 2
    finally:
        os.chdir(here)
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=False)


def test_many_entries_are_listed_quickly(tmp_path):
    for number in range(20_000):
        os.close(os.open(tmp_path / f"{number:05}.png", os.O_CREAT | os.O_WRONLY))
    before = time.thread_time()
    assert len(list(list_images(tmp_path))) == 20_000
    assert time.thread_time() - before < 2.0
