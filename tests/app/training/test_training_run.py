"""The training process: lines in pieces, crashes, cancel, priority; with small scripts in the place of the verb."""

import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from app.training.training_folder import TrainingFolder, TrainingRecord
from app.training.training_left import left_training, runs_elsewhere
from app.training.training_outcome import TrainingOutcome, change, outcome_from_json, percent, signed
from app.training.training_process import NICENESS, ProcessMark
from app.training.training_run import TrainingOrder
from segcore.errors import TrainingError
from segcore.metrics.scores import Scores
from tests.app.training.scripted_run import begin, ended, goes_on, taken_up
from tests.systems import posix_only

BEFORE = Scores(0.8, 0.5, 0.4, 0.7, {"a": 0.6, "b": 0.2}, [[6, 1], [2, 1]])
AFTER = Scores(0.9, 0.6, 0.55, 0.8, {"a": 0.7, "b": 0.4}, [[6, 1], [1, 2]])


def run_script(qtbot, jobs, tmp_path, code):
    run, heard = begin(jobs, tmp_path, code)
    qtbot.waitUntil(lambda: ended(heard))
    assert not run.running
    return heard


def test_the_command_is_the_documented_one(tmp_path):
    order = TrainingOrder(tmp_path / "p", "starter", tmp_path / "v.safetensors", 1.5, 7)
    assert order.arguments() == [
        *(
            "-m",
            "segcore",
            "train",
            str(tmp_path / "p"),
            "--model",
            "starter",
            "--out",
            str(tmp_path / "v.safetensors"),
        ),
        *("--minutes", "1.5", "--seed", "7", "--device", "auto", "--json-lines"),
    ]


def test_lines_in_pieces_noise_and_a_last_line_without_an_end(qtbot, jobs, tmp_path):
    result = json.dumps(
        {
            "event": "result",
            "checkpoint": "v.safetensors",
            "before": BEFORE.to_json(),
            "after": AFTER.to_json(),
            "seconds": 3,
        }
    )
    code = f"""
import sys, time
w = sys.stdout
w.write('{{"event": "progress", "done": 1, "to'); w.flush(); time.sleep(0.1)
w.write('tal": 4, "message": "é pass", "loss": 0.5, "step": 1}}\\nno JSON here\\n[1, 2]\\n'); w.flush(); time.sleep(0.1)
w.write('{{"event": "progress", "done": 2, "total": 4}}\\n' * 3); w.write({result!r})
"""
    heard = run_script(qtbot, jobs, tmp_path, code)
    assert [what for what, _ in heard] == ["progressed"] * 4 + ["succeeded"]
    first = heard[0][1]
    assert (first.fraction, first.message, dict(first.detail)) == (0.25, "é pass", {"loss": 0.5, "step": 1})
    assert heard[-1][1] == TrainingOutcome(Path("v.safetensors"), BEFORE, AFTER, 3.0)


def test_no_output_is_lost(qtbot, jobs, tmp_path):
    code = """
for n in range(5000): print('{"event": "progress", "done": %d, "total": 5000}' % n)
print('{"event": "result", "checkpoint": "c", "before": null, "after": null, "seconds": 1}')
"""
    run, heard = begin(jobs, tmp_path, code)
    shown, largest = [], []
    run.progressed.connect(lambda step: shown.append(step.done))
    run.heard.connect(lambda steps: largest.append(len(steps)))
    qtbot.waitUntil(lambda: ended(heard))
    assert [step.done for what, step in heard if what == "progressed"] == list(range(5000))
    assert max(largest) < 2000, "the window has its turn before all is read"
    assert len(shown) == len(largest), "of what is read at once only the last step is shown"
    assert shown[-1] == 4999


def test_an_error_line_is_the_error(qtbot, jobs, tmp_path):
    code = """print('{"event": "error", "message": "No pixels.", "remedy": "Paint."}')"""
    heard = run_script(qtbot, jobs, tmp_path, code)
    assert [what for what, _ in heard] == ["failed"]
    assert isinstance(heard[0][1], TrainingError)
    assert (heard[0][1].message, heard[0][1].remedy) == ("No pixels.", "Paint.")


def test_a_crash_shows_the_last_lines_of_stderr(qtbot, jobs, tmp_path):
    heard = run_script(qtbot, jobs, tmp_path, "raise RuntimeError('the weights are odd')")
    error = heard[0][1]
    assert [what for what, _ in heard] == ["failed"]
    assert "RuntimeError: the weights are odd" in error.message
    assert "unchanged" in error.remedy


def test_out_of_memory_is_named(qtbot, jobs, tmp_path):
    heard = run_script(qtbot, jobs, tmp_path, "raise RuntimeError('CUDA out of memory. Tried to allocate 2 GiB')")
    assert heard[0][1].message.startswith("Training ran out of memory")
    assert "smaller" in heard[0][1].remedy


