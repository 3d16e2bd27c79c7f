"""A briefing note: to whom it was sent, and when each agency acknowledged it."""

from datetime import date

from attrs import define, field

from lif_core.aggregates import audit as a
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item


@define(kw_only=True)
class Note:
    """A briefing note, and the day on which each agency acknowledged it; a draft."""

    ref: str
    agencies: tuple[str, ...] = ()
    acknowledged: dict[str, date] = field(factory=dict)


def evolve(note: Note | None, record: Record) -> Note:
    event = record.event
    assert isinstance(event, a.BriefingNoteIssued | a.BriefingNoteAcknowledged)
    note = note or Note(ref=event.audit)
    if isinstance(event, a.BriefingNoteIssued):
        note.agencies = event.agencies
    else:
        note.acknowledged[event.answered_for] = event.on
    return note


noted = Item("note", (a.BriefingNoteIssued, a.BriefingNoteAcknowledged), evolve)
