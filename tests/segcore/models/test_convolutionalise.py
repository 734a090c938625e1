import pytest
import torch
from torch import nn
from torchvision.models import alexnet, resnet18, vgg16

from segcore.models.convolutionalise import as_convolution, convolutionalise


def filled(builder) -> nn.Module:
    """Random weights with which signals keep their size, drawn once (torchvision would draw 138 million twice)."""
    torch.manual_seed(0)
    with torch.device("meta"):
        network = builder(weights=None)
    network = network.to_empty(device="cpu").eval()
    for parameter in network.parameters():
        fan_in = parameter[0].numel() if parameter.dim() > 1 else 100
        nn.init.uniform_(parameter, -((6 / fan_in) ** 0.5), (6 / fan_in) ** 0.5)
    return network


def windows(features: torch.Tensor, size: int) -> torch.Tensor:
    """[1, C, h, w] -> [h', w', C, size, size]: each window of the map."""
    return features[0].unfold(1, size, 1).unfold(2, size, 1).permute(1, 2, 0, 3, 4)


def test_fc6_of_vgg16_has_102760448_weights():
    with torch.device("meta"):
        fc6 = as_convolution(nn.Linear(512 * 7 * 7, 4096), (7, 7))
    assert fc6.weight.shape == (4096, 512, 7, 7)
    assert fc6.weight.numel() == 102_760_448


def test_a_fully_connected_layer_by_hand():
    linear = nn.Linear(2 * 1 * 2, 1, bias=False)
    linear.weight.data[:] = torch.tensor([[1.0, 10.0, 100.0, 1000.0]])
    conv = as_convolution(linear, (1, 2))
    x = torch.tensor([[[[1.0, 2.0, 3.0]], [[4.0, 5.0, 6.0]]]])
    assert conv(x).flatten().tolist() == [1 + 20 + 400 + 5000, 2 + 30 + 500 + 6000]
    assert conv.weight.data_ptr() == linear.weight.data_ptr()
    with pytest.raises(ValueError, match="not a map"):
        as_convolution(linear, (3, 1))


@pytest.mark.parametrize(("builder", "cells"), [(vgg16, 7), (alexnet, 6)])
@torch.inference_mode()
def test_same_numbers_on_224_and_a_grid_of_them_on_a_larger_image(builder, cells):
    classifier = filled(builder)
    dense = convolutionalise(classifier)
    x = torch.randn(1, 3, 224, 224)
    expected, result = classifier(x), dense(x)
    assert result.shape == (1, 1000, 1, 1)
    scale = float(expected.abs().max())
    torch.testing.assert_close(result[..., 0, 0], expected, rtol=1e-4, atol=1e-5 * scale)
    larger = torch.randn(1, 3, 256, 288)
    result = dense(larger)
    assert result.shape == (1, 1000, 2, 3)
    seen = windows(classifier.features(larger), cells)
    expected = classifier.classifier(seen.flatten(2))
    torch.testing.assert_close(result[0].permute(1, 2, 0), expected, rtol=1e-4, atol=1e-5 * scale)


@torch.inference_mode()
def test_without_padding_each_cell_is_the_classifier_on_a_crop():
    """With padding the maps of a crop end in zeros where those of the whole image go on, so only this can be exact.

    355 pixels is where AlexNet without padding has the 6 x 6 map that its classifier is for.
    """
    classifier = alexnet(weights=None).eval()
    for layer in classifier.features:
        if isinstance(layer, nn.Conv2d):
            layer.padding = (0, 0)
    dense = convolutionalise(classifier, size=355)
    x = torch.randn(1, 3, 355 + 32, 355 + 64)
    result = dense(x)
    assert result.shape == (1, 1000, 2, 3)
    crops = [x[..., 32 * i : 32 * i + 355, 32 * j : 32 * j + 355] for i in range(2) for j in range(3)]
    expected = classifier(torch.cat(crops)).reshape(2, 3, 1000).permute(2, 0, 1)
    assert float(expected.std((1, 2)).mean()) > 1e-4
    torch.testing.assert_close(result[0], expected, rtol=1e-4, atol=1e-6)


@torch.inference_mode()
def test_average_pooling_becomes_an_average_over_windows():
    torch.manual_seed(0)
    classifier = resnet18(weights=None).eval()
    dense = convolutionalise(classifier)
    x = torch.randn(1, 3, 224, 224)
    torch.testing.assert_close(dense(x)[..., 0, 0], classifier(x), rtol=1e-4, atol=1e-4)
    larger = torch.randn(1, 3, 256, 224)
    body = nn.Sequential(*list(classifier.children())[:-2])
    expected = classifier.fc(windows(body(larger), 7).mean((3, 4)))
    torch.testing.assert_close(dense(larger)[0].permute(1, 2, 0), expected, rtol=1e-4, atol=1e-4)


def test_the_classifier_stays_as_it_is():
    classifier = filled(alexnet)
    before = classifier(torch.ones(1, 3, 224, 224))
    dense = convolutionalise(classifier)
    assert isinstance(classifier.classifier[1], nn.Linear)
    assert torch.equal(classifier(torch.ones(1, 3, 224, 224)), before)
    assert {p.data_ptr() for p in dense.parameters()} == {p.data_ptr() for p in classifier.parameters()}


def test_networks_of_another_form_are_refused():
    with pytest.raises(ValueError, match="no adaptive average pooling"):
        convolutionalise(nn.Sequential(nn.Conv2d(3, 4, 1), nn.Flatten(), nn.Linear(4 * 64, 2)), size=8)

    class Branching(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 1)

        def forward(self, x):
            return self.conv(x) if x.sum() > 0 else x

    with pytest.raises(ValueError, match="Branching cannot be traced"):
        convolutionalise(Branching())
    with pytest.raises(ValueError, match="size it was trained for"):
        convolutionalise(alexnet(weights=None), size=355)
