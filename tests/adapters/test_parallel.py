"""A view made by several processes is the view made by one, byte for byte."""

import json
import pickle
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from lif_adapters.cli.demo import demo_requests
from lif_adapters.json_values import json_value
from lif_adapters.wiring import connect
from lif_core.commands.application import Application
from lif_core.projection import parallel
from lif_core.views import PROJECTIONS
from lif_core.views.accountability import accountability
from tests.people import EVERYTHING, day


@pytest.fixture(autouse=True)
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo is divided as a long log would be."""
    monkeypatch.setattr(parallel, "LEAST", 1)


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    """Two processes that begin with nothing of this one's."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        yield executor


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with connect(
        f"sqlite:{tmp_path_factory.mktemp('log') / 'lif.db'}", readership=EVERYTHING
    ) as app:
        app.handle_all(demo_requests(app.mapper))
        yield app


def text(app: Application, view: Any) -> str:
    return json.dumps(json_value(view, app.mapper))


@pytest.mark.parametrize("valid", ["2017-05-21", "2018-06-20", "2019-06-30"])
@pytest.mark.parametrize("name", sorted(PROJECTIONS))
def test_ranges_of_streams_make_the_same_view(
    app: Application, executor: Executor, name: str, valid: str
) -> None:
    """What one says to another in another range is heard; what each adds can be sent."""
    projection = PROJECTIONS[name]
    expected = app.view(projection, valid=day(valid), afresh=True)
    found = app.view(projection, valid=day(valid), afresh=True, executor=executor)

    assert text(app, expected) == text(app, found)


def test_a_view_made_apart_is_kept_and_gone_on_from(
    app: Application, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On later days and earlier ones, however many ranges there were."""
    monkeypatch.setattr(parallel, "RANGES", 7)
    app.view(accountability, valid=day("2018-06-20"), executor=executor)
    for valid in ("2018-06-21", "2018-07-30", "2017-10-01"):
        expected = app.view(accountability, valid=day(valid), afresh=True)

        assert text(app, expected) == text(app, app.view(accountability, valid=day(valid)))


def test_a_store_that_is_open_is_opened_again_elsewhere(app: Application, tmp_path: Path) -> None:
    """So that a process that is given a recorder reads the same log; it creates none."""
    again = pickle.loads(pickle.dumps(app.recorder))

    assert app.recorder.last_row() == again.last_row()
    again.close()
