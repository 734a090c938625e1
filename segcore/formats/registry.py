"""The registry of formats: a new format is a file with a `Format` and a row here."""

from __future__ import annotations

from collections.abc import Sequence

from segcore.errors import ProjectError
from segcore.formats.ade20k import ADE20K
from segcore.formats.ade20k_full import ADE20K_FULL
from segcore.formats.camvid import CAMVID
from segcore.formats.cityscapes import CITYSCAPES
from segcore.formats.coco import COCO
from segcore.formats.coco_panoptic import PANOPTIC
from segcore.formats.coco_stuff import COCO_STUFF
from segcore.formats.cvat import CVAT
from segcore.formats.cvat_mask import CVAT_MASK
from segcore.formats.format import Format
from segcore.formats.geotiff import GEOTIFF
from segcore.formats.hf_datasets import HF_DATASETS
from segcore.formats.label_studio import LABEL_STUDIO
from segcore.formats.labelme import LABELME
from segcore.formats.mmseg import MMSEG
from segcore.formats.nnunet import NNUNET
from segcore.formats.nnunet_nifti import NNUNET_NIFTI
from segcore.formats.npy import NUMPY
from segcore.formats.ome_tiff import OMETIFF
from segcore.formats.png import PNG
from segcore.formats.supervisely import SUPERVISELY
from segcore.formats.voc import VOC
from segcore.formats.yolo import YOLO

FORMATS: tuple[Format, ...] = (
    PNG,
    VOC,
    GEOTIFF,
    OMETIFF,
    PANOPTIC,
    COCO_STUFF,
    COCO,
    CITYSCAPES,
    CAMVID,
    CVAT,
    CVAT_MASK,
    LABEL_STUDIO,
    SUPERVISELY,
    ADE20K_FULL,
    LABELME,
    MMSEG,
    ADE20K,
    NNUNET_NIFTI,
    NNUNET,
    YOLO,
    HF_DATASETS,
    NUMPY,
)


def format_keys(written: bool = False) -> tuple[str, ...]:
    """Return the keys of all formats, or of those that can be written, in the order of the registry."""
    return tuple(row.key for row in FORMATS if row.writer is not None or not written)


def format_named(key: str) -> Format:
    """Return the format with this key. Raises ProjectError."""
    return formats_named([key])[0]


def formats_named(keys: Sequence[str]) -> tuple[Format, ...]:
    """Return the formats with these keys, each once. Raises ProjectError for a key of no format, or none at all."""
    rows = {row.key: row for row in FORMATS}
    unknown = [key for key in keys if key not in rows]
    if unknown or not keys:
        raise ProjectError(f"There is no format '{', '.join(unknown)}'.", f"Choose from {', '.join(rows)}.")
    return tuple(rows[key] for key in dict.fromkeys(keys))
