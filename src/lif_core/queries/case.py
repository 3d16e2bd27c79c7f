"""A case: a review, what it rests on, all that rests on it, and nothing of another case.

The chain is walked as `lif why` does, but never through another review, and never on through a
lesson: a lesson joins cases, and is of none. A stream that rests on two reviews, such as an audit
of both, is shared, and so is a lesson: of its entries, those that name another case alone are left
out.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from attrs import frozen

from lif_core.aggregates import lesson, review
from lif_core.decisions.corrections import (
    Effect,
    EntryAmended,
    EntryVoided,
    effect,
    is_correction,
    unknown_in,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.decisions.standing import idle, standing_in
from lif_core.log.registry import Registry
from lif_core.projection.as_of import AsOf
from lif_core.values.fields import STREAM_PATTERN, PersonalText
from lif_core.values.refs import category_of
from lif_core.views.provenance import LinkRow, Provenance

REVIEW = review.decider.category
LESSON = lesson.decider.category
_REVIEW = re.compile(f"(?=review-){STREAM_PATTERN}")

UNKNOWN = "of a kind that is not known here"
"""Why an entry counts for nothing that views leave out, as nobody here knows what it says."""

Steps: TypeAlias = Mapping[str, Sequence[str]]


@frozen(kw_only=True)
class CaseEntry:
    """An entry of a case, as it was recorded, and what corrections have made of it.

    *why* says why it counts for nothing, where it does; *contradicts* with which entries of its
    stream it cannot stand together. *corrections* are the numbers of the entries that correct it
    and stand, *amended* is the event that it has in effect where it was amended.
    """

    record: Record
    why: str | None = None
    contradicts: str | None = None
    corrections: tuple[int, ...] = ()
    amended: Event[Any] | None = None


@frozen(kw_only=True)
class CaseHistory:
    """A *review*, by its stream, and the *streams* of its case, as of some time; itself the first.

    *entries* are in the order of recording. *left_out* are those of shared streams that name
    another case alone. *links* join the streams. *others* are the streams of other cases, each by
    its title where it has one; nothing that is handed over names them.
    """

    review: str
    at: AsOf
    streams: tuple[str, ...]
    shared: frozenset[str]
    entries: tuple[CaseEntry, ...]
    left_out: tuple[Record, ...]
    links: tuple[LinkRow, ...]
    others: Mapping[str, PersonalText | None]

    def is_of_another(self, stream: str) -> bool:
        """Return whether a *stream* is of another case, on record or named ahead of it."""
        if stream in self.others:
            return True
        return stream != self.review and _REVIEW.fullmatch(stream) is not None


@frozen
class CaseExtent:
    """The *streams* of a case, those of them that are *shared*, and the streams of *others*."""

    streams: tuple[str, ...]
    shared: frozenset[str]
    others: frozenset[str]


def extent_of(stream: str, seen: Iterable[LinkRow], everything: Provenance) -> CaseExtent:
    """Return the extent of the case of a review, by its *stream*.

    *seen* are the links that the reader may know of, by which it is walked; *everything* says
    what rests on other reviews.
    """
    links = everything.links
    named = {end for link in links for end in (link.earlier, link.later)}
    named.update(row.stream for row in everything.streams)
    reviews = {name for name in named if category_of(name) == REVIEW} - {stream}
    resting = _reached(
        reviews, _steps((link.earlier, link.later) for link in links), lambda name: name != stream
    )
    pairs = [(link.earlier, link.later) for link in seen]
    after = _reached([stream], _steps(pairs), lambda name: name not in reviews)
    before = _reached(
        [stream],
        _steps((later, earlier) for earlier, later in pairs),
        lambda name: name not in resting,
    )
    streams = tuple(dict.fromkeys((*after, *before)))
    return CaseExtent(
        streams=streams,
        shared=frozenset(
            name for name in streams if name in resting or category_of(name) == LESSON
        ),
        others=frozenset(resting).difference(streams),
    )


def _steps(pairs: Iterable[tuple[str, str]]) -> Steps:
    steps: dict[str, list[str]] = defaultdict(list)
    for here, there in pairs:
        steps[here].append(there)
    return steps


def _reached(
    starts: Iterable[str], steps: Steps, enters: Callable[[str], bool]
) -> Mapping[str, None]:
    """Return what can be reached from *starts*, themselves included, nearest first; nothing that
    it *enters* not, and nothing beyond a lesson.
    """
    queue = sorted(starts)
    reached = dict.fromkeys(queue)
    for here in queue:
        if category_of(here) == LESSON:
            continue
        new = [there for there in steps.get(here, ()) if enters(there) and there not in reached]
        reached.update(dict.fromkeys(new))
        queue += dict.fromkeys(new)
    return reached


def names_another_alone(
    records: Sequence[Record], extent: CaseExtent, registry: Registry
) -> Iterator[Record]:
    """Yield those of the *records* of a shared stream that name another case alone, as they were
    recorded or amended, and the corrections of these. The first is never among them.
    """
    roots = _roots(records)
    named: dict[int, set[str]] = defaultdict(set)
    for record in records:
        event: Event[Any] = record.event
        if isinstance(event, EntryAmended):
            event = event.replacement.event
        if not isinstance(event, EntryVoided):
            streams = (stream for _, stream, _ in registry.references(event))
            named[roots[record.stream_position]].update(streams)
    first = records[0].stream_position
    for record in records:
        root = roots[record.stream_position]
        if root != first and _is_of_another(named[root], extent):
            yield record


def _is_of_another(named: set[str], extent: CaseExtent) -> bool:
    return not named.isdisjoint(extent.others) and named.isdisjoint(extent.streams)


def _roots(records: Sequence[Record]) -> Mapping[int, int]:
    """Return the entry that each of *records* is about: itself, or what it corrects."""
    roots: dict[int, int] = {}
    for record in records:
        number = record.stream_position
        match record.event:
            case EntryAmended(entry=entry) | EntryVoided(entry=entry):
                roots[number] = roots.get(entry, entry)
            case _:
                roots[number] = number
    return roots


def case_entries(
    records: Sequence[Record], valid: date, deciders: Mapping[str, AnyDecider]
) -> Iterator[CaseEntry]:
    """Yield the entries of one stream that had taken effect by the day *valid*, as recorded or as
    amended, and the corrections of these.
    """
    corrections, roots = effect(records), _roots(records)
    idle_for = {record.stream_position: why for record, why in idle(records, deciders)}
    contradictions = {
        record.stream_position: record.contradicts
        for record in standing_in(records, deciders).records
        if record.contradicts
    }
    by_entry = {record.stream_position: record for record in records}
    for record in records:
        number = record.stream_position
        root = by_entry[roots[number]]
        if min(root.event.on, corrections.says(root).on) > valid:
            continue
        contradiction = contradictions.get(number)
        amended = not is_correction(record.event) and number in corrections.amended
        yield CaseEntry(
            record=record,
            why=idle_for.get(number) or (UNKNOWN if unknown_in(record.event) else None),
            contradicts=contradiction.why if contradiction else None,
            corrections=_correcting(number, corrections),
            amended=corrections.says(record) if amended else None,
        )


def _correcting(number: int, corrections: Effect) -> tuple[int, ...]:
    """Return the numbers of the entries that correct the one of that *number*, and stand."""
    records = list(corrections.amended.get(number, ()))
    if (voided := corrections.voided.get(number)) is not None:
        records.append(voided)
    return tuple(record.stream_position for record in records)
