"""The bundled sample project, copied to a place the person can write."""

from __future__ import annotations

import shutil
from pathlib import Path

import platformdirs

from resources import resource
from segcore.errors import ProjectError
from segcore.files.atomic import atomic_write, writing
from segcore.images.image import list_images
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import ClassSet
from segcore.project.project import Project


def sample_labels() -> dict[str, Path]:
    """Return the bundled label map of each labelled sample image, by image id."""
    folder = resource("sample") / "labels"
    found = {image_id: folder / f"{Path(image_id).stem}.png" for image_id in list_images(resource("sample") / "images")}
    return {image_id: path for image_id, path in found.items() if path.is_file()}


def install_sample(target: Path | None = None, corrected: int | None = None) -> Path:
    """Make the sample project in ``target`` (the person's data folder by default), or find it there.

    The images lie inside the project; of the labelled ones the first ``corrected`` (None: all) are confirmed already,
    which makes fine-tuning meaningful at once. What a person did there before is never touched; only missing images
    are put back.

    Returns
    -------
    Path
        The project folder.

    Raises
    ------
    ProjectError
        The sample is not in this installation, or ``target`` cannot be written.
    """
    source = resource("sample")
    target = target or Path(platformdirs.user_data_dir("maskwright", appauthor=False)) / "sample"
    if not (source / "images").is_dir():
        raise ProjectError("The sample project is not in this installation.", "Install Maskwright again.")
    for name in list_images(source / "images"):
        copy = target / "images" / name
        if not copy.exists():
            with writing(copy), (source / "images" / name).open("rb") as original, atomic_write(copy) as file:
                shutil.copyfileobj(original, file)
    if Project.is_project(target):
        return target
    with Project.create(target, target / "images", ClassSet.from_file(source / "classes.json")) as project:
        for image_id, path in list(sample_labels().items())[:corrected]:
            project.import_labels(image_id, read_indexed_png(path))
    return target
