"""The bundled sample projects, copied to a place the person can write."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from resources import resource
from segcore.errors import ProjectError
from segcore.files.atomic import atomic_write, writing
from segcore.images.indexed_png import read_indexed_png
from segcore.images.list_images import list_images
from segcore.labels.classes import ClassSet
from segcore.project.project import Project
from segcore.project.project_file import is_project


@dataclass(frozen=True)
class Sample:
    """A sample project of this installation.

    Attributes
    ----------
    key : str
        Names its folder in ``resources/sample``, and the sample on the command line.
    folder : str
        Name of the project in the person's data folder.
    corrected : int
        So many of its labelled images are confirmed when the project is made.
    """

    key: str
    folder: str
    corrected: int

    @property
    def source(self) -> Path:
        """Folder with ``images/``, ``labels/``, ``held_out/`` and ``classes.json``."""
        return resource("sample") / self.key

    def labels(self) -> dict[str, Path]:
        """Return the label maps that the project may begin with, by image id, in the order of the ids."""
        return self._found("labels")

    def held_out(self) -> dict[str, Path]:
        """Return the label maps of other images, only to measure."""
        return self._found("held_out")

    def _found(self, name: str) -> dict[str, Path]:
        folder = self.source / name
        found = {image_id: folder / f"{Path(image_id).stem}.png" for image_id in list_images(self.source / "images")}
        return {image_id: path for image_id, path in found.items() if path.is_file()}


ROADS = Sample("roads", "sample", 4)
"""The bundled model knows its classes: it predicts them at once, and fine-tuning has labels to learn from."""
NUCLEI = Sample("nuclei", "sample_nuclei", 0)
"""No bundled model knows its classes, and nothing is labelled: it is learned from the person's strokes."""
SAMPLES = {sample.key: sample for sample in (ROADS, NUCLEI)}


def install_sample(target: Path | None = None, corrected: int | None = None, sample: Sample = ROADS) -> Path:
    """Make a sample project in ``target`` (the person's data folder by default), or find it there.

    The images lie inside the project; the first ``corrected`` of the labelled ones (None: `Sample.corrected`) are
    confirmed already. What a person did there before is never touched; only missing images are put back.

    Returns
    -------
    Path
        The project folder.

    Raises
    ------
    ProjectError
        The sample is not in this installation, or ``target`` cannot be written.
    """
    source = sample.source
    target = target or Path(platformdirs.user_data_dir("maskwright", appauthor=False)) / sample.folder
    if not (source / "images").is_dir():
        raise ProjectError("The sample project is not in this installation.", "Install Maskwright again.")
    for name in list_images(source / "images"):
        copy = target / "images" / name
        if not copy.exists():
            with writing(copy), (source / "images" / name).open("rb") as original, atomic_write(copy) as file:
                shutil.copyfileobj(original, file)
    if is_project(target):
        return target
    count = sample.corrected if corrected is None else corrected
    with Project.create(target, target / "images", ClassSet.from_file(source / "classes.json")) as project:
        for image_id, path in list(sample.labels().items())[:count]:
            project.import_labels(image_id, read_indexed_png(path))
    return target
