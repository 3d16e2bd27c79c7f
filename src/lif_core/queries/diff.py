"""The differences between two looks at one history, and the entries that made them.

Which entries a row changed by is tried, not guessed: the row is looked for in the view with the
entry and without it. So it holds for every view, a total over many bodies as well as one duty.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import attrs
from attrs import frozen

from lif_core.decisions.corrections import EntryAmended, EntryVoided, effect
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.record import Record
from lif_core.decisions.standing import standing_in
from lif_core.framework import Frameworks
from lif_core.projection.changes import Change, Sought, compared
from lif_core.projection.inconsistent import WITHOUT_EFFECT
from lif_core.projection.materialised import Load
from lif_core.projection.projection import AsOf, Projection
from lif_core.projection.tables import columns_of, is_record
from lif_core.projection.what_if import Look, look_at
from lif_core.values.refs import ref_of

TRIED = 100
"""So many entries are tried one by one; of more, a row has those of the streams that it names."""


class Cause(StrEnum):
    """The cause for which an entry counts on one side only, or says something else there."""

    RECORDED = "recorded in between"
    TOOK_EFFECT = "took effect in between"
    CORRECTED = "corrected in between"
    LAPSED = "lapsed in between"  # with what it rested on, or by an ending before it


@frozen(kw_only=True)
class EntryDifference:
    """The *entry*-th entry of *stream*, which does not count alike on both sides.

    *before* and *after*: as it counts there, corrections applied; `None` where it does not.
    *corrections*: those of it that stand on one side only, and what voided them.
    """

    stream: str
    entry: int
    why: Cause
    before: Record | None
    after: Record | None
    corrections: tuple[Record, ...] = ()

    @property
    def record(self) -> Record:
        """The entry as it counts after, or as it did before it was void."""
        record = self.after or self.before
        assert record is not None
        return record

    def reversed(self) -> "EntryDifference":
        """Return the same from the other side."""
        return attrs.evolve(self, before=self.after, after=self.before)


@frozen(kw_only=True)
class ExplainedChange:
    """A *change* of a view, and what made it: *entries*; the *day*, which moved on; the *packs*.

    None stands without one of them. *apart*: each of the entries was tried; else they are those
    of the streams that the row names, or all.
    """

    change: Change
    entries: tuple[EntryDifference, ...]
    day: bool
    packs: bool
    apart: bool


@frozen(kw_only=True)
class Differences:
    """The differences between what *view*, by its name, says *before* and *after*.

    *tables*: the names of all tables of the view. *entries*: all that do not count alike in both,
    by their streams, whether the view says anything of them or not.
    """

    view: str
    before: AsOf
    after: AsOf
    tables: tuple[str, ...]
    changes: tuple[ExplainedChange, ...]
    entries: tuple[EntryDifference, ...]

    def by_stream(self) -> Mapping[str, tuple[EntryDifference, ...]]:
        """Return the entries by their streams."""
        streams: dict[str, list[EntryDifference]] = defaultdict(list)
        for entry in self.entries:
            streams[entry.stream].append(entry)
        return {stream: tuple(entries) for stream, entries in streams.items()}


# Entries


def entries_between(
    records: Iterable[Record], before: AsOf, after: AsOf, deciders: Mapping[str, AnyDecider]
) -> tuple[EntryDifference, ...]:
    """Return the entries of *records*, in the order of the log, that do not count alike."""
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        streams[record.stream].append(record)
    ordered = (streams[name] for name in sorted(streams))
    return tuple(
        entry for stream in ordered for entry in _between(stream, before, after, deciders)
    )


def _between(
    records: Sequence[Record], before: AsOf, after: AsOf, deciders: Mapping[str, AnyDecider]
) -> Iterator[EntryDifference]:
    """Yield the entries of one stream that do not count alike."""
    left, right = list(before.on_record(records)), list(after.on_record(records))
    if len(left) == len(right) and before.valid == after.valid:
        return
    stands_left, stands_right = standing_in(left, deciders), standing_in(right, deciders)
    standing_before = {record.stream_position: record for record in stands_left.records}
    standing_after = {record.stream_position: record for record in stands_right.records}
    lapsed = {
        number: numbers if isinstance(numbers, tuple) else (numbers,)
        for stands in (stands_left, stands_right)
        for number, numbers in (*stands.lapsed.items(), *stands.absorbed.items())
    }
    both = min(len(left), len(right))
    for index, record in enumerate(records[: max(len(left), len(right))]):
        number = record.stream_position
        was, is_ = standing_before.get(number), standing_after.get(number)
        counted = was if was and was.event.on <= before.valid else None
        counts = is_ if is_ and is_.event.on <= after.valid else None
        if counted == counts:
            continue
        why = (
            Cause.RECORDED
            if index >= both
            else Cause.TOOK_EFFECT
            if was == is_
            else Cause.LAPSED
            if number in lapsed
            else Cause.CORRECTED
        )
        yield EntryDifference(
            stream=record.stream,
            entry=number,
            why=why,
            before=counted,
            after=counts,
            corrections=tuple(_corrections(number, left, right, lapsed)),
        )


def _corrections(
    entry: int,
    left: Sequence[Record],
    right: Sequence[Record],
    lapsed: Mapping[int, tuple[int, ...]],
) -> list[Record]:
    """Return the corrections of *entry* that stand on one side only, and those of them.

    Of one that has *lapsed*, they are those of what it rested on too.
    """
    stand_left, stand_right = _standing(left), _standing(right)
    corrections: dict[int, Record] = {}
    numbers = [entry]
    for number in numbers:
        numbers += [support for support in lapsed.get(number, ()) if support not in numbers]
        for record in max(left, right, key=len):
            match record.event:
                case EntryVoided(entry=corrects) | EntryAmended(entry=corrects) if (
                    corrects == number
                ):
                    place = record.stream_position
                    if (place in stand_left) != (place in stand_right):
                        corrections[place] = record
                        numbers.append(place)
    return [corrections[place] for place in sorted(corrections)]


def _standing(records: Sequence[Record]) -> set[int]:
    voided = effect(records).voided
    return {record.stream_position for record in records} - set(voided)


# Views


@frozen
class Log:
    """A log up to one position: its `streams()`, each whole, and `load(names)`, some of them.

    *deciders*, by category, say what rests on what in a stream.
    """

    streams: Callable[[], Iterable[Sequence[Record]]]
    load: Load
    deciders: Mapping[str, AnyDecider]


def differences(
    projection: Projection[Any],
    log: Log,
    before: AsOf,
    after: AsOf,
    frameworks: Frameworks,
    progress: Callable[[int, int], object] = lambda done, of: None,
) -> Differences:
    """Return the differences between what *projection* says *before* and *after* of a *log*.

    *frameworks* are the packs of whichever names none. *progress* is told how many of how many
    entries have been tried.
    """
    before_as_of, after_as_of = before.under(frameworks), after.under(frameworks)
    whole = WITHOUT_EFFECT in projection.tables  # it shows what does not count as well
    read = _recorded(log, before, after) if whole else _read(log, before, after)
    entries = tuple(sorted(read, key=lambda entry: (entry.stream, entry.entry)))
    pairs = [(entry.before, entry.after) for entry in entries]
    if before.valid <= after.valid:
        left = _look(projection, log, before, before_as_of)
        right = left.exchanged(pairs)
    else:
        right = _look(projection, log, after, after_as_of)
        left = right.exchanged([(new, gone) for gone, new in pairs])
    were, are = left.tables(before_as_of), right.tables(after_as_of)
    changes = compared(were, are)
    looks = Looks(left, before_as_of, right, after_as_of)
    explained = _explained(changes, looks, entries, progress) if changes else ()
    return Differences(
        view=projection.name,
        before=before,
        after=after,
        tables=tuple(were),
        changes=tuple(explained),
        entries=entries,
    )


def _read(log: Log, before: AsOf, after: AsOf) -> Iterator[EntryDifference]:
    deciders = log.deciders
    return (
        entry for stream in log.streams() for entry in _between(stream, before, after, deciders)
    )


def _recorded(log: Log, before: AsOf, after: AsOf) -> Iterator[EntryDifference]:
    """Yield the entries that are on record on one side only, whether they count or not."""
    for stream in log.streams():
        left, right = (len(list(at.on_record(stream))) for at in (before, after))
        for record in stream[min(left, right) : max(left, right)]:
            yield EntryDifference(
                stream=record.stream,
                entry=record.stream_position,
                why=Cause.RECORDED,
                before=record if left > right else None,
                after=record if right > left else None,
            )


def _look(projection: Projection[Any], log: Log, at: AsOf, as_of: AsOf) -> Look[Any]:
    """Return the look at what counts as of *at*; at all that is on record, for corrections."""
    whole = WITHOUT_EFFECT in projection.tables

    def shown(stream: Sequence[Record]) -> tuple[Record, ...]:
        records = at.on_record(stream) if whole else counting(stream, at, log.deciders)
        return tuple(records)

    def streams() -> Iterable[Sequence[Record]]:
        return filter(None, map(shown, log.streams()))

    def load(names: Sequence[str]) -> Mapping[str, Sequence[Record]]:
        return {name: shown(stream) for name, stream in log.load(names).items()}

    return look_at(projection, load, streams, as_of, log.deciders)


def counting(
    records: Iterable[Record], at: AsOf, deciders: Mapping[str, AnyDecider]
) -> Iterator[Record]:
    """Yield those of *records*, in the order of the log, that count, corrections applied."""
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in at.on_record(records):
        streams[record.stream].append(record)
    for stream in streams.values():
        current = standing_in(stream, deciders).records
        yield from (record for record in current if record.event.on <= at.valid)


@frozen
class Looks:
    """The looks before and after, and as of when each is."""

    before: Look[Any]
    before_as_of: AsOf
    after: Look[Any]
    after_as_of: AsOf

    def on_the_later_day(self) -> "Looks":
        """Return both as of the later day: nothing counts before it takes effect."""
        day = max(self.before_as_of.valid, self.after_as_of.valid)
        return attrs.evolve(
            self,
            before_as_of=attrs.evolve(self.before_as_of, valid=day),
            after_as_of=attrs.evolve(self.after_as_of, valid=day),
        )


def _explained(
    changes: Sequence[Change],
    looks: Looks,
    entries: Sequence[EntryDifference],
    progress: Callable[[int, int], object],
) -> Iterator[ExplainedChange]:
    """Yield each of the *changes* with what made it."""
    before, after = looks.before_as_of, looks.after_as_of
    sought = Sought(changes, looks.before.tables(before), looks.after.tables(after))
    by_day, by_packs = _by_day(sought, looks), _by_packs(sought, looks)
    apart = len(entries) <= TRIED
    if apart:
        by_entry = _by_entry(sought, looks, entries, progress)
    else:
        by_all = _by_all(sought, looks)
    for index, change in enumerate(changes):
        if apart:
            pairs = zip(entries, by_entry, strict=True)
            causes = tuple(entry for entry, makes in pairs if index in makes)
        else:
            causes = _named(change, entries) if index in by_all else ()
        day, packs = index in by_day, index in by_packs
        alone = bool(causes or day or packs)
        yield ExplainedChange(
            change=change,
            entries=causes if alone else tuple(entries),
            day=day if alone else before.valid != after.valid,
            packs=packs if alone else before.packs != after.packs,
            apart=apart and alone,
        )


def _shown(sought: Sought, look: Look[Any], first: AsOf, second: AsOf) -> set[int]:
    """Return which of the changes show between *first* and *second*, with the same entries."""
    return sought.between(look.tables(first), look.tables(second))


def _by_day(sought: Sought, looks: Looks) -> set[int]:
    """Return those that the days alone make, on what had taken effect by the earlier one."""
    before, after = looks.before_as_of, looks.after_as_of
    if before.valid == after.valid:
        return set()
    earlier = looks.before if before.valid < after.valid else looks.after
    first, last = sorted((before, after), key=lambda as_of: as_of.valid)
    return _shown(sought, earlier, first, attrs.evolve(first, valid=last.valid))


def _by_packs(sought: Sought, looks: Looks) -> set[int]:
    """Return those that the packs alone make, on what counts before or what counts after."""
    before, after = looks.before_as_of, looks.after_as_of
    if before.packs == after.packs:
        return set()
    new_packs = attrs.evolve(before, frameworks=after.packs)
    old_packs = attrs.evolve(after, frameworks=before.packs)
    return _shown(sought, looks.before, before, new_packs) | _shown(
        sought, looks.after, old_packs, after
    )


def _by_entry(
    sought: Sought,
    looks: Looks,
    entries: Sequence[EntryDifference],
    progress: Callable[[int, int], object],
) -> list[set[int]]:
    """Return, for each entry, the changes that it makes: added before, or taken away after."""
    looks = looks.on_the_later_day()
    before, after = looks.before_as_of, looks.after_as_of
    was, is_ = looks.before.tables(before), looks.after.tables(after)
    changes = []
    for number, entry in enumerate(entries, start=1):
        added = looks.before.exchanged([(entry.before, entry.after)]).tables(before)
        taken = looks.after.exchanged([(entry.after, entry.before)]).tables(after)
        changes.append(sought.between(was, added) | sought.between(is_, taken))
        progress(number, len(entries))
    return changes


def _by_all(sought: Sought, looks: Looks) -> set[int]:
    """Return the changes that all entries together make, under either packs."""
    looks = looks.on_the_later_day()
    return {
        index
        for as_of in (looks.before_as_of, looks.after_as_of)
        for index in sought.between(looks.before.tables(as_of), looks.after.tables(as_of))
    }


def _named(change: Change, entries: Sequence[EntryDifference]) -> tuple[EntryDifference, ...]:
    """Return the entries of the streams that the row names, or else all."""
    names = set(_texts(change.before)) | set(_texts(change.after))
    of_names = tuple(
        entry for entry in entries if entry.stream in names or ref_of(entry.stream) in names
    )
    return of_names or tuple(entries)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)
    elif value is not None and is_record(value):
        yield from _texts(tuple(columns_of(value).values()))
