"""A body: what it is registered as, its meetings, and the merger that ended it."""

from datetime import date

from attrs import define, field
from msgspec import Struct

from lif_core.aggregates import body as b
from lif_core.aggregates.succession import Succession
from lif_core.decisions.record import Record
from lif_core.items.state import last_event
from lif_core.projection.projection import Item, Part, Totals

MERGED = "merged"
"""The topic on which a body says what it was merged into."""


class Merger(Struct, frozen=True):
    """A body is merged *into* another one, from the day *on*."""

    into: str
    on: date


merged = Item("merger", b.BodyMerged, last_event)
registered = Item("registration", b.BodyRegistered, last_event)


@define(kw_only=True)
class Organ:
    """A body as it is *registered*, and its *meetings*; a draft, changed in place by its fold."""

    registered: b.BodyRegistered | None = None
    meetings: list[b.MeetingRecorded] = field(factory=list)


def evolve_organ(organ: Organ | None, record: Record) -> Organ:
    organ, event = organ or Organ(), record.event
    if isinstance(event, b.BodyRegistered):
        organ.registered = event
    else:
        assert isinstance(event, b.MeetingRecorded)
        organ.meetings.append(event)
    return organ


organ = Item("organ", (b.BodyRegistered, b.MeetingRecorded), evolve_organ)


def say_merger(event: b.BodyMerged, part: Part) -> None:
    """Tell whoever held something what became of the body that was merged."""
    part.say(MERGED, event.body, Merger(event.into, event.on))


def succession_asked(part: Part) -> Succession:
    """Return who answers after mergers, as far as *part* asks."""

    def merged_into(ref: str) -> tuple[str, date] | None:
        for merger in part.ask(MERGED, ref):
            return merger.into, merger.on
        return None

    return Succession(merged_into)


def succession_of(everything: Totals) -> Succession:
    """Return who answers after all mergers that have taken effect."""
    mergers = everything.said(MERGED)
    return Succession.of({ref: (merger.into, merger.on) for ref, merger in mergers})
