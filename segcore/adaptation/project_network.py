"""ProjectNetwork: the network in use of a project, for Live; loaded when it is wanted, and again when it is another."""

from __future__ import annotations

import logging
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from segcore.errors import MaskwrightError
from segcore.models.catalogue_entries import CATALOGUE, where_is
from segcore.progress import Progress, Task

if TYPE_CHECKING:
    from segcore.adaptation.network_in_use import NetworkInUse
    from segcore.models.model import Model
    from segcore.project.project import Project

logger = logging.getLogger(__name__)

Wish = tuple[str, float, str]
"""Model, time of its file, device."""


class ProjectNetwork:
    """Loads torch and the model only when a network is asked for, and fetches nothing. For one thread at a time."""

    def __init__(self) -> None:
        self._wish: Wish | None = None
        self._model: Model | None = None
        self._made: NetworkInUse | None = None

    def of(self, project: Project, device: str = "cpu") -> Task[NetworkInUse | None]:
        """Return the network that a person or a comparison has chosen for this project.

        None when nothing was chosen, when its weights are not on this machine or cannot be read (the model panel says
        why), and when it knows no class of the project.
        """
        key = chosen(project)
        if not key:
            return None
        wish = (key, _changed(key), device)
        if self._wish != wish:
            yield Progress(0, 0, "Loading the model")
            self._wish, self._model, self._made = wish, None, None
            from segcore.models.catalogue import load_model

            try:
                self._model = yield from load_model(key)
            except (MaskwrightError, OSError) as error:
                logger.info("Live does without the model %s (%s)", key, error)
        return self._network(project, device) if self._model is not None else None

    def _network(self, project: Project, device: str) -> NetworkInUse | None:
        from segcore.adaptation.network_in_use import NetworkInUse

        assert self._model is not None
        classes, mapping = project.classes, project.mapping_for(self._model.classes)
        name = f"{self._wish}-{zlib.crc32(repr((mapping.pairs, classes.indices.tolist())).encode()):08x}"
        if self._made is None or self._made.name != name:
            self._made = NetworkInUse(self._model, mapping, classes, device, name)
        return self._made if self._made.knows_any else None


def chosen(project: Project) -> str:
    """Return `Project.active_model` if it was chosen for the project and its weights are on this machine; else ""."""
    if "model" not in project.settings:
        return ""  # the bundled one predicts when it is asked to, and says nothing unasked
    key = project.active_model
    entry = CATALOGUE.get(key)
    is_here = where_is(entry) != "download" if entry is not None else Path(key).is_file()
    return key if is_here else ""


def _changed(key: str) -> float:
    try:
        return Path(key).stat().st_mtime
    except OSError:
        return 0.0
