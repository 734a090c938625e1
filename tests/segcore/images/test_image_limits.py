from __future__ import annotations

import ast
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import segcore.images.deep_colour
import segcore.images.image
from segcore.errors import ImageError
from segcore.images.header import ImageHeader, read_header
from segcore.images.image import image_size, read_image, read_thumbnail
from segcore.images.list_images import list_images
from tests.systems import linux_only, posix_only


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


@posix_only("Windows has no such files")
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


@linux_only("measured with ru_maxrss in KiB")
def test_a_bomb_takes_no_memory(tmp_path):
    reads = ["image_size(path)", "read_image(path)", "read_thumbnail(path, 72, 48)", "read_indexed_png(path)"]
    megabytes, said = beyond(reads, bomb(tmp_path / "x.png", 60_000, 60_000))
    assert megabytes < 30
    assert ["60000 x 60000" in text for text in said] == [False, True, True, True]


@linux_only("measured with ru_maxrss in KiB")
def test_a_smaller_bomb_takes_none_where_only_the_header_is_wanted(tmp_path):
    reads = ["image_size(path)", "read_thumbnail(path, 72, 48)", "read_indexed_png(path, (10, 10))"]
    megabytes, said = beyond(reads, bomb(tmp_path / "x.png", 19_000, 19_000, 0, 8))
    assert megabytes < 30
    assert ["too large for a thumbnail" in said[1], "measures 19000 x 19000, its image 10 x 10" in said[2]] == [
        True,
        True,
    ]


@linux_only("measured with ru_maxrss in KiB")
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
        segcore.images.image.check_size(Path("x"), header)
