"""ModelInUse: what training needs of the model that predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from app.jobs.job import Job


class ModelInUse(Protocol):
    """The window hands over `app.prediction.predictions.Predictions`."""

    @property
    def model_key(self) -> str:
        """Catalogue name or checkpoint path of the model that predictions use."""

    @property
    def model_changed(self) -> SignalInstance:
        """Emitted when another model is in use."""

    def use_model(self, key: str) -> Job:
        """Make this model the project's."""

    def look_again(self) -> None:
        """Tell that there may be other models to choose from."""

    def predict_all(self, only_remaining: bool = False) -> Job | None:
        """Predict the project's images on the device lane."""
