from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from segcore.images.header import read_header
from segcore.images.header.jpeg import check_scans

QUADRANTS = np.zeros((4, 6, 3), np.uint8)
QUADRANTS[:2, :3], QUADRANTS[:2, 3:], QUADRANTS[2:, :3] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
FORMATS = ["JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF", "PPM", "JPEG2000"]


def saved(kind, mode="RGB", size=(6, 4), **options):
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind, **options)
    return file


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*middle, after=(), size=(6, 4)):
    """A PNG with these chunks before and after its pixels."""
    rows = zlib.compress(b"".join(b"\0" + bytes(size[0]) for _ in range(size[1])))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0))
    parts = [head, *middle, chunk(b"IDAT", rows), *after, chunk(b"IEND", b"")]
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def exif(orientation):
    found = Image.Exif()
    found[0x0112] = orientation
    return found


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("size", [(6, 4), (1, 1), (300, 7)])
def test_every_format_says_its_size(kind, size):
    header = read_header(saved(kind, size=size))
    assert (header.format, header.width, header.height) == (kind, *size)
    assert header.shape == size[::-1]
    assert header.decoding >= size[0] * size[1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(kind, orientation):
    header = read_header(saved(kind, exif=exif(orientation)))
    assert header.orientation == orientation
    assert header.shape == ((6, 4) if orientation > 4 else (4, 6))


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf tiff:Orientation="6"/></x:xmpmeta>'


def test_orientation_at_other_places():
    tiff = exif(6).tobytes().removeprefix(b"Exif\0\0")
    lines = f"\nexif\n{len(tiff):8}\n{tiff.hex()}\n".encode()
    for file in (
        png(after=[chunk(b"eXIf", tiff)]),
        png(chunk(b"tEXt", b"Raw profile type exif\0" + lines)),
        png(chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(lines))),
        png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)),
        saved("JPEG", xmp=XMP),
        saved("WEBP", xmp=XMP),
        saved("TIFF", tiffinfo={700: XMP}),
    ):
        assert read_header(file).orientation == 6
        file.seek(0)
        with Image.open(file, formats=FORMATS) as image:
            assert ImageOps.exif_transpose(image).size == (4, 6)


def test_garbled_exif_says_nothing():
    assert read_header(saved("JPEG", exif=b"Exif\0\0garbage")).orientation == 1
    assert read_header(saved("PNG", exif=b"MM\0*\0\0\0\x08\xff\xff")).orientation == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"%!PS-Adobe-3.0 EPSF-3.0\n{} loop",
        b"\xc5\xd0\xd3\xc6" + bytes(30),
        b"v/1\x01",
        b"#?RADIANCE",
        b"8BPS",
    ],
)
def test_other_formats_are_not_known(data):
    with pytest.raises(ValueError, match="no image of a format"):
        read_header(io.BytesIO(data))


@pytest.mark.parametrize("kind", FORMATS)
def test_no_damage_escapes_as_another_error(kind):
    file = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (24, 30, 3), np.uint8)
    Image.fromarray(noise).save(file, kind, **({"exif": exif(6)} if kind in ("JPEG", "PNG", "WEBP") else {}))
    data, rng = file.getvalue(), np.random.default_rng(1)
    for trial in range(600):
        broken = bytearray(data[: rng.integers(0, len(data))] if trial % 3 == 0 else data)
        for place in rng.integers(0, max(1, min(len(broken), 300)), 3) if broken else ():
            broken[place] = int(rng.integers(0, 256))
        try:
            read_header(io.BytesIO(bytes(broken)))
        except ValueError:
            continue


def test_a_progressive_jpeg_costs_its_coefficients():
    plain, progressive = (read_header(saved("JPEG", size=(80, 40), progressive=p, subsampling=0)) for p in (0, 1))
    assert plain.shrinks
    assert not progressive.shrinks
    assert progressive.decoding - plain.decoding == 2 * 3 * 80 * 40


def test_a_jpeg_with_one_scan_for_each_colour_keeps_its_coefficients_too():
    data = bytearray(saved("JPEG").getvalue())
    scan = data.index(b"\xff\xda")
    data[scan + 4] = 1
    assert not read_header(io.BytesIO(bytes(data))).shrinks


def test_a_jpeg_with_too_many_scans():
    data = saved("JPEG", size=(80, 40), progressive=True).getvalue()
    check_scans(io.BytesIO(data))
    with pytest.raises(ValueError, match="scans"):
        check_scans(io.BytesIO(data[:-2] + b"\xff\xda\0\x08\x01\x01\0\x01\x3f\0" * 300))


def test_too_much_beside_the_pixels():
    text = chunk(b"teXt", bytes(1 << 20))
    with pytest.raises(ValueError, match="64 MB beside its pixels"):
        read_header(png(*[text] * 65))
    segment = b"\xff\xe1\xff\xff" + bytes(65533)
    data = saved("JPEG").getvalue()
    with pytest.raises(ValueError, match="64 MB beside its pixels"):
        read_header(io.BytesIO(data[:2] + segment * 1000 + data[2:]))
    with pytest.raises(ValueError, match="too much stands before"):
        read_header(io.BytesIO(b"GIF89a\6\0\4\0\0\0\0!\xfe" + (b"\xff" + bytes(255)) * 5000 + b"\0"))
    with pytest.raises(ValueError, match="too much stands before"):
        read_header(io.BytesIO(b"GIF89a\6\0\4\0\0\0\0" + bytes(1 << 24)))


