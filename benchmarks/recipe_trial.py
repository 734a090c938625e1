"""Train from ImageNet with some numbers of a recipe changed, and measure the last state on other images.

    python benchmarks/camvid_sequences.py CAMVID OUT
    OMP_NUM_THREADS=1 python benchmarks/recipe_trial.py OUT --steps 120 --every 3 --seed 0 [backbone_rate=2e-4 …]
    OMP_NUM_THREADS=1 python benchmarks/recipe_trial.py OUT --recipe quick --part few --steps 150 --every 2

The length is in steps, so a busy machine changes nothing. No state is chosen by its score: the only validation is the
last. With ``quick`` the backbone's early layers stay, as in the minutes that this recipe is for. Prints JSON.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
import tempfile
from dataclasses import fields, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.camvid import UNLABELLED
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.training import training_loop
from segcore.training.folder_pairs import pair_folders
from segcore.training.learner import Learner
from segcore.training.recipe import RECIPES, Recipe
from segcore.training.request import TrainRequest


class ShortLearner(Learner):
    """As in a training of a few minutes."""

    def __init__(self, *args, **settings):
        super().__init__(*args, **settings | {"short": True})


def changed(recipe: Recipe, words: list[str]) -> Recipe:
    """Return the recipe with ``name=number`` of each word; a name that it lacks ends the program."""
    known = {field.name for field in fields(Recipe)}
    values = {}
    for name, equals, value in (word.partition("=") for word in words):
        if name not in known or not equals:
            raise SystemExit(f"No number of a recipe: {name}. There are {', '.join(sorted(known))}.")
        try:
            values[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            values[name] = value
    return replace(recipe, **values | {"validations": 1})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="what camvid_sequences.py wrote")
    parser.add_argument("changes", nargs="*", help="name=number, as in segcore/training/recipe.py")
    parser.add_argument("--recipe", choices=("quick", "full"), default="full")
    parser.add_argument("--part", choices=("train", "few"), default="train")
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--every", type=int, default=1, help="measure every so many images")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_intermixed_args()
    recipe = changed(RECIPES[args.recipe], args.changes)
    if args.recipe == "quick":
        training_loop.Learner = ShortLearner
    learn, _ = pair_folders(args.data / args.part, args.data / f"{args.part}annot")
    unseen, _ = pair_folders(args.data / "unseen", args.data / "unseenannot")
    with tempfile.TemporaryDirectory() as folder:
        request = TrainRequest(
            train=learn,
            validate=unseen[:: args.every],
            classes=ClassSet.from_file(args.data / "classes.txt"),
            model="starter",
            out=Path(folder) / "trial.safetensors",
            epochs=args.steps * recipe.batch * recipe.accumulate / len(learn),
            seed=args.seed,
            device="cpu",
            ignore_index=UNLABELLED,
            recipe=recipe,
        )
        result = drive(training_loop.train(request))
    scores = {"mean_iou": round(result.after.mean_iou, 4), "iou": result.after.iou}
    print(json.dumps({"changes": args.changes, "seed": args.seed, "steps": result.steps, **scores}))


if __name__ == "__main__":
    main()
