"""The entries of one stream that stand, once corrections are applied.

Voiding an entry takes with it what rested on it, for good: an entry rests on the very entries that
stood when it was recorded, not on others that take their place. An ending absorbs what takes
effect after it. Where an amendment leaves entries that contradict each other, the entry that
cannot have been so bears the contradiction, and views list the stream as inconsistent.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

import attrs
from attrs import frozen
from msgspec.structs import replace

from lif_core.decisions.corrections import CorrectionCommand, corrected, effect, is_correction
from lif_core.decisions.decider import AnyDecider, Support
from lif_core.decisions.messages import Event, UnknownEvent
from lif_core.decisions.record import Contradiction, Record
from lif_core.errors import RefusedError
from lif_core.values.refs import category_of

BEFORE_ITS_SUPPORT = "takes effect before what it rests on"
OTHER_SUPPORT = "names another than what it rests on"
TWICE = "bears the name of another entry"


@frozen
class Candidates:
    """The entries, by their numbers, of which any one is enough as a *support*.

    They bear the *key* where the support is found by one.
    """

    support: Support
    key: Any
    entries: tuple[int, ...]


SupportsByEntry: TypeAlias = Mapping[int, Sequence[Candidates]]
"""By entry, all that it rests on: one entry of each of the candidates."""


@frozen
class Standing:
    """The entries of a stream that stand: its *records*, as corrected, without the corrections.

    The other entries that were not voided themselves have *lapsed*, each with those that it
    rested on, or were *absorbed*, each by the ending before it.
    """

    records: tuple[Record, ...]
    lapsed: Mapping[int, tuple[int, ...]]
    absorbed: Mapping[int, int]

    @property
    def without_effect(self) -> frozenset[int]:
        """The entries that are not void, and have no effect."""
        return frozenset(self.lapsed) | frozenset(self.absorbed)


def standing(records: Sequence[Record], decider: AnyDecider | None) -> Standing:
    """Return what stands of the *records* of one stream; without its *decider*, by corrections
    alone.

    All records are needed where some are corrections; else the endings beside those looked at.
    """
    if not any(is_correction(record.event) for record in records):
        current: tuple[Record, ...] = tuple(records)
        none: SupportsByEntry = {}
        return (
            _without_absorbed(current, {}, none, decider) if decider else Standing(current, {}, {})
        )
    current = corrected(records)
    if decider is None:
        return Standing(current, {}, {})
    supports = supports_of(records, decider)
    effective = _effective(records, supports)
    lapsed = {
        number: _gone(supports[number], effective)
        for number in (record.stream_position for record in current)
        if number not in effective
    }
    current = tuple(each for each in current if each.stream_position in effective)
    result = _without_absorbed(current, lapsed, supports, decider)
    return attrs.evolve(result, records=_marked(result.records, supports, decider))


def standing_in(records: Sequence[Record], deciders: Mapping[str, AnyDecider]) -> Standing:
    """Return what stands of the *records* of one stream, by the decider of its category."""
    decider = deciders.get(category_of(records[0].stream)) if records else None
    return standing(records, decider)


def idle(
    records: Sequence[Record], deciders: Mapping[str, AnyDecider]
) -> Iterator[tuple[Record, str]]:
    """Yield those of the *records* of one stream that count for nothing, and why."""
    result, voided = standing_in(records, deciders), effect(records).voided
    for record in records:
        number = record.stream_position
        if number in voided:
            yield record, f"voided by entry {voided[number].stream_position}"
        elif supports := result.lapsed.get(number):
            yield record, f"rested on entry {', '.join(map(str, supports))}, without effect"
        elif end := result.absorbed.get(number):
            yield record, f"comes after entry {end}, which ended it"


# What rests on what


def supports_of(records: Sequence[Record], decider: AnyDecider) -> SupportsByEntry:
    """Return what each entry of a stream rests on, of what stood when it was recorded."""
    supports: dict[int, list[Candidates]] = {}
    current: dict[int, Event[Any]] = {}
    for place, record in enumerate(records, start=1):
        if is_correction(record.event):
            before = records[:place]
            effective, corrections = _effective(before, supports), effect(before)
            current = {
                each.stream_position: corrections.says(each)
                for each in before
                if each.stream_position in effective
            }
        else:
            supports[record.stream_position] = list(_candidates(record.event, current, decider))
            current[record.stream_position] = record.event
    return supports


def _candidates(
    event: Event[Any], current: Mapping[int, Event[Any]], decider: AnyDecider
) -> Iterator[Candidates]:
    """Yield what an *event* rests on, among the events that are *current*."""
    for support in decider.supports(event):
        for key in support.keys(event):
            alike = tuple(number for number, other in current.items() if support.has(other, key))
            if support.every:
                yield from (Candidates(support, key, (number,)) for number in alike)
            elif alike:
                yield Candidates(support, key, alike if support.any_of else alike[-1:])


def _effective(records: Sequence[Record], supports: SupportsByEntry) -> set[int]:
    """Return the entries that stand, by all corrections among the *records*."""
    voided = effect(records).voided
    effective: set[int] = set()
    for record in records:
        number = record.stream_position
        if number in voided or is_correction(record.event):
            continue
        if not any(effective.isdisjoint(candidates.entries) for candidates in supports[number]):
            effective.add(number)
    return effective


def _gone(supports: Sequence[Candidates], effective: set[int]) -> tuple[int, ...]:
    """Return the entries of those *supports* of which none stands any more."""
    lost = [
        candidates.entries for candidates in supports if effective.isdisjoint(candidates.entries)
    ]
    return tuple(sorted({number for entries in lost for number in entries}))


# Rules


def refuse_ghosts(
    command: CorrectionCommand, records: Sequence[Record], event: Event[Any], decider: AnyDecider
) -> None:
    """Refuse a correction of what has lapsed, and one that would bring back what others replaced.

    *records* are those of the stream, and *event* the correction that *command* leads to.
    """
    lapsed = standing(records, decider).lapsed
    if command.entry in lapsed:
        raise RefusedError(
            "correction.without-effect", entry=command.entry, rested_on=lapsed[command.entry]
        )
    number = len(records) + 1
    correction = replace(records[-1], stream_position=number, event=event)
    supports = supports_of((*records, correction), decider)
    before = _effective(records, supports)
    since = [entry for entry in before if entry > command.entry]
    if since and _effective((*records, correction), supports) - before:
        raise RefusedError("correction.decided-since", entry=command.entry, since=min(since))


def refuse_ended(events: Iterable[Event[Any]], ended: date, decider: AnyDecider) -> None:
    """Refuse *events* that would take effect after the stream *ended*, and change nothing."""
    for event in events:
        if not isinstance(event, decider.outlasts):
            raise RefusedError("stream.ended", on=event.on, ended=ended)


# Endings


def in_effect(record: Record) -> tuple[date, int]:
    """Return the place of *record* in the order of effect, within its stream."""
    return record.event.on, record.stream_position


def _without_absorbed(
    records: tuple[Record, ...],
    lapsed: Mapping[int, tuple[int, ...]],
    supports: SupportsByEntry,
    decider: AnyDecider,
) -> Standing:
    """Return what stands without what takes effect after the first ending.

    What took effect by then, the ending among it, may rest on such an entry since a correction:
    that is not absorbed, as the two contradict each other.
    """
    endings = [record for record in records if isinstance(record.event, decider.ends)]
    if not endings:
        return Standing(records, lapsed, {})
    end = min(endings, key=in_effect)
    by_then = {each.stream_position for each in records if in_effect(each) <= in_effect(end)}
    after = {
        record.stream_position
        for record in records
        if in_effect(record) > in_effect(end) and not isinstance(record.event, decider.outlasts)
    }
    if supports and after:
        after = after - _rested_on(by_then, after, supports)
    current = tuple(record for record in records if record.stream_position not in after)
    return Standing(current, lapsed, dict.fromkeys(after, end.stream_position))


def _rested_on(by_then: set[int], after: set[int], supports: SupportsByEntry) -> set[int]:
    """Return those of *after* that entries *by_then* rest on alone, and what these rest on."""
    waiting, rested_on = list(by_then), set[int]()
    while waiting:
        for candidates in supports.get(waiting.pop(), ()):
            others = after.intersection(candidates.entries) - rested_on
            if others and by_then.isdisjoint(candidates.entries):
                rested_on |= others
                waiting.extend(others)
    return rested_on


# Contradictions


def _marked(
    records: tuple[Record, ...], supports: SupportsByEntry, decider: AnyDecider
) -> tuple[Record, ...]:
    """Return the *records*, each that contradicts others marked with how it does."""
    marks = dict(contradictions(records, supports, decider))
    return tuple(
        replace(record, contradicts=mark)
        if (mark := marks.get(record.stream_position))
        else record
        for record in records
    )


def contradictions(
    records: Sequence[Record], supports: SupportsByEntry, decider: AnyDecider
) -> Iterator[tuple[int, Contradiction]]:
    """Yield each entry that cannot have been as it stands, with what it contradicts."""
    by_number = {record.stream_position: record for record in records}
    state: Any = None
    before: tuple[int, ...] = ()
    listed: set[int] = set()
    names: dict[Any, Record] = {}
    for record in sorted(records, key=in_effect):
        number, event = record.stream_position, record.event
        if isinstance(event, UnknownEvent):
            continue  # the decider knows no more of it than that it rests on the opening
        mark = _against_its_supports(record, by_number, supports.get(number, ()))
        if mark is None and (name := decider.name_in_stream(event)) is not None:
            mark = _against_its_namesake(record, names.setdefault(name, record))
        if mark is None and number not in listed:
            why = decider.contradicts(state, event)
            mark = Contradiction(tuple(sorted((*before, number))), why) if why else None
        if mark is not None:
            listed.update(mark.entries)
            yield number, mark
        state, before = decider.evolve(state, event), (number,)


def _against_its_supports(
    record: Record, by_number: Mapping[int, Record], supports: Sequence[Candidates]
) -> Contradiction | None:
    """Return how *record* contradicts what it rests on, where one of the two was amended."""
    for candidates in supports:
        others = [by_number[number] for number in candidates.entries if number in by_number]
        if not others or not any(each.versions for each in (record, *others)):
            continue
        entries = tuple(sorted({record.stream_position, *map(_number, others)}))
        support, keys = candidates.support, candidates.support.keys(record.event)
        if keys and not any(support.has(other.event, key) for other in others for key in keys):
            return Contradiction(entries, OTHER_SUPPORT)
        if support.ordered and all(in_effect(other) > in_effect(record) for other in others):
            return Contradiction(entries, BEFORE_ITS_SUPPORT)
    return None


def _against_its_namesake(record: Record, first: Record) -> Contradiction | None:
    """Return how *record* contradicts the *first* of its name, where one of them was amended."""
    if first is record or not (record.versions or first.versions):
        return None
    return Contradiction(tuple(sorted((first.stream_position, record.stream_position))), TWICE)


def _number(record: Record) -> int:
    return record.stream_position
