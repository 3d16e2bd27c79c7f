"""A body: its registration, its meetings, and what became of what it held."""

from datetime import date

from attrs import define, field
from msgspec import Struct

from lif_core.aggregates import body as b
from lif_core.aggregates.succession import Passage, Succession
from lif_core.decisions.record import Record
from lif_core.items.state import last_event
from lif_core.projection.projection import Item, Part, Totals

MERGED = "merged"
"""The topic on which a body that was merged, split or ended says so, to its own name."""


class Merger(Struct, frozen=True):
    """The merger of a body *into* another one from the day *on*; or its split or its end, which
    are no merger as a *whole*. *streams* went to others, each named with the one it went to.
    """

    into: str
    on: date
    streams: tuple[tuple[str, str], ...] = ()
    whole: bool = True
    position: int = 0

    @property
    def passage(self) -> Passage:
        return Passage(self.into, self.on, self.streams, self.whole, self.position)


def last_record(_: Record | None, record: Record) -> Record:
    """Return the *record*: of several, the last to take effect remains."""
    return record


merger_item = Item("merger", b.PassingEvent, last_record)
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


def say_merger(record: Record, part: Part) -> None:
    """Tell each part that asks for a body that is no more who holds what it held since."""
    event = record.event
    assert isinstance(event, b.PassingEvent)
    passage = b.passage_of(event)._replace(position=record.position)
    part.say(MERGED, event.body, Merger(*passage))


def succession_for(part: Part) -> Succession:
    """Return the succession of bodies; *part* asks for the mergers that are looked up in it."""

    def passage(ref: str) -> Passage | None:
        for merger in part.ask(MERGED, ref):
            passed: Passage = merger.passage
            return passed
        return None

    return Succession(passage)


def full_succession(everything: Totals) -> Succession:
    """Return the succession of bodies, by all that has taken effect."""
    return Succession.of({ref: merger.passage for ref, merger in everything.said(MERGED)})
