"""The parts of a view as bytes: a number that grows is read as it is on any day."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from lif_core.projection.encoding import GROWS, Encoding, HeldValues, is_running
from lif_core.projection.projection import Projection, Running
from lif_core.projection.tables import Table

NUMBERS = st.integers(-5_000, 5_000)
DAYS = st.integers(date(2017, 1, 1).toordinal(), date(2030, 1, 1).toordinal())


class Share(Struct, frozen=True):
    days: int


class AnyRow(Struct, frozen=True):
    text: str
    days: int | None
    on: date | None
    at: datetime
    shares: tuple[Share, ...]


@frozen
class View:
    rows: Table[AnyRow]


VIEW = Projection(
    name="any", view=View, parts={}, total=lambda everything: View(everything.table("rows"))
)
NUMBER = NUMBERS | st.builds(Running, NUMBERS, st.integers(-2, 2))
ROWS = st.lists(
    st.builds(
        AnyRow,
        text=st.text(),
        days=st.none() | NUMBER,
        on=st.none() | st.dates(),
        at=st.datetimes(timezones=st.just(UTC)),
        shares=st.lists(st.builds(Share, NUMBER), max_size=3).map(tuple),
    ),
    max_size=3,
)


def grown(number: Any, days: int) -> Any:
    return int(number) + number.slope * days if isinstance(number, Running) else number


@given(rows=ROWS, day=DAYS, later=NUMBERS)
def test_rows_are_read_as_they_are_on_any_day(rows: list[AnyRow], day: int, later: int) -> None:
    """Whatever stands beside the numbers that grow, and however deep these are."""
    encoding = Encoding(VIEW)
    expected = [
        msgspec.structs.replace(
            row,
            days=grown(row.days, later),
            shares=tuple(Share(grown(share.days, later)) for share in row.shares),
        )
        for row in rows
    ]
    body = encoding.rows(rows, day, running=True)

    assert expected == encoding.read_rows("rows", body, day + later)
    assert is_running(body) or expected == rows


@given(rows=ROWS, day=DAYS)
def test_what_is_looked_at_once_has_plain_numbers(rows: list[AnyRow], day: int) -> None:
    held = HeldValues(VIEW)
    read = held.read_rows("rows", held.rows(rows, day, running=True), day)

    assert rows == read
    assert not any(isinstance(row.days, Running) and row.days.slope for row in read)


def test_a_number_that_grows_is_sixteen_bytes_or_refused() -> None:
    """What is damaged is no view: it is made from the log."""
    body = msgspec.msgpack.encode([msgspec.msgpack.Ext(GROWS, b"days")])
    whole = msgspec.msgpack.encode([msgspec.msgpack.Ext(GROWS, bytes(16))])

    with pytest.raises(ValueError, match="Expected"):
        Encoding(VIEW).read_rows("rows", body, 0)
    with pytest.raises(ValueError, match="Expected"):
        Encoding(VIEW).read_rows("rows", whole, 0)
