"""Train the models of the papers on CamVid, measure each on ``val``, and write the tables of docs/results.md.

    python benchmarks/camvid.py --data CAMVID --weights DIR [--models fcn8s,pspnet] [--minutes 10] [--device auto]
    python benchmarks/camvid.py --tables

CAMVID holds ``train/``, ``trainannot/``, ``val/`` and ``valannot/`` (480x360, label 11 = unlabelled); DIR holds
``vgg16_features.safetensors`` and ``resnet50_backbone.safetensors``. Every row goes through the real command line, in
processes of its own; its result is kept in docs/results.json as soon as it is there, and a row without one stays "not
yet measured" with its command. A row that starts from another (FCN-16s from FCN-32s) takes that row's checkpoint from
``--out``. Prints one JSON object a row.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "results.json"
PAGE = ROOT / "docs" / "results.md"
NAMES = ["Sky", "Building", "Pole", "Road", "Pavement", "Tree", "SignSymbol", "Fence", "Car", "Pedestrian", "Bicyclist"]
UNLABELLED = 11
VGG, RESNET = "vgg16_features.safetensors", "resnet50_backbone.safetensors"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    name, title, architecture : str
        For ``--models``, for people, for ``--model``.
    weights : str or None
        File in the folder of weights; None: the package index or the user's own download.
    start : str or None
        The row whose checkpoint it starts from.
    shrink : int
        Images and label maps, of training and validation, are this many times smaller.
    epochs : int or None
        Of training, instead of ``--minutes``.
    """

    name: str
    title: str
    architecture: str
    weights: str | None = None
    start: str | None = None
    shrink: int = 1
    epochs: int | None = None


ROWS = (
    Row("fcn32s_fixed", "FCN-32s-fixed, VGG16", "fcn32s_fixed", VGG),
    Row("fcn32s", "FCN-32s, VGG16", "fcn32s", VGG),
    Row("fcn16s", "FCN-16s, VGG16", "fcn16s", VGG, "fcn32s"),
    Row("fcn8s", "FCN-8s, VGG16", "fcn8s", VGG, "fcn16s"),
    Row("fcn_alexnet", "FCN-AlexNet", "fcn_alexnet"),
    Row("fcn_googlenet", "FCN-GoogLeNet", "fcn_googlenet"),
    Row("deeplab_largefov", "DeepLab v1 LargeFOV, VGG16", "deeplab_largefov", VGG),
    Row("deeplab_v2", "DeepLab v2 ASPP, VGG16", "deeplab_v2", VGG),
    Row("deeplab_v2_resnet101", "DeepLab v2 ASPP, ResNet-101", "deeplab_v2_resnet101"),
    Row("deeplab_v3", "DeepLab v3, ResNet-50", "deeplab_v3:backbone=resnet50_v1", RESNET),
    Row("deeplab_v3plus", "DeepLab v3+, ResNet-50", "deeplab_v3plus:backbone=resnet50_v1", RESNET),
    Row("deeplab_v3plus_resnet101", "DeepLab v3+, ResNet-101", "deeplab_v3plus:backbone=resnet101"),
    Row("pspnet", "PSPNet, ResNet-50", "pspnet:backbone=resnet50_v1", RESNET),
    Row("pspnet_resnet101", "PSPNet, ResNet-101", "pspnet:backbone=resnet101"),
    Row("lraspp_lite0", "LR-ASPP, EfficientNet-Lite0", "lraspp_lite0"),
    Row("starter", "Starter (EfficientNet-Lite0)", "starter"),
)
FCN_HALF = (
    Row("fcn32s_fixed_half", "FCN-32s-fixed, VGG16", "fcn32s_fixed:fc_channels=1024", VGG, None, 2, 16),
    Row("fcn32s_half", "FCN-32s, VGG16", "fcn32s:fc_channels=1024", VGG, None, 2, 16),
    Row("fcn16s_half", "FCN-16s, VGG16", "fcn16s:fc_channels=1024", VGG, "fcn32s_half", 2, 8),
    Row("fcn8s_half", "FCN-8s, VGG16", "fcn8s:fc_channels=1024", VGG, "fcn16s_half", 2, 8),
)
_LITE = "backbone=efficientnet_lite0,output_stride=16"
CONTEXT_HALF = (
    Row("largefov_half", "DeepLab LargeFOV", f"deeplab_v2_resnet101:{_LITE},pyramid=largefov", None, None, 2),
    Row("aspp_half", "DeepLab v2 ASPP", f"deeplab_v2_resnet101:{_LITE}", None, None, 2),
    Row("v3plus_half", "DeepLab v3+", f"deeplab_v3plus:{_LITE},separable=true", None, None, 2),
    Row("pspnet_half", "PSPNet", f"pspnet:{_LITE}", None, None, 2),
)
FCN = ("fcn32s_fixed", "fcn32s", "fcn16s", "fcn8s")
MARKS = ("all", "fcn", "fcn_half", "context_half")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--models", default="", help="rows by name; default: all")
    parser.add_argument("--minutes", type=float, default=10.0, help="of training, each")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "camvid", help="folder for the checkpoints")
    parser.add_argument("--tables", action="store_true", help="write the page from the results that are there")
    args = parser.parse_args()
    if not args.tables:
        if args.data is None or args.weights is None:
            parser.error("--data and --weights are needed")
        args.out.mkdir(parents=True, exist_ok=True)
        wanted = args.models.split(",") if args.models else [row.name for row in ROWS]
        rows = (*ROWS, *FCN_HALF, *CONTEXT_HALF)
        unknown = set(wanted) - {row.name for row in rows}
        if unknown:
            parser.error(f"no such rows: {', '.join(sorted(unknown))}")
        for row in rows:
            if row.name in wanted:
                keep(row.name, measure(row, args))
    PAGE.write_text(page(results()), encoding="utf-8")


