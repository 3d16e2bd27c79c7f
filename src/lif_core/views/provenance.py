"""The chain from case to finding, recommendation, action and outcome, followed both ways.

A link is read from the marks of an event's fields, so a new aggregate needs no line here. Bodies
are no link of a chain: they are who decides.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

import attrs
from attrs import define, field, frozen
from msgspec import Struct
from msgspec.structs import replace

from lif_core.aggregates import body, lesson
from lif_core.aggregates.lesson import (
    FindingCompared,
    LessonLinked,
    LessonUnlinked,
    LinkAccepted,
    LinkEnd,
    end_of,
)
from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.aggregates.review import FindingAddressed
from lif_core.decisions.corrections import CORRECTED
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.items.title import TITLED
from lif_core.log.registry import Registry
from lif_core.projection.inconsistent import Number
from lif_core.projection.projection import PROGRAM, Item, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import Names, PersonalText, marks_of
from lif_core.values.refs import category_of

REGISTRY = Registry()
BODY = body.decider.category
LESSON = lesson.decider.category


@row(key=("stream",))
class StreamRow(Struct, frozen=True, kw_only=True):
    """A stream by its *title*, which may tell about a person: the days of its first and latest
    entry, and the number of its *entries*.
    """

    stream: str
    title: PersonalText | None
    category: str
    opened: date
    entries: int
    latest: date


@row(key=("earlier", "later", "event", "field", "finding"))
class LinkRow(Struct, frozen=True, kw_only=True):
    """A link: *later* rests on *earlier*, as a *field* of an *event* says.

    The event is entry number *entry* of *stream*; of several that say the same, it is the first to
    take effect. *finding* is the reference of the finding of a review that the link goes through,
    if it goes through one.
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
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.

    *streams* are in the order of their names, *links* in that of the days they took effect.
    """

    valid: str
    known: str | None
    streams: Table[StreamRow]
    links: Table[LinkRow]

    def before(self, stream: str) -> tuple[str, ...]:
        """Return the streams that *stream* rests on, directly or through others, nearest first."""
        return _reachable(stream, ((link.later, link.earlier) for link in self.links))

    def after(self, stream: str) -> tuple[str, ...]:
        """Return the streams that rest on *stream*, directly or through others, nearest first."""
        return _reachable(stream, ((link.earlier, link.later) for link in self.links))

    def through(self, stream: str) -> tuple[LinkRow, ...]:
        """Return the links of all chains that lead to *stream* or away from it."""
        later, earlier = {stream, *self.before(stream)}, {stream, *self.after(stream)}
        return tuple(link for link in self.links if link.later in later or link.earlier in earlier)


def _reachable(start: str, steps: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return what can be reached from *start* by *steps*, breadth first."""
    next_of: dict[str, list[str]] = defaultdict(list)
    for here, there in steps:
        next_of[here].append(there)
    reached = {start: None}
    for here in (queue := [start]):
        new = [there for there in dict.fromkeys(next_of[here]) if there not in reached]
        reached.update(dict.fromkeys(new))
        queue += new
    return tuple(reached)[1:]


@define(kw_only=True)
class Node:
    """A stream and its *links*, of each of which the first entry that took effect counts.

    It is a draft, which folding changes in place.
    """

    stream: str
    opened: date
    latest: date
    title: str | None = None
    entries: int = 0
    links: dict[tuple[str | None, ...], LinkRow] = field(factory=dict)


def evolve(node: Node | None, record: Record, registry: Registry = REGISTRY) -> Node:
    on = record.event.on
    node = node or Node(stream=record.stream, opened=on, latest=on)
    node.entries += 1
    node.latest = on
    if (titled := TITLED.get(type(record.event))) is not None:
        node.title = getattr(record.event, titled)
    if isinstance(record.event, LessonUnlinked):
        end = end_of(record.event)
        gone = [key for key, link in node.links.items() if _joins(link, end)]
        for key in gone:
            del node.links[key]
    for link in _links(record, registry):
        key = (link.earlier, link.later, link.event, link.field, link.finding)
        node.links.setdefault(key, link)
    return node


