"""A chronicle: a history while it is being decided, by an application whose clock it is."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Any

import attrs
from attrs import frozen
from msgspec.structs import replace

from lif_core.aggregates.body import BodyMerged, MergeBody
from lif_core.aggregates.ledger import LEDGER, CorrectClock
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry, is_correction
from lif_core.decisions.messages import Command, OnBehalf
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, RefusedError
from lif_core.testing.catalogue import Catalogue, LifeStep
from lif_core.values.authority import Authority
from lif_core.values.refs import namespace_of, ref_of

HOUR = time(9)


class Twist(Enum):
    """The way in which a decision is lived, where it is not as the catalogue has it."""

    PLAIN = "plain"
    LATE = "recorded late"
    AGAIN = "decided again"
    CHANGED = "one field is otherwise"
    VOIDED = "voided afterwards"
    AMENDED = "amended afterwards"
    MERGED = "its body is merged afterwards"


@frozen
class FieldChange:
    """Another value of the field *name*; a `timedelta` moves the days that are there."""

    name: str
    value: Any

    def of(self, message: Any) -> Any:
        """Return *message* with this change.

        Raises:
            MalformedError: the field cannot hold it.
        """
        value = self.value
        if isinstance(value, timedelta):
            value = _moved(getattr(message, self.name), message.on, value)
        return attrs.evolve(message, **{self.name: value})


def _moved(value: Any, on: date, by: timedelta) -> Any:
    if isinstance(value, tuple):
        return tuple(_moved(each, on, by) for each in value)
    return (on if value is None else value) + by


@frozen
class Turn:
    """A decision of an episode, as it is lived: with which *twist*, how many *days* late or later,
    and with what *change*.
    """

    step: LifeStep
    twist: Twist = Twist.PLAIN
    days: int = 0
    change: FieldChange | None = None
    into: str = ""  # the body that another is merged into

    def __repr__(self) -> str:
        more = f", {self.twist.value}" if self.twist is not Twist.PLAIN else ""
        change = f", {self.change.name}={self.change.value!r}" if self.change else ""
        return f"<{self.step.name} {self.step.stream}{more}{change}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show it in one line, where Hypothesis would show each field."""
        printer.text(repr(self))


@frozen
class Episode:
    """The decisions that lead to one of a catalogue, lived under one *number*."""

    number: int
    turns: tuple[Turn, ...]


Action = Callable[[], object]


@frozen
class _Appointment:
    """An *action* at the *instant* in which it is recorded, in the *order* of a catalogue."""

    instant: datetime
    order: int
    action: Action


