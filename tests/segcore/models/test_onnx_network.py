"""ONNX files of any library: the labels are those of onnxruntime itself."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper

from segcore.errors import CheckpointError, MaskwrightError, UsageError
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.catalogue import load_model, model_for_training
from segcore.models.checkpoint import load_checkpoint, save_checkpoint
from segcore.models.description import Description, DescriptionNeededError
from segcore.models.model import Model
from segcore.models.onnx_export import export_onnx
from segcore.models.program_output import preprocess_of, read_output, tried
from segcore.prediction import PredictOptions, Predictor, to_labels
from segcore.progress import drive
from tests.segcore.small_onnx import write

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
NAMES = ["road", "sky", "tree"]


def describe(path, **more):
    path.with_suffix(".json").write_text(json.dumps({"class_names": NAMES, "mean": MEAN, "std": STD, **more}), "utf-8")
    return path


def picture(height, width):
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)


def run(path, pixels):
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": pixels})[0]


def normalised(image, mean=MEAN, std=STD, scale=1 / 255):
    x = (image * scale - np.array(mean)) / np.array(std)
    return x.transpose(2, 0, 1)[None].astype(np.float32)


def labels(model, image, **options):
    return to_labels(drive(Predictor(model, "cpu", PredictOptions(**options)).probabilities(image)), model.classes)


def same(found, expected):
    return float((found == expected).mean())


def test_labels_are_onnxruntimes_own_and_stay_in_a_checkpoint(tmp_path):
    path = describe(write(tmp_path / "net.onnx"))
    image = picture(53, 71)
    expected = run(path, normalised(image)).argmax(1)[0]
    model = drive(load_model(str(path)))
    assert (model.classes.names, model.name, model.architecture) == (NAMES, "net", "onnx")
    assert same(labels(model, image), expected) >= 0.999
    save_checkpoint(tmp_path / "copy.safetensors", model)
    assert same(labels(load_checkpoint(tmp_path / "copy.safetensors"), image), expected) >= 0.999


@pytest.mark.parametrize(("kind", "end"), [("scores", ()), ("probabilities", [("Softmax", {"axis": 1})])])
def test_scores_and_probabilities_are_told_apart(tmp_path, kind, end):
    path = describe(write(tmp_path / "net.onnx", end=end))
    model = load_checkpoint(path)
    assert model.segmenter.kind == kind
    image = picture(40, 40)
    found = drive(Predictor(model, "cpu").probabilities(image))
    given = torch.from_numpy(run(path, normalised(image)))
    expected = given if kind == "probabilities" else given.softmax(1)
    np.testing.assert_allclose(found, expected[0].numpy(), atol=1e-5)


@pytest.mark.parametrize("keepdims", [0, 1])
def test_label_values_are_read(tmp_path, keepdims):
    path = describe(write(tmp_path / "net.onnx", end=[("ArgMax", {"axis": 1, "keepdims": keepdims})]))
    image = picture(40, 45)
    expected = run(path, normalised(image)).reshape(40, 45)
    assert same(labels(load_checkpoint(path), image), expected) == 1.0


@pytest.mark.parametrize("end", [(), [("Sigmoid", {})]])
def test_one_channel_is_a_class_against_the_background(tmp_path, end):
    path = write(tmp_path / "net.onnx", end=end, channels=1)
    describe(path, class_names=["crack"])
    model = load_checkpoint(path)
    assert model.classes.names == ["background", "crack"]
    image = picture(40, 40)
    values = run(path, normalised(image))[0, 0]
    assert same(labels(model, image), values > (0.5 if end else 0)) >= 0.999


def test_one_score_a_pixel_without_a_channel_is_no_label_value(tmp_path):
    path = write(tmp_path / "net.onnx", end=[("Sigmoid", {}), ("ReduceMax", {"axes": [1], "keepdims": 0})], opset=17)
    describe(path, class_names=["crack"])
    model = load_checkpoint(path)
    assert (model.segmenter.kind, model.classes.names) == ("probability", ["background", "crack"])
    image = picture(40, 40)
    assert same(labels(model, image), run(path, normalised(image))[0] > 0.5) >= 0.999


def test_a_label_value_without_a_name_is_an_error(tmp_path):
    path = write(tmp_path / "net.onnx", end=[("ArgMax", {"axis": 1, "keepdims": 0})])
    describe(path, class_names=["road", "sky"])
    with pytest.raises(CheckpointError, match="label value 2, but has 2 class names"):
        load_checkpoint(path)
    found = torch.tensor([[[0, 1], [255, 1]]])
    assert read_output(found, "ids", 2)[0, :, 1, 0].tolist() == [0.0, 0.0]
    with pytest.raises(CheckpointError, match="label value 3"):
        read_output(found * 0 + 3, "ids", 2)


@pytest.mark.parametrize(
    ("taken", "multiple", "size"),
    [
        (lambda height, width: True, 1, None),
        (lambda height, width: height % 16 == width % 16 == 0, 32, None),
        (lambda height, width: height % 128 == width % 128 == 0, 128, None),
        (lambda height, width: height == width == 256, 1, (256, 256)),
    ],
)
def test_the_smallest_multiple_of_sides_is_found(taken, multiple, size):
    def compute(x):
        if not taken(*x.shape[2:]):
            raise RuntimeError("shapes do not fit")
        return x

    description = Description(ClassSet.from_names(NAMES), MEAN, STD)
    _, rules, _ = tried({"y": compute}, None, preprocess_of(description, Path("x")), description, Path("x"))
    assert (rules.multiple, rules.size) == (multiple, size)


@pytest.mark.parametrize(("names", "output"), [(NAMES, "main"), (["a"] * 8, "features")])
def test_of_several_outputs_the_one_that_fits_the_names_and_then_the_largest_is_read(names, output):
    outputs = {
        "features": lambda x: torch.cat([x] * 3, 1)[:, :8],
        "auxiliary": lambda x: x[..., ::4, ::4],
        "main": lambda x: x,
    }
    classes = ClassSet.from_names([f"{name} {place}" for place, name in enumerate(names)])
    description = Description(classes, MEAN, STD)
    name, _, reading = tried(outputs, None, preprocess_of(description, Path("x")), description, Path("x"))
    assert (name, reading.channels) == (output, len(names))


def test_a_smaller_output_is_upsampled(tmp_path):
    path = describe(write(tmp_path / "net.onnx", stride=4))
    image = picture(64, 64)
    scores = torch.from_numpy(run(path, normalised(image)))
    assert scores.shape[2:] == (16, 16)
    expected = torch.nn.functional.interpolate(scores, (64, 64), mode="bilinear").argmax(1)[0].numpy()
    assert same(labels(load_checkpoint(path), image), expected) >= 0.999


def test_bgr_and_pixels_of_0_to_255(tmp_path):
    mean, std = (103.5, 116.3, 123.7), (57.4, 57.1, 58.4)
    path = describe(write(tmp_path / "net.onnx"), mean=mean, std=std, scale=1, channels="bgr")
    image = picture(48, 40)
    expected = run(path, normalised(image[..., ::-1], mean, std, 1.0)).argmax(1)[0]
    assert same(labels(load_checkpoint(path), image), expected) >= 0.999


def test_a_fixed_size_is_tiled_or_resized(tmp_path):
    path = describe(write(tmp_path / "net.onnx", sides=(64, 96), batch=1))
    free = describe(write(tmp_path / "free.onnx"))
    small, large = picture(64, 96), picture(150, 201)
    model = load_checkpoint(path)
    assert same(labels(model, small), run(path, normalised(small)).argmax(1)[0]) >= 0.999
    # A convolution of 3 pixels sees the same in a tile, except at the tile's border.
    assert same(labels(model, large), labels(load_checkpoint(free), large)) > 0.99
    assert same(labels(model, large, tile=128), labels(model, large)) > 0.99
    describe(path, fit="resize")
    assert labels(load_checkpoint(path), large).shape == (150, 201)


def test_common_metadata_is_read(tmp_path):
    names = str(dict(enumerate(NAMES)))  # a Python literal, as ultralytics writes it
    path = write(tmp_path / "net.onnx", metadata={"names": names, "mean": "0.5,0.5,0.5", "std": "[0.25, 0.25, 0.25]"})
    model = load_checkpoint(path)
    assert model.classes.names == NAMES
    assert (model.preprocess.mean, model.preprocess.std) == ((0.5,) * 3, (0.25,) * 3)


def test_our_own_export_comes_back(tmp_path):
    torch.manual_seed(0)
    network = build("starter", 2)
    for conv in network.classifiers():
        torch.nn.init.normal_(conv.weight, std=0.1)
    classes = ClassSet.from_json([{"index": 7, "name": "Bäume", "color": "#102030"}, {"index": 2, "name": "b"}])
    model = Model(network.eval(), "starter", classes, network.preprocess, "mine", temperature=1.5)
    drive(export_onnx(model, tmp_path / "mine.onnx"))
    back = load_checkpoint(tmp_path / "mine.onnx")
    assert (back.classes, back.name) == (classes, "mine")
    image = picture(70, 90)
    first, second = (drive(Predictor(each, "cpu").probabilities(image)) for each in (model, back))
    np.testing.assert_allclose(second, first, atol=1e-3)


def test_what_is_not_said_is_named_with_the_file_to_write(tmp_path):
    path = write(tmp_path / "net.onnx", channels=5)
    with pytest.raises(DescriptionNeededError) as caught:
        load_checkpoint(path)
    assert "class_names, mean and std for its 5 classes" in caught.value.message
    assert str(tmp_path / "net.json") in caught.value.remedy
    assert caught.value.channels == 5
    describe(path)
    with pytest.raises(CheckpointError, match="5 output channels, but 3 class names: road, sky, tree"):
        load_checkpoint(path)


def test_no_training(tmp_path):
    path = describe(write(tmp_path / "net.onnx"))
    with pytest.raises(UsageError, match="only predicts"):
        drive(model_for_training(str(path), ClassSet.from_names(NAMES)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sides": (64, 64), "dtype": TensorProto.INT32}, "takes x tensor"),
        ({"end": [("ReduceMean", {"keepdims": 0})]}, "no output that labels pixels"),
    ],
)
def test_other_inputs_and_outputs_are_refused(tmp_path, change, message):
    if "dtype" in change:  # onnxruntime reads the type before it runs
        change["end"] = ()
        path = tmp_path / "net.onnx"
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            [helper.make_node("Identity", ["x"], ["y"])],
            "net",
            [value("x", TensorProto.INT32, [1, 3, 64, 64])],
            [value("y", TensorProto.INT32, [1, 3, 64, 64])],
        )
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), path)
    else:
        path = write(tmp_path / "net.onnx", **change)
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(describe(path))


def test_weights_beside_the_file_are_read(tmp_path):
    path = describe(write(tmp_path / "net.onnx"))
    image = picture(48, 48)
    expected = labels(load_checkpoint(path), image)
    onnx.save(onnx.load(path), path, save_as_external_data=True, location="net.data", size_threshold=0)
    assert (tmp_path / "net.data").stat().st_size == 3 * 3 * 9 * 4
    assert same(labels(load_checkpoint(path), image), expected) == 1.0
    (tmp_path / "net.data").unlink()
    with pytest.raises(CheckpointError, match="keeps its weights in another file"):
        load_checkpoint(path)


@pytest.mark.parametrize(
    "text",
    [
        *("[]", "{", '{"class_names": [1, 2]}', '{"mean": [0, 1]}', '{"mean": [0, null, 1]}', '{"mean": [0, NaN, 1]}'),
        *('{"std": [0, 0, 0]}', '{"channels": "X"}'),
    ],
)
def test_a_bad_description_names_its_file(tmp_path, text):
    path = write(tmp_path / "net.onnx")
    (tmp_path / "net.json").write_text(text, "utf-8")
    with pytest.raises(CheckpointError, match=r"net\.json"):
        load_checkpoint(path)


def test_a_damaged_file(tmp_path):
    path = tmp_path / "net.onnx"
    path.write_bytes(b"\x08\x07not onnx")
    with pytest.raises(CheckpointError, match=r"net\.onnx is damaged"):
        load_checkpoint(path)


def test_without_onnxruntime_the_error_says_what_to_install(tmp_path, monkeypatch):
    import sys

    path = describe(write(tmp_path / "net.onnx"))
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MaskwrightError, match=r"maskwright\[onnx\]"):
        load_checkpoint(path)


@pytest.mark.parametrize(
    ("words", "raised"),
    [("Failed to allocate memory for requested buffer", MemoryError), ("bad shape", CheckpointError)],
)
def test_onnxruntimes_errors_become_ours(tmp_path, words, raised):
    class Session:
        def run(self, *_):
            raise RuntimeError(words)

        def get_inputs(self):
            return onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"]).get_inputs()

    path = describe(write(tmp_path / "net.onnx"))
    segmenter = load_checkpoint(path).segmenter
    segmenter._session = Session()
    with pytest.raises(raised, match=words):
        segmenter(torch.rand(1, 3, 40, 40))
