"""Clocks that were met in time, and that nobody could know at the time to be met."""

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import frozen
from msgspec import Struct

from lif_adapters.report.history import History
from lif_core.items.clocks import ClockRow
from lif_core.projection.tables import row
from lif_core.values.refs import stream_of
from lif_core.views.accountability import Accountability, accountability

DAY = timedelta(days=1)


@row(key=("review", "clock", "to", "known"))
class HindsightRow(Struct, frozen=True, kw_only=True):
    """A clock as it was known on the day *known*, to whoever asked on that day.

    Only clocks that were met in time and recorded too late to be known in time: each on the day
    after it was due, and on the day after it was recorded. *status* is as in the clocks, or
    `unknown`: that it had begun was not on record.
    """

    review: str
    clock: str
    to: str
    known: date
    due: date
    status: str
    days_overdue_so_far: int | None
    done: date | None
    latency: int | None
    recording_lag: int | None


@frozen(kw_only=True)
class Hindsight:
    """The clocks on the days on which they were looked at, each row as known by its end."""

    clocks: tuple[HindsightRow, ...]


def hindsight(history: History, now: Accountability) -> Hindsight:
    """Return what was known at the time of the clocks in the view of *now*."""
    return Hindsight(clocks=tuple(row for clock in now.clocks for row in _rows(history, clock)))


def _rows(history: History, clock: ClockRow) -> Iterator[HindsightRow]:
    """Yield a *clock* as it was known the day after it was due, and after it was recorded."""
    if clock.done is None or clock.due is None or clock.recording_lag is None:
        return
    recorded = clock.done + timedelta(days=clock.recording_lag)
    if clock.done > clock.due or recorded <= clock.due + DAY:
        return
    for day in (clock.due + DAY, recorded + DAY):
        if day <= history.as_of.valid:
            yield _row(history, clock, clock.due, day)


def _row(history: History, clock: ClockRow, due: date, day: date) -> HindsightRow:
    """Return the same *clock* as it was known by the end of that *day*."""
    clocks = history.view_then(stream_of("review", clock.review), accountability, day).clocks
    same = (clock.clock, clock.to)
    then = next((row for row in clocks if (row.clock, row.to) == same), None)
    return HindsightRow(
        review=clock.review,
        clock=clock.clock,
        to=clock.to,
        known=day,
        due=then.due if then and then.due else due,
        status=then.status if then else "unknown",
        days_overdue_so_far=then.days_overdue_so_far if then else None,
        done=then.done if then else None,
        latency=then.latency if then else None,
        recording_lag=then.recording_lag if then else None,
    )
