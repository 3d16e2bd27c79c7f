"""What stands of a stream by its definition, which `standing` is compared with.

It asks, of each entry anew, whether it counted when the log had so many entries; it knows of no
order in which that would be quick.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from lif_core.decisions.corrections import EntryAmended, EntryVoided
from lif_core.decisions.decider import AnyDecider, Support
from lif_core.decisions.record import Contradiction, Record, Version


class NaiveStream:
    """The *records* of one stream, and its *decider*."""

    def __init__(self, records: Sequence[Record], decider: AnyDecider) -> None:
        self.records = {record.stream_position: record for record in records}
        self.decider = decider

    # As the stream had *length* entries

    def is_void(self, entry: int, length: int) -> bool:
        """A voiding counts unless it is void itself."""
        return any(
            isinstance(record.event, EntryVoided)
            and record.event.entry == entry
            and not self.is_void(number, length)
            for number, record in self.records.items()
            if number <= length
        )

    def amendments(self, entry: int, length: int) -> list[Record]:
        return [
            record
            for number, record in sorted(self.records.items())
            if number <= length
            and isinstance(record.event, EntryAmended)
            and record.event.entry == entry
            and not self.is_void(number, length)
        ]

    def event(self, entry: int, length: int) -> Any:
        for amendment in self.amendments(entry, length)[-1:]:
            assert isinstance(amendment.event, EntryAmended)
            return amendment.event.replacement.event
        return self.records[entry].event

    def supports(self, entry: int) -> Iterator[tuple[Support, Any, list[int]]]:
        """What it rested on when it was recorded, found among all that counted then."""
        event, before = self.records[entry].event, entry - 1
        for support in self.decider.supports(event):
            if support.where and getattr(event, support.where[0]) != support.where[1]:
                continue
            values = [None] if support.by is None else getattr(event, support.by)
            for key in values if isinstance(values, tuple | list) else [values]:
                if key is None and support.by is not None:
                    continue
                candidates = [
                    number
                    for number in sorted(self.records)
                    if number < entry
                    and isinstance(self.event(number, before), support.kinds)
                    and (key is None or key in _borne(self.event(number, before), support))
                    and self.counts(number, before)
                ]
                if support.every:
                    yield from ((support, key, [candidate]) for candidate in candidates)
                elif candidates:
                    yield support, key, candidates if support.any_of else candidates[-1:]

    def counts(self, entry: int, length: int) -> bool:
        """Neither void, nor a correction, nor without anything that it rested on."""
        if isinstance(self.records[entry].event, EntryVoided | EntryAmended):
            return False
        return not self.is_void(entry, length) and all(
            any(self.counts(number, length) for number in candidates)
            for _, _, candidates in self.supports(entry)
        )

    def idle(self) -> Iterator[tuple[Record, str]]:
        """The entries that count for nothing, and why: void, without support, or after an end."""
        length = max(self.records, default=0)
        standing = {one.stream_position for one in self.standing()}
        ends = [one for one in self.standing() if isinstance(one.event, self.decider.ends)]
        for number, record in sorted(self.records.items()):
            lost = {
                each
                for _, _, candidates in self.supports(number)
                if not any(self.counts(each, length) for each in candidates)
                for each in candidates
            }
            if self.is_void(number, length):
                last = max(
                    other
                    for other, one in self.records.items()
                    if isinstance(one.event, EntryVoided)
                    and one.event.entry == number
                    and not self.is_void(other, length)
                )
                yield record, f"voided by entry {last}"
            elif isinstance(record.event, EntryVoided | EntryAmended) or number in standing:
                continue
            elif lost:
                yield (
                    record,
                    f"rested on entry {', '.join(map(str, sorted(lost)))}, without effect",
                )
            else:
                yield record, f"comes after entry {ends[0].stream_position}, which ended it"

    # As it is now

    def standing(self) -> list[Record]:
        """The entries that count, before any ending, as corrected, and marked."""
        length = max(self.records, default=0)
        entries = [
            self._corrected(number, length)
            for number in sorted(self.records)
            if self.counts(number, length)
        ]
        in_effect = sorted(entries, key=lambda one: (one.event.on, one.stream_position))
        for place, record in enumerate(in_effect):
            if isinstance(record.event, self.decider.ends):
                before, after = in_effect[: place + 1], in_effect[place + 1 :]
                rested_on = self._rested_on(before, [o for o in after if not self._outlasts(o)])
                later = [
                    one for one in after if self._outlasts(one) or one.stream_position in rested_on
                ]
                in_effect = [*before, *later]
                break
        corrections = (EntryVoided, EntryAmended)
        is_corrected = any(isinstance(one.event, corrections) for one in self.records.values())
        marks = self._marks(in_effect) if is_corrected else {}
        return [
            msgspec.structs.replace(one, contradicts=marks.get(one.stream_position))
            for one in sorted(in_effect, key=lambda one: one.stream_position)
        ]

    def _rested_on(self, before: Sequence[Record], after: Sequence[Record]) -> set[int]:
        """What comes after an ending, and what came by then rests on, as nothing else would do."""
        if not any(
            isinstance(one.event, EntryVoided | EntryAmended) for one in self.records.values()
        ):
            return set()
        early, late = ({one.stream_position for one in part} for part in (before, after))
        found: set[int] = set()
        while True:
            more = {
                each
                for number in early | found
                for _, _, candidates in self.supports(number)
                if not early & set(candidates)
                for each in candidates
                if each in late
            }
            if more <= found:
                return found
            found |= more

    def _outlasts(self, record: Record) -> bool:
        return isinstance(record.event, self.decider.outlasts)

    def _corrected(self, entry: int, length: int) -> Record:
        record, amendments = self.records[entry], self.amendments(entry, length)
        if not amendments:
            return record
        versions = [Version(record.recorded_at, record.event)]
        for amendment in amendments:
            assert isinstance(amendment.event, EntryAmended)
            versions.append(Version(amendment.recorded_at, amendment.event.replacement.event))
        event = versions[-1].event
        return msgspec.structs.replace(record, event=event, versions=tuple(versions))

    def _marks(self, in_effect: Sequence[Record]) -> dict[int, Contradiction]:
        places = {record.stream_position: place for place, record in enumerate(in_effect)}
        marks: dict[int, Contradiction] = {}
        state = None
        for place, record in enumerate(in_effect):
            number = record.stream_position
            for support, _, candidates in self.supports(number):
                others = [in_effect[places[each]] for each in candidates if each in places]
                if number in marks or not others:
                    continue
                if not any(one.versions for one in (record, *others)):
                    continue
                entries = tuple(sorted({number, *(one.stream_position for one in others)}))
                later = all(places[one.stream_position] > place for one in others)
                if not any(_bears(one, record, support) for one in others):
                    marks[number] = Contradiction(entries, "names another than what it rests on")
                elif support.ordered and later:
                    marks[number] = Contradiction(entries, "takes effect before what it rests on")
            first = next((one for one in in_effect if self._is_named_as(record, one)), record)
            if number not in marks and first is not record and (record.versions or first.versions):
                entries = tuple(sorted({number, first.stream_position}))
                marks[number] = Contradiction(entries, "bears the name of another entry")
            why = self.decider.contradicts(state, record.event)
            seen = {each for mark in marks.values() for each in mark.entries}
            if number not in seen and why is not None:
                before = [one.stream_position for one in in_effect[:place]][-1:]
                marks[number] = Contradiction(tuple(sorted((*before, number))), why)
            state = self.decider.evolve(state, record.event)
        return marks

    def _is_named_as(self, record: Record, other: Record) -> bool:
        """Whether both are of one kind, and alike in what tells entries of it apart."""
        fields = self.decider.once.get(type(record.event), ())
        alike = (getattr(record.event, f) == getattr(other.event, f, None) for f in fields)
        return bool(fields) and type(record.event) is type(other.event) and all(alike)


def _field(support: Support) -> str:
    return support.of or support.by or ""


def _borne(event: Any, support: Support) -> tuple[Any, ...]:
    """What *event* bears in the field of a support: several of them in a tuple."""
    borne = getattr(event, _field(support), None)
    return borne if isinstance(borne, tuple) else (borne,)


def _bears(other: Record, record: Record, support: Support) -> bool:
    if support.by is None:
        return True
    values = getattr(record.event, support.by)
    values = values if isinstance(values, tuple) else (values,)
    return not values or not set(values).isdisjoint(_borne(other.event, support))
