"""What stands in a checkpoint's header is checked before anybody believes it; one bad file never hides the others."""

import json
import os
from pathlib import Path

import pytest

from segcore.errors import CheckpointError
from segcore.models import checkpoint_info
from segcore.models.checkpoint_header import check_seal, read_header, sealed
from segcore.models.checkpoint_info import CheckpointInfo, read_checkpoint_info
from segcore.project.versions import list_versions, next_version
from tests.systems import posix_only

SOUND = {
    "schema": 1,
    "architecture": "starter",
    "classes": [{"index": 0, "name": "road", "color": "#102030"}],
    "preprocess": {"mean": [0.5] * 3, "std": [0.5] * 3, "short_side": None},
    "name": "first",
    "metrics": {"mean_iou": 0.5},
    "lineage": [{"source": "ImageNet"}, {"trained_from": "starter", "trained_on": ["0123abcd"]}],
}
TABLE = {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}


def written(path: Path, metadata: object, table: object = TABLE, tensors: bytes = bytes(8)) -> Path:
    """Write a file by hand; ``metadata`` that is text is taken as it is."""
    text = metadata if isinstance(metadata, str) else json.dumps(metadata)
    header = json.dumps({"__metadata__": {"maskwright": text}, **table}) if isinstance(table, dict) else table
    path.write_bytes(len(header.encode()).to_bytes(8, "little") + header.encode() + tensors)
    return path