def measure(row: Row, args: argparse.Namespace) -> dict[str, Any]:
    """Train and evaluate one row; a failure is a result, too."""
    (args.out / "classes.txt").write_text("\n".join(NAMES), encoding="utf-8")
    checkpoint = args.out / f"{row.name}.safetensors"
    train = [*training(row, args.minutes), "--device", args.device]
    began = time.monotonic()
    data = smaller(args.data, row.shrink, args.out)
    if checkpoint.with_name(f"{checkpoint.name}.resume").is_file():
        train.append("--resume")  # it was interrupted
    done = maskwright(["train", *train, "--json-lines"], args, data)
    lines = done.stdout.splitlines()
    last = json.loads(lines[-1]) if lines else {}
    if done.returncode != 0 or last.get("event") != "result":
        reason = last.get("message") or (done.stderr.strip().splitlines() or ["the process died"])[-1]
        return report(row, {"failed": reason.replace(str(args.out), "OUT").replace(str(Path.home()), "~")})
    seconds = time.monotonic() - began
    evaluate = ["evaluate", "--model", str(checkpoint), "--images", "VAL", "--labels", "VALANNOT"]
    evaluate += ["--ignore-index", str(UNLABELLED), "--device", args.device, "--json"]
    scores = json.loads(maskwright(evaluate, args, data).stdout)
    fields = ("pixel_accuracy", "mean_accuracy", "mean_iou", "fw_iou")
    return report(
        row,
        {
            **{key: round(scores[key], 4) for key in fields},
            "iou": {name: iou and round(iou, 4) for name, iou in scores["iou"].items()},
            "minutes": round(seconds / 60.0, 2),
            "steps": last["steps"],
            "best_step": last["best_step"],
            "peak_memory_mb": round(last.get("peak_memory", 0) / 1e6) or None,
            "device": last.get("device", args.device),
            "threads": args.threads,
            "machine": f"{platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}",
            "commit": git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain", "-uno") else ""),
            "date": datetime.now(UTC).isoformat(timespec="minutes"),
            "command": command(row, args.minutes),
        },
    )


def training(row: Row, minutes: float) -> list[str]:
    """Return the words after ``maskwright train``, with names in capitals where the paths go."""
    words = ["--images", "TRAIN", "--labels", "TRAINANNOT", "--val-images", "VAL", "--val-labels", "VALANNOT"]
    words += ["--classes", "OUT/classes.txt", "--ignore-index", str(UNLABELLED), "--model", row.architecture]
    words += ["--weights", f"WEIGHTS/{row.weights}"] if row.weights else []
    words += ["--start", f"OUT/{row.start}.safetensors"] if row.start else []
    words += ["--epochs", str(row.epochs)] if row.epochs else ["--minutes", f"{minutes:g}"]
    return [*words, "--recipe", "full", "--out", f"OUT/{row.name}.safetensors"]


def command(row: Row, minutes: float) -> str:
    time = "" if row.epochs else f" --minutes {minutes:g}"
    return f"python benchmarks/camvid.py --data CAMVID --weights WEIGHTS --models {row.name}{time}"


def smaller(data: Path, times: int, out: Path) -> Path:
    """Return a folder like ``data`` with images and label maps this many times smaller, made once."""
    folder = out / f"smaller_{times}"
    if times == 1 or folder.is_dir():
        return data if times == 1 else folder
    unfinished = out / f"smaller_{times}_{os.getpid()}"
    for part in ("train", "val", "trainannot", "valannot"):
        (unfinished / part).mkdir(parents=True)
        for path in sorted((data / part).iterdir()):
            with Image.open(path, formats=("PNG", "JPEG")) as image:
                if part.endswith("annot"):  # a palette stays: the pixels are class values
                    small = Image.fromarray(np.asarray(image)[::times, ::times])
                else:
                    small = image.reduce(times)
                small.save(unfinished / part / path.name, quality=95)
    with contextlib.suppress(OSError):  # another row has made it in the meantime
        unfinished.rename(folder)
    return folder


