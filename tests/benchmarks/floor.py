"""The floor of a bulk import: every rule, checksum and record that `lif` keeps, and no machinery.

Written by hand for the commands that are imported, in one module, for one process, with everything
known beforehand that can be: which bodies there are, what they may decide, and that no other
process records. It refuses what `lif` refuses, by the same rules, and stores the very bytes that
`lif` stores, which is how it is known that it does the same work.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any
from zlib import crc32

import msgspec

from tests.benchmarks import program, raw
from tests.benchmarks.program import Command, MalformedError, RefusedError
from tests.benchmarks.program import recommendation as r

AHEAD = 366
EARLIEST = date(1900, 1, 1)
CENTURY = 100
LEFT_OUT = ("[redacted]", "[changed]")


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """One entry of the log, as the importer is told of it."""

    position: int
    stream: str
    stream_position: int
    recorded_at: datetime
    event: Any


class State(msgspec.Struct):
    """A recommendation: what its rules ask, how long its stream is, and what was said in it."""

    length: int = 0
    opening: date | None = None
    status: str = "none"
    since: date = date.min
    redated: date = date.min
    due: date | None = None
    owner: str | None = None
    addressed: tuple[str, ...] = ()
    answered: set[str] = msgspec.field(default_factory=set)
    explanations: set[str] = msgspec.field(default_factory=set)
    said: dict[type, list[Any]] = msgspec.field(default_factory=dict)


class Floor:
    """Imports commands into the store *connection*, in which some streams are on record already:
    those that had *begun*, on these days.
    """

    def __init__(self, connection: sqlite3.Connection, begun: Mapping[str, date]) -> None:
        self._connection = connection
        bodies = program.bodies()
        self._begun = begun
        self._known = {*begun, *(f"body-{body.ref}" for body in bodies)}
        self._earliest = max(EARLIEST, *program.earliest("wscb"))
        self._kinds = {body.ref: body.kind for body in bodies}
        self._merged: dict[str, tuple[date, str]] = {}
        self._rights = {cls: program.entitled(cls.__name__) for cls in DECIDE}
        self._encode = msgspec.json.Encoder().encode

    def handle_all(self, commands: Sequence[Command], now: datetime) -> list[Recorded]:
        """Decide all *commands*, and record them durably: all of them, or none.

        Raises:
            RefusedError: one broke a rule; nothing was recorded.
        """
        last_day = now.astimezone(UTC).date()
        states: dict[str, State] = defaultdict(State)
        head = b'{"recorded_at":"%b","event":' % now.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        rows: list[tuple[int, str, int, str, bytes]] = []
        records: list[Recorded] = []
        (position,) = self._connection.execute("SELECT max(position) FROM log").fetchone()
        position = position or 0
        for command in commands:
            stream = f"recommendation-{command.recommendation}"  # type: ignore[attr-defined]
            state = states[stream]
            event = self._decide(command, state, last_day)
            if event is None:
                continue
            position += 1
            topic, place = TOPICS[type(event)], state.length
            body = head + self._encode(event)
            named = crc32(f"{stream}\n{place}\n{topic}\n".encode())
            whole = b'%b,"crc32":"%08x"}' % (body, crc32(body, named))
            rows.append((position, stream, place, topic, whole))
            records.append(Recorded(position, stream, place, now, event))
        raw.append(self._connection, rows)
        return records

    def _decide(self, command: Any, state: State, last_day: date) -> Any:
        """Return the event that comes of *command*, or `None` where it was said before."""
        kind, on, body = type(command), command.on, command.by.body
        before = state.said.get(kind)
        said = before is not None and any(event_says(event, command) for event in before)
        if said and (kind is not r.ChangeDueDate or command.due == state.due):
            return None  # it would be refused now, or would leave all as it is
        if any(text in LEFT_OUT for text in TEXTS[kind](command)):
            raise MalformedError("", "stands for a text that was left out")
        self._refuse_unresolved(command, body)
        if body in self._merged and self._merged[body][0] <= on:
            raise RefusedError("authority.merged", body=body)
        kinds = self._rights[kind]
        if kinds is not None and self._kinds[body] not in kinds:
            raise RefusedError("authority.not-entitled", body=body)
        self._refuse_implausible(kind, command)
        if (on - last_day).days > AHEAD:
            raise RefusedError("record.too-far-ahead", on=on)
        if state.opening is not None and on < state.opening:
            raise RefusedError("stream.before-opening", on=on)
        event = DECIDE[kind](command, state)
        state.length += 1
        if before is None:
            state.said[kind] = [event]
        else:
            before.append(event)
        return event

    def _refuse_unresolved(self, command: Any, body: str) -> None:
        known = self._known
        if f"body-{body}" not in known:
            raise RefusedError("reference.unknown", field="by.body")
        match command:
            case r.IssueRecommendation():
                streams = [command.source, *(f"body-{one}" for one in command.addressed)]
                streams += [f"body-{board}" for board in command.boards]
            case r.PlanRecommendation():
                streams = [f"body-{command.owner}"]
            case r.AcceptRecommendation(for_body=str()):
                streams = [f"body-{command.for_body}"]
            case _:
                return
        for stream in streams:
            if stream not in known:
                raise RefusedError("reference.unknown", stream=stream)
            if stream in self._begun and command.on < self._begun[stream]:
                raise RefusedError("reference.not-begun", stream=stream)

    def _refuse_implausible(self, kind: type, command: Any) -> None:
        on = command.on
        if on < self._earliest:
            raise RefusedError("record.implausible-date", on=on)
        day = DAYS[kind](command) if kind in DAYS else None
        if day is not None and (day < EARLIEST or day.year > on.year + CENTURY):
            raise RefusedError("record.implausible-date", day=day)


def event_says(event: Any, command: Any) -> bool:
    """Return whether *event* is what *command* became: all fields of the command are equal."""
    return (
        event.on == command.on
        and event.by == command.by
        and all(getattr(event, name) == getattr(command, name) for name in type(command).__slots__)
    )


def _issue(command: r.IssueRecommendation, state: State) -> Any:
    if state.status != "none":
        raise RefusedError("recommendation.reference-taken")
    if not command.addressed:
        raise RefusedError("recommendation.addressed-to-nobody")
    state.status, state.since, state.opening = "proposed", command.on, command.on
    state.addressed = command.addressed
    return r.RecommendationIssued(
        by=command.by,
        on=command.on,
        recommendation=command.recommendation,
        source=command.source,
        text=command.text,
        addressed=command.addressed,
        findings=command.findings,
        boards=command.boards,
    )


def _accept(command: r.AcceptRecommendation, state: State) -> Any:
    _refuse_unknown(state)
    body = command.by.body
    if command.for_body is not None and command.for_body != body:
        raise RefusedError("authority.not-successor", body=body)
    if body not in state.addressed:
        raise RefusedError("recommendation.not-addressed", body=body)
    if body in state.answered:
        raise RefusedError("recommendation.answered-already", body=body)
    state.answered.add(body)
    if state.status == "proposed":
        state.status, state.since = "accepted", max(state.since, command.on)
    return r.RecommendationAccepted(
        by=command.by,
        on=command.on,
        recommendation=command.recommendation,
        response=command.response,
        for_body=command.for_body,
    )


def _plan(command: r.PlanRecommendation, state: State) -> Any:
    _refuse_unknown(state)
    if state.owner is not None:
        raise RefusedError("recommendation.already-planned")
    if state.status != "accepted":
        raise RefusedError("recommendation.not-accepted")
    _refuse_earlier(command, state.since)
    _refuse_past(command)
    state.status, state.since = "planned", command.on
    state.owner, state.due = command.owner, command.due
    return r.RecommendationPlanned(
        by=command.by,
        on=command.on,
        recommendation=command.recommendation,
        owner=command.owner,
        due=command.due,
        action=command.action,
    )


def _change(command: r.ChangeDueDate, state: State) -> Any:
    _refuse_unless_owed(state)
    _refuse_earlier(command, max(state.since, state.redated))
    _refuse_past(command)
    if state.due == command.due:
        raise RefusedError("recommendation.due-unchanged", due=command.due)
    state.due, state.redated = command.due, command.on
    return r.DueDateChanged(
        by=command.by,
        on=command.on,
        recommendation=command.recommendation,
        due=command.due,
        reasons=command.reasons,
        warnings=("by-its-owner",) if command.by.body == state.owner else (),
    )


def _explain(command: r.ExplainRecommendationDelay, state: State) -> Any:
    _refuse_unless_owed(state)
    if command.by.body != state.owner:
        raise RefusedError("recommendation.owner-only", owner=state.owner)
    _refuse_earlier(command, state.since)
    if command.explanation in state.explanations:
        raise RefusedError("recommendation.explanation-taken")
    if state.due is None:
        raise RefusedError("recommendation.undated")
    if command.until is not None and command.until <= command.on:
        raise RefusedError("recommendation.explanation-ended", until=command.until)
    state.explanations.add(command.explanation)
    return r.RecommendationDelayExplained(
        by=command.by,
        on=command.on,
        recommendation=command.recommendation,
        explanation=command.explanation,
        reasons=command.reasons,
        until=command.until,
    )


def _implement(command: r.ImplementRecommendation, state: State) -> Any:
    _refuse_unless_owed(state)
    if command.by.body != state.owner:
        raise RefusedError("recommendation.owner-only", owner=state.owner)
    _refuse_earlier(command, state.since)
    state.status, state.since = "implemented", command.on
    return r.RecommendationImplemented(
        by=command.by,
        on=command.on,
        recommendation=command.recommendation,
        evidence=command.evidence,
    )


def _refuse_unknown(state: State) -> None:
    if state.status == "none":
        raise RefusedError("recommendation.unknown")


def _refuse_unless_owed(state: State) -> None:
    _refuse_unknown(state)
    if state.status != "planned":
        raise RefusedError("recommendation.not-owed", status=state.status)


def _refuse_earlier(command: Command, than: date) -> None:
    if command.on < than:
        raise RefusedError("recommendation.out-of-order", on=command.on, not_before=than)


def _refuse_past(command: r.PlanRecommendation | r.ChangeDueDate) -> None:
    if command.due is not None and command.due < command.on:
        raise RefusedError("recommendation.due-in-the-past", due=command.due)


DECIDE: dict[type, Callable[[Any, State], Any]] = {
    r.IssueRecommendation: _issue,
    r.AcceptRecommendation: _accept,
    r.PlanRecommendation: _plan,
    r.ChangeDueDate: _change,
    r.ExplainRecommendationDelay: _explain,
    r.ImplementRecommendation: _implement,
}
TEXTS: dict[type, Callable[[Any], tuple[str, ...]]] = {
    r.IssueRecommendation: attrgetter("text", "by.person"),
    r.AcceptRecommendation: attrgetter("response", "by.person"),
    r.PlanRecommendation: attrgetter("action", "by.person"),
    r.ChangeDueDate: attrgetter("reasons", "by.person"),
    r.ExplainRecommendationDelay: attrgetter("reasons", "by.person"),
    r.ImplementRecommendation: attrgetter("evidence", "by.person"),
}
DAYS: dict[type, Callable[[Any], date | None]] = {
    r.PlanRecommendation: attrgetter("due"),
    r.ChangeDueDate: attrgetter("due"),
    r.ExplainRecommendationDelay: attrgetter("until"),
}
TOPICS = {cls: f"{cls.__name__}.v1" for cls in r.decider.event_types}
