"""Two processes that really are started by torchrun, on the CPU (gloo)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from segcore.cli import main
from segcore.errors import MaskwrightError
from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.checkpoint import save_checkpoint
from segcore.models.model import Model
from segcore.training import training_loop
from segcore.training.all_reduce import total
from segcore.training.distributed import ALONE, World, current_world
from segcore.training.synchronised_norm import SynchronisedNorm, synchronise_norms

ROOT = Path(__file__).resolve().parents[3]
CLASSES = ClassSet.from_names(["ground", "blob"])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Five images of three sizes with label maps, and a starter that takes bright for one class."""
    random = np.random.default_rng(0)
    for number, (height, width) in enumerate([(64, 64), (48, 64), (64, 64), (33, 70), (64, 64)]):
        image = random.integers(0, 256, (height, width, 3), np.uint8)
        labels = random.integers(0, 2, (height, width), np.uint8)
        labels[:3] = 255
        path = tmp_path / "images" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(image).save(path)
        write_indexed_png(tmp_path / "labels" / f"{number}.png", labels, CLASSES.palette())
    (tmp_path / "classes.txt").write_text("ground\nblob\n")
    torch.manual_seed(0)
    segmenter = build("starter", 2)
    with torch.no_grad():
        segmenter.classifiers()[0].weight.normal_()
    save_checkpoint(tmp_path / "m.safetensors", Model(segmenter, "starter", CLASSES, segmenter.preprocess, "m"))
    return tmp_path


def torchrun(*words: object, size: int = 2) -> subprocess.CompletedProcess[str]:
    """Run a command of the engine, or with a .py file first that script, in ``size`` processes."""
    words = tuple(map(str, words))
    what = words if words[0].endswith(".py") else ("-m", "segcore", *words)
    here = {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={size}", *what],
        env={**os.environ, **here},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=150,
    )


def measured(data: Path) -> list[str]:
    folders = ["--images", str(data / "images"), "--labels", str(data / "labels")]
    return ["evaluate", "--model", str(data / "m.safetensors"), *folders, "--json", "--device", "cpu"]


def test_two_processes_measure_what_one_measures(data, capsys):
    (data / "images" / "1.png").write_bytes(b"no image")
    done = torchrun(*measured(data))
    assert done.returncode == 1, done.stderr  # as with one process: an image failed
    two = json.loads(done.stdout)
    assert main(measured(data)) == 1
    assert two == json.loads(capsys.readouterr().out)
    assert two["images"] == 4
    assert [failure["image"] for failure in two["failures"]] == ["1.png"]
    assert sum(map(sum, two["confusion"])) == 3 * 61 * 64 + 30 * 70
    told = [line for line in done.stderr.splitlines() if line.startswith("maskwright: ") and "1.png" in line]
    assert len(told) == 1, done.stderr


def test_two_processes_predict_what_one_predicts(data, capsys):
    words = ["predict", str(data / "images"), "--model", str(data / "m.safetensors"), "--device", "cpu", "--json"]
    done = torchrun(*words, "--out", data / "two", "--probabilities")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert main([*words, "--out", str(data / "one"), "--probabilities"]) == 0
    alone = json.loads(capsys.readouterr().out)
    assert {**report, "seconds": 0} == {**alone, "seconds": 0}
    assert report["images"] == 5
    written = {path.name: path.read_bytes() for path in (data / "two").iterdir()}
    assert len(written) == 10
    for path in (data / "one").glob("*.png"):
        assert written[path.name] == path.read_bytes()
    for path in (data / "one").glob("*.npz"):
        with np.load(path) as one, np.load(data / "two" / path.name) as two:
            np.testing.assert_array_equal(one["probabilities"], two["probabilities"])


def training(data: Path, out: str, *more: str) -> list[str]:
    folders = ["--images", str(data / "images"), "--labels", str(data / "labels")]
    rest = ["--classes", str(data / "classes.txt"), "--model", "starter", "--device", "cpu", "--out", str(data / out)]
    return ["train", *folders, *rest, "--precision", "float32", "--epochs", "3", "--json-lines", *more]


