"""Mutators of any file: bytes changed, cut, moved; and the file replaced by something that is no file."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from random import Random


class Dice(Random):
    """Seeded chance, and the cage that the mutant will lie in."""

    cage = Path()


Mutator = Callable[[bytes, Dice], bytes]
Replacement = Callable[[Path, Dice], None]


def flip_bits(data: bytes, random: Dice) -> bytes:
    """Flip 1 to 16 bits anywhere."""
    out = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        if out:
            out[random.randrange(len(out))] ^= 1 << random.randrange(8)
    return bytes(out)


def flip_head(data: bytes, random: Dice) -> bytes:
    """Flip bits in the first 64 bytes, where headers are."""
    return flip_bits(data[:64], random) + data[64:]


def byte_run(data: bytes, random: Dice) -> bytes:
    """Set a run to 0x00, 0xff or noise."""
    start, length = random.randrange(len(data) or 1), random.choice((1, 4, 16, 64, 512, 4096))
    length = min(length, len(data) - start)
    fill = random.choice((b"\0" * length, b"\xff" * length, random.randbytes(length)))
    return data[:start] + fill + data[start + length :]


def truncate(data: bytes, random: Dice) -> bytes:
    """Cut the end off, often a little, sometimes nearly all."""
    keep = random.choice((random.randrange(len(data) or 1), max(0, len(data) - random.randrange(1, 20)), 7))
    return data[:keep]


def insert(data: bytes, random: Dice) -> bytes:
    """Insert noise."""
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(random.choice((1, 2, 7, 64, 1000))) + data[at:]


def append(data: bytes, random: Dice) -> bytes:
    """Write something after the end."""
    return data + random.choice((b"\0", b"\n", b"\0" * 5000, random.randbytes(300), data))


def duplicate_block(data: bytes, random: Dice) -> bytes:
    """Write a block twice, or in the place of another."""
    size = random.choice((4, 16, 64, 512))
    a, b = random.randrange(len(data) + 1), random.randrange(len(data) + 1)
    return data[:b] + data[a : a + size] + data[b + random.choice((0, size)) :]


def swap_blocks(data: bytes, random: Dice) -> bytes:
    """Swap two blocks, as a disk that loses its way."""
    size = random.choice((4, 16, 64, 512))
    a, b = sorted((random.randrange(len(data) + 1), random.randrange(len(data) + 1)))
    if b < a + size:
        return data[:a] + data[a:][::-1]
    return data[:a] + data[b : b + size] + data[a + size : b] + data[a : a + size] + data[b + size :]


BYTES: dict[str, Mutator] = {
    f.__name__: f for f in (flip_bits, flip_head, byte_run, truncate, insert, append, duplicate_block, swap_blocks)
}


# --- no file any more --------------------------------------------------------------------------------------------


def empty(path: Path, random: Dice) -> None:
    path.write_bytes(b"")


def missing(path: Path, random: Dice) -> None:
    path.unlink()


def folder(path: Path, random: Dice) -> None:
    path.unlink()
    path.mkdir()
    if random.random() < 0.5:
        (path / "inside").write_bytes(b"x")


def fifo(path: Path, random: Dice) -> None:
    path.unlink()
    os.mkfifo(path)


def socket_file(path: Path, random: Dice) -> None:
    path.unlink()
    with socket.socket(socket.AF_UNIX) as server:
        before = os.open(".", os.O_RDONLY)
        try:
            os.chdir(path.parent)  # the name of a socket may be 107 bytes long
            server.bind(path.name)
        finally:
            os.chdir(before)
            os.close(before)


def link_loop(path: Path, random: Dice) -> None:
    path.unlink()
    other = path.with_name(f"{path.name}.loop")
    path.symlink_to(other.name)
    other.symlink_to(path.name)


def endless(path: Path, random: Dice) -> None:
    path.unlink()
    path.symlink_to(random.choice(("/dev/zero", "/dev/zero", "/dev/urandom")))


def terminal(path: Path, random: Dice) -> None:
    path.unlink()
    path.symlink_to("/dev/tty")


def dangling(path: Path, random: Dice) -> None:
    path.unlink()
    path.symlink_to(random.choice(("nowhere", "/proc/self/mem", ".", "..")))


def linked_outside(path: Path, random: Dice) -> None:
    """The same bytes, but elsewhere: what is written must not reach them."""
    outside = next(p for p in path.parents if (p / "outside").is_dir()) / "outside" / f"moved-{path.name}"
    shutil.move(path, outside)
    path.symlink_to(outside)


REPLACED: dict[str, Replacement] = {
    f.__name__: f
    for f in (
        empty,
        missing,
        folder,
        fifo,
        socket_file,
        link_loop,
        endless,
        terminal,
        dangling,
        linked_outside,
    )
}
