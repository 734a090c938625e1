"""The fuzzer: `python -m tests.faults.fuzz --seed 1 --count 5000`, or `--only 'labels|truncate|123'` for one mutant.

Each mutant is a kind, a mutator and a number: these three make it again.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import queue
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.kind import Kind
from tests.faults.kinds import KINDS, mutator_names
from tests.faults.mutate_bytes import REPLACED, Dice
from tests.faults.pool import Worker
from tests.faults.specimen import cage_for
from tests.faults.verdicts import Before, is_regular, judge, patience_for


@dataclass(frozen=True)
class Mutant:
    """One damaged file, made again from these three."""

    kind: Kind
    mutator: str
    seed: int

    def __str__(self) -> str:
        return f"{self.kind.name}|{self.mutator}|{self.seed}"

    @classmethod
    def named(cls, text: str) -> Mutant:
        """Inverse of `str`."""
        name, mutator, seed = text.split("|")
        return cls(next(kind for kind in KINDS if kind.name == name), mutator, int(seed))

    def strike(self, cage: Path) -> Path:
        """Damage the file in this cage; its time of change stays, where it stays a file."""
        path = cage / self.kind.path
        dice = Dice(f"{self.kind.name}|{self.mutator}|{self.seed}")
        dice.cage = cage
        before = path.stat()
        if self.mutator in REPLACED:
            REPLACED[self.mutator](path, dice)
        else:
            path.write_bytes(self.kind.mutators[self.mutator](path.read_bytes(), dice))
        if is_regular(path):
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        return path


@dataclass(frozen=True)
class Failure:
    """A mutant and what did not hold."""

    mutant: Mutant
    what: str

    def __str__(self) -> str:
        return f"{self.mutant}: {self.what}"


def mutants(seed: int, count: int, kinds: Iterable[Kind] = KINDS) -> Iterator[Mutant]:
    """So many mutants: every mutator of every kind once before any comes again, as far as weights allow."""
    random = Random(seed)
    waiting: list[tuple[float, Kind, str]] = []
    for kind in kinds:
        names = mutator_names(kind)
        random.shuffle(names)
        for number, name in enumerate(names):
            # Kinds take turns; a kind of weight 2 twice as often. A bias: what is made for the kind comes first.
            waiting.append(((number + random.random()) / kind.weight, kind, name))
    waiting.sort(key=lambda entry: entry[0])
    for number in range(count):
        _, kind, name = waiting[number % len(waiting)]
        yield Mutant(kind, name, seed * 1_000_003 + number)


def run(chosen: Iterable[Mutant], workers: int = 2, say: Any = None) -> tuple[list[Failure], Counter[str]]:
    """Try the mutants; return what failed, and how many of each kind were tried."""
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None
    store = Path(tempfile.mkdtemp(prefix="faults-", dir=base))
    todo: queue.SimpleQueue[Mutant] = queue.SimpleQueue()
    try:
        chosen = list(chosen)
        breeder = Worker(store / "errors-0.txt")
        models = any("." in mutant.kind.extra for mutant in chosen)
        sets = sorted({mutant.kind.data_set for mutant in chosen} - {""})
        order = {"operation": "breed", "cage": str(store), "models": models, "sets": sets}
        if "death" in (answer := breeder.ask(order, patience=240.0)):
            raise RuntimeError(answer["death"])
        for mutant in chosen:
            if (cage_for(store, store / "probe", mutant.kind.extra, mutant.kind.data_set) / mutant.kind.path).exists():
                todo.put(mutant)
            shutil.rmtree(store / "probe")
        bench = Bench(store, todo, say)
        team = [breeder, *(Worker(store / f"errors-{n}.txt") for n in range(1, workers))]
        threads = [threading.Thread(target=bench.work, args=(n, worker)) for n, worker in enumerate(team)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if bench.broken:
            raise bench.broken[0]
        return bench.failures, bench.tried
    finally:
        shutil.rmtree(store, ignore_errors=True)


class Bench:
    """Where the mutants are tried, by several workers at a time."""

    def __init__(self, store: Path, todo: queue.SimpleQueue[Mutant], say: Any) -> None:
        self._store, self._todo, self._say = store, todo, say
        self._healthy: dict[str, dict[str, Any]] = {}
        self.failures: list[Failure] = []
        self.broken: list[BaseException] = []
        self.tried: Counter[str] = Counter()

    def work(self, number: int, worker: Worker) -> None:
        """Try mutants until there are none."""
        try:
            with contextlib.suppress(queue.Empty):
                while not self.broken:
                    self._try(self._todo.get_nowait(), worker, self._store / f"cage-{number}")
        except BaseException as error:
            self.broken.append(error)
        finally:
            worker.end()

    def _try(self, mutant: Mutant, worker: Worker, place: Path) -> None:
        kind, started = mutant.kind, time.monotonic()
        key = f"{kind.operation}|{kind.path}"
        if key not in self._healthy:
            self._healthy[key] = self._asked(kind, worker, place)
        with self._cage(kind, place) as cage:
            path = mutant.strike(cage)
            before = Before.of(cage, path)
            order = {"operation": kind.operation, "cage": str(cage), "path": str(path)}
            answer = worker.ask(order, patience_for(self._healthy[key]) + 3.0, kind.operation == "image")
            if "death" in answer:
                wrong = [answer["death"]]
            else:
                wrong = judge(kind, mutant.mutator, cage, before, self._healthy[key], answer)
        self.tried[kind.name] += 1
        for what in wrong:
            failure = Failure(mutant, what.replace(str(place), "CAGE"))
            self.failures.append(failure)
        if self._say is not None:
            self._say(mutant, wrong, time.monotonic() - started)

    def _asked(self, kind: Kind, worker: Worker, place: Path) -> dict[str, Any]:
        """What the operation says with the healthy file; it must not find anything wrong."""
        with self._cage(kind, place) as cage:
            before = Before.of(cage, cage / kind.path)
            answer = worker.ask({"operation": kind.operation, "cage": str(cage), "path": str(cage / kind.path)}, 240.0)
            wrong = [answer["death"]] if "death" in answer else judge(kind, "", cage, before, answer, answer)
            told = [] if "death" in answer or kind.operation == "unplugged" else answer["told"]
        if wrong or told:
            raise AssertionError(f"{kind.name}: the healthy file: {wrong} {told}")
        return answer

    @contextlib.contextmanager
    def _cage(self, kind: Kind, place: Path) -> Iterator[Path]:
        try:
            yield cage_for(self._store, place, kind.extra, kind.data_set)
        finally:
            shutil.rmtree(place, ignore_errors=True)


def last_line(what: str) -> str:
    """The head of a failure: what, and where in the sources the traceback ends."""
    lines = [line.strip() for line in what.splitlines() if line.strip()]
    if not lines or not lines[0].startswith(("traceback", "noted: Traceback")):
        return lines[0][:200] if lines else ""
    places = [line for line in lines if line.startswith("File ") and "/tests/faults/" not in line]
    ours = [line for line in places if "/segcore/" in line or "/app/" in line]
    place = (ours or places or [""])[-1].split(", in ")[0].removeprefix("File ").replace('"', "")
    return f"traceback: {lines[-1][:150]} [{place.rpartition('/wt/')[2]}]"


def main() -> int:
    """Fuzz, print what failed, return 1 when anything did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kind", default="", help="only kinds whose name begins so")
    parser.add_argument("--only", default="", help="one mutant, as a failure names it")
    parser.add_argument("--slow", action="store_true", help="print how long each took")
    args = parser.parse_args()
    kinds = [kind for kind in KINDS if kind.name.startswith(args.kind)]
    chosen = [Mutant.named(args.only)] if args.only else list(mutants(args.seed, args.count, kinds))
    started, done = time.monotonic(), Counter()

    def say(mutant: Mutant, wrong: list[str], seconds: float) -> None:
        done["tried"] += 1
        if args.slow and seconds > 1.0:
            print(f"  {seconds:.1f} s {mutant}", flush=True)
        for what in wrong:
            done["wrong"] += 1
            print(f"FAILED {mutant}\n  {what if args.only else last_line(what)}", flush=True)
        if done["tried"] % 250 == 0:
            print(f"{done['tried']} tried, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)

    failures, tried = run(chosen, 1 if args.only else args.workers, say)
    heads = Counter(last_line(failure.what) for failure in failures)
    seconds, failed = time.monotonic() - started, len({str(failure.mutant) for failure in failures})
    print(f"\n{sum(tried.values())} mutants of {len(tried)} kinds, seed {args.seed}, {seconds:.0f} s: {failed} failed")
    for head, count in heads.most_common():
        print(f"{count:5} {head}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
