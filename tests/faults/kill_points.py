"""A process that is killed at each of its writes, between two of them or within one."""

from itertools import count
from random import Random

from tests.faults.count import Count, Effort
from tests.faults.disk import Platter, Write
from tests.faults.interruption import examined, moments, record
from tests.faults.traced import PROPER, Manner
from tests.faults.work import work


def kill_points(effort: Effort, manner: Manner = PROPER) -> Count:
    """Kill work at each write, as often as *effort* says: all that was written is still there."""
    total = Count()
    for seed in count(effort.seed):
        chance = Random(seed)
        recording = record(work(seed), manner)
        platter = Platter()
        for number, (operation, moment) in enumerate(moments(recording)):
            if number % effort.every:
                platter.take(operation)
                continue
            if isinstance(operation, Write) and len(operation.data) > 1:
                cut = chance.randrange(1, len(operation.data))
                torn = Write(operation.file, operation.at, operation.data[:cut])
                total += examined(recording, moment, platter.after_kill(torn), chance)
            platter.take(operation)
            total += examined(recording, moment, platter.after_kill(), chance)
            if not effort.goes_on(total):
                return total
    raise AssertionError("numbers never end")
