"""Two programs in one table: the same benchmark run on both, in turn, in one run.

`python -m tests.benchmarks.versus --side before=PATHS --side after=PATHS [--turns T]
-- compare --rounds 2` (or `growth --all-views`): each side by its `PYTHONPATH`, the folder of its
packages and then that of the tests that measure it, such as `../old/src:../old`. The module
`program` is all that differs between their benchmarks. Of several turns the medians count.

Results that were kept are put beside each other by
`python -m tests.benchmarks.versus --side before=FILE.json --side after=FILE.json`.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from tests.benchmarks.machine import progress

JSON: TypeAlias = Any
Figures: TypeAlias = dict[tuple[str, ...], float]
"""By what is measured, such as `("accountability", "10000", "afresh")`: seconds, or MiB."""


def figures(result: JSON) -> Figures:
    """Return the figures in what `compare` or `growth` printed as JSON."""
    if "rows" in result:
        return {
            (row["work"], row["how"], side): seconds
            for row in result["rows"]
            for side, seconds in row["seconds"].items()
        }
    return {
        (view, size, way): figure
        for view, sizes in result["views"].items()
        for size, ways in sizes.items()
        for way, figure in ways.items()
        if isinstance(figure, int | float)
    }


def digests(result: JSON) -> dict[tuple[str, ...], str]:
    """Return what the views came to, which is the same in both programs, by what is measured."""
    return {
        (view, size, way): digest
        for view, sizes in result.get("views", {}).items()
        for size, ways in sizes.items()
        for way, digest in ways["digests"].items()
    }


def run(paths: str, arguments: Sequence[str]) -> JSON:
    """Return what a benchmark prints that is run on the program in *paths*."""
    module, *rest = arguments
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *rest, "--format", "json"]
    environment = {**os.environ, "PYTHONPATH": paths}
    # In the folder of its own tests, since Python looks there first.
    folder = paths.rpartition(os.pathsep)[2]
    done = subprocess.run(command, env=environment, cwd=folder, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def medians(results: Sequence[JSON]) -> Figures:
    """Return the median of each figure in several *results*."""
    turns = [figures(result) for result in results]
    return {name: median(turn[name] for turn in turns if name in turn) for name in turns[0]}


def table(sides: Mapping[str, Figures]) -> str:
    """Return it in Markdown; what only one side has is left out."""
    first, *_, last = sides
    head = ["", *sides, f"{first} / {last}"]
    lines = [
        [
            ", ".join(name),
            *(_text(name, found[name]) for found in sides.values()),
            f"{sides[first][name] / max(sides[last][name], 1e-9):,.2f}",
        ]
        for name in sides[first]
        if all(name in found for found in sides.values())
    ]
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    rows = [head, ["-" * width for width in widths], *lines]
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def _text(name: tuple[str, ...], figure: float) -> str:
    return f"{figure:,.0f} MiB" if name[-1].startswith("mib") else f"{figure * 1e3:,.3f} ms"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.versus")
    parser.add_argument("--side", action="append", required=True, metavar="NAME=PATHS or FILE")
    parser.add_argument("--turns", type=int, default=1, help="of each side (default 1)")
    parser.add_argument("benchmark", nargs=argparse.REMAINDER)
    asked = parser.parse_args(arguments)
    sides = dict(side.split("=", 1) for side in asked.side)
    results: dict[str, list[JSON]] = {name: [] for name in sides}
    for turn in range(asked.turns):
        for name, where in list(sides.items())[:: -1 if turn % 2 else 1]:
            progress(f"{name}: turn {turn + 1} of {asked.turns}")
            if where.endswith(".json"):
                results[name].append(json.loads(Path(where).read_text()))
            else:
                results[name].append(run(where, [one for one in asked.benchmark if one != "--"]))
    progress("")
    print(table({name: medians(found) for name, found in results.items()}))
    views = [digests(found[-1]) for found in results.values()]
    unlike = [name for name in views[0] if len({view.get(name) for view in views}) > 1]
    if unlike:
        print("\nNot the same view:", "; ".join(", ".join(name) for name in unlike))


if __name__ == "__main__":
    main()
