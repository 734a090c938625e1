import argparse
import json

import pytest

from segcore.cli.shard_report import write_report
from segcore.cli.shards import Shard, current_shard
from segcore.errors import UsageError


def array(number: int, count: int, first: int = 1, step: int = 1) -> dict[str, str]:
    names = ("ID", "COUNT", "MIN", "STEP")
    return {f"SLURM_ARRAY_TASK_{n}": str(v) for n, v in zip(names, (number, count, first, step), strict=True)}


@pytest.mark.parametrize("count", [1, 2, 3, 8, 30])
def test_shards_have_each_item_once(count):
    items = list(range(20))
    parts = [Shard(number + 1, count).of(items) for number in range(count)]
    assert sorted(item for part in parts for item in part) == items
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "1/1"),
        (array(1, 8), "1/8"),
        (array(8, 8), "8/8"),
        (array(0, 4, first=0), "1/4"),
        (array(30, 4, first=10, step=10), "3/4"),
        ({"SLURM_NTASKS": "4", "SLURM_PROCID": "0"}, "1/1"),
        ({"SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "2", "SLURM_NTASKS": "8"}, "3/4"),
        ({"SLURM_STEP_ID": "0", "SLURM_NTASKS": "4", "SLURM_PROCID": "3"}, "4/4"),
        ({**array(2, 3), "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "1"}, "6/12"),
        ({"SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "1", "MASTER_ADDR": "a"}, "1/1"),
    ],
)
def test_the_shard_by_slurms_variables(environment, expected):
    assert str(current_shard(environment)) == expected


@pytest.mark.parametrize("number", [7, 3])
def test_an_array_with_gaps_is_refused(number):
    with pytest.raises(UsageError, match="gaps"):
        current_shard(array(number, 2, first=1, step=1 if number == 7 else 5))


@pytest.mark.parametrize("text", ["3", "0/4", "5/4", "a/b", "1/", "-1/2", "²/3"])
def test_what_is_no_shard_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError):
        Shard.parse(text)


def report(**more) -> dict:
    return {"images": 2, "already_there": 0, "not_tried": 0, "failures": [], "notes": ["n"], "seconds": 1.0, **more}


def test_the_last_shard_writes_the_merged_report(tmp_path):
    path = tmp_path / "report.json"
    failure = {"image": "b.png", "message": "damaged"}
    assert not write_report(path, report(failures=[failure], seconds=3.0), Shard(2, 3))
    assert not write_report(path, report(already_there=4), Shard(1, 3))
    (tmp_path / "report.3-of-3.json").write_text("{")
    assert not write_report(path, report(), Shard(1, 3))
    assert write_report(path, report(not_tried=1, failures=[{"image": "a.png", "message": ""}]), Shard(3, 3))
    found = json.loads(path.read_text())
    assert (found["images"], found["already_there"], found["not_tried"]) == (6, 0, 1)
    assert [each["image"] for each in found["failures"]] == ["a.png", "b.png"]
    assert (found["seconds"], found["notes"], found["shard"]) == (3.0, ["n"], "all of 3")


def test_one_process_writes_one_report(tmp_path):
    assert write_report(tmp_path / "a.json", report(), Shard())
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
