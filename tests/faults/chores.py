"""Chores: what a person does in the window, each a script of waits; which one and how is decided by a seed."""

from __future__ import annotations

import os
import subprocess

from PySide6.QtWidgets import QAbstractItemView

from app.canvas.layers import View
from app.commands.command_table import TABLE as COMMANDS
from app.formats.export_dialog import ExportDialog
from app.formats.import_dialog import ImportDialog
from app.project.pack_dialog import PackDialog
from app.window.settings_dialog import SettingsDialog
from app.worklist.statistics_dialog import StatisticsDialog
from segcore.editing.target import EVERYWHERE
from tests.faults.hands import Hands, Script

FORMATS = ("png", "coco", "voc", "geojson", "masks")
"""Of those that are there, one is chosen for each export; what was exported as PNG is imported."""
NAMES = (
    "paint",
    "undo_and_redo",
    "go",
    "predict",
    "predict_all",
    "label_live",
    "refine",
    "command",
    "command_everywhere",
    "mark_done",
    "mark_all_done",
    "export",
    "import_labels",
    "pack",
    "compare",
    "settings",
    "history",
    "statistics",
    "views",
    "fine_tune",
    "keep_learning",
    "sleep",
    "another_project",
    "look_for_images",
)
REFINE_TAB = 2
ASLEEP_SECONDS = 2


