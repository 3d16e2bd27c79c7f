"""What was known when: clocks that were met, and that nobody could know to be met at the time."""

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import frozen
from msgspec import Struct

from lif_adapters.report.history import History
from lif_core.items.clocks import ClockRow
from lif_core.projection.tables import row
from lif_core.views import Accountability, accountability

DAY = timedelta(days=1)


@row(key=("review", "clock", "known"))
class ThenRow(Struct, frozen=True, kw_only=True):
    """A clock as it was known on the day *known*, to whoever asked on that day.

    Only clocks that were met in time and recorded too late to be known in time: each on the day
    after it was due, and on the day after it was recorded. *status* is as in the clocks, or
    `unknown`: that it had begun was not on record.
    """

    review: str
    clock: str
    known: date
    due: date
    status: str
    overdue: int | None
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
        if day <= history.as_of.valid:
            yield _on(history, clock, day)


def _on(history: History, clock: ClockRow, day: date) -> ThenRow:
    """The same *clock*, as it was known by the end of that day."""
    clocks = history.view_then(f"review-{clock.review}", accountability, day).clocks
    then = next((row for row in clocks if row.clock == clock.clock), None)
    return ThenRow(
        review=clock.review,
        clock=clock.clock,
        known=day,
        due=then.due if then else clock.due,
        status=then.status if then else "unknown",
        overdue=then.overdue if then else None,
        done=then.done if then else None,
        latency=then.latency if then else None,
        recording_lag=then.recording_lag if then else None,
    )
