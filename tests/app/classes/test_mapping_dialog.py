"""The class mapping as a table."""

from app.classes.mapping_dialog import ClassMappingDialog
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet

MODEL = ClassSet.from_names(["__background__", "car", "person"])
PROJECT = ClassSet.from_json([{"index": 3, "name": "Background"}, {"index": 7, "name": "vehicle"}])
BY_NAME = ClassMapping((("__background__", 3), ("car", None), ("person", None)))


def make(qtbot, mapping=BY_NAME):
    dialog = ClassMappingDialog("net", MODEL, PROJECT, mapping)
    qtbot.addWidget(dialog)
    return dialog


def test_it_shows_what_it_is_given_and_returns_it(qtbot):
    given = ClassMapping((("__background__", None), ("car", 7), ("person", 7)))
    assert make(qtbot, given).mapping() == given


def test_choosing_joins(qtbot):
    dialog = make(qtbot)
    dialog.choosers[1].setCurrentIndex(dialog.choosers[1].findData(7))
    assert dialog.mapping().pairs == (("__background__", 3), ("car", 7), ("person", None))


def test_joining_by_name_starts_again(qtbot):
    dialog = make(qtbot, ClassMapping((("car", 7), ("person", 7))))
    dialog.join_by_name()
    assert dialog.mapping() == BY_NAME


def test_it_says_what_is_never_predicted(qtbot):
    dialog = make(qtbot)
    assert "vehicle" in dialog.summary.text()
    dialog.choosers[1].setCurrentIndex(dialog.choosers[1].findData(7))
    assert "vehicle" not in dialog.summary.text()


def test_nothing_joined_cannot_be_accepted(qtbot):
    dialog = make(qtbot, ClassMapping(()))
    assert not dialog.ok.isEnabled()
    dialog.join_by_name()
    assert dialog.ok.isEnabled()


def test_every_class_of_the_project_is_offered(qtbot):
    dialog = make(qtbot)
    chooser = dialog.choosers[0]
    assert [chooser.itemData(n) for n in range(chooser.count())] == [None, 3, 7]
