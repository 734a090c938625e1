from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app.settings.settings import TABLE, WRITTEN_BY, Settings, is_newer
from segcore import __version__
from tests.systems import posix_only


def stored(path: Path) -> dict:
    """Return what a settings file says, without the version that wrote it."""
    data = json.loads(path.read_text())
    assert data.pop(WRITTEN_BY) == __version__
    return data


def test_every_default_is_allowed_by_its_own_row():
    for key, row in TABLE.items():
        assert row.valid(row.default), key


def test_the_file_stores_overrides_only(tmp_path, qtbot):
    path = tmp_path / "deep" / "settings.json"
    settings = Settings(path)
    settings["device"] = "cpu"
    settings["view.opacity"] = 1
    settings["theme"] = "dark"
    settings.reset("theme")
    settings.writer()()
    assert stored(path) == {"device": "cpu", "view.opacity": 1.0}
    again = Settings(path)
    assert again["device"] == "cpu"
    assert again["theme"] == TABLE["theme"].default


def test_the_values_of_a_newer_version_stay_in_its_file(tmp_path):
    path = tmp_path / "settings.json"
    text = json.dumps({"written by": "99.0", "theme": "sepia", "device": "cpu", "live": "sometimes", "of.tomorrow": 1})
    path.write_text(text)
    settings = Settings(path)
    assert (settings["theme"], settings["live"], settings["device"]) == ("system", True, "cpu")
    assert "99.0" in settings.warning
    assert __version__ in settings.warning
    assert "live, theme" in settings.warning
    assert path.read_text() == text
    settings["live"] = False
    settings["live"] = True
    settings.writer()()
    assert stored(path) == {"theme": "sepia", "device": "cpu", "of.tomorrow": 1}
    assert [each.name for each in tmp_path.iterdir()] == ["settings.json"]


def test_versions_are_compared_as_numbers():
    assert is_newer("0.10.0", "0.9.3")
    assert not is_newer("0.9.0", "0.9.0")
    assert not is_newer("9.x", "0.9.0")
    assert not is_newer("", "0.9.0")


def test_changed_is_told_once_a_change(qtbot):
    settings, seen = Settings(), []
    settings.changed.connect(seen.append)
    settings["device"] = "cpu"
    settings["device"] = "cpu"
    assert seen == ["device"]


def test_values_handed_out_are_copies():
    settings = Settings()
    settings["recent.projects"].append("x")
    assert settings["recent.projects"] == []
    assert TABLE["recent.projects"].default == []


@pytest.mark.parametrize(
    ("key", "value"), [("theme", "pink"), ("brush.radius", "9"), ("view.opacity", -1.0), ("train.seed", True)]
)
def test_bad_values_are_refused(key, value):
    with pytest.raises(ValueError, match=key):
        Settings()[key] = value


def test_unknown_keys_are_refused():
    with pytest.raises(KeyError):
        Settings()["colour of the sky"]


@pytest.mark.parametrize("text", ["{", "[1]", "\xff", "", "[" * 100_000, '{"theme":' * 50_000, " " * 5_000_000])
def test_a_damaged_file_gives_defaults_a_warning_and_is_kept(tmp_path, text):
    path = tmp_path / "settings.json"
    path.write_bytes(text.encode("latin-1"))
    settings = Settings(path)
    assert settings["theme"] == "system"
    assert str(path) in settings.warning
    settings["theme"] = "dark"
    settings.writer()()
    assert Settings(path)["theme"] == "dark"
    assert (tmp_path / "settings.json.damaged").read_bytes() == text.encode("latin-1")


