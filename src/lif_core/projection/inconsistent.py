"""Traces of corrections: streams that are inconsistent, and entries without effect."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias, TypeVar

from attrs import evolve
from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.corrections import EntryAmended, EntryVoided
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import event_name
from lif_core.decisions.record import Record
from lif_core.decisions.standing import idle
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText

INCONSISTENT = "inconsistent"
"""The table of every view, which the engine fills."""
WITHOUT_EFFECT, CORRECTED = "without_effect", "corrections"
"""The tables of the view of corrections, which the engine fills."""

V = TypeVar("V")
Number: TypeAlias = Callable[[str, int], int | None]
"""The number by which a reader knows an entry of a stream; `None` where they may not know of it.
"""


@row(key=("stream", "entries"))
class InconsistentRow(Struct, frozen=True, kw_only=True):
    """A stream whose *entries*, by their numbers, contradict each other, since a correction left
    them so: *why*. The view counts the stream in no other state.
    """

    stream: str
    entries: tuple[int, ...]
    why: str


def inconsistent_rows(records: Iterable[Record]) -> Iterator[InconsistentRow]:
    """Yield a row for each of the *records* that contradicts others."""
    for record in records:
        mark = record.contradicts
        if mark is not None:
            why = f"{type(record.event).__name__} {mark.why}"
            yield InconsistentRow(stream=record.stream, entries=mark.entries, why=why)


def inconsistent_to(view: V, number: Number) -> V:
    """Return the *view* with what is inconsistent as a reader knows its entries, by a *number*."""
    rows: Any = getattr(view, INCONSISTENT, None)
    if not isinstance(rows, Table):
        return view  # it lists none, or counts them, of streams that it is about
    shown = Table(lambda: _numbered(rows, number))
    return evolve(view, **{INCONSISTENT: shown})  # type: ignore[misc]  # it is a view


def _numbered(rows: Iterable[InconsistentRow], number: Number) -> Iterator[InconsistentRow]:
    for each in rows:
        numbers = [number(each.stream, entry) for entry in each.entries]
        entries = tuple(known for known in numbers if known is not None)
        if len(entries) == len(numbers):
            yield replace(each, entries=entries)


@row(key=("stream", "entry"))
class WithoutEffectRow(Struct, frozen=True, kw_only=True):
    """An *entry* of a *stream*, by its number, that counts for nothing, and *why*."""

    stream: str
    entry: int
    event: str
    on: date
    why: str


@row(key=("stream", "entry"))
class CorrectionRow(Struct, frozen=True, kw_only=True):
    """A correction, the *entry* of that number: *what* it does to the entry that it *corrects*."""

    stream: str
    entry: int
    what: str
    corrects: int
    by: str
    on: date
    reasons: PersonalText


def without_effect_rows(
    stream: Sequence[Record],
    deciders: Mapping[str, AnyDecider],
    reached: Callable[[date], bool],
) -> Iterator[WithoutEffectRow]:
    """Yield the entries of a whole *stream* without effect, of those whose day is *reached*."""
    for record, why in idle(stream, deciders):
        if reached(record.event.on):
            event = event_name(record.event)
            yield WithoutEffectRow(
                stream=record.stream,
                entry=record.stream_position,
                event=event,
                on=record.event.on,
                why=why,
            )


def correction_rows(
    stream: Sequence[Record], reached: Callable[[date], bool]
) -> Iterator[CorrectionRow]:
    """Yield the corrections in a *stream*, of those whose day is *reached*."""
    for record in stream:
        event = record.event
        if isinstance(event, EntryVoided | EntryAmended) and reached(event.on):
            yield CorrectionRow(
                stream=record.stream,
                entry=record.stream_position,
                what="voids" if isinstance(event, EntryVoided) else "amends",
                corrects=event.entry,
                by=event.by.body,
                on=event.on,
                reasons=event.reasons,
            )
