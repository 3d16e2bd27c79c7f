"""The recorders of the `eventsourcing` family keep the contract under one adapter."""

import pickle
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any, ClassVar
from urllib.parse import SplitResult, quote, urlsplit

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.popo import POPOAggregateRecorder, POPOProcessRecorder

from lif_adapters.cli.demo import demo_requests
from lif_adapters.engine import EngineRecorder
from lif_adapters.wiring import connect, utc_now
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.commands.application import Application
from lif_core.errors import MalformedError, UnreadableError
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Recorder, Saved, pages
from lif_core.testing.recorder_contract import RecorderContract
from lif_core.testing.recorder_store import RunningAct
from lif_core.testing.samples import conflicts, receipt, returning, rows_of, stored, view
from lif_core.values.authority import Authority
from lif_core.views import PROJECTIONS
from tests.adapters.contracts import IN_MEMORY, PostgresSchemaHooks, SQLiteFileHooks
from tests.people import TEXTS

BOARD = Authority(person="P. Registrar", role="registrar", body="xb")
ON = date(2018, 1, 1)
NO_HOST = {"connection": "the recorders of the engine have connections of their own"}


def theirs(recorder: Recorder) -> Any:
    assert isinstance(recorder, EngineRecorder)
    return recorder._recorder


class TestInMemory(RecorderContract):
    """Several of ours share one of theirs."""

    leaves_out: ClassVar = {hook: why for hook, why in IN_MEMORY.items() if hook != "open"}

    def make(self, tmp_path: Path) -> Recorder:
        self.theirs = POPOProcessRecorder(), POPOAggregateRecorder()
        return self.open(tmp_path)

    def open(self, tmp_path: Path) -> Recorder:
        return EngineRecorder(*self.theirs)


class TestSQLite(SQLiteFileHooks, RecorderContract):
    leaves_out = NO_HOST
    patience = 5

    def env(self, tmp_path: Path) -> Mapping[str, str]:
        return {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(tmp_path / "lif.db"),
            "SQLITE_LOCK_TIMEOUT": str(self.patience),
            "ORIGINATOR_ID_TYPE": "text",
        }

    def make(self, tmp_path: Path) -> Recorder:
        return EngineRecorder.of(self.env(tmp_path))

    def open(self, tmp_path: Path) -> Recorder:
        return self.make(tmp_path)

    def processes(self, tmp_path: Path) -> Callable[[], Recorder]:
        return partial(EngineRecorder.of, self.env(tmp_path))

    def settings(self, recorder: Recorder) -> sqlite3.Connection:
        connection: sqlite3.Connection
        pool = theirs(recorder).datastore.pool
        connection = pool.get_connection(is_writer=True)._sqlite_conn
        return connection

    @contextmanager
    def impatient(self, tmp_path: Path) -> Iterator[Recorder]:
        self.patience = 1
        with closing(self.make(tmp_path)) as recorder:
            yield recorder


class TestSQLAlchemy(TestSQLite):
    """On SQLite, by SQLAlchemy."""

    def env(self, tmp_path: Path) -> Mapping[str, str]:
        url = f"sqlite:///{tmp_path / 'lif.db'}?timeout={self.patience}"
        return {"PERSISTENCE_MODULE": "eventsourcing_sqlalchemy", "SQLALCHEMY_URL": url}

    def settings(self, recorder: Recorder) -> sqlite3.Connection:
        connection: sqlite3.Connection
        connection = theirs(recorder).datastore.engine.raw_connection().dbapi_connection
        return connection


class InASchema(PostgresSchemaHooks, RecorderContract):
    """In a schema of a server that runs, which whoever deploys it has made."""

    leaves_out: ClassVar = NO_HOST

    @pytest.fixture(autouse=True)
    def with_schema(self, schema: None) -> None:
        self.ask(f"CREATE SCHEMA {self.name}")

    def env(self, lock_seconds: int = 5) -> Mapping[str, str]:
        raise NotImplementedError

    def make(self, tmp_path: Path) -> Recorder:
        return EngineRecorder.of(self.env())

    def open(self, tmp_path: Path) -> Recorder:
        return self.make(tmp_path)

    def processes(self, tmp_path: Path) -> Callable[[], Recorder]:
        return partial(EngineRecorder.of, self.env())

    @property
    def at(self) -> SplitResult:
        return urlsplit(self.url)


