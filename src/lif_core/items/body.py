"""A body: its registration, its meetings, and the merger that ended it."""

from datetime import date

from attrs import define, field
from msgspec import Struct

from lif_core.aggregates import body as b
from lif_core.aggregates.succession import Succession
from lif_core.decisions.record import Record
from lif_core.items.state import last_event
from lif_core.projection.projection import Item, Part, Totals

MERGED = "merged"
"""The topic on which a merged body says what it was merged into, to its own name."""


class Merger(Struct, frozen=True):
    """The merger of a body *into* another one, from the day *on*."""

    into: str
    on: date


merger_item = Item("merger", b.BodyMerged, last_event)
registration_item = Item("registration", b.BodyRegistered, last_event)


@define(kw_only=True)
class BodyMeetings:
    """A body's *registration* and its *meetings*.

    It is a draft, which folding changes in place.
    """

    registration: b.BodyRegistered | None = None
    meetings: list[b.MeetingRecorded] = field(factory=list)


def evolve(body: BodyMeetings | None, record: Record) -> BodyMeetings:
    body, event = body or BodyMeetings(), record.event
    if isinstance(event, b.BodyRegistered):
        body.registration = event
    else:
        assert isinstance(event, b.MeetingRecorded)
        body.meetings.append(event)
    return body


meetings_item = Item("organ", (b.BodyRegistered, b.MeetingRecorded), evolve)


def say_merger(event: b.BodyMerged, part: Part) -> None:
    """Tell each part that asks for a merged body which body it was merged into, and when."""
    part.say(MERGED, event.body, Merger(event.into, event.on))


def succession_for(part: Part) -> Succession:
    """Return the succession of bodies; *part* asks for the mergers that are looked up in it."""

    def merged_into(ref: str) -> tuple[str, date] | None:
        for merger in part.ask(MERGED, ref):
            return merger.into, merger.on
        return None

    return Succession(merged_into)


def full_succession(everything: Totals) -> Succession:
    """Return the succession of bodies after all mergers that have taken effect."""
    mergers = everything.said(MERGED)
    return Succession.of({ref: (merger.into, merger.on) for ref, merger in mergers})
