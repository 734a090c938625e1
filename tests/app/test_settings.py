from __future__ import annotations

import json

import pytest

from app.settings import TABLE, Settings


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
    assert json.loads(path.read_text()) == {"device": "cpu", "view.opacity": 1.0}
    again = Settings(path)
    assert again["device"] == "cpu"
    assert again["theme"] == TABLE["theme"].default


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


@pytest.mark.parametrize("text", ["{", "[1]", "\xff", ""])
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
    assert json.loads(path.read_text()) == {"device": "cpu", "of.tomorrow": [1]}


def test_a_disk_that_refuses_does_not_raise(tmp_path):
    (tmp_path / "file").write_text("")
    settings = Settings(tmp_path / "file" / "settings.json")
    settings["theme"] = "dark"
    settings.writer()()
    assert settings["theme"] == "dark"
