"""Corrections, the entries they left without effect or in contradiction, and entries that name a
stream which is void.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

from attrs import define, field, frozen
from attrs import evolve as evolve_view
from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.record import Record
from lif_core.log.registry import Registry
from lif_core.projection.inconsistent import (
    CorrectionRow,
    InconsistentRow,
    Number,
    WithoutEffectRow,
)
from lif_core.projection.projection import PROGRAM, Item, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.refs import category_of, ref_of

REGISTRY = Registry()
ON_RECORD = "on record"
"""The topic on which a stream says that something opened it, to its own id."""


@row(key=("stream", "entry", "field", "names"))
class UnfoundedRow(Struct, frozen=True, kw_only=True):
    """An *entry* of a *stream* that *names*, in a *field*, a stream which is void: a review, say,
    that should never have been opened. The entry is its own body's, and counts as before.
    """

    stream: str
    entry: int
    event: str
    field: str
    names: str
    on: date


R = TypeVar("R", CorrectionRow, UnfoundedRow)
NUMBERS = re.compile(r"\d+")


@frozen(kw_only=True)
class Corrections:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.

    *withheld*: of how many corrections it is not shown what the entry said, since the reader may
    not read its stream.
    """

    valid: str
    known: str | None
    withheld: int
    corrections: Table[CorrectionRow]
    without_effect: Table[WithoutEffectRow]
    inconsistent: Table[InconsistentRow]
    unfounded: Table[UnfoundedRow]


@define(kw_only=True)
class Founded:
    """A stream, whether anything *opened* it, and what its entries name.

    It is a draft, which folding changes in place.
    """

    opened: bool = False
    named: list[UnfoundedRow] = field(factory=list)


def evolve(item: Founded | None, record: Record, registry: Registry = REGISTRY) -> Founded:
    item, event = item or Founded(), record.event
    decider = registry.categories[category_of(record.stream)]
    item.opened = item.opened or isinstance(event, decider.opens)
    for name, stream in registry.required(event):
        if stream != record.stream:
            naming = UnfoundedRow(
                stream=record.stream,
                entry=record.stream_position,
                event=type(event).__name__,
                field=name,
                names=stream,
                on=event.on,
            )
            item.named.append(naming)
    return item


def add_unfounded(item: Founded, part: Part) -> None:
    """Say whether a stream is on record, and add what its entries name that is not."""
    if item.opened:
        part.say(ON_RECORD, part.key, True)
    for naming in item.named:
        known = category_of(naming.names) == "body" and part.frameworks.body(ref_of(naming.names))
        if not known and not part.ask(ON_RECORD, naming.names):
            part.row("unfounded", naming)


def total(everything: Totals) -> Corrections:
    return Corrections(
        **everything.times,
        withheld=0,
        corrections=everything.table("corrections"),
        without_effect=everything.table("without_effect"),
        unfounded=everything.table("unfounded"),
    )


def shown_to(view: Corrections, may_read: Callable[[str], bool]) -> Corrections:
    """Return the view without what entries said in streams that a reader may not read."""

    def rows() -> Iterator[CorrectionRow]:
        for each in view.corrections:
            yield each if may_read(each.stream) else replace(each, said=None, says=None)

    return evolve_view(view, corrections=Table(rows))


def numbered(view: Corrections, number: Number) -> Corrections:
    """Return the view without the entries that a reader may not know of."""

    def known(rows: Iterable[R], *columns: str) -> Table[R]:
        return Table(lambda: _known(rows, number, columns))

    corrections = known(view.corrections, "entry", "corrects")
    return evolve_view(
        view,
        withheld=sum(each.said is None for each in corrections),
        corrections=corrections,
        without_effect=Table(lambda: _explained(view.without_effect, number)),
        unfounded=known(view.unfounded, "entry"),
    )


def _explained(rows: Iterable[WithoutEffectRow], number: Number) -> Iterator[WithoutEffectRow]:
    """Yield the *rows* of entries that are known; the numbers in words are of entries, too."""
    for each in rows:
        entry, stream = number(each.stream, each.entry), each.stream
        if entry is not None:
            why = NUMBERS.sub(lambda match: f"{number(stream, int(match[0]))}", each.why)  # noqa: B023  # it is called at once
            yield replace(each, entry=entry, why=why)


def _known(rows: Iterable[R], number: Number, columns: Sequence[str]) -> Iterator[R]:
    for each in rows:
        numbers = {column: number(each.stream, getattr(each, column)) for column in columns}
        if None not in numbers.values():
            yield replace(each, **numbers)


def corrections_of(registry: Registry, edition: str) -> Projection[Corrections]:
    """Return the projection for the aggregates of *registry*, which may have an embedder's own."""
    events = tuple(cls for decider in registry.deciders for cls in decider.event_types)
    founded_item = Item("founded", events, partial(evolve, registry=registry))
    return Projection(
        name="corrections",
        view=Corrections,
        parts={founded_item: add_unfounded},
        says={ON_RECORD: bool},
        total=total,
        shown=shown_to,
        numbered=numbered,
        edition=edition,
    )


corrections = corrections_of(REGISTRY, PROGRAM)
