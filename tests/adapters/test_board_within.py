"""A board in a transaction of the host, and in a file: on SQLite, as the whole log is."""

import pickle
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lif_adapters.wiring import connect
from lif_core.commands.application import Application
from lif_core.errors import MalformedError, RefusedError
from lif_core.views.conduct import conduct
from tests.core.commands.test_board_application import WSAB, review
from tests.people import TEXTS, day

END = day("2019-01-01")
NOW = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with connect(
        f"sqlite:{tmp_path / 'host.db'}", shared=True, clock=lambda: NOW, readership=TEXTS
    ) as application:
        yield application


@pytest.fixture
def host(app: Application, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "host.db", isolation_level=None, timeout=0.2)
    yield connection
    connection.close()


def streams(app: Application) -> list[str]:
    return [record.stream for record in app.history()]


def reviews(app: Application) -> set[str]:
    return {row.review for row in app.view(conduct, valid=END).reviews}


def test_a_board_sees_what_is_shared_in_the_hosts_transaction_and_no_more_once_it_rolls_back(
    app: Application, host: sqlite3.Connection
) -> None:
    """Nothing that was shared there is seen afterwards, inside or out."""
    outside = app.for_board("wscb")
    outside.handle(review("wscb/1"))
    host.execute("BEGIN")
    whole = app.within(host)
    inside = outside.within(host)
    whole.handle(review("wsab/1", ("wsab", "wscb"), WSAB))
    whole.handle(review("wsab/2", (), WSAB))
    inside.handle(review("wscb/2"))
    with pytest.raises(RefusedError, match="not-its-own"):
        inside.handle(review("wsab/3"))
    with pytest.raises(MalformedError, match="whole log"):
        inside.follow()
    assert ["review-wscb/1", "review-wsab/1", "review-wscb/2"] == streams(inside)
    assert {"wscb/1", "wsab/1", "wscb/2"} == reviews(inside)
    assert ["review-wscb/1"] == streams(outside)
    host.execute("ROLLBACK")

    host.execute("BEGIN")
    whole.handle_all([review(f"wsab/{ref}", (), WSAB) for ref in "1456"])
    assert ["review-wscb/1"] == streams(inside) == streams(outside)
    assert {"wscb/1"} == reviews(inside)
    host.execute("COMMIT")
    assert ["review-wscb/1"] == streams(outside)
    assert 5 == len(streams(app))
    host.execute("BEGIN")
    assert ["review-wscb/1"] == streams(app.within(host).for_board("wscb"))


def test_a_boards_log_pickles_so_that_processes_may_make_ranges_of_it(app: Application) -> None:
    board = app.for_board("wscb")
    board.handle(review("wscb/1"))
    app.handle(review("wsab/1", (), WSAB))
    again = pickle.loads(pickle.dumps(board.recorder))

    assert board.recorder.rows(after=0, limit=9) == again.rows(after=0, limit=9)
    assert 1 == len(again.rows(after=0, limit=9))
    again.holdings.recorder.close()


def test_closing_a_board_leaves_the_store_open(app: Application) -> None:
    with app.for_board("wscb") as board:
        board.handle(review("wscb/1"))

    assert ["review-wscb/1"] == streams(app)
