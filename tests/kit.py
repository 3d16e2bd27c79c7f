"""Figures of the testing kit: `python -m tests.kit [HISTORIES]` prints them.

How many decisions are recorded of those tried, how many kinds of events are reached, how long
histories are and take, and how many entries are left of a history that shows a planted fault.
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random
from statistics import mean, median
from time import process_time
from typing import Any

from attrs import frozen
from hypothesis import HealthCheck, Phase, find, given, settings

from lif_core.decisions.corrections import EntryAmended, EntryVoided
from lif_core.decisions.record import Record
from lif_core.log.registry import Registry
from lif_core.testing.history import GeneratedHistory, histories
from lif_core.testing.strategies import World, commands

Records = Sequence[Record]


@frozen
class Figures:
    """The figures of so many *histories*, generated in *seconds* of one processor."""

    histories: tuple[GeneratedHistory, ...]
    seconds: float

    @property
    def tried(self) -> int:
        return sum(history.asked for history in self.histories)

    @property
    def refused(self) -> Counter[str]:
        counts = Counter[str]()
        for history in self.histories:
            counts.update(history.refused)
        return counts

    @property
    def share_recorded(self) -> float:
        return 1 - self.refused.total() / self.tried

    @property
    def lengths(self) -> list[int]:
        return [len(history.records) for history in self.histories]

    @property
    def reached(self) -> set[str]:
        return {type(record.event).__name__ for each in self.histories for record in each.records}

    @property
    def lines(self) -> list[str]:
        return [
            f"{len(self.histories)} histories in {self.seconds:.1f} s",
            f"entries: {mean(self.lengths):.1f} on average, median {median(self.lengths)}, "
            f"at most {max(self.lengths)}",
            f"decisions: {self.tried}, of which {self.share_recorded:.1%} were not refused",
            f"kinds of events: {len(self.reached)} of {len(Registry().events)}",
        ]


def generated(count: int) -> Figures:
    """Return the figures of *count* histories, always the same."""
    made: list[GeneratedHistory] = []

    @settings(max_examples=count, database=None, derandomize=True, deadline=None, phases=[
        Phase.generate
    ])  # fmt: skip
    @given(histories())
    def look(history: GeneratedHistory) -> None:
        made.append(history)

    started = process_time()
    look()
    return Figures(tuple(made), process_time() - started)


def by_single_commands(count: int) -> Figures:
    """Return the figures of as many histories of any commands, each made on its own."""
    from hypothesis import strategies as st

    from lif_core.testing.catalogue import shipped
    from lif_core.testing.history import begun, history_of

    made: list[GeneratedHistory] = []

    @settings(max_examples=count, database=None, derandomize=True, deadline=None, phases=[
        Phase.generate
    ])  # fmt: skip
    @given(st.lists(commands(World()), min_size=30, max_size=30))
    def look(asked: list[Any]) -> None:
        chronicle = begun(shipped())
        for command in asked:
            chronicle.decide(command)
        made.append(history_of(chronicle))

    started = process_time()
    look()
    return Figures(tuple(made), process_time() - started)


# Planted faults, and how many entries are left of a history that shows one


def names_of(records: Records) -> list[str]:
    return [type(record.event).__name__ for record in records]


def corrects(records: Records, correction: type, category: str) -> bool:
    return any(
        isinstance(record.event, correction) and record.stream.startswith(category)
        for record in records
    )


def merged_owner(records: Records) -> bool:
    names = names_of(records)
    return "BodyMerged" in names and "RecommendationPlanned" in names


def back_dated(records: Records) -> bool:
    return any(
        later.stream == record.stream and later.event.on < record.event.on
        for place, record in enumerate(records)
        for later in records[place:]
    )


FAULTS: Mapping[str, Callable[[Records], bool]] = {
    "a report is published": lambda records: "ReportPublished" in names_of(records),
    "a recommendation is closed": lambda records: "RecommendationClosed" in names_of(records),
    "a link between two boards": lambda records: "LinkAccepted" in names_of(records),
    "a recommendation is voided": lambda records: corrects(records, EntryVoided, "recommendation"),
    "an audit is amended": lambda records: corrects(records, EntryAmended, "audit"),
    "a body is merged beside a plan": merged_owner,
    "an entry is back-dated": back_dated,
    "an entry was migrated": lambda records: any(record.migrated for record in records),
    "ten entries": lambda records: len(records) >= 10,
}
"""What a faulty program would fail at, in a history."""


def shrunk(fault: Callable[[Records], bool]) -> GeneratedHistory:
    """Return the simplest history that shows a *fault*, as Hypothesis leaves it."""
    return find(
        histories(),
        lambda history: fault(history.records),
        settings=settings(
            max_examples=1_000, database=None, suppress_health_check=list(HealthCheck)
        ),
        random=Random(1),
    )


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print("Any commands, one by one:", *by_single_commands(count).lines, sep="\n  ")
    print("Histories:", *generated(count).lines, sep="\n  ")
    print("Entries in the simplest history in which")
    for name, fault in FAULTS.items():
        print(f"  {name}: {len(shrunk(fault).records)}")
