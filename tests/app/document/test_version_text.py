from __future__ import annotations

from datetime import datetime, timedelta

from app.document.version_text import version_text, when
from segcore.project.label_versions import LabelVersion


def version(time):
    return LabelVersion(time, "Brush ×3", "stem", 1, "crc")


def test_the_date_is_said_of_other_days_only():
    now = datetime.now().astimezone()
    assert version_text(version(now.isoformat())) == f"{now:%H:%M}  ·  Brush ×3"
    before = now - timedelta(days=2)
    assert version_text(version(before.isoformat())) == f"{before:%Y-%m-%d %H:%M}  ·  Brush ×3"


def test_a_time_that_is_none_is_said_as_it_is():
    assert when("soon") == "soon"
    assert version_text(version("soon")) == "soon  ·  Brush ×3"
