"""One application read by several people, each as they may."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NoReturn

import pytest

from lif_core.errors import MalformedError, NotEntitledError
from lif_core.log.memory import MemoryRecorder
from lif_core.projection.as_of import AsOf
from lif_core.queries.readership import Roles
from lif_core.views.death_panel import death_panel
from lif_core.views.recommendations import recommendations
from tests.board import Board
from tests.people import EVERYTHING


def test_each_reads_as_they_may_from_what_is_kept_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who is served first changes nothing for the other, and makes the view for both."""
    board = Board().app
    panel, public = board.for_reader(EVERYTHING), board.for_reader(Roles())
    panel.view(death_panel)
    made = panel.view(recommendations)

    def read_again(*_: object, **__: object) -> NoReturn:
        raise AssertionError("the log is read for the second reader")

    monkeypatch.setattr(MemoryRecorder, "rows_by_stream", read_again)
    with pytest.raises(NotEntitledError):
        public.view(death_panel)
    assert made == public.view(recommendations)
    assert EVERYTHING == board.readership


@pytest.mark.parametrize("look", ["view", "history", "why", "diff"])
@pytest.mark.parametrize(
    ("field", "value"),
    [("valid", datetime(2018, 1, 25, 9, 30)), ("known", datetime(2018, 1, 25, 9, 30))],  # noqa: DTZ001
)
def test_a_look_is_at_a_day_and_at_an_instant_with_its_zone(
    field: str, value: datetime, look: str
) -> None:
    """A type checker takes an instant for a day, as Python does; to compare them failed."""
    app = Board().app
    at: dict[str, Any] = {"valid": date(2018, 1, 25), field: value}
    looks: dict[str, Callable[[], object]] = {
        "view": lambda: app.view(recommendations, **at),
        "history": lambda: app.history(**at),
        "why": lambda: app.why("body-wscb", **at),
        "diff": lambda: app.diff(recommendations, AsOf(valid=date(2018, 1, 25)), AsOf(**at)),
    }

    with pytest.raises(MalformedError) as refused:
        looks[look]()
    assert field == refused.value.field


def test_one_text_is_not_taken_for_roles_of_a_letter_each() -> None:
    """A board may be called by one letter: whoever is granted `wscb` reads no stream of it."""
    with pytest.raises(MalformedError) as refused:
        Roles("wscb")

    assert "roles: one text; write ('wscb',)" == str(refused.value)
