"""A smart stroke as the person lives it; the core is a stand-in that answers when the test says so."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from app.canvas.canvas import Canvas
from app.canvas.pen_options import ToolOptions
from app.canvas.tool import CTRL, LEFT, RIGHT, SHIFT, Pointer
from app.canvas.view_transform import ViewTransform
from app.document.autosave import Autosaver
from app.document.document import Document, LoadedImage
from app.jobs.job_runner import JobRunner
from app.tools import crf_queue, crf_stroke
from app.tools.brush import BrushTool
from app.tools.crf_queue import CrfQueue
from app.tools.network_probabilities import evidence
from app.tools.smart_stroke import SmartStrokeTool
from app.tools.toolbox import RADII, make_tools
from segcore.editing import Box
from segcore.editing.brush import Covered, Point
from segcore.errors import CrfError
from segcore.interactive import smart_stroke
from segcore.interactive.stroke_record import Origin
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap
from segcore.progress import Progress

SHAPE = 300, 400
GROWN = 8
"""The stand-in labels the box of the stroke, and so many pixels more on each side."""


@dataclass
class Core:
    """Stands in for the fully-connected CRF."""

    gate: threading.Event = field(default_factory=threading.Event)
    started: list[tuple[int, Box]] = field(default_factory=list)  # value, box of the stroke
    closed: int = 0
    made: list[dict] = field(default_factory=list)
    error: Exception | None = None
    threads: set[str] = field(default_factory=set)

    def make(
        self, image, labels, provenance, probabilities, values, value, parameters=None, windows=None, origins=None
    ):
        self.made.append(
            {
                "labels": labels,
                "p": probabilities,
                "values": values,
                "value": value,
                "windows": windows,
                "origins": origins,
            }
        )
        return Stroke(self, value, labels.shape)


@dataclass
class Stroke:
    core: Core
    value: int
    shape: tuple[int, int]

    def decide(self, covered: Covered):
        core, tight, (x, y, *_) = self.core, box_of(covered.mask), covered.box
        box = Box(tight.left + x, tight.top + y, tight.right + x, tight.bottom + y)
        core.started.append((self.value, box))
        core.threads.add(threading.current_thread().name)
        done = False
        try:
            while not core.gate.wait(0.002):
                yield Progress(0, 1)
            if core.error is not None:
                raise core.error
            done = True
        finally:
            core.closed += not done
        grown = Box(box.left - GROWN, box.top - GROWN, box.right + GROWN, box.bottom + GROWN).clipped(*self.shape)
        return smart_stroke.Decision(grown, np.ones((grown.height, grown.width), np.bool_))


@pytest.fixture
def core(monkeypatch):
    core = Core()
    core.gate.set()
    monkeypatch.setattr(smart_stroke, "SmartStroke", core.make)
    monkeypatch.setattr(crf_queue, "open_torch_libraries", lambda: False)
    return core


@pytest.fixture
def jobs(qapp):
    jobs = JobRunner()
    yield jobs
    jobs.shutdown()


@pytest.fixture
def document(qapp, jobs):
    document = Document()
    document.set_classes(ClassSet.from_names(["road", "car", "tree"]))
    document.show(loaded("a.png"))
    document.set_active_class(1)
    yield document
    document.clear_image()


@pytest.fixture
def tool(document, jobs, core):
    options = ToolOptions()
    options.set_radius(2)
    tool = SmartStrokeTool(document, options)
    tool.queue = CrfQueue(document, jobs, tool)
    return tool


def loaded(image_id: str) -> LoadedImage:
    return LoadedImage(image_id, np.zeros((*SHAPE, 3), np.uint8), LabelMap.blank(*SHAPE))


def at(x: float, y: float, button=LEFT, modifiers=Qt.KeyboardModifier.NoModifier) -> Pointer:
    return Pointer(Point(x, y), 1.0, button, modifiers)


def box_of(mask: np.ndarray) -> Box:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1) if rows.size else Box(0, 0, 0, 0)


def seen(document: Document, value: int = 1) -> Box:
    """Where the person sees this class: in the label map with the patch over it."""
    labels = document.label_map.labels.copy()
    if document.patch is not None:
        np.copyto(labels[document.patch.box.slices], document.patch.labels, where=document.patch.painted)
    return box_of(labels == value)


def painted(document: Document, value: int = 1) -> Box:
    return box_of(document.label_map.labels == value)


def quiet(jobs: JobRunner) -> bool:
    return not jobs.busy


PEN = Box(98, 98, 102, 102)
"""A dab of radius 2 at (100, 100)."""
GROWN_PEN = Box(90, 90, 110, 110)
LONG_PEN = Box(98, 98, 202, 102)
GROWN_LONG_PEN = Box(90, 90, 210, 110)


def test_the_pen_is_seen_at_once_then_the_region_and_nothing_is_an_edit_before_the_release(
    qtbot, tool, document, jobs, core
):
    core.gate.clear()
    tool.press(at(100, 100))
    assert seen(document) == PEN
    core.gate.set()
    qtbot.waitUntil(lambda: seen(document) == GROWN_PEN)
    tool.drag(at(200, 100))
    assert seen(document).right == 202
    qtbot.waitUntil(lambda: seen(document) == GROWN_LONG_PEN)
    assert painted(document).is_empty
    tool.release(at(200, 100))
    assert painted(document) == GROWN_LONG_PEN  # decided already: the release waits for nothing
    assert document.patch is None
    assert (document.label_map.provenance[GROWN_LONG_PEN.slices] == Provenance.PAINTED).all()
    assert (document.label_map.provenance == Provenance.PAINTED).sum() == 120 * 20
    assert document.undo_name == "Smart stroke"
    document.undo()
    assert painted(document).is_empty
    assert (document.label_map.provenance == Provenance.UNTOUCHED).all()
    assert document.undo_name == ""
    document.redo()
    assert painted(document) == GROWN_LONG_PEN
    assert core.threads == {"lane-crf"}


def test_one_decision_runs_and_one_waits_however_far_the_pen_goes(qtbot, tool, document, core):
    core.gate.clear()
    tool.press(at(100, 100))
    qtbot.waitUntil(lambda: len(core.started) == 1)
    for x in range(101, 201):
        tool.drag(at(x, 100))
    qtbot.wait(20)
    assert core.started == [(1, PEN)]
    core.gate.set()
    qtbot.waitUntil(lambda: seen(document) == GROWN_LONG_PEN)
    assert core.started == [(1, PEN), (1, LONG_PEN)]
    assert core.closed == 0
    tool.cancel()


def test_the_release_drops_the_decision_that_is_behind_and_waits_for_the_last(qtbot, tool, document, jobs, core):
    core.gate.clear()
    tool.press(at(100, 100))
    qtbot.waitUntil(lambda: len(core.started) == 1)
    tool.drag(at(200, 100))
    tool.release(at(200, 100))
    qtbot.waitUntil(lambda: len(core.started) == 2)
    assert core.closed == 1
    assert painted(document).is_empty
    assert seen(document) == LONG_PEN
    core.gate.set()
    qtbot.waitUntil(lambda: painted(document) == GROWN_LONG_PEN)
    assert document.patch is None
    assert core.started[1] == (1, LONG_PEN)
    assert quiet(jobs)


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("how", ["escape", "undo"])
def test_escape_and_undo_drop_the_stroke_while_it_is_decided(qtbot, tool, document, jobs, core, how, released):
    core.gate.clear()
    tool.press(at(100, 100))
    tool.drag(at(200, 100))
    if released:
        tool.release(at(200, 100))
    assert document.undo_name == "Smart stroke"
    assert tool.cancel() if how == "escape" else document.undo() is None
    assert document.patch is None
    assert seen(document).is_empty
    core.gate.set()
    if not released:
        tool.drag(at(250, 100))
        tool.release(at(250, 100))
    qtbot.waitUntil(lambda: quiet(jobs))
    assert seen(document).is_empty
    assert document.undo_name == document.redo_name == ""
    assert not tool.cancel()
    tool.press(at(100, 100))  # and the next stroke is as good as any
    tool.release(at(100, 100))
    qtbot.waitUntil(lambda: painted(document) == GROWN_PEN)


def test_undo_after_the_edit_before_takes_back_the_stroke_only(qtbot, tool, document, jobs, core):
    brush = BrushTool(document, tool.options)
    brush.press(at(20, 20))
    brush.release(at(20, 20))
    core.gate.clear()
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    document.undo()
    assert painted(document) == Box(18, 18, 22, 22)
    document.undo()
    assert painted(document).is_empty


@pytest.mark.parametrize("released", [False, True])
def test_another_image_keeps_what_was_seen_and_gets_nothing_itself(qtbot, tool, document, jobs, core, released):
    tool.press(at(100, 100))
    qtbot.waitUntil(lambda: seen(document) == GROWN_PEN)
    core.gate.clear()
    tool.drag(at(200, 100))
    if released:
        tool.release(at(200, 100))
    first, was_seen = document.label_map, seen(document)
    assert was_seen == Box(90, 90, 202, 110)
    document.show(loaded("b.png"))
    assert box_of(first.labels == 1) == was_seen
    core.gate.set()
    if not released:
        tool.release(at(200, 100))
    qtbot.waitUntil(lambda: quiet(jobs))
    assert seen(document).is_empty
    assert document.undo_name == ""
    assert box_of(first.labels == 1) == was_seen


def test_each_image_has_windows_of_its_own(qtbot, tool, document, jobs, core):
    for _ in range(2):
        tool.press(at(100, 100))
        tool.release(at(100, 100))
    document.show(loaded("b.png"))
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    first, second, third = (made["windows"] for made in core.made)
    assert first is second
    assert third is not first
    assert third.image is document.image


def test_the_next_stroke_settles_the_last_with_its_own_class(qtbot, tool, document, jobs, core):
    core.gate.clear()
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    document.set_active_class(2)
    tool.press(at(200, 200))
    assert painted(document, 1) == PEN
    assert seen(document, 2) == Box(198, 198, 202, 202)
    core.gate.set()
    tool.release(at(200, 200))
    qtbot.waitUntil(lambda: painted(document, 2) == Box(190, 190, 210, 210))
    assert painted(document, 1) == PEN
    document.undo()
    assert painted(document, 2).is_empty
    assert painted(document, 1) == PEN
    document.undo()
    assert painted(document, 1).is_empty


def test_a_class_chosen_during_the_stroke_is_for_the_next(qtbot, tool, document, core):
    tool.press(at(100, 100))
    document.set_active_class(2)
    tool.release(at(100, 100))
    qtbot.waitUntil(lambda: painted(document, 1) == GROWN_PEN)
    assert painted(document, 2).is_empty


def test_the_brush_settles_a_stroke_that_waits(qtbot, tool, document, jobs, core):
    core.gate.clear()
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    brush = BrushTool(document, tool.options)
    document.set_active_class(2)
    brush.press(at(20, 20))
    brush.release(at(20, 20))
    core.gate.set()
    qtbot.waitUntil(lambda: quiet(jobs))
    assert painted(document, 1) == PEN
    assert painted(document, 2) == Box(18, 18, 22, 22)
    assert document.undo_name == "Brush"


def test_another_tool_drops_a_stroke_in_progress_and_lets_a_released_one_end(qtbot, tool, document, jobs, core):
    tool.press(at(100, 100))
    tool.leave()
    qtbot.waitUntil(lambda: quiet(jobs))
    assert seen(document).is_empty
    core.gate.clear()
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    tool.leave()
    core.gate.set()
    qtbot.waitUntil(lambda: painted(document) == GROWN_PEN)


def test_a_failure_is_told_once_and_the_pen_stays(qtbot, tool, document, core):
    core.error = CrfError("No room.", "Close something.")
    errors = []
    tool.error.connect(errors.append)
    tool.press(at(100, 100))
    qtbot.waitUntil(lambda: bool(errors))
    for x in (120, 150, 200):
        tool.drag(at(x, 100))
    tool.release(at(200, 100))
    assert painted(document) == LONG_PEN
    assert len(errors) == len(core.started) == 1
    assert document.undo_name == "Smart stroke"


def test_a_failure_of_the_last_decision_ends_the_stroke(qtbot, tool, document, core):
    core.gate.clear()
    core.error = CrfError("No room.", "Close something.")
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    with qtbot.waitSignal(tool.error):
        core.gate.set()
    assert painted(document) == PEN


def test_who_waits_is_told_for_what(qtbot, tool, document, jobs, core):
    core.gate.clear()
    tool.press(at(100, 100))
    with qtbot.waitSignal(tool.queue.message) as told:
        pass
    assert "engine is starting" in told.args[0]
    core.gate.set()
    qtbot.waitUntil(lambda: tool.queue.ready)
    core.gate.clear()
    tool.drag(at(120, 100))
    with qtbot.waitSignal(tool.queue.message) as told:
        pass
    assert "busy" in told.args[0]
    tool.cancel()
    with qtbot.assertNotEmitted(tool.queue.message, wait=600):
        core.gate.set()


def test_where_the_pen_rests_the_next_stroke_is_prepared_once(qtbot, tool, document, jobs, core):
    tool.hover(at(100, 100))
    qtbot.wait(150)
    assert core.started == []  # the engine is not there yet: nothing loads it for a pen that only hovers
    tool.queue.ready = True
    for x in (100, 110, 100):
        tool.hover(at(x, 100))
        qtbot.wait(120)
    qtbot.waitUntil(lambda: quiet(jobs))
    assert [box for _, box in core.started] == [PEN]
    assert seen(document).is_empty
    core.gate.clear()
    for start, closed in ((200, 0), (100, 1)):  # near what is prepared, the stroke waits for it; elsewhere it does not
        tool.hover(at(200, 200))
        qtbot.waitUntil(lambda: tool._prepared == Point(200, 200))
        qtbot.waitUntil(lambda: len(core.started) % 2 == 0)
        tool.press(at(start, start))
        if closed:
            qtbot.waitUntil(lambda: len(core.started) == 5)
        assert core.closed == closed
        core.gate.set()
        tool.release(at(start, start))
        grown = Box(start - 10, start - 10, start + 10, start + 10)
        qtbot.waitUntil(lambda grown=grown: painted(document) == grown)
        document.undo()
        core.gate.clear()


def test_without_a_lane_the_pen_paints(document, core):
    options = ToolOptions()
    options.set_radius(2)
    tool = SmartStrokeTool(document, options)
    tool.press(at(100, 100))
    tool.drag(at(200, 100))
    tool.release(at(200, 100))
    assert painted(document) == LONG_PEN
    assert core.made == []


@pytest.mark.parametrize("how", [{"button": RIGHT}, {"modifiers": CTRL}])
def test_right_or_ctrl_empties_the_region(qtbot, tool, document, core, how):
    document.label_map.labels[:] = 2
    document.label_map.provenance[:] = Provenance.PREDICTED
    tool.press(at(100, 100, **how))
    assert core.made[0]["value"] == 255
    tool.release(at(100, 100))
    qtbot.waitUntil(lambda: document.undo_name != "" and not document.stroke_in_progress)
    assert painted(document, 255) == GROWN_PEN
    assert (document.label_map.provenance[GROWN_PEN.slices] == Provenance.UNTOUCHED).all()


def test_shift_goes_straight_from_the_last_stroke(qtbot, tool, document, core):
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    qtbot.waitUntil(lambda: painted(document) == GROWN_PEN)
    tool.press(at(200, 100, modifiers=SHIFT))
    tool.release(at(200, 100))
    qtbot.waitUntil(lambda: painted(document) == GROWN_LONG_PEN)


def test_the_overwrite_policy_holds_for_what_is_shown_and_for_what_is_done(qtbot, tool, document, core):
    document.label_map.labels[:, :100] = 0
    document.set_overwrite(frozenset({255}))
    tool.press(at(100, 100))
    qtbot.waitUntil(lambda: seen(document) == Box(100, 90, 110, 110))
    tool.release(at(100, 100))
    qtbot.waitUntil(lambda: painted(document) == Box(100, 90, 110, 110))
    assert (document.label_map.labels[:, :100] == 0).all()


def test_the_network_is_asked_where_there_is_a_prediction(tool, document, core):
    assert evidence(document)[0] is None
    assert evidence(document)[1].tolist() == [0, 1, 2]
    probabilities = np.zeros((2, *SHAPE), np.uint8)
    probabilities[0, 10:20, 30:50] = 51
    probabilities[1, 10:20, 30:50] = 204
    nothing = np.zeros(SHAPE, np.uint8)
    document.set_prediction(
        ProbabilityMap(probabilities, nothing, nothing, np.array([0, 2], np.uint8), "m"), accept=False
    )
    found, values = evidence(document)
    assert values.tolist() == [0, 2]
    window = found(Box(30, 10, 32, 11))
    assert window.dtype == np.float32
    assert window.ravel().tolist() == pytest.approx([0.2, 0.2, 0.8, 0.8])


def test_the_rim_of_the_window_is_seen_while_the_pen_is_down(qtbot, tool, document, core):
    transform = ViewTransform(2.0, 10.0, 0.0)
    tool.press(at(100, 100))
    assert tool.preview_rect(transform).width() < 40
    qtbot.waitUntil(lambda: seen(document) == GROWN_PEN)
    window = tool.queue.windows.around(PEN).box
    rim = QRectF(2 * window.left + 10, 2 * window.top, 2 * window.width, 2 * window.height)
    assert tool.preview_rect(transform).contains(rim)
    tool.release(at(100, 100))
    assert tool.preview_rect(transform).width() < 40


def test_what_is_saved_now_is_what_is_seen(qtbot, tool, document, jobs, core):
    saver = Autosaver(document, jobs)
    core.gate.clear()
    tool.press(at(100, 100))
    tool.release(at(100, 100))
    saver.flush()
    assert painted(document) == PEN
    assert not document.stroke_in_progress


def test_the_timer_of_the_autosave_does_not_end_a_stroke(tool, document, jobs, core):
    saver = Autosaver(document, jobs)
    core.gate.clear()
    tool.press(at(100, 100))
    saver._save_when_free()
    assert document.stroke_in_progress
    tool.cancel()


def test_the_end_of_the_program_leaves_no_decision_running(tool, document, jobs, core):
    core.gate.clear()
    tool.press(at(100, 100))
    begun = time.monotonic()
    jobs.shutdown()
    assert time.monotonic() - begun < 3
    assert not jobs.busy
    tool.release(at(100, 100))
    document.settle()
    assert painted(document) == PEN


def test_a_huge_stroke_is_not_shown_while_it_is_decided_but_done(qtbot, tool, document, core, monkeypatch):
    monkeypatch.setattr(crf_stroke, "LIVE_PIXELS", 200)
    tool.press(at(100, 100))
    assert seen(document) == PEN
    tool.drag(at(200, 100))
    qtbot.waitUntil(lambda: tool._answered == 2)
    assert seen(document).right <= 202  # what fits the patch that is there
    tool.release(at(200, 100))
    assert painted(document) == GROWN_LONG_PEN
    assert document.patch is None


def test_a_stroke_that_begins_outside_counts_from_the_rim(tool, document, core):
    tool.press(at(-50, 100))
    assert document.patch is None
    tool.drag(at(3, 100))
    assert seen(document).left == 0
    tool.cancel()


def test_a_stroke_outside_the_image_is_no_edit(qtbot, tool, document, jobs, core):
    tool.press(at(-50, -50))
    tool.drag(at(-60, -20))
    tool.release(at(-60, -20))
    assert document.undo_name == ""
    assert core.started == []


# -- what is known of the strokes ------------------------------------------------------------------------------------


def scribbled(tool) -> int:
    """How many pixels count as scribble for the next stroke."""
    origins = tool._memory.origins
    return 0 if origins is None else int((origins(Box(0, 0, SHAPE[1], SHAPE[0])) == Origin.SCRIBBLE).sum())


def stroke(qtbot, tool, document, x: float) -> None:
    tool.press(at(x, 100))
    tool.release(at(x, 100))
    qtbot.waitUntil(lambda: not document.stroke_in_progress)


DAB = 12
"""Pixels that a dab of radius 2 covers at the corner of four pixels: 4 x 4 without its corners."""


def test_undo_redo_and_another_image_take_the_scribbles_along(qtbot, tool, document, core):
    assert tool._memory.origins is None
    stroke(qtbot, tool, document, 100)
    assert scribbled(tool) == DAB
    assert (tool._memory.origins(GROWN_PEN) != Origin.UNKNOWN).all()
    stroke(qtbot, tool, document, 200)
    assert scribbled(tool) == 2 * DAB
    document.undo()
    assert scribbled(tool) == DAB
    assert (tool._memory.origins(Box(150, 0, 400, 300)) == Origin.UNKNOWN).all()
    document.redo()
    assert scribbled(tool) == 2 * DAB
    stroke(qtbot, tool, document, 300)
    assert core.made[-1]["origins"](PEN).sum() == DAB * Origin.SCRIBBLE
    document.show(loaded("b.png"))
    assert tool._memory.origins is None


def test_what_is_brushed_over_a_stroke_is_by_hand(qtbot, tool, document, core):
    stroke(qtbot, tool, document, 100)
    brush = BrushTool(document, tool.options)
    document.set_active_class(2)
    brush.press(at(100, 100))
    brush.release(at(100, 100))
    assert scribbled(tool) == 0
    document.undo()
    assert scribbled(tool) == DAB


def test_a_stroke_that_changes_nothing_does_not_lend_its_scribble_to_the_next_edit(qtbot, tool, document, core):
    stroke(qtbot, tool, document, 100)
    document.set_active_class(1)
    stroke(qtbot, tool, document, 100)
    brush = BrushTool(document, tool.options)
    brush.press(at(200, 100))
    brush.release(at(200, 100))
    assert scribbled(tool) == DAB
    assert (tool._memory.origins(Box(190, 90, 210, 110)) == Origin.UNKNOWN).all()


def test_a_scribble_over_a_protected_class_and_an_eraser_are_no_evidence(qtbot, tool, document, core):
    document.label_map.labels[:, :100] = 0
    document.set_overwrite(frozenset({1, 255}))
    stroke(qtbot, tool, document, 100)
    assert scribbled(tool) == DAB / 2
    tool.press(at(100, 100, RIGHT))
    tool.release(at(100, 100, RIGHT))
    qtbot.waitUntil(lambda: not document.stroke_in_progress)
    assert scribbled(tool) == 0


# -- the whole way: mouse, canvas, engine ----------------------------------------------------------------------------


@pytest.fixture
def canvas(qtbot):
    jobs, document, options = JobRunner(), Document(), ToolOptions(radii=RADII)
    canvas = Canvas(document, make_tools(document, options, jobs), options)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    document.set_classes(ClassSet.from_names(["road", "car", "tree"]))
    document.show(LoadedImage("a.png", yellow_square(), LabelMap.blank(*SHAPE)))
    canvas.set_tool("smart")
    canvas.show()
    yield canvas
    jobs.shutdown()
    document.clear_image()


SQUARE = Box(150, 100, 230, 180)


def yellow_square():
    image = np.full((*SHAPE, 3), (60, 70, 160), np.int16)
    image[SQUARE.slices] = (220, 210, 60)
    return (image + np.random.default_rng(0).integers(-6, 7, image.shape)).astype(np.uint8)


def draw(qtbot, canvas, value: int, *points: tuple[float, float]) -> None:
    """Draw with the mouse through points of the image, and wait for the edit."""
    document, left = canvas.document, Qt.MouseButton.LeftButton
    document.set_active_class(value)
    first, *others = [
        (canvas.transform.rect_to_view(QRectF(QPointF(x, y), QPointF(x, y))).topLeft()).toPoint() for x, y in points
    ]
    QTest.mousePress(canvas, left, Qt.KeyboardModifier.NoModifier, first)
    for point in others:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, left, Qt.KeyboardModifier.NoModifier, others[-1])
    qtbot.waitUntil(lambda: not document.stroke_in_progress, timeout=20_000)


def in_square(canvas, value: int) -> float:
    """Share of the square that has this class."""
    return float((canvas.document.label_map.labels[SQUARE.slices] == value).mean())


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_the_right_stroke_takes_back_what_the_wrong_one_flooded_also_after_a_fill_and_after_the_image_was_left(
    qtbot, canvas
):
    document = canvas.document
    wrong, right = [(165, 120), (215, 120)], [(165, 150), (215, 150)]
    draw(qtbot, canvas, 2, *right)
    alone = in_square(canvas, 2)
    assert alone > 0.9
    document.undo()
    draw(qtbot, canvas, 1, *wrong)
    assert in_square(canvas, 1) > 0.9
    draw(qtbot, canvas, 2, *right)
    assert in_square(canvas, 2) >= 0.8 * alone
    assert document.label_at(190, 120) == 1, "a scribble stays where no other runs over it"
    document.undo()
    assert in_square(canvas, 1) > 0.9
    document.undo()
    draw(qtbot, canvas, 2, *right)
    assert in_square(canvas, 2) == pytest.approx(alone, abs=0.01), "the scribble that was undone is no evidence"

    document.undo()
    draw(qtbot, canvas, 1, *wrong)
    left_and_back = LoadedImage("a.png", document.image, document.label_map)
    document.show(left_and_back)
    draw(qtbot, canvas, 2, *right)
    assert in_square(canvas, 2) >= 0.8 * alone

    document.show(LoadedImage("b.png", document.image, LabelMap.blank(*SHAPE)))
    canvas.set_tool("fill")
    draw(qtbot, canvas, 0, (10, 10), (10, 10))
    assert (document.label_map.labels == 0).all()
    canvas.set_tool("smart")
    draw(qtbot, canvas, 2, *right)
    assert in_square(canvas, 2) >= 0.8 * alone
