"""What a library owes the program it is in: values that travel, forks, event loops."""

import asyncio
import copy
import inspect
import json
import os
import pickle
import pkgutil
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import lif_adapters
import lif_core
from lif_adapters import to_json
from lif_adapters.asynchronous import AsyncApplication
from lif_adapters.cli.main import run
from lif_adapters.sqlite import SQLiteRecorder
from lif_adapters.wiring import connect
from lif_core.aggregates.review import OpenReview
from lif_core.commands.application import Application
from lif_core.errors import LifError, RefusedError
from lif_core.queries.readership import Roles
from tests.people import CHAIR, TEXTS, day

VALUES = {
    "int": 3,
    "str": "wscb/r-1",
    "datetime": datetime(2018, 1, 25, tzinfo=UTC),
    "object": "agancy",
    "Sequence": ("agency",),
}
EVERYTHING = Roles(("child-death-panel", "every stream", "personal texts"))


class UnitClosedError(RefusedError):
    """A refusal of a host's own."""


def errors() -> Iterator[type[LifError]]:
    """Every class of errors there is, in whatever module."""
    for package in (lif_core, lif_adapters):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    classes = [LifError]
    for cls in classes:
        classes += cls.__subclasses__()
    return (cls for cls in classes if cls.__module__.startswith(("lif_core", "lif_adapters")))


def raised(cls: type[LifError]) -> LifError:
    """An error of the class, with a value for each parameter."""
    if cls.__init__ is Exception.__init__:
        return cls("what is wrong")
    parameters = list(inspect.signature(cls).parameters.values())
    values = {
        each.name: VALUES[_kind(each.annotation)]
        for each in parameters
        if each.kind is not each.VAR_KEYWORD and each.kind is not each.VAR_POSITIONAL
    }
    positional = [
        values.pop(each.name) for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD
    ]
    return cls(*positional, **values)


def _kind(annotation: Any) -> str:
    return str(getattr(annotation, "__name__", annotation)).partition(" |")[0]


@pytest.mark.parametrize("cls", dict.fromkeys(errors()), ids=lambda cls: cls.__name__)
def test_every_error_can_be_copied_and_sent_to_another_process(cls: type[LifError]) -> None:
    """With its attributes, its place in a batch and its text."""
    error = raised(cls)
    error.at = 2
    error.add_note("in line 3")

    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert cls is type(other)
        assert (str(error), error.args, vars(error)) == (str(other), other.args, vars(other))


def test_an_error_of_a_host_travels_too() -> None:
    refused = UnitClosedError("unit.closed", on=day("2018-01-01"), by=CHAIR)
    error = pickle.loads(pickle.dumps(refused))

    assert isinstance(error, UnitClosedError)
    assert ("unit.closed", {"on": day("2018-01-01"), "by": CHAIR}) == (error.rule, error.facts)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("store") / "demo.db"
    assert 0 == run(["demo", "--db", str(path)])
    return str(path)


def test_every_view_and_every_record_can_be_sent_to_another_process(store: str) -> None:
    """A table that nobody has looked at is read first."""
    with connect(f"sqlite:{store}", readership=EVERYTHING) as app:
        for projection in app.catalogue.projections.values():
            view = app.view(projection, valid=date(2019, 6, 30))
            assert view == pickle.loads(pickle.dumps(view)), projection.name
        records = tuple(app.history())
        assert records == pickle.loads(pickle.dumps(records))


