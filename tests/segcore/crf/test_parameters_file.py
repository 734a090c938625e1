import json
import os

import pytest

from segcore.crf import CrfParameters, parameters_of, read_parameters, write_parameters
from segcore.crf.parameters_file import problem_of, protected_of, read_protected
from segcore.errors import CrfError, ProjectError
from tests.systems import posix_only


def test_what_is_written_is_read(tmp_path):
    parameters = CrfParameters(4, 3, 67.5, 3, 1, 10)
    write_parameters(tmp_path / "crf.json", parameters)
    assert read_parameters(tmp_path / "crf.json") == parameters
    assert json.loads((tmp_path / "crf.json").read_text())["theta_alpha"] == 67.5
    assert [path.name for path in tmp_path.iterdir()] == ["crf.json"]


def test_what_a_file_does_not_say_is_as_before(tmp_path):
    (tmp_path / "crf.json").write_text('{"w1": 4, "iterations": 10}')
    assert read_parameters(tmp_path / "crf.json") == CrfParameters(w1=4, iterations=10)
    start = CrfParameters(w1=9, w2=8)
    assert read_parameters(tmp_path / "crf.json", start) == CrfParameters(w1=4, w2=8, iterations=10)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "JSON"),
        ("{", "JSON"),
        ("[" * 100_000, "JSON"),
        ("[1, 2]", "object"),
        ("4", "object"),
        ('{"w3": 1}', "'w3'"),
        ('{"w1": -1}', "w1"),
        ('{"w1": "4"}', "w1"),
        ('{"w1": NaN}', "w1"),
        ('{"iterations": 2.5}', "iterations"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path, text, word):
    path = tmp_path / "crf.json"
    path.write_text(text)
    with pytest.raises(CrfError) as caught:
        read_parameters(path)
    assert "crf.json" in caught.value.message
    assert word in str(caught.value)
    assert caught.value.remedy


def test_files_that_cannot_be_read_or_written(tmp_path):
    (tmp_path / "latin.json").write_bytes(b'{"w1": "\xff"}')
    for path in (tmp_path / "gone.json", tmp_path, tmp_path / "latin.json"):
        with pytest.raises(CrfError):
            read_parameters(path)
    with pytest.raises(ProjectError):
        write_parameters(tmp_path, CrfParameters())


def test_a_projects_settings_never_fail():
    assert parameters_of({"crf": {"w1": 7.5, "iterations": 3, "unknown": 1}}) == CrfParameters(w1=7.5, iterations=3)
    start = CrfParameters(w2=9)
    assert parameters_of({"crf": {"w1": 7.5}}, start) == CrfParameters(w1=7.5, w2=9)
    for wrong in ({}, {"crf": {"w1": -1}}, {"crf": "nonsense"}, {"crf": None}, {"crf": {"w1": None}}):
        assert parameters_of(wrong, start) == start


def test_the_classes_that_a_project_spares():
    assert protected_of({"crf": {"w1": 2, "protected": ["pole", "sign"]}}) == ("pole", "sign")
    assert parameters_of({"crf": {"w1": 2, "protected": ["pole"]}}) == CrfParameters(w1=2)
    for nothing in ({}, {"crf": {"w1": 2}}, {"crf": {"protected": "pole"}}, {"crf": 3}, {"crf": {"protected": [None]}}):
        assert protected_of(nothing) == ()


def test_a_file_names_the_protected_classes_too(tmp_path):
    path = tmp_path / "crf.json"
    write_parameters(path, CrfParameters(w1=4), ["pole", "Zaun, grün"])
    assert read_parameters(path) == CrfParameters(w1=4)
    assert read_protected(path) == ("pole", "Zaun, grün")
    write_parameters(path, CrfParameters())
    assert read_protected(path) == ()
    path.write_text('{"protected": "pole"}')
    with pytest.raises(CrfError, match="not a list of class names"):
        read_protected(path)


@pytest.mark.parametrize("name", ["w1", "w2", "theta_alpha", "theta_beta", "theta_gamma", "iterations"])
@pytest.mark.parametrize(
    "value", [10**400, -(10**400), 10**9, 1e300, -1.0, float("nan"), float("inf"), True, None, "9" * 10**6, [1], {}]
)
def test_a_value_out_of_range_is_told_shortly(tmp_path, name, value):
    with pytest.raises(CrfError) as caught:
        CrfParameters(**{name: value})
    assert name in str(caught.value)
    assert len(str(caught.value)) < 200
    path = tmp_path / "crf.json"
    path.write_text(json.dumps({name: value}))
    with pytest.raises(CrfError, match=r"crf\.json"):
        read_parameters(path)
    settings = {"crf": {name: value}}
    assert parameters_of(settings) == CrfParameters()
    assert name in problem_of(settings)


def test_settings_that_are_right_are_no_problem():
    for right in ({}, {"crf": {}}, {"crf": {"w1": 3, "protected": ["pole"], "unknown": None}}):
        assert problem_of(right) == ""
    assert "not used" in problem_of({"crf": [1]})


@posix_only("no pipes among the files")
def test_only_files_of_a_reasonable_size_are_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(50 << 30)  # sparse: takes no room on the disk
    for path in (tmp_path / "pipe.json", tmp_path / "huge.json", tmp_path / ("n" * 5000), tmp_path / "a\0b"):
        for read in (read_parameters, read_protected):
            with pytest.raises(CrfError):
                read(path)
