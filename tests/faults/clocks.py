"""Clocks that stand still, jump ahead and go back, on the days on which days are not as others."""

from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from lif_adapters.wiring import connect
from lif_core.commands.application import TOLERANCE, Application
from lif_core.errors import ClockError
from lif_core.values.working_days import local_day
from lif_core.views.accountability import accountability
from tests.faults.count import Count, Effort
from tests.faults.work import board, issue
from tests.people import TEXTS

INSTANTS = (
    datetime(2025, 3, 30, 1, tzinfo=UTC),  # an hour is left out
    datetime(2025, 10, 26, 1, tzinfo=UTC),  # an hour comes twice
    datetime(2025, 10, 25, 23, tzinfo=UTC),  # midnight in London
    datetime(2028, 2, 29, tzinfo=UTC),
    datetime(2028, 3, 1, tzinfo=UTC),
    datetime(2027, 1, 1, tzinfo=UTC),
)
JUMPS = (
    *(timedelta(0), timedelta(microseconds=1), timedelta(seconds=1), timedelta(minutes=59)),
    *(timedelta(minutes=-2), -TOLERANCE, -TOLERANCE - timedelta(microseconds=1)),
    *(timedelta(days=-1), timedelta(days=1), timedelta(hours=1)),
)
EACH = 10  # commands around one instant


def clocks(effort: Effort) -> Count:
    """Record around instants by clocks that jump, as often as *effort* says."""
    total = Count()
    for seed in count(effort.seed):
        total += _round(Random(seed))
        if not effort.goes_on(total):
            return total
    raise AssertionError("numbers never end")


def _round(chance: Random) -> Count:
    """Record by two programs of which each has a clock of its own."""
    total = Count()
    now = chance.choice(INSTANTS) - timedelta(minutes=chance.randrange(3))
    with connect("memory:", clock=lambda: now, extensions=(), readership=TEXTS) as app:
        board().act(app)
        other = Application(app.recorder, clock=lambda: now, readership=TEXTS)
        last = now
        for number in range(EACH):
            now += chance.choice(JUMPS)
            recorded, example = _recorded(chance.choice((app, other)), number, now, last)
            last = recorded or last
            total += Count(
                points=1,
                acknowledged=int(recorded is not None),
                stray=int(bool(example)),
                example=example,
            )
            day = local_day(now)
            view = app.view(accountability, valid=day)
            is_other = view != other.view(accountability, valid=day, afresh=True)
            total += Count(differing=int(is_other), example=f"{day}" if is_other else "")
        instants = [record.recorded_at for record in app.history()]
        return total + Count(partial=int(instants != sorted(instants)))


def _recorded(
    app: Application, number: int, now: datetime, last: datetime
) -> tuple[datetime | None, str]:
    """Record when a clock says *now*, and the log ends at *last*: return when it is recorded, and
    what is wrong with that.
    """
    expected = None if last - now > TOLERANCE else max(last, now)
    name = f"k{number}"
    instant = None
    try:
        (record,) = app.handle(issue(name, on=local_day(now)), command_id=name)
        instant = record.recorded_at
    except ClockError:
        pass
    except Exception as error:
        return None, f"at {now}: {error!r}"
    if instant != expected:
        return instant, f"at {now}, after {last}: recorded at {instant}, not {expected}"
    return instant, ""
