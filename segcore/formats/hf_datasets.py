"""Format ``hf``: a data set of Hugging Face's ``datasets``: ``data/{train,validation,test}-00000-of-00001.parquet``.

The columns are ``image`` (the copied file, on request; otherwise only its path), ``annotation`` (a grey PNG: classes
are 0, 1, 2, … in their order, 255 is ignore) and ``file_name``; ``load_dataset(folder)`` gives pictures of the first
two. ``id2label.json`` is what ``transformers`` takes; ``classes.json`` has the colours, too. Needs the extra
``datasets`` (pyarrow).
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.errors import ProjectError
from segcore.files.atomic import atomic_write, writing
from segcore.files.regular_file import read_regular
from segcore.formats.export_options import ExportOptions
from segcore.formats.format import Difference, Format, LabelWriter
from segcore.formats.hf_datasets_set import HfDatasetsSet, recognise
from segcore.formats.image_copy import CopiedImages, encoded
from segcore.formats.numbered_writer import in_order, renumbered
from segcore.formats.written_files import write_json
from segcore.installation import to_install
from segcore.labels.classes import ClassSet

_PARTS = {"train": "train", "val": "validation", "test": "test"}
_ROWS, _BYTES = 100, 1 << 26
"""Rows and bytes in a row group at most."""


class HfDatasetsWriter(LabelWriter):
    """Writes rows to temporary files, and the Parquet files in `finish`; see `segcore.formats.format.Writer`.

    Raises ProjectError when pyarrow is not installed.
    """

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str], options: ExportOptions) -> None:
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise ProjectError(
                "Hugging Face data sets need the package pyarrow.", to_install("datasets", "pyarrow")
            ) from error
        self._out, self._options = out, options
        self._names = CopiedImages(out, ids).names
        self._table, self._classes = renumbered(classes, in_order(classes, 0), 255)
        self._parts: dict[str, _Part] = {}

    def add(self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None) -> Sequence[Difference]:
        """See `LabelWriter`."""
        buffer = io.BytesIO()
        Image.fromarray(self._table[labels]).save(buffer, format="PNG", compress_level=1)
        own = self._names[image_id]
        try:
            data = None if image is None else read_regular(image) if own == image_id else encoded(image, ".png")
        except OSError as error:
            raise ProjectError(f"{image} cannot be read ({error}).", "Export without copies of the images.") from error
        name = self._options.part(image_id)
        if name not in self._parts:
            self._parts[name] = _Part()
        self._parts[name].add(own, data, buffer.getvalue())
        return ()

    def finish(self) -> None:
        """Write the Parquet files, ``id2label.json`` and ``classes.json``."""
        for name, part in self._parts.items():
            part.copy_to(self._out / "data" / f"{_PARTS[name]}-00000-of-00001.parquet")
        write_json(self._out / "id2label.json", {str(each.index): each.name for each in self._classes})
        write_json(self._out / "classes.json", self._classes.to_json())


class _Part:
    """The rows of one Parquet file."""

    def __init__(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        picture = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
        features = {
            "image": {"_type": "Image"},
            "annotation": {"_type": "Image"},
            "file_name": {"dtype": "string", "_type": "Value"},
        }
        self._schema: Any = pa.schema(
            [("image", picture), ("annotation", picture), ("file_name", pa.string())],
            metadata={"huggingface": json.dumps({"info": {"features": features}})},
        )
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._writer: Any = pq.ParquetWriter(self._file, self._schema, compression="snappy")
        self._rows: list[dict[str, Any]] = []
        self._bytes = 0

    def add(self, file_name: str, image: bytes | None, labels: bytes) -> None:
        """Add a row."""
        annotation = {"bytes": labels, "path": f"{file_name}.png"}
        self._rows.append(
            {"image": {"bytes": image, "path": file_name}, "annotation": annotation, "file_name": file_name}
        )
        self._bytes += len(image or b"") + len(labels)
        if len(self._rows) >= _ROWS or self._bytes >= _BYTES:
            self._flush()

    def copy_to(self, path: Path) -> None:
        """Write the file. Raises ProjectError."""
        self._flush()
        self._writer.close()
        self._file.seek(0)
        with writing(path), atomic_write(path) as file:
            shutil.copyfileobj(self._file, file)
        self._file.close()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows, self._bytes = [], 0


HF_DATASETS = Format(
    key="hf",
    title="Hugging Face data set (Parquet: image, annotation)",
    writer=HfDatasetsWriter,
    reader=HfDatasetsSet,
    recognise=recognise,
    labels_folder="data",
    images_folder="data",
    package="pyarrow",
    extra="datasets",
)
