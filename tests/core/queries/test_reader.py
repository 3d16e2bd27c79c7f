"""One application read by several people, each as they may."""

from typing import NoReturn

import pytest

from lif_core.errors import NotEntitledError
from lif_core.log.memory import MemoryRecorder
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