@posix_only("signals")
def test_killed_by_the_system_is_taken_for_memory(qtbot, jobs, tmp_path):
    heard = run_script(qtbot, jobs, tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert heard[0][1].message.startswith("Training ran out of memory")


def test_a_program_that_cannot_start_is_an_error(qtbot, jobs, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    heard = run_script(qtbot, jobs, tmp_path, "")
    assert [what for what, _ in heard] == ["failed"]
    assert "cannot start" in heard[0][1].message


def test_cancel_kills_and_sweeps(qtbot, jobs, tmp_path):
    run, heard = begin(jobs, tmp_path, "import time; print(1); time.sleep(60)")
    assert run.running, "while it is being started, too"
    qtbot.waitUntil(lambda: run.pid > 0)
    pid = run.pid
    for name in (".abc.part", "version-001.safetensors.resume"):  # as atomic_write and a long training leave them
        (run.folder.path / name).touch()
    run.cancel()
    qtbot.waitUntil(lambda: ended(heard))
    assert heard == [("cancelled", None)]
    assert not (tmp_path / "training").exists()
    assert not psutil.pid_exists(pid)


def test_shutdown_waits_for_the_end(qtbot, jobs, tmp_path):
    run, heard = begin(jobs, tmp_path, "import time; time.sleep(60)")
    qtbot.waitUntil(lambda: run.pid > 0)
    pid = run.pid
    run.shutdown()
    assert not run.running
    assert heard == [("cancelled", None)]
    assert not psutil.pid_exists(pid)


@posix_only("niceness")
def test_it_runs_at_low_priority(qtbot, jobs, tmp_path):
    code = """
import os, time, json
end = time.monotonic() + 5
while os.getpriority(os.PRIO_PROCESS, 0) == NICE0 and time.monotonic() < end: time.sleep(0.01)
print(json.dumps({"event": "error", "message": str(os.getpriority(os.PRIO_PROCESS, 0))}))
""".replace("NICE0", str(os.getpriority(os.PRIO_PROCESS, 0)))
    heard = run_script(qtbot, jobs, tmp_path, code)
    assert heard[0][1].message == str(NICENESS)


def left_alone(qtbot, jobs, tmp_path, code):
    """Start a training, hear its first step and leave it; return its process number."""
    run, heard = begin(jobs, tmp_path, code)
    qtbot.waitUntil(lambda: bool(heard))
    pid = run.pid
    run.leave()
    assert not run.running
    run.cancel()
    run.shutdown()
    run.deleteLater()
    assert psutil.pid_exists(pid), "nothing that ends the window ends it any more"
    assert [what for what, _ in heard] == ["progressed"]
    return pid


def test_left_alone_it_goes_on_and_a_later_window_takes_it_up(qtbot, jobs, tmp_path):
    pid = left_alone(qtbot, jobs, tmp_path, goes_on(tmp_path))
    run, heard = taken_up(jobs, tmp_path)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0][1].message == "first", "told from the beginning"
    assert (run.pid, run.running) == (pid, True)
    (tmp_path / "GO").touch()
    qtbot.waitUntil(lambda: ended(heard))
    assert [what for what, _ in heard] == ["progressed", "succeeded"]
    assert heard[-1][1].checkpoint.read_bytes() == b"weights"
    assert heard[-1][1].checkpoint.parent == tmp_path / "checkpoints"


def test_a_result_that_came_meanwhile_is_offered_until_it_is_decided(qtbot, jobs, tmp_path):
    pid = left_alone(qtbot, jobs, tmp_path, goes_on(tmp_path))
    (tmp_path / "GO").touch()
    wait_for_end(qtbot, tmp_path, pid)
    for _ in range(2):
        run, heard = taken_up(jobs, tmp_path)
        qtbot.waitUntil(lambda heard=heard: ended(heard))
        assert [what for what, _ in heard] == ["progressed", "succeeded"]
        assert heard[-1][1].checkpoint == tmp_path / "checkpoints" / "version-001.safetensors"
    run.folder.remove()
    assert left_training(tmp_path) is None


def test_one_that_died_meanwhile_is_told_and_its_files_go(qtbot, jobs, tmp_path):
    pid = left_alone(qtbot, jobs, tmp_path, goes_on(tmp_path))
    folder = TrainingFolder(tmp_path, "version-001")
    (folder.path / ".abc.part").touch()
    psutil.Process(pid).kill()
    wait_for_end(qtbot, tmp_path, pid)
    _, heard = taken_up(jobs, tmp_path)
    qtbot.waitUntil(lambda: ended(heard))
    assert heard[-1][0] == "failed"
    assert "ended without a result" in heard[-1][1].message
    assert not folder.path.exists()


def test_one_that_was_taken_up_is_stopped_with_all_its_processes(qtbot, jobs, tmp_path):
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    pid = left_alone(qtbot, jobs, tmp_path, code + goes_on(tmp_path))
    (child,) = psutil.Process(pid).children()
    run, heard = taken_up(jobs, tmp_path)
    run.cancel()
    qtbot.waitUntil(lambda: ended(heard))
    assert heard[-1] == ("cancelled", None)
    qtbot.waitUntil(lambda: not lives(child.pid))
    assert not (tmp_path / "training").exists()


def test_another_process_with_the_same_number_is_never_killed(qtbot, jobs, tmp_path):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        folder = TrainingFolder(tmp_path, "version-001")
        before = psutil.Process(stranger.pid).create_time() - 3600
        folder.write(TrainingRecord(ProcessMark(platform.node(), stranger.pid, before)))
        run, heard = taken_up(jobs, tmp_path)
        run.cancel()
        qtbot.waitUntil(lambda: ended(heard))
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_one_on_another_machine_is_left_alone_until_its_result_is_there(tmp_path):
    folder = TrainingFolder(tmp_path, "version-001")
    record = TrainingRecord(ProcessMark("another machine", 4711, time.time()))
    folder.write(record)
    folder.lines.write_text('{"event": "progress", "done": 1, "total": 2}\n')
    assert runs_elsewhere(folder, record)
    os.utime(folder.lines, (1.0, 1.0))
    assert not runs_elsewhere(folder, record), "silent for long"
    folder.lines.write_text('{"event": "result", "checkpoint": "x"}\n')
    assert not runs_elsewhere(folder, record)


def test_earlier_results_are_cleared_away_and_their_versions_stay(tmp_path):
    for number in (1, 2):
        folder = TrainingFolder(tmp_path, f"version-00{number}")
        folder.write(TrainingRecord(ProcessMark(platform.node(), 2**22 + 5, float(number))))
        folder.out.write_bytes(b"weights")
    assert left_training(tmp_path)[0].name == "version-002"
    assert [each.name for each in TrainingFolder.all_in(tmp_path)] == ["version-002"]
    assert (tmp_path / "checkpoints" / "version-001.safetensors").is_file()


def test_hostile_lines_are_no_progress_and_no_result(qtbot, jobs, tmp_path):
    code = r"""
big = "1" + "0" * 400
print('{"event": "progress", "done": %s, "total": 1}' % big)
print('{"event": "progress", "done": 1, "total": 2, "loss": "x", "step": %s}' % big)
print('{"event": "progress", "done": 1, "total": 2, "loss": NaN, "step": [1], "mean_iou": 0.5}')
print("[" * 100000)
print('{"event": "result", "checkpoint": "c", "before": {"mean_iou": "x"}, "after": {"iou": 1}, "seconds": 1}')
"""
    heard = run_script(qtbot, jobs, tmp_path, code)
    assert [dict(step.detail) for what, step in heard if what == "progressed"] == [{"mean_iou": 0.5}]
    assert (heard[-1][0], heard[-1][1].before, heard[-1][1].after) == ("succeeded", None, None)


def lives(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def wait_for_end(qtbot, tmp_path, pid):
    qtbot.waitUntil(lambda: not left_training(tmp_path)[1].process.lives())
    assert not lives(pid)


def test_an_outcome_says_whether_it_is_better():
    better = TrainingOutcome(Path("c"), BEFORE, AFTER, 1.0)
    worse = TrainingOutcome(Path("c"), AFTER, BEFORE, 1.0)
    same = TrainingOutcome(Path("c"), AFTER, AFTER, 1.0)
    alone = TrainingOutcome(Path("c"), None, AFTER, 1.0)
    assert (better.better, worse.better, same.better, alone.better) == (True, False, False, True)
    assert better.headline == "40.0 → 55.0 %"
    assert alone.headline == "55.0 %"
    assert "+15.0 points" in better.verdict
    assert "not better" in worse.verdict
    assert "−15.0" in worse.verdict


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (0.5, 0.5123, "+1.2"),
        (0.5, 0.4877, "−1.2"),
        (0.5, 0.5001, "0.0"),
        (0.5796, 0.5784, "−0.2"),  # shown as 58.0 and 57.8
        (0.5804, 0.5796, "0.0"),  # both shown as 58.0
        (None, 0.5, "–"),
        (0.5, None, "–"),
    ],
)
def test_changes_are_those_of_the_numbers_shown(before, after, text):
    assert signed(change(before, after)) == text


def test_a_change_too_small_to_be_shown_is_no_gain():
    outcome = TrainingOutcome(Path("c"), replace(BEFORE, mean_iou=0.5796), replace(AFTER, mean_iou=0.5804), 1.0)
    assert outcome.headline == "58.0 → 58.0 %"
    assert not outcome.better


def test_percent():
    assert (percent(0.4567), percent(None)) == ("45.7", "–")


def test_scores_of_another_shape_are_unknown():
    outcome = outcome_from_json({"checkpoint": "c", "before": {"mean_iou": 1}, "after": AFTER.to_json(), "seconds": 2})
    assert outcome.before is None
    assert outcome.after == AFTER
