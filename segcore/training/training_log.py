"""Log: how a training goes, for TensorBoard and as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from segcore.errors import TrainingError
from segcore.files.atomic import writing
from segcore.installation import to_install
from segcore.metrics.scores import Scores


class Log:
    """A folder with TensorBoard's event file and ``log.jsonl``; without a folder it writes nothing.

    Parameters
    ----------
    folder : Path or None
        Made as needed; what is there is continued.

    Raises
    ------
    TrainingError
        TensorBoard is not installed.
    ProjectError
        The folder cannot be written.
    """

    def __init__(self, folder: Path | None) -> None:
        self._writer: Any = None
        if folder is None:
            return
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise TrainingError(
                "TensorBoard is not installed, which --log writes for.",
                f"{to_install('tensorboard', 'tensorboard')} Or leave --log out.",
            ) from error
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._lines = (folder / "log.jsonl").open("a", encoding="utf-8")
            self._writer = SummaryWriter(str(folder))

    def step(self, detail: Mapping[str, Any], rates: Mapping[str, float]) -> None:
        """Note a step: its ``loss``, ``images_per_second``, and the learning rates by group."""
        if self._writer is None:
            return
        step = int(detail["step"])
        self._writer.add_scalar("loss", detail["loss"], step)
        self._writer.add_scalar("images per second", detail["images_per_second"], step)
        for name, rate in rates.items():
            self._writer.add_scalar(f"learning rate/{name}", rate, step)
        self._line({**detail, "rates": dict(rates)})

    def scores(self, step: int, scores: Scores) -> None:
        """Note a validation: mean IoU and the IoU of each class."""
        if self._writer is None:
            return
        self._writer.add_scalar("mean IoU", scores.mean_iou, step)
        for name, iou in scores.iou.items():
            if iou is not None:
                self._writer.add_scalar(f"IoU/{name}", iou, step)
        self._line({"step": step, "mean_iou": scores.mean_iou, "iou": scores.iou})
        self._writer.flush()

    def close(self) -> None:
        """Write what is left."""
        if self._writer is not None:
            self._writer.close()
            self._lines.close()
            self._writer = None

    def _line(self, entry: Mapping[str, Any]) -> None:
        print(json.dumps(entry, ensure_ascii=False), file=self._lines, flush=True)
