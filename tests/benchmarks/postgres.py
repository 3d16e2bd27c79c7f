"""The recorder in PostgreSQL, beside stock `eventsourcing`'s, and beside psycopg alone.

`python -m tests.benchmarks.postgres [--rounds R] [--commits N] [--entries N]
[--format table|json]`

All sides do the same work on the same bytes, on one server that is started for it, over its socket
in a file and with `fsync` on, turn by turn; a figure is the median of the rounds, of one commit or
one entry. `cpu` is that of all clients and of the server together, so that what else the machine
does counts for little; `wall` is by the clock. The data is in the directory for temporary files:
one in memory leaves the disk out of it.

- *commits of 4 writers*: four processes append one entry at a time, each to streams of its own.
  Everyone has the lock for it: stock that of its table, *raw* the advisory one of `lif`, with a
  statement a round trip, all prepared. *with ids* is `lif` that also keeps a command id each.
- *bulk*: one process appends 100 entries a commit; *raw* copies them, under the lock.
- *import*: `lif` and *raw* append all entries in one commit, as an import does, and stock 100 a
  commit: from thousands in one call, it does not return (its pipeline waits for ever).
- *full read*: one process reads all that was appended so, in pages; *raw* whole rows, in one
  statement.
- *commands of 4 writers*: the applications on top, which load, decide and record; `lif` checks
  references and rights, and whether what a decision rests on has moved.
"""

import argparse
import gc
import json
import multiprocessing as mp
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import count, islice
from multiprocessing.connection import Connection
from os import getpid
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import attrs
import psycopg
from attrs import frozen
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import RawCursor

from lif_adapters.postgres import PostgresRecorder
from lif_adapters.postgres.address import address_of
from lif_adapters.postgres.schema import LOG_LOCK
from lif_adapters.wiring import connect
from lif_core.log.recorder import PAGE, StoredEvent, pages
from lif_core.testing.samples import receipt
from tests.benchmarks.compare import CLOCK
from tests.benchmarks.machine import machine, progress
from tests.benchmarks.recommendations import life, notified
from tests.benchmarks.stock import StockApplication
from tests.postgres_server import PostgresServer, running, with_option

WRITERS = 4
CHUNK = 100
SECTION = 5_000  # of stock's notifications that are read at once: with 10 it is far slower
HERTZ = 100  # of the processor's time in /proc
Side: TypeAlias = Callable[[int], int]
"""Do the work so many times; return how many entries that were."""


@frozen(kw_only=True)
class Work:
    """The same work by several *sides* in so many processes, with what *goals* say of ratios."""

    name: str
    sides: tuple[str, ...]
    writers: int
    times: int
    goals: Mapping[str, float]


def works(commits: int, entries: int) -> tuple[Work, ...]:
    chunks = entries // CHUNK
    return (
        Work(
            name=f"commits of {WRITERS} writers",
            sides=("lif", "stock", "raw", "with ids"),
            writers=WRITERS,
            times=commits,
            goals={"raw / lif": 0.8, "stock / lif": 2.0},
        ),
        Work(
            name=f"bulk, {CHUNK} entries a commit",
            sides=("lif", "stock", "raw"),
            writers=1,
            times=chunks,
            goals={"stock / lif": 0.0, "raw / lif": 0.0},
        ),
        Work(
            name=f"import, {chunks * CHUNK:,} entries a commit; stock {CHUNK}",
            sides=("lif", "stock", "raw"),
            writers=1,
            times=chunks,
            goals={"stock / lif": 5.0, "raw / lif": 0.0},
        ),
        Work(
            name="full read",
            sides=("lif", "stock", "raw"),
            writers=1,
            times=1,
            goals={"stock / lif": 2.5, "raw / lif": 0.0},
        ),
        Work(
            name=f"commands of {WRITERS} writers, applications",
            sides=("lif", "stock"),
            writers=WRITERS,
            times=commits,
            goals={"stock / lif": 0.0},
        ),
    )


# The sides


def _states() -> list[tuple[str, bytes]]:
    """Return the topics and the bytes of a life."""
    with connect("memory:", clock=lambda: CLOCK) as app:
        app.handle_all([notified(), *life(0)])
        return [(topic, state) for _, _, _, topic, state in app.recorder.rows(after=0, limit=99)]


