"""Hypothesis: in the suite the same few examples each time; with SEQUENCES=5000 so many, others each time."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

COUNT = int(os.environ.get("SEQUENCES", "0"))
EXPECTED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
"""An example opens a project; the fixtures of all tests hold for all examples together."""

settings.register_profile("short", max_examples=40, derandomize=True, database=None, deadline=None)
settings.register_profile("long", max_examples=COUNT or 1, database=None, deadline=None)
settings.load_profile("long" if COUNT else "short")
settings.register_profile("now", settings(), suppress_health_check=EXPECTED)
settings.load_profile("now")
