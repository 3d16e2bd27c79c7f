"""How a batch of commands is decided: streams loaded once, groups all or nothing, ids honoured."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from attrs import frozen

from lif_core import body, corrections
from lif_core.corrections import AmendEntry, VoidEntry, corrected
from lif_core.decider import AnyDecider, Setting, on_record
from lif_core.errors import ConflictError, LifError, MalformedError, RefusedError, UnreadableError
from lif_core.framework import Frameworks, Right
from lif_core.mapper import LifMapper, recorded_at
from lif_core.messages import Command, Event
from lif_core.record import Record
from lif_core.recorder import Receipt, Recorder
from lif_core.requests import Request, digest

Outcome: TypeAlias = tuple[int | Record, ...]
"""Of one group: an index into what the batch records, or a record that was there before."""


def stamped(request: Request, now: datetime, last: datetime) -> datetime:
    """When *request* is recorded: time never goes backwards, whatever clock or migration say.

    Raises:
        RefusedError: `record.recorded-backwards`: a migration supplies a time before the *last*.
    """
    at = request.recorded_at
    if at is None:
        return max(now, last)
    if at < last:
        raise RefusedError("record.recorded-backwards", recorded_at=at, last=last)
    return at.astimezone(UTC)


@frozen
class Pending:
    """An event decided but not recorded yet, at its place in its stream."""

    request: Request
    stream: str
    stream_position: int
    event: Event[Any]

    def record(self, recorded_at: datetime) -> Record:
        return Record(
            position=0,
            stream=self.stream,
            stream_position=self.stream_position,
            recorded_at=recorded_at,
            event=self.event,
            command_id=self.request.command_id,
            correlation=self.request.correlation,
            causation=self.request.causation,
            migrated=self.request.recorded_at is not None,
        )


@frozen
class Loaded:
    """One stream: its records as recorded, and the state they lead to once corrected.

    *opening* is the day it began, before which nothing can take effect in it; `None` where nothing
    has begun it, or what did is void.
    """

    records: tuple[Record, ...] = ()
    events: tuple[Event[Any], ...] = ()
    state: Any = None
    opening: date | None = None


class Batch:
    """Decides groups of requests against the log and against each other, and records nothing."""

    def __init__(
        self, recorder: Recorder, mapper: LifMapper, frameworks: Frameworks, now: datetime
    ) -> None:
        self.pending: list[Pending] = []
        self.receipts: list[Receipt] = []
        self._recorder = recorder
        self._mapper = mapper
        self._registry = mapper.registry
        self._frameworks = frameworks
        self._streams: dict[str, Loaded] = {}
        self._changed: dict[str, Loaded] = {}
        self._digests: dict[str, bytes] = {}
        self._now = now
        last = recorder.last_state()
        self._last = recorded_at(last) if last else datetime.min.replace(tzinfo=UTC)

    def decide(self, group: Sequence[Request]) -> Outcome | LifError:
        """The group's outcome; where it is an error, the batch is as it was before the group."""
        pending, receipts, last = len(self.pending), len(self.receipts), self._last
        self._changed = {}
        outcome: list[int | Record] = []
        at = 0
        try:
            for at, request in enumerate(group):  # noqa: B007  # *at* is for the error
                outcome += self._decide(request)
        except (RefusedError, MalformedError, UnreadableError, ConflictError) as error:
            del self.pending[pending:]
            for receipt in self.receipts[receipts:]:
                del self._digests[receipt.command_id]
            del self.receipts[receipts:]
            self._last = last
            error.at = at
            return error
        self._streams.update(self._changed)
        return tuple(outcome)

    def _decide(self, request: Request) -> Outcome:
        if request.command_id is None:
            return self._record(request)
        wanted = digest(request.command, self._mapper)
        if request.command_id in self._digests:
            self._refuse_reuse(request.command_id, self._digests[request.command_id], wanted)
            return self._repeated(request.command_id)
        if handled := self._recorder.handled(request.command_id):
            self._refuse_reuse(request.command_id, handled.digest, wanted)
            return tuple(self._mapper.to_record(row) for row in handled.rows)
        outcome = self._record(request)
        start = len(self.pending) - len(outcome)
        self.receipts.append(
            Receipt(
                command_id=request.command_id,
                digest=wanted,
                start=start,
                stop=len(self.pending),
            )
        )
        self._digests[request.command_id] = wanted
        return outcome

    def _repeated(self, command_id: str) -> Outcome:
        receipt = next(one for one in self.receipts if one.command_id == command_id)
        return tuple(range(receipt.start, receipt.stop))

    def _refuse_reuse(self, command_id: str, known: bytes, wanted: bytes) -> None:
        if known != wanted:
            raise RefusedError("record.command-id-reused", command_id=command_id)

    def _record(self, request: Request) -> Outcome:
        command = request.command
        decider = self._registry.decider(command)
        if self._registry.commands.get(type(command).__name__) is not type(command):
            raise MalformedError(
                "command", f"{type(command).__name__} is not a command known here"
            )
        stream = self._registry.stream(command)
        loaded = self._load(stream)
        if on_record(command, loaded.events):
            return ()
        self._admit(command, loaded)
        if isinstance(command, VoidEntry | AmendEntry):
            events: Sequence[Event[Any]] = self._correct(command, loaded)
        else:
            assert decider is not None
            events = decider.decide(command, loaded.state, self._setting(stream, loaded, command))
        start = len(self.pending)
        for event in events:
            loaded = self._extend(request, stream, loaded, event)
        self._changed[stream] = loaded
        return tuple(range(start, len(self.pending)))

    def _extend(self, request: Request, stream: str, loaded: Loaded, event: Event[Any]) -> Loaded:
        self._last = stamped(request, self._now, self._last)
        pending = Pending(request, stream, len(loaded.records) + 1, event)
        self.pending.append(pending)
        records = (*loaded.records, pending.record(self._last))
        decider = self._category(stream)
        if corrections.is_correction(event) or loaded.opening is None:
            return _folded(decider, records)
        state = decider.evolve(loaded.state, event)
        return Loaded(records, (*loaded.events, event), state, loaded.opening)

    # What every command is held against, whatever its aggregate

    def _admit(self, command: Command, loaded: Loaded) -> None:
        correction = isinstance(command, VoidEntry | AmendEntry)
        if loaded.opening is not None and command.on < loaded.opening and not correction:
            raise RefusedError("stream.before-opening", on=command.on, opening=loaded.opening)
        for field, stream in self._registry.references(command):
            if not self._exists(stream):
                raise RefusedError("reference.unknown", field=field, stream=stream)
        self._refuse_unentitled(command)

    def _refuse_unentitled(self, command: Command) -> None:
        stream = self._registry.stream(command)
        right = self._framework(stream, command.on).right(type(command).__name__)
        if right is None:
            return
        kind = self._kind(command.by.body)
        if not _entitles(right, command.by.body, kind, stream):
            raise RefusedError(
                "authority.not-entitled",
                command=type(command).__name__,
                body=command.by.body,
                entitled=(*right.kinds, *right.bodies),
            )

    def _correct(self, command: VoidEntry | AmendEntry, loaded: Loaded) -> Sequence[Event[Any]]:
        about = None
        if isinstance(command, AmendEntry):
            about = self._registry.stream(command.replacement.event)
            for field, stream in self._registry.references(command.replacement.event):
                if not self._exists(stream):
                    raise RefusedError("reference.unknown", field=field, stream=stream)
        return corrections.decide(command, loaded.records, about)

    # What the decisions rest on

    def _setting(self, stream: str, loaded: Loaded, command: Command) -> Setting:
        return Setting(
            self._framework(stream, loaded.opening or command.on),
            self._holder(command.on),
            lambda ref: self._frameworks.body(ref) is not None,
        )

    def _framework(self, stream: str, on: date) -> Any:
        return self._frameworks.governing(stream.partition("-")[2], on)

    def _kind(self, ref: str) -> str | None:
        entry = self._frameworks.body(ref)
        if entry is not None:
            return entry.kind
        registered = self._body(ref).registered
        return registered.kind if registered else None

    def _body(self, ref: str) -> body.Body:
        return self._load(f"body-{ref}").state or body.Body()

    def _holder(self, on: date) -> Callable[[str], str]:
        def holder(ref: str) -> str:
            seen = {ref}
            while (merged := self._body(ref).merged) and merged.on <= on:
                ref = merged.into
                if ref in seen:
                    return ref
                seen.add(ref)
            return ref

        return holder

    def _exists(self, stream: str) -> bool:
        category, _, ref = stream.partition("-")
        if category == "body" and self._frameworks.body(ref) is not None:
            return True
        return self._load(stream).opening is not None

    def _category(self, stream: str) -> AnyDecider:
        category = stream.partition("-")[0]
        if category not in self._registry.categories:
            raise RefusedError("stream.unknown-category", stream=stream)
        return self._registry.categories[category]

    def _load(self, stream: str) -> Loaded:
        known = self._changed.get(stream) or self._streams.get(stream)
        if known is None:
            decider = self._category(stream)
            records = load_stream(self._recorder, self._mapper, stream)
            known = self._streams[stream] = _folded(decider, records)
        return known


def load_stream(recorder: Recorder, mapper: LifMapper, stream: str) -> tuple[Record, ...]:
    """The records of *stream*, in their order.

    Raises:
        UnreadableError: an entry cannot be read, or is missing between two others.
    """
    records = tuple(mapper.to_record(row) for row in recorder.stream_rows(stream))
    for expected, record in enumerate(records, 1):
        if record.stream_position != expected:
            raise UnreadableError(
                "entry missing: it was removed", stream=stream, stream_position=expected
            )
    return records


def _folded(decider: AnyDecider, records: tuple[Record, ...]) -> Loaded:
    events = tuple(record.event for record in corrected(records))
    opening = min((one.on for one in events if isinstance(one, decider.opens)), default=None)
    return Loaded(records, events, decider.fold(events), opening)


def _entitles(right: Right, ref: str, kind: str | None, stream: str) -> bool:
    """A right that is its own board's is held by bodies of the board whose reference it is."""
    board = stream.partition("-")[2].partition("/")[0]
    if right.own_board and ref.partition("/")[0] != board:
        return False
    return kind in right.kinds or ref in right.bodies or not (right.kinds or right.bodies)