def refused(path: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        read_checkpoint_info(path)
    assert path.name in caught.value.message
    assert caught.value.remedy
    return caught.value.message


def test_a_sound_header_is_read(tmp_path):
    info = read_checkpoint_info(written(tmp_path / "m.safetensors", SOUND))
    assert info == CheckpointInfo(
        tmp_path / "m.safetensors",
        "starter",
        info.classes,
        SOUND["preprocess"],
        "first",
        SOUND["metrics"],
        SOUND["lineage"],
        1,
        {"a": (2,)},
    )
    assert info.classes.names == ["road"]


def test_a_header_is_read_once_while_its_file_is_the_same(tmp_path, monkeypatch):
    reads = []
    monkeypatch.setattr(checkpoint_info, "read_header", lambda path: reads.append(path) or read_header(path))
    monkeypatch.setattr(checkpoint_info, "_FRESH_NS", -(10**12))
    path = written(tmp_path / "m.safetensors", SOUND)
    first = read_checkpoint_info(path)
    first.lineage.append({"source": "of who asked"})
    assert read_checkpoint_info(path).lineage == SOUND["lineage"]
    assert len(reads) == 1
    path.unlink()
    read_checkpoint_info(written(path, {**SOUND, "name": "another"}))
    assert read_checkpoint_info(path).name == "another"
    other = read_checkpoint_info(written(tmp_path / "n.safetensors", SOUND))
    assert other.shapes is first.shapes, "one for all versions of a network"
    assert other.lineage[0] is first.lineage[0], "one for all versions that have this step in their past"
    assert len(reads) == 3


def test_a_file_that_was_just_written_is_read_again(tmp_path):
    """The system's clock of files ticks every few milliseconds: two changes may have one time."""
    path = written(tmp_path / "m.safetensors", SOUND)
    assert read_checkpoint_info(path).name == "first"
    with path.open("r+b") as file:
        data = file.read()
        file.seek(0)
        file.write(data.replace(b"first", b"third"))
    assert read_checkpoint_info(path).name == "third"


@pytest.mark.parametrize(
    "wrong",
    [
        {"schema": True},
        {"schema": "1"},
        {"schema": 10**400},
        {"architecture": ["starter"]},
        {"architecture": None},
        {"classes": {"0": "road"}},
        {"classes": [{"index": 0, "name": "a"}] * 256},
        {"classes": [3]},
        {"preprocess": []},
        {"name": {"a": 1}},
        {"name": "\ud800"},
        {"metrics": [1]},
        {"metrics": {"mean_iou": float("nan")}},
        {"metrics": {"mean_iou": float("inf")}},
        {"metrics": {"mean_iou": 10**400}},
        {"lineage": {}},
        {"lineage": [3.7]},
        {"lineage": [{"trained_on": 3.7}]},
        {"lineage": [{"trained_on": "0123abcd"}]},
        {"lineage": [{"trained_on": [1, None]}]},
        {"lineage": [{"deep": json.loads("[" * 60 + "]" * 60)}]},
    ],
    ids=lambda wrong: json.dumps(wrong)[:40],
)
def test_values_of_another_kind_are_refused(tmp_path, wrong):
    assert "damaged" in refused(written(tmp_path / "m.safetensors", {**SOUND, **wrong}))


@pytest.mark.parametrize("key", ["schema", "architecture", "classes", "preprocess"])
def test_what_is_missing_is_named(tmp_path, key):
    assert key in refused(written(tmp_path / "m.safetensors", {k: v for k, v in SOUND.items() if k != key}))


@pytest.mark.parametrize("text", ["[" * 200_000, "1e999", "NaN", "[1]", '"text"', "null", "{"])
def test_json_that_is_no_object_is_refused(tmp_path, text):
    refused(written(tmp_path / "m.safetensors", text))


@pytest.mark.parametrize(
    "table",
    [
        "[" * 200_000,
        "[]",
        "3",
        '{"__metadata__": 3}',
        '{"__metadata__": ["maskwright"]}',
        '{"a": 3}',
        '{"a": {"shape": [2], "data_offsets": 3}}',
        '{"a": {"shape": [-2], "data_offsets": [0, 8]}}',
        '{"a": {"shape": [1.5], "data_offsets": [0, 8]}}',
        '{"a": {"shape": "2", "data_offsets": [0, 8]}}',
        '{"a": {"shape": [2], "data_offsets": [0, NaN]}}',
        '{"a": {"shape": [2], "data_offsets": [0, "8"]}}',
        '{"a": {"shape": [2], "data_offsets": [0, 9999999999999999999999]}}',
    ],
)
def test_a_damaged_table_of_tensors_is_refused(tmp_path, table):
    refused(written(tmp_path / "m.safetensors", "", table))


def test_a_header_of_gigabytes_is_not_read(tmp_path):
    path = tmp_path / "m.safetensors"
    with path.open("wb") as file:
        file.write((3 << 30).to_bytes(8, "little") + b"{")
        file.truncate(4 << 30)  # sparse: takes no room on the disk
    refused(path)


def test_a_long_name_is_shortened(tmp_path):
    info = read_checkpoint_info(written(tmp_path / "m.safetensors", {**SOUND, "name": "x" * 10**6}))
    assert len(info.name) == 200


def impossible_paths(tmp_path: Path) -> list[Path]:
    (tmp_path / "folder.safetensors").mkdir()
    os.mkfifo(tmp_path / "pipe.safetensors")
    (tmp_path / "circle.safetensors").symlink_to(tmp_path / "circle.safetensors")
    (tmp_path / "file").write_bytes(b"")
    names = ("folder.safetensors", "pipe.safetensors", "circle.safetensors", "file/m.safetensors", "gone.safetensors")
    return [*(tmp_path / name for name in names), tmp_path / ("n" * 5000), Path("a\0b.safetensors"), Path("/dev/zero")]


@posix_only("no pipes among the files")
def test_paths_that_are_no_files_are_refused_at_once(tmp_path):
    from segcore.models.caffemodel import load_caffe
    from segcore.models.catalogue import load_model
    from segcore.models.checkpoint import load_checkpoint
    from segcore.models.weights_file import read_weights
    from segcore.progress import drive

    for path in impossible_paths(tmp_path):
        for read in (
            read_checkpoint_info,
            load_checkpoint,
            read_weights,
            load_caffe,
            lambda p: drive(load_model(str(p))),
        ):
            with pytest.raises(CheckpointError) as caught:
                read(path)
            assert len(str(caught.value)) < 9000


@posix_only("no pipes among the files")
def test_one_bad_file_hides_no_other_version(tmp_path):
    written(tmp_path / "version-001.safetensors", SOUND)
    written(tmp_path / "deep.safetensors", "[" * 200_000)
    written(tmp_path / "types.safetensors", {**SOUND, "lineage": [{"trained_on": 3.7}]})
    (tmp_path / "empty.safetensors").write_bytes(b"")
    (tmp_path / "version-²3.safetensors").write_bytes(b"\x80" * 20)
    (tmp_path / ("version-" + "9" * 200 + ".safetensors")).mkdir()
    os.mkfifo(tmp_path / "pipe.safetensors")
    found, damaged = list_versions(tmp_path)
    assert [info.path.name for info in found] == ["version-001.safetensors"]
    for name in ("deep", "types", "empty", "version-²3", "pipe", "version-999"):
        assert sum(name in message for message in damaged) == 1, name
    assert next_version(tmp_path).name == "version-002.safetensors"


def test_the_seal_covers_header_and_weights(tmp_path):
    plain = written(tmp_path / "plain", SOUND, tensors=bytes(range(8))).read_bytes()
    path = tmp_path / "m.safetensors"
    header, tensors = sealed(plain)
    assert len(header) % 8 == 0
    data = header + tensors
    path.write_bytes(data)
    assert read_header(path).shapes == read_header(tmp_path / "plain").shapes
    check_seal(path)
    check_seal(tmp_path / "plain")  # written before there were seals
    for place in (len(data) - 1, len(header), data.index(b"starter") + 1, data.index(b"F32") + 1):
        changed = bytearray(data)
        changed[place] ^= 4
        path.write_bytes(changed)
        with pytest.raises(CheckpointError, match=r"m\.safetensors is damaged.*checksum"):
            check_seal(path)
