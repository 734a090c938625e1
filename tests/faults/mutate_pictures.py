"""Mutators that know the headers of pictures: sizes that lie, chunks that burst, other formats under a wrong name."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache

from tests.faults.mutate_bytes import Dice, Mutator

SIZES = (0, 1, 2, 3, 255, 65_535, 30_000, 60_000, 100_000, 2**31 - 1, 2**31, 2**32 - 1)
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@cache
def zeros(megabytes: int) -> bytes:
    """A zlib stream that unpacks to so many megabytes of zeros, made in an instant; its checksum is wrong."""
    packer = zlib.compressobj(9)
    begin = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return begin + block * (megabytes - 1) + packer.flush()


# --- PNG ---------------------------------------------------------------------------------------------------------


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk."""
    at = 8
    while at + 8 <= len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        yield name, data[at + 8 : at + 8 + length]
        at += 12 + length


def png(parts: list[tuple[bytes, bytes]]) -> bytes:
    """Chunks with right checksums."""
    return SIGNATURE + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )


def png_size(data: bytes, random: Dice) -> bytes:
    """Another width or height, or both."""
    parts = list(chunks(data))
    width, height = struct.unpack(">II", parts[0][1][:8])
    how = random.randrange(4)
    near = (width + random.choice((-1, 1)), height + random.choice((-1, 1)), height * 2)
    width = random.choice((*SIZES, *near)) if how != 1 else width
    height = random.choice((*SIZES, *near)) if how != 0 else height
    if how == 3:
        width = height = random.choice((30_000, 60_000))
    return png([(b"IHDR", struct.pack(">II", width, height) + parts[0][1][8:]), *parts[1:]])


def png_kind(data: bytes, random: Dice) -> bytes:
    """Another bit depth, colour type, compression, filter or interlacing."""
    parts = list(chunks(data))
    header = bytearray(parts[0][1])
    header[8 + random.randrange(5)] = random.choice((0, 1, 2, 3, 4, 6, 8, 16, 255))
    return png([(b"IHDR", bytes(header)), *parts[1:]])


