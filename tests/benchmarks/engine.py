"""The adapter over the recorders of the `eventsourcing` family, beside our own recorders.

`python -m tests.benchmarks.engine [--rounds N]`, which prints a table in Markdown: how many times
as long each work takes as by our recorder for that database, of rounds that alternate. In memory
and on SQLite that is the median of processor time; on PostgreSQL, where a server works too, the
least by the clock on the wall. It is read off, never asserted.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlsplit

import psycopg
from eventsourcing.popo import POPOAggregateRecorder, POPOProcessRecorder

from lif_adapters.engine import EngineRecorder
from lif_adapters.postgres import PostgresRecorder
from lif_adapters.sqlite import SQLiteRecorder
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Recorder, pages, streams
from lif_core.testing.samples import receipt, returning, stored
from tests.postgres_server import running

COMMANDS, CHUNKS, CHUNK, LOOKS = 200, 40, 100, 200
STATE = b'{"by":{"person":"P. Registrar","role":"registrar","body":"xb"},"on":"2018-01-01"}' * 3
_numbers = count(1)

Make = Callable[[Path, str], Recorder]


def sqlite_env(path: Path) -> Mapping[str, str]:
    return {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(path / "theirs.db"),
        "ORIGINATOR_ID_TYPE": "text",
    }


def postgres_env(url: str, schema: str) -> Mapping[str, str]:
    at = urlsplit(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": at.path[1:],
        "POSTGRES_HOST": at.hostname or "",
        "POSTGRES_PORT": str(at.port),
        "POSTGRES_USER": at.username or "",
        "POSTGRES_PASSWORD": "",
        "POSTGRES_SCHEMA": schema,
        "ORIGINATOR_ID_TYPE": "text",
    }


def in_new_schema(url: str) -> str:
    schema = f"s{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
    return schema


def alchemy_on_postgres(url: str) -> Recorder:
    at = urlsplit(url)
    options = quote(f"-c search_path={in_new_schema(url)}")
    address = f"postgresql+psycopg://{at.netloc}{at.path}?options={options}"
    return EngineRecorder.of(
        {"PERSISTENCE_MODULE": "eventsourcing_sqlalchemy", "SQLALCHEMY_URL": address}
    )


def alchemy_on_sqlite(path: Path) -> Recorder:
    url = f"sqlite:///{path / 'alchemy.db'}"
    return EngineRecorder.of(
        {"PERSISTENCE_MODULE": "eventsourcing_sqlalchemy", "SQLALCHEMY_URL": url}
    )


PAIRS: Mapping[str, tuple[Make, Make]] = {
    "in memory": (
        lambda path, url: MemoryRecorder(),
        lambda path, url: EngineRecorder(POPOProcessRecorder(), POPOAggregateRecorder()),
    ),
    "SQLite": (
        lambda path, url: SQLiteRecorder(path / "ours.db"),
        lambda path, url: EngineRecorder.of(sqlite_env(path)),
    ),
    "SQLAlchemy on SQLite": (
        lambda path, url: SQLiteRecorder(path / "ours.db"),
        lambda path, url: alchemy_on_sqlite(path),
    ),
    "PostgreSQL": (
        lambda path, url: PostgresRecorder(f"{url}?schema=o{next(_numbers)}"),
        lambda path, url: EngineRecorder.of(postgres_env(url, in_new_schema(url))),
    ),
    "SQLAlchemy on PostgreSQL": (
        lambda path, url: PostgresRecorder(f"{url}?schema=o{next(_numbers)}"),
        lambda path, url: alchemy_on_postgres(url),
    ),
}


def commands(recorder: Recorder) -> None:
    """Append an entry with a receipt, one after the other."""
    for number in range(COMMANDS):
        recorder.append(returning(stored(f"a-x/{number}", 1, STATE)), [receipt(f"c{number}")])


def bulk(recorder: Recorder) -> None:
    """Append a hundred entries at a time, without receipts."""
    for number in range(CHUNKS):
        events = [stored(f"b-x/{number}", place, STATE) for place in range(1, CHUNK + 1)]
        recorder.append(returning(*events))


def whole_log(recorder: Recorder) -> None:
    """Read the log in its order."""
    entries = sum(map(len, pages(recorder)))
    assert entries == COMMANDS + CHUNKS * CHUNK


def by_stream(recorder: Recorder) -> None:
    """Read the log stream by stream, as a view that is made for the first time does."""
    entries = sum(map(len, streams(recorder, until=COMMANDS + CHUNKS * CHUNK)))
    assert entries == COMMANDS + CHUNKS * CHUNK


def one_stream(recorder: Recorder) -> None:
    """Read one stream, as a decision does."""
    for number in range(LOOKS):
        assert recorder.stream_rows(f"a-x/{number}")


WORKS: Mapping[str, Callable[[Recorder], None]] = {
    "a command": commands,
    "bulk, 100 at once": bulk,
    "the whole log": whole_log,
    "the log by stream": by_stream,
    "one stream": one_stream,
}


@contextmanager
def timed(
    make: Make, path: Path, url: str, clock: Callable[[], float]
) -> Iterator[dict[str, float]]:
    seconds = {}
    with closing(make(path, url)) as recorder:
        for name, work in WORKS.items():
            start = clock()
            work(recorder)
            seconds[name] = clock() - start
    yield seconds


def ratios(name: str, url: str, rounds: int) -> list[float]:
    """Return how many times as long each work takes by the second recorder of a pair."""
    pair = PAIRS[name]
    taken: tuple[list[dict[str, float]], list[dict[str, float]]] = ([], [])
    clock: Callable[[], float] = time.process_time
    least: Callable[[Iterable[float]], float] = statistics.median
    if "PostgreSQL" in name:
        clock, least = time.perf_counter, min
    for number in range(rounds):
        for side in (0, 1) if number % 2 else (1, 0):
            with (
                TemporaryDirectory() as folder,
                timed(pair[side], Path(folder), url, clock) as seconds,
            ):
                taken[side].append(seconds)
    ours, theirs = ([least(seconds[work] for seconds in side) for work in WORKS] for side in taken)
    return [b / a for a, b in zip(ours, theirs, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"| A recorder of theirs | {' | '.join(WORKS)} |")
    print(f"| --- |{' --- |' * len(WORKS)}")
    with running() as server:
        for name in PAIRS:
            cells = " | ".join(f"{ratio:.1f}" for ratio in ratios(name, server.url, rounds))
            print(f"| {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