class Chores(Hands):
    """The chores of one window; `NAMES` are its methods without an underscore."""

    train_minutes = 0.05

    def script(self, name: str) -> Script:
        """Return the chore of this name, begun anew."""
        found: Script = getattr(self, name)()
        return found

    def rest(self) -> Script:
        """Go where every measurement is made: first project, first image, the brush, nothing switched on."""
        window = self._window
        window.live.switch(False)
        window.training.keep.keep.switch(False)
        if window.document.project is None or window.document.project.root != self._projects[0]:
            yield from self._open(self._projects[0])
        first = window.document.project.image_ids()[0]
        if window.document.image_id != first:
            window.navigation.show(first)
            yield lambda: window.document.image_id == first
        window.canvas.set_tool("brush")
        window.actions_["view_overlay"].trigger()
        window.tabs.setCurrentIndex(0)
        yield lambda: self.idle() and not window.training.keep.keep.running
        yield from self._wait(0.3)
        yield self.idle

    # --- editing ------------------------------------------------------------------------------------------------

    def paint(self) -> Script:
        """Use five tools."""
        for name in self._random.sample(self._tools(), 5):
            yield from self._use(name)

    def undo_and_redo(self) -> Script:
        """Take some edits back, and do most of them again."""
        document = self._window.document
        for action, name in (("undo", "undo_name"), ("redo", "redo_name")):
            for _ in range(self._random.randrange(1, 12)):
                if getattr(document, name):
                    self._window.actions_[action].trigger()
                    yield from self._wait(0.01)
        yield lambda: not document.stroke_in_progress

    def command(self) -> Script:
        """Do a command of the menu Labels to the open image; sometimes only look at it."""
        yield from self._command(self._random.choice(COMMANDS).name, everywhere=False)
        if self._random.random() < 0.3:
            self._window.labels.commands.cancel()
        else:
            self._window.labels.commands.apply()
        yield from self._wait(0.1)
        self._window.labels.commands.cancel()

    def command_everywhere(self) -> Script:
        """Do a command to all images; then take it back, half of the times in the middle."""
        names = [row.name for row in COMMANDS if set(row.where) & set(EVERYWHERE)]
        yield from self._command(self._random.choice(names), everywhere=True)
        commands, project = self._window.labels.commands, self._window.class_list.everywhere
        commands.apply()
        if self._random.random() < 0.3:
            yield from self._wait(0.05)
            self._cancel_jobs()
        yield lambda: project._run is None and self.idle()
        commands.cancel()
        if self._random.random() < 0.5:
            project.undo()
            yield lambda: project._run is None and self.idle()
        yield from self._wait(0.1)

    def mark_done(self) -> Script:
        """Mark the image as done, or reopen it."""
        self._window.actions_["done"].trigger()
        yield self.idle

    def mark_all_done(self) -> Script:
        """Mark all images as done, then take it back, for then they can be painted again."""
        listed, marking = self._window.images.list, self._window.worklist.marking
        assert isinstance(listed, QAbstractItemView)
        listed.selectAll()
        self._window.actions_["done_selected"].trigger()
        yield lambda: marking._run is None and self.idle()
        marking.undo()
        yield lambda: marking._run is None and self.idle()
        listed.clearSelection()

    # --- the models ---------------------------------------------------------------------------------------------

    def predict(self) -> Script:
        """Predict the open image; sometimes stop that at once, or leave the image meanwhile."""
        self._window.actions_["predict"].trigger()
        chance = self._random.random()
        if chance < 0.2:
            self._cancel_jobs()
        elif chance < 0.4:
            self._window.navigation.step(1)
        yield self.idle

    def predict_all(self) -> Script:
        """Predict all images; sometimes stop in the middle."""
        window = self._window
        window.predictions.predict_all(only_remaining=False)
        if self._random.random() < 0.4:
            yield from self._wait(self._random.random())
            self._cancel_jobs()
        yield self.idle

    def label_live(self) -> Script:
        """Paint with Live, go on to the next image, undo."""
        window, live = self._window, self._window.live
        if window.document.label_map is not None and window.document.label_map.complete():
            yield from self.clear_labels()
        live.switch(True)
        yield lambda: live.ready or not live.on
        for _ in range(2):
            for _ in range(3):
                yield from self._use("brush")
            window.navigation.step(1)
            yield lambda: not window.navigation.busy and (live.ready or not live.on)
        yield from self.undo_and_redo()
        live.switch(False)
        yield self.idle

    def clear_labels(self) -> Script:
        """Erase some of the image, so that something is left to label."""
        self._window.canvas.set_tool("eraser")
        yield from self._stroke()

    def refine(self) -> Script:
        """Turn a slider of the CRF, look at the preview; refine, or drop it."""
        window = self._window
        if window.document.prediction is None:
            window.actions_["predict"].trigger()
            yield self.idle
        window.tabs.setCurrentIndex(REFINE_TAB)
        slider = window.refine.sliders.rows[self._random.choice(("w1", "theta_beta"))].slider
        for _ in range(10):
            slider.setValue(self._random.randrange(slider.minimum(), slider.maximum()))
            yield from self._wait(0.03)
        if self._random.random() < 0.7:
            window.actions_["refine"].trigger()
        else:
            window.refine.live.drop()
        yield self.idle
        window.tabs.setCurrentIndex(0)
        yield from self._wait(0.1)

    def fine_tune(self) -> Script:
        """Fine-tune; stop it in the middle, or take or leave the new version."""
        window = self._window
        yield from self._use("brush")
        yield self.idle
        window.training.minutes.setValue(self.train_minutes)
        window.training.start()
        yield lambda: window.training._run is not None or not window.training.running
        if self._random.random() < 0.3:
            yield from self._wait(self._random.uniform(0, 4))
            window.training.cancel()
        yield lambda: not window.training.running
        yield self.idle
        if window.training.promotion.outcome is not None:
            choose = window.training.promotion
            (choose.use_new if self._random.random() < 0.5 else choose.keep_current)()
        dialog = window.dialogs.current
        if dialog is not None:
            dialog.reject()
        yield self.idle

    def keep_learning(self) -> Script:
        """Paint and go on while it trains beside the window; then switch that off."""
        window, keep = self._window, self._window.training.keep.keep
        yield from self._use("brush")
        yield self.idle
        if not window.session.records.corrected:
            return
        keep.switch(True)
        yield lambda: keep.running or not keep.on
        for _ in range(3):
            yield from self._use("brush")
            yield from self._wait(1)
            self._window.navigation.step(1)
        if self._random.random() < 0.5:
            yield self._until(lambda: keep.text.startswith("Learning") or not keep.running, 30)
        keep.switch(False)
        yield lambda: not keep.running and not keep._stopping

    def sleep(self) -> Script:
        """Stand still for a moment in the middle of a training, all processes, as while a laptop sleeps."""
        window = self._window
        yield from self._use("brush")
        yield self.idle
        window.training.minutes.setValue(self.train_minutes)
        window.training.start()
        yield lambda: window.training._run is not None or not window.training.running
        yield from self._wait(self._random.uniform(0, 4))
        run = window.training._run
        pids = f"{os.getpid()} {run.pid}" if run is not None and run.pid else str(os.getpid())
        with subprocess.Popen(["sh", "-c", f"kill -STOP {pids}; sleep {ASLEEP_SECONDS}; kill -CONT {pids}"]) as night:
            yield from self._use("brush")
            yield lambda: night.poll() is not None
        yield lambda: not window.training.running
        yield self.idle

    # --- files --------------------------------------------------------------------------------------------------

    def export(self) -> Script:
        """Export all images in one or two formats; sometimes stop it."""
        window = self._window
        window.actions_["export"].trigger()
        dialog = window.findChild(ExportDialog)
        yield dialog.isVisible
        boxes = {name: box for name, box in dialog.boxes.items() if name in FORMATS}
        chosen = {"png", self._random.choice(sorted(boxes))}
        for name, box in dialog.boxes.items():
            box.setChecked(name in chosen)
        dialog.out.setText(str(self._out / "export"))
        yield lambda: True
        dialog.export_button.click()
        if self._random.random() < 0.2:
            self._cancel_jobs()
        yield self.idle
        yield from self._wait(0.1)
        window.exporting.notice.close_button.click()

    def import_labels(self) -> Script:
        """Import what was exported, as painted or as predicted."""
        window, folder = self._window, self._out / "export"
        if not (folder / "labels").is_dir():
            yield from self.export()
        window.importing.check(folder)
        yield self.idle
        dialog = window.findChild(ImportDialog)
        if dialog is None:
            return
        yield dialog.isVisible
        (dialog.by_model if self._random.random() < 0.5 else dialog.by_person).setChecked(True)
        if self._random.random() < 0.7 and dialog.import_button.isEnabled():
            dialog.import_button.click()
        else:
            dialog.reject()
        yield self.idle
        yield lambda: window.importing.dialog is None
        window.importing.notice.close_button.click()

    def pack(self) -> Script:
        """Pack the project without its images and models."""
        window = self._window
        window.actions_["pack"].trigger()
        dialog = window.findChild(PackDialog)
        yield lambda: True
        dialog.path.setText(str(self._out / "packed.zip"))
        dialog.checkpoints.setChecked(False)
        dialog.pack_button.click()
        yield self.idle
        window.opening.packing.notice.hide()

    def another_project(self) -> Script:
        """Open the other project, paint there, come back."""
        for path in (self._projects[1], self._projects[0]):
            yield from self._open(path)
            yield from self._use("brush")

    def look_for_images(self) -> Script:
        """Read the list and the open image again."""
        for name in ("rescan", "reload"):
            self._window.actions_[name].trigger()
            yield self.idle

    # --- looking ------------------------------------------------------------------------------------------------

    def go(self) -> Script:
        """Go from image to image, at first faster than they are read."""
        window = self._window
        for _ in range(self._random.randrange(2, 10)):
            window.navigation.step(self._random.choice((1, 1, -1)))
            yield from self._wait(self._random.choice((0, 0.02, 0.2)))
        window.navigation.show(self._random.choice(window.document.project.image_ids()))
        yield lambda: not window.navigation.busy and window.document.image is not None

    def compare(self) -> Script:
        """Compare with the prediction, the previous image and a version, side by side and with a swipe."""
        window = self._window
        for name in ("compare_side", "compare_swipe"):
            window.actions_[name].trigger()
            box = window.view.compare.chooser if hasattr(window.view.compare, "chooser") else None
            for _ in range(2):
                if box is not None:
                    box.setCurrentIndex(self._random.randrange(box.count()))
                yield from self._wait(0.1)
            window.actions_[name].trigger()
        yield self.idle

    def settings(self) -> Script:
        """Open the settings, take another theme and another autosave, put both back."""
        window = self._window
        window.actions_["settings"].trigger()
        dialog = window.findChild(SettingsDialog)
        for row in range(dialog.names.count()):
            dialog.names.setCurrentRow(row)
            yield from self._wait(0.02)  # nobody chooses two pages in one moment
        before = {key: window.settings[key] for key in ("theme", "autosave.seconds")}
        window.settings["theme"] = self._random.choice(("dark", "light", "contrast"))
        window.settings["autosave.seconds"] = 2.0
        yield from self._wait(0.3)
        for key, value in before.items():
            window.settings[key] = value
        dialog.reject()
        yield self.idle

    def history(self) -> Script:
        """Look at the history of the image, and go back in it."""
        window = self._window
        window.actions_["history"].trigger()
        dialog = window.editing.history.dialog
        assert dialog is not None
        yield self.idle
        if dialog.edits.count():
            dialog.edits.setCurrentRow(self._random.randrange(dialog.edits.count()))
        yield from self._wait(0.2)
        dialog.reject()
        yield self.idle

    def statistics(self) -> Script:
        """Count the pixels of all images."""
        window = self._window
        window.actions_["statistics"].trigger()
        yield self.idle
        for dialog in window.findChildren(StatisticsDialog):
            dialog.reject()
        yield from self._wait(0.1)

    def views(self) -> Script:
        """Look at each view, in and out."""
        window = self._window
        for view in View:
            window.canvas.view = view
            for zoom in (window.canvas.zoom_in, window.canvas.zoom_in, window.canvas.fit):
                zoom()
                yield from self._wait(0.02)
        window.canvas.view = View.OVERLAY
        yield from self._wait(0.05)
