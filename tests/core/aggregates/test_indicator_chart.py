"""The chart that rules and views ask: its phases, its limits, and the signals that are wanted."""

from datetime import date, timedelta

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates.indicator import (
    BaselineSet,
    Indicator,
    IndicatorDefined,
    IndicatorEvent,
    IndicatorKind,
    OccurrenceRecorded,
    PointRecorded,
    decider,
)
from lif_core.aggregates.indicator_chart import (
    Direction,
    Phase,
    direction,
    directions,
    phases_of,
    wanted_signal,
)
from lif_core.framework import Horizons
from lif_core.statistics.spc import ChartKind
from tests.lives import but
from tests.people import QUALITY, day

History = tuple[IndicatorEvent, ...]
REF = "wscb/i-1"
START = day("2018-01-31")
LATE = day("2030-01-01")
STEADY = [60.0, 62.0, 58.0] * 4


def month(number: int) -> date:
    return START + timedelta(days=30 * number)


def defined(
    kind: IndicatorKind = IndicatorKind.MEASUREMENT, *, higher: bool = True
) -> IndicatorDefined:
    return IndicatorDefined(
        by=QUALITY,
        on=START,
        indicator=REF,
        name="In time",
        kind=kind,
        unit="%",
        higher_is_better=higher,
    )


def points(*values: float, start: int = 0) -> list[PointRecorded]:
    """A point a month, each published ten days after its period."""
    return [
        PointRecorded(
            by=QUALITY,
            on=month(number) + timedelta(days=10),
            indicator=REF,
            period=month(number),
            value=value,
        )
        for number, value in enumerate(values, start)
    ]


def occurrences(*gaps: int, opportunities: int | None = None) -> list[OccurrenceRecorded]:
    """An event on the first day, and one after each of the *gaps*, published on the day."""
    days = [START + timedelta(days=sum(gaps[:number])) for number in range(len(gaps) + 1)]
    return [
        OccurrenceRecorded(
            by=QUALITY,
            on=on,
            indicator=REF,
            occurrence=f"o-{number}",
            day=on,
            opportunities=opportunities,
        )
        for number, on in enumerate(days)
    ]


def anew(since: date) -> BaselineSet:
    return BaselineSet(by=QUALITY, on=since, indicator=REF, since=since, reasons="Another team")


def state(*events: IndicatorEvent) -> Indicator:
    folded = decider.fold(events)
    assert folded is not None
    return folded


def phases(*events: IndicatorEvent) -> tuple[Phase, ...]:
    return phases_of(state(*events), Horizons())


# Limits


def test_locked_limits_stay_where_a_point_of_the_past_is_published_late() -> None:
    """The baseline is what was published first: 99 of the month before the first is held against
    it, and moves nothing.
    """
    late = points(99.0, start=-1)[0]
    early = PointRecorded(by=QUALITY, on=LATE, indicator=REF, period=late.period, value=99.0)
    (phase,) = phases(defined(), *points(*STEADY), early)

    assert phase.chart is not None
    assert (60.0, True, 12) == (phase.chart.mean, phase.chart.locked, phase.chart.points)
    assert {0} == {signal.index for signal in phase.chart.signals}


def test_of_points_published_on_one_day_those_recorded_first_lock_the_limits() -> None:
    """The order within a day is that of recording, also where a period came out of order."""
    late = [but(point, on=LATE) for point in points(*STEADY, 99.0)]
    recorded = [late[12], *late[:12]]
    (phase,) = phases(defined(), *recorded)

    assert phase.chart is not None
    expected = (99.0 + sum(STEADY[:11])) / 12
    assert phase.chart.mean == pytest.approx(expected)
    assert [point.period for point in phase.points] == sorted(p.period for p in late)


def test_of_gaps_published_on_one_day_those_recorded_first_lock_the_limits() -> None:
    late = [but(event, on=LATE) for event in occurrences(*[30] * 12, 1)]
    (first,) = phases(defined(kind=IndicatorKind.COUNT), *late)
    (last,) = phases(defined(kind=IndicatorKind.COUNT), *late[-2:], *late[:-2])

    assert first.chart is not None
    assert last.chart is not None
    assert first.chart.mean == pytest.approx(30)
    assert last.chart.mean < first.chart.mean


def test_limits_on_trial_move_with_each_point() -> None:
    (phase,) = phases(defined(), *points(*STEADY[:9]))

    assert phase.chart is not None
    assert (9, False) == (phase.chart.points, phase.chart.locked)


def test_a_new_baseline_holds_later_points_against_new_limits() -> None:
    """From the thirteenth point on; those before keep theirs."""
    before, after = phases(
        defined(), *points(*STEADY), *points(*[80.0, 82.0, 78.0] * 4, start=12), anew(month(12))
    )

    assert before.chart is not None
    assert after.chart is not None
    assert (60.0, 80.0, ()) == (before.chart.mean, after.chart.mean, after.chart.signals)
    assert (None, month(12), 12, 12) == (
        before.since,
        after.since,
        len(before.points),
        len(after.points),
    )


