"""One entry of the log: an event, and when and how it was recorded."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from lif_core.decisions.messages import Event
from lif_core.values.fields import PersonalName


class Record(Struct, frozen=True, gc=False):
    """An *event* on record: the *stream_position*-th of its *stream*, *position*-th of the log.

    *recorded_at* is an aware UTC instant and never goes backwards within a log; where a migration
    supplied it from an older register, *migrated* says so, and *entered_at* is what the clock
    said. *claimed_at* is what an older register says, where *recorded_at* is the clock's all the
    same: other entries were recorded later than that already. *command_id* is the caller's, so
    that a command repeated is recorded once. *correlation* and *causation* are the caller's, for
    tracing. *entered_by* is who typed it, as the program that embeds `lif` says; who decided it is
    in the event. *versions* are those of a corrected entry, the latest last; an entry as recorded
    has none.
    *stamped* is what a wrong clock said, where a correction of it says otherwise of *recorded_at*.
    *about* are the keys, by their ids, of those whom its texts are about, where that was said.
    *contradicts* is set where a correction left it so that it cannot have been as it stands.
    """

    position: int
    stream: str
    stream_position: int
    recorded_at: datetime
    event: Event[Any]
    command_id: str | None = None
    correlation: str | None = None
    causation: str | None = None
    migrated: bool = False
    entered_by: PersonalName | None = None
    versions: tuple["Version", ...] = ()
    contradicts: "Contradiction | None" = None
    stamped: datetime | None = None
    entered_at: datetime | None = None
    claimed_at: datetime | None = None
    about: tuple[str, ...] = ()


class Version(Struct, frozen=True, gc=False):
    """The event of an amended entry, from when it was recorded until the next version was."""

    recorded_at: datetime
    event: Event[Any]


class Contradiction(Struct, frozen=True, gc=False):
    """The *entries* of a stream, by their numbers, that contradict each other, and *why*."""

    entries: tuple[int, ...]
    why: str
