"""The errors that Maskwright shows to a person: what happened, and what to do next."""

from __future__ import annotations

from pathlib import Path

_LONGEST = 4000


class MaskwrightError(Exception):
    """An expected failure.

    Texts of more than 4000 characters are shortened in the middle, because a damaged file may hold very long values.

    Parameters
    ----------
    message : str
        What happened, in one sentence that names the file or object.
    remedy : str
        What the person can do next; may be empty.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message, self.remedy = _shortened(message), _shortened(remedy)
        super().__init__(self.message, self.remedy)

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


def _shortened(text: str) -> str:
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} … {text[-half:]}"


class UsageError(MaskwrightError):
    """The arguments of a command do not fit together."""


class ImageError(MaskwrightError):
    """An image file cannot be read."""


class LabelError(MaskwrightError):
    """A label map is damaged, of another size, or holds unknown values."""


class LabelSizeError(LabelError):
    """A label map is valid but differs in size from its image; ``size`` is its (height, width)."""

    def __init__(self, message: str, remedy: str = "", size: tuple[int, int] = (0, 0)) -> None:
        super().__init__(message, remedy)
        self.size = size


class ProjectError(MaskwrightError):
    """A project cannot be opened, read or written."""


class ProjectBusyError(ProjectError):
    """Another process writes this project; ``holder`` describes it for a person.

    Parameters
    ----------
    message, remedy : str
        See `MaskwrightError`.
    holder : str
        Program, process, person, machine and time; "" when unknown.
    """

    def __init__(self, message: str, remedy: str = "", holder: str = "") -> None:
        super().__init__(message, remedy)
        self.holder = holder


class ProjectMissingError(ProjectError):
    """The folder of an open project is gone, or another one lies in its place: nothing is written there."""


class ClassesError(MaskwrightError):
    """A class list is damaged or contradicts itself."""


class CheckpointError(MaskwrightError):
    """A checkpoint is damaged, or made for another architecture or other classes."""


class WeightsUnavailableError(MaskwrightError):
    """Published weights are not on this machine and cannot be downloaded."""


class DownloadNeededError(WeightsUnavailableError):
    """Published weights would have to be downloaded, and nobody has agreed to it.

    Parameters
    ----------
    url : str
        Where they would come from.
    target : Path
        The file that they would become.
    megabytes : float or None
        Their published size; None: unknown.
    """

    def __init__(self, url: str, target: Path, megabytes: float | None = None) -> None:
        size = "of unknown size" if megabytes is None else f"{megabytes:.1f} MB"
        super().__init__(
            f"The weights {target.name} ({size}) are not on this machine; they are downloaded from {url}.",
            f"Confirm the download (on the command line: --yes), or copy {target.name} to {target.parent}.",
        )
        self.url, self.target, self.megabytes = url, target, megabytes

    def __reduce__(self) -> tuple[type[DownloadNeededError], tuple[str, Path, float | None]]:
        return type(self), (self.url, self.target, self.megabytes)


class DeviceError(MaskwrightError):
    """The chosen device does not exist, or its memory is too small even for the smallest tile."""


class AdaptationError(MaskwrightError):
    """The state of the live head cannot be used, or there is nothing that it could learn from."""


class TrainingError(MaskwrightError):
    """Training cannot start, or had to stop."""


class StoppedError(MaskwrightError):
    """The work was asked to end before it was done, and what it needs to go on is on the disk."""


class CrfError(MaskwrightError):
    """The CRF cannot run on this input, or its worker died."""
