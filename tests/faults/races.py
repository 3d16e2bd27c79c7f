"""Two processes decide at one moment what only one order of the two allows.

`python -m tests.faults.races [--tries N] [--race NAME] [--url URL] [--format table|json]`

Each try is about streams of its own in one store, which both processes have open. An outcome is
impossible where neither order of the two decisions, one after the other, leads to it. It needs
nothing but `connect` and the commands, so it also runs against an older version.
"""

import argparse
import json
import multiprocessing as mp
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import cycle
from tempfile import TemporaryDirectory
from typing import Any

import attrs
from attrs import frozen
from msgspec.structs import replace

from lif_adapters.wiring import connect
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.body import BodyKind, MergeBody, RegisterBody
from lif_core.aggregates.review import OpenReview
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.values.authority import Authority
from tests.faults.count import Count, Effort
from tests.people import TEXTS

BOARD = Authority(person="P. Registrar", role="registrar", body="xb")
BY: dict[str, Any] = {"by": BOARD, "on": date(2018, 1, 1)}
ON = date(2018, 2, 1)
AHEAD = 2e-3  # seconds from when both are ready to when both start
TRIES = 50  # of one race, in one store
JITTER = 100e-6  # seconds that one may start before the other
Positions = tuple[int | None, int | None]
"""Where what each side decided is on record; `None` where it was refused."""


@frozen(kw_only=True)
class Race:
    """Two commands of each try, after what is *prepared*; `impossible(positions)` judges both."""

    prepared: Callable[[int], Iterator[Command]]
    left: Callable[[int], Command]
    right: Callable[[int], Command]
    impossible: Callable[[Positions], bool]


@frozen(kw_only=True)
class RaceOutcome:
    """What the tries of one race came to."""

    race: str
    tries: int
    both: int
    left_alone: int
    right_alone: int
    impossible: int


# The races


def _body(ref: str) -> Command:
    return RegisterBody(**BY, body=ref, name=ref, kind=BodyKind.AGENCY)


def _two_bodies(number: int) -> Iterator[Command]:
    yield _body(f"xb/a{number}")
    yield _body(f"xb/b{number}")


def _merger(body: str, into: str) -> Command:
    return MergeBody(by=BOARD, on=ON, body=body, into=into, reasons="One is enough")


def _review(number: int) -> Iterator[Command]:
    yield OpenReview(**BY, review=f"xb/{number}", kind="inquiry", title="A case")


def _issue(number: int, addressed: str, source: str) -> Command:
    return r.IssueRecommendation(
        by=BOARD,
        on=date(2018, 1, 2),
        recommendation=f"xb/{number}",
        source=f"review-xb/{source}",
        text="Do it",
        addressed=(addressed,),
    )


def _accepted(number: int) -> Iterator[Command]:
    body = f"xb/c{number}"
    answer: dict[str, Any] = {"by": replace(BOARD, body=body), "on": date(2018, 1, 3)}
    yield _body(body)
    if number == 0:
        yield OpenReview(**BY, review="xb/c", kind="inquiry", title="A case")
    yield _issue(number, body, "c")
    yield r.AcceptRecommendation(**answer, recommendation=f"xb/{number}")


def _plan(number: int) -> Command:
    body = f"xb/c{number}"
    return r.PlanRecommendation(
        by=replace(BOARD, body=body),
        on=ON,
        recommendation=f"xb/{number}",
        owner=body,
        due=date(2018, 4, 1),
        action="Do it",
    )


def _void(number: int) -> Command:
    return VoidEntry(
        by=BOARD, on=ON, stream=f"review-xb/{number}", entry=1, reasons="Another case was meant"
    )


RACES: Mapping[str, Race] = {
    "a body into another, and that into the first": Race(
        prepared=_two_bodies,
        left=lambda n: _merger(f"xb/a{n}", f"xb/b{n}"),
        right=lambda n: _merger(f"xb/b{n}", f"xb/a{n}"),
        impossible=lambda at: None not in at,
    ),
    "a recommendation from a review that is voided": Race(
        prepared=_review,
        left=lambda n: _issue(n, "xb", str(n)),
        right=_void,
        impossible=lambda at: _is_after(at, 0),
    ),
    "a plan by a body that is merged away": Race(
        prepared=_accepted,
        left=_plan,
        right=lambda n: _merger(f"xb/c{n}", "xb"),
        impossible=lambda at: _is_after(at, 0),
    ),
}


