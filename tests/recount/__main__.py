"""`python -m tests.recount --histories 2000 --seed 1`, and `--mutants` to try its blind spots."""

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.recount.compare import Difference, differences
from tests.recount.figures import figures
from tests.recount.histories import history
from tests.recount.looks import looks
from tests.recount.mutants import report
from tests.recount.reach import reached

PROGRESS = 100
"""Progress is said on standard error after so many histories."""


@dataclass
class Tally:
    """What was compared of some histories."""

    histories: int = 0
    looks: int = 0
    figures: int = 0
    entries: int = 0
    unlike: list[str] = field(default_factory=list)
    rules: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.histories += other.histories
        self.looks += other.looks
        self.figures += other.figures
        self.entries += other.entries
        self.unlike += other.unlike
        self.rules += other.rules


def compared(seed: int) -> Tally:
    """Compare all figures of the history of a seed."""
    tally = Tally(histories=1)
    rules: set[str] = set()
    for look in looks(seed):
        ours = figures(look.log, look.pack, look.valid, look.known)
        count, unlike = differences(look, ours)
        tally.entries = len(look.log)
        tally.looks += 1
        tally.figures += count
        tally.unlike += [str(each) for each in unlike]
        rules |= reached(look)
    tally.rules.update(rules)
    return tally


def tallies(seeds: Sequence[int], processes: int) -> Iterator[Tally]:
    if processes == 1:
        yield from map(compared, seeds)
    else:
        with ProcessPoolExecutor(processes) as pool:
            yield from pool.map(compared, seeds, chunksize=10)


def main() -> int:
    parser = ArgumentParser(prog="python -m tests.recount")
    parser.add_argument("--histories", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--mutants", action="store_true", help="plant each fault in turn")
    parser.add_argument("--refused", action="store_true", help="count what the rules refused")
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.histories)
    if options.refused:
        refused: Counter[str] = Counter()
        for seed in seeds:
            refused += history(seed).refused
        for rule, count in refused.most_common():
            print(f"{count:6} {rule}")
        return 0
    if options.mutants:
        missed = report([look for seed in seeds for look in looks(seed)], print)
        print(f"{missed} not noticed within {options.histories} histories")
        return 1 if missed else 0
    total = Tally()
    for tally in tallies(seeds, options.processes):
        total.add(tally)
        for line in tally.unlike:
            print(line, flush=True)
        if total.histories % PROGRESS == 0:
            progress = f"{total.histories} of {len(seeds)} histories"
            print(f"{progress}: {len(total.unlike)} disagreements", file=sys.stderr, flush=True)
    print("Rules, and how many histories had them at work:")
    for rule, count in sorted(total.rules.items(), key=lambda item: item[1]):
        print(f"{count:6} {rule}")
    print(
        f"{total.histories} histories of {total.entries} entries, {total.looks} looks, "
        f"{total.figures} figures: {len(total.unlike)} disagreements"
    )
    return 1 if total.unlike else 0


__all__ = ["Difference", "main"]

if __name__ == "__main__":
    raise SystemExit(main())