@pytest.mark.parametrize("count", [0, 4])
def test_too_few_points_have_no_chart_and_that_is_said(count: int) -> None:
    (phase,) = phases(defined(), *points(*STEADY[:count]))

    assert (None, f"{count} points, fewer than 5") == (phase.chart, phase.reason)


# Rare events


GAPS = (31, 12, 45, 60, 22, 18, 75, 40, 9, 33, 52, 28)


@pytest.mark.parametrize("counts", [(0, 0, 0, 9, 9), (1, 2, 1, 2, 3), (0,) * 12])
def test_of_rare_counts_xmr_is_refused(counts: tuple[int, ...]) -> None:
    """A median of 0, or a mean below 2; without the days of the events there is no chart."""
    (phase,) = phases(defined(IndicatorKind.COUNT), *points(*map(float, counts)))

    assert phase.chart is None
    assert (phase.reason or "").startswith("XmR is refused for counts of mean ")
    assert "0 gaps between recorded events, fewer than 5" in (phase.reason or "")


def test_their_chart_is_of_the_days_between_events() -> None:
    (phase,) = phases(defined(IndicatorKind.COUNT), *points(0, 1, 0, 1, 0), *occurrences(*GAPS))

    assert phase.chart is not None
    assert (ChartKind.T, True, 31.49) == (
        phase.chart.kind,
        phase.chart.locked,
        round(phase.chart.mean, 2),
    )
    assert START + timedelta(days=31) == phase.days[0]
    assert list(GAPS) == [gap.days for gap in phase.gaps]


def test_their_chart_is_of_opportunities_where_all_are_known() -> None:
    (phase,) = phases(defined(IndicatorKind.COUNT), *occurrences(*GAPS, opportunities=6))

    assert phase.chart is not None
    assert (ChartKind.G, 6.0) == (phase.chart.kind, phase.chart.mean)


def test_without_the_opportunities_of_one_gap_it_is_of_days() -> None:
    events = occurrences(*GAPS, opportunities=6)
    unknown = occurrences(*GAPS)[5]
    (phase,) = phases(defined(IndicatorKind.COUNT), *events[:5], unknown, *events[6:])

    assert phase.chart is not None
    assert ChartKind.T is phase.chart.kind


def test_gaps_of_one_day_keep_their_order_whenever_they_were_published() -> None:
    """9, 0, 0 and 8 days, where the event that the 9 begin with was published after three others.

    The moving ranges are those of 9, 0, 0, 8, as transformed, and of no other order (numpy).
    """
    events = occurrences(9, 0, 0, 8, 12, 10, 14)
    first = but(events[0], on=events[1].on + timedelta(days=3))
    (phase,) = phases(defined(IndicatorKind.COUNT), first, *events[1:])
    transformed = [gap.days ** (1 / 3.6) for gap in phase.gaps]
    moved = numpy.abs(numpy.diff(transformed)).mean()

    assert phase.chart is not None
    assert (numpy.mean(transformed) + 2.66 * moved) ** 3.6 == pytest.approx(phase.chart.high)


def test_a_count_that_was_not_rare_is_not_because_a_new_baseline_has_few_points() -> None:
    """Of 80 a month, three months on: no chart yet, though days of events are recorded, too."""
    for values in ([80.0, 82.0, 78.0], []):
        (_, after) = phases(
            defined(IndicatorKind.COUNT),
            *points(*STEADY),
            *points(*values, start=12),
            anew(month(12)),
            *(but(each, day=each.day + timedelta(days=360)) for each in occurrences(*GAPS)),
        )

        assert (None, f"{len(values)} points, fewer than 5") == (after.chart, after.reason)


def test_events_alone_are_too_few_where_there_are_fewer_than_six() -> None:
    (phase,) = phases(defined(IndicatorKind.COUNT), *occurrences(1, 2, 3, 4))

    assert (None, "4 gaps between recorded events, fewer than 5") == (phase.chart, phase.reason)


def test_counts_that_are_not_rare_have_an_xmr_chart() -> None:
    """Though the days of their events are known as well."""
    (phase,) = phases(defined(IndicatorKind.COUNT), *points(*STEADY), *occurrences(*GAPS))

    assert phase.chart is not None
    assert ChartKind.XMR is phase.chart.kind


# Directions


@pytest.mark.parametrize(
    ("higher", "value", "expected"),
    [
        (True, 68.0, Direction.BETTER),
        (True, 52.0, Direction.WORSE),
        (False, 68.0, Direction.WORSE),
        (False, 52.0, Direction.BETTER),
    ],
)
def test_a_signal_has_a_direction(higher: bool, value: float, expected: Direction) -> None:
    about = defined(higher=higher)
    (phase,) = phases(about, *points(*STEADY, value))

    assert phase.chart is not None
    assert [expected] == [direction(s, phase.chart, about) for s in phase.chart.signals]


