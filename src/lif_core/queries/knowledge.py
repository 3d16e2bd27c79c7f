"""The knowledge at a decision: what was on record then, and what was not yet."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from attrs import frozen

from lif_core.decisions.corrections import is_correction
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.record import Record
from lif_core.log.registry import Registry
from lif_core.projection.materialised import Materialised
from lif_core.projection.projection import AsOf
from lif_core.queries.diff import Cause, EntryDifference, counting, entries_between
from lif_core.views.provenance import Provenance, linking, provenance_of

On: TypeAlias = Callable[[Sequence[Record]], Iterable[Record]]


@frozen(kw_only=True)
class Knowledge:
    """The knowledge when *decision* was taken, of all that it rests on and that rests on it.

    Known is what was on record by the end of the day on which the decision took effect, and
    before it was itself recorded: *at* is that look, for a view or a diff.
    *on_record*: the entries that counted then, as they were known.
    *alongside*: of the same day, recorded after the decision but in the same instant: neither
    known before, nor hindsight.
    *not_yet_known*: what had taken effect by that day, and was recorded only later.
    *corrected_since*: the decision itself, and entries known then, that were void or said
    something else as known later, or lapsed with what they rested on. Entries are in the order in
    which they took effect.
    """

    decision: Record
    at: AsOf
    streams: tuple[str, ...]
    on_record: tuple[Record, ...]
    alongside: tuple[Record, ...]
    not_yet_known: tuple[Record, ...]
    corrected_since: tuple[EntryDifference, ...]


def seen_from(decision: Record) -> AsOf:
    """Return the look at the end of the day of *decision*, before it was itself recorded."""
    return AsOf(valid=decision.event.on, known=decision.event.on, position=decision.position - 1)


def chain(stream: str, links: Iterable[Provenance]) -> tuple[str, ...]:
    """Return the *stream*, what it rests on, and what rests on it, in any of the *links*."""
    streams = {stream: None}
    for provenance in links:
        before, after = provenance.before(stream), provenance.after(stream)
        streams.update(dict.fromkeys((*before, *after)))
    return tuple(streams)


def linked(
    registry: Registry,
    streams: Iterable[Sequence[Record]],
    looks: Sequence[tuple[On, AsOf]],
) -> tuple[Provenance, ...]:
    """Return what rests on what in each of the *looks*: what was on record, and as of when.

    All *streams* are read once, and none of their records is kept.
    """
    kinds, projection = linking(registry), provenance_of(registry)
    views = [
        Materialised(projection, lambda _: {}, as_of, deciders=registry.categories)
        for _, as_of in looks
    ]
    for stream in streams:
        records: Sequence[Record] = stream
        if not any(is_correction(record.event) for record in stream):
            records = [record for record in stream if type(record.event) in kinds]
        for (on, _), view in zip(looks, views, strict=True):
            view.add(tuple(on(records)))
    return tuple(view.view() for view in views)


def knowledge(
    decision: Record,
    streams: tuple[str, ...],
    records: Sequence[Record],
    deciders: Mapping[str, AnyDecider],
) -> Knowledge:
    """Return what was known, from all *records* of the *streams* of a chain in their order."""
    at = seen_from(decision)
    itself = (decision.stream, decision.stream_position)
    since = entries_between(records, at, AsOf(valid=at.valid), deciders)
    others = [entry for entry in since if (entry.stream, entry.entry) != itself]
    late = [entry.record for entry in others if entry.why is Cause.RECORDED]
    corrected = [entry for entry in others if entry.why in (Cause.CORRECTED, Cause.LAPSED)]
    return Knowledge(
        decision=decision,
        at=at,
        streams=streams,
        on_record=_ordered(counting(records, at, deciders)),
        alongside=_ordered(record for record in late if _is_with(record, decision)),
        not_yet_known=_ordered(record for record in late if not _is_with(record, decision)),
        corrected_since=(*_itself(decision, records, deciders), *sorted(corrected, key=_day)),
    )


def _is_with(record: Record, decision: Record) -> bool:
    return (record.recorded_at, record.event.on) == (decision.recorded_at, decision.event.on)


def _itself(
    decision: Record, records: Sequence[Record], deciders: Mapping[str, AnyDecider]
) -> tuple[EntryDifference, ...]:
    """Return what has become of the *decision* since it was recorded."""
    taken = AsOf(valid=date.max, known=decision.recorded_at, position=decision.position)
    stream = [record for record in records if record.stream == decision.stream]
    return tuple(
        entry
        for entry in entries_between(stream, taken, AsOf(valid=date.max), deciders)
        if entry.entry == decision.stream_position
    )


def _ordered(records: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(sorted(records, key=lambda record: (record.event.on, record.position)))


def _day(entry: EntryDifference) -> tuple[date, int]:
    return entry.record.event.on, entry.record.position