def add_node(node: Node, part: Part) -> None:
    """Add a stream and its links to others."""
    row = StreamRow(
        stream=node.stream,
        title=node.title,
        category=category_of(node.stream),
        opened=node.opened,
        entries=node.entries,
        latest=node.latest,
    )
    part.row("streams", row)
    for link in node.links.values():
        part.row("links", link)


def _links(record: Record, registry: Registry) -> Iterable[LinkRow]:
    for path, named, forward in registry.references(record.event):
        if named.startswith(f"{BODY}-"):
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


def _joins(link: LinkRow, end: LinkEnd) -> bool:
    """Return whether a *link* of a lesson leads to that *end*."""
    return end.stream in (link.earlier, link.later) and end.finding == link.finding


def _findings(event: Event[Any], field: str) -> tuple[str | None, ...]:
    match event, field:
        case LessonLinked(offered=str()) | LessonUnlinked() | FindingCompared(), _:
            return ()  # a link that does not stand is none
        case LessonLinked(finding=finding) | LinkAccepted(finding=finding), "review":
            return (finding,)
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
        links=everything.table("links").by("on"),
    )


def shown_to(view: Provenance, may_read: Callable[[str], bool]) -> Provenance:
    """Return the view without the links of lessons that a reader may not know of.

    One is shown to whoever may read both of its ends. A lesson's own row would count the others,
    so it is left out; those that are published are in the view `lessons`.
    """

    def is_known(link: LinkRow) -> bool:
        return category_of(link.stream) != LESSON or (
            may_read(link.earlier) and may_read(link.later)
        )

    streams = view.streams.where(lambda row: row.category != LESSON)
    return attrs.evolve(view, streams=streams, links=view.links.where(is_known))


def numbered(view: Provenance, number: Number) -> Provenance:
    """Return the view with the entries of links by the numbers by which a reader knows them."""
    return attrs.evolve(view, links=Table(lambda: numbered_links(view.links, number)))


def numbered_links(links: Iterable[LinkRow], number: Number) -> list[LinkRow]:
    """Return the *links* whose entries a reader may know of, by their numbers."""
    numbers = ((link, number(link.stream, link.entry)) for link in links)
    return [
        link if entry == link.entry else replace(link, entry=entry)
        for link, entry in numbers
        if entry is not None
    ]


def linking(registry: Registry) -> frozenset[type]:
    """Return the classes of events that may have a link, the corrections and the endings.

    An amended event stays of its class, so no entry of another class ever links.
    """
    may_link = [
        cls
        for decider in registry.deciders
        if decider.category != BODY
        for cls in decider.event_types
        for field in attrs.fields(cls)
        for _, mark in marks_of(field.type)
        if isinstance(mark, Names) and mark.category != BODY and field.name != decider.subject
    ]
    ends = (end for decider in registry.deciders for end in decider.ends)
    return frozenset((*may_link, *CORRECTED, *ends))


def provenance_of(registry: Registry, edition: str = "") -> Projection[Provenance]:
    """Return the projection for the aggregates of *registry*, which may have an embedder's own."""
    events = [
        cls
        for decider in registry.deciders
        if decider.category != BODY
        for cls in decider.event_types
    ]
    node_item = Item("node", tuple(events), partial(evolve, registry=registry))
    return Projection(
        name="provenance",
        view=Provenance,
        parts={node_item: add_node},
        total=total,
        shown=shown_to,
        numbered=numbered,
        edition=edition,
    )


provenance = provenance_of(REGISTRY, PROGRAM)


@frozen
class Trail:
    """A stream with the reasons for it: its own entries, what it rests on, and what rests on it.

    *rests_on* and *rested_on_by* are entries of other streams, at any distance, in the order in
    which they took effect; those of a stream that does both are in *rests_on*. Entries are as they
    were recorded, corrections among them; *links*, which join the streams, are as corrected.
    """

    stream: str
    entries: tuple[Record, ...]
    rests_on: tuple[Record, ...]
    rested_on_by: tuple[Record, ...]
    links: tuple[LinkRow, ...]
