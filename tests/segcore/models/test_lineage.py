from __future__ import annotations

import pytest

from segcore.models.lineage import fingerprint, is_measured_on, measured_in

HERE = frozenset(map(fingerprint, ["a.png", "b.png"]))


def marks(*keys):
    return [fingerprint(key) for key in keys]


@pytest.mark.parametrize(
    ("step", "here"),
    [
        ({"project": "roads", "measured_on": marks("b.png")}, True),
        ({"project": "rails", "measured_on": marks("b.png")}, False),  # images of the same name, of another project
        ({"project": "roads", "measured_on": marks("c.png")}, False),
        ({"project": "roads", "measured_on": []}, False),
        ({"project": "roads"}, False),
        ({"trained_on": marks("a.png", "b.png")}, True),  # as earlier versions wrote it
        ({"trained_on": marks("a.png", "c.png")}, False),
        ({"project": 3, "measured_on": "x", "trained_on": 7}, False),
        ({}, False),
    ],
)
def test_scores_belong_to_the_project_whose_images_were_measured(step, here):
    assert is_measured_on([{"trained_on": marks("a.png")}, step], "roads", lambda: HERE) == here


def test_the_projects_name_is_told():
    assert measured_in([{"project": "rails"}]) == "rails"
    assert measured_in([]) == measured_in([{"project": 3}]) == ""
    assert not is_measured_on([], "roads", lambda: HERE)
