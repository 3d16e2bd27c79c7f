"""Bodies: who was merged into whom, split or ended, and who so holds what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tests.recount.times import Entry, Stream

UNOWNED = "(unowned)"
PASSING = ("BodyMerged", "BodySplit", "BodyEnded")


@dataclass(frozen=True)
class Passing:
    """The day from which a body holds nothing any more, and who holds it instead."""

    on: date
    position: int
    into: str | None
    shares: Mapping[str, str]

    def of(self, stream: str) -> str:
        return self.shares.get(stream, self.into or UNOWNED)


class Succession:
    """All passings of bodies, in the order of their effect."""

    def __init__(self, passings: Sequence[tuple[str, Passing]]) -> None:
        self.passings = passings
        self.by_stream: dict[str, dict[str, Passing]] = {}

    def of(self, stream: str) -> dict[str, Passing]:
        """Return what passes a stream on; what would pass it in a circle has no effect."""
        if stream not in self.by_stream:
            effective: dict[str, Passing] = {}
            for body, passing in self.passings:
                last = passing.of(stream)
                while last in effective:
                    last = effective[last].of(stream)
                if body not in effective and last != body:
                    effective[body] = passing
            self.by_stream[stream] = effective
        return self.by_stream[stream]

    def holder(self, body: str, stream: str, on: date) -> str:
        """Return who holds on a day what was given to *body*."""
        while (p := self.of(stream).get(body)) and p.on <= on:
            body = p.of(stream)
        return body

    def handings(self, body: str, stream: str, since: date) -> list[tuple[date, str]]:
        """Return when what *body* was given on a day went to others, and to whom."""
        days: list[tuple[date, str]] = []
        while p := self.of(stream).get(body):
            body, since = p.of(stream), max(p.on, since)
            days.append((since, body))
        return days


def succession(streams: Mapping[str, Stream]) -> Succession:
    """Return who was merged into whom, from the streams of bodies."""
    entries: list[Entry] = [
        e
        for s in streams.values()
        if s.name.startswith("body-")
        for e in s.entries
        if e.name in PASSING
    ]
    entries.sort(key=lambda e: e.order)
    return Succession([(e.fields["body"], _passing(e)) for e in entries])


def _passing(entry: Entry) -> Passing:
    match entry.name:
        case "BodyMerged":
            return Passing(entry.on, entry.position, entry.fields["into"], {})
        case "BodySplit":
            shares = {s: share["to"] for share in entry.fields["shares"] for s in share["streams"]}
            return Passing(entry.on, entry.position, entry.fields.get("rest"), shares)
        case _:
            return Passing(entry.on, entry.position, None, {})


def boards_of(item: Sequence[str], reference: str, governed: Sequence[str]) -> tuple[str, ...]:
    """Return the boards of an item: those that it names, else the one in its reference."""
    del governed
    return tuple(sorted(set(item))) or (reference.split("/")[0],)
