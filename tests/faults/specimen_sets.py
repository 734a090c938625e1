"""Data sets of every format that is read, packed projects, and networks of other libraries, each tiny.

Each is a folder of its own, so that a cage gets only the one that its mutant needs.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from tests.faults.specimen import CLASSES, HEIGHT, WIDTH, label_map, picture

SET = "set"
"""Where a cage has its data set or network."""
STEP = 8
"""Side of the squares that the labels of a data set consist of, pixels."""
DESCRIPTION = {"class_names": CLASSES.names, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
HEAD_NETWORK = "test"
MERGED = {"png": "a.png", "jpg": "sub/b.jpg"}
"""Images of the project that is packed, by their format; the cage has the same ones."""


def breed_sets(store: Path, names: Iterable[str]) -> None:
    """Make the folders ``store/sets/<name>`` for these names."""
    photos = store / "cage" / "photos"
    for name in names:
        folder = store / "sets" / name
        folder.mkdir(parents=True)
        if name in OTHERS:
            OTHERS[name](folder)
        else:
            _export(name.removesuffix(" zip"), photos, folder)
        if name.endswith(" zip"):
            _zip(folder)


def _export(key: str, photos: Path, folder: Path) -> None:
    from segcore.formats.export import export_project
    from segcore.formats.export_options import ExportOptions
    from segcore.progress import drive
    from segcore.project.project import Project

    with Project.create(folder.with_name(f"{folder.name}.maskwright"), photos, CLASSES) as project:
        for seed, image_id in enumerate(project.image_ids()):
            squares = np.random.default_rng(seed).choice(np.array([0, 1, 2, 255], np.uint8), (6, 8))
            project.import_labels(image_id, np.kron(squares, np.ones((STEP, STEP), np.uint8)))
        drive(export_project(project, [key], folder, ExportOptions(background=True)))


def _zip(folder: Path) -> None:
    """Put everything in a folder into one zip file in it."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    with zipfile.ZipFile(folder / "set.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(folder))
            path.unlink()


def _packed(folder: Path) -> None:
    """A packed project with two of the cage's images."""
    from segcore.progress import drive
    from segcore.project.packing import PackChoices, pack
    from segcore.project.project import Project

    other = folder.with_name("other")
    (other / "photos" / "sub").mkdir(parents=True)
    for form, name in MERGED.items():
        picture(form, other / "photos" / name)
    with Project.create(other / "p", other / "photos", CLASSES.added("seen elsewhere")) as project:
        for seed, image_id in enumerate(project.image_ids()):
            project.save_label_map(image_id, label_map(20 + seed))
        drive(pack(project, folder / "p.zip", PackChoices(images=True)))


def _stack(folder: Path) -> None:
    """A stack of five grey pages, and two files of ImageJ and OME."""
    import tifffile

    (folder / "images").mkdir()
    pages = np.random.default_rng(3).integers(0, 256, (5, HEIGHT, WIDTH)).astype(np.uint8)
    tifffile.imwrite(folder / "images" / "s.tif", pages, photometric="minisblack")
    tifffile.imwrite(folder / "images" / "i.tif", pages, imagej=True, metadata={"axes": "ZYX"})
    tifffile.imwrite(folder / "images" / "o.ome.tif", pages, photometric="minisblack", metadata={"axes": "TYX"})
    picture("png", folder / "images" / "a.png")


def _nifti(folder: Path) -> None:
    """Two volumes of three slices, one with two channels."""
    from segcore.formats.nifti import nifti_bytes

    (folder / "imagesTr").mkdir()
    for seed, name in enumerate(("a_0000", "a_0001", "b_0000")):
        volume = np.random.default_rng(seed).integers(0, 256, (3, HEIGHT, WIDTH)).astype(np.uint8)
        (folder / "imagesTr" / f"{name}.nii.gz").write_bytes(nifti_bytes(volume))


def _head(folder: Path) -> None:
    """What a live head knows of two images."""
    from segcore.adaptation.head_file import save_head
    from segcore.adaptation.live_head import LiveHead
    from segcore.progress import drive
    from tests.segcore.adaptation.scenes import TRUTH, scene

    head = LiveHead(network=HEAD_NETWORK)
    truth = np.where(TRUTH == 3, 1, 2).astype(np.uint8)
    for seed, key in enumerate(("", "a.png")):
        drive(head.open_image(*scene(seed), key=key))
        drive(head.finish_image(truth))
    save_head(folder / "head.npz", head, CLASSES)


def _onnx(folder: Path) -> None:
    from tests.segcore.small_onnx import write

    write(folder / "net.onnx", channels=len(CLASSES))
    (folder / "net.json").write_text(json.dumps(DESCRIPTION))


def _exported(folder: Path) -> None:
    import torch
    from torch import nn

    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, len(CLASSES), 1)).eval()
    torch.export.save(torch.export.export(network, (torch.rand(1, 3, HEIGHT, WIDTH),)), folder / "net.pt2")
    (folder / "net.json").write_text(json.dumps(DESCRIPTION))


def _transformers(folder: Path) -> None:
    from tests.segcore.small_transformers import make

    make(folder, "segformer")


def _smp(folder: Path) -> None:
    import segmentation_models_pytorch as smp
    import torch

    torch.manual_seed(0)
    arguments = {"encoder_depth": 3, "decoder_channels": (16, 8, 8), "encoder_weights": None}
    smp.Unet("mobilenet_v2", classes=len(CLASSES), **arguments).eval().save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    (folder / "maskwright.json").write_text(json.dumps(DESCRIPTION))


OTHERS: dict[str, Callable[[Path], None]] = {
    "packed": _packed,
    "stack": _stack,
    "nifti": _nifti,
    "head": _head,
    "onnx": _onnx,
    "pt2": _exported,
    "transformers": _transformers,
    "smp": _smp,
}
