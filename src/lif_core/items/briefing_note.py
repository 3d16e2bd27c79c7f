"""A briefing note: the agencies it was sent to, and the day on which each acknowledged it."""

from datetime import date

from attrs import define, field

from lif_core.aggregates import audit as a
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item


@define(kw_only=True)
class BriefingNote:
    """The briefing note of the audit *ref*: its text, which agencies it was sent to, and when each
    of them *acknowledged* it. It is a draft, which folding changes in place.
    """

    ref: str
    note: str = ""
    agencies: tuple[str, ...] = ()
    acknowledged: dict[str, date] = field(factory=dict)


def evolve(note: BriefingNote | None, record: Record) -> BriefingNote:
    event = record.event
    assert isinstance(event, a.BriefingNoteIssued | a.BriefingNoteAcknowledged)
    note = note or BriefingNote(ref=event.audit)
    if isinstance(event, a.BriefingNoteIssued):
        note.note, note.agencies = event.note, event.agencies
    else:
        note.acknowledged[event.answered_for] = event.on
    return note


briefing_note_item = Item("note", (a.BriefingNoteIssued, a.BriefingNoteAcknowledged), evolve)