def png_chunk(data: bytes, random: Dice) -> bytes:
    """A chunk that goes, comes twice, stands elsewhere, or holds something else."""
    parts = list(chunks(data))
    at = random.randrange(len(parts))
    name, content = parts[at]
    how = random.randrange(5)
    if how == 0:
        del parts[at]
    elif how == 1:
        parts.insert(random.randrange(len(parts) + 1), parts[at])
    elif how == 2:
        parts.insert(random.randrange(len(parts)), parts.pop(at))
    elif how == 3:
        parts[at] = (name, random.choice((b"", content[: len(content) // 2], content + b"\0" * 9, random.randbytes(9))))
    else:
        parts.insert(1, random.choice(_odd_chunks()))
    return png(parts)


@cache
def _odd_chunks() -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"tEXt", b"maskwright-state\0DONE"),
        (b"tEXt", b"maskwright-labels-crc32\0" + b"f" * 100_000),
        (b"tEXt", b"maskwright-saved\x009999-99-99"),
        (b"zTXt", b"comment\0\0" + zeros(256)),
        (b"iTXt", b"comment\0\1\0\0\0" + zeros(256)),
        (b"iCCP", b"profile\0\0" + zeros(256)),
        (b"eXIf", b"MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12\0\x03\xff\xff\xff\xff\0\0\0\x06" * 4),
        (b"acTL", struct.pack(">II", 2**31 - 1, 0)),
        (b"fcTL", struct.pack(">IIIIIHHBB", 0, 2**31 - 1, 2**31 - 1, 9, 9, 1, 1, 0, 0)),
        (b"pHYs", b"\0" * 9),
        (b"gAMA", b"\0\0\0\0"),
        (b"tRNS", b"\0" * 300),
        (b"PLTE", b"\0" * 769),
        (b"IDAT", zeros(8)),
        (b"IEND", b""),
    )


def png_bomb(data: bytes, random: Dice) -> bytes:
    """A small file of 60000 x 60000 pixels (3.6 GB), all of them there."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, random.choice((0, 3)), 0, 0, 0)
    notes = [(name, content) for name, content in chunks(data) if name in (b"PLTE", b"tEXt")]
    return png([(b"IHDR", header), *notes, (b"IDAT", zeros(3434)), (b"IEND", b"")])


PNG: dict[str, Mutator] = {f.__name__: f for f in (png_size, png_kind, png_chunk, png_bomb)}


# --- the other formats ---------------------------------------------------------------------------------------------


def put(form: str, *offsets: int) -> Mutator:
    """Write a wrong size at one of these places."""

    def change(data: bytes, random: Dice) -> bytes:
        out = bytearray(data)
        for at in random.choice([(at,) for at in offsets] + [offsets]):
            limit = 256 ** struct.calcsize(form)
            struct.pack_into(form, out, at, random.choice(SIZES) % limit)
        return bytes(out)

    return change


def after(marker: bytes, form: str, *offsets: int) -> Mutator:
    """Write a wrong size so far behind a marker."""
    return lambda data, random: put(form, *(data.index(marker) + at for at in offsets))(data, random)


def tiff_tag(data: bytes, random: Dice) -> bytes:
    """A tag with another type, count or value: sizes, strips, compression, samples."""
    out = bytearray(data)
    order = "<" if data[:2] == b"II" else ">"
    (first,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, first)
    for _ in range(random.choice((1, 1, 2, 4))):
        entry = first + 2 + 12 * random.randrange(count)
        how = random.randrange(6)
        if how == 0:
            struct.pack_into(f"{order}H", out, entry, random.choice((254, 256, 257, 258, 259, 262, 273, 277, 330, 700)))
        elif how == 1:
            struct.pack_into(f"{order}H", out, entry + 2, random.choice((0, 1, 2, 3, 4, 5, 12, 13, 99)))
        elif how == 2:
            struct.pack_into(f"{order}I", out, entry + 4, random.choice(SIZES))
        elif how == 3:
            struct.pack_into(f"{order}I", out, first + 2 + 12 * count, random.choice((first, 8, 2**31)))
        else:
            struct.pack_into(f"{order}I", out, entry + 8, random.choice((*SIZES, 4, 5, 7, 8, 32_946, 50_000)))
    return bytes(out)


def tiff_bomb(data: bytes, random: Dice) -> bytes:
    """Float pixels by the gigabyte: every strip is the same few zeros."""
    return tiff_of(random.choice((60_000, 40_000)))(data, random)


def tiff_of(side: int, rows: int = 100) -> Mutator:
    """A float TIFF of side x side pixels in a few kilobytes."""

    def change(data: bytes, random: Dice) -> bytes:
        packer = zlib.compressobj(9)
        strip = packer.compress(bytes(4 * side * rows)) + packer.flush()
        number = side // rows
        base = 8 + 2 + 11 * 12 + 4
        offsets = struct.pack(f"<{number}I", *[base + 8 * number] * number)
        lengths = struct.pack(f"<{number}I", *[len(strip)] * number)
        tags = [(256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 32), (259, 3, 1, 8), (262, 3, 1, 1)]
        tags += [(273, 4, number, base), (277, 3, 1, 1), (278, 4, 1, rows), (279, 4, number, base + 4 * number)]
        tags += [(284, 3, 1, 1), (339, 3, 1, 3)]
        entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
        return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + offsets + lengths + strip

    return change


def ppm_size(data: bytes, random: Dice) -> bytes:
    """Another size or depth in the text that a PPM begins with."""
    magic, rest = data[:2], data.split(b"\n", 3)[-1]
    size = tuple(random.choice((64, 48, *SIZES, -1, int("9" * 400))) for _ in range(2))
    return b"%s\n%d %d\n%d\n" % (magic, *size, random.choice((255, 1, 0, 65_535, 10**9))) + rest


PICTURES: dict[str, dict[str, Mutator]] = {
    "jpg": {"jpeg_size": after(b"\xff\xc0", ">H", 5, 7), "jpeg_segment": after(b"\xff\xc0", ">H", 2)},
    "png": PNG,
    "png16": PNG,
    "pngp": PNG,
    "tif": {"tiff_tag": tiff_tag, "tiff_bomb": tiff_bomb},
    "tif16": {"tiff_tag": tiff_tag},
    "tiff32": {"tiff_tag": tiff_tag, "tiff_bomb": tiff_bomb},
    "tiftile": {"tiff_tag": tiff_tag},
    "bmp": {"bmp_size": put("<I", 18, 22), "bmp_header": put("<I", 10, 14, 30, 34, 46)},
    "webp": {"webp_size": after(b"\x9d\x01\x2a", "<H", 3, 5), "webp_chunk": put("<I", 4, 16)},
    "gif": {"gif_size": put("<H", 6, 8), "gif_frame": after(b"\x2c\0\0\0\0", "<H", 1, 3, 5, 7)},
    "ppm": {"ppm_size": ppm_size},
    "pgm": {"ppm_size": ppm_size},
    "jp2": {"jp2_size": after(b"\xff\x51", ">I", 6, 10, 14, 18, 22, 26), "jp2_box": after(b"ihdr", ">I", 4, 8)},
}
"""Format of an image -> mutators that know it."""


# --- something else under this name ----------------------------------------------------------------------------------


def _eps(program: bytes) -> bytes:
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 48\n%%EndComments\n" + program + b"\nshowpage\n%%EOF\n"


def _pcx(data: bytes) -> bytes:
    return (
        b"\x0a\x05\x01\x08" + struct.pack("<HHHH", 0, 0, 63, 47) + bytes(53) + b"\1" + struct.pack("<H", 64) + bytes(60)
    )


FOREIGN_FILES: tuple[Callable[[], bytes], ...] = (
    lambda: _eps(b"(evil.txt) (w) file (was here) writestring"),
    lambda: _eps(b"{} loop"),
    lambda: _eps(b"this is no program"),
    lambda: b"\xc5\xd0\xd3\xc6" + struct.pack("<II", 30, 60) + _eps(b"{} loop"),
    lambda: b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n",
    lambda: b"SIMPLE  =                    T" + b" " * 50 + b"BITPIX  =                    8" + b" " * 2750,
    lambda: b"P7\nWIDTH 64\nHEIGHT 48\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n" + bytes(64 * 48 * 3),
    lambda: b"Pf\n64 48\n-1.0\n" + bytes(64 * 48 * 4),
    lambda: b'/* XPM */\nstatic char *x[] = {\n"1 1 1 1",\n"a c #000000",\n"a"};\n',
    lambda: b"#define x_width 8\n#define x_height 8\nstatic char x_bits[] = {\n1,2,3,4,5,6,7,8};\n",
    lambda: b"\0\0\2\0" + bytes(8) + struct.pack("<HHBB", 64, 48, 24, 0) + bytes(64 * 48 * 3),
    lambda: b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 48, 64, 8, 3) + bytes(14) + bytes(64 * 48 * 3),
    lambda: b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0" + struct.pack("<II", 40, 22) + bytes(40),
    lambda: b"DDS " + struct.pack("<IIII", 124, 0x1007, 48, 64) + bytes(108) + bytes(64 * 48 * 4),
    lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///dev/zero'/></svg>",
    lambda: b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 48 +X 64\n" + bytes(64 * 48 * 4),
    lambda: b"v/1\x01" + bytes(200),
    lambda: b"DanM" + struct.pack("<HH", 64, 48) + bytes(24) + bytes(64 * 48 // 8),
)


def foreign(data: bytes, random: Dice) -> bytes:
    """A file of a format that Maskwright does not name: PostScript, FITS, TGA, PSD, DDS, ..."""
    return random.choice(FOREIGN_FILES)()


FOREIGN: dict[str, Mutator] = {"foreign": foreign}
