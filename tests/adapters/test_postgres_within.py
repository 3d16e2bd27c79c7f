"""Decisions in a host's own transaction in PostgreSQL: on record with it, and never otherwise."""

import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
import sqlalchemy
from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from lif_adapters.postgres.address import address_of
from lif_adapters.wiring import connect
from lif_core.commands.application import Application
from lif_core.errors import ConflictError, MalformedError, RefusedError, UnreadableError
from lif_core.testing.samples import receipt, rows_of, stored, view
from lif_core.views.accountability import accountability
from tests.core.commands.test_expected import ACCEPTED, OPENED, R1, REVIEW, issued
from tests.people import TEXTS

NOW = datetime(2018, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def app(postgres_url: str) -> Iterator[Application]:
    with connect(postgres_url, clock=lambda: NOW, readership=TEXTS) as application:
        yield application


@pytest.fixture
def host(app: Application, postgres: str) -> Iterator[psycopg.Connection[Any]]:
    """Gives a connection of the host, with a table of its own that goes with the connection."""
    with psycopg.connect(postgres) as connection:
        connection.execute("CREATE TEMPORARY TABLE visits (page text) ON COMMIT PRESERVE ROWS")
        connection.commit()
        yield connection


def pages(host: psycopg.Connection[Any]) -> list[str]:
    return [page for (page,) in host.execute("SELECT page FROM visits ORDER BY page")]


def streams(app: Application) -> list[str]:
    return [record.stream for record in app.history()]


def test_what_the_host_commits_is_on_record_with_its_own(
    app: Application, host: psycopg.Connection[Any]
) -> None:
    host.execute("INSERT INTO visits VALUES ('a')")
    inside = app.within(host)
    inside.handle(OPENED)
    assert [] == streams(app)
    assert [REVIEW] == streams(inside)
    host.commit()

    assert [REVIEW] == streams(app)
    assert ["a"] == pages(host)


def test_what_the_host_takes_back_lets_nothing_rest_on_it(
    app: Application, host: psycopg.Connection[Any]
) -> None:
    """The same id is decided afresh then, and positions go on as if nothing had been."""
    host.execute("INSERT INTO visits VALUES ('a')")
    inside = app.within(host)
    inside.handle(OPENED, command_id="c-1")
    inside.handle(issued())
    host.rollback()

    assert [] == pages(host)
    assert [] == streams(app)
    with pytest.raises(RefusedError, match="review"):
        app.handle(issued())
    assert [1] == [record.position for record in app.handle(OPENED, command_id="c-1")]


def test_what_is_taken_back_to_a_savepoint_is_not_known_inside_either(
    app: Application, host: psycopg.Connection[Any]
) -> None:
    inside = app.within(host)
    inside.handle(OPENED)
    with host.transaction(force_rollback=True):
        inside.handle(issued())
        inside.handle(ACCEPTED)
    with pytest.raises(RefusedError):
        inside.handle(ACCEPTED)
    inside.handle(issued("Another wording"))
    assert ["pending"] == [row.answer for row in inside.view(accountability).answers]
    host.commit()

    assert [REVIEW, R1] == streams(app)


def test_a_refusal_inside_leaves_the_transaction_as_it_was(
    app: Application, host: psycopg.Connection[Any]
) -> None:
    """So do an error in the middle of an append, and a position that is taken."""
    host.execute("INSERT INTO visits VALUES ('a')")
    inside = app.within(host)
    with pytest.raises(RefusedError):
        inside.handle_all([OPENED, ACCEPTED])
    recorder = app.recorder.within(host)
    with pytest.raises(LookupError):
        recorder.append(lambda _: [][1])
    for many in (1, 100):
        late = [stored("a-x/1", n) for n in (*range(1, many + 1), 1)]
        with pytest.raises(Exception, match="duplicate"):
            recorder.append(lambda _, late=late: late)  # type: ignore[misc]  # bound in the loop
    inside.handle(OPENED)
    host.commit()

    assert [REVIEW] == streams(app)
    assert ["a"] == pages(host)


def test_others_record_once_the_host_has_ended(
    app: Application, host: psycopg.Connection[Any]
) -> None:
    """Then they go on after it: no position appears behind a reader."""
    app.within(host).handle(OPENED)
    after: list[int] = []
    writer = threading.Thread(
        target=lambda: after.extend(app.recorder.append(lambda _: [stored("a-x/1", 1)]))
    )
    writer.start()
    writer.join(0.3)
    assert writer.is_alive()
    host.commit()
    writer.join(30)

    assert [2] == after


def test_a_host_with_a_snapshot_records_nothing_once_others_have(
    app: Application, host: psycopg.Connection[Any]
) -> None:
    """It does not see what they recorded; a receipt alone would rest on what has moved, too."""
    host.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    recorder = app.recorder.within(host)
    assert recorder.last_row() is None
    app.handle(OPENED)
    with pytest.raises(ConflictError, match="busy"):
        app.within(host).handle(OPENED)
    with pytest.raises(ConflictError, match="busy"):
        recorder.append(lambda _: [], [receipt("c", 0, 0)])
    host.rollback()
    app.within(host).handle(issued())
    host.commit()

    assert [REVIEW, R1] == streams(app)


def test_a_commit_of_the_host_waits_for_the_disk(
    app: Application, host: psycopg.Connection[Any]
) -> None:
    """Where the host asks for less, it gets more in the transaction that records."""
    host.execute("SET synchronous_commit = off")
    host.commit()
    app.within(host).handle(OPENED)
    assert ("on",) == host.execute("SHOW synchronous_commit").fetchone()
    host.commit()

    assert ("off",) == host.execute("SHOW synchronous_commit").fetchone()


def test_a_connection_that_commits_by_itself_is_used_in_a_transaction(
    app: Application, postgres: str
) -> None:
    with psycopg.connect(postgres, autocommit=True, row_factory=dict_row) as host:
        with host.transaction():
            app.within(host).handle(OPENED)
        with host.transaction(force_rollback=True):
            app.within(host).handle(issued())
        with pytest.raises(MalformedError, match="no transaction is open"):
            app.within(host)
        with host.transaction():
            inside = app.within(host)
        with pytest.raises(MalformedError, match="no transaction is open"):
            inside.handle(issued())

    assert [REVIEW] == streams(app)


def test_a_follower_is_told_when_the_host_commits(
    app: Application, host: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before, and by a notification."""
    monkeypatch.setattr("lif_adapters.postgres.recorder.POLL_SECONDS", 30)
    app.within(host).handle(OPENED)
    assert not app.recorder.wait(after=0, seconds=0.1)
    commit = threading.Timer(0.3, host.commit)
    commit.start()
    began = time.monotonic()

    assert app.recorder.wait(after=0, seconds=30)
    assert time.monotonic() - began < 20
    commit.join()


def test_many_entries_and_a_view_are_saved_in_it(
    app: Application, host: psycopg.Connection[Any]
) -> None:
    inside = app.recorder.within(host)
    events = [stored(f"a-🌱/{n}", 1, bytes(n)) for n in range(1_000)]
    inside.append(lambda _: events, [receipt(f"c-{n}", n, n + 1) for n in range(1_000)])
    inside.save(view(1, b"head", a=b"1"), before=None)
    assert 1_000 == len(inside.rows(after=0, limit=2_000))
    host.commit()

    assert set() == app.recorder.unhandled([f"c-{n}" for n in range(1_000)])
    assert {"a": b"1"} == rows_of(app.recorder, b"head")


@pytest.mark.parametrize("in_session", [False, True], ids=["connection", "session"])
def test_sqlalchemy_commits_and_rolls_back_what_is_decided_on_it(
    app: Application, postgres: str, *, in_session: bool
) -> None:
    engine = sqlalchemy.create_engine(postgres.replace("postgresql:", "postgresql+psycopg:"))

    def transaction() -> Any:
        return Session(engine) if in_session else engine.connect()

    with transaction() as connection:
        app.within(connection).handle(OPENED)
        connection.commit()
    with transaction() as connection:
        app.within(connection).handle(issued())
        connection.rollback()
    with transaction() as connection:  # closed without a commit
        app.within(connection).handle(issued())
    engine.dispose()

    assert [REVIEW] == streams(app)


DJANGO = """
import sys
from django.conf import settings
url, user, host, port, name = sys.argv[1:]
settings.configure(DATABASES={"default": {
    "ENGINE": "django.db.backends.postgresql", "USER": user, "HOST": host, "PORT": port,
    "NAME": name,
}})
import django
django.setup()
from django.db import connection, transaction
from lif_adapters.wiring import connect
from tests.core.commands.test_expected import OPENED, issued
with connect(url) as app:
    with transaction.atomic():
        app.within(connection).handle(OPENED)
    try:
        with transaction.atomic():
            app.within(connection).handle(issued())
            1 / 0
    except ZeroDivisionError:
        pass
    with transaction.atomic():
        try:
            with transaction.atomic():
                app.within(connection).handle(issued())
                1 / 0
        except ZeroDivisionError:
            pass
        app.within(connection).handle(issued("Another wording"))
    try:
        app.within(connection)
    except Exception as error:
        print(error)
connection.close()
"""


def test_django_commits_and_rolls_back_what_is_decided_on_it(
    app: Application, postgres_url: str
) -> None:
    """In `atomic`, and in one within another."""
    parts = psycopg.conninfo.conninfo_to_dict(address_of(postgres_url).conninfo)
    names = [str(parts[name]) for name in ("user", "host", "port", "dbname")]
    command = [sys.executable, "-c", DJANGO, postgres_url, *names]
    written = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=60)

    assert [REVIEW, R1] == streams(app)
    assert "Another wording" == next(iter(app.history(R1))).event.text  # type: ignore[attr-defined]
    assert "no transaction is open" in written.stdout


def test_a_connection_that_would_not_do_is_refused(
    app: Application, host: psycopg.Connection[Any], postgres: str, postgres_url: str
) -> None:
    failed = psycopg.connect(postgres)
    with pytest.raises(psycopg.ProgrammingError):
        failed.execute("SELECT nothing")
    closed = psycopg.connect(postgres)
    closed.close()
    latin = psycopg.connect(postgres, client_encoding="latin1")
    for connection, problem in (
        (object(), "object is none of psycopg"),
        (failed, "has failed"),
        (closed, "is closed"),
        (latin, "not in UTF-8"),
    ):
        with pytest.raises(MalformedError, match=problem) as raised:
            app.within(connection)
        assert "connection" == raised.value.field
    for connection in (failed, latin):
        connection.close()


def test_a_connection_to_another_store_of_that_name_is_refused(
    app: Application, host: psycopg.Connection[Any], postgres_url: str
) -> None:
    """As in another database, where a schema of this name may be as well."""
    schema = address_of(postgres_url).schema
    host.execute(f"UPDATE {schema}.store SET id = gen_random_uuid()".encode())
    with pytest.raises(MalformedError, match="not to the store"):
        app.within(host)
    host.rollback()
    app.within(host)
    host.execute(f"DROP SCHEMA {schema} CASCADE".encode())
    with pytest.raises(MalformedError, match="not to the store"):
        app.within(host)
    host.rollback()


def test_a_transaction_is_of_one_process_and_not_within_itself(
    app: Application, host: psycopg.Connection[Any]
) -> None:
    inside = app.within(host)

    with pytest.raises(TypeError, match="one process"):
        pickle.dumps(inside.recorder)
    with pytest.raises(MalformedError, match="already"):
        inside.within(host)
    inside.close()
    assert inside.handle(OPENED)
    host.close()
    with pytest.raises((MalformedError, UnreadableError), match="closed"):
        inside.handle(issued())
