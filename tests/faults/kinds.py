"""Kinds: one row for every kind of file that is read; where it lies, what is done to it, what a person does then.

A new kind is one row.
"""

from __future__ import annotations

from tests.faults.kind import Kind
from tests.faults.kinds_outside import OUTSIDE
from tests.faults.mutate_archives import PTH, TENSORS, ZIP
from tests.faults.mutate_bytes import BYTES, REPLACED
from tests.faults.mutate_index import SQLITE
from tests.faults.mutate_journal import JOURNAL
from tests.faults.mutate_pictures import FOREIGN, PICTURES, PNG
from tests.faults.mutate_text import JSON, JSON_LINES, TEXT
from tests.faults.specimen import AHEAD, FORMATS, PROJECT, VERSION, image_name

IMAGES = tuple(
    Kind(
        f"image {form}",
        f"photos/{image_name(form)}",
        {**BYTES, **PICTURES[form], **FOREIGN},
        "image",
        extra=form,
        moves=True,
        weight=0.5,
    )
    for form in FORMATS
)

TRAINING = f"{PROJECT}/training/version-001"

KINDS: tuple[Kind, ...] = (
    *IMAGES,
    Kind("labels", f"{PROJECT}/labels/a.png.png", {**BYTES, **PNG, **FOREIGN}, "labels", moves=True, weight=3),
    Kind("provenance", f"{PROJECT}/provenance/a.png.png", {**BYTES, **PNG, **FOREIGN}, "labels", moves=True, weight=3),
    Kind("project", f"{PROJECT}/project.json", {**BYTES, **JSON}, "look", weight=3),
    Kind("backup", f"{PROJECT}/project.json.bak", {**BYTES, **JSON}, "look", weight=0.5),
    Kind("prediction", f"{PROJECT}/predictions/a.png.npz", {**BYTES, **ZIP}, "labels", answers=True, weight=2),
    Kind("index", f"{PROJECT}/index.sqlite", {**BYTES, **SQLITE}, "look", kept=False, weight=3),
    Kind("index, no images", f"{PROJECT}/index.sqlite", {**BYTES, **SQLITE}, "unplugged", kept=False, weight=1.5),
    Kind(
        "checkpoint",
        f"{PROJECT}/checkpoints/version-001.safetensors",
        {**BYTES, **TENSORS},
        "model",
        extra=f"{PROJECT}/checkpoints/version-001.safetensors",
        answers=True,
        weight=1.5,
    ),
    Kind("weights pth", "side/weights.pth", {**BYTES, **PTH}, "model", extra="side/weights.pth", weight=0.25),
    Kind("weights npz", "side/weights.npz", {**BYTES, **ZIP}, "model", extra="side/weights.npz", weight=0.5),
    Kind("resume", "side/v.resume", {**BYTES, **TENSORS}, "resume", extra="side/v.resume", weight=0.5),
    Kind("classes json", "side/classes.json", {**BYTES, **JSON}, "classes"),
    Kind("classes txt", "side/classes.txt", {**BYTES, **TEXT}, "classes", weight=0.5),
    Kind("crf", "side/crf.json", {**BYTES, **JSON}, "crf"),
    Kind("settings", "config/settings.json", {**BYTES, **JSON}, "settings", weight=2),
    Kind("voc labelmap", "side/voc/labelmap.txt", {**BYTES, **TEXT}, "export", weight=0.5),
    Kind("voc list", "side/voc/ImageSets/Segmentation/trainval.txt", {**BYTES, **TEXT}, "export", weight=0.5),
    Kind("voc labels", "side/voc/SegmentationClass/a.png", {**BYTES, **PNG, **FOREIGN}, "export", weight=0.5),
    Kind("png list", "side/png/images.txt", {**BYTES, **TEXT}, "export", weight=0.5),
    Kind("png classes", "side/png/classes.json", {**BYTES, **JSON}, "export", weight=0.5),
    Kind("training lines", f"{TRAINING}/progress.jsonl", {**BYTES, **JSON_LINES}, "training", kept=False, weight=0.5),
    Kind("training record", f"{TRAINING}/training.json", {**BYTES, **JSON}, "training", kept=False, weight=0.5),
    Kind("writer", f"{PROJECT}/writer.json", {**BYTES, **JSON}, "look", refuses=True, kept=False),
    Kind("writer lock", f"{PROJECT}/.writer.lock", BYTES, "look", refuses=True, kept=False, weight=0.3),
    Kind("journal", f"{PROJECT}/journal/a.png.journal", {**BYTES, **JOURNAL}, "labels", kept=False, weight=2),
    Kind("marks", f"{PROJECT}/marks.json", {**BYTES, **JSON}, "look"),
    Kind("version facts", f"{PROJECT}/versions/a.png/{VERSION}.json", {**BYTES, **JSON}, "versions", kept=False),
    Kind(
        "version labels",
        f"{PROJECT}/versions/a.png/{VERSION}.labels.png",
        {**BYTES, **PNG, **FOREIGN},
        "versions",
        kept=False,
    ),
    Kind("journal ahead", f"{PROJECT}/journal/{AHEAD}.journal", {**BYTES, **JOURNAL}, "ahead", kept=False, weight=2),
    *OUTSIDE,
)

UNFIT: dict[str, frozenset[str]] = {
    "prediction": frozenset({"missing", "dangling", "link_loop"}),  # then there is none
    "labels": frozenset({"missing"}),  # whoever deletes a label map wants to
    "index": frozenset({"linked_outside"}),  # SQLite writes where a link leads, as its owner wants
    "index, no images": frozenset({"linked_outside"}),
}
"""Kind -> names of mutators that say nothing there."""


def mutator_names(kind: Kind) -> list[str]:
    """All mutators of a kind, those that replace the file too."""
    return [name for name in (*kind.mutators, *REPLACED) if name not in UNFIT.get(kind.name, ())]
