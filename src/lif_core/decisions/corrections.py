"""A correction is an event like any other: it voids or amends one entry of its stream, and says
why.

Nothing is overwritten. A view as known before the correction was recorded is the same for ever.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, assert_never

from attrs import frozen
from msgspec.structs import replace

from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record, Version
from lif_core.errors import RefusedError
from lif_core.values.fields import Ordinal, PersonalText, StreamRef, check_fields, message


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
class Effect:
    """Which corrections stand: the entry that each is of, and its record; the latest last."""

    voided: Mapping[int, Record]
    amended: Mapping[int, tuple[Record, ...]]

    def says(self, record: Record) -> Event[Any]:
        """What the entry *record* says, once corrected."""
        amendments = self.amended.get(record.stream_position)
        return _replacement(amendments[-1]) if amendments else record.event


def effect(records: Sequence[Record]) -> Effect:
    """Of one stream. Later corrections go first: one that is void itself has no effect."""
    voided: dict[int, Record] = {}
    amended: dict[int, tuple[Record, ...]] = {}
    for record in reversed(records):
        if record.stream_position in voided:
            continue
        match record.event:
            case EntryVoided(entry=entry):
                voided.setdefault(entry, record)
            case EntryAmended(entry=entry):
                amended[entry] = (record, *amended.get(entry, ()))
    return Effect(voided, amended)


def _replacement(record: Record) -> Event[Any]:
    assert isinstance(record.event, EntryAmended)
    return record.event.replacement.event


_CORRECTIONS = frozenset({EntryVoided, EntryAmended})


def is_correction(event: Event[Any]) -> bool:
    return type(event) in _CORRECTIONS


def corrected(records: Sequence[Record]) -> tuple[Record, ...]:
    """One stream's *records* with the corrections among them applied, and no longer among them."""
    if _CORRECTIONS.isdisjoint({type(record.event) for record in records}):
        return tuple(records)
    found = effect(records)
    return tuple(
        _amended(record, found)
        for record in records
        if record.stream_position not in found.voided and not is_correction(record.event)
    )


def _amended(record: Record, found: Effect) -> Record:
    amendments = found.amended.get(record.stream_position)
    if amendments is None:
        return record
    later = tuple(Version(one.recorded_at, _replacement(one)) for one in amendments)
    first = Version(record.recorded_at, record.event)
    return replace(record, event=found.says(record), versions=(first, *later))


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
    found = effect(records)
    said = {r.stream_position for r in records if r.event == event} - set(found.voided)
    if isinstance(event, EntryVoided):
        if said:
            return ()
    elif found.says(entry) == event.replacement.event:
        if said:
            return ()
        raise RefusedError("correction.changes-nothing", entry=command.entry)
    if command.entry in found.voided:
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
