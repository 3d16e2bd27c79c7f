"""A correction is an event like any other: it voids or amends one entry of its stream, and says
why.

Nothing is overwritten. A view as known before the correction was recorded is the same for ever.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, assert_never

import attrs
from attrs import frozen

from lif_core.errors import RefusedError
from lif_core.fields import Ordinal, PersonalText, StreamRef, check_fields, message
from lif_core.messages import Command, Event
from lif_core.record import Record


class Replacement:
    """The event that an entry should have been: of the same kind, about the same stream.

    Raises:
        MalformedError: a field of *event* is not what it holds; events are otherwise made from
            commands, which check theirs.
    """

    __slots__ = ("event",)

    def __init__(self, event: Event[Any]) -> None:
        check_fields("replacement.event", event)
        self.event = event

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Replacement) and self.event == other.event

    def __hash__(self) -> int:
        return hash(self.event)

    def __repr__(self) -> str:
        return f"Replacement({self.event!r})"


@message
class VoidEntry(Command):
    """The *entry* (its number in *stream*, from 1) never should have been recorded."""

    stream: StreamRef
    entry: Ordinal
    reasons: PersonalText


@message
class EntryVoided(VoidEntry, Event[VoidEntry]):
    """The entry stays on record, and counts for nothing in what is known from now on."""


@message
class AmendEntry(Command):
    """The *entry* (its number in *stream*, from 1) should have said *replacement*."""

    stream: StreamRef
    entry: Ordinal
    replacement: Replacement
    reasons: PersonalText


@message
class EntryAmended(AmendEntry, Event[AmendEntry]):
    """In what is known from now on, the entry says *replacement*, at the place it had."""


CorrectionCommand: TypeAlias = VoidEntry | AmendEntry
CorrectionEvent: TypeAlias = EntryVoided | EntryAmended


@frozen
class _Corrected:
    voided: frozenset[int]
    amended: dict[int, Event[Any]]


def _effect(records: Sequence[Record]) -> _Corrected:
    """Later corrections first: one that is void has no effect, the last amendment wins."""
    voided: set[int] = set()
    amended: dict[int, Event[Any]] = {}
    for record in reversed(records):
        if record.stream_position in voided:
            continue
        match record.event:
            case EntryVoided(entry=entry):
                voided.add(entry)
            case EntryAmended(entry=entry, replacement=replacement):
                amended.setdefault(entry, replacement.event)
    return _Corrected(frozenset(voided), amended)


def is_correction(event: Event[Any]) -> bool:
    return isinstance(event, EntryVoided | EntryAmended)


def corrected(records: Sequence[Record]) -> tuple[Record, ...]:
    """One stream's *records* with the corrections among them applied, and no longer among them."""
    if not any(is_correction(record.event) for record in records):
        return tuple(records)
    effect = _effect(records)
    return tuple(
        attrs.evolve(record, event=effect.amended.get(record.stream_position, record.event))
        for record in records
        if record.stream_position not in effect.voided and not is_correction(record.event)
    )


def decide(
    command: CorrectionCommand, records: Sequence[Record], about: str | None
) -> tuple[CorrectionEvent, ...]:
    """The rules of a correction; *about* is the stream that the replacement is about, if there is
    one.
    """
    entry = next((r for r in records if r.stream_position == command.entry), None)
    if entry is None:
        raise RefusedError("correction.no-such-entry", stream=command.stream, entry=command.entry)
    event: CorrectionEvent
    match command:
        case VoidEntry():
            event = EntryVoided.of(command)
        case AmendEntry():
            event = EntryAmended.of(command)
            _refuse_other_kind(command, entry, about)
        case _:
            assert_never(command)
    effect = _effect(records)
    said = {r.stream_position for r in records if r.event == event} - effect.voided
    if isinstance(event, EntryVoided):
        if said:
            return ()
    elif effect.amended.get(command.entry, entry.event) == event.replacement.event:
        if said:
            return ()
        raise RefusedError("correction.changes-nothing", entry=command.entry)
    if command.entry in effect.voided:
        raise RefusedError("correction.voided-already", entry=command.entry)
    return (event,)


def _refuse_other_kind(command: AmendEntry, entry: Record, about: str | None) -> None:
    replacement = command.replacement.event
    if is_correction(entry.event):
        raise RefusedError("correction.of-a-correction", entry=command.entry)
    if type(replacement) is not type(entry.event):
        raise RefusedError(
            "correction.other-kind",
            recorded=type(entry.event).__name__,
            replacement=type(replacement).__name__,
        )
    if about != command.stream:
        raise RefusedError("correction.other-stream", stream=command.stream, replacement=about)
