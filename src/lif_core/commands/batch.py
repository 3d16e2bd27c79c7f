"""A batch of commands, decided: groups all or nothing, ids honoured, references resolved."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, TypeAlias

from attrs import frozen

from lif_core import body, corrections
from lif_core.aggregates.succession import Succession
from lif_core.corrections import AmendEntry, VoidEntry, is_correction
from lif_core.decider import Setting, said_before
from lif_core.errors import ConflictError, LifError, MalformedError, RefusedError, UnreadableError
from lif_core.framework import Framework, Frameworks, Right
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Reads, Receipt, Recorder, Tracking
from lif_core.log.requests import Request, digest
from lif_core.log.streams import Head, Loaded, Streams, as_records
from lif_core.messages import Command, Event
from lif_core.record import Record
from lif_core.working_days import local_day

Outcome: TypeAlias = tuple[int | Record, ...]
"""Of one group: an index into what the batch records, or a record that was there before."""

AHEAD = 366  # days that a decision may be recorded before it takes effect


@frozen
class Asked:
    """Groups to be decided; with *tracking*, of a follower, which moves on in the same commit."""

    groups: Sequence[Sequence[Request]]
    tracking: Tracking | None = None


def raise_what_passes(outcomes: Iterable[object]) -> None:
    """A follower does not move past what may be asked again once the store is whole, or free."""
    for outcome in outcomes:
        if isinstance(outcome, ConflictError | UnreadableError):
            raise outcome


@frozen
class Pending:
    """An event decided but not recorded yet, at its place in its stream."""

    request: Request
    stream: str
    stream_position: int
    event: Event[Any]

    def record(self, recorded_at: datetime, position: int = 0) -> Record:
        """Its record, with a position where that is known."""
        request = self.request
        return Record(
            position,
            self.stream,
            self.stream_position,
            recorded_at,
            self.event,
            request.command_id,
            request.correlation,
            request.causation,
            request.recorded_at is not None,
        )


def stamped(request: Request, now: datetime, last: datetime) -> datetime:
    """When *request* is recorded: time never goes backwards, whatever clock or migration say.

    Raises:
        RefusedError: `record.recorded-backwards` or `record.recorded-in-the-future`: a migration
            supplies a time before the *last*, or one that has not come.
    """
    at = request.recorded_at
    if at is None:
        return max(now, last)
    if at > now:
        raise RefusedError("record.recorded-in-the-future", recorded_at=at, now=now)
    if at < last:
        raise RefusedError("record.recorded-backwards", recorded_at=at, last=last)
    return at.astimezone(UTC)


class Batch:
    """Groups of requests, decided against the log, known up to *head*, and against each other.

    It records nothing. *new* are command ids that are known not to have been handled by then.
    """

    def __init__(
        self,
        recorder: Recorder,
        mapper: LifMapper,
        streams: Streams,
        frameworks: Frameworks,
        *,
        now: datetime,
        head: Head,
        new: AbstractSet[str] = frozenset(),
    ) -> None:
        self.pending: list[Pending] = []
        self.receipts: dict[str, Receipt] = {}
        self._recorder = recorder
        self._mapper = mapper
        self._registry = mapper.registry
        self._streams = streams
        self._frameworks = frameworks
        self._now = now
        self._today = self._last_day = local_day(now)
        self._head = head.position
        self._last = head.recorded_at
        self._new = new
        self._read: dict[str, Loaded] = {}
        self._current: dict[str, Loaded] = {}
        self._before: dict[str, Loaded] = {}  # the streams that the group changed, before it did
        self._changed: set[str] = set()
        self._governing: dict[tuple[str, date], Framework] = {}
        self._succession = Succession(self._merged)
        self._forget()

    def _forget(self) -> None:
        """Forget the verdicts that were reached once for the whole batch."""
        self._there: set[str] = set()
        self._entitled: set[tuple[object, ...]] = set()
        self._settings: dict[tuple[str, date, date], Setting] = {}

    @property
    def reads(self) -> Reads:
        """What the outcomes rest on, of the groups that are refused as well."""
        return Reads(head=self._head, streams=self._read.keys())

    @property
    def changed(self) -> dict[str, Loaded]:
        """The streams that the groups change, as they are then."""
        return {stream: self._current[stream] for stream in self._changed}

    def decide(self, group: Sequence[Request]) -> Outcome | LifError:
        """Return the group's outcome; where that is an error, the batch is as it was before."""
        pending, receipts, last = len(self.pending), len(self.receipts), self._last
        self._before = {}
        outcome: list[int | Record] = []
        at = 0
        try:
            for at, request in enumerate(group):  # noqa: B007  # *at* is for the error
                outcome += self._decide(request)
        except (RefusedError, MalformedError, UnreadableError, ConflictError) as error:
            del self.pending[pending:]
            for command_id in list(self.receipts)[receipts:]:
                del self.receipts[command_id]
            self._last = last
            if self._before:
                self._current.update(self._before)
                self._forget()
            error.at = at
            return error
        self._changed.update(self._before)
        return tuple(outcome)

    def _decide(self, request: Request) -> Outcome:
        command_id = request.command_id
        if command_id is None:
            return self._record(request)
        wanted = digest(request.command, self._mapper)
        if receipt := self.receipts.get(command_id):
            _refuse_reuse(command_id, receipt.digest, wanted)
            return tuple(range(receipt.start, receipt.stop))
        if command_id not in self._new and (handled := self._recorder.handled(command_id)):
            _refuse_reuse(command_id, handled.digest, wanted)
            return tuple(self._mapper.to_records(handled.rows))
        start = len(self.pending)
        outcome = self._record(request)
        self.receipts[command_id] = Receipt(
            command_id=command_id, digest=wanted, start=start, stop=len(self.pending)
        )
        return outcome

    def _record(self, request: Request) -> Outcome:
        command, recorded_at = request.command, request.recorded_at
        self._last_day = local_day(recorded_at) if recorded_at else self._today
        kind = self._registry.kinds.get(type(command))
        if kind is None or kind.is_event:
            problem = f"{type(command).__name__} is not a command known here"
            raise MalformedError("command", problem)
        stream = kind.stream(command)
        loaded = self._load(stream)
        decider = self._streams.decider(stream)
        events = said_before(
            decider,
            command,
            loaded.state,
            lambda: self._events(command, stream, loaded),
            known=loaded.standing.said(command),
        )
        start = len(self.pending)
        if not events:
            return ()
        self._before.setdefault(stream, loaded)
        for event in events:
            self._last = stamped(request, self._now, self._last)
            loaded = loaded.followed_by(event, decider)
            self.pending.append(Pending(request, stream, len(loaded.recorded), event))
        self._current[stream] = loaded
        if stream.startswith("body-") or is_correction(events[0]):
            self._forget()  # who holds what, and what there is, may be otherwise now
        return tuple(range(start, len(self.pending)))

    def _events(self, command: Command, stream: str, loaded: Loaded) -> tuple[Event[Any], ...]:
        self._refuse_unresolved(command)
        self._refuse_unentitled(command, stream, loaded)
        if (command.on - self._last_day).days > AHEAD:
            raise RefusedError("record.too-far-ahead", on=command.on, recorded=self._last_day)
        if isinstance(command, VoidEntry | AmendEntry):
            return self._correct(command, loaded)
        if loaded.opening is not None and command.on < loaded.opening:
            raise RefusedError("stream.before-opening", on=command.on, opening=loaded.opening)
        # A circle of mergers is one whatever their dates: a merger looks at all on record.
        day = date.max if isinstance(command, body.MergeBody) else command.on
        setting = self._setting(stream, loaded.opening or command.on, day)
        events: tuple[Event[Any], ...] = self._streams.decider(stream).decide(
            command, loaded.state, setting
        )
        return events

    def _setting(self, stream: str, since: date, on: date) -> Setting:
        key = (_namespace(stream), since, on)
        setting = self._settings.get(key)
        if setting is None:
            framework = self._framework(stream, since)
            setting = self._settings[key] = Setting(framework, self._holder(on), self._named)
        return setting

    def _correct(self, command: VoidEntry | AmendEntry, loaded: Loaded) -> tuple[Event[Any], ...]:
        self._refuse_stranger(command, loaded)
        about = None
        if isinstance(command, AmendEntry):
            about = self._registry.stream(command.replacement.event)
            self._refuse_unresolved(command.replacement.event)
        return corrections.decide(command, as_records(loaded.recorded), about)

    def _refuse_stranger(self, command: VoidEntry | AmendEntry, loaded: Loaded) -> None:
        """An entry is corrected by the body that decided it, by its successor, or by a board."""
        if command.entry > len(loaded.recorded):
            return
        body = loaded.recorded[command.entry - 1].by.body
        decided = {body, self._holder(command.on)(body)}
        if command.by.body not in decided and self._kind(command.by.body) != "board":
            raise RefusedError("correction.of-another-body", body=command.by.body, decided=decided)

    # What every command is held against, whatever its aggregate

    def _refuse_unresolved(self, message: Command | Event[Any]) -> None:
        there = self._there
        for field, stream in self._registry.required(message):
            if stream in there:
                continue
            if not self._exists(stream):
                raise RefusedError("reference.unknown", field=field, stream=stream)
            there.add(stream)

    def _refuse_unentitled(self, command: Command, stream: str, loaded: Loaded) -> None:
        """Refuse a body that has no right to decide this; asked once a batch of what is alike."""
        by = command.by
        kind: str | None = getattr(command if loaded.state is None else loaded.state, "kind", None)
        alike = (type(command), kind, by.body, by.role, command.on, _namespace(stream))
        if alike not in self._entitled and self._entitles(command, stream, loaded, kind):
            self._entitled.add(alike)

    def _entitles(self, command: Command, stream: str, loaded: Loaded, kind: str | None) -> bool:
        """Return whether the body has the right in any stream of the board, or in this alone."""
        ref, holder = command.by.body, self._holder(command.on)
        if (successor := holder(ref)) != ref:
            raise RefusedError("authority.merged", body=ref, into=successor)
        framework = self._framework(stream, command.on)
        right = framework.right(type(command).__name__, kind)
        if right is None:
            return True
        if right.opener and len(loaded.standing) and holder(loaded.standing[0].by.body) == ref:
            return False
        if not _entitles(framework, right, ref, self._kind(ref), stream, holder):
            raise RefusedError(
                "authority.not-entitled",
                command=type(command).__name__,
                body=ref,
                entitled=(*right.kinds, *right.bodies),
            )
        if right.roles and command.by.role not in right.roles:
            raise RefusedError(
                "authority.not-in-role",
                command=type(command).__name__,
                role=command.by.role,
                entitled=right.roles,
            )
        return True

    # What the decisions rest on

    def _load(self, stream: str) -> Loaded:
        loaded = self._current.get(stream)
        if loaded is None:
            loaded = self._streams.load(stream)
            self._read[stream] = self._current[stream] = loaded
        return loaded

    def _exists(self, stream: str) -> bool:
        category, _, ref = stream.partition("-")
        if category == "body" and self._named(ref):
            return True
        return self._load(stream).opening is not None

    def _named(self, ref: str) -> bool:
        return self._frameworks.body(ref) is not None

    def _framework(self, stream: str, on: date) -> Framework:
        namespace = _namespace(stream)
        found = self._governing.get((namespace, on))
        if found is None:
            found = self._governing[namespace, on] = self._frameworks.governing(namespace, on)
        return found

    def _body(self, ref: str) -> body.Body:
        return self._load(f"body-{ref}").state or body.Body()

    def _kind(self, ref: str) -> str | None:
        entry = self._frameworks.body(ref)
        if entry is not None:
            return entry.kind
        registered = self._body(ref).registered
        return registered.kind if registered else None

    def _merged(self, ref: str) -> tuple[str, date] | None:
        merged = self._body(ref).merged
        return (merged.into, merged.on) if merged else None

    def _holder(self, on: date) -> Callable[[str], str]:
        return partial(self._succession.holder, on=on)


