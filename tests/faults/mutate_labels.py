"""Mutators of what other programs write: annotations in JSON and XML, label maps, arrays, zip files of data sets."""

from __future__ import annotations

import io
import json
import re
import stat
import zipfile

import numpy as np
from PIL import Image

from tests.faults.mutate_archives import ARRAYS, zip_bomb, zip_sizes
from tests.faults.mutate_bytes import Dice, Mutator
from tests.faults.mutate_text import JSON, dumped, places

FAR = (-1e9, 1e9, 1e30, -0.5, 63.999, 0, float("nan"), float("inf"), 2**40)


def _at(data: object, path: tuple) -> object:
    for key in path:
        data = data[key]  # type: ignore[index]
    return data


def _numbers(values: list[float], random: Dice) -> list:
    """A list of coordinates or runs that is too short, too long, far away, or no list of numbers."""
    return random.choice(
        (
            values[:2],
            values[:4],
            values[:3],
            [],
            values * 2000,
            [random.choice(FAR) for _ in values],
            [*values[:-1], random.choice(FAR)],
            [-value for value in values],
            [*values, 1],
            [str(value) for value in values],
            [[value] for value in values],
            [values],
            [0] * 300_000,
        )
    )


def shapes(data: bytes, random: Dice) -> bytes:
    """One outline or encoded mask wrong: two points, far outside, of the wrong length, not a number, no text."""
    found = json.loads(data)
    lists, texts = [], []
    for path in places(found):
        value = _at(found, path)
        if path and isinstance(value, list) and value and all(isinstance(each, int | float) for each in value):
            lists.append(path)
        elif path and isinstance(value, str) and len(value) > 12:
            texts.append(path)
    chosen = lists if lists and (not texts or random.random() < 0.6) else texts
    if not chosen:
        return data + b" "
    *before, last = random.choice(chosen)
    parent = _at(found, tuple(before))
    if isinstance(parent[last], list):  # type: ignore[index]
        wrong: object = _numbers(parent[last], random)  # type: ignore[index]
    else:
        text = parent[last]  # type: ignore[index]
        half = len(text) // 2
        wrong = random.choice((text[:half], text + text, text[half:], "é" * 9, "o" * 100_000, "\x7f", text.swapcase()))
    parent[last] = wrong  # type: ignore[index]
    return dumped(found)


def names_and_sizes(data: bytes, random: Dice) -> bytes:
    """Classes that nobody knows, images that are not there or lead elsewhere, another size of the image."""
    found = json.loads(data)
    chosen = [path for path in places(found) if path and isinstance(_at(found, path), str | int)]
    if not chosen:
        return data + b" "
    for path in random.sample(chosen, min(len(chosen), random.choice((1, 1, 5, 50)))):
        parent, old = _at(found, path[:-1]), _at(found, path)
        if isinstance(old, str):
            new = random.choice(
                ("../../../outside/real.png", "/etc/passwd", "unknown", "a/../../b", "con", "", " ", old.upper())
            )
        else:
            new = random.choice((0, -1, old + 1, 1, 47, 100_000, 2**31, 2**70))  # type: ignore[operator]
        parent[path[-1]] = new  # type: ignore[index]
    return dumped(found)


ANNOTATIONS: dict[str, Mutator] = {**JSON, "shapes": shapes, "names_and_sizes": names_and_sizes}


# --- XML -------------------------------------------------------------------------------------------------------------

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = (
    f'<!DOCTYPE x [<!ENTITY l0 "lol">{_LAUGHS}]>',
    '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///dev/zero">]>',
    '<!DOCTYPE x [<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">]>',
    '<!DOCTYPE x SYSTEM "file:///dev/zero">',
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///dev/zero"> %p;]>',
    f'<!DOCTYPE x [<!ENTITY l9 "{"x" * 100_000}">]>',
    "<!DOCTYPE x [" + "<!ELEMENT x ANY>" * 10_000 + "]>",
)


def xml_entities(data: bytes, random: Dice) -> bytes:
    """Entities that grow without end, or bring in another file."""
    head, mark, rest = data.decode().partition("?>\n") if data.startswith(b"<?xml") else ("", "", data.decode())
    used = rest.replace(">", ">&l9;", 1) if random.random() < 0.7 else re.sub('="[^"]*"', '="&l9;"', rest, count=3)
    return (head + mark + random.choice(DOCTYPES) + used).encode()


