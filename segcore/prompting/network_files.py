"""Where the two files of a network for click to segment are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ENCODER, DECODER = "encoder", "decoder"


class NetworkFiles(NamedTuple):
    """Two ONNX files."""

    encoder: Path
    decoder: Path


def prompting_folder() -> Path:
    """Return the person's folder that is searched when no files were chosen."""
    from segcore.models.catalogue_entries import weights_folder  # only now: the window must be seen soon

    return weights_folder() / "sam"


def files_in(folder: Path) -> NetworkFiles | None:
    """Return the first pair of a folder by name, ``*encoder*.onnx`` and the decoder of the same name; None: no pair."""
    for path in sorted(folder.glob("*.onnx")):
        decoder = decoder_beside(path)
        if decoder is not None:
            return NetworkFiles(path, decoder)
    return None


def decoder_beside(encoder: Path) -> Path | None:
    """Return the decoder in the same folder that has the encoder's name, but for that word; None: there is none."""
    for word, other in ((ENCODER, DECODER), (ENCODER.capitalize(), DECODER.capitalize())):
        name = re.sub(word, other, encoder.name)
        if name != encoder.name and (encoder.parent / name).is_file():
            return encoder.parent / name
    return None