def test_one_bad_value_does_not_cost_the_others_and_foreign_keys_stay(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": 5, "device": "cpu", "of.tomorrow": [1]}))
    settings = Settings(path)
    assert settings["theme"] == "system"
    assert settings["device"] == "cpu"
    assert "theme" in settings.warning
    settings.writer()()
    assert stored(path) == {"device": "cpu", "of.tomorrow": [1]}


def test_a_disk_that_refuses_does_not_raise(tmp_path):
    (tmp_path / "file").write_text("")
    settings = Settings(tmp_path / "file" / "settings.json")
    settings["theme"] = "dark"
    settings.writer()()
    assert settings["theme"] == "dark"


BAD = {
    "theme": [5, None, "pink", ["dark"]],
    "train.seed": [int("9" * 400), 1.5, True, -1],
    "train.minutes": [float("nan"), float("inf"), int("9" * 400), "1"],
    "view.opacity": [float("-inf"), {}],
    "export.folders": [[], {"a": 1}, {"a": None}],
    "recent.projects": [[1], [None], [["a"]], {}, "a"],
    "recent.images": [{"a": 1}, ["a"]],
    "hints.dismissed": [[{}], [1], "images"],
    "shortcuts": [{"undo": 5}, {"undo": [5]}, ["Ctrl+Z"]],
    "window.geometry": ["@@@", "0" * 16 + "AAAA", "AdnQywADAAAAAAAA", "\ud800", "A" * 200_000, 5],
    "window.state": ["@@@", "AAAA/wAAAAD9", []],
    "of.tomorrow": [float("nan"), int("9" * 400), json.loads("[" * 100 + "]" * 100)],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in BAD.items() for value in values])
def test_a_bad_value_costs_its_setting_alone_and_is_told(tmp_path, key, value):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"device": "cpu", key: value}))
    before = path.read_bytes()
    settings = Settings(path)
    assert settings["device"] == "cpu"
    assert key not in TABLE or settings[key] == TABLE[key].default
    assert key in settings.warning
    assert str(path) in settings.warning
    assert (tmp_path / "settings.json.damaged").read_bytes() == before
    settings.writer()()
    assert stored(path) == {"device": "cpu"}
    assert Settings(path).warning == ""


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in BAD.items() for value in values])
def test_nothing_enters_that_could_not_be_read_again(key, value):
    if key in TABLE:
        with pytest.raises(ValueError, match=key):
            Settings()[key] = value


def test_a_number_too_long_for_python_costs_its_setting_alone(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(f'{{"train.seed": {"9" * 10_000}, "device": "cpu"}}')
    assert Settings(path)["device"] == "cpu"


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(Path.mkdir, id="folder"),
        pytest.param(lambda path: os.mkfifo(path), id="pipe", marks=posix_only("no pipes in folders")),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), id="link", marks=posix_only("no devices in folders")),
    ],
)
def test_what_is_no_file_is_put_aside(tmp_path, make):
    path = tmp_path / "settings.json"
    make(path)
    settings = Settings(path)
    assert str(path) in settings.warning
    settings["theme"] = "dark"
    settings.writer()()
    assert Settings(path)["theme"] == "dark"
    assert os.path.lexists(tmp_path / "settings.json.damaged")


def test_each_damaged_file_is_kept(tmp_path):
    path = tmp_path / "settings.json"
    for content in ("one", "two", "three"):
        path.write_text(content)
        Settings(path)
    assert [(tmp_path / f"settings.json.damaged{end}").read_text() for end in ("", "-2", "-3")] == [
        "one",
        "two",
        "three",
    ]


def test_a_path_that_is_no_text_is_written_and_read_again(tmp_path):
    path = tmp_path / "settings.json"
    settings = Settings(path)
    project = os.fsdecode(b"/photos/\xff")
    settings["recent.projects"] = [project, "/photos/ä"]
    settings.writer()()
    again = Settings(path)
    assert (again["recent.projects"], again.warning) == ([project, "/photos/ä"], "")
    assert "ä" in path.read_text(encoding="utf-8")


def test_a_long_list_of_bad_values_is_told_shortly(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({f"{n}{'x' * 1000}": float("nan") for n in range(1000)}))
    assert len(Settings(path).warning) < 1000 + 2 * len(str(tmp_path))
