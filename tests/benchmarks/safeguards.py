"""What it costs that what is found is held against what the log says otherwise.

`python -m tests.benchmarks.safeguards [--rounds R] [--commands N] [--entries E]
[--format table|json]`

The same durable commands, one a commit, in a store with the safeguards and in one without, in
turn; each third begins a stream. Microseconds of the processor, medians of rounds; their ratio is
the median of the rounds' ratios. *bytes* are those of the file for each entry. *verify* is in
seconds: each of so many entries is checked, and a tree made over them.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import date
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from tests.benchmarks import program
from tests.benchmarks.machine import machine, progress

BY = program.Authority(person="A. Chair", role="independent chair", body="wscb")
ON = date(2018, 1, 1)
Side: TypeAlias = tuple[program.Application, Callable[[], AbstractContextManager[None]]]


def life(number: int) -> Sequence[program.Command]:
    """Return the commands of a recommendation: issued, accepted, planned."""
    about: dict[str, Any] = {"by": BY, "on": ON, "recommendation": f"wscb/r-{number}"}
    r = program.recommendation
    return (
        r.IssueRecommendation(**about, source="review-wscb/x", text="Do it", addressed=("wscb",)),
        r.AcceptRecommendation(**about),
        r.PlanRecommendation(**about, owner="wscb", due=date(2018, 2, 1), action="Do it"),
    )


def commits(rounds: int, commands: int) -> Mapping[str, float]:
    """Return what a durable command costs with and without, and the bytes of an entry."""
    with TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.db" for name in ("with", "without")}
        sides: Mapping[str, Side] = {
            "with": (program.guarded_store(files["with"]), nullcontext),
            "without": (program.unguarded_store(files["without"]), program.uncounted),
        }
        times: dict[str, list[float]] = {name: [] for name in sides}
        numbers = count()
        for app, _ in sides.values():
            app.handle(
                program.review.OpenReview(
                    by=BY, on=ON, review="wscb/x", kind="single-agency-review", title="A case"
                )
            )
        for at in range(rounds):
            progress(f"round {at + 1} of {rounds}")
            asked = [each for _ in range(commands // 3) for each in life(next(numbers))]
            for name, (app, during) in list(sides.items())[:: 1 if at % 2 else -1]:
                with during():
                    start = time.process_time()
                    for command in asked:
                        app.handle(command)
                    times[name].append((time.process_time() - start) / len(asked) * 1e6)
        recorded = 1 + 3 * next(numbers)
        for app, _ in sides.values():
            app.close()
        size = {name: file.stat().st_size / recorded for name, file in files.items()}
    ratios = [one / other for one, other in zip(times["with"], times["without"], strict=True)]
    return {
        "with": median(times["with"]),
        "without": median(times["without"]),
        "ratio": median(ratios),
        "bytes with": size["with"],
        "bytes without": size["without"],
    }


def verify(entries: int) -> Mapping[str, float]:
    """Return how many seconds it takes to verify so many entries."""
    with (
        TemporaryDirectory() as folder,
        closing(program.guarded_store(Path(folder) / "lif.db")) as app,
    ):
        app.handle(
            program.review.OpenReview(
                by=BY, on=ON, review="wscb/x", kind="single-agency-review", title="A case"
            )
        )
        for first in range(0, entries // 3, 2_000):
            progress(f"{3 * first} of {entries} entries recorded")
            numbers = range(first, min(first + 2_000, entries // 3))
            app.handle_all([each for number in numbers for each in life(number)])
        start = time.process_time()
        size, _ = program.verified(app)
        return {"entries": size, "seconds": time.process_time() - start}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.safeguards")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--commands", type=int, default=300, help="in a round (default 300)")
    parser.add_argument("--entries", type=int, default=100_000, help="that are verified")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    options = parser.parse_args(arguments)
    figures: dict[str, Mapping[str, Any]] = {
        "commits": commits(options.rounds, options.commands),
        "verify": verify(options.entries),
        "machine": machine(),
    }
    if options.format == "json":
        print(json.dumps(figures))
        return
    c, v = figures["commits"], figures["verify"]
    print("| | with | without | with / without |\n| --- | --- | --- | --- |")
    print(f"| a durable command | {c['with']:.1f} us | {c['without']:.1f} us | {c['ratio']:.3f} |")
    added = c["bytes with"] - c["bytes without"]
    print(f"| an entry | {c['bytes with']:.0f} B | {c['bytes without']:.0f} B | +{added:.0f} B |")
    print(f"\n{v['entries']} entries are verified in {v['seconds']:.2f} seconds.")


if __name__ == "__main__":
    main()
