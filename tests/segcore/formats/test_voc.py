from __future__ import annotations

import os

import numpy as np
import pytest
from PIL import Image

from segcore.errors import ClassesError, LabelError, ProjectError
from segcore.formats.label_names import flat, label_names
from segcore.formats.voc import VocWriter, read_voc
from segcore.labels.classes import ClassSet, SegClass
from tests.systems import posix_only

CLASSES = ClassSet((SegClass(0, "road: left", (1, 2, 3)), SegClass(7, "Straße", (4, 5, 6))))


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def labels(seed):
    noise = np.random.default_rng(seed).integers(0, 3, (17, 23))
    return np.array([0, 7, 255], np.uint8)[noise]


def written(folder, ids):
    writer = VocWriter(folder, CLASSES, ids)
    for number, image_id in enumerate(ids):
        writer.add(image_id, labels(number))
    writer.finish()


def test_round_trip(tmp_path):
    ids = ["a.jpg", "a.png", "sub dir/a.jpg", "sub/ü.tif"]
    written(tmp_path, ids)
    back = read_voc(tmp_path)
    assert back.classes == CLASSES
    assert list(back.files) == ["a.jpg", "a.png", "sub_dir_a", "sub_ü"]
    for number, stem in enumerate(back.files):
        assert np.array_equal(back.read(stem), labels(number))
    assert lines(tmp_path / "ImageSets" / "images.txt")[2] == "sub_dir_a\tsub dir/a.jpg"


def test_labelmap(tmp_path):
    written(tmp_path, ["a.jpg"])
    plain = [line for line in lines(tmp_path / "labelmap.txt") if not line.startswith("#")]
    assert plain == ["road  left:1,2,3::", "Straße:4,5,6::"]
    with Image.open(tmp_path / "SegmentationClass" / "a.png") as image:
        assert image.mode == "P"
        assert image.getpalette()[21:24] == [4, 5, 6]
        assert image.getpalette()[765:] == [224, 224, 192]


def test_image_sets_share_nothing(tmp_path):
    written(tmp_path, [f"{n}.jpg" for n in range(10)])
    sets = {
        name: lines(tmp_path / "ImageSets" / "Segmentation" / f"{name}.txt") for name in ("train", "val", "trainval")
    }
    assert len(sets["val"]) == 2
    assert not set(sets["train"]) & set(sets["val"])
    assert set(sets["train"]) | set(sets["val"]) == set(sets["trainval"]) == {str(n) for n in range(10)}
    assert list(read_voc(tmp_path, "val").files) == sets["val"]


def test_a_single_image_trains(tmp_path):
    written(tmp_path, ["a.jpg"])
    assert lines(tmp_path / "ImageSets" / "Segmentation" / "train.txt") == ["a"]
    assert lines(tmp_path / "ImageSets" / "Segmentation" / "val.txt") == []


def test_jpeg_files_are_copied_only_on_request_and_as_they_are(tmp_path):
    image = tmp_path / "in" / "a.JPEG"
    image.parent.mkdir()
    Image.new("RGB", (23, 17)).save(image)
    writer = VocWriter(tmp_path / "out", CLASSES, ["a.JPEG"])
    writer.add("a.JPEG", labels(0))
    assert not (tmp_path / "out" / "JPEGImages").exists()
    assert not writer.add("a.JPEG", labels(0), image), "nothing is different"
    assert (tmp_path / "out" / "JPEGImages" / "a.jpg").read_bytes() == image.read_bytes()


