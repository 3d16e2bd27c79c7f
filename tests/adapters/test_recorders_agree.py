"""The recorders do the same: each database against the in-memory one."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from os import getpid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from eventsourcing.popo import POPOAggregateRecorder, POPOProcessRecorder
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lif_adapters.engine import EngineRecorder
from lif_adapters.postgres import PostgresRecorder
from lif_adapters.sqlite import SQLiteRecorder
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import (
    Cell,
    IntegrityError,
    PackUse,
    Reads,
    Recorder,
    StoredEvent,
    Tracking,
    pages,
)
from lif_core.testing.samples import moved, pack, read, receipt, stored, view
from tests.postgres_server import drop_schema, with_option

EVENTS = st.lists(
    st.builds(
        stored, st.sampled_from(("a-x/1", "b-x/1")), st.integers(1, 4), st.binary(max_size=9)
    ),
    max_size=3,
)
IDS = st.lists(st.sampled_from(("c", "d", "e")), unique=True, max_size=2)


PARTS = st.dictionaries(
    st.sampled_from(("a", "b", "c")), st.none() | st.binary(max_size=3), max_size=3
)
HEADS = st.sampled_from((b"one", b"two"))
FOLLOWERS = ("p", "q")
TRACKING = st.none() | st.builds(
    lambda after, steps, name: moved(after, after + steps, name),
    st.integers(0, 3),
    st.integers(1, 2),
    st.sampled_from(FOLLOWERS),
)
READS = st.none() | st.builds(
    read, st.integers(0, 5), st.sampled_from(("a-x/1", "b-x/1")), st.sampled_from(("c-x/1",))
)
PACKS = st.lists(
    st.builds(pack, st.sampled_from(("p", "q")), st.sampled_from(("1", "2"))),
    unique_by=lambda use: use.name,
    max_size=2,
)


def outcome(act: Callable[[], object]) -> object:
    try:
        return act()
    except IntegrityError:
        return IntegrityError


def _changed(recorder: Recorder, after: int, until: int) -> Mapping[str, int]:
    return recorder.changed(after=after, until=until)


def _cells(recorder: Recorder, head: bytes, kind: str, which: dict[str, Any]) -> list[Cell]:
    return list(recorder.cells("v", head, kind, **which))


class AgreesWithMemory(RuleBasedStateMachine):
    """A recorder beside that in memory, step by step; `make` and `remove` are of each database."""

    def make(self) -> Recorder:
        raise NotImplementedError

    def remove(self) -> None:
        """Remove what `make` made."""

    @initialize()
    def empty(self) -> None:
        self.model: Recorder = MemoryRecorder()
        self.real: Recorder = self.make()

    @rule(events=EVENTS, ids=IDS, tracking=TRACKING, reads=READS, packs=PACKS)
    def append(
        self,
        events: list[StoredEvent],
        ids: list[str],
        tracking: Tracking | None,
        reads: Reads | None,
        packs: list[PackUse],
    ) -> None:
        receipts = [receipt(command_id, 0, len(events)) for command_id in ids]

        def appended(recorder: Recorder) -> list[int]:
            return list(recorder.append(lambda _: events, receipts, tracking, reads, packs))

        assert outcome(lambda: appended(self.model)) == outcome(lambda: appended(self.real))

    @rule(command_id=st.sampled_from(("c", "d", "e", "never")))
    def handled(self, command_id: str) -> None:
        assert self.model.handled(command_id) == self.real.handled(command_id)

    @rule(command_ids=st.lists(st.sampled_from(("c", "d", "e", "never"))))
    def unhandled(self, command_ids: list[str]) -> None:
        assert self.model.unhandled(command_ids) == self.real.unhandled(command_ids)

    @rule(streams=st.lists(st.sampled_from(("a-x/1", "b-x/1", "c-x/1"))))
    def unrecorded(self, streams: list[str]) -> None:
        assert self.model.unrecorded(streams) == self.real.unrecorded(streams)

    @rule(stream=st.sampled_from(("a-x/1", "b-x/1", "c-x/1")))
    def stream(self, stream: str) -> None:
        assert list(self.model.stream_rows(stream)) == list(self.real.stream_rows(stream))

    @invariant()
    def same_parts_of_the_log(self) -> None:
        if not hasattr(self, "real"):
            return
        for after, before, until in (("", None, 9), ("a-", "b.", 4), ("b-x/1", None, 2)):
            part: dict[str, Any] = {"after": after, "before": before, "until": until}
            assert self.model.broken(**part) == self.real.broken(**part)
            assert [*self.model.divide(**part, into=3)] == [*self.real.divide(**part, into=3)]
            rows: dict[str, Any] = {**part, "after": (after, 1), "limit": 3}
            assert [*self.model.rows_by_stream(**rows)] == [*self.real.rows_by_stream(**rows)]
        for start, end in ((0, 9), (1, 3)):
            query = partial(_changed, after=start, until=end)
            assert query(self.model) == query(self.real)

    @rule(parts=PARTS, position=st.integers(1, 5), head=HEADS, before=st.none() | HEADS)
    def save(
        self, parts: dict[str, bytes | None], position: int, head: bytes, before: bytes | None
    ) -> None:
        saved = view(position, head, **parts)

        def act(recorder: Recorder) -> None:
            recorder.save(saved, before=before)

        assert outcome(lambda: act(self.model)) == outcome(lambda: act(self.real))
        assert self.model.saved("v") == self.real.saved("v")

    @invariant()
    def same_cells(self) -> None:
        for head in (b"one", b"two") if hasattr(self, "real") else ():
            for which in ({}, {"parts": ["a", "c"]}, {"past": "day-a", "until": "day-b"}):
                kind = "until" if "past" in which else "rows"
                query = partial(_cells, head=head, kind=kind, which=which)
                expected = outcome(partial(query, self.model))
                assert expected == outcome(partial(query, self.real))

    @invariant()
    def same_log(self) -> None:
        if hasattr(self, "real"):
            assert [*pages(self.model, size=2)] == [*pages(self.real, size=2)]
            assert self.model.last_row() == self.real.last_row()
            assert list(self.model.packs()) == list(self.real.packs())
            for name in FOLLOWERS:
                assert self.model.tracked(name) == self.real.tracked(name)

    def teardown(self) -> None:
        if hasattr(self, "real"):
            self.real.close()
            self.remove()


class SQLiteAgreesWithMemory(AgreesWithMemory):
    def make(self) -> Recorder:
        self.folder = TemporaryDirectory()
        return SQLiteRecorder(Path(self.folder.name) / "lif.db")

    def remove(self) -> None:
        self.folder.cleanup()


class EngineAgreesWithMemory(AgreesWithMemory):
    """The adapter over the engine's family; its own contract is run on each of them."""

    def make(self) -> Recorder:
        return EngineRecorder(POPOProcessRecorder(), POPOAggregateRecorder())


class PostgresAgreesWithMemory(AgreesWithMemory):
    server: str
    schemas = count()

    def make(self) -> Recorder:
        self.url = with_option(self.server, "schema", f"agrees_{next(self.schemas)}_{getpid()}")
        return PostgresRecorder(self.url)

    def remove(self) -> None:
        drop_schema(self.url)


TestSQLiteAgreesWithMemory = SQLiteAgreesWithMemory.TestCase
TestSQLiteAgreesWithMemory.settings = settings(stateful_step_count=15)
TestEngineAgreesWithMemory = EngineAgreesWithMemory.TestCase
TestEngineAgreesWithMemory.settings = settings(stateful_step_count=15)


class TestPostgresAgreesWithMemory(PostgresAgreesWithMemory.TestCase):  # type: ignore[valid-type,misc]  # made when it runs
    settings = settings(stateful_step_count=15)

    @pytest.fixture(autouse=True)
    def _server(self, postgres: str) -> None:
        PostgresAgreesWithMemory.server = postgres
