"""What an image is called for a person: ``cells/stack.tif – slice 7``."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from segcore.images.page_path import counted_in, split_id


def image_name(image_id: str, first: str = "") -> str:
    """Return the name of an image with its folders; ``first``: what the first image of its file counts."""
    file, name = split_id(image_id)
    words = [_words(noun).format(n=number) for noun, number in counted_in(name or first)]
    return f"{file} – {', '.join(words)}" if words else image_id


def short_name(image_id: str) -> str:
    """Return the name of an image without its folders."""
    return image_name(image_id.removeprefix(_folder_of(split_id(image_id)[0])))


def _folder_of(file: str) -> str:
    folder, slash, _ = file.rpartition("/")
    return folder + slash


def _words(noun: str) -> str:
    return {
        "frame": QCoreApplication.translate("ImageName", "frame {n}"),
        "slice": QCoreApplication.translate("ImageName", "slice {n}"),
        "page": QCoreApplication.translate("ImageName", "page {n}"),
    }[noun]
