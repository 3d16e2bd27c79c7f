"""The meetings at which decisions were taken, as bodies have them on record."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from lif_core.aggregates.body import MeetingRecorded
from lif_core.decisions.corrections import corrected
from lif_core.decisions.record import Record
from lif_core.values.refs import stream_of
from lif_core.values.working_days import last_instant


class Meetings:
    """The meetings on record; *history* returns the records of a body, which are read once."""

    def __init__(self, history: Callable[[str], Iterable[Record]]) -> None:
        self._history = history
        self._bodies: dict[str, Sequence[Record]] = {}

    def of(self, record: Record, known: date | datetime | None = None) -> MeetingRecorded | None:
        """Return the meeting that the decision in *record* was taken at, as it was *known* then.

        `None` where it was taken at none, or at one that has been voided.
        """
        by = record.event.by
        if by.deliberation is None or by.deliberation.meeting is None:
            return None
        if by.body not in self._bodies:
            self._bodies[by.body] = tuple(self._history(stream_of("body", by.body)))
        until = last_instant(known)
        records = [r for r in self._bodies[by.body] if until is None or r.recorded_at <= until]
        for entry in corrected(records):
            match entry.event:
                case MeetingRecorded(meeting=meeting) if meeting == by.deliberation.meeting:
                    return entry.event
        return None
