"""Format ``nnunetnifti``: a raw data set of nnU-Net v2 in NIfTI files.

As ``nnunet``, but ``labelsTr/<case>.nii.gz`` is a volume of one slice, and ``imagesTr/<case>_0000.nii.gz``, ``_0001``
and ``_0002`` (on request) are the red, green and blue channel of the image; each slice of a stack is a case, or on
request each stack, with the voxel size that its file says; slices without labels are ignore then. Volumes are read,
too: their slices belong to those of the stack of the same name (``case.tif``), or to images that are called
``case_0001``, ``case_0002`` and so on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError, LabelSizeError, MaskwrightError
from segcore.formats.export_options import ExportOptions
from segcore.formats.format import Difference, Format
from segcore.formats.image_names import image_names
from segcore.formats.label_names import flat
from segcore.formats.label_picture import LabelPicture, Problem
from segcore.formats.label_set import LabelSet
from segcore.formats.nifti import nifti_bytes, nifti_shape, read_nifti, write_nifti
from segcore.formats.nifti_header import SUFFIXES
from segcore.formats.nnunet import LABELS, NnunetSet, NnunetWriter
from segcore.formats.volumes import Slices, Volumes, slice_name, volume_names, volumes_in
from segcore.formats.written_files import write_bytes
from segcore.images.image import read_image
from segcore.images.voxel_size import VoxelSize
from segcore.labels.classes import IGNORE_INDEX, ClassSet


class NnunetNiftiWriter(NnunetWriter):
    """See `segcore.formats.format.Writer` for the parameters. Raises ClassesError for more than 254 classes."""

    ending = ".nii.gz"

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        super().__init__(out, classes, ids, options)
        volumes = volumes_in(ids, each_frame=True) if options.volumes else []
        self._volumes = Volumes(volumes, self._write_volume)
        taken = [name for image_id, name in self._names.items() if image_id not in self._volumes]
        self._cases = volume_names(volumes, taken, flat)
        for volume in volumes:
            for number, image_id in enumerate(volume.images):
                self._names[image_id] = slice_name(self._cases[volume.name], number)

    def measure(self, image_id: str, size: VoxelSize) -> None:
        """See `MeasuredWriter`."""
        self._volumes.measure(image_id, size)

    def add(self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None) -> Sequence[Difference]:
        """See `LabelWriter`; a volume is written when all of its slices were added."""
        if image_id not in self._volumes:
            return super().add(image_id, labels, image)
        self._volumes.add(image_id, labels, image)
        self._written.append(image_id)
        return ()

    def keep(self, image_id: str) -> bool:
        """See `LabelWriter`; a volume begins anew."""
        return image_id not in self._volumes and super().keep(image_id)

    def finish(self) -> None:
        """Write the last volume and the lists."""
        self._volumes.finish()
        super().finish()

    def _write_volume(self, slices: Slices) -> None:
        image_id = slices.volume.images[0]
        shape = len(slices.volume.images), *slices.shape
        if slices.file is not None:
            for channel in range(3):
                path = self._copy(image_id)
                path = path.with_name(f"{self._case(image_id)}_{channel:04d}{self.ending}")
                write_nifti(path, (each[..., channel] for each in slices.pictures()), shape, slices.size)
        write_nifti(self._path(image_id), self._noted(slices), shape, slices.size)

    def _noted(self, slices: Slices) -> Iterator[NDArray[np.uint8]]:
        for labels in slices.labels(IGNORE_INDEX):
            values = self._table[labels]
            self._note(values)
            yield values

    def _case(self, image_id: str) -> str:
        whole = image_id in self._volumes
        return self._cases[self._volumes.of(image_id).name] if whole else super()._case(image_id)

    def _write_values(self, path: Path, values: NDArray[np.uint8]) -> None:
        self._note(values)
        write_bytes(path, nifti_bytes(values[None]))

    def _read_values(self, path: Path) -> NDArray[np.uint8]:
        only: NDArray[np.uint8] = read_nifti(path)[0]
        return only

    def _copy_image(self, image: Path, target: Path) -> Sequence[Difference]:
        pixels = read_image(image)
        case = target.name.removesuffix(f"_0000{self.ending}")
        for channel in (2, 1, 0):  # the first is looked for when an export goes on, so it is the last
            path = target.with_name(f"{case}_{channel:04d}{self.ending}")
            write_bytes(path, nifti_bytes(pixels[None, :, :, channel]))
        return ()


class NnunetNiftiSet(NnunetSet):
    """The label maps of ``labelsTr`` and ``labelsTs`` in NIfTI files, a name for each slice.

    Raises LabelError when there are none.
    """

    def __init__(self, path: Path) -> None:
        LabelSet.__init__(self, path)
        known, problems = image_names(path), list[Problem]()
        self._slices: dict[str, tuple[Path, int]] = {}
        self._last: tuple[Path, NDArray[np.uint8]] | None = None
        for file in (each for folder in LABELS for each in _files(path / folder)):
            case = file.name.removesuffix(".gz").removesuffix(".nii")
            try:
                depth = nifti_shape(file)[0]
            except LabelError as error:
                problems.append(Problem(str(file), error.message.removeprefix(f"{file} "), is_file=True))
                continue
            for number in range(depth):
                name = case if depth == 1 else slice_name(case, number)
                name = known.get(name, name)
                self._slices[self._free(name, file)] = file, number
        if not self._slices:
            message = f"{problems[0].place} {problems[0].reason}" if problems else f"{path} holds no label maps."
            raise LabelError(message, "Choose the folder of the data set.")
        self.problems = tuple(problems)
        own = path / "classes.json"
        if own.is_file():
            try:
                self.classes, self.classes_file = ClassSet.from_file(own), own
            except MaskwrightError as error:
                self.warning = str(error)
        self._describe()

    def _free(self, name: str, file: Path) -> str:
        """Return a name that no other slice has: ``name``, or with the folder of its file, or with the file."""
        longer = (name, f"{file.parent.name}/{name}", f"{file.parent.name}/{file.name}/{name}")
        return next((each for each in longer if each not in self._slices), longer[-1])

    def names(self) -> Sequence[str]:
        """See `LabelSet`."""
        return list(self._slices)

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        return str(self._slices[name][0])

    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """See `LabelSet`; the last volume is kept, for its slices follow each other."""
        file, number = self._slices[name]
        last = self._last
        if last is None or last[0] != file:
            self._last = last = file, read_nifti(file)
        labels = last[1][number]
        if labels.shape != shape:
            height, width = labels.shape
            raise LabelSizeError(
                f"{file} measures {width} x {height}, its image {shape[1]} x {shape[0]}.",
                "Use the label map that belongs to this image.",
                (height, width),
            )
        return LabelPicture(labels)


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [each for each in found if each.name.lower().endswith(SUFFIXES) and not each.name.startswith(".")]


def _recognise(path: Path) -> bool:
    return bool(_files(path / LABELS[0]))


NNUNET_NIFTI = Format(
    key="nnunetnifti",
    title="nnU-Net v2 with NIfTI files (.nii.gz)",
    writer=NnunetNiftiWriter,
    reader=NnunetNiftiSet,
    recognise=_recognise,
    labels_folder="labelsTr",
    images_folder="imagesTr",
    volumes=True,
)
