"""What rests on what: from case to finding to recommendation to action to outcome, both ways.

A link is read from the marks of an event's fields, so an aggregate of its own needs no line here.
Bodies decide; they are no link of a chain.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

import attrs
from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import body
from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.aggregates.review import FindingAddressed
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.log.registry import CORRECTED, Registry
from lif_core.projection.projection import PROGRAM, Item, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import Names, marks_of

REGISTRY = Registry()
WHO = body.decider.category


@row(key=("stream",))
class StreamRow(Struct, frozen=True, kw_only=True):
    """A stream: the days of its first and latest of so many *entries*, corrections applied."""

    stream: str
    category: str
    opened: date
    entries: int
    latest: date


@row(key=("earlier", "later", "event", "field", "finding"))
class LinkRow(Struct, frozen=True, kw_only=True):
    """*later* rests on *earlier*: so says the *field* of an *event*, the *entry*-th of *stream*.

    *finding*: the reference of the review's finding that it goes through, if it goes through one.
    Where several entries say the same, it is the first to take effect.
    """

    earlier: str
    later: str
    event: str
    field: str
    finding: str | None
    stream: str
    entry: int
    on: date


@frozen(kw_only=True)
class Provenance:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded).

    *streams* are in the order of their names, *links* in that of the days they took effect.
    """

    valid: str
    known: str | None
    streams: Table[StreamRow]
    links: Table[LinkRow]

    def before(self, stream: str) -> tuple[str, ...]:
        """The streams that *stream* rests on, directly or through others; the nearest first."""
        return _reached(stream, ((link.later, link.earlier) for link in self.links))

    def after(self, stream: str) -> tuple[str, ...]:
        """The streams that rest on *stream*, directly or through others; the nearest first."""
        return _reached(stream, ((link.earlier, link.later) for link in self.links))

    def through(self, stream: str) -> tuple[LinkRow, ...]:
        """The links of all chains that lead to *stream* or away from it."""
        later, earlier = {stream, *self.before(stream)}, {stream, *self.after(stream)}
        return tuple(link for link in self.links if link.later in later or link.earlier in earlier)


def _reached(start: str, steps: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    onward: dict[str, list[str]] = defaultdict(list)
    for here, there in steps:
        onward[here].append(there)
    found = {start: None}
    for here in (queue := [start]):
        new = [there for there in dict.fromkeys(onward[here]) if there not in found]
        found.update(dict.fromkeys(new))
        queue += new
    return tuple(found)[1:]


@define(kw_only=True)
class Node:
    """A stream, and the links that its entries tell of: the first to take effect of each."""

    stream: str
    opened: date
    latest: date
    entries: int = 0
    links: dict[tuple[str | None, ...], LinkRow] = field(factory=dict)


def evolve(node: Node | None, record: Record, registry: Registry = REGISTRY) -> Node:
    on = record.event.on
    node = node or Node(stream=record.stream, opened=on, latest=on)
    node.entries += 1
    node.latest = on
    for link in _links(record, registry):
        what = (link.earlier, link.later, link.event, link.field, link.finding)
        node.links.setdefault(what, link)
    return node


def add_node(node: Node, part: Part) -> None:
    """Add a stream, and what it rests on or what rests on it."""
    row = StreamRow(
        stream=node.stream,
        category=node.stream.partition("-")[0],
        opened=node.opened,
        entries=node.entries,
        latest=node.latest,
    )
    part.row("streams", row)
    for link in node.links.values():
        part.row("links", link)


def _links(record: Record, registry: Registry) -> Iterable[LinkRow]:
    for path, named, forward in registry.references(record.event):
        if named.startswith(f"{WHO}-"):
            continue
        field = path.removesuffix("[]")
        for finding in _findings(record.event, field):
            yield LinkRow(
                earlier=record.stream if forward else named,
                later=named if forward else record.stream,
                event=type(record.event).__name__,
                field=field,
                finding=finding,
                stream=record.stream,
                entry=record.stream_position,
                on=record.event.on,
            )


def _findings(event: Event[Any], field: str) -> tuple[str | None, ...]:
    match event, field:
        case FindingAddressed(finding=finding), "recommendation":
            return (finding,)
        case RecommendationIssued(findings=findings), "source" if findings:
            return findings
        case _:
            return (None,)


def total(everything: Totals) -> Provenance:
    return Provenance(
        **everything.times,
        streams=everything.table("streams"),
        links=everything.table("links").by("on", "stream", "entry"),
    )


def linking(registry: Registry) -> frozenset[type]:
    """Return the classes of events that may tell of a link, and the corrections.

    An amendment is of the class of what it amends: no entry of another class ever links.
    """
    may_link = [
        cls
        for decider in registry.deciders
        for cls in decider.event_types
        for field in attrs.fields(cls)
        for _, mark in marks_of(field.type)
        if isinstance(mark, Names) and mark.category != WHO and field.name != decider.subject
    ]
    return frozenset((*may_link, *CORRECTED))


def provenance_of(registry: Registry) -> Projection[Provenance]:
    """Return the projection for the aggregates of *registry*, an embedder's own among them."""
    events = [
        cls
        for decider in registry.deciders
        if decider.category != WHO
        for cls in decider.event_types
    ]
    node = Item("node", tuple(events), partial(evolve, registry=registry))
    return Projection(
        name="provenance",
        view=Provenance,
        parts={node: add_node},
        total=total,
        edition=PROGRAM if registry is REGISTRY else "",
    )


provenance = provenance_of(REGISTRY)


@frozen
class Trail:
    """Why a stream is as it is: its own entries, what it rests on, and what rests on it.

    *rests_on* and *rested_on_by* are entries of other streams, near and far, in the order in which
    they took effect; those of a stream that does both stand under *rests_on*. Entries are as they
    were recorded, corrections among them; *links*, which join the streams, are as corrected.
    """

    stream: str
    entries: tuple[Record, ...]
    rests_on: tuple[Record, ...]
    rested_on_by: tuple[Record, ...]
    links: tuple[LinkRow, ...]
