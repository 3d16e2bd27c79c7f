"""The links of lessons that a reader may know of: in chains, and among the entries of a lesson.

A link is known to a reader who is entitled to both of its ends, and to anybody where both are
published. Of any other link nothing tells that it is there: not its entry, nor a gap in the
numbers of the entries around it.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec.structs import replace

from lif_core.aggregates.lesson import (
    FindingCompared,
    LessonLinked,
    LessonUnlinked,
    LinkAccepted,
    LinkEnd,
    end_of,
)
from lif_core.decisions.corrections import EntryAmended, EntryVoided
from lif_core.decisions.messages import Event, evolved
from lif_core.decisions.record import Record
from lif_core.projection.inconsistent import Number
from lif_core.projection.tables import Table
from lif_core.values.refs import category_of, stream_of
from lif_core.views.provenance import LinkRow, numbered_links

if TYPE_CHECKING:
    from lif_core.views.lessons import Lessons

Sees: TypeAlias = Callable[[str, LinkEnd], bool]
"""A test of a reader: may they know of the link of a lesson, by its stream, to an end?"""

LINKING = (LessonLinked, LinkAccepted, LessonUnlinked, FindingCompared)
LESSON = "lesson"


def sight(may_read: Callable[[str], bool], look: Callable[[], "Lessons"]) -> Sees:
    """Return which links somebody sees who *may_read* some streams; *look* returns the lessons,
    with the links that they see there, and is called where that matters only.
    """
    public: set[tuple[str, LinkEnd]] | None = None

    def sees(lesson: str, end: LinkEnd) -> bool:
        nonlocal public
        if may_read(lesson) and may_read(end.stream):
            return True
        if public is None:
            public = set(_published(look()))
        return (lesson, end) in public

    return sees


def _published(lessons: "Lessons") -> Iterable[tuple[str, LinkEnd]]:
    rows: Iterable[Any] = (*lessons.tellings, *lessons.compared)
    for row in rows:
        if row.public:
            end = LinkEnd(stream_of("review", row.review), row.finding)
            yield stream_of(LESSON, row.lesson), end
    for answer in lessons.answers:
        if answer.public:
            yield stream_of(LESSON, answer.lesson), LinkEnd(answer.answer)


def seen_links(links: Iterable[LinkRow], sees: Sees, number: Number) -> Table[LinkRow]:
    """Return the *links* of chains without those of lessons that are not seen."""
    rows = numbered_links((link for link in links if _is_seen(link, sees)), number)
    return Table(lambda: rows)


def _is_seen(link: LinkRow, sees: Sees) -> bool:
    if category_of(link.stream) != LESSON:
        return True
    other = link.later if link.earlier == link.stream else link.earlier
    return sees(link.stream, LinkEnd(other, link.finding))


def seen_entries(
    records: Sequence[Record], sees: Sees, *, numbered: bool = True
) -> Sequence[Record]:
    """Return the entries of a stream without those about links of lessons that are not seen.

    Where there are any, the others are *numbered* as if these had never been recorded.
    """
    hidden = _hidden(records, sees)
    if not hidden:
        return records
    seen = [record for record in records if record.stream_position not in hidden]
    if not numbered:
        return seen
    numbers = _numbers(records, hidden)
    return [_numbered(record, numbers) for record in seen]


def numbers_seen(load: Callable[[str], Sequence[Record]], sees: Sees) -> Number:
    """Return the numbers by which somebody knows entries: those of lessons as if the hidden ones
    had never been recorded. *load* returns the entries of a lesson's stream that are on record.
    """
    by_stream: dict[str, Mapping[int, int]] = {}

    def number(stream: str, entry: int) -> int | None:
        if category_of(stream) != LESSON:
            return entry
        if stream not in by_stream:
            records = load(stream)
            by_stream[stream] = _numbers(records, _hidden(records, sees))
        return by_stream[stream].get(entry)

    return number


def _hidden(records: Sequence[Record], sees: Sees) -> set[int]:
    """Return the numbers of the entries of a stream that are not seen."""
    if not records or category_of(records[0].stream) != LESSON:
        return set()
    hidden = {record.stream_position for record in records if _is_hidden(record, sees)}
    for record in reversed(records):
        match record.event:
            case EntryAmended(entry=entry) if record.stream_position in hidden:
                hidden.add(entry)
    for record in records:
        match record.event:
            case EntryAmended(entry=entry) | EntryVoided(entry=entry) if entry in hidden:
                hidden.add(record.stream_position)
    return hidden


def _numbers(records: Iterable[Record], hidden: Container[int]) -> Mapping[int, int]:
    """Return the number of each entry that is not *hidden*, among those that are not."""
    positions = (record.stream_position for record in records)
    seen = (position for position in positions if position not in hidden)
    return {position: number for number, position in enumerate(seen, 1)}


def _is_hidden(record: Record, sees: Sees) -> bool:
    event: Event[Any] = record.event
    if isinstance(event, EntryAmended):
        event = event.replacement.event
    return isinstance(event, LINKING) and not sees(record.stream, end_of(event))


def _numbered(record: Record, numbers: Mapping[int, int]) -> Record:
    event = record.event
    if isinstance(event, EntryAmended | EntryVoided):
        event = evolved(event, entry=numbers[event.entry])
    return replace(record, stream_position=numbers[record.stream_position], event=event)
