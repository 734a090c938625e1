import json

import numpy as np
import pytest

from segcore.errors import ClassesError
from segcore.labels.class_mapping import ClassMapping, join_by_name, winner
from segcore.labels.classes import ClassSet

MODEL = ClassSet.from_names(["__background__", "Car", "bus", "tree"])
PROJECT = ClassSet.from_json(
    [{"index": 5, "name": "car"}, {"index": 2, "name": "Background"}, {"index": 8, "name": "sky"}]
)


def test_names_join_without_case_and_underscores():
    assert ClassMapping.by_name(MODEL, PROJECT).pairs == (
        ("__background__", 2),
        ("Car", 5),
        ("bus", None),
        ("tree", None),
    )
    assert join_by_name(["B", " a "], ["A", "b", "c"]) == [1, 0]


def test_apply_by_hand():
    probabilities = np.zeros((4, 1, 4), np.float32)
    probabilities[:, 0, 0] = [1, 0, 0, 0]  # background -> 2, certain
    probabilities[:, 0, 1] = [0.1, 0.5, 0.4, 0]  # car -> 5
    probabilities[:, 0, 2] = [0.1, 0.2, 0.6, 0.1]  # bus has no partner -> 255
    probabilities[:, 0, 3] = [0.25, 0.25, 0.25, 0.25]  # undecided: uncertainty 1
    result = ClassMapping.by_name(MODEL, PROJECT).apply(probabilities, MODEL, PROJECT, "m")
    assert result.labels.tolist() == [[2, 5, 255, 2]]
    assert result.probabilities[:, 0].tolist() == [[0, 128, 51, 64], [255, 26, 26, 64], [0, 0, 0, 0]]
    assert result.indices.tolist() == [5, 2, 8]
    assert result.model == "m"
    entropy = -(0.1 * np.log(0.1) + 0.5 * np.log(0.5) + 0.4 * np.log(0.4)) / np.log(4)
    assert result.uncertainty[0].tolist() == [0, round(255 * entropy), pytest.approx(200, abs=1), 255]


def test_two_classes_of_the_model_may_be_one_of_the_project():
    mapping = ClassMapping((("Car", 5), ("bus", 5), ("tree", None)))
    probabilities = np.array([0.2, 0.3, 0.4, 0.1], np.float32).reshape(4, 1, 1)
    result = mapping.apply(probabilities, MODEL, PROJECT, "m")
    assert result.labels.item() == 5
    assert result.probabilities[:, 0, 0].tolist() == [179, 0, 0]  # 0.7 * 255 = 178.5, rounded up
    assert mapping.labels(probabilities, MODEL, PROJECT).item() == 5


def test_a_class_that_the_project_lost_counts_as_unmapped():
    mapping = ClassMapping((("Car", 77),))
    probabilities = np.array([0.0, 1.0, 0.0, 0.0], np.float32).reshape(4, 1, 1)
    assert mapping.apply(probabilities, MODEL, PROJECT, "m").labels.item() == 255


def test_channels_have_to_be_the_models():
    with pytest.raises(ClassesError, match="3 channels for 4 classes"):
        ClassMapping.by_name(MODEL, PROJECT).apply(np.zeros((3, 2, 2), np.float32), MODEL, PROJECT, "m")


def test_json_there_and_back():
    mapping = ClassMapping.by_name(MODEL, PROJECT)
    assert ClassMapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping


@pytest.mark.parametrize("bad", [3, None, [["a"]], [["a", "b"]], [[1, 2]], [["a", 255]], [["a", -1]], [["a", True]]])
def test_damaged_json_is_refused(bad):
    with pytest.raises(ClassesError):
        ClassMapping.from_json(bad)


def test_channels_of_a_projects_classes():
    mapping = ClassMapping((("road", 2), ("tree", None), ("sky", 5), ("cloud", 5)))
    classes = ClassSet.from_names(["cloud", "tree", "road", "sky", "unheard of"])
    assert mapping.channels({5}, classes) == (0, 3)
    assert mapping.channels({5, 2}, classes) == (0, 2, 3)
    assert mapping.channels(set(), classes) == ()


def test_the_first_of_equals_wins():
    values = np.random.default_rng(0).integers(0, 4, (7, 50, 60)).astype(np.float32)
    np.testing.assert_array_equal(winner(values), values.argmax(0))


@pytest.mark.parametrize(
    "data",
    [5, None, "ab", [5], [["a"]], [["a", "0"]], [["a", True]], [["a", 1.0]], [["a", 10**400]], [["a", 255]], {"a": 1}],
)
def test_no_damage_escapes_as_another_error(data):
    with pytest.raises(ClassesError):
        ClassMapping.from_json(data)


def test_deep_nesting_and_half_a_character():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ClassesError):
        ClassMapping.from_json([[deep, 0]])
    assert ClassMapping.from_json([["a\ud800", 0]]).pairs == (("a?", 0),)
