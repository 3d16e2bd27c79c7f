"""What is found of a stream by its name is held against how many entries were recorded in it."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg
import pytest

from lif_adapters.postgres import PostgresRecorder, log
from lif_adapters.postgres.address import address_of
from lif_adapters.postgres.log import PostgresLog
from lif_adapters.sqlite import SQLiteRecorder
from lif_adapters.stream_lengths import COUNTED_EVERY
from lif_adapters.wiring import connect, image, migrate
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.errors import UnreadableError
from lif_core.log.recorder import Row, StoredEvent
from lif_core.testing.samples import stored
from lif_core.values.authority import Authority
from tests.adapters.test_postgres import ask
from tests.command_line import Lif
from tests.people import TEXTS
from tests.postgres_server import with_option

BY_INDEX = "-c enable_seqscan=off -c enable_bitmapscan=off"
"""As a large table is read."""
HIDING = (
    "UPDATE pg_index SET indisready = %s WHERE indexrelid ="
    " 'entries_stream_stream_position_position_key'::regclass"
)


def of(stream: str, first: int, last: int) -> Callable[[Row | None], list[StoredEvent]]:
    """Return the stamp of the entries *first* to *last* of a *stream*."""
    events = [stored(stream, number) for number in range(first, last + 1)]
    return lambda _: events


def count(recorder: PostgresLog, entries: int = COUNTED_EVERY) -> None:
    """Append so many *entries*, and one more by which those before are counted."""
    recorder.append(of("y-x/1", 1, entries))
    recorder.append(of("z-x/1", 1, 1))


@pytest.fixture
def recorder(postgres_url: str) -> Iterator[PostgresRecorder]:
    opened = PostgresRecorder(postgres_url)
    yield opened
    opened.close()


def unguarded(url: str, *statements: str) -> None:
    """Do what an administrator does who turns the guards off, and on again."""
    ask(url, "ALTER TABLE entries DISABLE TRIGGER ALL")
    for statement in statements:
        ask(url, statement)
    ask(url, "ALTER TABLE entries ENABLE TRIGGER ALL")


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        (10, "the entry at position 2 is missing: it was removed"),
        (COUNTED_EVERY, "entry missing: it was removed, or an index is damaged; restore"),
    ],
)
def test_a_stream_whose_last_entry_was_removed_is_not_decided_on(
    recorder: PostgresRecorder, postgres_url: str, entries: int, problem: str
) -> None:
    """By whom had it open, and by whom opens it: numbers that are left have no gap."""
    recorder.append(of("a-x/1", 1, 2))
    count(recorder, entries)
    unguarded(postgres_url, "DELETE FROM entries WHERE position = 2")

    opened = PostgresRecorder(postgres_url)
    for each in (recorder, opened):
        with pytest.raises(UnreadableError, match=problem):
            each.stream_rows("a-x/1")
        with pytest.raises(UnreadableError, match=problem):
            each.stream_rows("a-x/1", "z-x/1")
    opened.close()


def registered(name: str) -> RegisterBody:
    registrar = Authority(person="P. Registrar", role="registrar", body="xb")
    return RegisterBody(
        by=registrar, on=date(2018, 1, 1), body=name, name=name, kind=BodyKind.AGENCY
    )


def test_a_body_that_was_registered_is_not_registered_again_once_its_entry_is_gone(
    recorder: PostgresRecorder, postgres_url: str
) -> None:
    wards = [f"xb/ward-{number}" for number in range(COUNTED_EVERY)]
    with connect(postgres_url, readership=TEXTS) as app:
        app.handle_all([registered(name) for name in ("xb", *wards)])
        app.handle(registered("xb/last"))
    unguarded(postgres_url, "DELETE FROM entries WHERE stream = 'body-xb/ward-1'")

    with (
        connect(postgres_url, readership=TEXTS) as app,
        pytest.raises(UnreadableError, match="body-xb/ward-1 entry 1: entry missing"),
    ):
        app.handle(registered("xb/ward-1"))
    with pytest.raises(UnreadableError, match="entry missing"):
        recorder.unrecorded(["body-xb/ward-1"])


def test_an_entry_that_the_index_hides_is_missed(
    recorder: PostgresRecorder, postgres_url: str
) -> None:
    """It is in the table, and its position is found; its stream does not have it by its name."""
    recorder.append(of("a-x/1", 1, 3))
    count(recorder)
    recorder.append(of("c-x/1", 1, 2))
    for position in (3, COUNTED_EVERY + 6):
        unguarded(
            postgres_url,
            f"CREATE TABLE aside AS SELECT * FROM entries WHERE position = {position}",
            HIDING % "false",
            f"DELETE FROM entries WHERE position = {position}",
            "INSERT INTO entries SELECT * FROM aside; DROP TABLE aside",
            HIDING % "true",
        )

    opened = PostgresRecorder(with_option(postgres_url, "options", BY_INDEX))
    for stream in ("a-x/1", "c-x/1"):
        with pytest.raises(UnreadableError, match="entry missing: it was removed, or an index"):
            opened.stream_rows(stream)
    assert "a-x/1" == opened.broken(after="", before=None, until=999)
    assert "c-x/1" == opened.broken(after="b", before=None, until=999)
    assert opened.broken(after="a-y", before="c", until=999) is None
    with opened.image() as store:
        problem = "not all entries of a-x/1 are found by its name"
        assert problem in [check.problem for check in store.checks()]
    opened.close()


def test_nothing_is_recorded_where_the_log_to_be_counted_has_a_gap(
    recorder: PostgresRecorder, postgres_url: str
) -> None:
    recorder.append(of("a-x/1", 1, 10))
    unguarded(postgres_url, "DELETE FROM entries WHERE position = 5")

    with pytest.raises(UnreadableError, match="one of the entries from 1 to 267 is missing"):
        count(recorder)
    assert [(266,)] == ask(postgres_url, "SELECT position FROM head")
    assert [] == ask(postgres_url, "SELECT * FROM stream_lengths WHERE stream <> ''")


def test_many_entries_are_counted_before_there_are_too_many_to_keep(
    recorder: PostgresRecorder, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import leaves them to the next few, up to so many: each process has them in memory."""
    monkeypatch.setattr(log, "UNCOUNTED", 700)
    lengths = "SELECT stream, entries FROM stream_lengths ORDER BY stream"
    recorder.append(of("a-x/1", 1, 600))
    assert [("", 0)] == ask(postgres_url, lengths)
    recorder.append(of("b-x/1", 1, 600))

    assert [("", 1200), ("a-x/1", 600), ("b-x/1", 600)] == ask(postgres_url, lengths)
    assert [600, 600] == [len(recorder.stream_rows(stream)) for stream in ("a-x/1", "b-x/1")]


