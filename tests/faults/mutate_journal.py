"""Mutators of journals: sound records that say what cannot be."""

from __future__ import annotations

import struct
import zlib

from segcore.journal.records import HEADER_BYTES, Header, Kind, Record, pack, records
from tests.faults.mutate_bytes import Dice, Mutator


def _body(random: Dice, found: list[Record]) -> bytes:
    real = random.choice(found).body if found else b""
    count = random.choice((0, 1, 2, 2**16, 2**31))
    tile = struct.pack("<IIII", *(random.choice((0, 1, 2**31, 2**32 - 1, 33_000)) for _ in range(4)))
    return random.choice(
        (
            b"",
            b"\0" * 22,
            real[: random.randrange(len(real) or 1)],
            real + b"\0",
            random.randbytes(300),
            random.randbytes(16) + struct.pack("<HI", random.choice((0, 200, 65_535)), count) + tile * min(count, 9),
            random.randbytes(16) + real[16:],  # another fingerprint after it
            real[:16] + struct.pack("<HI", 0, 1) + struct.pack("<IIII", 0, 0, 20_000, 20_000) + _bomb() * 2,
        )
    )


def _bomb() -> bytes:
    return zlib.compress(bytes(20_000_000), 9)[:20_000].ljust(20_000, b"\0")


def record(data: bytes, random: Dice) -> bytes:
    """One record more, with right checksums."""
    found = list(records(data))
    at = random.choice([HEADER_BYTES, len(data), *(each.end for each in found)])
    new = pack(random.choice(list(Kind)), _body(random, found)) * random.choice((1, 1, 3, 2000))
    return data[:at] + new + data[at:]


def order(data: bytes, random: Dice) -> bytes:
    """Records that are gone, come twice or in another order."""
    found = [(each.kind, each.body) for each in records(data)]
    how = random.randrange(3)
    if how == 0:
        del found[random.randrange(len(found))]
    elif how == 1:
        found.insert(random.randrange(len(found)), random.choice(found))
    else:
        random.shuffle(found)
    return data[:HEADER_BYTES] + b"".join(pack(kind, body) for kind, body in found)


def header(data: bytes, random: Dice) -> bytes:
    """Another size, other classes, another beginning, with a right checksum."""
    found = Header.read(data)
    assert found is not None
    changed = random.choice(
        (
            found._replace(height=random.choice((0, 1, 2**31, 64)), width=random.choice((0, 1, 48, 2**32 - 1))),
            found._replace(height=found.width, width=found.height),
            found._replace(classes=bytes(16)),
            found._replace(base=0),
            found._replace(base=2**128 - 1),
        )
    )
    return changed.pack() + data[HEADER_BYTES:]


def kinds(data: bytes, random: Dice) -> bytes:
    """Undo and redo without end."""
    return data + b"".join(pack(random.choice((Kind.UNDO, Kind.REDO))) for _ in range(random.choice((1, 50, 50_000))))


JOURNAL: dict[str, Mutator] = {f.__name__: f for f in (record, order, header, kinds)}
