"""A batch of commands, decided: groups all or nothing, ids honoured, said twice recorded once."""

from collections.abc import Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct

from lif_core.aggregates import body
from lif_core.aggregates.data_subject import DataSubjectErased
from lif_core.aggregates.ledger import LEDGER_STREAM, ClockCorrected, CorrectClock
from lif_core.commands.admission import Admission, Verdicts
from lif_core.commands.amendments import Place, command_of, refuse_taking_along
from lif_core.decisions import corrections
from lif_core.decisions.corrections import AmendEntry, VoidEntry, is_correction
from lif_core.decisions.decider import said_before
from lif_core.decisions.messages import Command, Event, evolved
from lif_core.decisions.record import Record
from lif_core.decisions.standing import refuse_ended, refuse_ghosts
from lif_core.errors import (
    ClockError,
    ConflictError,
    LifError,
    MalformedError,
    RefusedError,
    StaleError,
    UnreadableError,
)
from lif_core.framework import Framework, Frameworks
from lif_core.log.encryption import Encryption
from lif_core.log.instants import Stretch
from lif_core.log.instants import stamped as stamped_on
from lif_core.log.kind import MessageKind
from lif_core.log.mapper import LifMapper
from lif_core.log.receipts import records_of
from lif_core.log.recorder import Reads, Receipt, Recorder, pages
from lif_core.log.requests import Request, digest, digest_without_keys
from lif_core.log.streams import NEW, Loaded, LogHead, Streams, as_records
from lif_core.queries.redaction import refuse_redacted
from lif_core.values.refs import namespace_of, ref_of, stream_of
from lif_core.values.working_days import local_day

Outcome: TypeAlias = list[int | Record]
"""The outcome of a group: indexes into what the batch records, or records there before."""

AHEAD = timedelta(days=366)  # that a decision may be recorded before it takes effect


class Group(NamedTuple):
    """The *requests* that are recorded whole or not at all, and who *entered* them, if known.

    *expected* are the positions of streams on which they rest, as in a `Request`.
    """

    requests: Sequence[Request | Command]
    entered_by: str | None = None
    expected: Mapping[str, int] | None = None


class _Either(Struct, frozen=True, gc=False):
    """The union of two sets, without making a third for each command."""

    first: Container[str]
    second: Container[str]

    def __contains__(self, stream: object) -> bool:
        return stream in self.first or stream in self.second


class Pending(Struct, frozen=True, gc=False):
    """An event decided but not recorded yet, at its place in its stream.

    *request* is `None` where it was asked with nothing but the command.
    """

    stream: str
    stream_position: int
    event: Event[Any]
    request: Request | None
    entered_by: str | None
    about: tuple[str, ...] = ()

    def record(self, position: int, recorded_at: datetime, now: datetime) -> Record:
        """Return its record at this *position*, entered *now*."""
        request = self.request
        if request is None:
            return Record(
                position,
                self.stream,
                self.stream_position,
                recorded_at,
                self.event,
                entered_by=self.entered_by,
                about=self.about,
            )
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
            self.entered_by,
            entered_at=None if request.recorded_at is None else now,
            claimed_at=_in_utc(request.claimed_at),
            about=self.about,
        )