def test_what_the_host_takes_back_was_never_counted(
    recorder: PostgresRecorder, postgres_url: str
) -> None:
    recorder.append(of("a-x/1", 1, 2))
    with psycopg.connect(address_of(postgres_url).conninfo) as host:
        inside = recorder.within(host)
        inside.append(of("a-x/1", 3, 5))
        count(inside)
        assert 5 == len(inside.stream_rows("a-x/1"))
        host.rollback()
        assert 2 == len(inside.stream_rows("a-x/1"))
    assert 2 == len(recorder.stream_rows("a-x/1"))
    recorder.append(of("b-x/1", 1, 1))

    assert [1, 2] == [row[2] for row in recorder.stream_rows("a-x/1")]


def test_another_log_in_the_place_of_the_one_that_was_known(
    recorder: PostgresRecorder, postgres_url: str
) -> None:
    """As where a backup was restored: what is known of the end is known of another."""
    recorder.append(of("a-x/1", 1, 2))
    recorder.stream_rows("a-x/1")
    ask(postgres_url, f"DROP SCHEMA {address_of(postgres_url).schema} CASCADE")
    other = PostgresRecorder(postgres_url)
    other.append(of("b-x/1", 1, 2))
    other.append(of("a-x/1", 1, 1))
    other.close()

    assert [3] == [row[0] for row in recorder.stream_rows("a-x/1")]