def tags(*entries, tail=b"", order="<"):
    """A TIFF file of one directory: (tag, type, count, value or offset)."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "LH", 8, len(entries))
    return io.BytesIO(head + b"".join(struct.pack(order + "HHLL", *e) for e in entries) + bytes(4) + tail)


def test_tags_that_share_their_bytes():
    shared = [(40000 + n, 7, 60_000, 20) for n in range(5000)]
    with pytest.raises(ValueError, match="beside its pixels"):
        read_header(png(chunk(b"eXIf", tags(*shared, tail=bytes(60_000)).getvalue())))
    size = [(256, 4, 1, 6), (257, 4, 1, 4), (262, 3, 1, 8)]  # CIELAB, which Pillow reads
    assert read_header(tags(*size, *shared, tail=bytes(60_000))).decoding > 2 * 5000 * 60_000


@pytest.mark.parametrize(
    ("entries", "least"),
    [
        ([(322, 4, 1, 60_000), (323, 4, 1, 60_000), (324, 4, 1, 8)], 60_000 * 60_000),  # one tile, far beyond the image
        ([(259, 3, 1, 8), (278, 4, 1, 0xFFFFFFFF)], 2 * 600 * 400),  # a packed strip that is the whole image
        ([(277, 3, 1, 3), (258, 3, 1, 16)], 2 * 600 * 400 * 6),
    ],
)
def test_what_a_tiff_costs(entries, least):
    assert read_header(tags((256, 4, 1, 600), (257, 4, 1, 400), *entries)).decoding >= least


def test_a_tiff_with_a_million_strips():
    with pytest.raises(ValueError, match="too many strips"):
        read_header(tags((256, 4, 1, 6), (257, 4, 1, 4), (273, 1, 1_000_001, 8), tail=bytes(1_100_000)))


def test_bigtiff_and_motorola_order():
    big = b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 2)
    big += struct.pack("<HHQQ", 256, 4, 1, 600) + struct.pack("<HHQQ", 257, 4, 1, 400) + bytes(8)
    assert read_header(io.BytesIO(big)).shape == (400, 600)
    assert read_header(tags((256, 4, 1, 600), (257, 4, 1, 400), order=">")).shape == (400, 600)


def test_deep_colour_is_found():
    deep = np.zeros((4, 6, 3), np.uint16)
    header = read_header(io.BytesIO(cv2.imencode(".png", deep)[1].tobytes()))
    assert header.deep
    assert header.decoding >= 2 * deep.nbytes
    assert not read_header(io.BytesIO(cv2.imencode(".png", deep[..., 0])[1].tobytes())).deep


def jpeg2000(size=(600, 400), tile=None, **options):
    return saved("JPEG2000", size=size, **({"tile_size": tile} if tile else {}), **options)


def test_a_jpeg_2000_costs_its_tiles_and_blocks():
    whole, tiled = read_header(jpeg2000()), read_header(jpeg2000(tile=(64, 64)))
    fine = read_header(jpeg2000(codeblock_size=(4, 4), precinct_size=None))
    precincts = read_header(jpeg2000(precinct_size=(8, 8), codeblock_size=(4, 4)))
    pixels = 600 * 400
    assert 4 * pixels <= tiled.decoding < 6 * pixels
    assert 19 * pixels <= whole.decoding < 22 * pixels
    assert 90 * pixels <= fine.decoding
    assert 90 * pixels <= precincts.decoding


def test_a_tile_header_of_a_jpeg_2000_may_ask_for_finer_blocks():
    data = bytearray(saved("JPEG2000", size=(600, 400), no_jp2=True).getvalue())
    style = data[data.index(b"\xff\x52") :][:14]
    assert struct.unpack(">H", style[2:4])[0] == 12
    fine = style[:10] + b"\0\0" + style[12:]
    data[data.index(b"\xff\x93") : data.index(b"\xff\x93")] = fine
    assert read_header(io.BytesIO(bytes(data))).decoding > 90 * 600 * 400


@pytest.mark.parametrize("place", [8, 12])
def test_a_jpeg_2000_of_another_size_than_its_box_says(place):
    data = bytearray(jpeg2000().getvalue())
    siz = data.index(b"\xff\x4f\xff\x51")
    data[siz + place : siz + place + 4] = struct.pack(">I", 60_000)
    header = read_header(io.BytesIO(bytes(data)))
    assert 60_000 in (header.width, header.height)  # what the decoder would believe


def tiff_pages(*kinds, loop=None):
    """Directories one after the other, each with its NewSubfileType; ``loop`` is where the last one leads."""
    data = b"II*\0" + struct.pack("<L", 8)
    for n, kind in enumerate(kinds):
        place = 8 + n * 42
        last = n == len(kinds) - 1
        following = (0 if loop is None else loop) if last else place + 42
        data += struct.pack("<H", 3) + b"".join(
            struct.pack("<HHLL", t, 4, 1, v) for t, v in ((254, kind), (256, 6), (257, 4))
        )
        data += struct.pack("<L", following)
    return io.BytesIO(data)


@pytest.mark.parametrize(
    ("kinds", "pages"), [([0], 1), ([0, 0], 2), ([2, 2, 2], 3), ([0, 1, 1, 4], 1), ([0, 1, 0], 2), ([0] * 30, 30)]
)
def test_pages_of_a_tiff_are_counted_without_smaller_copies_and_masks(kinds, pages):
    assert read_header(tiff_pages(*kinds)).pages == pages


@pytest.mark.parametrize("loop", [8, 50, 7, 1 << 31])
def test_directories_in_a_circle_or_outside_of_the_file_end_the_count(loop):
    assert read_header(tiff_pages(0, 0, loop=loop)).pages == 2


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_pages_of_a_tiff_that_pillow_wrote(compression):
    file = io.BytesIO()
    Image.new("L", (6, 4)).save(
        file, "TIFF", save_all=True, append_images=[Image.new("L", (6, 4))] * 4, compression=compression
    )
    assert read_header(file).pages == 5
