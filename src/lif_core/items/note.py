"""A briefing note: to whom it was sent, and when each agency acknowledged it."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from attrs import frozen

from lif_core import audit as a
from lif_core.decider import plus
from lif_core.evolving import evolved
from lif_core.projection.projection import Item
from lif_core.record import Record


@frozen(kw_only=True)
class Note:
    """A briefing note, and the day on which each agency acknowledged it."""

    ref: str
    agencies: tuple[str, ...] = ()
    acknowledged: Mapping[str, date] = MappingProxyType({})


def evolve(note: Note | None, record: Record) -> Note:
    event = record.event
    assert isinstance(event, a.BriefingNoteIssued | a.BriefingNoteAcknowledged)
    note = note or Note(ref=event.audit)
    if isinstance(event, a.BriefingNoteIssued):
        return evolved(note, agencies=event.agencies)
    agency = event.for_body or event.by.body
    return evolved(note, acknowledged=plus(note.acknowledged, agency, event.on))


noted = Item("note", (a.BriefingNoteIssued, a.BriefingNoteAcknowledged), evolve)
