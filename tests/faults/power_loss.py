"""A loss of power at any moment: of what was not forced down, anything may be gone."""

from itertools import count
from random import Random

from tests.faults.count import Count, Effort
from tests.faults.disk import Platter
from tests.faults.interruption import examined, moments, record
from tests.faults.traced import PROPER, Manner
from tests.faults.work import work

LOSSES = 5  # at each moment of one work


def power_loss(effort: Effort, manner: Manner = PROPER) -> Count:
    """Lose power after each operation of work, several times, as often as *effort* says."""
    total = Count()
    for seed in count(effort.seed):
        chance = Random(seed)
        recording = record(work(seed), manner)
        platter = Platter()
        for number, (operation, moment) in enumerate(moments(recording)):
            platter.take(operation)
            if number % effort.every:
                continue
            for _ in range(LOSSES):
                total += examined(recording, moment, platter.after_power_loss(chance), chance)
            if not effort.goes_on(total):
                return total
    raise AssertionError("numbers never end")
