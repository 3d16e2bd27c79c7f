"""The recorder in PostgreSQL: the contract, and what is native."""

import os
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lif_adapters.cli.demo import demo_requests
from lif_adapters.postgres import PostgresRecorder, schema
from lif_adapters.postgres.address import address_of
from lif_adapters.postgres.log import FEW, SMALL
from lif_adapters.postgres.statements import NEWER
from lif_adapters.wiring import connect, image
from lif_core.errors import ConflictError, MalformedError, UnreadableError
from lif_core.log.recorder import IntegrityError, Row, Saved, StoredEvent
from lif_core.testing.samples import moved, pack, read, receipt, rows_of, stored, view
from lif_core.views import PROJECTIONS
from tests.adapters.contracts import PostgresContract
from tests.command_line import Lif
from tests.people import TEXTS
from tests.postgres_server import free_port, with_option


class TestPostgresKeepsTheContract(PostgresContract):
    pass


@pytest.fixture
def recorder(postgres_url: str) -> Iterator[PostgresRecorder]:
    opened = PostgresRecorder(postgres_url)
    yield opened
    opened.close()


def ask(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Run *statement* in the schema of *url*, as an administrator would."""
    address = address_of(url)
    with psycopg.connect(address.conninfo, autocommit=True) as connection:
        connection.execute(f"SET search_path TO {address.schema}".encode())
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def one(stream: str, position: int = 1) -> Callable[[Row | None], list[StoredEvent]]:
    return lambda _: [stored(stream, position)]


# The application on it


def test_every_view_is_the_same_as_in_memory(postgres_url: str) -> None:
    """Recorded by commands, saved, and resumed by another application."""
    on = date(2019, 6, 30)
    with connect("memory:", readership=TEXTS) as model:
        model.handle_all(demo_requests(model.mapper))
        expected = {
            name: model.view(projection, valid=on)
            for name, projection in PROJECTIONS.items()
            if not projection.readers
        }
    with connect(postgres_url, readership=TEXTS) as app:
        app.handle_all(demo_requests(app.mapper))
        assert expected == {name: app.view(PROJECTIONS[name], valid=on) for name in expected}
        for name in expected:
            app.save(PROJECTIONS[name], valid=on)
    with connect(postgres_url, create=False, readership=TEXTS) as app:
        assert expected == {name: app.view(PROJECTIONS[name], valid=on) for name in expected}


def test_the_command_line_takes_its_url(postgres_url: str, lif: Lif) -> None:
    """No password in it is shown."""
    secret = postgres_url.replace("postgres@", "postgres:secret@")
    shown = lif("demo", "--db", secret)
    assert 0 == shown.code
    assert "secret" not in shown.out
    assert f"--db '{postgres_url}'" in shown.out

    seen = lif("view", "accountability", "--db", postgres_url, "--valid", "2019-06-30")
    assert 0 == seen.code
    assert lif("demo", "--db", postgres_url.replace("schema=", "scheme=")).code


def test_a_store_that_a_command_made_in_vain_is_removed_again(
    postgres_url: str, lif: Lif, tmp_path: Path
) -> None:
    """With its schema, unless that was there before; a store that was there stays."""
    name = address_of(postgres_url).schema
    commands = tmp_path / "commands.jsonl"
    commands.write_text("{}\n")
    schemas = f"SELECT nspname FROM pg_namespace WHERE nspname = '{name}'"
    relations = f"SELECT count(*) FROM pg_class WHERE relnamespace::regnamespace::text = '{name}'"

    assert lif("record", commands, "--db", postgres_url, "--create").code
    assert [] == ask(postgres_url, schemas)
    ask(postgres_url, f"CREATE SCHEMA {name}")
    assert lif("record", commands, "--db", postgres_url, "--create").code
    assert ([(name,)], [(0,)]) == (ask(postgres_url, schemas), ask(postgres_url, relations))
    PostgresRecorder(postgres_url).close()
    assert lif("record", commands, "--db", postgres_url, "--create").code
    assert PostgresRecorder(postgres_url, create=False).last_row() is None


# What is on record


@pytest.mark.parametrize(
    "statement",
    ["UPDATE entries SET state = 'x'", "DELETE FROM entries", "TRUNCATE entries"],
)
def test_an_entry_is_neither_changed_nor_removed_by_ordinary_means(
    recorder: PostgresRecorder, postgres_url: str, statement: str
) -> None:
    recorder.append(lambda _: [stored("a-x/1", 1, b"kept")])

    with pytest.raises(psycopg.IntegrityError, match="record a correction"):
        ask(postgres_url, statement)
    assert [b"kept"] == [row[4] for row in recorder.rows(after=0, limit=9)]


@pytest.mark.parametrize(
    "statement", ["UPDATE packs SET digest = '2'", "DELETE FROM packs", "TRUNCATE packs"]
)
def test_what_it_was_written_under_is_neither_changed_nor_removed(
    recorder: PostgresRecorder, postgres_url: str, statement: str
) -> None:
    recorder.append(one("a-x/1"), packs=[pack("p", "1")])

    with pytest.raises(psycopg.IntegrityError, match="what a log was written under"):
        ask(postgres_url, statement)
    assert [pack("p", "1")] == [row.pack for row in recorder.packs()]


def test_a_position_is_never_used_twice(recorder: PostgresRecorder, postgres_url: str) -> None:
    """Where somebody removes the end of the log by force, nothing is recorded in its place."""
    recorder.append(lambda _: [stored("a-x/1", n) for n in (1, 2, 3)])
    ask(postgres_url, "ALTER TABLE entries DISABLE TRIGGER ALL")
    ask(postgres_url, "DELETE FROM entries WHERE position = 3")

    for act in (recorder.last_row, lambda: recorder.append(one("a-x/1", 3))):
        with pytest.raises(UnreadableError, match="ends at position 2, and 3 were recorded"):
            act()


def test_guards_that_are_off_are_told_and_nothing_is_recorded(
    recorder: PostgresRecorder, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    recorder.append(one("a-x/1"))
    ask(postgres_url, "ALTER TABLE entries DISABLE TRIGGER entries_are_never_removed")
    opened = PostgresRecorder(postgres_url)
    flaw = "the trigger entries_are_never_removed is missing or disabled"
    with pytest.raises(UnreadableError, match=flaw):
        opened.append(one("a-x/1", 2))

    assert flaw in caplog.text
    assert 1 == len(opened.rows(after=0, limit=9))
    opened.close()
    with image(postgres_url) as store:
        assert flaw in [check.problem for check in store.checks()]


def test_positions_have_no_gap_where_an_append_failed(recorder: PostgresRecorder) -> None:
    """A sequence of the server would have one, so that a gap would tell nothing."""
    recorder.append(one("a-x/1"))
    for size in (1, FEW, FEW + 1):
        late = [stored("b-x/1", n) for n in range(1, size)] + [stored("a-x/1", 1)]
        with pytest.raises(IntegrityError):
            recorder.append(lambda _, late=late: late)  # type: ignore[misc]  # bound in the loop

    assert [2] == list(recorder.append(one("c-x/1")))


@pytest.mark.parametrize("count", [1, 2, FEW, FEW + 1, 5_000])
def test_few_entries_and_many_are_the_same_on_record(
    recorder: PostgresRecorder, count: int
) -> None:
    """A statement inserts few, COPY inserts many; the receipts likewise."""
    events = [stored("a-🌱/1", n, f"{n}\0".encode()) for n in range(1, count + 1)]
    receipts = [receipt(f"c-{n}", n, n + 1) for n in range(count)]

    assert list(range(1, count + 1)) == list(recorder.append(lambda _: events, receipts))
    assert [("a-🌱/1", n, "Happened.v1", f"{n}\0".encode()) for n in range(1, count + 1)] == [
        row[1:] for row in recorder.rows(after=0, limit=count + 1)
    ]
    assert set() == recorder.unhandled([f"c-{n}" for n in range(count)])
    handled = recorder.handled(f"c-{count - 1}")
    assert handled is not None
    assert [count] == [row[0] for row in handled.rows]


@pytest.mark.parametrize("size", [SMALL - 1, SMALL, 1_000_000, 5_000_000])
def test_an_entry_of_any_size_is_recorded(recorder: PostgresRecorder, size: int) -> None:
    """The driver waits for ever for a megabyte that is sent together with more."""
    recorder.append(lambda _: [stored("a-x/1", 1, bytes(size))], [receipt("c")])
    recorder.save(view(1, bytes(size), a=bytes(size)), before=None)

    assert bytes(size) == recorder.rows(after=0, limit=1)[0][4]
    assert [bytes(size)] == [body for _, _, body in recorder.cells("v", bytes(size), "rows")]


def test_what_moved_is_found_among_any_number_of_entries(recorder: PostgresRecorder) -> None:
    """The server tells a thousand at a time."""
    names = [f"a-x/{number}" for number in range(2 * NEWER + 1)]
    recorder.append(lambda _: [stored(name, 1) for name in names])

    for number in (0, NEWER, 2 * NEWER):
        with pytest.raises(IntegrityError, match="has moved"):
            recorder.append(one("b-x/1"), (), None, read(0, names[number]))
    assert recorder.append(one("b-x/1"), (), None, read(0, "c-x/1"))


def test_a_name_with_nul_is_nowhere_and_is_not_recorded(recorder: PostgresRecorder) -> None:
    """PostgreSQL keeps NUL in no text; no command has it in a name."""
    recorder.append(one("a-x/1"), [receipt("c")])
    for stream in ("a-x/\0", "a-x/1\0"):
        for count in (1, 2, FEW + 1):
            events = [stored(stream, n) for n in range(1, count + 1)]
            with pytest.raises(MalformedError, match="NUL"):
                recorder.append(lambda _, events=events: events)  # type: ignore[misc]  # in the loop

        assert [] == list(recorder.stream_rows(stream))
        assert ["a-x/1"] == [row[1] for row in recorder.stream_rows(stream, "a-x/1")]
        assert recorder.handled(stream) is None
        assert {stream} == recorder.unrecorded([stream, "a-x/1"])
        assert {stream} == recorder.unhandled([stream, "c"])
        assert 0 == recorder.tracked(stream)
        assert recorder.saved(stream) is None
    assert 1 == len(recorder.rows(after=0, limit=9))


def test_a_commit_waits_for_the_disk_where_the_server_would_not(postgres_url: str) -> None:
    """A commit that was acknowledged survives a power cut, whatever the database is set to."""
    fast = with_option(postgres_url, "options", "-c synchronous_commit=off")
    recorder = PostgresRecorder(fast)

    assert [("on",)] == recorder._select(b"SHOW synchronous_commit", ())
    recorder.close()


def test_an_account_that_owns_nothing_may_record(
    recorder: PostgresRecorder, postgres_url: str
) -> None:
    """With the rights that the page on PostgreSQL names, and no others."""
    name = address_of(postgres_url).schema
    role = f"r{name}"
    ask(
        postgres_url,
        f"CREATE ROLE {role}; GRANT USAGE ON SCHEMA {name} TO {role};"
        f" GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {name} TO {role};"
        f" GRANT DELETE ON saved_cells TO {role}",
    )
    try:
        other = PostgresRecorder(with_option(postgres_url, "options", f"-c role={role}"))
        other.append(one("a-x/1"), [receipt("c")], moved(0, 1), packs=[pack("p", "1")])
        other.save(view(1, b"one", a=b"1"), before=None)
        other.save(view(2, b"two", a=b"2"), before=b"one")
        assert other.wait(after=0, seconds=0)
        other.close()
    finally:
        ask(postgres_url, f"DROP OWNED BY {role}; DROP ROLE {role}")

    assert {"a": b"2"} == rows_of(recorder, b"two")


# Writers and followers


def test_two_writers_take_turns(recorder: PostgresRecorder, postgres_url: str) -> None:
    """The second waits for the first, and goes on after it."""
    other = PostgresRecorder(postgres_url)
    entered, leave = threading.Event(), threading.Event()

    def slow(_: Row | None) -> list[StoredEvent]:
        entered.set()
        leave.wait(5)
        return [stored("a-x/1", 1)]

    first = threading.Thread(target=recorder.append, args=(slow,))
    first.start()
    entered.wait(5)
    threading.Timer(0.2, leave.set).start()
    positions = other.append(one("b-x/1"), [receipt("c")])
    first.join()
    other.close()

    assert [2] == list(positions)


def test_a_writer_does_not_wait_for_ever_for_another(
    recorder: PostgresRecorder, postgres_url: str
) -> None:
    impatient = PostgresRecorder(with_option(postgres_url, "lock_timeout", "0.1"))

    def stamp(_: Row | None) -> list[StoredEvent]:
        with pytest.raises(ConflictError, match="busy"):
            impatient.append(one("b-x/1"))
        return [stored("a-x/1", 1)]

    assert [1] == list(recorder.append(stamp))
    assert [2] == list(impatient.append(one("b-x/1")))
    impatient.close()


def test_a_writer_that_stalls_lets_go_of_the_lock(
    recorder: PostgresRecorder, postgres_url: str
) -> None:
    """The server ends its transaction: nothing of it is recorded, and it may try again."""
    stalled = PostgresRecorder(with_option(postgres_url, "stall_timeout", "0.2"))

    def stamp(_: Row | None) -> list[StoredEvent]:
        assert [1] == list(recorder.append(one("a-x/1")))
        return [stored("b-x/1", 1)]

    with pytest.raises(ConflictError, match="the connection was lost"):
        stalled.append(stamp)
    assert ["a-x/1"] == [row[1] for row in recorder.rows(after=0, limit=9)]
    assert [2] == list(stalled.append(one("b-x/1")))
    stalled.close()


def test_a_follower_is_told_as_soon_as_there_is_an_entry(
    recorder: PostgresRecorder, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a notification, which comes long before it would look again."""
    monkeypatch.setattr("lif_adapters.postgres.recorder.POLL_SECONDS", 30)
    other = PostgresRecorder(postgres_url)
    began = time.monotonic()
    assert not recorder.wait(after=0, seconds=0.1)
    assert time.monotonic() - began < 5
    appended: list[float] = []

    def append() -> None:
        time.sleep(0.3)
        other.append(one("a-x/1"))
        appended.append(time.monotonic())

    writer = threading.Thread(target=append)
    writer.start()
    assert recorder.wait(after=0, seconds=30)
    delay = time.monotonic() - began
    writer.join()
    other.close()

    assert delay < 20
    assert recorder.wait(after=0, seconds=0)
    assert not recorder.wait(after=1, seconds=0)


def test_threads_share_no_more_connections_than_the_pool_has(postgres_url: str) -> None:
    """One that waits in vain for a connection may try again."""
    url = with_option(with_option(postgres_url, "pool_size", "1"), "pool_timeout", "0.1")
    recorder = PostgresRecorder(url)

    def stamp(_: Row | None) -> list[StoredEvent]:
        with pytest.raises(ConflictError, match="all 1 connections are in use"):
            recorder.last_row()
        return [stored("a-x/1", 1)]

    recorder.append(stamp)
    assert recorder.last_row()
    recorder.close()


def ended(act: Callable[[], object]) -> Callable[[], int]:
    """Do *act* in a process forked from this one; return what waits for how that ended."""
    child = os.fork()
    if not child:
        try:
            act()
            os._exit(0)
        finally:
            os._exit(1)
    return lambda: os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore:This process")  # has threads: those of the tests' workers
def test_a_process_that_was_forked_uses_connections_of_its_own(
    recorder: PostgresRecorder,
) -> None:
    """Its parent's are still the parent's, and open, when it has ended."""
    recorder.append(one("a-x/1"))
    process = b"SELECT pg_backend_pid()"
    of_parent = recorder._select(process, ())

    def act() -> None:
        recorder.append(one("b-x/1"))
        assert of_parent != recorder._select(process, ())

    assert 0 == ended(act)()
    assert of_parent == recorder._select(process, ())
    assert [3] == list(recorder.append(one("c-x/1")))
    assert ["a-x/1", "b-x/1", "c-x/1"] == [row[1] for row in recorder.rows(after=0, limit=9)]


def test_another_process_opens_the_same_store(recorder: PostgresRecorder) -> None:
    recorder.append(one("a-x/1"))
    other = pickle.loads(pickle.dumps(recorder))

    assert recorder.rows(after=0, limit=9) == other.rows(after=0, limit=9)
    other.close()


# Opening


@pytest.mark.filterwarnings("ignore:This process")
def test_sixteen_processes_open_a_new_store_at_once(postgres_url: str) -> None:
    """One makes the tables; the others find them."""

    def start(number: int) -> None:
        PostgresRecorder(postgres_url).append(one(f"a-x/{number}"))

    ends = [ended(partial(start, number)) for number in range(16)]
    assert [0] * 16 == [end() for end in ends]

    recorder = PostgresRecorder(postgres_url, create=False)
    assert list(range(1, 17)) == [row[0] for row in recorder.rows(after=0, limit=99)]
    recorder.close()


def test_a_store_that_is_not_there_is_not_made_by_reading(postgres_url: str) -> None:
    with pytest.raises(UnreadableError, match="there is no store here"):
        PostgresRecorder(postgres_url, create=False)

    name = address_of(postgres_url).schema
    assert [(None,)] == ask(postgres_url, f"SELECT to_regnamespace('{name}')")


def test_another_programs_schema_is_left_as_it_is(postgres_url: str) -> None:
    name = address_of(postgres_url).schema
    ask(postgres_url, f"CREATE SCHEMA {name}; CREATE TABLE {name}.addresses (name text)")

    with pytest.raises(UnreadableError, match="not a store of lif"):
        PostgresRecorder(postgres_url)
    assert [("addresses",)] == ask(
        postgres_url, f"SELECT relname FROM pg_class WHERE relnamespace = '{name}'::regnamespace"
    )


def test_a_newer_store_is_not_opened(recorder: PostgresRecorder, postgres_url: str) -> None:
    ask(postgres_url, "UPDATE store SET version = 99")

    with pytest.raises(UnreadableError, match="newer lif"):
        PostgresRecorder(postgres_url)


def test_a_store_of_an_earlier_version_is_brought_up_to_this_one_once(
    recorder: PostgresRecorder, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whichever comes first; what is in it stays, and an older lif then refuses it."""
    recorder.append(one("a-x/1"))
    more = (*schema.MIGRATIONS, "CREATE TABLE {schema}.more (); SELECT pg_sleep(0.1)")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", more)
        with pytest.raises(UnreadableError, match=r"schema 2.* `lif migrate`"):
            PostgresRecorder(postgres_url)
        opened: list[PostgresRecorder] = []

        def bring_up() -> None:
            schema.migrate(postgres_url)
            opened.append(PostgresRecorder(postgres_url, create=False))

        threads = [threading.Thread(target=bring_up) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert ["a-x/1"] * 4 == [each.rows(after=0, limit=9)[0][1] for each in opened]
        for each in opened:
            each.close()

    assert [(3,)] == ask(postgres_url, "SELECT version FROM store")
    with pytest.raises(UnreadableError, match="newer lif"):
        PostgresRecorder(postgres_url)
    with pytest.raises(UnreadableError, match="newer lif"):  # it had the store open meanwhile
        recorder.append(one("a-x/2"))
    with pytest.raises(UnreadableError, match="newer lif"):
        recorder.save(Saved(name="v", position=1, head=b"h"), before=None)
    assert 1 == len(recorder.rows(after=0, limit=9))
    ask(postgres_url, "ALTER TABLE tracking RENAME TO followers")
    ask(postgres_url, "ALTER TABLE saved_views RENAME COLUMN head TO heads")
    acts: tuple[Callable[[], object], ...] = (
        lambda: recorder.tracked("v"),
        lambda: recorder.saved("v"),
        lambda: recorder.append(one("a-x/2")),
        lambda: recorder.save(Saved(name="v", position=1, head=b"h"), before=None),
    )
    for act in acts:  # which its tables no longer answer
        with pytest.raises(UnreadableError, match="newer lif"):
            act()


def test_a_migration_that_fails_changes_nothing(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "SELECT 1 / 0"))
        with pytest.raises(UnreadableError, match="division by zero"):
            PostgresRecorder(postgres_url)

    with pytest.raises(UnreadableError, match="there is no store here"):
        PostgresRecorder(postgres_url, create=False)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("schema=Wscb", "small letters"),
        ("schema=", "small letters"),
        ("schema=pg_x", "small letters"),
        ("schema=a&schema=b", "given twice"),
        ("pool_size=0", "no number above 0"),
        ("pool_size=1.5", "no number above 0"),
        ("lock_timeout=soon", "no number above 0"),
        ("lock_timeout=nan", "no number above 0"),
        ("scheme=x", "unknown option 'scheme'"),
        ("sslmode", "not as libpq reads it"),
    ],
)
def test_an_option_that_is_not_known_is_malformed(query: str, problem: str) -> None:
    """A mistyped option would be passed over otherwise; no password is in what is told."""
    with pytest.raises(MalformedError, match=problem) as raised:
        connect(f"postgresql://me:secret@localhost/x?{query}", readership=TEXTS)
    assert "secret" not in str(raised.value)


def test_options_of_libpq_are_passed_on(postgres_url: str) -> None:
    recorder = PostgresRecorder(with_option(postgres_url, "application_name", "the board"))

    assert [("the board",)] == recorder._select(b"SHOW application_name", ())
    recorder.close()


def test_a_server_that_is_not_there_is_told() -> None:
    url = f"postgresql://me:secret@127.0.0.1:{free_port()}/x"
    with pytest.raises(UnreadableError, match="cannot be reached") as raised:
        connect(url, readership=TEXTS)
    assert "secret" not in str(raised.value)
