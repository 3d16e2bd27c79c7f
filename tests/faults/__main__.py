"""Every fault, tried again and again, in one table.

`python -m tests.faults [NAME ...] [--trials N | --seconds S] [--seed S] [--format table|json]`

It exits with 1 where anything was lost, partial, doubled, different or stray. What fails is found
again by its seed.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import count

import attrs

from tests.benchmarks.machine import machine
from tests.faults.attacks import NAMES, tried
from tests.faults.clocks import clocks
from tests.faults.count import Count, Effort
from tests.faults.crash import kill_points, power_loss
from tests.faults.crashed_backups import crashed_backups
from tests.faults.crashed_keys import crashed_keys
from tests.faults.crashed_migrations import crashed_migrations
from tests.faults.crowd import crowd, first_starts
from tests.faults.failing_disk import failing_disk
from tests.faults.formats import formats
from tests.faults.killed import KINDS, killed, killed_backups
from tests.faults.load import load
from tests.faults.mutations import mutations
from tests.faults.places import places
from tests.faults.races import races
from tests.faults.versions import versions


def attacks(effort: Effort) -> Count:
    """Try each attack on the file of a store, as often as *effort* says in all."""
    total = Count()
    for seed in count(effort.seed):
        for name, outcomes in tried(NAMES, 1, seed).items():
            unnoticed = outcomes["undetected"]
            total += Count(points=outcomes["tried"], stray=unnoticed, example=name * unnoticed)
        if not effort.goes_on(total):
            return total
    raise AssertionError("numbers never end")


FAULTS: Mapping[str, Callable[[Effort], Count]] = {
    "kill-points": kill_points,
    "power-loss": power_loss,
    "failing-disk": failing_disk,
    **{f"killed-{role}": partial(killed, role) for role in KINDS},
    "killed-backups": killed_backups,
    "crashed-backups": crashed_backups,
    "crashed-keys": crashed_keys,
    "crashed-migrations": crashed_migrations,
    "crowd": crowd,
    "first-starts": first_starts,
    "places": places,
    "clocks": clocks,
    "formats": formats,
    "mutations": mutations,
    "attacks": attacks,
    "versions": versions,
    "races": races,
    "load-sqlite": partial(load, "sqlite"),
    "load-postgresql": partial(load, "postgresql", kills=2, cuts=2, silences=1),
}
TRIALS = 1_000
COLUMNS = (
    "points",
    "recovering",
    "acknowledged",
    "lost",
    "partial",
    "doubled",
    "differing",
    "stray",
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FAULTS)}")
    parser.add_argument("--trials", type=int, help=f"of each fault (default {TRIALS:,})")
    parser.add_argument("--seconds", type=float, help="for each fault, in place of trials")
    parser.add_argument("--seed", type=int, default=0, help="(default 0)")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    options = parser.parse_args(arguments)
    if unknown := sorted({*options.names}.difference(FAULTS)):
        parser.error(f"no fault is called {', '.join(unknown)}: of {', '.join(FAULTS)}")
    trials = TRIALS if options.trials is None else options.trials
    counts = {}
    if options.format == "table":
        print(", ".join(f"{name} {value}" for name, value in machine().items()))
        print(_line("fault", [*COLUMNS, "seconds"]), flush=True)
    for name in options.names or FAULTS:
        effort = Effort(trials=trials, seconds=options.seconds, seed=options.seed)
        counts[name] = outcome = FAULTS[name](effort)
        if options.format == "table":
            figures = [f"{getattr(outcome, column):,}" for column in COLUMNS]
            print(_line(name, [*figures, f"{time.monotonic() - effort.start:,.0f}"]))
            if outcome.example:
                print(f"  such as: {outcome.example}")
            sys.stdout.flush()
    if options.format == "json":
        print(
            json.dumps({name: attrs.asdict(outcome) for name, outcome in counts.items()}, indent=2)
        )
    return int(any(outcome.wrong for outcome in counts.values()))


def _line(name: str, figures: Sequence[str]) -> str:
    return f"{name:24}" + "".join(f"{figure:>14}" for figure in figures)


if __name__ == "__main__":
    sys.exit(main())
