from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from segcore.errors import TrainingError
from segcore.models.preprocess import Preprocess
from segcore.training import precision
from segcore.training.learner import Learner
from segcore.training.precision import autocast_type
from segcore.training.recipe import Recipe
from tests.segcore.bare_network import BareNetwork

CPU = torch.device("cpu")


class Tiny(BareNetwork):
    """A backbone of two convolutions, one of which never learns, and a head; no normalisation, no dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.auxiliary_weights = {"aux": 0.4}
        torch.manual_seed(0)
        self.num_classes = 3
        self.fixed = nn.Conv2d(3, 4, 3, padding=1).requires_grad_(False)
        self.body = nn.Sequential(self.fixed, nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1), nn.ReLU())
        self.head = nn.Conv2d(4, 3, 1)
        self.aux = nn.Conv2d(4, 3, 1)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        features = self.body(x)
        return {"out": self.head(features), "aux": self.aux(features)}

    def classifiers(self) -> list[nn.Conv2d]:
        return [self.head, self.aux]

    def backbone(self) -> nn.Module:
        return self.body


def learner(recipe: Recipe, **changes) -> Learner:
    settings = {"knows_all": False, "gentle": 1.0, "short": False, "precision": "float32", "compiled": False}
    weights = torch.tensor([0.5, 1.0, 2.0])
    return Learner(Tiny(), Preprocess(), recipe, weights, **(settings | changes))


def batch(count: int) -> tuple[Tensor, Tensor, Tensor]:
    random = torch.Generator().manual_seed(1)
    images = torch.randint(0, 256, (count, 3, 16, 16), dtype=torch.uint8, generator=random)
    truths = torch.randint(0, 3, (count, 16, 16), dtype=torch.uint8, generator=random)
    truths[0, :9] = 255  # parts of unequal weight
    truths[-1, 3:] = 2
    confirmed = torch.randint(0, 2, (count, 16, 16), dtype=torch.uint8, generator=random)
    return images, truths, confirmed


def gradients(made: Learner) -> list[Tensor]:
    return [p.grad for p in made.segmenter.parameters() if p.grad is not None]


@pytest.mark.parametrize(
    "changes", [{}, {"optimizer": "sgd", "summed": True, "head_rate": 1e-7, "backbone_rate": 1e-7}]
)
def test_parts_give_the_gradient_of_the_whole_batch(changes):
    recipe = Recipe(dice=0.0, head_first=0.0, clip=1e9, **changes)
    together = batch(4)
    whole, parts = learner(recipe), learner(recipe)
    loss = whole.step([together], 0.5)
    first, middle, last = (tuple(each[rows] for each in together) for rows in (slice(1), slice(1, 3), slice(3, 4)))
    again = parts.step([first, middle, last], 0.5)
    assert again == pytest.approx(loss, rel=1e-5)
    assert len(gradients(whole)) == 6
    for one, other in zip(gradients(whole), gradients(parts), strict=True):
        torch.testing.assert_close(other, one, rtol=1e-4, atol=1e-6 * float(one.abs().max()))


@pytest.mark.parametrize("loss", ["cross_entropy", "ohem"])
def test_confirmed_pixels_that_weigh_nothing_are_as_if_ignored(loss):
    images, truths, confirmed = batch(4)
    unknown = torch.where(confirmed == 1, 255, truths)
    nothing, ignored = (learner(Recipe(loss=loss, confirmed=weight, dice=0.5)) for weight in (0.0, 1.0))
    if loss == "cross_entropy":
        value = nothing.step([(images, truths, confirmed)], 0.5)
        assert value == pytest.approx(ignored.step([(images, unknown, confirmed)], 0.5), rel=1e-5)
    else:  # which pixels are hard does not depend on the weights
        assert nothing.step([(images, truths, confirmed)], 0.5) > 0


def test_confirmed_pixels_count_half():
    images, truths, confirmed = batch(4)
    losses = [learner(Recipe(confirmed=weight)).step([(images, truths, confirmed)], 0.5) for weight in (0.0, 0.5, 1.0)]
    assert len(set(losses)) == 3
    plain = learner(Recipe()).step([(images, truths, torch.zeros_like(confirmed))], 0.5)
    assert losses[2] == pytest.approx(plain, rel=1e-6)


def test_what_never_learns_stays_and_the_head_begins_alone():
    made = learner(Recipe(head_first=0.5))
    before = {key: value.clone() for key, value in made.segmenter.state_dict().items()}
    made.step([batch(2)], 0.2)
    changed = {key for key, value in made.segmenter.state_dict().items() if not torch.equal(value, before[key])}
    assert changed == {"head.weight", "head.bias", "aux.weight", "aux.bias"}
    assert made.rates["head"] > made.rates["backbone"]
    made.step([batch(2)], 0.8)
    now = made.segmenter.state_dict()
    assert not torch.equal(now["body.2.weight"], before["body.2.weight"])
    assert torch.equal(now["fixed.weight"], before["fixed.weight"])
    assert not made.segmenter.fixed.weight.requires_grad


def test_a_compiled_network_keeps_its_names_and_numbers(monkeypatch):
    calls = []

    def compiled(network):
        calls.append(network)
        return lambda x: network(x)

    monkeypatch.setattr(torch, "compile", compiled)
    plain, fast = learner(Recipe()), learner(Recipe(), compiled=True)
    assert plain.step([batch(2)], 0.5) == fast.step([batch(2)], 0.5)
    assert calls == [fast.segmenter]
    assert fast.segmenter.state_dict().keys() == plain.segmenter.state_dict().keys()


def test_the_loss_of_bf16_is_close_to_that_of_float32():
    losses = [learner(Recipe(), precision=kind).step([batch(2)], 0.5) for kind in ("float32", "bf16")]
    assert losses[0] != losses[1]
    assert losses[1] == pytest.approx(losses[0], rel=0.02)


def test_bf16_where_it_pays(monkeypatch):
    for tiles, cost, expected in ((True, 60_000.0, torch.bfloat16), (True, 9_000.0, None), (False, 60_000.0, None)):
        monkeypatch.setattr(precision, "_has_tiles", lambda tiles=tiles: tiles)
        monkeypatch.setattr(precision, "multiply_adds_per_pixel", lambda _, cost=cost: cost)
        assert autocast_type("auto", CPU, Tiny()) is expected
    assert autocast_type("auto", torch.device("cuda"), Tiny()) is torch.bfloat16
    assert autocast_type("auto", torch.device("mps"), Tiny()) is None
    assert autocast_type("float32", torch.device("cuda"), Tiny()) is None
    assert autocast_type("bf16", CPU, Tiny()) is torch.bfloat16
    with pytest.raises(TrainingError, match="no bf16 training on 'mps'"):
        autocast_type("bf16", torch.device("mps"), Tiny())


def test_classifiers_are_computed_in_float32_under_autocast():
    network = learner(Recipe(), precision="bf16")
    seen = []
    network.segmenter.head.register_forward_hook(lambda layer, inputs, output: seen.append(output.dtype))
    network.segmenter.body.register_forward_hook(lambda layer, inputs, output: seen.append(output.dtype))
    network.step([batch(2)], 0.5)
    assert seen == [torch.bfloat16, torch.float32]
    assert not torch.is_autocast_enabled("cpu")
