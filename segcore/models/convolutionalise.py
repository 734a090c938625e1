"""Convolutionalisation: a trained classifier becomes fully convolutional (Long et al. 2015, section 3.1, Figure 2).

A fully connected layer over a C x h x w map is a convolution whose kernel covers the whole map. In this form
the network takes inputs of any size: an input of the training size gives the same numbers as before, a larger one
gives a grid of them, and overlapping windows share their computation.
"""

from __future__ import annotations

import torch
from torch import Tensor, fx, nn
from torch.func import functional_call
from torch.nn import functional


def convolution_weight(weight: Tensor, kernel: tuple[int, int]) -> Tensor:
    """Float [O, C h w] of a fully connected layer -> float [O, C, h, w] of a convolution, sharing memory.

    Raises ValueError when the inputs are not a map of ``kernel`` = (h, w).
    """
    height, width = kernel
    if weight.shape[1] % (height * width):
        raise ValueError(f"{weight.shape[1]} inputs are not a map of {height} x {width} cells")
    return weight.reshape(weight.shape[0], -1, height, width)


def as_convolution(linear: nn.Linear, kernel: tuple[int, int] = (1, 1)) -> nn.Conv2d:
    """Return the convolution that computes what ``linear`` computes on a flattened map of ``kernel`` = (h, w).

    Its parameters share memory with those of ``linear``. VGG16's fc6 becomes 4096 filters of 512 x 7 x 7, together
    102,760,448 weights.
    """
    weight = convolution_weight(linear.weight.detach(), kernel)
    with torch.device("meta"):
        conv = nn.Conv2d(weight.shape[1], weight.shape[0], kernel, bias=linear.bias is not None)
    conv.weight = nn.Parameter(weight, linear.weight.requires_grad)
    if linear.bias is not None:
        conv.bias = nn.Parameter(linear.bias.detach(), linear.bias.requires_grad)
    return conv


def convolutionalise(classifier: nn.Module, size: int = 224) -> nn.Module:
    """Return the fully convolutional form of an image classifier, in evaluation mode, sharing its weights.

    The pooling that makes a map of fixed size before the first fully connected layer goes where it changes nothing at
    ``size`` (VGG16, AlexNet), and becomes an average over the window seen at ``size`` otherwise (GoogLeNet, ResNet).

    Parameters
    ----------
    classifier : nn.Module
        Any network that ends in adaptive average pooling, flattening, fully connected layers: most of torchvision's.
        It is put into evaluation mode, too.
    size : int
        Side of the square input it was trained for, pixels.

    Returns
    -------
    nn.Module
        Float [N, 3, h, w], h and w at least ``size`` -> float [N, classes, h', w'], with h' = w' = 1 at ``size``.
        Cell (i, j) is the classifier on a window of that size, moved by the output stride. Where the classifier pads
        its maps, a cell's window sees the neighbouring image instead of zeros, and the numbers differ by that.

    Raises
    ------
    ValueError
        The network does not end in that way, or cannot be traced.
    """
    try:
        network = fx.symbolic_trace(classifier.eval())
    except Exception as error:  # tracing runs the network's own code, which may raise any error
        raise ValueError(f"{type(classifier).__name__} cannot be traced ({error})") from error
    flatten = next((node for node in network.graph.nodes if _is_flatten(node, network)), None)
    pool = flatten.args[0] if flatten is not None else None
    if flatten is None or not isinstance(pool, fx.Node) or not _is_pool(pool, network):
        raise ValueError(f"{type(classifier).__name__} has no adaptive average pooling before a flattening")
    seen, kernel = _map_sizes(network, pool, size)
    with network.graph.inserting_before(pool):
        network.add_submodule("window", _window(seen, kernel))
        window = network.graph.call_module("window", (pool.all_input_nodes[0],))
    flatten.replace_all_uses_with(window)
    network.graph.erase_node(flatten)
    network.graph.erase_node(pool)
    for node in network.graph.nodes:
        linear = _module(node, network)
        if isinstance(linear, nn.Linear):
            network.add_submodule(str(node.target), as_convolution(linear, kernel))
            kernel = (1, 1)
    network.delete_all_unused_submodules()
    network.recompile()
    return network


def _window(seen: tuple[int, int], kernel: tuple[int, int]) -> nn.Module:
    """Return the sliding pooling that equals adaptive pooling from ``seen`` to ``kernel`` cells in each window."""
    if seen == kernel:
        return nn.Identity()
    if kernel == (1, 1):
        return nn.AvgPool2d(seen, stride=1)
    raise ValueError(f"pooling {seen} cells to {kernel} is not a sliding window; give the size it was trained for")


def _module(node: fx.Node, network: fx.GraphModule) -> nn.Module | None:
    return network.get_submodule(str(node.target)) if node.op == "call_module" else None


def _is_pool(node: fx.Node, network: fx.GraphModule) -> bool:
    return node.target is functional.adaptive_avg_pool2d or isinstance(_module(node, network), nn.AdaptiveAvgPool2d)


def _is_flatten(node: fx.Node, network: fx.GraphModule) -> bool:
    method = node.op == "call_method" and node.target == "flatten"
    return method or node.target is torch.flatten or isinstance(_module(node, network), nn.Flatten)


def _map_sizes(network: fx.GraphModule, pool: fx.Node, size: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """(h, w) before and after ``pool`` for an image of this size; shapes alone are computed, on the meta device."""
    graph, copies = fx.Graph(), dict[fx.Node, fx.Node]()
    for node in network.graph.nodes:
        copies[node] = graph.node_copy(node, copies.__getitem__)
        if node is pool:
            break
    graph.output((copies[pool.all_input_nodes[0]], copies[pool]))
    trunk = fx.GraphModule(network, graph)
    hollow = {name: tensor.to("meta") for name, tensor in trunk.state_dict().items()}
    image = torch.empty(1, 3, size, size, device="meta", dtype=next(network.parameters()).dtype)
    before, after = functional_call(trunk, hollow, (image,))
    return tuple(before.shape[-2:]), tuple(after.shape[-2:])