def _in_utc(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(UTC)


def stamped(request: Request | None, now: datetime, last: datetime) -> datetime:
    """Return when *request* is recorded: time never goes backwards, whatever clock or migration
    say.

    Raises:
        RefusedError: `record.recorded-backwards` or `record.recorded-in-the-future`: a migration
            supplies a time before the *last*, or one that has not come.
    """
    at = None if request is None else request.recorded_at
    if at is None:
        return now if now > last else last
    if at > now:
        raise RefusedError("record.recorded-in-the-future", recorded_at=at, now=now)
    if at < last:
        raise RefusedError("record.recorded-backwards", recorded_at=at, last=last)
    return at.astimezone(UTC)


class Batch:
    """Groups of requests, decided against the log, known up to *head*, and against each other.

    It records nothing. *verdicts* are kept from batch to batch, and hold as of *head*; *missing*
    are boards whose pack on record is not among the *frameworks*; *new* are command ids that are
    known not to have been handled by then, *unrecorded* are streams that are known to have no
    entry.
    """

    def __init__(
        self,
        recorder: Recorder,
        mapper: LifMapper,
        streams: Streams,
        frameworks: Frameworks,
        *,
        verdicts: Verdicts,
        now: datetime,
        tolerance: timedelta,
        head: LogHead,
        missing: Mapping[str, str] = MappingProxyType({}),
        new: AbstractSet[str] = frozenset(),
        unrecorded: AbstractSet[str] = frozenset(),
    ) -> None:
        self.receipts: dict[str, Receipt] = {}
        self._pending: list[Pending] = []
        self._recorder = recorder
        self._mapper = mapper
        self._kinds = mapper.registry.kinds
        self._streams = streams
        self._verdicts = verdicts
        self._missing = missing
        self._admission = Admission(
            self._load, frameworks, verdicts, self._kinds, self._stamped, self._position
        )
        self._now = now
        self._tolerance = tolerance
        self._near = now.date()  # is not too far ahead, as the day in UTC is none past London's
        self._head, self._last, self._stored = head
        self._entered_by: str | None = None
        self._expected: Mapping[str, int] | None = None
        self._new = new
        self._unrecorded = unrecorded
        self._read: dict[str, Loaded] = {}
        self._current: dict[str, Loaded] = {}
        self._before: dict[str, Loaded] = {}  # the streams that the group changed, before it did
        self._changed: set[str] = set()

    @property
    def reads(self) -> Reads:
        """Return what the outcomes rest on, of the groups that are refused as well."""
        streams = _Either(self._read.keys(), self._verdicts.rests_on)
        return Reads(head=self._head, streams=streams, stored=self._stored)

    @property
    def changed(self) -> dict[str, Loaded]:
        """The streams that the groups change, as they are then."""
        return {stream: self._current[stream] for stream in self._changed}

    @property
    def packs_asked(self) -> Iterable[Framework]:
        """The packs that were asked, for what is refused as well, by this batch or before."""
        return self._admission.packs.values()

    def packs(self) -> Iterable[Framework]:
        """Return the packs by which was decided what is to be recorded."""
        packs: dict[str, Framework] = {}
        for pending in self._pending:
            namespace, on = namespace_of(ref_of(pending.stream)), pending.event.on
            begun = self._current[pending.stream].opening or on
            for pack in self._admission.decided_by(namespace, begun, on):
                packs[pack.name] = pack
        return packs.values()

    @property
    def is_quiet(self) -> bool:
        """Return whether there is nothing to record, and no id to remember."""
        return not self._pending and not self.receipts

    def records(self, head: LogHead, now: datetime) -> list[Record]:
        """Return what is to be recorded *now* at the end of a log whose head is *head*.

        Raises:
            RefusedError: a migration supplies a time before one that was recorded meanwhile.
            ClockError: the log is ahead of the clock.
        """
        position, last, _ = head
        if self._pending:
            self._refuse_behind(self._pending[0].event, last, now)
        records = []
        for pending in self._pending:
            position += 1
            if pending.stream == LEDGER_STREAM:
                last = now
            elif last < now or (pending.request and pending.request.recorded_at is not None):
                last = stamped(pending.request, now, last)
            records.append(pending.record(position, last, now))
        return records

    def _refuse_behind(self, message: Command | Event[Any], last: datetime, now: datetime) -> None:
        """Refuse to record with a clock behind the log, unless to say that another was wrong.

        A little is in order: several machines never agree to the second.
        """
        if last - now > self._tolerance and not isinstance(message, CorrectClock):
            raise ClockError(last, now)

    def decide(self, group: Group) -> Outcome | LifError:
        """Return the group's outcome; where that is an error, the batch is as it was before."""
        pending, receipts, last = len(self._pending), len(self.receipts), self._last
        self._before = {}
        self._entered_by, self._expected = group.entered_by, group.expected
        outcome: Outcome = []
        at = 0
        try:
            for at, request in enumerate(group.requests):  # noqa: B007  # *at* is for the error
                if not isinstance(request, Request):
                    outcome += self._place(request, None)
                elif request.command_id is None:
                    outcome += self._place(request.command, request)
                else:
                    outcome += self._place_once(request, request.command_id)
        except (
            RefusedError, MalformedError, UnreadableError, ConflictError, ClockError
        ) as error:  # fmt: skip
            del self._pending[pending:]
            for command_id in list(self.receipts)[receipts:]:
                del self.receipts[command_id]
            self._last = last
            if self._before:
                self._current.update(self._before)
                self._admission.forget()
            error.at = at
            return error
        self._changed.update(self._before)
        return outcome

    def _place_once(self, request: Request, command_id: str) -> Iterable[int | Record]:
        """Decide a *request* unless it was handled before: then it is what it came to then."""
        wanted = digest(request.command, self._mapper)
        if receipt := self.receipts.get(command_id):
            _refuse_reuse(command_id, receipt.digest, wanted)
            return range(receipt.start, receipt.stop)
        if command_id not in self._new and (handled := self._recorder.handled(command_id)):
            if handled.digest != wanted and self._mapper.keyring is not None:
                wanted = digest_without_keys(request.command, self._mapper)
            _refuse_reuse(command_id, handled.digest, wanted)
            return records_of(command_id, handled, self._mapper)
        places = self._place(request.command, request)
        start, stop = places.start, places.stop
        self.receipts[command_id] = Receipt(
            command_id=command_id, digest=wanted, start=start, stop=stop
        )
        return places

    def _place(self, command: Command, request: Request | None) -> range:
        """Decide *command*, and return the places of its events among what is to be recorded."""
        kind = self._kinds.get(type(command))
        if kind is None or kind.is_event:
            problem = f"{type(command).__name__} is not a command known here"
            raise MalformedError("command", problem)
        refuse_redacted(command)
        if isinstance(command, AmendEntry):
            refuse_redacted(command.replacement.event, "replacement.event.")
        if self._expected:
            self._refuse_stale(self._expected)
            self._expected = None
        if request is not None and request.expected:
            self._refuse_stale(request.expected)
        subject, decider = kind.subject(command), kind.decider
        if decider is None:  # a correction: its subject is a whole stream
            stream, namespace = subject, namespace_of(ref_of(subject))
            decider = self._streams.decider(stream)
        else:
            stream, namespace = kind.category + subject, subject.partition("/")[0]
        loaded = self._current.get(stream) or self._load(stream)
        standing = loaded.standing
        if command.on <= standing.latest and standing.said(command):
            decide = partial(self._decide, kind, command, namespace, loaded, request)
            events = said_before(decider, command, loaded.state, decide, known=True)
        else:
            events = self._decide(kind, command, namespace, loaded, request)
        start = len(self._pending)
        if not events:
            return range(start, start)
        self._before.setdefault(stream, loaded)
        now, last = self._now, self._last
        if last != now or (request is not None and request.recorded_at is not None):
            if last > now:
                self._refuse_behind(command, last, now)
            self._last = now if kind.cls is CorrectClock else stamped(request, now, last)
        about: tuple[str, ...] = ()
        if self._mapper.encryption is not None:
            about = self._about(self._mapper.encryption, events, stream, loaded, request)
        followed = loaded
        for event in events:
            followed = followed.followed_by(event, decider, about)
            length = followed.recorded.length
            pending = Pending(stream, length, event, request, self._entered_by, about)
            self._pending.append(pending)
        self._current[stream] = followed
        if kind.category == "body-" or kind.decider is None:
            self._admission.forget()  # who holds what, and what there is, may be otherwise now
        return range(start, start + len(events))

    def _about(
        self,
        encryption: Encryption,
        events: Sequence[Event[Any]],
        stream: str,
        loaded: Loaded,
        request: Request | None,
    ) -> tuple[str, ...]:
        """Return the keys of those whom the texts of *events* are about, as far as it is said.

        What is decided rests on what is on record of each person, so that no text about one is
        recorded once they are erased.

        Raises:
            RefusedError: `data-subject.erased`.
        """
        about = loaded.about
        if request is not None and request.about:
            about = tuple(map(encryption.key_of, request.about))
        elif request is not None and request.about_keys:
            keys = request.about_keys
            about = tuple(key for key in keys if not self._is_erased(encryption, key))
        for event in events:
            for field, key in encryption.keys_of(event, stream, self._entered_by, about):
                if stream_of("data_subject", key) != stream and self._is_erased(encryption, key):
                    raise RefusedError("data-subject.erased", field=field)
        return about

    def _is_erased(self, encryption: Encryption, key: str) -> bool:
        """Return whether a person was erased, by the id of their *key*."""
        state = self._load(stream_of("data_subject", key)).state
        return encryption.is_destroyed(key) or bool(state and state.erased)

    def _refuse_stale(self, expected: Mapping[str, int]) -> None:
        """Refuse what rests on streams at other positions than those before this group.

        Raises:
            StaleError: one has moved since.
            RefusedError: `stream.unknown-category`.
        """
        for stream, position in expected.items():
            loaded = self._before.get(stream) or self._load(stream)
            if loaded.recorded.length != position:
                raise StaleError(stream, position, loaded.recorded.length)

    def _decide(
        self,
        kind: MessageKind,
        command: Command,
        namespace: str,
        loaded: Loaded,
        request: Request | None,
    ) -> tuple[Event[Any], ...]:
        """Hold *command* against what holds for all, references, rights and dates; then decide."""
        admission, on, opening = self._admission, command.on, loaded.opening
        if namespace in self._missing:
            raise RefusedError(
                "record.pack-missing", board=namespace, pack=self._missing[namespace]
            )
        admission.refuse_unresolved(kind, command)
        if kind.decider is not None:
            admission.refuse_unentitled(command, namespace, loaded)
        admission.refuse_implausible(kind, command, namespace)
        if request is not None or on > self._near:
            self._refuse_ahead(on, request)
        decider = kind.decider
        if decider is None:
            assert isinstance(command, VoidEntry | AmendEntry)
            _refuse_undoing(command, loaded)
            return self._correct(command, loaded, request)
        if opening is not None and on < opening:
            raise RefusedError("stream.before-opening", on=on, opening=opening)
        # A circle of mergers is one whatever their dates: a merger looks at all on record.
        day = date.max if kind.cls is body.MergeBody else on
        setting = admission.setting(namespace, opening or on, day)
        events: tuple[Event[Any], ...] = decider.decide(command, loaded.state, setting)
        if loaded.ended is not None and on >= loaded.ended:
            refuse_ended(events, loaded.ended, decider)
        if kind.cls is CorrectClock:
            for event in events:
                assert isinstance(event, ClockCorrected)
                self._refuse_out_of_order(event)
        return events

    def _position(self, stream: str, stream_position: int) -> int:
        """Return the position in the log of an entry, which may be one of this batch."""
        for number, pending in enumerate(self._pending, self._head + 1):
            if (pending.stream, pending.stream_position) == (stream, stream_position):
                return number
        return self._recorder.stream_rows(stream)[stream_position - 1][0]

    def _stamped(self, position: int) -> datetime | None:
        """Return with which instant the entry at *position* was recorded."""
        rows = self._recorder.rows(after=position - 1, limit=1)
        if not rows or rows[0][0] != position:
            return None
        return stamped_on(self._mapper.to_record(rows[0]))

    def _refuse_out_of_order(self, event: ClockCorrected) -> None:
        """Refuse to read some entries so that time would go backwards, or past now."""
        mapper = self._mapper
        instants = mapper.instants.followed_by(Stretch.of(event, self._now))
        if event.read_as > self._now:
            raise RefusedError(
                "ledger.out-of-order", position=event.first, read_as=event.read_as, now=self._now
            )
        before: datetime | None = None
        for rows in pages(self._recorder, after=max(event.first - 2, 0)):
            for record in mapper.to_records(rows):
                at = instants.read(record.position, stamped_on(record))
                if at > self._now or (before is not None and at < before):
                    raise RefusedError(
                        "ledger.out-of-order", position=record.position, read_as=at, before=before
                    )
                before = at

    def _refuse_ahead(self, on: date, request: Request | None) -> None:
        """Refuse what takes effect too long after it is recorded."""
        recorded_at = None if request is None else request.recorded_at
        if recorded_at is not None:
            _refuse_too_far_ahead(on, local_day(recorded_at))
        elif on > self._near:
            _refuse_too_far_ahead(on, local_day(self._now))
            self._near = on

    def _correct(
        self, command: VoidEntry | AmendEntry, loaded: Loaded, request: Request | None
    ) -> tuple[Event[Any], ...]:
        if command.stream == LEDGER_STREAM:
            raise RefusedError("ledger.corrected-anew", stream=command.stream)
        bodies = self._refuse_stranger(command, loaded)
        admission, namespace = self._admission, namespace_of(ref_of(command.stream))
        about = None
        if isinstance(command, AmendEntry):
            replacement = command.replacement.event
            kind = self._kinds[type(replacement)]
            about = kind.stream(replacement)
            admission.refuse_unresolved(kind, replacement)
            admission.refuse_implausible(kind, replacement, namespace)
            self._refuse_unentitled_name(command, loaded)
            self._refuse_ahead(replacement.on, request)
        records, decider = as_records(loaded.recorded), self._streams.decider(command.stream)
        events = corrections.decide(command, records, about)
        for event in events:
            refuse_ghosts(command, records, event, decider)
            if bodies is not None:
                refuse_taking_along(records, event, decider, bodies)
            if isinstance(command, AmendEntry):
                setting = partial(admission.setting, namespace)
                place = Place(records, command.entry, decider, setting)
                place.refuse_unsayable(command.replacement.event)
        return events

    def _refuse_stranger(self, command: VoidEntry | AmendEntry, loaded: Loaded) -> set[str] | None:
        """Refuse whoever is not the body that decided the entry, its successor, or entitled to
        correct what others decided: the board of the stream, unless its pack says otherwise. What
        is decided in one role alone is corrected in that.

        Returns the bodies whose entries alone it may correct; `None` where it may correct any.
        """
        admission, by = self._admission, command.by.body
        admission.refuse_merged(command)
        if command.entry > len(loaded.recorded):
            return None
        entry = loaded.recorded[command.entry - 1]
        decided = {entry.by.body, admission.holder(command.on)(entry.by.body)}
        try:
            admission.refuse_unentitled(command, namespace_of(ref_of(command.stream)), loaded)
        except RefusedError as refusal:
            if by not in decided:
                raise RefusedError(
                    "correction.of-another-body", body=by, decided=decided
                ) from refusal
            if isinstance(command, AmendEntry):
                _refuse_other_authority(command, decided)
            return decided
        self._refuse_other_role(command, entry, loaded)
        return None

    def _refuse_other_role(
        self, command: VoidEntry | AmendEntry, entry: Event[Any], loaded: Loaded
    ) -> None:
        """Refuse whoever may correct what the board decided, but not in the role that decides."""
        if is_correction(entry):
            return
        again = command_of(evolved(entry, by=command.by))
        try:
            self._admission.refuse_unentitled(again, namespace_of(ref_of(command.stream)), loaded)
        except RefusedError as refusal:
            if refusal.rule == "authority.not-in-role":
                raise

    def _refuse_unentitled_name(self, command: AmendEntry, loaded: Loaded) -> None:
        """Refuse an amendment by which another decided than stands there, who could not have."""
        replacement = command.replacement.event
        if command.entry > len(loaded.recorded):
            return
        before, after = loaded.recorded[command.entry - 1].by, replacement.by
        if (before.body, before.role) != (after.body, after.role):
            namespace = namespace_of(ref_of(command.stream))
            self._admission.refuse_unentitled(replacement, namespace, loaded)

    def _load(self, stream: str) -> Loaded:
        loaded = self._current.get(stream)
        if loaded is None:
            loaded = NEW if stream in self._unrecorded else self._streams.load(stream)
            self._read[stream] = self._current[stream] = loaded
        return loaded


def _refuse_undoing(command: VoidEntry | AmendEntry, loaded: Loaded) -> None:
    """Refuse to correct an erasure: the key is destroyed."""
    recorded = loaded.recorded
    if command.entry <= len(recorded):
        entry = recorded[command.entry - 1]
        if isinstance(entry, DataSubjectErased):
            raise RefusedError("data-subject.for-ever", on=entry.on)


def _refuse_too_far_ahead(on: date, recorded: date) -> None:
    if on > recorded and on - recorded > AHEAD:
        raise RefusedError("record.too-far-ahead", on=on, recorded=recorded)


def _refuse_other_authority(command: AmendEntry, decided: set[str]) -> None:
    """Refuse words put into the mouth of a body that did not decide the entry."""
    body = command.replacement.event.by.body
    if body not in decided:
        raise RefusedError("correction.in-anothers-name", body=body, decided=decided)


def _refuse_reuse(command_id: str, known: bytes, wanted: bytes) -> None:
    if known != wanted:
        raise RefusedError("record.command-id-reused", command_id=command_id)
