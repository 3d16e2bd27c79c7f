"""All that the benchmarks take from the program, so that they run on another one beside it.

Nothing else in this folder imports from `lif_core` or `lif_adapters`. To measure an older program
with the same work, patch this module alone, and put that program first on `PYTHONPATH`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import attrs
from msgspec.structs import replace

from lif_adapters import stream_lengths
from lif_adapters.json_values import json_value
from lif_adapters.sqlite import SQLiteRecorder
from lif_adapters.wiring import connect, utc_now
from lif_core.aggregates import recommendation, review
from lif_core.commands.application import Application
from lif_core.decisions.corrections import corrected, is_correction
from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record
from lif_core.errors import LifError, MalformedError, RefusedError
from lif_core.framework import Frameworks
from lif_core.framework import load as load_frameworks
from lif_core.items.days import Days, Explanation, union
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import rows_of
from lif_core.log.requests import Request, from_json
from lif_core.log.streams import load_stream
from lif_core.projection.projection import Projection
from lif_core.queries.readership import Roles
from lif_core.testing import lives
from lif_core.trail.examination import examine
from lif_core.values.authority import Authority
from lif_core.values.refs import namespace_of, ref_of
from lif_core.views import PROJECTIONS

__all__ = [
    "PROJECTIONS",
    "Application",
    "Authority",
    "Command",
    "Days",
    "Event",
    "Explanation",
    "Frameworks",
    "LifError",
    "MalformedError",
    "RefusedError",
    "Request",
    "connect",
    "lives",
    "load_frameworks",
    "recommendation",
    "review",
    "union",
]

JSON: TypeAlias = Any
AnyProjection: TypeAlias = Projection[Any]
Rows: TypeAlias = Sequence[tuple[int, str, int, str, bytes]]
"""Of the log: position, stream, stream position, topic, state."""


READS_ALL = Roles(("personal texts",))
"""The readership of whoever reads texts as they stand: the older programs redacted none."""


class Entry(NamedTuple):
    """What is to be recorded in *stream*, as its *place*-th entry."""

    stream: str
    place: int
    recorded_at: datetime
    event: Any


def open_counted(
    path: Path, clock: Callable[[], datetime], frameworks: Frameworks | None = None
) -> tuple[Application, "Counted"]:
    """Return an application over the store at *path*, and what counts the rows it reads."""
    recorder = Counted(SQLiteRecorder(path, create=False))
    port: Any = recorder
    return Application(port, clock=clock, frameworks=frameworks, readership=READS_ALL), recorder


class Counted:
    """A recorder that counts the rows of the log, and the parts of saved views, that are read."""

    def __init__(self, recorder: Any) -> None:
        self._recorder = recorder
        self.rows_read = 0
        self.parts_read = 0

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._recorder, name)
        if not callable(member):
            return member

        def counted(*args: Any, **kwargs: Any) -> Any:
            answer = member(*args, **kwargs)
            if name == "cells":
                self.parts_read += len(answer)
            return self._count(answer)

        setattr(self, name, counted)
        return counted

    def _count(self, answer: Any) -> Any:
        match answer:
            case Sequence() if answer and _is_row(answer[0]):
                self.rows_read += len(answer)
            case Iterator():
                return map(self._count_one, answer)
        return answer

    def _count_one(self, answer: Any) -> Any:
        self.rows_read += _is_row(answer)
        return self._count(answer)


def _is_row(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 5 and isinstance(value[4], bytes)


def decided(commands: Iterable[JSON], at: datetime) -> list[Entry]:
    """Return what *commands*, in their public JSON form, come to by the rules."""
    with connect("memory:", clock=lambda: at, readership=READS_ALL) as app:
        for command in commands:
            try:
                handle(app, command)
            except LifError as error:
                raise ValueError(f"{command}: {error}") from error
        return [
            Entry(record.stream, record.stream_position, record.recorded_at, record.event)
            for record in app.history()
        ]


@cache
def _mapper() -> LifMapper:
    return LifMapper()


@cache
def _frameworks() -> Frameworks:
    return load_frameworks()


def amendment(entry: Entry, on: date, days: int, turn: int) -> JSON:
    """Return the command that amends *entry* the *turn*-th time: it is so many *days* later.

    Its board does, in the role of who decided: by another day, entries of others contradict it.
    """
    mapper, by = _mapper(), entry.event.by
    board = namespace_of(ref_of(entry.stream))
    by = replace(by, body=board) if _frameworks().body(board) else by
    event = attrs.evolve(entry.event, on=entry.event.on + timedelta(days))
    return {
        "command": "AmendEntry",
        "by": json_value(by, mapper),
        "on": on.isoformat(),
        "stream": entry.stream,
        "entry": entry.place,
        "replacement": {"name": mapper.registry.topic(event), "event": json_value(event, mapper)},
        "reasons": f"It was another day ({turn})",
    }


def is_its_board_s(entry: Entry) -> bool:
    """Return whether a body of the board decided it that its stream is of, which amends it."""
    return namespace_of(ref_of(entry.stream)) == namespace_of(entry.event.by.body)


def can_be_amended(entry: Entry) -> bool:
    """Return whether it is neither a correction itself nor of what an erasure ends for ever."""
    return not (is_correction(entry.event) or entry.stream.startswith("data_subject-"))


def handle(app: Application, *commands: JSON) -> None:
    """Decide *commands*, in their public JSON form, in one transaction."""
    app.handle_all([from_json(command, app.mapper) for command in commands])


def append(app: Application, entries: Iterable[Entry]) -> None:
    """Record *entries* as they are, without deciding anything."""
    stored = [
        app.mapper.to_stored_event(Record(0, stream, place, at, event))
        for stream, place, at, event in entries
    ]
    app.recorder.append(lambda _: stored)


def rows(app: Application, after: int, limit: int) -> Rows:
    """Return the rows of the log past the position *after*."""
    return app.recorder.rows(after=after, limit=limit)


def verified(app: Application) -> tuple[int, bytes]:
    """Return how many entries the log has, each of them checked, and the root of the tree."""
    examination = examine(lambda: rows_of(app.recorder), app.mapper)
    examination.check_alone()
    return examination.tree.size, examination.tree.root()


def digestible(app: Application, view: object) -> bytes:
    """Return *view* as its JSON."""
    return json.dumps(json_value(view, app.mapper)).encode()


def warm_up(_: int) -> None:
    """Import what a process needs that makes a part of a view."""


def rebuild(app: Application, stream: str) -> int:
    """Read the *stream* of a recommendation and fold it; return how many entries it has."""
    events: list[Any] = [
        record.event for record in corrected(load_stream(app.recorder, app.mapper, stream))
    ]
    recommendation.decider.fold(events)
    return len(events)


# What guards the entries, and a store without it


class _Unguarded(SQLiteRecorder):
    """A recorder that holds nothing that it finds against anything else.

    Nor does it ask with each commit for the version of the store.
    """

    def _transaction(self, *, is_new: bool = False) -> Any:
        return super()._transaction(is_new=True)

    def stream_rows(self, *streams: str) -> Rows:
        if len(streams) == 1:
            return self._rows("WHERE originator_id = ? ORDER BY originator_version", streams)
        return super().stream_rows(*streams)


def guarded_store(path: Path) -> Application:
    """Return an application over a new store."""
    return Application(SQLiteRecorder(path), clock=utc_now, frameworks=_frameworks())


def unguarded_store(path: Path) -> Application:
    """Return an application over a new store without what is held against what it finds.

    No length of a stream, and no trigger that looks at what is inserted.
    """
    recorder = _Unguarded(path)
    connection = recorder._connection()
    for trigger in ("entries_are_never_replaced", "packs_are_never_replaced"):
        connection.execute(f"DROP TRIGGER {trigger}")
    recorder._idle.append(connection)
    return Application(recorder, clock=utc_now, frameworks=_frameworks())


@contextmanager
def uncounted() -> Iterator[None]:
    """Count no streams meanwhile."""
    every, stream_lengths.COUNTED_EVERY = stream_lengths.COUNTED_EVERY, 2**62
    try:
        yield
    finally:
        stream_lengths.COUNTED_EVERY = every


# What the hand-written sides of `compare` are made of


class Reference(NamedTuple):
    """What the core asks of a body: what it is called, and of which *kind* it is."""

    ref: str
    kind: str


def bodies() -> list[Reference]:
    """Return the bodies that the packs name."""
    frameworks = load_frameworks()
    return [
        Reference(entry.ref, str(entry.kind)) for pack in frameworks.packs for entry in pack.bodies
    ]


def entitled(command: str) -> frozenset[str] | None:
    """Return the kinds of bodies that may give a *command*; `None` where any may."""
    frameworks = load_frameworks()
    right = frameworks.governing("wscb/r-1", date(2018, 1, 1)).right(command, None)
    return None if right is None else frozenset(map(str, right.kinds))


def earliest(board: str) -> list[date]:
    """Return the days before which nothing of a *board* takes effect, by each of its packs."""
    return [pack.earliest for pack in load_frameworks().of(board)]


def categories() -> frozenset[str]:
    """Return the categories of streams that there are."""
    return frozenset(_mapper().registry.categories)