def events(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_two_processes_train_as_one(data, capsys):
    """A crop a step each against two in one process: the same losses, one checkpoint, one report."""
    done = torchrun(*training(data, "two/new.safetensors"))
    assert done.returncode == 0, done.stderr
    assert main(training(data, "one/new.safetensors")) == 0
    two, one = events(done.stdout), events(capsys.readouterr().out)
    assert [path.name for path in (data / "two").iterdir()] == ["new.safetensors"]
    assert [event["event"] for event in two] == [event["event"] for event in one]
    losses = {name: [e["loss"] for e in said if "loss" in e] for name, said in (("one", one), ("two", two))}
    assert len(losses["one"]) >= 6
    np.testing.assert_allclose(losses["two"], losses["one"], rtol=1e-3)
    first, second = one[-1], two[-1]
    assert first["steps"] == second["steps"]
    assert sum(map(sum, first["after"]["confusion"])) == sum(map(sum, second["after"]["confusion"]))
    assert second["after"]["mean_iou"] == pytest.approx(first["after"]["mean_iou"], abs=0.01)


BROKEN = """
import os
import sys
from segcore.cli import main
from segcore.training.learner import Learner

def step(self, *rest, healthy=Learner.step):
    if os.environ["RANK"] == "1":
        raise MemoryError("no room on this one")
    return healthy(self, *rest)

Learner.step = step
raise SystemExit(main(sys.argv[1:]))
"""


def test_what_ends_one_process_ends_the_training_with_its_reason(data):
    (data / "broken.py").write_text(BROKEN)
    done = torchrun(data / "broken.py", *training(data, "new.safetensors"))
    assert done.returncode == 1
    assert "maskwright: Process 1 of 2 ran out of memory" in done.stderr
    assert not (data / "new.safetensors").exists()


def test_a_batch_must_have_a_crop_for_each_process(data, monkeypatch, capsys):
    monkeypatch.setattr(training_loop, "current_world", lambda: World(0, 3))
    assert main(training(data, "new.safetensors")) == 1
    said = events(capsys.readouterr().out)[-1]
    assert said["event"] == "error"
    assert "2 crops is too small for 3 processes" in said["message"]


SCRIPT = """
import sys
from pathlib import Path
import numpy as np
import torch
from segcore.errors import MaskwrightError
from segcore.training.dataset import Pair
from segcore.training.all_reduce import total
from segcore.training.distributed import current_world
from segcore.training.evaluate import evaluate
from segcore.training.synchronised_norm import SynchronisedNorm
from segcore.models.catalogue import load_model
from segcore.prediction import Predictor
from segcore.progress import drive

folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))
from network import network

def threads():  # of gloo: one that lets go of a tensor while Python ends aborts the process
    return sum("gloo" in path.read_text() for path in Path("/proc", "self", "task").glob("*/comm"))

world = current_world()
assert current_world() is world
assert world.gather({"rank": world.rank, "text": "ä" * world.rank}) == [
    {"rank": 0, "text": ""}, {"rank": 1, "text": "ä"}
]
np.testing.assert_array_equal(world.sum_over_ranks(np.array([[2**60, world.rank]])), [[2**61, 1]])
assert world.agreed(float(world.rank)) == 0.0
assert world.notes(["note", f"note {world.rank}"]) == ["note", "note 0", "note 1"]
assert world.share("abc") == ["ac", "b"][world.rank]
try:
    world.shard([1] * (1 + world.rank))
except MaskwrightError as error:
    assert "different numbers of images: 1, 2" in str(error), error
else:
    raise AssertionError

# one image for two: the rank without any still has the scores
model = drive(load_model(str(folder / "m.safetensors")))
pair = Pair("0.png", folder / "images" / "0.png", folder / "labels" / "0.png")
scores = drive(evaluate(Predictor(model, "cpu"), [pair], model.classes, world=world))
assert sum(map(sum, scores.confusion)) == 61 * 64

x = torch.load(folder / "x", weights_only=True)
own = [x[:1], x[1:]][world.rank]
network.train()
parallel = world.parallel(network)
assert type(network[1]) is SynchronisedNorm
y = parallel(own)
loss = total(y.square().sum()) / total(torch.tensor(float(y.numel())))
loss.backward()
found = {"loss": loss.detach(), **network.state_dict()}
found.update({f"gradient of {name}": p.grad for name, p in network.named_parameters()})
torch.save(found, folder / f"{world.rank}.pt")
before = threads()
assert world.finish(world.rank) == 1
assert threads() < before or not before, (before, threads())
"""

NETWORK = """
import torch
from torch import nn

torch.manual_seed(0)
network = nn.Sequential(nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4, momentum=0.05), nn.ReLU(), nn.Conv2d(4, 2, 1))
"""


def test_two_processes_learn_from_their_crops_as_one_from_all(data):
    """What they exchange; and norms, loss and gradients, where the ranks have one crop and two."""
    torch.manual_seed(1)
    x = torch.randn(3, 3, 16, 16) * torch.tensor([1.0, 2.0, 5.0]).view(3, 1, 1, 1)
    torch.save(x, data / "x")
    (data / "script.py").write_text(SCRIPT)
    (data / "network.py").write_text(NETWORK)
    done = torchrun(data / "script.py", data)
    assert done.returncode == 0, done.stderr
    made: dict = {}
    exec(NETWORK, made)
    network = made["network"].train()
    loss = network(x).square().mean()
    loss.backward()
    expected = {"loss": loss.detach(), **network.state_dict()}
    expected.update({f"gradient of {name}": p.grad for name, p in network.named_parameters()})
    for rank in (0, 1):
        found = torch.load(data / f"{rank}.pt", weights_only=True)
        assert found.keys() == expected.keys()
        for key, tensor in expected.items():
            torch.testing.assert_close(found[key], tensor, rtol=1e-4, atol=1e-5)


def test_a_process_of_its_own_talks_to_nobody(monkeypatch):
    for name in ("WORLD_SIZE", "RANK", "MASTER_ADDR"):
        monkeypatch.delenv(name, raising=False)
    current_world.cache_clear()
    world = current_world()
    assert world is ALONE
    assert world.leads
    assert world.shard([1, 2, 3]) == [1, 2, 3]
    np.testing.assert_array_equal(world.sum_over_ranks(np.eye(3, dtype=np.int64)), np.eye(3))
    assert world.notes(["a"]) == ["a"]
    assert world.agreed(2.5) == 2.5
    assert world.finish(1) == 1
    network = build("starter", 2)
    assert world.parallel(network) is network
    x = torch.ones(2)
    assert total(x) is x
    with pytest.raises(RuntimeError, match="gloo"), world.explain():
        raise RuntimeError("gloo, but nobody is there")


def test_a_lost_process_is_told_in_words():
    with (
        pytest.raises(MaskwrightError, match="Process 1 of 2 cannot go on: another one has ended"),
        World(1, 2).explain(),
    ):
        raise RuntimeError("[gloo/transport/tcp/pair.cc:534] Connection closed by peer")
    with pytest.raises(RuntimeError, match="shape"), World(1, 2).explain():
        raise RuntimeError("shape mismatch")


def test_every_batch_normalisation_is_synchronised_in_place():
    network = build("pspnet", 2).train()
    before = {name: tensor.data_ptr() for name, tensor in network.state_dict().items()}
    learning = dict(network.named_parameters())
    synchronise_norms(network)
    norms = [module for module in network.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    assert {type(norm) for norm in norms} == {SynchronisedNorm}
    assert {name: tensor.data_ptr() for name, tensor in network.state_dict().items()} == before
    assert all(learning[name] is parameter for name, parameter in network.named_parameters())


@pytest.mark.parametrize("options", [{}, {"affine": False}, {"momentum": None}])
def test_a_synchronised_norm_alone_is_batch_normalisation(options):
    torch.manual_seed(0)
    plain = nn.Sequential(nn.BatchNorm2d(3, **options))
    network = nn.Sequential(nn.BatchNorm2d(3, **options))
    synchronise_norms(network)
    assert isinstance(network[0], SynchronisedNorm)
    for _ in range(2):
        x = torch.randn(2, 3, 5, 7) * 4 + 3
        a, b = x.clone().requires_grad_(), x.clone().requires_grad_()
        one, other = plain(a), network(b)
        torch.testing.assert_close(one, other)
        (one**3).sum().backward()
        (other**3).sum().backward()
        torch.testing.assert_close(a.grad, b.grad, rtol=1e-4, atol=1e-4)
    assert plain.state_dict().keys() == network.state_dict().keys()
    for key, tensor in plain.state_dict().items():
        torch.testing.assert_close(network.state_dict()[key], tensor)
    torch.testing.assert_close(plain.eval()(x), network.eval()(x))
