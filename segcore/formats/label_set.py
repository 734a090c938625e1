"""LabelSet: the labels of many images as another program wrote them; what the reader of each format returns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from segcore.formats.label_matching import Matches, match_names
from segcore.formats.label_picture import LabelPicture, Problem, Value
from segcore.labels.classes import ClassSet
from segcore.labels.palette import Color


@dataclass(frozen=True)
class Contents:
    """What the labels of an image hold: their values or colours, colours of values, and what is wrong with them."""

    values: Sequence[Value]
    palette: Mapping[int, Color] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class LabelSet(ABC):
    """The labels of many images, read one image at a time.

    Attributes
    ----------
    path : Path
        The file or folder that the person chose.
    classes : ClassSet or None
        What the values or colours stand for; None when the data set does not say it.
    ignored : frozenset of Value
        Values or colours of pixels without a label, besides 255.
    open_is_background : bool
        Pixels outside all annotations are background in this format, unless background is drawn; they come as 255.
    classes_file : Path or None
        Where the classes were found, when this is worth telling.
    warning : str
        Why the list of classes could not be read; "" when it could.
    problems : tuple of Problem
        What is wrong with the data set as a whole; the labels of single images have theirs.
    unpacked : Path or None
        Where the files of a zip file are, for as long as this lives; None when it is no zip file.
    """

    classes: ClassSet | None = None
    ignored: frozenset[Value] = frozenset()
    open_is_background = False
    classes_file: Path | None = None
    warning: str = ""
    problems: tuple[Problem, ...] = ()
    unpacked: Path | None = None

    def __init__(self, path: Path) -> None:
        self.path = path

    @abstractmethod
    def names(self) -> Sequence[str]:
        """Return the names of the images that have labels: paths with ``/``, with or without an extension."""

    @abstractmethod
    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """Return the labels of an image of this (height, width), with ``problems``.

        Raises LabelSizeError when they are of another size, LabelError or ImageError when they cannot be read.
        """

    def contents(self, name: str, shape: tuple[int, int]) -> Contents:
        """Return what `picture` holds. Formats that know it without drawing the labels say it faster."""
        picture = self.picture(name, shape)
        return Contents(picture.values(), picture.palette, picture.problems)

    def place(self, name: str) -> str:
        """Return what to call the labels of an image in a message: a file, or a file and a place in it."""
        return f"{self.path.name}: {name}"

    def match(self, images: Path, image_ids: Sequence[str]) -> Matches:
        """Find the labels of each image by its name; ``images`` is the folder of the images. Raises LabelError."""
        return match_names(image_ids, self.names())
