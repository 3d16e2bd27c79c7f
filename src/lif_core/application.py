"""The application: commands in, records out; history and views, as known at any date."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

import attrs
from attrs import frozen
from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent

from lif_core.errors import ConflictError, LifError, RefusedError
from lif_core.framework import Frameworks
from lif_core.framework import load as load_frameworks
from lif_core.handling import Batch, load_stream, stamped
from lif_core.mapper import LifMapper, recorded_at
from lif_core.messages import Command
from lif_core.projections.projection import AsOf, Projection, fold
from lif_core.record import Record
from lif_core.recorder import Recorder, pages
from lif_core.requests import Request

Clock = Callable[[], datetime]
V = TypeVar("V")

ATTEMPTS = 12
LONDON = ZoneInfo("Europe/London")


@frozen
class Trail:
    """Why a stream is as it is: its own entries, what it rests on, and what rests on it.

    *rests_on* and *rested_on_by* are entries of other streams, in the order in which they took
    effect.
    """

    stream: str
    entries: tuple[Record, ...]
    rests_on: tuple[Record, ...]
    rested_on_by: tuple[Record, ...]


class Application:
    """Decides commands over a log and reads it. Threads may share one.

    Args:
        recorder: where the log is kept.
        clock: the present instant, aware; the only time that the core ever sees.
        frameworks: the packs in force; by default all that ship with `lif`.
    """

    def __init__(
        self,
        recorder: Recorder,
        *,
        clock: Clock,
        frameworks: Frameworks | None = None,
        mapper: LifMapper | None = None,
    ) -> None:
        self.recorder = recorder
        self.clock = clock
        self.frameworks = frameworks or load_frameworks()
        self.mapper = mapper or LifMapper()

    def close(self) -> None:
        """Let go of the store; in a `with` block this happens at its end."""
        self.recorder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Commands

    def handle(
        self,
        command: Command,
        *,
        command_id: str | None = None,
        recorded_at: datetime | None = None,
        correlation: str | None = None,
        causation: str | None = None,
    ) -> tuple[Record, ...]:
        """Decide *command* and record the events it leads to, durably; `()` where it was
        fulfilled.

        The same *command_id* again returns what it returned, without deciding anything.

        Raises:
            RefusedError: it broke a rule; nothing was recorded.
            ConflictError: others kept being recorded first; try again.
            UnreadableError: an entry that it rests on cannot be read; nothing was recorded.
        """
        return self.handle_all(
            [
                Request(
                    command=command,
                    command_id=command_id,
                    recorded_at=recorded_at,
                    correlation=correlation,
                    causation=causation,
                )
            ]
        )

    def handle_all(self, requests: Iterable[Request | Command]) -> tuple[Record, ...]:
        """Decide all *requests*, in their order, in one transaction: all are recorded, or none.

        Raises:
            RefusedError, ConflictError, UnreadableError: as `handle`; nothing was recorded.
        """
        (outcome,) = self.handle_each([list(requests)])
        if isinstance(outcome, LifError):
            raise outcome
        return outcome

    def handle_each(
        self, groups: Sequence[Sequence[Request | Command]]
    ) -> list[tuple[Record, ...] | LifError]:
        """Decide *groups* in one durable transaction; each group is recorded whole or not at all.

        Returns, for each group in its place, its records or the error that kept it out. Faster
        than
        a transaction a group, where one that is refused should not keep out the others.

        Raises:
            ConflictError: others kept being recorded first; no group was recorded.
        """
        asked = [[_request(one) for one in group] for group in groups]
        for _ in range(ATTEMPTS):
            now = self.clock().astimezone(UTC)
            batch = Batch(self.recorder, self.mapper, self.frameworks, now)
            outcomes = [batch.decide(group) for group in asked]
            try:
                records = self._append(batch)
            except (IntegrityError, RefusedError):
                continue  # somebody else was first: decide again on what is there now
            except OperationalError as error:
                raise ConflictError(f"the store is busy: {error}") from error
            return [_resolved(outcome, records) for outcome in outcomes]
        raise ConflictError(f"others were recorded first, {ATTEMPTS} times; try again")

    def _append(self, batch: Batch) -> list[Record]:
        if not batch.pending and not batch.receipts:
            return []
        records: list[Record] = []

        def stamp(state: bytes | None) -> Sequence[StoredEvent]:
            """Under the recorder's lock: others may have been recorded since the batch was
            decided.
            """
            last = recorded_at(state) if state else datetime.min.replace(tzinfo=UTC)
            now = self.clock().astimezone(UTC)
            for pending in batch.pending:
                last = stamped(pending.request, now, last)
                records.append(pending.record(last))
            return [self.mapper.to_stored_event(record) for record in records]

        positions = self.recorder.append(stamp, batch.receipts)
        return [
            attrs.evolve(record, position=position)
            for record, position in zip(records, positions, strict=True)
        ]

    # History

    def history(
        self,
        stream: str | None = None,
        *,
        after: int = 0,
        valid: date | None = None,
        known: date | datetime | None = None,
    ) -> Iterator[Record]:
        """The records in the order of recording, corrections among them, as they were recorded.

        Args:
            stream: of this stream only.
            after: only those past this position.
            valid: only those that had taken effect by this date.
            known: only those recorded by then; a date means its end in Europe/London.
        """
        until = instant(known)
        for record in self._records(stream, after):
            if until is not None and record.recorded_at > until:
                return
            if valid is None or record.event.on <= valid:
                yield record

    def _records(self, stream: str | None, after: int) -> Iterator[Record]:
        if stream is None:
            for page in pages(self.recorder, after=after):
                yield from map(self.mapper.to_record, page)
        else:
            records = load_stream(self.recorder, self.mapper, stream)
            yield from (record for record in records if record.position > after)

    def view(
        self,
        projection: Projection[Any, V],
        *,
        valid: date | None = None,
        known: date | datetime | None = None,
    ) -> V:
        """What *projection* computes, as it was in the world at *valid*, as it was *known* then.

        Without *known*, all that is recorded counts; without *valid*, the day of *known*, or
        today.
        """
        if valid is None:
            valid = local_day(known) if known is not None else local_day(self.clock())
        as_of = AsOf(valid=valid, known=instant(known), frameworks=self.frameworks)
        return fold(projection, self.history(known=known), as_of)

    def why(
        self,
        stream: str,
        *,
        valid: date | None = None,
        known: date | datetime | None = None,
    ) -> Trail:
        """The entries of *stream*, and of every stream that it names or that names it.

        Raises:
            RefusedError: `stream.unknown`.
        """
        records = list(self.history(valid=valid, known=known))
        entries = tuple(record for record in records if record.stream == stream)
        if not entries:
            raise RefusedError("stream.unknown", stream=stream)
        named = {to for record in entries for to in self._names(record)}
        naming = {r.stream for r in records if r.stream != stream and stream in self._names(r)}
        order = sorted(records, key=lambda record: (record.event.on, record.position))
        return Trail(
            stream=stream,
            entries=entries,
            rests_on=tuple(r for r in order if r.stream in named - naming),
            rested_on_by=tuple(r for r in order if r.stream in naming),
        )

    def _names(self, record: Record) -> set[str]:
        streams = {to for _, to in self.mapper.registry.references(record.event)}
        return {to for to in streams if not to.startswith("body-")}


def instant(known: date | datetime | None) -> datetime | None:
    """The last instant that *known* includes: of a date, its end in Europe/London."""
    if known is None or isinstance(known, datetime):
        return known
    midnight = datetime.combine(known + timedelta(days=1), time(), LONDON)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def local_day(known: date | datetime) -> date:
    """The day in Europe/London on which *known* falls."""
    return known.astimezone(LONDON).date() if isinstance(known, datetime) else known


def _request(one: Request | Command) -> Request:
    return one if isinstance(one, Request) else Request(command=one)


def _resolved(
    outcome: tuple[int | Record, ...] | LifError, records: Sequence[Record]
) -> tuple[Record, ...] | LifError:
    if isinstance(outcome, LifError):
        return outcome
    return tuple(records[one] if isinstance(one, int) else one for one in outcome)