def test_json_is_the_text_that_the_command_line_writes(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of every view, in the same text; of records, one a line."""
    with connect(f"sqlite:{store}", readership=Roles(("personal texts",))) as app:
        for name in ("accountability", "training", "provenance", "calendar"):
            assert 0 == run(
                ["view", name, "--db", store, "--valid", "2019-06-30", "--format", "json"]
            )
            view = app.view(app.catalogue.projections[name], valid=date(2019, 6, 30))
            assert capsys.readouterr().out == to_json(view, indent=2) + "\n"
        records = list(app.history())
        assert 0 == run(["log", "--db", store, "--format", "json"])
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        for line in lines:
            line.pop("quorate", None)  # what is known of its meeting stands elsewhere
        assert lines == json.loads(to_json(records, app.mapper))


def opened(ref: str) -> OpenReview:
    return OpenReview(
        by=CHAIR, on=day("2018-01-20"), review=ref, kind="single-agency-review", title="A case"
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_forked_child_uses_no_connection_and_no_lock_of_its_parent(tmp_path: Path) -> None:
    """Even where another thread of the parent held them at that moment."""
    with connect(f"sqlite:{tmp_path}/lif.db", readership=TEXTS) as app:
        app.handle(opened("wscb/1"))
        assert isinstance(app.recorder, SQLiteRecorder)
        mine = {id(each) for each in app.recorder._idle}
        held, release = threading.Event(), threading.Event()

        def hold() -> None:
            with app._views._lock, app._streams._lock, app._commits._lock:
                held.set()
                release.wait(60)

        holder = threading.Thread(target=hold)
        holder.start()
        held.wait(60)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that threads are running
            child = os.fork()
        if child == 0:
            os._exit(_in_the_child(app, mine))
        release.set()
        holder.join()
        _, status = os.waitpid(child, 0)

        assert 0 == os.waitstatus_to_exitcode(status)
        assert mine <= {id(each) for each in app.recorder._idle}
        app.handle(opened("wscb/3"))
        assert ["review-wscb/1", "review-wscb/2", "review-wscb/3"] == [
            record.stream for record in app.history()
        ]


def _in_the_child(app: Application, parents: set[int]) -> int:
    """Return 0 where all went well, within a time."""
    import faulthandler

    faulthandler.dump_traceback_later(30, exit=True)
    try:
        assert isinstance(app.recorder, SQLiteRecorder)
        app.handle(opened("wscb/2"))
        app.view(app.catalogue.projections["accountability"])
        return int(not parents.isdisjoint({id(each) for each in app.recorder._idle}))
    except BaseException:
        return 2


def test_an_application_can_be_awaited(tmp_path: Path) -> None:
    """Two hundred commands at once, each in a thread; what blocks elsewhere blocks no loop."""

    async def main() -> tuple[list[tuple[str, ...]], int]:
        async with AsyncApplication(connect(f"sqlite:{tmp_path}/lif.db", readership=TEXTS)) as app:
            outcomes = await asyncio.gather(*(app.handle(opened(f"wscb/{n}")) for n in range(200)))
            view = await app.view(app.application.catalogue.projections["accountability"])
            with pytest.raises(RefusedError):
                await app.why("review-wscb/none")
            assert view.valid
            return [tuple(r.stream for r in each) for each in outcomes], len(await app.history())

    streams, entries = asyncio.run(main())

    assert [(f"review-wscb/{n}",) for n in range(200)] == streams
    assert 200 == entries


def test_the_facade_has_what_an_application_has() -> None:
    """But for what gives another reader or application, or runs until it is told to end."""
    left = {
        *(
            "under",
            "for_reader",
            "unredacted",
            "for_board",
            "within",
            "replay",
            "renew",
            "subscribe",
            "follow_until",
        ),
        *("clock", "recorder"),
    }
    has = {name for name in vars(AsyncApplication) if not name.startswith("_")}
    wanted = {
        name
        for cls in (Application, *Application.__bases__)
        for name, value in vars(cls).items()
        if not name.startswith("_") and callable(value)
    }

    assert wanted - left <= has


def test_nothing_is_said_of_what_is_in_a_value_that_is_no_view() -> None:
    value: Any = {"on": date(2018, 1, 1), "bodies": ("wscb",)}

    assert '{"on": "2018-01-01", "bodies": ["wscb"]}' == to_json(value)