def maskwright(words: list[str], args: argparse.Namespace, data: Path) -> subprocess.CompletedProcess[str]:
    places = {"TRAIN": data / "train", "TRAINANNOT": data / "trainannot"}
    places |= {"VAL": data / "val", "VALANNOT": data / "valannot"}
    filled = [str(places.get(word, word)) for word in words]
    filled = [word.replace("OUT/", f"{args.out}/").replace("WEIGHTS/", f"{args.weights}/") for word in filled]
    environment = {**os.environ, "OMP_NUM_THREADS": str(args.threads), "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "segcore", *filled]
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=False)


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def report(row: Row, result: dict[str, Any]) -> dict[str, Any]:
    print(json.dumps({"row": row.name, **result}), flush=True)
    return result


def results() -> dict[str, dict[str, Any]]:
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}


def keep(name: str, result: dict[str, Any]) -> None:
    """Store a result; a failure never replaces a measurement."""
    known = results()
    if "failed" in result and "mean_iou" in known.get(name, {}):
        return
    known[name] = result
    RESULTS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def page(known: dict[str, dict[str, Any]]) -> str:
    """Fill the tables between the page's markers; the text around them is written by hand."""
    text = (
        PAGE.read_text(encoding="utf-8")
        if PAGE.is_file()
        else "".join(f"<!-- {mark} -->\n<!-- /{mark} -->\n" for mark in MARKS)
    )
    tables = {"all": all_table(known), "fcn": fcn_table(known)}
    tables |= {"fcn_half": half_table(known, FCN_HALF), "context_half": half_table(known, CONTEXT_HALF)}
    for mark, table in tables.items():
        before, _, rest = text.partition(f"<!-- {mark} -->\n")
        _, _, after = rest.partition(f"<!-- /{mark} -->")
        text = f"{before}<!-- {mark} -->\n{table}<!-- /{mark} -->{after}"
    return text


def all_table(known: dict[str, dict[str, Any]]) -> str:
    lines = [
        "| model | mean IoU | pixel accuracy | training | peak memory | command: `python benchmarks/camvid.py …` |"
    ]
    lines.append("|---|---|---|---|---|---|")
    for row in ROWS:
        found = known.get(row.name, {})
        words = command(row, 10).split(" --weights WEIGHTS ")[1]
        if "mean_iou" not in found:
            reason = f" ({found['failed']})" if "failed" in found else ""
            lines.append(f"| {row.title} | not yet measured{reason} | | | | `{words}` |")
            continue
        words = found["command"].split(" --weights WEIGHTS ")[1]
        took = f"{found['minutes']:.1f} min, {found['steps']} steps, {found['device']}"
        took += f", {found['threads']} threads" if found["device"] == "cpu" else ""
        memory = f"{found['peak_memory_mb'] / 1000:.1f} GB" if found.get("peak_memory_mb") else ""
        shares = " | ".join(f"{100 * found[key]:.1f}" for key in ("mean_iou", "pixel_accuracy"))
        lines.append(f"| {row.title} | {shares} | {took} | {memory} | `{words}` |")
    return "\n".join(lines) + "\n"


def fcn_table(known: dict[str, dict[str, Any]]) -> str:
    lines = ["| | pixel accuracy | mean accuracy | mean IU | frequency-weighted IU |", "|---|---|---|---|---|"]
    for row in ROWS:
        if row.name in FCN:
            found = known.get(row.name, {})
            keys = ("pixel_accuracy", "mean_accuracy", "mean_iou", "fw_iou")
            cells = [f"{100 * found[key]:.1f}" if key in found else "not yet measured" for key in keys]
            lines.append(f"| {row.title} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def half_table(known: dict[str, dict[str, Any]], rows: tuple[Row, ...]) -> str:
    lines = ["| | pixel accuracy | mean accuracy | mean IU | frequency-weighted IU | training | command |"]
    lines.append("|---|---|---|---|---|---|---|")
    for row in rows:
        found = known.get(row.name, {})
        keys = ("pixel_accuracy", "mean_accuracy", "mean_iou", "fw_iou")
        cells = [f"{100 * found[key]:.1f}" if key in found else "not yet measured" for key in keys]
        took = f"{found['steps']} steps" + ("" if row.epochs else f", {found['minutes']:.0f} min") if found else ""
        words = found.get("command", command(row, 60)).split(" --weights WEIGHTS ")[1]
        lines.append(f"| {row.title} | {' | '.join(cells)} | {took} | `{words}` |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