class TestPostgres(InASchema):
    leaves_out: ClassVar = {
        **NO_HOST,
        "busy": "theirs waits for the lock ten times, a second at least: too long for a test",
    }

    def env(self, lock_seconds: int = 5) -> Mapping[str, str]:
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": self.at.path[1:],
            "POSTGRES_HOST": self.at.hostname or "",
            "POSTGRES_PORT": str(self.at.port),
            "POSTGRES_USER": self.at.username or "",
            "POSTGRES_PASSWORD": self.at.password or "",
            "POSTGRES_SCHEMA": self.name,
            "POSTGRES_LOCK_TIMEOUT": str(lock_seconds),
            "POSTGRES_MAX_OVERFLOW": "5",
            "ORIGINATOR_ID_TYPE": "text",
        }

    def test_what_its_driver_would_hang_on_is_refused(self, tmp_path: Path) -> None:
        """One insert of more than half a megabyte never returned, and held the lock."""
        with closing(self.make(tmp_path)) as recorder:
            large = [stored("a-x/1", place, b"x" * 1000) for place in range(1, 601)]
            with pytest.raises(MalformedError, match="events"):
                recorder.append(returning(*large))
            recorder.append(returning(*large[:300]))
            recorder.save(view(1, b"one", a=b"x" * 300_000, b=b"y" * 300_000), before=None)

            assert 300 == len(recorder.rows(after=0, limit=1000))
            assert {"a", "b"} == {*rows_of(recorder, b"one")}


class TestSQLAlchemyOnPostgres(InASchema):
    leaves_out: ClassVar = {
        **NO_HOST,
        "processes": "they are shown on SQLite: seven processes that import it take longest",
    }

    def env(self, lock_seconds: int = 5) -> Mapping[str, str]:
        options = quote(f"-c search_path={self.name} -c lock_timeout={lock_seconds}s")
        place = f"{self.at.netloc}{self.at.path}?options={options}"
        return {
            "PERSISTENCE_MODULE": "eventsourcing_sqlalchemy",
            "SQLALCHEMY_URL": f"postgresql+psycopg://{place}",
        }

    @contextmanager
    def busy(self, recorder: Recorder, tmp_path: Path) -> Iterator[Recorder]:
        with self.connect() as connection:
            connection.execute(f"LOCK TABLE {self.name}.stored_events IN EXCLUSIVE MODE".encode())
            with closing(EngineRecorder.of(self.env(1))) as impatient:
                yield impatient


def in_memory(theirs: POPOProcessRecorder | None = None) -> EngineRecorder:
    return EngineRecorder(theirs or POPOProcessRecorder(), POPOAggregateRecorder())


def test_an_application_on_it_answers_as_on_any_other(tmp_path: Path) -> None:
    """Recorded by commands, saved, and resumed by another application."""
    on = date(2019, 6, 30)
    env = TestSQLite().env(tmp_path)
    with connect("memory:", readership=TEXTS) as model:
        model.handle_all(demo_requests(model.mapper))
        expected = {
            name: model.view(projection, valid=on)
            for name, projection in PROJECTIONS.items()
            if not projection.readers
        }
    with Application(EngineRecorder.of(env), clock=utc_now, readership=TEXTS) as app:
        app.handle_all(demo_requests(app.mapper))
        assert expected == {name: app.view(PROJECTIONS[name], valid=on) for name in expected}
        for name in expected:
            app.save(PROJECTIONS[name], valid=on)
    with Application(EngineRecorder.of(env), clock=utc_now, readership=TEXTS) as app:
        assert expected == {name: app.view(PROJECTIONS[name], valid=on) for name in expected}


