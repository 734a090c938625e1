"""Mutators of .npz and other zip archives, and of safetensors."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib

from tests.faults.mutate_bytes import Dice, Mutator
from tests.faults.mutate_pictures import zeros
from tests.faults.mutate_text import changed, dumped, json_form, nested


def _array_header(shape: str, kind: str = "'|u1'") -> bytes:
    text = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


ARRAYS = (
    lambda: b"this is no array",
    lambda: b"",
    lambda: b"\x93NUMPY",
    lambda: _array_header("(100000, 100000)"),
    lambda: _array_header("(4000000000,)"),
    lambda: _array_header("(3, 48, 64)") + bytes(9216),
    lambda: _array_header("(3, 48, 64)", "'<f8'") + bytes(9216 * 8),
    lambda: _array_header("(-1, 48)") + bytes(9216),
    lambda: _array_header("(48.0, 64)") + bytes(9216),
    lambda: _array_header("()", "'|O'") + b"cos\nsystem\n(S'true'\ntR.",
    lambda: _array_header("(2,)", "[('a', '<i4'), ('b', '|u1')]") + bytes(10),
    lambda: _array_header("(" * 2000 + ")" * 2000),
    lambda: _array_header("(" + "9" * 400 + ",)"),
    lambda: _array_header("(0, 0, 0)"),
    lambda: _array_header("(2,)", "'<U100000000'"),
    lambda: b"\x93NUMPY\x03\x00\xff\xff\xff\xff",
    lambda: b"\x93NUMPY\x09\x00\x10\x00" + bytes(16),
)


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def array_in_zip(data: bytes, random: Dice) -> bytes:
    """A member that is no array, or one of a size, type or shape that nobody expects."""
    members = _members(data)
    name = random.choice(list(members))
    if random.random() < 0.7:
        members[name] = random.choice(ARRAYS)()
    else:
        start, length = random.randrange(1, 120), random.choice((1, 2, 8))
        members[name] = members[name][:start] + random.randbytes(length) + members[name][start + length :]
    return _packed(members)


def members_of_zip(data: bytes, random: Dice) -> bytes:
    """A member gone, renamed, twice, or with a path for a name."""
    members = _members(data)
    name = random.choice(list(members))
    content = members.pop(name)
    how = random.randrange(5)
    if how:
        new = ("x", "../../../outside/evil.npy", "/evil.npy", name.removesuffix(".npy"), "a\0b.npy")[how]
        members[new] = content
    return _packed(members)


def meta_in_zip(data: bytes, random: Dice) -> bytes:
    """The JSON that lies in a prediction as an array of bytes."""
    members = _members(data)
    if "meta.npy" not in members:
        return array_in_zip(data, random)
    text = members["meta.npy"].partition(b"\n")[2]
    new = random.choice(
        (dumped(changed(json.loads(text), random)), nested(random).encode(), json_form(text, random), b"\xff")
    )
    members["meta.npy"] = _array_header(f"({len(new)},)") + new
    return _packed(members)


def zip_sizes(data: bytes, random: Dice) -> bytes:
    """Sizes, methods, flags and offsets of members and of the directory."""
    out = bytearray(data)
    marks = [
        (b"PK\x01\x02", (8, 10, 16, 20, 24, 28, 42)),
        (b"PK\x03\x04", (6, 8, 14, 18, 22, 26)),
        (b"PK\x05\x06", (8, 12, 16)),
    ]
    mark, fields = random.choice(marks)
    found = [at for at in range(len(data)) if data.startswith(mark, at)]
    if found:
        at = random.choice(found) + random.choice(fields)
        out[at : at + 2] = struct.pack("<H", random.choice((0, 1, 8, 9, 12, 14, 99, 0x7FFF, 0xFFFF)))
        if random.random() < 0.5:
            out[at + 2 : at + 4] = struct.pack("<H", random.choice((0, 0xFFFF, 0x7FFF)))
    return bytes(out)


def zip_bomb(data: bytes, random: Dice) -> bytes:
    """An array of 6 GB in 6 MB, its header and the directory agreeing."""
    members = _members(data)
    goal = random.choice(["probabilities.npy", "labels.npy", "meta.npy", next(iter(members))])
    head = _array_header(random.choice(("(3, 40000, 50000)", "(80000, 75000)", "(6000000000,)")))
    body = zlib.compressobj(9, wbits=-15)
    stream = body.compress(head) + body.flush(zlib.Z_FULL_FLUSH) + zeros(6000)[2:-4]
    size = len(head) + (6000 << 20)
    out = io.BytesIO(_packed({name: content for name, content in members.items() if name != goal}))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(goal)
        info.compress_type = zipfile.ZIP_STORED
        archive.writestr(info, stream)
        entry = archive.getinfo(goal)
        at = entry.header_offset
        entry.compress_type, entry.file_size = zipfile.ZIP_DEFLATED, size & 0xFFFFFFFF
    found = bytearray(out.getvalue())
    struct.pack_into("<H", found, at + 8, 8)
    struct.pack_into("<I", found, at + 22, size & 0xFFFFFFFF)
    return bytes(found)


ZIP: dict[str, Mutator] = {f.__name__: f for f in (array_in_zip, members_of_zip, meta_in_zip, zip_sizes, zip_bomb)}
PTH: dict[str, Mutator] = {f.__name__: f for f in (members_of_zip, zip_sizes)}


# --- safetensors -----------------------------------------------------------------------------------------------------


def _split(data: bytes) -> tuple[dict, bytes]:
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def _joined(header: bytes, rest: bytes) -> bytes:
    return len(header).to_bytes(8, "little") + header + rest


def header_length(data: bytes, random: Dice) -> bytes:
    """The eight bytes that say how long the header is."""
    wrong = random.choice((0, 1, 7, 99_999_999, 100_000_001, len(data), 2**31, 2**63, 2**64 - 1))
    return wrong.to_bytes(8, "little") + data[8:]


def header_json(data: bytes, random: Dice) -> bytes:
    """One thing wrong in the header: a tensor's type, shape or place, or what stands there about the model."""
    header, rest = _split(data)
    return _joined(dumped(changed(header, random)), rest)


