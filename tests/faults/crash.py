"""A crash of work, or of the recovery from one, at each write: by a kill, or a loss of power."""

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from random import Random
from typing import TypeAlias, TypeVar

from tests.faults.count import Count, Effort
from tests.faults.disk import Operation, Platter, Write
from tests.faults.interruption import (
    FAILURES,
    Moment,
    Recording,
    examined,
    moments,
    record,
    record_recovery,
)
from tests.faults.traced import PROPER, Manner
from tests.faults.work import work

T = TypeVar("T")
LOSSES = 5  # of power, at each moment of one work
RECOVERIES = 50  # of so many crashes, one has the recovery from it crash, too
Crash: TypeAlias = Callable[[Platter, Operation, Random], Iterator[Platter]]
"""Takes an operation on a platter, and yields what crashes at it may leave."""


def kill_points(effort: Effort, manner: Manner = PROPER) -> Count:
    """Kill work at each write, between two of them or within one, as often as *effort* says."""
    return _crashed(kills, effort, manner)


def power_loss(effort: Effort, manner: Manner = PROPER) -> Count:
    """Lose power after each operation of work, several times, as often as *effort* says."""
    return _crashed(losses, effort, manner)


def kills(platter: Platter, operation: Operation, chance: Random) -> Iterator[Platter]:
    """Yield what is left within an *operation* and after it: all that was written is there."""
    if isinstance(operation, Write) and len(operation.data) > 1:
        cut = chance.randrange(1, len(operation.data))
        yield platter.after_kill(Write(operation.file, operation.at, operation.data[:cut]))
    platter.take(operation)
    yield platter.after_kill()


def losses(platter: Platter, operation: Operation, chance: Random) -> Iterator[Platter]:
    """Yield what is left after an *operation*: what was not forced down may be gone."""
    platter.take(operation)
    for _ in range(LOSSES):
        yield platter.after_power_loss(chance)


def either(platter: Platter, operation: Operation, chance: Random) -> Iterator[Platter]:
    """Yield what a kill, and what a loss of power leaves after an *operation*."""
    platter.take(operation)
    yield platter.after_kill()
    yield platter.after_power_loss(chance)


def _crashed(crash: Crash, effort: Effort, manner: Manner) -> Count:
    """Have work *crash* at its operations, and count what is wrong afterwards."""
    total = Count()
    for seed in count(effort.seed):
        chance = Random(seed)
        recording = record(work(seed), manner)
        operations, platter = moments(recording), recording.platter
        for moment, left in crashes(operations, platter, crash, chance, effort.every):
            outcome = examined(recording, moment, left, chance)
            total += outcome
            if not outcome.wrong and not chance.randrange(RECOVERIES):
                total += _crashed_again(recording, moment, left, chance, effort.every)
            if not effort.goes_on(total):
                return total
    raise AssertionError("numbers never end")


def _crashed_again(
    recording: Recording, moment: Moment, platter: Platter, chance: Random, every: int
) -> Count:
    """Have the process that opens what is left on a *platter* crash at *every* one or fewer of its
    operations, and count what is wrong for the one after it.
    """
    total = Count()
    try:
        recovery = record_recovery(recording, moment, platter, chance)
    except FAILURES as error:
        return Count(points=1, recovering=1, partial=1, example=repr(error))
    for later, left in crashes(moments(recovery), recovery.platter, either, chance, every):
        total += Count(recovering=1) + examined(recovery, later, left, chance)
    return total


def crashes(
    operations: Iterable[tuple[Operation, T]],
    platter: Platter,
    crash: Crash,
    chance: Random,
    every: int = 1,
) -> Iterator[tuple[T, Platter]]:
    """Have a *crash* at *every* one or fewer of the *operations* on a *platter*, and yield the
    moment, and what is left.
    """
    platter = platter.after_kill()
    for number, (operation, moment) in enumerate(operations):
        if number % every:
            platter.take(operation)
            continue
        for left in crash(platter, operation, chance):
            yield moment, left
