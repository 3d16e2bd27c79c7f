"""What differs between two looks at one history, and which entries made the difference.

Which entries a row changed by is tried, not guessed: the row is looked for in the view with the
entry and without it. So it holds for every view, a total over many bodies as well as one duty.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import attrs
from attrs import frozen

from lif_core.decisions.corrections import EntryAmended, EntryVoided, corrected, effect
from lif_core.decisions.record import Record
from lif_core.framework import Frameworks
from lif_core.projection.changes import Change, Sought, compared
from lif_core.projection.projection import AsOf, Projection
from lif_core.projection.tables import columns_of, is_record
from lif_core.projection.what_if import Look, look_at

TRIED = 100
"""So many entries are tried one by one; of more, a row has those of the streams that it names."""


class Why(StrEnum):
    """Why an entry counts in one look and not in the other, or says something else there."""

    RECORDED = "recorded in between"
    TOOK_EFFECT = "took effect in between"
    CORRECTED = "corrected in between"


@frozen(kw_only=True)
class Entry:
    """The *entry*-th of *stream*, where it does not count alike in both.

    *before* and *after*: as it counts there, corrections applied; `None` where it does not.
    *corrections*: those of it that stand on one side only, and what voided them.
    """

    stream: str
    entry: int
    why: Why
    before: Record | None
    after: Record | None
    corrections: tuple[Record, ...] = ()

    @property
    def record(self) -> Record:
        """As it counts after, or as it did before it was void."""
        found = self.after or self.before
        assert found is not None
        return found

    def reversed(self) -> "Entry":
        """The same from the other side."""
        return attrs.evolve(self, before=self.after, after=self.before)


@frozen(kw_only=True)
class Explained:
    """A *change* of a view, and what made it: *entries*; the *day*, which moved on; the *packs*.

    None stands without one of them. *apart*: each of the entries was tried; else they are those
    of the streams that the row names, or all.
    """

    change: Change
    entries: tuple[Entry, ...]
    day: bool
    packs: bool
    apart: bool


@frozen(kw_only=True)
class Differences:
    """What *view*, by its name, says *before* and *after*, where that is not the same.

    *tables*: the names of all tables of the view. *entries*: all that do not count alike in both,
    by their streams, whether the view says anything of them or not.
    """

    view: str
    before: AsOf
    after: AsOf
    tables: tuple[str, ...]
    changes: tuple[Explained, ...]
    entries: tuple[Entry, ...]

    def by_stream(self) -> Mapping[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            found[entry.stream].append(entry)
        return {stream: tuple(entries) for stream, entries in found.items()}


# Entries


def entries_between(records: Iterable[Record], before: AsOf, after: AsOf) -> tuple[Entry, ...]:
    """The entries of *records*, in the order of the log, that do not count alike in both."""
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        streams[record.stream].append(record)
    found = (one for name in sorted(streams) for one in _between(streams[name], before, after))
    return tuple(found)


def _between(records: Sequence[Record], before: AsOf, after: AsOf) -> Iterator[Entry]:
    """Of one stream."""
    left, right = list(before.on_record(records)), list(after.on_record(records))
    if len(left) == len(right) and before.valid == after.valid:
        return
    said = {record.stream_position: record for record in corrected(left)}
    says = {record.stream_position: record for record in corrected(right)}
    both = min(len(left), len(right))
    for at, record in enumerate(records[: max(len(left), len(right))]):
        number = record.stream_position
        was, is_ = said.get(number), says.get(number)
        counted = was if was and was.event.on <= before.valid else None
        counts = is_ if is_ and is_.event.on <= after.valid else None
        if counted == counts:
            continue
        why = Why.RECORDED if at >= both else Why.TOOK_EFFECT if was == is_ else Why.CORRECTED
        yield Entry(
            stream=record.stream,
            entry=number,
            why=why,
            before=counted,
            after=counts,
            corrections=tuple(_corrections(number, left, right)),
        )


def _corrections(entry: int, left: Sequence[Record], right: Sequence[Record]) -> list[Record]:
    """Those of *entry* that stand on one side only, and what made it so, in their order."""
    stand_left, stand_right = _standing(left), _standing(right)
    found: dict[int, Record] = {}
    asked = [entry]
    for number in asked:
        for record in max(left, right, key=len):
            match record.event:
                case EntryVoided(entry=of) | EntryAmended(entry=of) if of == number:
                    at = record.stream_position
                    if (at in stand_left) != (at in stand_right):
                        found[at] = record
                        asked.append(at)
    return [found[at] for at in sorted(found)]


def _standing(records: Sequence[Record]) -> set[int]:
    voided = effect(records).voided
    return {record.stream_position for record in records} - set(voided)


# Views


@frozen
class Log:
    """A log up to its end at one time: its `streams()`, each whole, and the records of one."""

    streams: Callable[[], Iterable[Sequence[Record]]]
    stream: Callable[[str], Sequence[Record]]


def differences(
    projection: Projection[Any],
    log: Log,
    before: AsOf,
    after: AsOf,
    frameworks: Frameworks,
    progress: Callable[[int, int], object] = lambda done, of: None,
) -> Differences:
    """What *projection* says *before* and *after* of a *log*; *frameworks* are the packs of
    whichever names none. *progress* is told how many of how many entries have been tried.
    """
    said, says = before.under(frameworks), after.under(frameworks)
    entries = tuple(sorted(_read(log, before, after), key=lambda one: (one.stream, one.entry)))
    pairs = [(entry.before, entry.after) for entry in entries]
    if before.valid <= after.valid:
        left = _look(projection, log, before, said)
        right = left.exchanged(pairs)
    else:
        right = _look(projection, log, after, says)
        left = right.exchanged([(new, gone) for gone, new in pairs])
    were, are = left.tables(said), right.tables(says)
    found = compared(were, are)
    tried = _tried(found, left, right, entries, said, says, progress) if found else ()
    return Differences(
        view=projection.name,
        before=before,
        after=after,
        tables=tuple(were),
        changes=tuple(tried),
        entries=entries,
    )


def _read(log: Log, before: AsOf, after: AsOf) -> Iterator[Entry]:
    return (one for stream in log.streams() for one in _between(stream, before, after))


def _look(projection: Projection[Any], log: Log, at: AsOf, as_of: AsOf) -> Look[Any]:
    """The look from *at*, at what counts there."""

    def streams() -> Iterable[Sequence[Record]]:
        return filter(None, (tuple(counting(stream, at)) for stream in log.streams()))

    def load(names: Sequence[str]) -> Mapping[str, Sequence[Record]]:
        return {name: tuple(counting(log.stream(name), at)) for name in names}

    return look_at(projection, load, streams, as_of)


def counting(records: Iterable[Record], at: AsOf) -> Iterator[Record]:
    """Those of *records*, in the order of the log, that count there, corrections applied."""
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in at.on_record(records):
        streams[record.stream].append(record)
    for stream in streams.values():
        yield from (one for one in corrected(stream) if one.event.on <= at.valid)


def _tried(
    found: Sequence[Change],
    left: Look[Any],
    right: Look[Any],
    entries: Sequence[Entry],
    said: AsOf,
    says: AsOf,
    progress: Callable[[int, int], object],
) -> Iterator[Explained]:
    sought = Sought(found, left.tables(said), right.tables(says))
    by_day = _by_day(sought, left if said.valid < says.valid else right, said, says)
    packs = said.frameworks != says.frameworks
    by_packs = set[int]()
    if packs:
        by_packs |= _moved(sought, left, said, attrs.evolve(said, frameworks=says.frameworks))
        by_packs |= _moved(sought, right, attrs.evolve(says, frameworks=said.frameworks), says)
    apart = len(entries) <= TRIED
    if apart:
        by_entry = _by_entry(sought, left, right, entries, said, says, progress)
    else:
        together = _by_all(sought, left, right, said, says)
    for at, change in enumerate(found):
        if apart:
            own = tuple(entry for number, entry in enumerate(entries) if at in by_entry[number])
        else:
            own = _named(change, entries) if at in together else ()
        day, pack = at in by_day, at in by_packs
        alone = bool(own or day or pack)
        yield Explained(
            change=change,
            entries=own if alone else tuple(entries),
            day=day if alone else said.valid != says.valid,
            packs=pack if alone else packs,
            apart=apart and alone,
        )


def _moved(sought: Sought, look: Look[Any], one: AsOf, other: AsOf) -> set[int]:
    """Which of the changes show between *one* and *other*, with the same entries."""
    return sought.between(look.tables(one), look.tables(other))


def _by_day(sought: Sought, earlier: Look[Any], said: AsOf, says: AsOf) -> set[int]:
    """Those that the days alone make, on what had taken effect by the earlier one."""
    if said.valid == says.valid:
        return set()
    first, last = sorted((said, says), key=lambda as_of: as_of.valid)
    return _moved(sought, earlier, first, attrs.evolve(first, valid=last.valid))


def _by_entry(
    sought: Sought,
    left: Look[Any],
    right: Look[Any],
    entries: Sequence[Entry],
    said: AsOf,
    says: AsOf,
    progress: Callable[[int, int], object],
) -> list[set[int]]:
    """For each entry, which of the changes it makes: added to what was, or taken from what is.

    Both are looked at on the later day, since nothing counts before it takes effect.
    """
    day = max(said.valid, says.valid)
    said, says = attrs.evolve(said, valid=day), attrs.evolve(says, valid=day)
    was, is_ = left.tables(said), right.tables(says)
    made = []
    for number, entry in enumerate(entries, start=1):
        added = left.exchanged([(entry.before, entry.after)]).tables(said)
        taken = right.exchanged([(entry.after, entry.before)]).tables(says)
        made.append(sought.between(was, added) | sought.between(is_, taken))
        progress(number, len(entries))
    return made


def _by_all(sought: Sought, left: Look[Any], right: Look[Any], said: AsOf, says: AsOf) -> set[int]:
    """Which of the changes all entries together make, on the later day, under either packs."""
    day = max(said.valid, says.valid)
    return {
        at
        for one in (said, says)
        for as_of in (attrs.evolve(one, valid=day),)
        for at in sought.between(left.tables(as_of), right.tables(as_of))
    }


def _named(change: Change, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries of the streams that the row names, by stream or by reference, or else all."""
    names = set(_texts(change.before)) | set(_texts(change.after))
    own = tuple(
        entry
        for entry in entries
        if entry.stream in names or entry.stream.partition("-")[2] in names
    )
    return own or tuple(entries)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)
    elif value is not None and is_record(value):
        yield from _texts(tuple(columns_of(value).values()))
