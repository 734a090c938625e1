"""View wiring: connects the View tab with the canvas."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction

from app.canvas.canvas import Canvas
from app.canvas.minimap import Minimap
from app.canvas.rulers import Rulers
from app.canvas.view_panel import ViewPanel
from app.document.session import Session
from app.settings.settings import Settings
from app.tools.window_level import WindowLevelTool
from app.window.actions import Actions
from app.window.compare_wiring import CompareWiring
from app.window.history_wiring import HistoryWiring
from app.window.level_wiring import LevelWiring

Neighbour = Callable[[str | None, int], tuple[str | None, int]]


def connect_view(
    panel: ViewPanel, canvas: Canvas, session: Session, actions: Actions, history: HistoryWiring, neighbour: Neighbour
) -> None:
    """Let the canvas show what the panel and the actions of the menu say; ``neighbour`` knows the image before."""
    _connect_layers(panel, canvas)
    panel.heatmap_class_changed.connect(partial(setattr, canvas, "heatmap_class"))
    panel.tone.tone_changed.connect(partial(setattr, canvas, "tone"))
    panel.channels.mix_changed.connect(canvas.show_channels)
    if (tool := canvas.window().findChild(WindowLevelTool)) is not None:
        LevelWiring(tool, panel.channels)
    rulers = Rulers(canvas)
    panel.ruler.size_changed.connect(rulers.measure)
    for name, owner, attribute in (
        ("legend", canvas, "legend_of_classes"),
        ("minimap", Minimap(canvas), "wanted"),
        ("rulers", rulers, "shown"),
    ):
        _connect_switch(actions[f"view_{name}"], session.settings, f"view.{name}", partial(setattr, owner, attribute))
    modes, predict = actions.group("compare"), actions["predict"]
    before = lambda image_id: neighbour(image_id, -1)[0]  # noqa: E731
    CompareWiring(session, canvas, panel.compare, modes, predict, history, before)


def _connect_switch(action: QAction, settings: Settings, key: str, use: Callable[[bool], None]) -> None:
    """Let an action switch something, as the settings say at first; they keep each change."""
    use(settings[key])
    action.setChecked(settings[key])
    action.toggled.connect(use)
    action.toggled.connect(partial(settings.__setitem__, key))


def _connect_layers(panel: ViewPanel, canvas: Canvas) -> None:
    rows = panel.layers
    rows.layer_wanted.connect(canvas.show_layer)
    rows.opacity_changed.connect(canvas.set_opacity)
    for layer in rows.sliders:
        canvas.set_opacity(layer, rows.opacity(layer))
    canvas.layers_changed.connect(panel.show_layers)
    panel.show_layers(canvas.layers)