def about_json(data: bytes, random: Dice) -> bytes:
    """One thing wrong in what a checkpoint says about itself."""
    header, rest = _split(data)
    about = header.get("__metadata__", {})
    key = next((key for key, text in about.items() if text.startswith("{")), "")
    if not key:  # other programs note words there, such as "pt"
        return header_json(data, random)
    if random.random() < 0.15:
        about[key] = nested(random)
    else:
        about[key] = dumped(changed(json.loads(about[key]), random)).decode()
    return _joined(json.dumps(header).encode(), rest)


WORDS = (
    *("starter=--5", "starter:width=²", "starter:x=1", "fcn32s:fc_channels=99999999", "fcn32s:fc_channels=0"),
    *("fcn32s:fc_channels=-1", "deeplab_v3plus:backbone=timm/hf-hub:evil/model", "deeplab_v3plus:output_stride=0"),
    *("pspnet:backbone=/dev/zero", "starter:" + "a=1," * 20_000, "starter:=", "starter:a=b=c", "x" * 5000, "\0", ":"),
    *("fcn8s:border=pad99999999", "deeplab_v3plus:backbone=timm/../../x", "starter:num_classes=5", "starter:--5"),
)


def architecture(data: bytes, random: Dice) -> bytes:
    """An architecture that does not exist, is too large, or wants something from the network."""
    header, rest = _split(data)
    about = header.get("__metadata__", {})
    if "maskwright" not in about:
        return header_json(data, random)
    found = json.loads(about["maskwright"])
    found["architecture"] = random.choice(WORDS)
    about["maskwright"] = json.dumps(found)
    return _joined(json.dumps(header).encode(), rest)


SIZES = (0, -1, 1, 10**9, 2**31, 2**63, int("9" * 400), float("nan"), float("inf"), 1e-320, 3.7, "512", None, [1], True)


def preprocessing(data: bytes, random: Dice) -> bytes:
    """Sizes, means and deviations that no image survives."""
    header, rest = _split(data)
    about = header.get("__metadata__", {})
    if "maskwright" not in about:
        return header_json(data, random)
    found = json.loads(about["maskwright"])
    key = random.choice([*found["preprocess"], "short_side", "mean", "std"])
    wrong = random.choice(SIZES)
    found["preprocess"][key] = [wrong] * 3 if key in ("mean", "std") and random.random() < 0.7 else wrong
    about["maskwright"] = json.dumps(found)
    return _joined(json.dumps(header).encode(), rest)


def weights(data: bytes, random: Dice) -> bytes:
    """Bits of the weights only."""
    length = 8 + int.from_bytes(data[:8], "little")
    out = bytearray(data)
    for _ in range(random.choice((1, 8, 200))):
        out[random.randrange(length, len(out))] ^= 1 << random.randrange(8)
    if random.random() < 0.3:
        at = random.randrange(length, len(out))
        out[at : at + 4096] = bytes(len(out[at : at + 4096]))
    return bytes(out)


TENSORS: dict[str, Mutator] = {
    f.__name__: f for f in (header_length, header_json, about_json, architecture, preprocessing, weights)
}