def _namespace(stream: str) -> str:
    return stream.partition("-")[2].partition("/")[0]


def _refuse_reuse(command_id: str, known: bytes, wanted: bytes) -> None:
    if known != wanted:
        raise RefusedError("record.command-id-reused", command_id=command_id)


def _entitles(
    framework: Framework,
    right: Right,
    ref: str,
    kind: str | None,
    stream: str,
    holder: Callable[[str], str],
) -> bool:
    """A right that is its own board's is held by bodies of the board whose reference it is, and by
    committees that serve it.

    A namespace that has no board of its own is joint: its boards are those that the pack governs.
    What a body had a right to, the body it was merged into has.
    """
    own = _namespace(stream)
    boards = {own} if framework.has_board(own) else set(framework.governs)
    boards |= {holder(board).partition("/")[0] for board in boards}
    entry = framework.body(ref)
    serves = {ref.partition("/")[0], *(entry.boards if entry else ())}
    if right.own_board and not serves & boards:
        merged = (one for one in framework.bodies if one.ref != ref and holder(one.ref) == ref)
        serves |= {b for one in merged for b in (one.ref.partition("/")[0], *one.boards)}
    if right.own_board and not serves & boards:
        return False
    bodies = {*right.bodies, *map(holder, right.bodies)}
    return kind in right.kinds or ref in bodies or not (right.kinds or right.bodies)