class Writer:
    """One process that works, on every side: it has a *number* among the others."""

    def __init__(self, url: str, number: int) -> None:
        self.stack = ExitStack()
        self.number = number
        self._states = _states()
        self._streams = count()
        parts = psycopg.conninfo.conninfo_to_dict(address_of(url).conninfo)
        self._where: dict[str, Any] = {
            "dbname": str(parts["dbname"]),
            "host": str(parts["host"]),
            "port": str(parts["port"]),
            "user": str(parts["user"]),
            "password": "none",
        }
        self._lif = {
            name: PostgresRecorder(with_option(url, "schema", name)) for name in ("lif", "bulk")
        }
        self._stock = {name: self._stock_recorder(name) for name in ("stock", "stock_bulk")}
        self._raw = psycopg.connect(address_of(url).conninfo, autocommit=True)
        for recorder in self._lif.values():
            self.stack.callback(recorder.close)
        self.stack.enter_context(self._raw)
        self._app = self.stack.enter_context(
            connect(with_option(url, "schema", "app"), clock=lambda: CLOCK)
        )
        self._stock_app = self.stack.enter_context(
            StockApplication(
                {
                    "PERSISTENCE_MODULE": "eventsourcing.postgres",
                    "POSTGRES_SCHEMA": "public",
                    **{f"POSTGRES_{name.upper()}": value for name, value in self._where.items()},
                }
            )
        )
        self._commands = {name: self._lives() for name in ("lif", "stock")}
        self.sides: Mapping[tuple[str, str], Side] = {
            ("commits", "lif"): self._commit,
            ("commits", "with ids"): self._commit_with_ids,
            ("commits", "stock"): self._commit_stock,
            ("commits", "raw"): self._commit_raw,
            ("bulk,", "lif"): self._bulk,
            ("bulk,", "stock"): self._bulk_stock,
            ("bulk,", "raw"): self._bulk_raw,
            ("import,", "lif"): self._import,
            ("import,", "stock"): self._bulk_stock,
            ("import,", "raw"): self._import_raw,
            ("full", "lif"): self._read,
            ("full", "stock"): self._read_stock,
            ("full", "raw"): self._read_raw,
            ("commands", "lif"): self._command,
            ("commands", "stock"): self._command_stock,
        }

    def _stock_recorder(self, table: str) -> PostgresApplicationRecorder:
        datastore = PostgresDatastore(**self._where, originator_id_type="text")
        self.stack.callback(datastore.close)
        recorder = PostgresApplicationRecorder(datastore, events_table_name=table)
        recorder.create_table()
        return recorder

    def _lives(self) -> Iterator[Any]:
        for number in count(self.number, WRITERS):
            yield from life(number)

    def _events(self, size: int) -> list[StoredEvent]:
        """Return events of as many streams."""
        return [
            StoredEvent(
                f"recommendation-wscb/{self.number}-{n}", 1, *self._states[n % len(self._states)]
            )
            for n in islice(self._streams, size)
        ]

    def _commit(self, times: int) -> int:
        append = self._lif["lif"].append
        for event in self._events(times):
            append(lambda _, event=event: [event])  # type: ignore[misc]  # bound in the loop
        return times

    def _commit_with_ids(self, times: int) -> int:
        append = self._lif["lif"].append
        for event in self._events(times):
            note = receipt(str(event.originator_id))
            append(lambda _, event=event: [event], [note])  # type: ignore[misc]  # in the loop
        return times

    def _commit_stock(self, times: int) -> int:
        for event in self._events(times):
            self._stock["stock"].insert_events([event])
        return times

    def _commit_raw(self, times: int) -> int:
        execute = self._raw.execute
        cursor = RawCursor(self._raw)
        for e in self._events(times):
            execute(b"BEGIN")
            execute(b"SELECT pg_advisory_xact_lock(%d, 0)" % LOG_LOCK)
            last = cursor.execute(
                b"SELECT position FROM raw ORDER BY position DESC LIMIT 1",
                prepare=True,
                binary=True,
            ).fetchone()
            values = (
                last[0] + 1 if last else 1,
                e.originator_id,
                e.originator_version,
                e.topic,
                e.state,
            )
            cursor.execute(
                b"INSERT INTO raw VALUES ($1, $2, $3, $4, $5)", values, prepare=True, binary=True
            )
            execute(b"NOTIFY raw")
            execute(b"COMMIT")
        return times

    def _bulk(self, times: int) -> int:
        for _ in range(times):
            self._append(CHUNK)
        return times * CHUNK

    def _bulk_stock(self, times: int) -> int:
        for _ in range(times):
            self._stock["stock_bulk"].insert_events(self._events(CHUNK))
        return times * CHUNK

    def _bulk_raw(self, times: int) -> int:
        for _ in range(times):
            self._copy_raw(CHUNK)
        return times * CHUNK

    def _import(self, times: int) -> int:
        self._append(times * CHUNK)
        return times * CHUNK

    def _import_raw(self, times: int) -> int:
        self._copy_raw(times * CHUNK)
        return times * CHUNK

    def _append(self, size: int) -> None:
        events = self._events(size)
        self._lif["bulk"].append(lambda _: events)

    def _copy_raw(self, size: int) -> None:
        cursor = self._raw.cursor()
        cursor.execute(b"BEGIN")
        cursor.execute(b"SELECT pg_advisory_xact_lock(%d, 1)" % LOG_LOCK)
        cursor.execute(b"SELECT coalesce(max(position), 0) FROM raw_bulk")
        (last,) = cursor.fetchone() or (0,)
        with cursor.copy(b"COPY raw_bulk FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "text", "int8", "text", "bytea"])
            for at, e in enumerate(self._events(size), last + 1):
                copy.write_row((at, e.originator_id, e.originator_version, e.topic, e.state))
        cursor.execute(b"COMMIT")

    def _read(self, _: int) -> int:
        return sum(len(page) for page in pages(self._lif["bulk"], size=PAGE))

    def _read_stock(self, _: int) -> int:
        recorder, total, start = self._stock["stock_bulk"], 0, 1
        while section := recorder.select_notifications(start, SECTION):
            total += len(section)
            start = section[-1].id + 1
        return total

    def _read_raw(self, _: int) -> int:
        cursor = RawCursor(self._raw)
        statement = b"SELECT * FROM raw_bulk ORDER BY position"
        return len(cursor.execute(statement, binary=True).fetchall())

    def _command(self, times: int) -> int:
        commands = islice(self._commands["lif"], times)
        return sum(len(self._app.handle(command)) for command in commands)

    def _command_stock(self, times: int) -> int:
        commands = islice(self._commands["stock"], times)
        return sum(self._stock_app.handle(command) for command in commands)


def _work(url: str, number: int, pipe: Connection) -> None:
    """Do what the *pipe* says, until it says no more."""
    writer = Writer(url, number)
    with writer.stack:
        pipe.send((getpid(), 0.0))
        while (asked := pipe.recv()) is not None:
            work, side, times = asked
            gc.collect()
            start = time.process_time()
            done = writer.sides[work.split()[0], side](times)
            pipe.send((done, time.process_time() - start))


# Measuring


@frozen(kw_only=True)
class Line:
    """Of one work, by side: microseconds of an entry by each clock; ratios, beside their goals."""

    work: str
    entries: int
    cpu: Mapping[str, float]
    wall: Mapping[str, float]
    ratios: Mapping[str, float]
    goals: Mapping[str, float]


def measure(work: Work, rounds: int, pipes: Sequence[Connection], server: PostgresServer) -> Line:
    """Return what the sides of *work* take, turn by turn, after a first round that warms up."""
    taken: dict[str, list[tuple[float, float]]] = {side: [] for side in work.sides}
    entries = 0
    for turn in range(rounds + 1):
        progress(f"{work.name}: round {turn} of {rounds}")
        outcomes = set()
        for side in work.sides[:: -1 if turn % 2 else 1]:
            began, used = time.perf_counter(), _server_seconds(server)
            for pipe in pipes[: work.writers]:
                pipe.send((work.name, side, work.times))
            answers = [pipe.recv() for pipe in pipes[: work.writers]]
            wall = time.perf_counter() - began
            entries = sum(done for done, _ in answers)
            cpu = sum(seconds for _, seconds in answers) + _server_seconds(server) - used
            taken[side].append((cpu / entries * 1e6, wall / entries * 1e6))
            outcomes.add(entries)
        if len(outcomes) > 1:
            raise RuntimeError(f"{work.name}: not the same work: {outcomes}")
    progress("")
    cpu_of = {side: median(cpu for cpu, _ in pairs[1:]) for side, pairs in taken.items()}
    wall_of = {side: median(wall for _, wall in pairs[1:]) for side, pairs in taken.items()}
    ratios = {}
    for pair in work.goals:
        above, below = pair.split(" / ")
        ratios[f"{pair}, cpu"] = cpu_of[above] / cpu_of[below]
        ratios[f"{pair}, wall"] = wall_of[above] / wall_of[below]
    return Line(
        work=work.name, entries=entries, cpu=cpu_of, wall=wall_of, ratios=ratios, goals=work.goals
    )


def _server_seconds(server: PostgresServer) -> float:
    """Return the processor's time that the server and its processes have had.

    `schedstat` counts it to the nanosecond, `stat` in hundredths of a second: a round of thousands
    of entries takes a few of these.
    """
    assert server.process is not None
    seconds = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            is_server = int(stat.parent.name) == server.process.pid
            if is_server or int(fields[1]) == server.process.pid:
                seconds += int((stat.parent / "schedstat").read_text().split()[0]) / 1e9
        except (FileNotFoundError, ProcessLookupError):  # it has ended
            continue
        if is_server:  # and of those that it waited for
            seconds += (int(fields[13]) + int(fields[14])) / HERTZ
    return seconds


def lines(rounds: int, commits: int, entries: int) -> Iterator[Line]:
    with running("fsync=on") as server, ExitStack() as stack:
        url = server.socket_url
        with psycopg.connect(address_of(url).conninfo, autocommit=True) as connection:
            for table in ("raw", "raw_bulk"):
                connection.execute(
                    f"CREATE TABLE {table} (position bigint PRIMARY KEY, stream text,"
                    " stream_position bigint, topic text, state bytea,"
                    " UNIQUE (stream, stream_position))".encode()
                )
        with connect(with_option(url, "schema", "app"), clock=lambda: CLOCK) as app:
            app.handle(notified())
        spawn = mp.get_context("spawn")
        pipes = []
        for number in range(WRITERS):
            here, there = spawn.Pipe()
            process = spawn.Process(target=_work, args=(url, number, there), daemon=True)
            process.start()
            here.recv()  # one after the other: stock's tables cannot be made by several at once
            pipes.append(here)
            stack.callback(process.join)
            stack.callback(here.send, None)
        for work in works(commits, entries):
            yield measure(work, rounds, pipes, server)


def table(rows: Sequence[Line]) -> str:
    """Return it in Markdown; behind each ratio its goal."""
    names = list(dict.fromkeys(name for row in rows for name in row.cpu))
    head = ("work, us an entry (cpu / wall)", "entries", *names, "ratios")
    cells = [
        (
            row.work,
            f"{row.entries:,}",
            *(
                f"{row.cpu[name]:,.1f} / {row.wall[name]:,.1f}" if name in row.cpu else ""
                for name in names
            ),
            "; ".join(
                f"{pair} {ratio:.2f}"
                + (f" (>= {goal})" if (goal := row.goals[pair.partition(",")[0]]) else "")
                for pair, ratio in row.ratios.items()
            ),
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    body = [head, tuple("-" * width for width in widths), *cells]
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in body)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.postgres")
    parser.add_argument("--rounds", type=int, default=7, help="of each work (default 7)")
    parser.add_argument("--commits", type=int, default=250, help="a writer and round (250)")
    parser.add_argument("--entries", type=int, default=10_000, help="a round in bulk (10,000)")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    options = parser.parse_args(arguments)
    rows = list(lines(options.rounds, options.commits, options.entries))
    facts = {**machine(), "psycopg": psycopg.__version__, "rounds": options.rounds}
    if options.format == "json":
        print(json.dumps({**facts, "rows": [attrs.asdict(row) for row in rows]}, indent=2))
    else:
        print(", ".join(f"{name} {value}" for name, value in facts.items()), end="\n\n")
        print(table(rows))


if __name__ == "__main__":
    main()