def test_writers_beside_each_other_count_every_entry_once(postgres_url: str) -> None:
    """Each loads its stream and the others' before each append; a load is one statement."""
    names = [f"{letter}-x/1" for letter in "abc"]
    failures: list[BaseException] = []

    def write(name: str) -> None:
        recorder = PostgresRecorder(postgres_url)
        try:
            for _ in range(60):
                number = len(recorder.stream_rows(name)) + 1
                recorder.append(of(name, number, number + 2))
                recorder.stream_rows(*names)
        except BaseException as error:
            failures.append(error)
        finally:
            recorder.close()

    PostgresRecorder(postgres_url).close()
    threads = [threading.Thread(target=write, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failures
    ((end,),) = ask(postgres_url, "SELECT entries FROM stream_lengths WHERE stream = ''")
    assert 516 == end  # twice the first multiple of 3 from 256 on
    recount = f"SELECT stream, count(*) FROM entries WHERE position <= {end} GROUP BY stream"
    assert sorted(ask(postgres_url, recount)) == sorted(
        ask(postgres_url, "SELECT stream, entries FROM stream_lengths WHERE stream <> ''")
    )


def test_a_stream_is_loaded_in_one_round_trip(
    recorder: PostgresRecorder, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever others recorded meanwhile."""
    other = PostgresRecorder(postgres_url)
    statements: list[bytes] = []
    select = recorder._select

    def counted(statement: bytes, params: object) -> list[object]:
        statements.append(statement)
        return select(statement, params)  # type: ignore[arg-type]  # as it was given

    monkeypatch.setattr(recorder, "_select", counted)
    for number in range(1, 4):
        other.append(of("a-x/1", 100 * number - 99, 100 * number))
        assert 100 * number == len(recorder.stream_rows("a-x/1"))
        assert number == len(statements)
    other.close()


# A store of an older lif


def older_store(url: str) -> None:
    """Make a store as the lif of the first schema did, with entries and two accounts."""
    recorder = PostgresRecorder(url)
    recorder.append(of("a-x/1", 1, 3))
    recorder.append(of("b-x/1", 1, COUNTED_EVERY))
    recorder.close()
    ask(url, "DROP TABLE stream_lengths")
    ask(url, "UPDATE store SET version = 1")


def test_a_store_without_lengths_is_read_and_backed_up_as_it_is(
    postgres_url: str, tmp_path: Path, lif: Lif, caplog: pytest.LogCaptureFixture
) -> None:
    """And recorded in once `lif migrate` has brought it up."""
    older_store(postgres_url)
    reader = PostgresRecorder(postgres_url, create=False, read_only=True)
    assert 3 == len(reader.stream_rows("a-x/1"))
    assert {"c-x/1"} == set(reader.unrecorded(["a-x/1", "c-x/1"]))
    assert reader.broken(after="", before=None, until=999) is None
    assert "has none of this one's stream lengths" in caplog.text
    with pytest.raises(UnreadableError, match=r"schema 1.* `lif migrate`"):
        PostgresRecorder(postgres_url)
    assert 0 == lif("backup", tmp_path / "b.db", "--db", postgres_url).code
    with image(postgres_url) as store:
        assert "version 1, of an older lif" in [check.problem for check in store.checks()]

    planned = migrate(postgres_url, dry_run=True)
    assert ("makes the tables stream_lengths",) == planned.steps
    assert planned == migrate(postgres_url)
    assert () == migrate(postgres_url).steps
    assert 3 == len(reader.stream_rows("a-x/1"))
    recorder = PostgresRecorder(postgres_url)
    recorder.append(of("a-x/1", 4, 4))
    assert 4 == len(recorder.stream_rows("a-x/1"))
    lengths = "SELECT stream, entries FROM stream_lengths ORDER BY stream"
    every = COUNTED_EVERY
    assert [("", every + 3), ("a-x/1", 3), ("b-x/1", every)] == ask(postgres_url, lengths)
    for each in (reader, recorder):
        each.close()


def test_who_may_use_the_entries_may_use_their_lengths_after_a_migration(
    postgres_url: str,
) -> None:
    older_store(postgres_url)
    name = address_of(postgres_url).schema
    role = f"r{name}"
    ask(
        postgres_url,
        f"CREATE ROLE {role}; GRANT USAGE ON SCHEMA {name} TO {role};"
        f" GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {name} TO {role}",
    )
    migrate(postgres_url)
    try:
        other = PostgresRecorder(with_option(postgres_url, "options", f"-c role={role}"))
        other.append(of("a-x/1", 4, COUNTED_EVERY))
        assert COUNTED_EVERY == len(other.stream_rows("a-x/1"))
        other.close()
    finally:
        ask(postgres_url, f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.mark.parametrize("stream", ["", "y-x/1"])
@pytest.mark.parametrize("length", ["x", b"1"])
def test_a_length_that_is_none_is_told(tmp_path: Path, stream: str, length: object) -> None:
    """Of the log as far as it was counted, and of a stream."""
    recorder = SQLiteRecorder(tmp_path / "lif.db")
    recorder.append(of("y-x/1", 1, COUNTED_EVERY))
    recorder.append(of("z-x/1", 1, 1))
    with closing(sqlite3.connect(tmp_path / "lif.db")) as connection, connection:
        connection.execute(
            "UPDATE stream_lengths SET entries = ? WHERE stream = ?", (length, stream)
        )

    with pytest.raises(UnreadableError, match="restore"):
        recorder.stream_rows("y-x/1")
    with pytest.raises(UnreadableError, match="restore"):
        recorder.stream_rows("y-x/1", "z-x/1")
    recorder.close()
