"""Subscriptions of processes: killed at any moment, several at once, in a host's transaction."""

import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nats
import pytest

from examples.publish_to_nats import publish
from lif_adapters.wiring import connect
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.commands.application import Application
from lif_core.errors import ConflictError
from lif_core.subscriptions.subscription import Delivery
from tests.people import TEXTS, by, day

NOW = datetime(2018, 6, 1, 10, tzinfo=UTC)
ROOT = Path(__file__).parent.parent.parent
SECONDS = 60.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the file of a host with a log and a table of effects."""
    path = tmp_path / "host.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE effects (position INTEGER, process TEXT)")
    connection.close()
    return path


@pytest.fixture
def app(path: Path) -> Iterator[Application]:
    with connect(
        f"sqlite:{path}", shared=True, clock=lambda: NOW, readership=TEXTS
    ) as application:
        register(application, 0, 100)
        yield application


def register(app: Application, first: int, count: int) -> None:
    refs = ["xb", *(f"xb/{number}" for number in range(1, 10_000))][first : first + count]
    app.handle_all(
        RegisterBody(
            by=by("xb"), on=day("2018-01-10"), body=ref, name=ref, kind=BodyKind.COMMITTEE
        )
        for ref in refs
    )


def effects(path: Path) -> list[tuple[int, str]]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT position, process FROM effects ORDER BY rowid").fetchall()
    connection.close()
    return rows


class Processes:
    """Processes that act on the log in the file of a host."""

    def __init__(self, path: Path, way: str) -> None:
        self.path, self.way = path, way
        self.running: dict[str, subprocess.Popen[str]] = {}

    def start(self, name: str) -> None:
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", "tests.adapters.subscriber", self.path, name, self.way],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
            stdout=subprocess.PIPE,
            text=True,
        )

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=SECONDS)

    def wait_for(self, count: int) -> None:
        """Wait until effects on so many entries are there."""
        deadline = time.monotonic() + SECONDS
        while len({position for position, _ in effects(self.path)}) < count:
            assert time.monotonic() < deadline, effects(self.path)[-3:]
            time.sleep(0.02)


@pytest.fixture(params=["once", "apart"])
def processes(request: pytest.FixtureRequest, path: Path, app: Application) -> Iterator[Processes]:
    processes = Processes(path, request.param)
    yield processes
    for name in list(processes.running):
        processes.kill(name)


def test_none_is_lost_when_whoever_acts_is_killed(processes: Processes, app: Application) -> None:
    """In the transaction of the checkpoint none is doubled either; else only a page a kill."""
    chance = random.Random(20261129)
    kills = 6
    for number in range(kills):
        processes.start(f"p{number}")
        processes.wait_for(1 + len({position for position, _ in effects(processes.path)}))
        time.sleep(chance.uniform(0, 0.03))
        processes.kill(f"p{number}")
        register(app, 100 + 20 * number, 20)
    total = 100 + 20 * kills
    processes.start("last")
    processes.wait_for(total)
    deadline = time.monotonic() + SECONDS
    while app.subscribe("crm", print).position < total:
        assert time.monotonic() < deadline
        time.sleep(0.02)

    times = Counter(position for position, _ in effects(processes.path))
    assert sorted(times) == list(range(1, total + 1))
    doubled = sum(count - 1 for count in times.values())
    assert doubled == 0 if processes.way == "once" else doubled <= 5 * kills


def test_of_several_one_acts_and_another_when_it_is_gone(
    processes: Processes, app: Application
) -> None:
    processes.start("a")
    processes.wait_for(1)
    processes.start("b")
    processes.wait_for(100)
    assert {process for _, process in effects(processes.path)} == {"a"}

    processes.kill("a")
    register(app, 100, 50)
    processes.wait_for(150)
    assert {process for position, process in effects(processes.path) if position > 100} == {"b"}


def test_what_is_rolled_back_is_acted_on_again(app: Application, path: Path) -> None:
    """What the host does and the checkpoint are one; whoever is second is told to roll back."""
    host = sqlite3.connect(path, isolation_level=None)
    fails = [True, False]

    def act(delivery: Delivery) -> None:
        host.execute("BEGIN")
        host.execute("INSERT INTO effects VALUES (?, 'x')", (delivery.position,))
        app.within(host).checkpoint(delivery)
        if fails.pop(0):
            host.execute("ROLLBACK")
            raise OSError("the host failed")
        host.execute("COMMIT")

    subscription = app.subscribe("crm", act, page=1)
    with pytest.raises(OSError, match="the host failed"):
        subscription.step()
    assert effects(path) == []
    assert subscription.position == 0
    assert subscription.step() == 1
    assert effects(path) == [(1, "x")]

    host.execute("BEGIN")
    again = Delivery(name="subscription:crm", after=0, position=5, records=())
    with pytest.raises(ConflictError, match="acted first"):
        app.within(host).checkpoint(again)
    host.execute("ROLLBACK")
    host.close()


# NATS


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Give the address of a JetStream server of this test's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("nats-server")
    arguments = ["-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(tmp_path / "js")]
    process = subprocess.Popen([program, *arguments], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
    yield f"nats://127.0.0.1:{port}"
    process.kill()
    process.wait(SECONDS)


async def published(server: str, count: int) -> list[dict[str, Any]]:
    """Return the messages of the stream, once there are *count*, and none comes after."""
    connection = await nats.connect(server)
    subscription = await connection.jetstream().subscribe("lif.>")
    messages = [await subscription.next_msg(timeout=SECONDS) for _ in range(count)]
    with pytest.raises(nats.errors.TimeoutError):
        await subscription.next_msg(timeout=0.2)
    await connection.close()
    return [json.loads(message.data) for message in messages]


def test_every_entry_is_published_once_to_nats(app: Application, server: str) -> None:
    """Also where it is handed over twice: the server knows the id."""
    stop = threading.Event()
    thread = threading.Thread(target=publish, args=(app, server, stop))
    thread.start()
    subscription = app.subscribe("nats", print)
    deadline = time.monotonic() + SECONDS
    while subscription.position < 100:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    stop.set()
    thread.join(SECONDS)
    publish_again = threading.Event()
    again = threading.Thread(target=publish, args=(_renamed(app), server, publish_again))
    again.start()
    other = app.subscribe("again", print)
    while other.position < 100:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    publish_again.set()
    again.join(SECONDS)

    events = asyncio.run(published(server, 100))
    assert [event["id"] for event in events] == [str(position) for position in range(1, 101)]
    assert {event["type"] for event in events} == {"lif.BodyRegistered"}
    assert events[1]["subject"] == "body-xb/1"
    assert events[1]["data"]["event"]["name"] == "xb/1"


def _renamed(app: Application) -> Any:
    """Return *app*, with another name for whatever subscribes."""

    class Renamed:
        mapper = app.mapper

        @staticmethod
        def subscribe(_: str, act: Any) -> Any:
            return app.subscribe("again", act)

    return Renamed
