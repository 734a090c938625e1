"""Mutators of JSON and of lists in text files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.faults.mutate_bytes import Dice, Mutator

LONG = 400


RAW = "\x01raw:"


def raw(text: str) -> str:
    """A value that `dumped` writes as this text, for what json itself would not write."""
    return RAW + text


def dumped(data: Any) -> bytes:
    """Write JSON, lone surrogates as escapes and `raw` values as they are."""
    return re.sub(r'"\\u0001raw:([^"]*?)"', lambda found: found[1], json.dumps(data)).encode()


NASTY: tuple[Callable[[Dice], Any], ...] = (
    lambda r: None,
    lambda r: True,
    lambda r: r.choice((0, -1, 1, 3, 254, 255, 256, 2**31, 2**63, -(2**63), 2**64)),
    lambda r: int("9" * LONG),
    lambda r: -int("9" * LONG),
    lambda r: raw("1e" + "9" * r.choice((2, 3, 5))),
    lambda r: raw("9" * 5000),
    lambda r: float("nan"),
    lambda r: r.choice((float("inf"), -float("inf"))),
    lambda r: r.choice((0.0, 3.7, -0.0, 1e-320, 1e308)),
    lambda r: "",
    lambda r: "\ud800",
    lambda r: "a\udfffb",
    lambda r: "a\0b",
    lambda r: "x" * r.choice((300, 5000, 1_000_000)),
    lambda r: r.choice((" ", "\n", "\r\n", "\x1b[31m", "\u202e", "é" * 200, "𝕏", "#x", "a:b", "../../x", "/", "~")),
    lambda r: r.choice(("<img src='file:///dev/zero'>", "%s%n", "{0}", "{name.__class__}", "none", "null", "1")),
    lambda r: [],
    lambda r: {},
    lambda r: [[]],
    lambda r: [None, 1, "x"],
    lambda r: {"": None, "\ud800": 1},
    lambda r: [0] * 100_000,
    lambda r: {str(n): n for n in range(20_000)},
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [path]
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found += places(value, (*path, key))
    return found


def changed(data: Any, random: Dice) -> Any:
    """Return the JSON value with one thing in it wrong."""
    path = random.choice(places(data))
    value = random.choice(NASTY)(random)
    if not path:
        return value if random.random() < 0.2 else changed(data, random)
    parent = data
    for key in path[:-1]:
        parent = parent[key]
    how = random.randrange(8)
    if how == 0:
        del parent[path[-1]]
    elif how == 1 and isinstance(parent, dict):
        parent[value if isinstance(value, str) else "unknown"] = parent.pop(path[-1])
    elif how == 2 and isinstance(parent, list):
        parent.extend([parent[path[-1]]] * random.choice((1, 300)))
    elif how == 3:
        parent[path[-1]] = raw(nested(random))
    else:
        parent[path[-1]] = value
    return data


def nested(random: Dice) -> str:
    """A value too deep for a recursive reader."""
    depth = random.choice((200, 990, 5_000, 100_000))
    return random.choice(("[" * depth + "]" * depth, "[0," * depth + "1" + "]" * depth))


def json_value(data: bytes, random: Dice) -> bytes:
    """One value wrong: type, range, length, depth, characters."""
    return dumped(changed(json.loads(data), random))


def json_values(data: bytes, random: Dice) -> bytes:
    """Several values wrong."""
    found = json.loads(data)
    for _ in range(random.randrange(2, 6)):
        if isinstance(found, dict | list) and found:
            found = changed(found, random)
    return dumped(found)


def json_whole(data: bytes, random: Dice) -> bytes:
    """Another value altogether, or too deep."""
    value = random.choice(
        (nested(random), dumped(random.choice(NASTY)(random)).decode(), "[" * 100_000, '{"a":' * 100_000)
    )
    return value.encode()


def json_form(data: bytes, random: Dice) -> bytes:
    """The same content, in another form: encodings, byte order marks, keys twice, comments, no quotes."""
    text = data.decode()
    return random.choice(
        (
            text.encode("utf-16"),
            text.encode("utf-32"),
            b"\xef\xbb\xbf" + data,
            (text + text).encode(),
            text.replace('"', "'").encode(),
            text.replace(":", ":\0", 1).encode(),
            text.replace("{", '{"name": 1, "schema": 1, "schema": 99,', 1).encode(),
            b"// hello\n" + data,
            text.replace("a", "\xe9").encode("latin-1"),
        )
    )


JSON: dict[str, Mutator] = {f.__name__: f for f in (json_value, json_values, json_whole, json_form)}


def lines_of_json(mutator: Mutator) -> Mutator:
    """Let a mutator of JSON change one line of many."""

    def change(data: bytes, random: Dice) -> bytes:
        lines = data.splitlines()
        at = random.randrange(len(lines))
        lines[at] = mutator(lines[at], random)
        return b"\n".join(lines) + b"\n"

    return change


JSON_LINES: dict[str, Mutator] = {name: lines_of_json(mutator) for name, mutator in JSON.items()}


def line(data: bytes, random: Dice) -> bytes:
    """One line replaced, doubled or dropped in a text file."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    lines[at] = random.choice(
        (
            b"\0",
            b"a\0b",
            b"../../../outside/real",
            b"/dev/zero",
            b"x" * 5000,
            b"\xff\xfe\xfd",
            b"#",
            b"# {",
            b'# {"index": 1e999, "name": "x"}',
            b"# " + b"[" * 100_000,
            b"a:" + b"9" * 5000 + b",1,1::",
            b"a:-1,256,3::",
            b"a:nan,1,1::",
            b"a:1,2::",
            b"a",
            b":",
            "\ud800".encode("utf-8", "surrogatepass"),
            "\u2028\x85x".encode(),
            b"\t \t",
            lines[at] + b"\n" + lines[at],
            b"\n".join([lines[at]] * 400),
        )
    )
    return b"\n".join(lines)


TEXT: dict[str, Mutator] = {"line": line}
