"""What people wait for: to import the core, ask for help, list a log, and make a report.

`python -m tests.benchmarks.startup [--side NAME=PATH ...] [--store NAME=FILE ...] [--rounds R]
[--format table|json]`

Each side is a program, by the folder that its packages are in: several, such as
`--side before=../old/src --side after=src`, take turns in one run; without any, it is the one that
is installed. Seconds of the processor of a new process each time, user and system, medians. *bare*
is Python alone, which the other works have in them; the two of an *empty app* are the library of
the command line with as many commands as `lif` has, none of which does anything. The log has ten
entries, recorded by the side itself; those that it is held against are of ef515ed, the program as
it was before the command line was made fast. Where each side has a *store*, `lif report` of it is
made as well: `tests.benchmarks.log.write(FILE, "recommendations", 20_000)` writes one for the
program that runs it. What is compiled once, by a round before the first, is not
counted, as where a package is installed.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import lif_adapters.cli
from lif_adapters.cli.main import COMMANDS
from tests.benchmarks.machine import machine, progress

BARE = "bare"
EMPTY_HELP = "an empty app: --help"
HELP = "lif --help"
EMPTY_COMMAND = "an empty app: a command"
LOG = "lif log"
REPORT = "lif report"
_EMPTY = """
import sys
from cyclopts import App
app = App(name="lif", version="1", help="Nothing.")
for number in range({commands}):
    @app.command(name=f"command-{{number}}")
    def command(name: str = "none") -> None:
        "Do nothing."
app({words})
"""
_LIF = "import sys; sys.argv = ['lif', *{words}]; from lif_adapters.cli import main; main()"
ENTRIES = 10
REPORTED_AT = "2022-01-01"


def works(store: str, reported: str = "", out: str = "") -> Mapping[str, str]:
    """Return the works, by name; *store* has the log that is listed, *reported*, if there is one,
    that of which a report is made in the folder *out*.
    """
    words = ["report", "--db", reported, "--out", out, "--valid", REPORTED_AT]
    report = {REPORT: _LIF.format(words=words)} if reported else {}
    return {
        BARE: "pass",
        "import the core and its application": "from lif_adapters.wiring import connect",
        EMPTY_HELP: _EMPTY.format(commands=len(COMMANDS), words=["--help"]),
        HELP: _LIF.format(words=["--help"]),
        EMPTY_COMMAND: _EMPTY.format(commands=len(COMMANDS), words=["command-0"]),
        LOG: _LIF.format(words=["log", "--db", store]),
        **report,
    }


def recorded(folder: str, path: str) -> str:
    """Return a store in *folder* with the first entries of its demo, recorded by the program in
    the folder *path*.
    """
    place = Path(path, "lif_adapters", "cli") if path else Path(lif_adapters.cli.__file__).parent
    lines = (place / "demo.jsonl").read_text("utf-8").splitlines()
    commands = Path(folder, "commands.jsonl")
    commands.write_text("\n".join(lines[:ENTRIES]), "utf-8")
    store = Path(folder, "lif.db")
    seconds(
        "from lif_adapters.wiring import connect; connect({!r}).close()".format(f"sqlite:{store}"),
        path,
        folder,
    )
    seconds(_LIF.format(words=["record", str(commands), "--db", str(store)]), path, folder)
    return str(store)


def seconds(code: str, path: str, compiled: str) -> float:
    """Return what a new process takes that runs *code*, with the folder *path* before all others.

    What it compiles is kept in the folder *compiled*.

    Raises:
        subprocess.CalledProcessError: it failed, so it did not do its work.
    """
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONPYCACHEPREFIX": compiled}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return used.ru_utime + used.ru_stime


def measure(
    sides: Mapping[str, str], rounds: int, stores: Mapping[str, str] | None = None
) -> dict[str, dict[str, float]]:
    """Return, by work and side, the median seconds of so many rounds, all taking turns; *stores*
    are those of which each side makes a report.
    """
    stores = stores or {}
    taken: dict[str, dict[str, list[float]]] = {}
    with TemporaryDirectory() as compiled, ExitStack() as stack:
        codes = {}
        for side, path in sides.items():
            folder = stack.enter_context(TemporaryDirectory())
            report = str(Path(folder, "report"))
            codes[side] = works(recorded(folder, path), stores.get(side, ""), report)
        for turn in range(rounds + 1):
            progress(f"round {turn} of {rounds}")
            for work in codes[next(iter(sides))]:
                by_side = taken.setdefault(work, {side: [] for side in sides})
                for side, path in list(sides.items())[:: -1 if turn % 2 else 1]:
                    time = seconds(codes[side][work], path, compiled)
                    if turn:  # the first is for compiling
                        by_side[side].append(time)
    progress("")
    return {
        work: {side: median(found) for side, found in by_side.items()}
        for work, by_side in taken.items()
    }


def table(found: Mapping[str, Mapping[str, float]]) -> str:
    """Return it in Markdown: milliseconds, and the last side's share of the first's, as it is and
    without what Python alone takes.
    """
    sides = list(found[BARE])
    first, last = sides[0], sides[-1]
    head = ["work", *(f"{side} (ms)" for side in sides), "last / first", "without bare"]
    lines = []
    for work, by_side in found.items():
        own = {side: by_side[side] - found[BARE][side] for side in sides}
        share = f"{own[last] / own[first]:.2f}" if work != BARE else ""
        times = (f"{by_side[side] * 1e3:,.0f}" for side in sides)
        lines.append([work, *times, f"{by_side[last] / by_side[first]:.2f}", share])
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    rows = [head, ["-" * width for width in widths], *lines]
    shares = [
        f"{name} takes {found[name][last] / found[empty][last]:.2f} of {empty}"
        for name, empty in ((HELP, EMPTY_HELP), (LOG, EMPTY_COMMAND))
    ]
    return "\n".join(
        [*("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows), "", *shares]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.startup")
    parser.add_argument("--side", action="append", metavar="NAME=PATH", help="a program")
    parser.add_argument("--store", action="append", metavar="NAME=FILE", help="to report on")
    parser.add_argument("--rounds", type=int, default=15, help="of each work (default 15)")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    asked = parser.parse_args(arguments)
    sides = dict(side.split("=", 1) for side in asked.side or ["installed="])
    stores = dict(store.split("=", 1) for store in asked.store or [])
    if stores and stores.keys() != sides.keys():
        parser.error("--store: give one for each side")
    found = measure(sides, asked.rounds, stores)
    if asked.format == "json":
        print(json.dumps({**machine(), "rounds": asked.rounds, "works": found}, indent=2))
    else:
        print(table(found))


if __name__ == "__main__":
    main()
