"""HfDatasetsSet: label maps in Parquet files, as Hugging Face's ``datasets`` stores pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from segcore.errors import LabelError, MaskwrightError
from segcore.formats.drawn_set import own_classes
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.json_file import head_of, read_json
from segcore.formats.label_picture import LabelPicture, Problem
from segcore.formats.label_set import LabelSet
from segcore.images.header.png import read_png_header
from segcore.images.indexed_png import decode_indexed_png, read_palette
from segcore.installation import to_install

_LABELS = ("annotation", "label", "labels", "mask", "segmentation", "semantic_segmentation")
_NAMES = ("file_name", "filename", "image_path", "image_id", "name", "id")


def recognise(path: Path) -> bool:
    """Whether a file, or one in a folder or its folder ``data``, is a Parquet file."""
    return bool(_files(path))


def _files(path: Path) -> list[Path]:
    found = [path] if path.is_file() else [*sorted(path.glob("*.parquet")), *sorted(path.glob("data/*.parquet"))]
    return [each for each in found if each.suffix == ".parquet" and head_of(each, 4) == b"PAR1"]


class HfDatasetsSet(LabelSet):
    """The pictures in the column ``annotation`` (or ``label``, ``mask``) of one or more files.

    Raises LabelError when no file can be read, or pyarrow is not installed.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise LabelError(
                "Hugging Face data sets need the package pyarrow.", to_install("datasets", "pyarrow")
            ) from error
        self._rows: dict[str, tuple[Path, int, int, str]] = {}
        self._cached: tuple[tuple[Path, int], list[Any]] | None = None
        problems: list[Problem] = []
        for file in _files(path):
            try:
                self._list(file)
            except LabelError as error:
                problems.append(Problem(str(file), error.message, is_file=True))
        if not self._rows:
            message = problems[0].reason if problems else f"{path} holds no Parquet files."
            raise LabelError(message, "Choose the folder that holds the Parquet files.")
        self.problems = tuple(problems)
        folder = path.parent if path.is_file() else path
        self.classes = own_classes(folder / "classes.json")
        names = folder / "id2label.json"
        if self.classes is None and names.is_file():
            try:
                found = {int(key): str(name) for key, name in read_json(names).items()}
                self.classes = foreign_classes((value, found[value], None) for value in sorted(found))
            except (AttributeError, ValueError) as error:
                self.warning = f"{names} cannot be read ({error})."
            except MaskwrightError as error:
                self.warning = str(error)

    def names(self) -> Sequence[str]:
        """See `LabelSet`."""
        return list(self._rows)

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        return f"{self._rows[name][0].name}: {name}"

    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """See `LabelSet`."""
        file, group, row, column = self._rows[name]
        if self._cached is None or self._cached[0] != (file, group):
            self._cached = (file, group), _column(file, group, column)
        entry = self._cached[1][row]
        data = entry.get("bytes") if isinstance(entry, dict) else None
        if not isinstance(data, bytes):
            raise LabelError(f"{self.place(name)} holds no picture.", "Export the data set again.")
        return _decoded(data, Path(self.place(name)), shape)

    def _list(self, file: Path) -> None:
        """Note the rows of a file. Raises LabelError."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(file) as found:
                columns = found.schema_arrow.names
                column = next((each for each in _LABELS if each in columns), None)
                if column is None:
                    raise LabelError(f"{file} has no column of label maps.", "It must have a column called annotation.")
                named = next((each for each in _NAMES if each in columns), None)
                for group in range(found.num_row_groups):
                    names = _names_in(found, group, named, column)
                    for row, name in enumerate(names):
                        plain = name or f"{file.stem}_{len(self._rows)}"
                        unique = plain if plain not in self._rows else f"{file.stem}/{plain}"
                        self._rows[unique] = file, group, row, column
        except (OSError, pa.ArrowException) as error:
            raise LabelError(f"{file} cannot be read ({error}).", "It may be truncated: export it again.") from error


def _decoded(data: bytes, place: Path, shape: tuple[int, int]) -> LabelPicture:
    """Decode an indexed or grey PNG. Raises LabelError or LabelSizeError, which name the place."""
    try:
        mode = read_png_header(io.BytesIO(data)).mode
    except ValueError as error:
        raise LabelError(f"{place} is damaged ({error}).", "Restore it from a copy.") from error
    if mode not in ("L", "P"):
        raise LabelError(f"{place} is no indexed or grey PNG.", "Save the annotations as indexed or grey PNG.")
    return LabelPicture(decode_indexed_png(data, place, shape), read_palette(data) if mode == "P" else {})


def _names_in(found: Any, group: int, named: str | None, column: str) -> list[str]:
    """Return what names the image of each row: a column of names, or the path of the picture; "" for nothing."""
    if named is not None:
        return [str(each) for each in found.read_row_group(group, [named]).column(named).to_pylist()]
    source = "image" if "image" in found.schema_arrow.names else column
    entries = found.read_row_group(group, [source]).column(source).to_pylist()
    return [str(each.get("path") or "") if isinstance(each, dict) else "" for each in entries]


def _column(file: Path, group: int, column: str) -> list[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file) as found:
            return list(found.read_row_group(group, [column]).column(column).to_pylist())
    except (OSError, pa.ArrowException) as error:
        raise LabelError(f"{file} cannot be read ({error}).", "It may be truncated: export it again.") from error