def test_two_applications_on_one_store_record_nothing_twice() -> None:
    """Their stamps are made again where the other was first."""
    theirs = POPOProcessRecorder(), POPOAggregateRecorder()
    apps = [
        Application(EngineRecorder(*theirs), clock=utc_now, readership=TEXTS) for _ in range(2)
    ]
    start = Barrier(2)

    def record(side: int) -> None:
        start.wait(60)
        for number in range(20):
            apps[side].handle(
                RegisterBody(
                    by=BOARD, on=ON, body=f"xb/{side}-{number}", name="A", kind=BodyKind.AGENCY
                ),
                command_id=f"{side}-{number}",
            )

    apps[0].handle(RegisterBody(by=BOARD, on=ON, body="xb", name="X", kind=BodyKind.BOARD))
    acts = [RunningAct(partial(record, side)) for side in range(2)]
    for act in acts:
        act.result(60)

    history = list(apps[0].history())
    assert [*range(1, 42)] == [record.position for record in history]
    assert history == list(apps[1].history())


class AcknowledgesNothing(POPOProcessRecorder):
    """As one that loses its connection once it has committed, and tries again."""

    def insert_events(self, stored_events: Any, **more: Any) -> Any:
        super().insert_events(stored_events, **more)
        return super().insert_events(stored_events, **more)


def test_what_the_engine_records_and_then_tries_again_is_recorded() -> None:
    recorder = in_memory(AcknowledgesNothing())
    event = stored("a-x/1", 1)

    assert [1] == list(recorder.append(returning(event), [receipt("c")]))
    assert conflicts(lambda: recorder.append(returning(event)))
    assert [(1, "a-x/1")] == [row[:2] for row in recorder.rows(after=0, limit=9)]


def test_a_page_is_found_from_any_position() -> None:
    """Also by a recorder that has read nothing yet, among appends that left no entry."""
    theirs = POPOProcessRecorder(), POPOAggregateRecorder()
    recorder = EngineRecorder(*theirs)
    for number in range(700):
        recorder.append(returning(stored(f"a-x/{number}", 1), stored(f"b-x/{number}", 1)))
        recorder.append(returning(), [receipt(f"c{number}", 0, 0)])

    every = [row for page in pages(recorder) for row in page]
    assert [*range(1, 1401)] == [row[0] for row in every]
    for after in (*range(0, 1410, 13), 2000, 3):
        for reader in (recorder, EngineRecorder(*theirs)):
            assert every[after : after + 5] == list(reader.rows(after=after, limit=5))


def test_parts_that_change_many_times_are_what_they_are_in_memory() -> None:
    """Parts that changed are kept beside the others, and written anew with them in time."""
    model, real = MemoryRecorder(), in_memory()
    before = None
    for number in range(1, 60):
        body = None if number % 5 == 0 else b"%d" % number
        head = b"head %d" % number
        saved = view(number, head, **{"abc"[number % 3]: body, "d": b"1"})
        for recorder in (model, real):
            recorder.save(saved, before=before)
        before = head

        assert rows_of(model, head) == rows_of(real, head)
        assert model.saved("v") == real.saved("v")


def test_a_part_larger_than_an_insert_is_saved_in_pieces() -> None:
    recorder = in_memory()
    cells = [("rows", f"{number:04}", b"x" * 1000) for number in range(900)]
    recorder.save(Saved(name="v", position=1, head=b"one", parts={"a": cells}), before=None)

    read = [(key, "a", body) for _, key, body in cells]
    assert read == list(recorder.cells("v", b"one", "rows"))


class HidesTheLast(POPOProcessRecorder):
    """As one whose index does not find the last entry of a stream by its name."""

    def select_events(self, originator_id: Any, **which: Any) -> Any:
        events = super().select_events(originator_id, **which)
        return events[:-1] if str(originator_id) == "a-x/1" and not which.get("limit") else events