def xml_attribute(data: bytes, random: Dice) -> bytes:
    """One attribute wrong: two points, far outside, of the wrong length, a class or image that nobody knows."""
    found = list(re.finditer(r'="([^"]*)"', data.decode()))
    at = random.choice(found)
    old = at[1]
    new = random.choice(
        (
            "",
            "-1",
            "0",
            "1e99",
            "nan",
            "9" * 5000,
            "1,1;2,2",
            "1,1",
            ";;;",
            "1e9,1e9;2e9,1e9;2e9,2e9",
            ",".join(["9"] * 100_000),
            old[: len(old) // 2],
            old + old,
            f"{old};{old}",
            "../../../outside/real.png",
            "unknown",
            "&#x1b;[31m",
            "&undefined;",
            "&lt;img src=/dev/zero&gt;",
        )
    )
    text = data.decode()
    return (text[: at.start(1)] + new + text[at.end(1) :]).encode()


def xml_elements(data: bytes, random: Dice) -> bytes:
    """Elements that are gone, come many times, are never closed, or lie too deep."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    how = random.randrange(5)
    if how == 0:
        del lines[at]
    elif how == 1:
        lines[at : at + 1] = [lines[at]] * random.choice((2, 500))
    elif how == 2:
        lines.insert(at, b"<g>" * random.choice((10, 5_000, 200_000)))
    elif how == 3:
        deep = random.choice((100, 20_000))
        lines.insert(at, b"<g>" * deep + b"</g>" * deep)
    else:
        lines.insert(at, random.choice((b"<!--", b"<![CDATA[", b"<?php", b"]]>", b"<a b='", b"\0", b"<a/>" * 50_000)))
    return b"\n".join(lines)


XML: dict[str, Mutator] = {f.__name__: f for f in (xml_entities, xml_attribute, xml_elements)}


# --- label maps and arrays -------------------------------------------------------------------------------------------


def _saved(picture: Image.Image, form: str | None) -> bytes:
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def label_picture(data: bytes, random: Dice) -> bytes:
    """A sound label map of another size, mode or number of channels, or with values of no class."""
    with Image.open(io.BytesIO(data)) as picture:
        form = picture.format
        width, height = picture.size
        values = np.array(picture)
    noise = np.frombuffer(random.randbytes(width * height * 3), np.uint8).reshape(height, width, 3)
    sizes = [(width + 1, height), (height, width), (1, 1), (width * 2, height * 2), (3000, 2000)]
    return _saved(
        random.choice(
            (
                lambda: Image.fromarray(values).resize(random.choice(sizes), Image.Resampling.NEAREST),
                lambda: Image.fromarray(noise[..., 0]),
                lambda: Image.fromarray(noise),
                lambda: Image.fromarray(noise).convert("RGBA" if form == "PNG" else "CMYK"),
                lambda: Image.fromarray(noise[..., 0] > 128),
                lambda: Image.fromarray(noise[..., 0].astype(np.uint16) * 257),
                lambda: Image.fromarray(noise[..., 0].astype(np.int32 if form == "TIFF" else np.uint8) * 3),
                lambda: Image.fromarray(np.full((height, width), 254, np.uint8)),
            )
        )(),
        form,
    )


LABEL_PICTURE: dict[str, Mutator] = {"label_picture": label_picture}


def array(data: bytes, random: Dice) -> bytes:
    """An array of another size, type or number of axes, with objects in it, or larger than its file."""
    values = np.load(io.BytesIO(data), allow_pickle=False)
    choices = [
        lambda: values[:-1],
        lambda: values.T,
        lambda: values[..., None],
        lambda: values.astype(np.float64) + 0.5,
        lambda: np.full(values.shape, np.nan),
        lambda: values.astype(np.int64) * 2**40,
        lambda: -values.astype(np.int16) - 1,
        lambda: values.astype("U3"),
        lambda: values.astype(np.complex64),
        lambda: values > 0,
        lambda: np.zeros((0, 0), np.uint8),
        lambda: np.uint8(3),
        lambda: np.full(values.shape, 254, np.uint8),
    ]
    if random.random() < 0.5:
        return random.choice(ARRAYS)()
    out = io.BytesIO()
    np.save(out, random.choice(choices)(), allow_pickle=False)
    return out.getvalue()


ARRAY: dict[str, Mutator] = {"array": array}


# --- zip files of data sets ------------------------------------------------------------------------------------------


def zip_names(data: bytes, random: Dice) -> bytes:
    """Members that lead out of the archive, are links, stand in each other's place, or have impossible names."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    at = random.randrange(len(members))
    name, content = members[at]
    top = name.partition("/")[0]
    new = random.choice(
        (
            f"../../../outside/{name}",
            f"{name}/../../../../../bystander.txt",
            f"/{name}",
            f"C:\\{name}",
            f"..\\..\\{name}",
            f"{name}\0.png",
            "x" * 300,
            "d/" * 3000 + "x",
            top,
            f"{name}/inside",
            ".",
            "..",
            "",
            "\x1b[31m",
            "con",
            name.upper(),
        )
    )
    how = random.randrange(4)
    if how == 0:
        members[at] = (new, content)
    else:
        members.insert(random.choice((0, len(members))), (new, content))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, inside in members:
            info = zipfile.ZipInfo(member)
            if member == new and how == 3:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
                inside = random.choice((b"/dev/zero", b"../../outside", b"/etc/passwd"))
            archive.writestr(info, inside)
    return out.getvalue()


def zip_member(data: bytes, random: Dice) -> bytes:
    """A member's content changed by another mutator, with the right checksum."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    jsons = [name for name in members if name.endswith(".json")]
    name = random.choice(jsons or list(members))
    if jsons:
        members[name] = random.choice(list(ANNOTATIONS.values()))(members[name], random)
    else:
        members[name] = random.randbytes(100)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in members.items():
            archive.writestr(each, content)
    return out.getvalue()


DATA_SET_ZIP: dict[str, Mutator] = {f.__name__: f for f in (zip_names, zip_member, zip_sizes, zip_bomb)}
