"""Many clients record for a while, whatever happens to the server: what is lost, or there twice.

`python -m tests.faults.load [--store sqlite|postgresql] [--seconds S] [--clients C]
[--processes P] [--kills N] [--cuts N] [--silences N] [--format table|json]`

Each client asks one command after the other, each under an id of its own: recommendations that
are issued, accepted, planned and done, several at once, and two that all clients do and reopen in
turn. Where a command is answered by an error of the store, it is asked again with the same id
until it is answered. A follower reads along. In the end, what was answered is held against the
log, and the log against itself and against what the follower saw.

The server is killed and started again as often as *kills* says, the network cut, or silent for a
moment, as often as *cuts* and *silences* say, all over the time. All is on the loopback.
"""

import argparse
import json
import multiprocessing as mp
import sys
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import date, timedelta
from itertools import count, islice, pairwise
from pathlib import Path
from queue import Empty
from random import Random
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import attrs
from attrs import field, frozen

from lif_adapters.wiring import connect
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.review import OpenReview
from lif_core.commands.application import Application
from lif_core.decisions.messages import Command
from lif_core.errors import ConflictError, RefusedError, UnreadableError
from lif_core.log.requests import Request
from lif_core.values.authority import Authority
from tests.benchmarks.machine import progress
from tests.faults.count import Count, Effort
from tests.faults.proxy import Network, Proxy
from tests.people import TEXTS
from tests.postgres_server import PostgresServer, running, with_option

BY = Authority(person="A. Chair", role="independent chair", body="wscb")
FIRST = date(2018, 1, 1)
SHARED = ("wscb/one", "wscb/two")
PATIENCE = 60  # seconds that a command is asked again after the end
SILENCE = 1.0  # seconds
SECONDS = 5  # of one load among many
# In a network that fails, a client gives up a silent connection soon, and so does the server.
_IMPATIENT = {"answer_timeout": "2", "stall_timeout": "2", "lock_timeout": "1.5"}


@frozen(kw_only=True)
class Load:
    """A load of so many *clients* in so many *processes*, for so many *seconds*."""

    seconds: float
    clients: int = 16
    processes: int = 4
    kills: int = 0
    cuts: int = 0
    silences: int = 0
    seed: int = 0


@frozen(kw_only=True)
class Outcome:
    """What a load came to: of *commands*, what is *lost* or *twice*, and how long each took.

    *behind* are entries that appeared behind the follower, or that it never saw. Latencies are in
    milliseconds by percentile, of what was asked while nothing was down as of the rest; memory is
    that of all clients' processes in MiB, less what the load itself keeps, after each quarter of
    the time.
    """

    store: str
    seconds: float
    commands: int
    recorded: int
    refused: int
    asked_again: int
    lost: int
    twice: int
    behind: int
    out_of_order: int
    latencies: Mapping[str, float]
    memory: tuple[int, ...]
    faults: Mapping[str, int]

    @property
    def is_sound(self) -> bool:
        """Whether everything that was answered is on record once, in its order."""
        return not (self.lost or self.twice or self.behind or self.out_of_order)