class Chronicle:
    """A history as far as it has been decided: what was *asked*, *refused* and recorded in *log*.

    Args:
        catalogue: the lives that are lived.
        now: the instant at which it begins.
        after: called with each command that was decided, and its records.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        now: datetime,
        after: Callable[[Command, tuple[Record, ...]], object] | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.now = now
        self.application: Application  # given by whoever begins it, with `clock`
        self.log: list[Record] = []
        self.asked: dict[str, tuple[Command, tuple[Record, ...]]] = {}
        self.refused = Counter[str]()
        self.later: dict[int, timedelta] = {}
        self._after = after
        self._lived: set[tuple[int, int]] = set()
        self._successors: dict[str, str] = {}
        self._migrating: datetime | None = None

    def clock(self) -> datetime:
        """Return the instant that it is in this history."""
        return self.now

    # What is decided

    def live(self, *episodes: Episode, migrated: bool = False) -> None:
        """Decide the *episodes*, together in the order of their days.

        Under one number, what several of them rest on is decided once. An episode of a number that
        was not lived before begins now, or where `later` says. Where they are *migrated*, an older
        register recorded them, and they are entered together at the end.
        """
        appointments = sorted(
            (each for episode in episodes for each in self._appointments(episode)),
            key=lambda each: (each.instant, each.order),
        )
        if migrated and appointments:
            self.now = max(self.now, appointments[-1].instant)
        for appointment in appointments:
            if migrated:
                last = self.log[-1].recorded_at if self.log else appointment.instant
                self._migrating = max(last, appointment.instant)
            else:
                self.now = max(self.now, appointment.instant)
            appointment.action()
        self._migrating = None

    def decide(self, command: Command) -> tuple[Record, ...]:
        """Decide *command*, and return its records: none where it was refused, or is on record."""
        command = self._by_successor(command)
        command_id = f"c{len(self.asked) + self.refused.total()}"
        try:
            records = self.application.handle(
                command, command_id=command_id, recorded_at=self._migrating
            )
        except RefusedError as error:
            self.refused[error.rule] += 1
            return ()
        except MalformedError as error:
            self.refused[f"malformed {error.field}"] += 1
            return ()
        self.log += records
        self.asked[command_id] = command, records
        for record in records:
            if isinstance(record.event, BodyMerged):
                self._successors[record.event.body] = record.event.into
        if self._after:
            self._after(command, records)
        return records

    def void(self, record: Record) -> tuple[Record, ...]:
        """Void an entry, by the body that decided it."""
        return self.decide(VoidEntry(**self._correction(record)))

    def amend(self, record: Record, change: FieldChange) -> tuple[Record, ...]:
        """Amend an entry by a *change*; a correction is voided instead."""
        if is_correction(record.event):
            return self.void(record)
        try:
            replacement = Replacement(change.of(record.event))
        except MalformedError as error:
            self.refused[f"malformed {error.field}"] += 1
            return ()
        return self.decide(AmendEntry(**self._correction(record), replacement=replacement))

    def merge(self, body: str, into: str) -> tuple[Record, ...]:
        """Merge a *body* *into* another, by the board of it."""
        today = self.now.date()
        return self.decide(
            MergeBody(
                by=self.board_of(body), on=today, body=body, into=into, reasons="One is enough"
            )
        )

    def correct_clock(self, first: int, last: int, by: timedelta) -> tuple[Record, ...]:
        """Say of the entries from *first* to *last* that the clock was wrong *by* so much."""
        return self.decide(
            CorrectClock(
                by=self.board_of(ref_of(self.log[first - 1].stream)),
                on=self.now.date(),
                ledger=LEDGER,
                first=first,
                last=last,
                read_as=self.log[first - 1].recorded_at + by,
                reasons="The clock was wrong",
            )
        )

    def board_of(self, ref: str) -> Authority:
        """Return the chair of the board that *ref* is of, or of one that a pack names for it."""
        namespace = namespace_of(ref)
        boards = [
            body.ref
            for pack in self.catalogue.frameworks.of(ref)
            for body in pack.bodies
            if body.kind == "board"
        ]
        board = namespace if namespace in boards or not boards else boards[0]
        return Authority(person="A. Chair", role="independent chair", body=board)

    # How

    def _appointments(self, episode: Episode) -> Sequence[_Appointment]:
        """Return what is to be done for an *episode*, and when it is recorded."""
        steps = self.catalogue.steps
        later = self.later.setdefault(
            episode.number, self.now.date() - (steps[0].command.on if steps else date.min)
        )
        appointments: list[_Appointment] = []
        for turn in episode.turns:
            key = (episode.number, turn.step.place)
            if key in self._lived:
                continue
            self._lived.add(key)
            appointments += self._of_turn(turn, episode.number, later)
        return appointments

    def _of_turn(self, turn: Turn, number: int, later: timedelta) -> Sequence[_Appointment]:
        command = turn.step.again(number, later)
        order = turn.step.place
        at = datetime.combine(command.on, HOUR, UTC)
        afterwards = at + timedelta(days=turn.days)
        records: list[Record] = []
        if turn.twist is Twist.CHANGED and turn.change:
            try:
                command = turn.change.of(command)
            except MalformedError as error:
                self.refused[f"malformed {error.field}"] += 1
                return ()

        def decide() -> None:
            records.extend(self.decide(command))

        def correct() -> None:
            for record in records[:1]:
                if turn.twist is Twist.VOIDED:
                    self.void(record)
                elif turn.change:
                    self.amend(record, turn.change)

        first = _Appointment(afterwards if turn.twist is Twist.LATE else at, order, decide)
        match turn.twist:
            case Twist.VOIDED | Twist.AMENDED:
                return first, _Appointment(afterwards, order, correct)
            case Twist.AGAIN:
                return first, _Appointment(afterwards, order, decide)
            case Twist.MERGED:
                body = command.by.body
                return first, _Appointment(afterwards, order, lambda: self.merge(body, turn.into))
        return (first,)

    def _correction(self, record: Record) -> Mapping[str, Any]:
        return {
            "by": record.event.by,
            "on": self.now.date(),
            "stream": record.stream,
            "entry": record.stream_position,
            "reasons": "It was wrong",
        }

    def _by_successor(self, command: Command) -> Command:
        """Return *command* as the successor takes it, where the body that decides was merged."""
        body = holder = command.by.body
        seen = {body}
        while (into := self._successors.get(holder)) and into not in seen:
            holder = into
            seen.add(into)
        if holder == body:
            return command
        changes: dict[str, Any] = {"by": replace(command.by, body=holder, deliberation=None)}
        if isinstance(command, OnBehalf) and command.for_body is None:
            changes["for_body"] = body
        changed: Command = attrs.evolve(command, **changes)  # type: ignore[misc]
        return changed
