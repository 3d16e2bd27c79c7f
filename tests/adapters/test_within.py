"""Decisions in a transaction of the host: on record when it commits, and never otherwise."""

import pickle
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.orm import Session

from lif_adapters.wiring import connect
from lif_core.aggregates.recommendation import DeclineRecommendation, RecommendationIssued
from lif_core.commands.application import Application
from lif_core.errors import ConflictError, MalformedError, RefusedError, UnreadableError
from lif_core.views.accountability import accountability
from tests.core.commands.test_expected import ACCEPTED, OPENED, R1, REVIEW, issued
from tests.people import TEXTS, TRAINING, day

NOW = datetime(2018, 3, 1, 9, tzinfo=UTC)
DECLINED = DeclineRecommendation(
    by=TRAINING, on=day("2018-02-02"), recommendation="wscb/1/r1", reasons="Out of scope"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "host.db"


@pytest.fixture
def app(path: Path) -> Iterator[Application]:
    """Give an application over the file of a host that has tables of its own."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE visits (page TEXT)")
    connection.close()
    with connect(
        f"sqlite:{path}", shared=True, clock=lambda: NOW, readership=TEXTS
    ) as application:
        yield application


@pytest.fixture
def host(app: Application, path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None, timeout=0.2)
    yield connection
    connection.close()


def pages(host: sqlite3.Connection) -> list[str]:
    return [page for (page,) in host.execute("SELECT page FROM visits ORDER BY page")]


def answers(app: Application) -> list[str]:
    return [row.answer for row in app.view(accountability).answers]


def wordings(app: Application) -> list[str]:
    events = [record.event for record in app.history(R1)]
    return [event.text for event in events if isinstance(event, RecommendationIssued)]


def test_what_the_host_commits_is_on_record_with_its_own(
    app: Application, host: sqlite3.Connection
) -> None:
    host.execute("BEGIN")
    host.execute("INSERT INTO visits VALUES ('a')")
    inside = app.within(host)
    inside.handle(OPENED)
    assert not list(app.history())
    assert [record.stream for record in inside.history()] == [REVIEW]
    host.execute("COMMIT")

    assert [record.stream for record in app.history()] == [REVIEW]
    assert pages(host) == ["a"]


def test_what_the_host_takes_back_lets_nothing_rest_on_it(
    app: Application, host: sqlite3.Connection
) -> None:
    """The same id is decided afresh then; nothing that was seen inside is known outside."""
    host.execute("BEGIN")
    host.execute("INSERT INTO visits VALUES ('a')")
    inside = app.within(host)
    inside.handle(OPENED, command_id="c-1")
    inside.handle(issued())
    assert answers(inside) == ["pending"]
    host.execute("ROLLBACK")

    assert pages(host) == []
    assert not list(app.history())
    assert answers(app) == []
    with pytest.raises(RefusedError, match=r"review"):
        app.handle(issued())
    assert len(app.handle(OPENED, command_id="c-1")) == 1


def test_what_is_taken_back_to_a_savepoint_is_not_known_inside_either(
    app: Application, host: sqlite3.Connection
) -> None:
    """Other entries stand at the same positions afterwards, and views count these alone."""
    host.execute("BEGIN")
    inside = app.within(host)
    inside.handle(OPENED)
    host.execute("SAVEPOINT inner_block")
    inside.handle(issued())
    inside.handle(ACCEPTED)
    assert answers(inside) == ["accepted"]
    host.execute("ROLLBACK TO inner_block")

    assert answers(inside) == []
    with pytest.raises(RefusedError):
        inside.handle(ACCEPTED)
    inside.handle(issued("Another wording"))
    assert answers(inside) == ["pending"]
    assert wordings(inside) == ["Another wording"]
    host.execute("COMMIT")
    assert wordings(app) == ["Another wording"]


def test_nothing_is_kept_from_one_call_to_the_next(
    app: Application, host: sqlite3.Connection
) -> None:
    """After a savepoint, as many other entries stand where those stood that were read before."""
    host.execute("BEGIN")
    inside, later = app.within(host), app.within(host)
    inside.handle(OPENED)
    host.execute("SAVEPOINT inner_block")
    inside.handle_all([issued(), ACCEPTED])
    assert answers(inside) == ["accepted"]
    host.execute("ROLLBACK TO inner_block")
    later.handle_all([issued("Another wording"), DECLINED])

    assert answers(inside) == ["declined"]
    assert inside.handle(ACCEPTED), "it was accepted before, in what the host took back"
    host.execute("ROLLBACK")


def test_a_refusal_inside_leaves_the_transaction_as_it_was(
    app: Application, host: sqlite3.Connection
) -> None:
    host.execute("BEGIN")
    host.execute("INSERT INTO visits VALUES ('a')")
    inside = app.within(host)
    with pytest.raises(RefusedError):
        inside.handle_all([OPENED, ACCEPTED])
    inside.handle(OPENED)
    host.execute("COMMIT")

    assert [record.stream for record in app.history()] == [REVIEW]
    assert pages(host) == ["a"]


def test_a_failure_inside_an_append_leaves_the_transaction_as_it_was(
    app: Application, host: sqlite3.Connection
) -> None:
    """An append that fails in the middle is undone, and not the host's own work before it."""
    host.execute("BEGIN")
    host.execute("INSERT INTO visits VALUES ('a')")
    recorder = app.recorder.within(host)
    with pytest.raises(LookupError):
        recorder.append(lambda _: [][1])
    host.execute("COMMIT")

    assert pages(host) == ["a"]
    assert app.recorder.last_row() is None


def test_what_others_record_waits_until_the_host_has_ended(
    app: Application, host: sqlite3.Connection, path: Path
) -> None:
    """Another program is told that the store is busy, and so is a host that saw less."""
    app.handle(OPENED)
    other = sqlite3.connect(path, isolation_level=None, timeout=0.2)
    host.execute("BEGIN")
    app.within(host).handle(issued())
    other.execute("BEGIN")
    with pytest.raises(ConflictError, match="busy"):
        app.within(other).handle(issued())
    other.execute("ROLLBACK")
    other.execute("BEGIN")
    assert other.execute("SELECT count(*) FROM stored_events").fetchone() == (1,)
    host.execute("COMMIT")
    with pytest.raises(ConflictError, match="busy"):  # it goes on seeing what was there
        app.within(other).handle(issued())
    other.execute("ROLLBACK")
    other.close()

    assert app.handle(ACCEPTED)


def test_a_driver_that_begins_by_itself_is_begun_for(app: Application, path: Path) -> None:
    """By the connection's own `with`, which commits, or rolls back."""
    connection = sqlite3.connect(path)
    with connection:
        app.within(connection).handle(OPENED)
    failing = pytest.raises(ZeroDivisionError)
    with failing, connection:
        app.within(connection).handle(issued())
        _ = 1 / 0
    connection.close()

    assert [record.stream for record in app.history()] == [REVIEW]


def test_a_connection_whose_rows_are_mappings_is_as_good(app: Application, path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.row_factory = lambda cursor, row: {"row": row}
    with connection:
        inside = app.within(connection)
        inside.handle(OPENED, command_id="c-1")
        assert inside.handle(OPENED, command_id="c-1")
    connection.close()

    assert len(list(app.history())) == 1


@pytest.mark.parametrize("in_session", [False, True], ids=["connection", "session"])
def test_sqlalchemy_commits_and_rolls_back_what_is_decided_on_it(
    app: Application, path: Path, *, in_session: bool
) -> None:
    engine = sqlalchemy.create_engine(f"sqlite:///{path}")

    def transaction() -> Any:
        return Session(engine) if in_session else engine.connect()

    with transaction() as connection:
        app.within(connection).handle(OPENED)
        connection.execute(sqlalchemy.text("INSERT INTO visits VALUES ('a')"))
        connection.commit()
    with transaction() as connection:
        app.within(connection).handle(issued())
        connection.rollback()
    with transaction() as connection:  # closed without a commit
        app.within(connection).handle(issued())
    engine.dispose()

    assert [record.stream for record in app.history()] == [REVIEW]


def test_a_connection_that_would_not_do_is_refused(
    app: Application, host: sqlite3.Connection, path: Path, tmp_path: Path
) -> None:
    elsewhere = sqlite3.connect(tmp_path / "other.db", isolation_level=None)
    elsewhere.execute("BEGIN")
    unsafe = sqlite3.connect(path, isolation_level=None)
    unsafe.execute("PRAGMA synchronous = NORMAL")
    unsafe.execute("BEGIN")
    bytewise = sqlite3.connect(path)
    bytewise.text_factory = bytes
    for connection, problem in (
        (object(), "object is none to SQLite"),
        (host, "no transaction is open"),
        (elsewhere, "other.db, not to"),
        (unsafe, "synchronous"),
        (bytewise, "text_factory"),
    ):
        with pytest.raises(MalformedError, match=problem) as raised:
            app.within(connection)
        assert raised.value.field == "connection"
    for connection in (elsewhere, unsafe, bytewise):
        connection.close()
    with (
        connect("memory:", readership=TEXTS) as memory,
        pytest.raises(MalformedError, match="memory"),
    ):
        memory.within(host)


def test_a_transaction_is_of_one_process_and_not_within_itself(
    app: Application, host: sqlite3.Connection
) -> None:
    host.execute("BEGIN")
    inside = app.within(host)

    with pytest.raises(TypeError, match="one process"):
        pickle.dumps(inside.recorder)
    with pytest.raises(MalformedError, match="already"):
        inside.within(host)
    inside.close()
    assert inside.handle(OPENED)
    host.execute("ROLLBACK")


def test_a_closed_connection_says_so(app: Application, host: sqlite3.Connection) -> None:
    host.execute("BEGIN")
    inside = app.within(host)
    host.close()

    with pytest.raises(UnreadableError, match="closed"):
        inside.handle(OPENED)


def test_a_file_of_others_is_shared_only_when_asked(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE tracking (parcel TEXT)")
    with pytest.raises(UnreadableError, match="not a store of lif"):
        connect(f"sqlite:{path}", readership=TEXTS)
    with pytest.raises(UnreadableError, match=r"named as those of lif: \['tracking'\]"):
        connect(f"sqlite:{path}", shared=True, readership=TEXTS)
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)
    connection.close()


def test_a_shared_file_is_opened_as_what_it_is_afterwards(
    app: Application, host: sqlite3.Connection, path: Path
) -> None:
    """Nothing that the host may set in the file's header is ours there; a newer one is refused."""
    app.handle(OPENED)
    assert host.execute("PRAGMA application_id").fetchone() == (0,)
    assert host.execute("PRAGMA user_version").fetchone() == (0,)
    with connect(f"sqlite:{path}", create=False, readership=TEXTS) as again:
        assert len(list(again.history())) == 1

    host.execute("UPDATE lif_schema SET version = 99")
    with pytest.raises(UnreadableError, match="newer"):
        connect(f"sqlite:{path}", shared=True, readership=TEXTS)
