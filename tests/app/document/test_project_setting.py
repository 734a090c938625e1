from __future__ import annotations

from app.document.project_setting import ProjectSetting
from segcore.project.project import Project
from tests.segcore.worklist.labelled_project import project_of

KEY = "view.something"


def test_the_last_value_goes_to_the_project_that_is_left_and_the_next_one_has_its_own(session, qtbot, tmp_path):
    roots = [project_of(tmp_path / name, {"a.png": (1, (90, 120, 60))}).root for name in ("first", "second")]
    values = ["of first"]
    setting = ProjectSetting(session, KEY, lambda: values[-1])
    opened = []
    setting.opened.connect(opened.append)
    with Project.open(roots[0]) as first, Project.open(roots[1]) as second:
        second.set_setting(KEY, {"any": "thing"})
        session.document.set_project(first)
        setting.changed()
        session.document.set_project(second)
        qtbot.waitUntil(lambda: first.settings.get(KEY) == "of first")
        assert opened == [None, {"any": "thing"}]
        assert second.settings[KEY] == {"any": "thing"}
        session.document.set_project(None)
        assert opened[-1] is None


def test_what_is_read_is_not_written_back(session, tmp_path):
    asked = []
    setting = ProjectSetting(session, KEY, lambda: asked.append(True))
    setting.opened.connect(setting.changed)  # a widget that shows a value says that it has changed
    with project_of(tmp_path, {"a.png": (1, (90, 120, 60))}) as project:
        session.document.set_project(project)
        session.document.set_project(None)
        assert asked == []
