"""Statutory clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lif_core.values.working_days import (
    LONDON,
    add_months,
    add_working_days,
    is_working_day,
    local_day,
    working_days_between,
)
from tests.people import day

DAYS = st.dates(day("2010-01-01"), day("2030-12-31"))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2017-04-11", 5, "2017-04-20"),  # Good Friday and Easter Monday between
        ("2017-05-18", 5, "2017-05-25"),
        ("2018-02-06", 7, "2018-02-15"),
        ("2017-12-22", 1, "2017-12-27"),  # Christmas
        ("2022-09-16", 1, "2022-09-20"),  # the bank holiday of a state funeral
        ("2018-01-06", 1, "2018-01-08"),  # from a Saturday
        ("2018-01-25", 0, "2018-01-25"),
    ],
)
def test_day_one_is_the_next_working_day(start: str, days: int, end: str) -> None:
    assert day(end) == add_working_days(day(start), days)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2017-05-18", 6, "2017-11-18"),  # a Saturday: it does not roll forward
        ("2018-01-31", 1, "2018-02-28"),
        ("2020-01-31", 1, "2020-02-29"),
        ("2018-12-15", 1, "2019-01-15"),
        ("2018-08-31", 6, "2019-02-28"),
    ],
)
def test_a_month_ends_on_the_same_day_clipped_to_the_months_end(
    start: str, months: int, end: str
) -> None:
    assert day(end) == add_months(day(start), months)


@given(start=DAYS, days=st.integers(1, 60))
def test_adding_and_counting_working_days_are_inverse(start: date, days: int) -> None:
    end = add_working_days(start, days)

    assert is_working_day(end)
    assert days == working_days_between(start, end)
    assert -days == working_days_between(end, start)


@given(start=DAYS, days=st.integers(0, 2000))
def test_working_days_are_those_that_are_counted_one_by_one(start: date, days: int) -> None:
    """Whole weeks are five each, without the bank holidays that fall on one of the five."""
    one_by_one = sum(is_working_day(start + timedelta(days=n + 1)) for n in range(days))

    assert one_by_one == working_days_between(start, start + timedelta(days=days))


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001  # in UTC
@example(datetime(2018, 7, 1, 22, 59, tzinfo=UTC))
@example(datetime(2018, 7, 1, 23, tzinfo=UTC))
@example(datetime(1943, 7, 1, 21, 59, tzinfo=UTC))
@example(datetime(1943, 7, 1, 22, tzinfo=UTC))  # two hours ahead, in the war
@example(datetime(1800, 7, 1, 0, 1, tzinfo=UTC))  # by the sun
def test_the_day_is_that_of_london(instant: datetime) -> None:
    """Summer or winter, whatever the hour: most instants are told without the time zone."""
    assert instant.astimezone(LONDON).date() == local_day(instant)
