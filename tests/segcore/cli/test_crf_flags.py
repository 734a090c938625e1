import argparse
import json

import pytest

from segcore.cli.crf_flags import add_crf_arguments, channels_of, crf_of, protected_names
from segcore.crf import ENGINES, PRESETS, Crf, CrfParameters
from segcore.errors import CrfError, UsageError
from segcore.labels.classes import ClassSet

PROJECT = {"crf": {"w1": 7, "theta_alpha": 50}}


def parsed(*words, device="auto"):
    parser = argparse.ArgumentParser()
    add_crf_arguments(parser)
    args = parser.parse_args(words)
    args.device = device
    return args


def test_without_crf_nothing_is_refined():
    assert crf_of(parsed()) is None
    assert crf_of(parsed("--crf", "none"), PROJECT) is None


@pytest.mark.parametrize("engine", ENGINES)
def test_the_engine_and_the_device(engine, monkeypatch):
    monkeypatch.setattr("segcore.crf.process.crf_available", lambda: True)
    assert crf_of(parsed("--crf", engine, device="cpu")) == Crf(CrfParameters(), engine, "cpu")


def test_flags_go_before_the_file_before_the_project_before_the_defaults(tmp_path):
    path = tmp_path / "crf.json"
    path.write_text(json.dumps({"theta_alpha": 60, "theta_beta": 9, "w2": 2}))
    words = ["--crf", "fast", "--crf-parameters", str(path), "--crf-w2", "3", "--crf-iterations", "4"]
    assert crf_of(parsed(*words), PROJECT).parameters == CrfParameters(
        w1=7, w2=3, theta_alpha=60, theta_beta=9, theta_gamma=CrfParameters().theta_gamma, iterations=4
    )
    assert crf_of(parsed(*words)).parameters.w1 == CrfParameters().w1
    assert crf_of(parsed("--crf", "auto"), PROJECT).parameters == CrfParameters(w1=7, theta_alpha=50)


def test_a_preset_says_everything():
    found = crf_of(parsed("--crf", "fast", "--crf-parameters", "deeplab", "--crf-w1", "5"), PROJECT).parameters
    assert (found.w1, found.theta_alpha, found.iterations) == (5, 67, 10)
    assert crf_of(parsed("--crf", "fast", "--crf-parameters", "strong"), PROJECT).parameters == PRESETS["strong"]


def test_classes_are_protected_by_name():
    project = {"crf": {"w1": 7, "protected": ["pole", 3]}}
    assert protected_names(parsed("--crf", "fast")) == ()
    assert protected_names(parsed("--crf", "fast"), project) == ("pole",)
    assert crf_of(parsed("--crf", "fast"), project).parameters.w1 == 7
    assert protected_names(parsed("--crf", "fast", "--crf-protect", "sign, Pole"), project) == ("sign", "Pole")
    assert protected_names(parsed("--crf", "fast", "--crf-protect", ""), project) == ()
    classes = ClassSet.from_names(["road", "pole", "sign"])
    assert channels_of(("sign", "Pole"), classes) == (2, 1)
    with pytest.raises(CrfError, match="'tree'") as caught:
        channels_of(("tree",), classes)
    assert "road, pole, sign" in caught.value.remedy


def test_every_parameter_has_its_flag():
    words = ["--crf-w1=2", "--crf-w2=3", "--crf-theta-alpha=40", "--crf-theta-beta=5", "--crf-theta-gamma=6"]
    found = crf_of(parsed("--crf", "fast", *words, "--crf-iterations=7"))
    assert found.parameters == CrfParameters(2, 3, 40, 5, 6, 7)


@pytest.mark.parametrize(
    "words", [["--crf-w2", "1"], ["--crf-parameters", "strong"], ["--crf-theta-beta", "3"], ["--crf-protect", "a"]]
)
def test_parameters_without_an_engine_are_a_mistake(words):
    with pytest.raises(UsageError, match=words[0]):
        crf_of(parsed(*words))


def test_what_cannot_be():
    with pytest.raises(CrfError, match="w1"):
        crf_of(parsed("--crf", "fast", "--crf-w1", "-2"))
    with pytest.raises(CrfError, match=r"'nothing\.json' is not a preset and not a file") as caught:
        crf_of(parsed("--crf", "fast", "--crf-parameters", "nothing.json"))
    assert "strong" in caught.value.remedy


def test_an_engine_that_is_not_installed_is_told_at_once(monkeypatch):
    monkeypatch.setattr("segcore.crf.process.crf_available", lambda: False)
    with pytest.raises(CrfError) as caught:
        crf_of(parsed("--crf", "exact"))
    assert "pip install" in caught.value.remedy
    assert crf_of(parsed("--crf", "auto")) is not None