@pytest.mark.parametrize("name", ["a.png", "a.tif", "jpeg-by-name-only.jpg"])
def test_other_images_become_jpeg_files_and_the_report_says_so(tmp_path, name):
    rows, columns = np.mgrid[:17, :23]
    pixels = np.stack([rows * 10, columns * 10, rows + columns], 2).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / name, format="TIFF" if name == "a.tif" else "PNG")
    (told,) = VocWriter(tmp_path, CLASSES, [name]).add(name, labels(0), tmp_path / name)
    assert (told.pixels, "JPEG of quality 95" in told.reason) == (None, True)
    with Image.open(tmp_path / "JPEGImages" / f"{name[:-4]}.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (23, 17))
        assert np.abs(np.asarray(image, np.int16) - pixels).max() <= 6
        assert image.layer[0][1:3] == image.layer[1][1:3], "colours at full size"


def test_a_jpeg_that_exif_turns_is_written_upright(tmp_path):
    turned = Image.Exif()
    turned[0x0112] = 6  # a quarter to the right
    Image.new("RGB", (17, 23)).save(tmp_path / "a.jpg", exif=turned)
    (told,) = VocWriter(tmp_path, CLASSES, ["a.jpg"]).add("a.jpg", labels(0), tmp_path / "a.jpg")
    assert "upright" in told.reason
    with Image.open(tmp_path / "JPEGImages" / "a.jpg") as image:
        assert (image.size, image.getexif().get(0x0112, 1)) == ((23, 17), 1)


def test_what_no_jpeg_can_hold_is_copied_as_it_is(tmp_path):
    Image.new("L", (65_501, 1)).save(tmp_path / "a.PNG")
    (told,) = VocWriter(tmp_path, CLASSES, ["a.PNG"]).add("a.PNG", np.zeros((1, 65_501), np.uint8), tmp_path / "a.PNG")
    assert "65,500" in told.reason
    assert (tmp_path / "JPEGImages" / "a.png").read_bytes() == (tmp_path / "a.PNG").read_bytes()


def test_a_damaged_image_is_copied_as_it_is(tmp_path):
    (tmp_path / "a.png").write_bytes(b"no image")
    (told,) = VocWriter(tmp_path, CLASSES, ["a.png"]).add("a.png", labels(0), tmp_path / "a.png")
    assert "cannot be read" in told.reason
    assert (tmp_path / "JPEGImages" / "a.png").read_bytes() == b"no image"


def test_stems_are_unique_ignoring_case():
    ids = ["a.jpg", "A.jpg", "A.JPG", "a/b.png", "a_b.png", "a b.png", "x.y.png", "noext"]
    stems = label_names(ids, flat)
    assert len({stem.casefold() for stem in stems.values()}) == len(ids)
    assert stems["a.jpg"] == "a.jpg"
    assert stems["a/b.png"] == "a_b.png"
    assert stems["x.y.png"] == "x.y"
    assert all("/" not in stem and " " not in stem for stem in stems.values())


def test_the_labelmap_of_another_program(tmp_path):
    written(tmp_path, ["a.jpg"])
    path = tmp_path / "labelmap.txt"
    path.write_text("# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:64,0,0:ear,tail:\n")
    assert [(c.index, c.name, c.color) for c in read_voc(tmp_path).classes] == [
        (0, "background", (0, 0, 0)),
        (1, "cat", (64, 0, 0)),
    ]
    path.write_text("background\n")
    with pytest.raises(ClassesError, match=r"labelmap\.txt"):
        read_voc(tmp_path)


AWKWARD = [
    "#x", "# {", '# {"index": 9}', '{"a": 1}', "a:b", "a,b", "a\nb", "a\r\nb", "a\u2028b", "a\x85b", '"quoted"', " x ",
    "ü", "漢字", "\N{WOMAN}\u200d\N{GIRL}", "background", "Back ground", "x", "_#x", "::", "\t#", "0", "null", "'",
    "\\n", "a\0b", "/", "..",
]  # fmt: skip


def random_classes(rng):
    """Some awkward names, and some of random characters, at random values in random order."""
    pool = [*AWKWARD, *("".join(map(chr, rng.integers(1, 0x2FFF, rng.integers(1, 9)))) for _ in range(8))]
    names = {}
    for place in rng.permutation(len(pool))[: rng.integers(1, 20)]:
        if pool[place].strip():
            names.setdefault(pool[place].strip().casefold(), pool[place])
    indices = rng.permutation(255)[: len(names)]
    colors = rng.integers(0, 256, (len(names), 3)).tolist()
    return ClassSet(
        tuple(
            SegClass(int(index), name, tuple(color))
            for index, name, color in zip(indices, names.values(), colors, strict=True)
        )
    )


@pytest.mark.parametrize("seed", range(60))
def test_every_class_list_reads_back_exactly(tmp_path, seed):
    classes = random_classes(np.random.default_rng(seed))
    VocWriter(tmp_path, classes, []).finish()
    assert read_voc(tmp_path).classes == classes


@pytest.mark.parametrize("seed", range(20))
def test_other_programs_see_every_class_at_its_place(tmp_path, seed):
    classes = random_classes(np.random.default_rng(seed))
    VocWriter(tmp_path, classes, []).finish()
    path = tmp_path / "labelmap.txt"
    plain = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    path.write_text("\n".join(plain), "utf-8")
    assert [c.color for c in read_voc(tmp_path).classes] == [c.color for c in classes]


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out", "a\0b"])
def test_no_list_leads_out_of_the_folder(tmp_path, name):
    written(tmp_path / "voc", ["a.jpg"])
    (tmp_path / "voc" / "ImageSets" / "Segmentation" / "trainval.txt").write_bytes(f"a\n{name}\n".encode())
    with pytest.raises(LabelError, match=r"trainval\.txt"):
        read_voc(tmp_path / "voc")


@pytest.mark.parametrize(
    "text", ["[" * 20000, "# " + "[" * 20000, '# {"a": ' + "[" * 20000 + "\na:1,2,3", "a:1,2," + "9" * 5000]
)
def test_a_damaged_labelmap_is_one_error(tmp_path, text):
    written(tmp_path, ["a.jpg"])
    (tmp_path / "labelmap.txt").write_text(text)
    with pytest.raises(ClassesError, match=r"labelmap\.txt"):
        read_voc(tmp_path)


def test_long_paths_get_stems_that_a_disk_takes(tmp_path):
    deep = "/".join(["ordner" * 20] * 4)
    ids = [f"{deep}/{name}.png" for name in ("a", "b", "ü" * 100)] + ["ü" * 125 + ".png", "ü" * 125 + ".jpg"]
    stems = label_names(ids, flat)
    assert len(set(stems.values())) == len(ids)
    assert max(len(stem.encode()) for stem in stems.values()) <= 250
    written(tmp_path, ids)
    assert len(read_voc(tmp_path).files) == len(ids)


@posix_only("Windows has no such files")
def test_a_pipe_is_not_copied(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(ProjectError, match="ordinary"):
        VocWriter(tmp_path / "out", CLASSES, ["a.png"]).add("a.png", labels(0), tmp_path / "a.png")
