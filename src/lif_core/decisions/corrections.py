"""The correction of an entry: an event like any other, which voids or amends one entry of its
stream, and says why.

Nothing is overwritten. A view as known before the correction was recorded is the same for ever.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, assert_never

from attrs import frozen
from msgspec.structs import replace

from lif_core.decisions.messages import Command, Event, UnknownEvent, refuse_misplaced
from lif_core.decisions.record import Record, Version
from lif_core.errors import RefusedError
from lif_core.values.fields import Ordinal, PersonalText, StreamRef, check_fields, message


class Replacement:
    """The event that an entry should have been: of the same kind, about the same stream.

    Raises:
        MalformedError: a field of *event* is not what its type says. Other events are made from
            commands, which check their fields.
    """

    __slots__ = ("event",)

    def __init__(self, event: Event[Any]) -> None:
        if isinstance(event, UnknownEvent):
            self.event: Event[Any] = event  # as it was stored by whoever knows its fields
            return
        self.event = check_fields("replacement.event", event)
        refuse_misplaced("replacement.event.by.deliberation", event)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Replacement) and self.event == other.event

    def __hash__(self) -> int:
        return hash(self.event)

    def __repr__(self) -> str:
        return f"Replacement({self.event!r})"


@message
class VoidEntry(Command):
    """The *entry* (its number in *stream*, from 1) should never have been recorded."""

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
    """In what is known from now on, the entry says *replacement*, in its place in the stream."""


CorrectionCommand: TypeAlias = VoidEntry | AmendEntry
CorrectionEvent: TypeAlias = EntryVoided | EntryAmended


@frozen
class Effect:
    """The corrections of a stream that stand: their records, by the entry they correct."""

    voided: Mapping[int, Record]
    amended: Mapping[int, tuple[Record, ...]]  # the latest last

    def says(self, record: Record) -> Event[Any]:
        """Return the event of the entry *record*, as corrected."""
        amendments = self.amended.get(record.stream_position)
        return _replacement(amendments[-1]) if amendments else record.event


def effect(records: Sequence[Record]) -> Effect:
    """Return the corrections that stand among the *records* of one stream.

    An amendment that puts an event of another kind in the place of an entry, which no decision
    ever led to, has no effect.
    """
    kinds = {record.stream_position: type(record.event) for record in records}
    voided: dict[int, Record] = {}
    amended: dict[int, tuple[Record, ...]] = {}
    for record in reversed(records):  # a later correction may void an earlier one
        if record.stream_position in voided:
            continue
        match record.event:
            case EntryVoided(entry=entry):
                voided.setdefault(entry, record)
            case EntryAmended(entry=entry) if _is_of_kind(record, kinds.get(entry)):
                amended[entry] = (record, *amended.get(entry, ()))
    return Effect(voided, amended)


def _is_of_kind(amendment: Record, kind: type | None) -> bool:
    """Return whether an *amendment* puts an event of this *kind* in the place of another; nobody
    can tell where one is not known here.
    """
    replaced = type(_replacement(amendment))
    return kind is None or replaced is kind or UnknownEvent in (replaced, kind)


def _replacement(record: Record) -> Event[Any]:
    assert isinstance(record.event, EntryAmended)
    return record.event.replacement.event


CORRECTED = (EntryVoided, EntryAmended)


def unknown_in(event: Event[Any]) -> UnknownEvent | None:
    """Return the event that is not known here: *event* itself, or what it puts in another's place;
    `None` where all is known.
    """
    if isinstance(event, EntryAmended):
        event = event.replacement.event
    return event if isinstance(event, UnknownEvent) else None


def is_correction(event: Event[Any]) -> bool:
    return type(event) in CORRECTED


def corrected(records: Sequence[Record]) -> tuple[Record, ...]:
    """Return the *records* of one stream without the corrections among them, which are applied."""
    if {type(record.event) for record in records}.isdisjoint(CORRECTED):
        return tuple(records)
    corrections = effect(records)
    return tuple(
        _amended(record, corrections)
        for record in records
        if record.stream_position not in corrections.voided and not is_correction(record.event)
    )


def _amended(record: Record, corrections: Effect) -> Record:
    amendments = corrections.amended.get(record.stream_position)
    if amendments is None:
        return record
    later = tuple(Version(each.recorded_at, _replacement(each)) for each in amendments)
    first = Version(record.recorded_at, record.event)
    versions = tuple(each for each in (first, *later) if not isinstance(each.event, UnknownEvent))
    return replace(record, event=corrections.says(record), versions=versions)


def decide(
    command: CorrectionCommand, records: Sequence[Record], about: str | None
) -> tuple[CorrectionEvent, ...]:
    """Return the correction, or nothing where it is on record; refuse one that breaks a rule.

    *about* is the stream that the replacement is about, where there is a replacement.
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
    corrections = effect(records)
    same = {r.stream_position for r in records if r.event == event} - set(corrections.voided)
    if isinstance(event, EntryVoided):
        if same:
            return ()
    elif corrections.says(entry) == event.replacement.event:
        if same:
            return ()
        raise RefusedError("correction.changes-nothing", entry=command.entry)
    if command.entry in corrections.voided:
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
