from __future__ import annotations

import random

import pytest

from app.settings.seal import sealed, unsealed


@pytest.mark.parametrize("data", [b"", b"\x00\xff", bytes(range(256)) * 40])
def test_what_was_sealed_comes_back(data):
    assert unsealed(sealed(data)) == data


def test_anything_else_is_refused():
    text, random_ = sealed(bytes(range(200))), random.Random(1)
    for _ in range(500):
        at = random_.randrange(len(text))
        changed = text[:at] + chr(random_.randrange(0x110000)) + text[at + random_.randrange(3) :]
        if changed != text:
            with pytest.raises(ValueError):  # noqa: PT011
                unsealed(changed)
    for cut in range(len(text)):
        with pytest.raises(ValueError):  # noqa: PT011
            unsealed(text[:cut])
