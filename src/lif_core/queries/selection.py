"""The entries that somebody asks for: by their day, by who decided and where, by how late they
were recorded.
"""

from datetime import date, datetime
from typing import TypeAlias

from attrs import frozen

from lif_core.decisions.record import Record
from lif_core.errors import NotEntitledError
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Recorder
from lif_core.queries.readership import PERSONAL_TEXTS, Readership
from lif_core.values.working_days import local_day

MeetingName: TypeAlias = tuple[str, str]
"""A meeting, by the body that met and by its own name."""


def lag(record: Record) -> int:
    """Return how many days after it took effect an entry is on record, in Europe/London.

    It is less than 0 for what takes effect later than it was recorded.
    """
    return (local_day(record.recorded_at) - record.event.on).days


@frozen(kw_only=True)
class Selection:
    """A choice of entries: those that meet every condition that is given.

    Args:
        since: from this day on, itself included.
        until: up to this day, itself included.
        by_effect: both are days on which entries took effect, and not days of recording.
        body: decided for this body.
        person: decided by this person.
        capacity: decided by somebody in this role, such as `independent chair`.
        meeting: decided at this meeting.
        entered_by: entered by whoever has this name.
        lag: recorded more than so many days after they took effect.
    """

    since: date | None = None
    until: date | None = None
    by_effect: bool = False
    body: str | None = None
    person: str | None = None
    capacity: str | None = None
    meeting: MeetingName | None = None
    entered_by: str | None = None
    lag: int | None = None

    def takes(self, record: Record) -> bool:
        """Return whether *record* meets every condition."""
        by = record.event.by
        return (
            (self.body is None or by.body == self.body)
            and (self.person is None or by.person == self.person)
            and (self.capacity is None or by.role == self.capacity)
            and (self.entered_by is None or record.entered_by == self.entered_by)
            and (self.meeting is None or _meeting(record) == self.meeting)
            and (self.lag is None or lag(record) > self.lag)
            and self._takes_day(record)
        )

    def _takes_day(self, record: Record) -> bool:
        if self.since is None and self.until is None:
            return True
        day = record.event.on if self.by_effect else local_day(record.recorded_at)
        return (self.since or date.min) <= day <= (self.until or date.max)


def _meeting(record: Record) -> MeetingName | None:
    by = record.event.by
    if by.deliberation is None or by.deliberation.meeting is None:
        return None
    return by.body, by.deliberation.meeting


def recorded_by(recorder: Recorder, mapper: LifMapper, instant: datetime) -> int:
    """Return the last position that was recorded by this *instant*; 0 where there is none.

    Entries are recorded in the order of their positions, so few rows are read.
    """
    last = recorder.last_row()
    low, high = 0, last[0] if last else 0
    while low < high:
        middle = (low + high) // 2
        row, *_ = recorder.rows(after=middle, limit=1)  # one past the middle; there may be gaps
        if mapper.to_record(row).recorded_at <= instant:
            low = row[0]
        else:
            high = middle
    return low


def refuse_unless_may_select(selection: Selection, readership: Readership) -> None:
    """Refuse a *selection* by somebody's name where the reader may not read names.

    Raises:
        NotEntitledError: what it leaves would tell who it was.
    """
    if readership.grants(PERSONAL_TEXTS):
        return
    for condition in ("person", "entered_by"):
        if getattr(selection, condition) is not None:
            raise NotEntitledError(f"a selection by {condition}", PERSONAL_TEXTS)
