from __future__ import annotations

from pathlib import Path

import pytest

from app.formats.import_dialog import ImportDialog
from segcore.formats.import_plan import FoundValue, ImportPlan, Skipped
from segcore.formats.label_map_set import LabelMapSet
from segcore.labels.classes import ClassSet

CLASSES = ClassSet.from_names(["sky", "road"])


def plan(**changes):
    values = (
        FoundValue(0, 5, "Sky", (0, 0, 0), 0, False),
        FoundValue(11, 2, "", None, None, False),
        FoundValue(255, 3, "", None, None, True),
        FoundValue((1, 2, 3), 1, "", (1, 2, 3), None, False),
    )
    base = {
        "label_set": LabelMapSet(Path("/data/labels")),
        "names": {"a.jpg": "a.png"},
        "without": ("b.jpg",),
        "unused": ("z.png",),
        "wrong_size": (Skipped("c.jpg", "it measures 2 x 1"),),
        "unreadable": (),
        "values": values,
        "painted": (),
    }
    return ImportPlan(**(base | changes))


@pytest.fixture
def make(qtbot):
    def make(**changes):
        dialog = ImportDialog(plan(**changes), CLASSES)
        qtbot.addWidget(dialog)
        return dialog

    return make


def test_it_says_what_will_happen(make):
    dialog = make()
    assert dialog.counts.text().split("\n") == [
        "Label maps that fit an image of this project: 1",
        "Images without a label map: 1",
        "Left out, no image of this name: 1",
        "Left out, not of the size of the image: 1",
    ]
    assert dialog.details.toPlainText() == "c.jpg: it measures 2 x 1\nz.png: no image of this name"
    assert dialog.unmapped.text() == "Stays without a label: 11, #010203"
    assert dialog.replace_box.isHidden()


def test_the_choices(make):
    dialog = make(painted=("a.jpg",))
    choices = dialog.choices()
    assert choices.mapping == {0: 0, 11: None, 255: None, (1, 2, 3): None}
    assert (choices.predicted, choices.done, choices.replace) == (False, False, False)
    dialog.choosers[1].setCurrentIndex(2)
    dialog.done_box.setChecked(True)
    dialog.replace_box.setChecked(True)
    choices = dialog.choices()
    assert choices.mapping[11] == 1
    assert (choices.predicted, choices.done, choices.replace) == (False, True, True)
    dialog.by_model.setChecked(True)
    assert dialog.choices().predicted
    assert not dialog.choices().done, "a prediction is never done"
    assert not dialog.done_box.isEnabled()


def test_nothing_to_import_cannot_be_imported(make):
    assert not make(names={}).import_button.isEnabled()
    dialog = make()
    dialog.choosers[0].setCurrentIndex(0)
    assert not dialog.import_button.isEnabled()


def test_a_damaged_list_of_classes_is_told(make):
    damaged = LabelMapSet(Path("/data/labels"))
    damaged.warning = "classes.json is damaged."
    assert make(label_set=damaged).details.toPlainText().startswith("classes.json is damaged.\n")


def test_new_classes_are_offered_and_added_in_one_click(make):
    dialog = make()
    texts = [[box.itemText(n) for n in range(box.count())] for box in dialog.choosers]
    assert texts[0] == ["No label", "sky", "road"], "a class of this name is there"
    assert texts[1][3:] == ["New class “class 11”"]
    assert texts[3][3:] == ["New class “#010203”"]
    dialog.add_button.click()
    choices = dialog.choices()
    assert choices.new == {11, (1, 2, 3)}, "255 stays without a label"
    assert (choices.mapping[0], choices.mapping[11]) == (0, None)
    assert dialog.unmapped.isHidden()
    assert not dialog.add_button.isEnabled()


def test_more_classes_than_fit_are_told(qtbot):
    dialog = ImportDialog(plan(), ClassSet.from_names([f"c{n}" for n in range(254)]))
    qtbot.addWidget(dialog)
    dialog.add_button.click()
    assert "The project would have 256 classes; 255 is the most." in dialog.unmapped.text()
    assert not dialog.import_button.isEnabled()
    dialog.choosers[1].setCurrentIndex(0)
    assert dialog.import_button.isEnabled()


def test_nothing_unknown_needs_no_button(make):
    assert make(values=(FoundValue(0, 5, "Sky", (0, 0, 0), 0, False),)).add_button.isHidden()
