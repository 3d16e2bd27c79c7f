"""The composition of a bundle: a case as plain data, and all that was taken out of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from attrs import frozen

from lif_adapters.bundle.entries import entries_of
from lif_adapters.bundle.redaction import ANOTHER_CASE, Redaction
from lif_adapters.bundle.tables import CaseTable, CaseTables
from lif_adapters.held_checkpoint import HeldCheckpoint
from lif_core.aggregates.body import BodyRegistered, BodyRenamed
from lif_core.decisions.standing import standing_in
from lif_core.queries.case import CaseHistory
from lif_core.queries.reader import Reader
from lif_core.queries.readership import PERSONAL_TEXTS
from lif_core.values.refs import ref_of, stream_of


@frozen(kw_only=True)
class CaseStream:
    """A *stream* of a case, what it *rests_on* directly, and how many of its *entries* are shown.

    *shared*: it rests on another case as well, or is a lesson.
    """

    stream: str
    rests_on: tuple[str, ...]
    entries: int
    shared: bool


@frozen(kw_only=True)
class LeftOutEntry:
    """An entry that is left out, by its place in the log and in its *stream*, and *why*."""

    position: int
    stream: str
    entry: int
    why: str


@frozen(kw_only=True)
class RedactedField:
    """A *field* that was redacted so many *times*, and *why*."""

    field: str
    why: str
    times: int


@frozen(kw_only=True)
class LeftOutRows:
    """The number of *rows* of a *table* that are left out, and *why*."""

    table: str
    why: str
    rows: int


@frozen(kw_only=True)
class Bundle:
    """A case as it is handed over, as of the day *valid*, by what was on record at *known*.

    The log was held against a *checkpoint*, where there is one.
    *personal*: texts that may tell about a person are in it. Nothing in it needs to be hidden
    from whoever it is made for.
    """

    review: str
    valid: date
    known: str
    checkpoint: HeldCheckpoint | None
    personal: bool
    streams: tuple[CaseStream, ...]
    entries: tuple[Mapping[str, Any], ...]
    tables: tuple[CaseTable, ...]
    bodies: tuple[Mapping[str, Any], ...]
    fields: tuple[RedactedField, ...]
    left_out: tuple[LeftOutEntry, ...]
    rows_left_out: tuple[LeftOutRows, ...]
    views_kept: tuple[tuple[str, str], ...]


def bundle_of(
    reader: Reader,
    review: str,
    *,
    valid: date | None = None,
    known: date | datetime | None = None,
    checkpoint: HeldCheckpoint | None = None,
) -> Bundle:
    """Return the bundle of the case of a review, for whoever the *reader* reads for.

    Args:
        reader: reads the log; its readership says what is redacted.
        review: the stream of the review, such as `review-wscb/scr-child-k`.
        valid: as it was on this day; by default the day of *known*, or today.
        known: by what was recorded by then; by default all that is on record.
        checkpoint: the one that the log was held against, to be handed over with the case.

    Raises:
        RefusedError: `stream.unknown`.
        NotEntitledError: the case is kept for a role that the reader does not have.
    """
    case = reader.unredacted().case(review, valid=valid, known=known)
    personal = reader.readership.grants(PERSONAL_TEXTS)
    redaction = Redaction(case, reader.mapper, personal=personal)
    entries = tuple(entries_of(reader, case, redaction))
    tables = CaseTables(reader, case, redaction, frozenset(_meetings(case)))
    until = case.at.known_until
    assert until is not None, "a review is on record, and so there is a last entry"
    return Bundle(
        review=ref_of(case.review),
        valid=case.at.valid,
        known=until.isoformat(),
        checkpoint=checkpoint,
        personal=personal,
        streams=tuple(_streams(case)),
        entries=entries,
        tables=tables.tables,
        bodies=tuple(_bodies(reader, case, sorted(redaction.bodies))),
        fields=tuple(
            RedactedField(field=field, why=why, times=times)
            for (why, field), times in sorted(Counter(redaction.taken_out).items())
        ),
        left_out=tuple(
            LeftOutEntry(
                position=record.position,
                stream=record.stream,
                entry=record.stream_position,
                why=ANOTHER_CASE,
            )
            for record in case.left_out
        ),
        rows_left_out=tuple(
            LeftOutRows(table=table, why=ANOTHER_CASE, rows=rows)
            for table, rows in sorted(tables.left_out.items())
        ),
        views_kept=tables.kept,
    )


def _meetings(case: CaseHistory) -> Iterator[tuple[str, str]]:
    """Yield the meetings at which something of a *case* was decided, by body and name."""
    for entry in case.entries:
        by = entry.record.event.by
        if by.deliberation is not None and by.deliberation.meeting is not None:
            yield by.body, by.deliberation.meeting


def _streams(case: CaseHistory) -> Iterator[CaseStream]:
    entries = Counter(entry.record.stream for entry in case.entries)
    for stream in case.streams:
        rests_on = dict.fromkeys(link.earlier for link in case.links if link.later == stream)
        yield CaseStream(
            stream=stream,
            rests_on=tuple(rests_on),
            entries=entries[stream],
            shared=stream in case.shared,
        )


def _bodies(reader: Reader, case: CaseHistory, refs: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """Yield a row for each body of *refs*: its name and kind on the day, and who says so."""
    frameworks = reader.frameworks
    packs = {
        body.ref: (pack.name, body.name, body.kind)
        for pack in (frameworks.general, *frameworks.packs)
        for body in pack.bodies
    }
    for ref in refs:
        pack, name, kind = packs.get(ref, (None, None, None))
        registered = None
        records: Sequence[Any] = tuple(
            case.at.on_record(reader.history(stream_of("body", ref), known=case.at.known))
        )
        for record in standing_in(records, reader.mapper.registry.categories).records:
            if record.event.on > case.at.valid:
                continue
            match record.event:
                case BodyRegistered(name=its_name, kind=its_kind, on=on):
                    name, kind, registered = its_name, its_kind, on
                case BodyRenamed(name=its_name):
                    name = its_name
        yield {
            "body": ref,
            "name": name,
            "kind": str(kind) if kind is not None else None,
            "registered": registered.isoformat() if registered else None,
            "pack": pack,
        }
