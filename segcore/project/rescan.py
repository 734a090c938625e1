"""Bringing the index up to date with the files: the same work after a damaged index and at every opening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from segcore.files.stamp import Stamp
from segcore.images.list_images import list_images
from segcore.images.page_path import split_id
from segcore.labels.probability_map import stored_uncertainty
from segcore.progress import Progress, Task
from segcore.project.image_id import only_image_ids
from segcore.project.index import Index, IndexRow
from segcore.project.label_files import reading_times
from segcore.project.label_store import LabelStore
from segcore.project.stacks import looked_at


@dataclass(frozen=True)
class Rescan:
    """Ids that are new, ids whose images are gone (their labels stay), and ids of which other files have changed."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...] = ()


def find_files(folder: Path, root: Path, rows: dict[str, IndexRow]) -> tuple[list[str], list[str]]:
    """Return the image files below ``folder``, those of the index when it cannot be read, and what was odd.

    The files of the project itself (``root``) are no images, should it lie among them.
    """
    try:
        found = list(list_images(folder))
    except OSError as error:
        text = f"The image folder {folder} cannot be read ({error.strerror}). Put it back and rescan."
        return sorted({split_id(image_id)[0] for image_id in rows}), [text]
    own = _own_folders(folder, root)
    ids = only_image_ids(found)
    odd = set(found).difference(ids) if len(ids) < len(found) else ()
    if own:
        ids = [image_id for image_id in ids if not image_id.startswith(own)]
    return ids, [
        f"{image_id!a} is left out because its name is not valid Unicode. Rename the file." for image_id in sorted(odd)
    ]


def update_index(
    index: Index,
    rows: dict[str, IndexRow],
    looked: dict[str, IndexRow],
    ids: list[str],
    images: Path,
    labels: LabelStore,
    predictions: Path,
    whole: bool,
) -> Task[Rescan]:
    """Make the index hold exactly ``ids``, reading those label maps and predictions that changed since.

    ``rows`` are those of the index, ``looked`` the changed ones among them. The header of an image below ``images`` is
    read again once its file was changed: of all that were looked at before in a ``whole`` scan, else of those only
    that could not be read.

    Raises sqlite3.Error when the index cannot be written.
    """
    label_stamps = yield from labels.reading_stamps()
    prediction_stamps = yield from reading_times(predictions, ".npz")
    changed, keys = [], dict[str, int]()  # of files that hold several images, asked once
    for done, image_id in enumerate(ids):
        before = rows.get(image_id)
        row = looked.get(image_id) or before or IndexRow(image_id)
        if row.label_stamp != label_stamps.get(image_id, ""):
            yield Progress(done, len(ids), image_id)
            row = _with_labels(row, labels)
        if row.prediction_stamp != prediction_stamps.get(image_id, 0):
            yield Progress(done, len(ids), image_id)
            row = _with_prediction(row, predictions, prediction_stamps.get(image_id, 0))
        if row.unreadable is not None or (whole and row.image_stamp is not None):
            file = split_id(image_id)[0]
            if (key := keys.get(file)) is None:
                key = keys[file] = Stamp.of(images / file).key
            if key and row.image_stamp != key:
                row = looked_at(row, images)
        if row is not before:
            changed.append(row)
    removed = tuple(rows.keys() - set(ids))
    if changed or removed:
        index.replace(changed, removed, rows)
    added = tuple(row.id for row in changed if row.id not in rows)
    return Rescan(added, removed, tuple(row.id for row in changed if row.id in rows))


def labelled_and_gone(image_ids: list[str]) -> str:
    """Return what to say of images that have labels and are no longer in the folder; "" when there are none."""
    if not image_ids:
        return ""
    first = min(image_ids)
    warning = f"{first} has labels and is no longer there. They are kept; put the file back to go on with them."
    if len(image_ids) > 1:
        warning = (
            f"{len(image_ids)} images that have labels are no longer there, the first is {first}. Their labels are "
            "kept; put the files back to go on with them."
        )
    return warning


def in_folder_order(image_ids: list[str]) -> list[str]:
    """Put ids that are sorted by their letters into the order of `list_images`: files before sub-folders."""
    return sorted(image_ids, key=_place) if any("/" in image_id for image_id in image_ids) else image_ids


def _place(image_id: str) -> str:
    """Return what sorts a file before the sub-folders beside it, each by name; no name has a NUL.

    The images of a file follow each other.
    """
    file, page = split_id(image_id)
    folder, slash, name = f"{file}\0\0{page}".rpartition("/") if page else file.rpartition("/")
    return f"\1{folder.replace('/', chr(0) + chr(1))}\0\0{name}" if slash else f"\0{name}"


def _own_folders(folder: Path, root: Path) -> tuple[str, ...]:
    if not root.is_relative_to(folder):
        return ()
    inside = root.relative_to(folder).as_posix()
    return ("labels/", "provenance/", "predictions/", "checkpoints/") if inside == "." else (f"{inside}/",)


def _with_labels(row: IndexRow, labels: LabelStore) -> IndexRow:
    stamp = labels.stamp(row.id)  # before the state: of labels that are saved meanwhile, the next rescan reads it again
    state, labelled_at = labels.state(row.id)
    return row._replace(state=int(state), labelled_at=labelled_at or None, label_stamp=stamp)


def _with_prediction(row: IndexRow, predictions: Path, stamp: int) -> IndexRow:
    mean = stored_uncertainty(predictions / f"{row.id}.npz") if stamp else None
    time = None if mean is None else datetime.fromtimestamp(stamp / 1e9, UTC).isoformat(timespec="microseconds")
    return row._replace(uncertainty=mean, predicted_at=time, prediction_stamp=stamp)
