"""The meetings at which decisions were taken, as bodies have them on record."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime

from lif_core.aggregates.body import MeetingRecorded
from lif_core.decisions.corrections import corrected
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError
from lif_core.values.refs import stream_of
from lif_core.values.working_days import last_instant

LISTED = 8
"""So many meetings are named, at most, to somebody who asked for another."""


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
        until = last_instant(known)
        records = [r for r in self._of_body(by.body) if until is None or r.recorded_at <= until]
        return _meeting(records, by.deliberation.meeting)

    def named(self, name: str) -> MeetingRecorded:
        """Return the meeting called *name*: its body and its own name, such as `wscb/2018-03`.

        Raises:
            MalformedError: there is no such meeting on record, or it is void.
        """
        parts = name.split("/")
        bodies = {"/".join(parts[:at]): "/".join(parts[at:]) for at in range(1, len(parts))}
        for body, meeting in bodies.items():
            if (held := _meeting(self._of_body(body), meeting)) is not None:
                return held
        names = [f"{body}/{each}" for body in bodies for each in self._names(body)]
        there = f"; there are: {', '.join(names[-LISTED:])}" if names else ""
        problem = f"no meeting {name!r} on record; write BODY/MEETING{there}"
        raise MalformedError("meeting", problem)

    def _names(self, body: str) -> Iterator[str]:
        """Yield the names of the meetings of a *body* on record, in their order."""
        for entry in corrected(self._of_body(body)):
            if isinstance(entry.event, MeetingRecorded):
                yield entry.event.meeting

    def _of_body(self, body: str) -> Sequence[Record]:
        if body not in self._bodies:
            self._bodies[body] = tuple(self._history(stream_of("body", body)))
        return self._bodies[body]


def _meeting(records: Sequence[Record], name: str) -> MeetingRecorded | None:
    for entry in corrected(records):
        match entry.event:
            case MeetingRecorded(meeting=meeting) if meeting == name:
                return entry.event
    return None