@attrs.define
class _Told:
    """What one *client* was answered, in little memory, so that what grows is the program's.

    *answers* are, one after the other, a command's number, how many entries it came to, and their
    positions; *latencies* are in seconds.
    """

    client: int
    answers: "array[int]" = field(factory=lambda: array("q"))
    latencies: "array[float]" = field(factory=lambda: array("d"))
    refused: int = 0
    asked_again: int = 0

    @property
    def size(self) -> int:
        """What it keeps, in bytes."""
        return sys.getsizeof(self.answers) + sys.getsizeof(self.latencies)

    def answer(self, number: int, positions: Sequence[int]) -> None:
        """Note that the command *number* was recorded at *positions*."""
        self.answers.extend((number, len(positions), *positions))

    def positions(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yield the id that each command began with, and its positions."""
        values = iter(self.answers)
        for number in values:
            yield f"{self.client}/{number}", tuple(islice(values, next(values)))


# The clients


def _prepared() -> Iterator[Command]:
    yield OpenReview(by=BY, on=FIRST, review="wscb/x", kind="single-agency-review", title="A case")
    for ref in SHARED:
        yield from _planned(ref)


def _planned(ref: str) -> tuple[Command, ...]:
    about: dict[str, Any] = {"by": BY, "on": FIRST, "recommendation": ref}
    return (
        r.IssueRecommendation(**about, source="review-wscb/x", text="Do it", addressed=("wscb",)),
        r.AcceptRecommendation(**about),
        r.PlanRecommendation(**about, owner="wscb", due=date(2018, 2, 1), action="Do it"),
    )


def _asked(client: int, seed: int) -> Iterator[tuple[Command, ...]]:
    """Yield what a client asks, without end: what is asked together is recorded together."""
    chance = Random(f"{seed} {client}")
    number = 0
    while True:
        number += 1
        planned = _planned(f"wscb/c{client}-{number}")
        if number % 8 == 0:
            yield planned
        else:
            yield from ((command,) for command in planned)
        on = FIRST + timedelta(60 + number % 365)
        for ref in (f"wscb/c{client}-{number}", chance.choice(SHARED)):
            about: dict[str, Any] = {"by": BY, "on": on, "recommendation": ref}
            mark = f"{client} {number}"
            if ref not in SHARED or chance.random() < 0.5:
                yield (r.ImplementRecommendation(**about, evidence=mark),)
            else:
                due = on + timedelta(9)
                yield (r.ReopenRecommendation(**about, due=due, reasons=mark),)


def _client(app: Application, seed: int, end: float, told: _Told) -> None:
    """Ask until the *end*, by the clock that never goes back; ask again what failed."""
    client = told.client
    for number, commands in enumerate(_asked(client, seed)):
        if time.monotonic() >= end:
            return
        requests = [
            Request(command=command, command_id=f"{client}/{number}/{place}")
            for place, command in enumerate(commands)
        ]
        began = time.monotonic()
        while True:
            try:
                records = app.handle_all(requests)
            except RefusedError:
                told.refused += 1
                break
            except (ConflictError, UnreadableError):
                told.asked_again += 1
                if time.monotonic() > end + PATIENCE:
                    raise
                time.sleep(0.02)
                continue
            told.answer(number, [each.position for each in records])
            break
        told.latencies.append(time.monotonic() - began)
        if number % 50 == 0:
            _read(app, commands[0])


def _read(app: Application, command: Command) -> None:
    """Read what the command was about, where the store is there."""
    ref = getattr(command, "recommendation", SHARED[0])
    with suppress(UnreadableError, ConflictError):
        list(app.history(f"recommendation-{ref}"))


def _clients(
    url: str, clients: Sequence[int], load: Load, ready: Any, moment: Any, answers: Any
) -> None:
    """Run some *clients* as threads of this process, from when all are ready."""
    told = [_Told(client) for client in clients]
    with connect(url, readership=TEXTS) as app:
        ready.wait(120)
        while not moment.value:
            time.sleep(0.001)
        end = moment.value + load.seconds
        threads = [Thread(target=_client, args=(app, load.seed, end, each)) for each in told]
        for thread in threads:
            thread.start()
        memory = []
        for quarter in range(1, 4):
            time.sleep(max(0.0, moment.value + load.seconds * quarter / 4 - time.monotonic()))
            memory.append(_memory(told))
        for thread in threads:
            thread.join()
        memory.append(_memory(told))
        answers.put((told, memory))


def _follow(url: str, ready: Any, stop: Any, answers: Any) -> None:
    """Read along, and tell which positions were seen, in the order in which they were."""
    seen: list[int] = []
    with connect(url, readership=TEXTS) as app:
        ready.wait(120)
        while True:
            is_last = bool(stop.value)
            try:
                after = seen[-1] if seen else 0
                while page := app.recorder.rows(after=after, limit=500):
                    seen += [row[0] for row in page]
                    after = seen[-1]
                if is_last:
                    break
                app.recorder.wait(after=after, seconds=0.2)
            except (ConflictError, UnreadableError):
                time.sleep(0.02)
    answers.put(seen)


def _memory(told: Sequence[_Told]) -> int:
    """Return the memory of this process in MiB, less what the load keeps in it; 0 where the system
    does not tell.
    """
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    resident = sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) << 10
    return max(0, resident - sum(each.size for each in told)) >> 20


# Running them


def run(store: str, load: Load) -> Outcome:
    """Run *load* on a new *store*, `sqlite` or `postgresql`."""
    with ExitStack() as stack:
        if store == "sqlite":
            folder = stack.enter_context(TemporaryDirectory(prefix="lif-load-"))
            direct = url = f"sqlite:{folder}/lif.db"
            faults: list[Callable[[], None]] = []
        else:
            server = stack.enter_context(running())
            direct = url = with_option(server.url, "schema", "load")
            faults = [lambda: _restart(server)] * load.kills
            if load.cuts or load.silences:
                proxy = stack.enter_context(Proxy(server.port))
                url = url.replace(f":{server.port}/", f":{proxy.port}/")
                for name, value in _IMPATIENT.items():
                    url = with_option(url, name, value)
                faults += [lambda: _cut(proxy)] * load.cuts
                faults += [lambda: _silence(proxy)] * load.silences
        Random(load.seed).shuffle(faults)
        with connect(direct, readership=TEXTS) as app:
            app.handle_all(list(_prepared()))
        return _measured(store, direct, url, load, faults)


def _restart(server: PostgresServer) -> None:
    server.kill()
    server.start()


def _cut(proxy: Proxy) -> None:
    proxy.network = Network.CUT
    time.sleep(0.1)
    proxy.network = Network.OPEN


def _silence(proxy: Proxy) -> None:
    """Lose all for a moment; what was silent is cut then, as by a router that has forgotten it."""
    proxy.network = Network.SILENT
    time.sleep(SILENCE)
    _cut(proxy)


def _measured(
    store: str, direct: str, url: str, load: Load, faults: Sequence[Callable[[], None]]
) -> Outcome:
    spawn = mp.get_context("spawn")
    shares = [range(first, load.clients, load.processes) for first in range(load.processes)]
    ready, answers, seen = spawn.Barrier(len(shares) + 2), spawn.Queue(), spawn.Queue()
    moment, stop = spawn.Value("d", 0.0), spawn.Value("b", 0)
    processes = [
        spawn.Process(target=_clients, args=(url, share, load, ready, moment, answers))
        for share in shares
    ]
    follower = spawn.Process(target=_follow, args=(direct, ready, stop, seen))
    for process in (*processes, follower):
        process.daemon = True  # it ends with this one, however that ends
        process.start()
    ready.wait(120)
    moment.value = time.monotonic()  # the same clock in all processes
    for number, fault in enumerate(faults, 1):
        progress(f"{store}: fault {number} of {len(faults)}")
        at = moment.value + load.seconds * number / (len(faults) + 1)
        time.sleep(max(0.0, at - time.monotonic()))
        fault()
    told: list[_Told] = []
    memories: list[Sequence[int]] = []
    for _ in processes:
        clients, memory = _next(answers, load.seconds + 2 * PATIENCE)
        told += clients
        memories.append(memory)
    stop.value = 1
    followed: list[int] = _next(seen, PATIENCE)
    for process in (*processes, follower):
        process.join()
    progress("")
    return _outcome(store, direct, load, told, followed, memories)


def _next(queue: Any, seconds: float) -> Any:
    try:
        return queue.get(timeout=seconds)
    except Empty:
        raise RuntimeError("a client ended without an answer") from None


def _outcome(
    store: str,
    url: str,
    load: Load,
    told: Sequence[_Told],
    followed: Sequence[int],
    memories: Sequence[Sequence[int]],
) -> Outcome:
    """Hold what was answered against the log."""
    with connect(url, readership=TEXTS) as app:
        records = list(app.history())
        positions = [record.position for record in records]
        by_id: dict[str, list[int]] = {}
        for record in records:
            if record.command_id is not None:
                name = record.command_id.rpartition("/")[0]
                by_id.setdefault(name, []).append(record.position)
        answered = {name: at for each in told for name, at in each.positions()}
        lost = sum(tuple(by_id.get(name, ())) != at for name, at in answered.items())
        ids = Counter(record.command_id for record in records if record.command_id is not None)
        streams = Counter((record.stream, record.stream_position) for record in records)
        instants = [record.recorded_at for record in records]
    latencies = sorted(latency for each in told for latency in each.latencies)
    return Outcome(
        store=store,
        seconds=load.seconds,
        commands=len(latencies),
        recorded=len(records),
        refused=sum(each.refused for each in told),
        asked_again=sum(each.asked_again for each in told),
        lost=lost,
        twice=sum(n - 1 for n in (*ids.values(), *streams.values()))
        + len(by_id.keys() - answered.keys()),
        behind=sum(a != b for a, b in zip(followed, positions, strict=False))
        + abs(len(followed) - len(positions)),
        out_of_order=sum(a > b for a, b in pairwise(instants))
        + int(positions != list(range(1, len(positions) + 1))),
        latencies={
            name: round(latencies[min(int(len(latencies) * share), len(latencies) - 1)] * 1e3, 1)
            for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
        },
        memory=tuple(map(sum, zip(*memories, strict=True))),
        faults={"kills": load.kills, "cuts": load.cuts, "silences": load.silences},
    )


def load(store: str, effort: Effort, **faults: int) -> Count:
    """Load a *store*, for a few seconds at a time, with *faults*, as often as *effort* says."""
    total = Count()
    for seed in count(effort.seed):
        outcome = run(store, Load(seconds=SECONDS, clients=8, processes=2, seed=seed, **faults))
        total += Count(
            points=outcome.commands,
            acknowledged=outcome.recorded,
            lost=outcome.lost,
            partial=outcome.behind + outcome.out_of_order,
            doubled=outcome.twice,
        )
        if not effort.goes_on(total):
            return total
    raise AssertionError("numbers never end")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.load")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--seconds", type=float, default=120, help="(default 120)")
    parser.add_argument("--clients", type=int, default=16, help="(default 16)")
    parser.add_argument("--processes", type=int, default=4, help="they are in (default 4)")
    for name in ("kills", "cuts", "silences"):
        parser.add_argument(f"--{name}", type=int, default=0, help="in the time (default 0)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    options = vars(parser.parse_args(arguments))
    stores, form = options.pop("store") or ("sqlite", "postgresql"), options.pop("format")
    outcomes = [run(store, Load(**options)) for store in stores]
    if form == "json":
        print(json.dumps([attrs.asdict(outcome) for outcome in outcomes], indent=2))
    else:
        for outcome in outcomes:
            print("\n".join(f"{name}: {value}" for name, value in attrs.asdict(outcome).items()))
            print()
    return int(not all(outcome.is_sound for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
