"""Learning: the CRF's parameters that suit a person's corrections best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from segcore.crf.parameters import CrfParameters
from segcore.crf.samples import Sample
from segcore.errors import CrfError
from segcore.metrics import Scores
from segcore.progress import Progress, Task


@dataclass(frozen=True)
class Learned:
    """What a search found, measured on pixels that it never saw.

    Attributes
    ----------
    parameters : CrfParameters
        To be used from now on; the start when nothing better was found.
    improved : bool
        Whether they are better than the start on the held-out pixels.
    without, before, after : Scores
        On the held-out pixels: without a CRF, with the start, with `parameters`. `Scores.boundary_f` is set.
    held_out : tuple[str, ...]
        Keys of the held-out images; with one image the key of this one, of which a quarter of the tiles is held out.
    searched : tuple[str, ...]
        Keys of the images that were searched on.
    tried : int
        Sets of parameters.
    notes : tuple[str, ...]
        What a person should know, in sentences: nothing gained, the network was trained on these images, a class that
        the CRF hurts, no CRF is better than any.
    """

    parameters: CrfParameters
    improved: bool
    without: Scores
    before: Scores
    after: Scores
    held_out: tuple[str, ...]
    searched: tuple[str, ...]
    tried: int
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the keys that `maskwright learn-crf --json` prints."""
        raise NotImplementedError


def learn(
    samples: Sequence[Sample],
    start: CrfParameters | None = None,
    names: Sequence[str] = (),
    seed: int = 0,
    minutes: float = 1.0,
    engine: str = "auto",
    device: str | None = None,
) -> Task[Learned]:
    """Search w1, w2, θα, θβ and θγ; the number of iterations stays that of ``start``.

    Parameters
    ----------
    samples : Sequence[Sample]
        See `project_samples`. About a third of the images is held out first; of a single image, a quarter of its tiles.
    start : CrfParameters or None
        What is used now; None: the defaults.
    names : Sequence[str]
        Of the channels, for the scores.
    seed : int
        The same seed, samples and engine give the same answer as long as the time is not used up.
    minutes : float
        The search ends then with the best so far.
    engine, device
        See `segcore.crf.refine`.

    Returns
    -------
    Task[Learned]
        Each step's message names the best mean IoU so far; `Progress.detail` has "mean_iou", "start_mean_iou",
        "tried" and "parameters" (a dict). Closing the task cancels within one iteration of the CRF.

    Raises
    ------
    CrfError
        Nobody vouches for a pixel, or nothing is left to hold out or to search on.
    """
    yield Progress(0, 1)
    raise CrfError("No image is corrected yet.", "Paint or confirm some pixels first.")
