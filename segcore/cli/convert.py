"""``maskwright convert``: a model for other programs, as ONNX or torchvision's state dict; or one of theirs for us."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from segcore.cli.console import print_json, say, show
from segcore.errors import MaskwrightError, UsageError
from segcore.models.catalogue_entries import CATALOGUE, weights_path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "convert",
        help="write a model for other programs",
        description="onnx: input 'image', uint8 RGB [N, H, W, 3]; output 'probabilities', float32 [N, C, H, W]; class "
        "names in the metadata; checked against onnxruntime before it is written. torchvision: a .pth that "
        "torchvision's own builder loads. checkpoint: a network of another library as one file that every verb takes.",
    )
    parser.add_argument(
        "model", metavar="M", help="name of the catalogue (see `maskwright models`) or path of a checkpoint"
    )
    parser.add_argument("--to", choices=("onnx", "torchvision", "checkpoint"), required=True, help="what to write")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to write")
    parser.add_argument(
        "--size", type=size, metavar="HxW", help="onnx: for images of this height and width only; without it, any"
    )
    parser.add_argument("--json", action="store_true", help="print a report as JSON")
    return parser


def size(text: str) -> tuple[int, int]:
    """Read ``HEIGHTxWIDTH``. Raises ArgumentTypeError."""
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text.strip().lower())
    height, width = (int(side) for side in found.groups()) if found else (0, 0)
    if min(height, width) < 32:
        raise argparse.ArgumentTypeError(f"give HEIGHTxWIDTH in pixels, 32x32 upwards, not '{text}'")
    return height, width


def run(args: argparse.Namespace) -> int:
    """Convert and say what was written."""
    from segcore.models.catalogue import load_model

    if args.size and args.to != "onnx":
        raise UsageError("--size is for onnx; a state dict takes images of any size.", "Leave it out.")
    _refuse(args.model, args.out)
    model = show(load_model(args.model), "Load model")
    _refuse(args.model, args.out)  # now that weights which had to be fetched are there
    report: dict[str, Any] = {"out": str(args.out), "to": args.to, "architecture": model.architecture}
    report["classes"] = list(model.classes.names)
    if args.to == "onnx":
        from segcore.models.onnx_export import export_onnx

        written = show(export_onnx(model, args.out, args.size), "Convert")
        report |= {"size": written.size, "difference": written.difference, "short_side": model.preprocess.short_side}
        takes = f"{args.size[0]}x{args.size[1]} pixels" if args.size else "any size"
        told = f"{args.out}: images of {takes}, within {written.difference:.1g} of torch's probabilities"
        if model.preprocess.short_side:
            told += f"; resize images to a shorter side of {model.preprocess.short_side} pixels first"
    elif args.to == "checkpoint":
        from segcore.models.checkpoint import save_checkpoint

        if args.out.suffix.lower() != ".safetensors":
            raise UsageError(f"{args.out} is not a .safetensors file.", "Give --out such a name.")
        save_checkpoint(args.out, model)
        told = f"{args.out}: {model.architecture}; channels: {', '.join(model.classes.names)}"
    else:
        from segcore.models.torchvision_export import export_torchvision

        builder = export_torchvision(model, args.out).builder
        report["builder"] = builder
        told = f"{args.out}: for {builder}; channels: {', '.join(model.classes.names)}"
    if args.json:
        print_json(report)
    else:
        say(told)
    return 0


def _refuse(model: str, out: Path) -> None:
    """Raise MaskwrightError when ``out`` cannot be, or is, the model itself."""
    source = weights_path(CATALOGUE[model]) if model in CATALOGUE else Path(model)
    if out.is_dir():
        raise MaskwrightError(f"{out} is a folder.", "Give --out the path of a file.")
    if source is not None and source.exists() and out.exists() and out.samefile(source):
        raise MaskwrightError(f"{out} is the model itself.", "Choose another file for --out.")
