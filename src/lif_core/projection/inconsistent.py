"""Traces of corrections: streams that are inconsistent, and entries without effect."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias, TypeVar

from attrs import evolve
from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.corrections import EntryAmended, EntryVoided, effect
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import event_name
from lif_core.decisions.record import Record
from lif_core.decisions.standing import idle
from lif_core.decisions.statement import changed, statement
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalName, PersonalText
from lif_core.values.refs import ref_of

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
    """A correction, the *entry* of that number: *what* it does to the entry that it *corrects*,
    which is an *event* of that name.

    It was decided *by* a body, by a *person* in a *role*, for *reasons*; it was *entered_by*
    somebody. *said* is what the entry said before, field by field: all of what is void, and of
    what is amended the fields that were changed; *says* is what these say since. Both are empty
    for a reader who may not read the stream.
    """

    stream: str
    entry: int
    what: str
    corrects: int
    event: str
    by: str
    role: str
    person: PersonalName
    entered_by: PersonalName | None
    on: date
    reasons: PersonalText
    said: tuple[PersonalText, ...] | None
    says: tuple[PersonalText, ...] | None


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
    """Yield the corrections in a *stream*, of those whose day is *reached*.

    Where it is asked what would be so without an entry, there is nothing to correct.
    """
    for record in stream:
        event = record.event
        if isinstance(event, EntryVoided | EntryAmended) and reached(event.on):
            before = [each for each in stream if each.stream_position < record.stream_position]
            entry = next((each for each in before if each.stream_position == event.entry), None)
            if entry is None:
                continue
            stood = effect(before).says(entry)
            if isinstance(event, EntryAmended):
                former, present = changed(stood, event.replacement.event, ref_of(record.stream))
            else:
                former, present = statement(stood, ref_of(record.stream)), ()
            yield CorrectionRow(
                stream=record.stream,
                entry=record.stream_position,
                what="voids" if isinstance(event, EntryVoided) else "amends",
                corrects=event.entry,
                event=event_name(entry.event),
                by=event.by.body,
                role=event.by.role,
                person=event.by.person,
                entered_by=record.entered_by,
                on=event.on,
                reasons=event.reasons,
                said=former,
                says=present,
            )
