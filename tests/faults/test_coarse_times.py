"""Disks whose files have coarse times: what another program wrote is found by its content."""

from __future__ import annotations

import os

from segcore.project.project import Project
from tests.faults.desk import make_project, same


def test_labels_that_another_program_wrote_are_found_by_their_content(tmp_path):
    root = make_project(tmp_path)
    path = root / "labels" / "a.png.png"
    with Project.open(root) as project:
        mine = project.load_label_map("a.png")
        before, found = path.read_bytes(), path.stat()
        theirs = bytearray(before)
        theirs[-20] ^= 1  # as long as before, in the same file, and within the two seconds that FAT tells apart
        with path.open("r+b") as file:
            file.write(theirs)
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
        project.save_label_map("a.png", mine)
        kept = [each for each in path.parent.iterdir() if each.name != "a.png.png"]
        assert [each.read_bytes() for each in kept] == [bytes(theirs)]
        assert same(project.load_label_map("a.png"), mine)
