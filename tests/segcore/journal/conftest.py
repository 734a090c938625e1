from __future__ import annotations

import pytest

from tests.segcore.journal.desk import Desk


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)