def _is_after(positions: Positions, side: int) -> bool:
    """Whether both are on record, and that of *side* after the other: it should be refused."""
    first, second = positions[1 - side], positions[side]
    return first is not None and second is not None and first < second


# Running them


def run(name: str, tries: int, url: str, *, seed: int = 0) -> RaceOutcome:
    """Run the race *name* so many times, in a new store at *url*."""
    race = RACES[name]
    with connect(url, readership=TEXTS) as app:
        app.handle_all([RegisterBody(**BY, body="xb", name="Board X", kind=BodyKind.BOARD)])
        app.handle_all([each for number in range(tries) for each in race.prepared(number)])
    spawn = mp.get_context("spawn")
    barrier, moment = spawn.Barrier(2), spawn.Value("d", 0.0)
    found = spawn.Queue()
    sides = [
        spawn.Process(target=_decide, args=(url, name, side, tries, seed, barrier, moment, found))
        for side in (0, 1)
    ]
    for process in sides:
        process.start()
    by_side = dict(found.get(timeout=60 + tries) for _ in sides)
    for process in sides:
        process.join()
    outcomes: list[Positions] = list(zip(by_side[0], by_side[1], strict=True))
    return RaceOutcome(
        race=name,
        tries=tries,
        both=sum(None not in at for at in outcomes),
        left_alone=sum(at[1] is None and at[0] is not None for at in outcomes),
        right_alone=sum(at[0] is None and at[1] is not None for at in outcomes),
        impossible=sum(map(race.impossible, outcomes)),
    )


def races(effort: Effort) -> Count:
    """Run the races in turn, a few tries at a time, as often as *effort* says."""
    total = Count()
    for number, name in enumerate(cycle(RACES)):
        with TemporaryDirectory(prefix="lif-races-") as folder:
            outcome = run(name, TRIES, f"sqlite:{folder}/race.db", seed=effort.seed + number)
        total += Count(
            points=outcome.tries,
            acknowledged=2 * outcome.both + outcome.left_alone + outcome.right_alone,
            stray=outcome.impossible,
            example=f"{name}: recorded as no order allows" if outcome.impossible else "",
        )
        if not effort.goes_on(total):
            return total
    raise AssertionError("races never end")


def _decide(
    url: str, name: str, side: int, tries: int, seed: int, barrier: Any, moment: Any, found: Any
) -> None:
    """Decide the commands of one *side*, each when the other side decides its own."""
    race = RACES[name]
    command = (race.left, race.right)[side]
    chance = random.Random(f"{seed} {side}")
    positions: list[int | None] = []
    with connect(url, readership=TEXTS) as app:
        for number in range(tries):
            decision = command(number)
            if side == 0:
                moment.value = time.monotonic() + AHEAD  # the same clock in both processes
            barrier.wait(60)
            start = moment.value + chance.uniform(0, JITTER)
            while time.monotonic() < start:
                pass
            position = None
            with suppress(RefusedError):
                position = app.handle(decision)[0].position
            positions.append(position)
    found.put((side, positions))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.races")
    parser.add_argument("--tries", type=int, default=2_000, help="of each race (default 2,000)")
    parser.add_argument("--race", choices=tuple(RACES), action="append", help="(default all)")
    parser.add_argument("--url", help="a new store, for one race (default one in SQLite for each)")
    parser.add_argument("--seed", type=int, default=0, help="of the jitter (default 0)")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    options = parser.parse_args(arguments)
    counts = []
    for name in options.race or RACES:
        with TemporaryDirectory(prefix="lif-races-") as folder:
            url = options.url or f"sqlite:{folder}/race.db"
            counts.append(run(name, options.tries, url, seed=options.seed))
        if options.format == "table":
            print(_line(counts[-1]), flush=True)
    if options.format == "json":
        print(json.dumps([attrs.asdict(count) for count in counts], indent=2))
    return int(any(count.impossible for count in counts))


def _line(count: RaceOutcome) -> str:
    return (
        f"{count.race}: {count.tries} tries, both recorded {count.both}, one alone"
        f" {count.left_alone} and {count.right_alone}, impossible {count.impossible}"
    )


if __name__ == "__main__":
    sys.exit(main())
