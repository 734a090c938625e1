"""InputRules: what goes through the network, and what comes back, by hand."""

import pytest
import torch

from segcore.models.input_rules import InputRules


class Seen:
    """A network that returns its input's first channel at half the size, and remembers what it was given."""

    def __init__(self):
        self.sizes = []

    def __call__(self, x):
        self.sizes.append(tuple(x.shape[2:]))
        return x[:, :1]


def picture(height, width):
    return torch.arange(3 * height * width, dtype=torch.float32).view(1, 3, height, width)


@pytest.mark.parametrize(
    ("rules", "size", "given"),
    [
        (InputRules(), (33, 47), (33, 47)),
        (InputRules(multiple=32), (33, 64), (64, 64)),
        (InputRules(least=64), (32, 70), (64, 70)),
        (InputRules(multiple=16, least=40), (8, 50), (48, 64)),
        (InputRules(size=(40, 50)), (30, 50), (40, 50)),
    ],
)
def test_padding_goes_in_and_is_cut_off_again(rules, size, given):
    network, x = Seen(), picture(*size)
    found = rules.run(network, x)
    assert network.sizes == [given]
    assert torch.equal(found, x[:, :1])


def test_windows_cover_everything_once():
    network, x = Seen(), picture(100, 70)
    found = InputRules(size=(40, 40)).run(network, x)
    assert set(network.sizes) == {(40, 40)}
    assert len(network.sizes) == 3 * 2  # starts 0, 30, 60 and 0, 30
    torch.testing.assert_close(found, x[:, :1])


def test_bgr_turns_the_channels_round():
    x = picture(4, 4)
    assert torch.equal(InputRules(reverse=True).run(lambda y: y, x), x.flip(1))


def test_resizing_gives_one_pass():
    network = Seen()
    assert InputRules(size=(20, 20), fit="resize").run(network, picture(50, 60)).shape == (1, 1, 50, 60)
    assert network.sizes == [(20, 20)]


@pytest.mark.parametrize(
    "data", [{"multiple": 0}, {"size": [3]}, {"fit": "squeeze"}, {"least": "64"}, {"size": [1, 9999]}]
)
def test_rules_that_make_no_sense_are_refused(data):
    with pytest.raises(ValueError, match=r"rules|height"):
        InputRules.from_json(data)


def test_json_brings_them_back():
    rules = InputRules(True, 16, (40, 50), "resize", 64)
    assert InputRules.from_json(rules.to_json()) == rules