@pytest.mark.parametrize(("higher", "expected"), [(False, "better"), (True, "worse")])
def test_a_longer_gap_is_better_where_fewer_events_are(higher: bool, expected: str) -> None:
    about = defined(IndicatorKind.COUNT, higher=higher)
    (phase,) = phases(about, *occurrences(*GAPS, 300))

    assert phase.chart is not None
    assert [expected] == [direction(s, phase.chart, about) for s in phase.chart.signals]


def test_signals_of_both_directions_have_neither() -> None:
    better, worse = Direction.BETTER, Direction.WORSE

    assert [Direction.NEITHER, better, Direction.NEITHER] == [
        directions(signals) for signals in ([], [better, better], [better, worse])
    ]


# Wanted


def wanted(*events: IndicatorEvent, after: date, by: date = LATE) -> date | None:
    return wanted_signal(state(*events), Horizons(), after=after, by=by)


def test_a_signal_for_the_better_after_a_day_is_wanted() -> None:
    """68 in the thirteenth month: after the day before its period ends, not after that day."""
    events: History = (defined(), *points(*STEADY, 68.0))
    last = month(12)

    assert (last, None) == (
        wanted(*events, after=last - timedelta(days=1)),
        wanted(*events, after=last),
    )


def test_nobody_wants_a_signal_for_the_worse() -> None:
    assert None is wanted(defined(higher=False), *points(*STEADY, 68.0), after=START)


def test_a_signal_on_trial_limits_is_no_evidence() -> None:
    """Nine points, of which the last is beyond the limits of all."""
    events: History = (defined(), *points(*[5.0] * 8, 6.0))
    (phase,) = phases(*events)

    assert phase.chart is not None
    assert phase.chart.signals
    assert None is wanted(*events, after=START)


@pytest.mark.parametrize(("number", "expected"), [(11, True), (12, False)])
def test_all_of_the_pattern_comes_after_the_day(number: int, expected: bool) -> None:
    """Nine points above the mean from the thirteenth on: done after the first of them, it was
    better before anything was done.
    """
    events: History = (defined(), *points(*STEADY, *[61.0] * 9))
    found = wanted(*events, after=month(number))

    assert (month(12) if expected else None) == found


def test_a_signal_counts_once_it_is_published() -> None:
    events: History = (defined(), *points(*STEADY, 68.0))
    published = month(12) + timedelta(days=10)

    assert (month(12), None) == (
        wanted(*events, after=START, by=published),
        wanted(*events, after=START, by=published - timedelta(days=1)),
    )


def test_limits_that_were_not_locked_by_then_are_no_evidence() -> None:
    """Eleven points, the last of them far off; the twelfth is published later."""
    late = PointRecorded(by=QUALITY, on=LATE, indicator=REF, period=month(10), value=60.0)
    events: History = (defined(), *points(*STEADY[:10]), *points(90.0, start=12), late)
    (phase,) = phases(*events[:-1])

    assert phase.chart is not None
    assert phase.chart.signals
    assert None is wanted(*events, after=START, by=LATE - timedelta(days=1))


def test_a_gap_that_began_before_is_no_evidence_however_long() -> None:
    """300 days without an event, of which the first were before anything was done."""
    events: History = (defined(IndicatorKind.COUNT, higher=False), *occurrences(*GAPS, 300))
    begun = START + timedelta(days=sum(GAPS))

    assert (begun + timedelta(days=300), None) == (
        wanted(*events, after=begun),
        wanted(*events, after=begun + timedelta(days=1)),
    )


def test_a_baseline_decided_later_takes_no_evidence_away() -> None:
    """Whoever improved a process may draw new limits for it."""
    events: History = (defined(), *points(*STEADY, 68.0), anew(month(13)))

    assert month(12) == wanted(*events, after=START)


def test_what_nobody_defined_signals_nothing() -> None:
    assert None is wanted_signal(Indicator(), Horizons(), after=START, by=LATE)


@given(
    values=st.lists(st.sampled_from((52.0, 58.0, 60.0, 62.0, 68.0)), max_size=30),
    after=st.integers(-1, 30),
    by=st.integers(-1, 31),
)
def test_what_is_wanted_was_known_by_its_day_and_stays(
    values: list[float], after: int, by: int
) -> None:
    """It is after the one day, published by the other, and later points do not take it away."""
    indicator = state(defined(), *points(*values))
    found = wanted_signal(indicator, Horizons(), after=month(after), by=month(by))
    if found is not None:
        later = wanted_signal(indicator, Horizons(), after=month(after), by=LATE)
        assert month(after) < found <= month(by)
        assert later is not None
        assert later <= found
