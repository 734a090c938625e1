"""Draw what DeepLab's and PSPNet's context layers read of a photo, for docs/students.md.

    python docs/context.py [--out docs/images]

``taps.webp``: the nine places that a 3x3 filter reads at stride 8, at the rates of ASPP. ``pyramid.webp``: the averages
over 2, 3 and 6 regions a side, here of colours in place of features. No network is involved.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from segcore.images.image import read_image  # noqa: E402
from segcore.images.overlay import contact_sheet  # noqa: E402
from segcore.models.deeplab_v2 import RATES  # noqa: E402
from segcore.models.pspnet import BINS  # noqa: E402
from segcore.project.sample_project import NUCLEI, ROADS  # noqa: E402

IMAGE = "1014780_RS_386_386RS124739_30826"
PLACE = 575, 400
"""Pixel (x, y) on the crack, at which the filter is centred."""
COLOURFUL = "87ea72894f65"
"""Of the sample project Cells: its colours differ from region to region."""
STRIDE = 8
WIDTH = 480
"""Of each picture on a sheet, in pixels."""


def tap_places(rate: int, stride: int = STRIDE) -> list[tuple[int, int]]:
    """Return the offsets (x, y) in pixels of the image that a 3x3 filter of this rate reads at this stride."""
    return [(x * rate * stride, y * rate * stride) for y in (-1, 0, 1) for x in (-1, 0, 1)]


def averages(image: NDArray[np.uint8], bins: int) -> NDArray[np.uint8]:
    """Return the image with each of bins x bins regions in its mean colour: uint8 [H, W, 3] -> uint8 [H, W, 3]."""
    height, width = image.shape[:2]
    small = cv2.resize(image.astype(np.float32), (bins, bins), interpolation=cv2.INTER_AREA)
    return np.rint(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)).astype(np.uint8)


def with_taps(image: NDArray[np.uint8], rate: int) -> NDArray[np.uint8]:
    """Return a copy of the image with the places that are read."""
    picture = image.copy()
    for x, y in tap_places(rate):
        cv2.circle(picture, (PLACE[0] + x, PLACE[1] + y), 11, (255, 255, 255), -1, cv2.LINE_AA)
        cv2.circle(picture, (PLACE[0] + x, PLACE[1] + y), 8, (230, 25, 75), -1, cv2.LINE_AA)
    return picture


def main() -> None:
    """Write both pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    args = parser.parse_args()
    image = read_image(ROADS.source / "images" / f"{IMAGE}.jpg")
    cells = read_image(NUCLEI.source / "images" / f"{COLOURFUL}.jpg")
    sheets = {
        "taps": [(f"rate {rate}", with_taps(image, rate)) for rate in RATES],
        "pyramid": [("image", cells), *((f"{bins} x {bins}", averages(cells, bins)) for bins in BINS[1:])],
    }
    for name, pictures in sheets.items():
        shape = (WIDTH, WIDTH * pictures[0][1].shape[0] // pictures[0][1].shape[1])
        small = [(title, cv2.resize(each, shape, interpolation=cv2.INTER_AREA)) for title, each in pictures]
        sheet = cv2.cvtColor(contact_sheet(small), cv2.COLOR_RGB2BGR)
        cv2.imwrite(str(args.out / f"{name}.webp"), sheet, [cv2.IMWRITE_WEBP_QUALITY, 85])
    print(f"The pictures are in {args.out}.")


if __name__ == "__main__":
    main()
