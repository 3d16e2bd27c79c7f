"""Receipts of commands are held against the entries that they point to."""

from datetime import UTC, date, datetime

import pytest

from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.commands.application import Application
from lif_core.errors import UnreadableError
from lif_core.log.memory import MemoryRecorder
from lif_core.log.requests import Request
from tests.people import TEXTS, by

ON = date(2018, 1, 25)


def registering(ref: str) -> Request:
    kind = BodyKind.COMMITTEE if "/" in ref else BodyKind.BOARD
    command = RegisterBody(by=by("xb"), on=ON, body=ref, name=ref, kind=kind)
    return Request(command=command, command_id=f"c-{ref}")


@pytest.mark.parametrize(
    ("bounds", "problem"),
    [
        ((1, 3), "position 3 is of another command"),
        ((2, 3), "position 3 is of another command"),
        ((1, 1), "position 2 is of this command as well"),
        ((2, 2), "position 2 is of this command as well"),
        ((1, 9), "6 of its 8 entries are missing"),
        ((8, 9), "1 of its 1 entries are missing"),
    ],
)
def test_altered_bounds_return_nothing_of_another_command(
    bounds: tuple[int, int], problem: str
) -> None:
    recorder = MemoryRecorder()
    app = Application(recorder, clock=lambda: datetime(2018, 2, 1, tzinfo=UTC), readership=TEXTS)
    for ref in ("xb", "xb/1", "xb/2"):
        app.handle_all([registering(ref)])
    digest, *_ = recorder._handled["c-xb/1"]
    assert 1 == len(app.handle_all([registering("xb/1")]))
    recorder._handled["c-xb/1"] = (digest, *bounds)

    with pytest.raises(UnreadableError, match=problem):
        app.handle_all([registering("xb/1")])
