"""A server that goes away and comes back: what may be on record, and what works afterwards."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from lif_adapters.postgres import PostgresRecorder
from lif_adapters.wiring import connect
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.errors import ConflictError, LifError, UnreadableError
from lif_core.log.recorder import Row, StoredEvent
from lif_core.testing.samples import receipt, stored
from tests.core.commands.test_expected import OPENED
from tests.faults.proxy import Network, Proxy
from tests.people import TEXTS, by, day
from tests.postgres_server import PostgresServer, running, with_option

NOW = datetime(2018, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def started() -> Iterator[PostgresServer]:
    with running() as server:
        yield server


@pytest.fixture
def server(started: PostgresServer) -> PostgresServer:
    """Gives a server to be killed; it runs, however a test before this one ended."""
    started.start()
    return started


@pytest.fixture
def url(server: PostgresServer, request: pytest.FixtureRequest) -> str:
    name = "".join(c for c in request.node.name.lower() if c.isalnum() or c == "_")[-40:]
    return with_option(server.url, "schema", name.lstrip("_0123456789"))


@pytest.fixture
def recorder(url: str) -> Iterator[PostgresRecorder]:
    opened = PostgresRecorder(url)
    yield opened
    opened.close()


@pytest.fixture
def proxy(server: PostgresServer) -> Iterator[Proxy]:
    with Proxy(server.port) as proxy:
        yield proxy


def through(proxy: Proxy, url: str, **options: float) -> str:
    host, _, rest = url.partition("/postgres?")
    url = f"{host.rpartition(':')[0]}:{proxy.port}/postgres?{rest}"
    for name, seconds in options.items():
        url = with_option(url, name, str(seconds))
    return url


def on_record(recorder: PostgresRecorder) -> list[str]:
    return [row[1] for row in recorder.rows(after=0, limit=99)]


def one(stream: str) -> list[StoredEvent]:
    return [stored(stream, 1)]


def restart(server: PostgresServer) -> None:
    server.kill()
    server.start()


def test_after_a_restart_the_next_command_works(
    server: PostgresServer, recorder: PostgresRecorder
) -> None:
    """Every connection that was kept is dead by then, of those that read and that write."""
    recorder.append(lambda _: one("a-x/1"))
    assert ["a-x/1"] == on_record(recorder)
    restart(server)
    assert [2] == list(recorder.append(lambda _: one("b-x/1")))
    restart(server)
    assert ["a-x/1", "b-x/1"] == on_record(recorder)
    assert recorder.wait(after=1, seconds=0)
    restart(server)
    assert recorder.wait(after=1, seconds=0)


def test_while_it_is_down_everything_says_so(
    server: PostgresServer, recorder: PostgresRecorder, url: str
) -> None:
    server.kill()
    try:
        for act in (
            recorder.last_row,
            lambda: recorder.append(lambda _: one("a-x/1")),
            lambda: recorder.wait(after=0, seconds=0),
            lambda: PostgresRecorder(url),
        ):
            with pytest.raises(UnreadableError, match="cannot be reached"):
                act()
    finally:
        server.start()

    assert [1] == list(recorder.append(lambda _: one("a-x/1")))


@pytest.mark.parametrize(
    ("count", "outcome"), [(1, "may have been recorded"), (999, "nothing was recorded")]
)
def test_a_server_that_ends_before_the_commit_has_recorded_nothing(
    server: PostgresServer, recorder: PostgresRecorder, count: int, outcome: str
) -> None:
    """It is to be tried again; whether the commit was sent, with the ids or whole, is told."""

    def stamp(_: Row | None) -> list[StoredEvent]:
        server.kill()
        return [stored("a-x/1", n) for n in range(1, count + 1)]

    with pytest.raises(ConflictError, match=outcome):
        recorder.append(stamp)
    server.start()
    assert [] == on_record(recorder)
    assert [1] == list(recorder.append(lambda _: one("a-x/1")))


def test_connections_that_end_as_they_are_used_lose_nothing_and_double_nothing(
    server: PostgresServer, url: str
) -> None:
    """Eight threads try again with the same id whatever they are told, until it is on record."""
    app = connect(url, clock=lambda: NOW, readership=TEXTS)
    board = RegisterBody(
        by=by("xb"), on=day("2018-01-10"), body="xb", name="Board", kind=BodyKind.BOARD
    )
    app.handle(board)
    over = threading.Event()
    failures: list[LifError] = []

    def end_connections() -> None:
        with psycopg.connect(server.url, autocommit=True) as connection:
            while not over.wait(0.03):
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'lif'"
                )

    def decide(thread: int) -> None:
        for number in range(12):
            body = f"xb/{thread}-{number}"
            command = RegisterBody(
                by=by("xb"), on=day("2018-01-10"), body=body, name=body, kind=BodyKind.COMMITTEE
            )
            while True:
                try:
                    app.handle(command, command_id=body)
                    list(app.history(f"body-{body}"))
                    break
                except (ConflictError, UnreadableError) as error:
                    failures.append(error)

    deciders = [threading.Thread(target=decide, args=(number,)) for number in range(8)]
    for thread in (ending := threading.Thread(target=end_connections), *deciders):
        thread.start()
    for thread in deciders:
        thread.join(120)
    over.set()
    ending.join(30)

    assert not any(thread.is_alive() for thread in deciders)
    assert len(failures) < 500
    streams = [record.stream for record in app.history()]
    assert len(streams) == len(set(streams)) == 1 + 8 * 12
    app.close()


def test_a_follower_that_waits_is_told_that_it_is_gone(
    server: PostgresServer, recorder: PostgresRecorder
) -> None:
    threading.Timer(0.3, server.kill).start()
    with pytest.raises(UnreadableError, match="cannot be reached"):
        recorder.wait(after=0, seconds=30)
    server.start()
    recorder.append(lambda _: one("a-x/1"))

    assert recorder.wait(after=0, seconds=30)


# The network


@pytest.mark.parametrize("lost", ["answer", "request"])
def test_a_command_whose_commit_was_cut_off_is_recorded_once(
    proxy: Proxy, url: str, lost: str
) -> None:
    """It may be on record, and is not sent again by itself; the same command id settles it."""
    with connect(through(proxy, url), clock=lambda: NOW, readership=TEXTS) as app:
        setattr(proxy, f"loses_{lost}", lambda sent: b";COMMIT" in sent)
        with pytest.raises(ConflictError, match="the same command id"):
            app.handle(OPENED, command_id="c")
        setattr(proxy, f"loses_{lost}", lambda sent: False)
        with connect(url, readership=TEXTS) as direct:
            assert (1 if lost == "answer" else 0) == len(direct.recorder.rows(after=0, limit=9))

        (record,) = app.handle(OPENED, command_id="c")
        assert 1 == record.position
        assert 1 == len(app.recorder.rows(after=0, limit=9))


def test_a_network_that_loses_everything_is_told_in_time(proxy: Proxy, url: str) -> None:
    """No thread waits for ever, neither for what it reads nor for what it writes."""
    recorder = PostgresRecorder(through(proxy, url, answer_timeout=0.4))
    recorder.append(lambda _: one("a-x/1"))
    assert recorder.last_row()

    def stamp(_: Row | None) -> list[StoredEvent]:
        proxy.network = Network.SILENT
        return one("b-x/1")

    began = time.monotonic()
    with pytest.raises(ConflictError, match="may have been recorded"):
        recorder.append(stamp)
    with pytest.raises(UnreadableError, match="no answer"):
        recorder.last_row()
    assert time.monotonic() - began < 10
    recorder.close()


def test_a_writer_that_is_cut_off_does_not_keep_the_others_out(
    recorder: PostgresRecorder, proxy: Proxy, url: str
) -> None:
    """The server ends what it had begun, long before it notices that the network is gone."""
    cut_off = PostgresRecorder(through(proxy, url, stall_timeout=0.3, answer_timeout=0.6))
    positions: list[int] = []

    def stamp(_: Row | None) -> list[StoredEvent]:
        proxy.network = Network.SILENT
        positions.extend(recorder.append(lambda _: one("a-x/1")))
        return one("b-x/1")

    with pytest.raises(ConflictError):
        cut_off.append(stamp)
    proxy.network = Network.CUT
    assert [1] == positions
    assert ["a-x/1"] == on_record(recorder)
    with pytest.raises(UnreadableError):
        cut_off.append(lambda _: one("b-x/1"))
    proxy.network = Network.OPEN
    assert [2] == list(cut_off.append(lambda _: one("b-x/1"), [receipt("c")]))
    cut_off.close()


def test_a_connection_that_is_cut_while_it_is_idle_is_not_used_again(
    proxy: Proxy, url: str
) -> None:
    recorder = PostgresRecorder(through(proxy, url))
    recorder.append(lambda _: one("a-x/1"))
    recorder.last_row()
    cuts = proxy.cuts
    proxy.network = Network.CUT
    while proxy.cuts == cuts:
        time.sleep(0.01)
    proxy.network = Network.OPEN

    assert [2] == list(recorder.append(lambda _: one("b-x/1")))
    assert ["a-x/1", "b-x/1"] == on_record(recorder)
    recorder.close()
