"""What was known when: clocks that were met, and that nobody could know to be met at the time."""

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import frozen

from lif_adapters.report.history import History
from lif_core.projections import Accountability, accountability
from lif_core.projections.clocks import ClockRow

DAY = timedelta(days=1)


@frozen(kw_only=True)
class ThenRow:
    """A clock as it was known on the day *known*, to whoever asked on that day.

    Only clocks that were met in time and recorded too late to be known in time: each on the day
    after it was due, and on the day after it was recorded.
    """

    review: str
    clock: str
    known: date
    due: date
    status: str
    overdue: int
    done: date | None
    latency: int | None
    recording_lag: int | None


@frozen(kw_only=True)
class Hindsight:
    """Each row is as it was at its own day, as *known* by the end of it."""

    clocks: tuple[ThenRow, ...]


def hindsight(history: History, now: Accountability) -> Hindsight:
    """What was known then of the clocks that are known *now*."""
    return Hindsight(clocks=tuple(row for clock in now.clocks for row in _then(history, clock)))


def _then(history: History, clock: ClockRow) -> Iterator[ThenRow]:
    if clock.done is None or clock.recording_lag is None or clock.done > clock.due:
        return
    recorded = clock.done + timedelta(days=clock.recording_lag)
    if recorded <= clock.due + DAY:
        return
    for day in (clock.due + DAY, recorded + DAY):
        found = history.view_then(f"review-{clock.review}", accountability, day)
        for row in found.clocks:
            if row.clock == clock.clock and day <= history.as_of.valid:
                yield ThenRow(
                    review=row.review,
                    clock=row.clock,
                    known=day,
                    due=row.due,
                    status=row.status,
                    overdue=row.overdue,
                    done=row.done,
                    latency=row.latency,
                    recording_lag=row.recording_lag,
                )
