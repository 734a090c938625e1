"""The size of a voxel, as TIFF files of several programs say it."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from segcore.images.voxel_size import read_voxel_size

STACK = np.zeros((2, 3, 4), np.uint8)


def sides(found):
    return None if found is None else pytest.approx((found.x, found.y, found.z), rel=1e-6)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"ome": True, "metadata": {"axes": "ZYX", "PhysicalSizeX": 2, "PhysicalSizeY": 3}}, (2e-3, 3e-3, 2e-3)),
        (
            {
                "ome": True,
                "metadata": {
                    "axes": "ZYX",
                    **{"PhysicalSizeX": 1, "PhysicalSizeY": 1, "PhysicalSizeZ": 5},
                    **dict.fromkeys(("PhysicalSizeXUnit", "PhysicalSizeYUnit", "PhysicalSizeZUnit"), "mm"),
                },
            },
            (1, 1, 5),
        ),
        ({"ome": True, "metadata": {"axes": "ZYX"}}, None),
        (
            {"imagej": True, "resolution": (4, 2), "metadata": {"axes": "ZYX", "spacing": 3.0, "unit": "um"}},
            (2.5e-4, 5e-4, 3e-3),
        ),
        ({"imagej": True, "resolution": (4, 2), "metadata": {"axes": "ZYX", "unit": "mm"}}, (0.25, 0.5, 0.25)),
        ({"resolution": (254, 254), "resolutionunit": 2, "metadata": None}, (0.1, 0.1, 0.1)),
        ({"metadata": None}, None),
    ],
)
def test_what_files_say(tmp_path, options, expected):
    path = tmp_path / "stack.tif"
    tifffile.imwrite(path, STACK, photometric="minisblack", **options)
    found = read_voxel_size(path)
    assert found == read_voxel_size(path / "slice-0002")
    assert sides(found) == expected


def test_what_cannot_be_used_says_nothing(tmp_path):
    path = tmp_path / "stack.tif"
    path.write_bytes(b"II*\0\xff\xff\xff\xff")
    assert read_voxel_size(path) is None
    assert read_voxel_size(tmp_path / "none.tif") is None
    metadata = {"axes": "ZYX", "PhysicalSizeX": 0.0, "PhysicalSizeY": 1.0}
    path.unlink()
    tifffile.imwrite(path, STACK, photometric="minisblack", ome=True, metadata=metadata)
    assert read_voxel_size(path) is None