def test_an_entry_that_is_not_found_by_the_name_of_its_stream_is_missed() -> None:
    """Every entry was read once, in the log's order."""
    recorder = in_memory(HidesTheLast())
    recorder.append(returning(stored("a-x/1", 1), stored("a-x/1", 2), stored("b-x/1", 1)))

    with pytest.raises(UnreadableError, match=r"a-x/1 entry 2: entry missing"):
        recorder.stream_rows("b-x/1", "a-x/1")
    assert 1 == len(recorder.stream_rows("b-x/1"))


@pytest.mark.parametrize("stream", ["a-x/1", "b-x/1", "c-x/1"])
def test_a_stream_whose_end_was_removed_is_not_decided_on(tmp_path: Path, stream: str) -> None:
    """By whom had it open; and who opens it refuses the whole log, not knowing of which it was."""
    env = TestSQLite().env(tmp_path)
    recorder = EngineRecorder.of(env)
    events = [stored("a-x/1", 1), stored("a-x/1", 2), stored("b-x/1", 1), stored("c-x/1", 1)]
    recorder.append(returning(*events))
    recorder.stream_rows(stream)
    with closing(sqlite3.connect(env["SQLITE_DBNAME"])) as file:
        file.execute(
            "DELETE FROM stored_events WHERE originator_id = ? AND originator_version ="
            " (SELECT max(originator_version) FROM stored_events WHERE originator_id = ?)",
            (stream, stream),
        )
        file.commit()

    problem = {
        "a-x/1": "the entry at position 2 is missing",
        "b-x/1": "the entry at position 3 is missing",
        "c-x/1": "the log ends before position 4",
    }[stream]
    with closing(recorder), closing(EngineRecorder.of(env)) as opened:
        for each in (recorder, opened):
            with pytest.raises(UnreadableError, match=problem):
                each.stream_rows(stream)
        with pytest.raises(UnreadableError, match=problem):
            opened.unrecorded([stream, "d-x/1"])


def test_what_others_append_is_counted_as_it_is_decided_on(tmp_path: Path) -> None:
    """Up to the head that was asked for; each has read only what is new."""
    env = TestSQLite().env(tmp_path)
    with closing(EngineRecorder.of(env)) as one, closing(EngineRecorder.of(env)) as other:
        for number in range(1, 7):
            one.append(returning(stored("a-x/1", 2 * number - 1)))
            other.append(returning(stored("a-x/1", 2 * number), stored(f"b-x/{number}", 1)))
            assert 2 * number == len(one.stream_rows("a-x/1"))
            assert one.last_row() == other.last_row()
            assert set() == other.unrecorded(["a-x/1", f"b-x/{number}"])


def test_another_log_in_the_place_of_the_one_that_was_known_is_read_anew() -> None:
    """As where a backup was restored."""
    recorder = in_memory()
    recorder.append(returning(stored("a-x/1", 1), stored("a-x/1", 2)))
    recorder.stream_rows("a-x/1")
    other = POPOProcessRecorder()
    in_memory(other).append(returning(stored("b-x/1", 1), stored("a-x/1", 1)))
    recorder._recorder = other

    assert [2] == [row[0] for row in recorder.stream_rows("a-x/1")]


def test_what_is_not_of_lif_is_named() -> None:
    theirs = POPOProcessRecorder()
    theirs.insert_events([StoredEvent("a-x/1", 1, "Other", b"{}")])

    with pytest.raises(UnreadableError, match="a-x/1"):
        in_memory(theirs).rows(after=0, limit=9)


def test_only_what_was_opened_by_its_environment_can_be_pickled(tmp_path: Path) -> None:
    with closing(EngineRecorder.of(TestSQLite().env(tmp_path))) as recorder:
        recorder.append(returning(stored("a-x/1", 1)))
        with closing(pickle.loads(pickle.dumps(recorder))) as other:
            assert recorder.last_row() == other.last_row()
    with pytest.raises(TypeError, match="of"):
        pickle.dumps(in_memory())
