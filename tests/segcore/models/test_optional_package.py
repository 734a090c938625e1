"""Packages that only some models need."""

from __future__ import annotations

import json

import pytest

from segcore.errors import MaskwrightError
from segcore.models.optional_package import optional_package


def test_a_package_that_is_there_is_returned_and_one_that_is_not_is_said():
    missing = MaskwrightError("This needs the package no_such_package_here.", "Install it.")
    assert optional_package("json", missing) is json
    with pytest.raises(MaskwrightError) as caught:
        optional_package("no_such_package_here", missing)
    assert caught.value is missing
    assert isinstance(caught.value.__cause__, ImportError)
