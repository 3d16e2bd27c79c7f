"""What a command of `lif` loads: what starts it is what a person waits for."""

import json
from pathlib import Path

import lif_adapters.cli
from lif_adapters.wiring import connect
from lif_core.log.requests import from_json
from tests.core.test_front_door import loaded_by

HEAVY = (
    "attrs",
    "cattrs",
    "eventsourcing",
    "holidays",
    "msgspec",
    "psycopg",
    "sqlite3",
    "tomllib",
)
COMMANDS = ("importers", "report", "http", "postgres", "engine", "telemetry")
"""The rooms of the adapters that few commands need."""


def run(*words: str) -> set[str]:
    """Return the modules that `lif` with these *words* has loaded in the end."""
    return loaded_by(f"from lif_adapters.cli.main import run; assert run({list(words)}) == 0")


def test_help_loads_neither_the_core_nor_a_command() -> None:
    """Its lines are in the table of commands."""
    modules = run("--help")

    assert set() == modules & {*HEAVY} - {"attrs"}  # which cyclopts loads
    assert {"lif_core", "lif_core.errors"} == {
        name for name in modules if name.partition(".")[0] == "lif_core"
    }
    assert {"main", "errors", "layout", "output"} == {
        name.rpartition(".")[2] for name in modules if name.startswith("lif_adapters.cli.")
    }


def test_the_log_loads_the_aggregates_that_it_shows(tmp_path: Path) -> None:
    """Of hundreds of classes few are in a log of reviews, and no pack is read to list one."""
    store = tmp_path / "lif.db"
    lines = Path(lif_adapters.cli.__file__).with_name("demo.jsonl").read_text("utf-8").splitlines()
    with connect(f"sqlite:{store}") as app:
        app.handle_all([from_json(json.loads(line), app.mapper) for line in lines[:10]])
    modules = run("log", "--db", str(store))
    aggregates = {
        name.split(".")[2] for name in modules if name.startswith("lif_core.aggregates.")
    }

    assert "review" in aggregates
    assert set() == aggregates & {"audit", "recommendation", "training_course", "lesson"}
    assert "cattrs" not in modules  # which reads packs


def test_the_log_loads_no_view_and_no_other_command(tmp_path: Path) -> None:
    """Nor the holidays, which are for deadlines, nor what draws a page."""
    store = tmp_path / "lif.db"
    connect(f"sqlite:{store}").close()
    modules = run("log", "--db", str(store))

    assert set() == modules & {"holidays", "psycopg", "rich.table", "rich.markdown"}
    assert {"lif_core.views"} == {name for name in modules if name.startswith("lif_core.views")}
    assert [] == [
        name for name in modules if name.startswith(tuple(f"lif_adapters.{c}" for c in COMMANDS))
    ]
