"""The rules of an indicator: each happens, is refused, and is quiet the second time."""

import pytest

from lif_core.aggregates import indicator
from lif_core.aggregates.indicator import (
    BaselineSet,
    ConcernResolved,
    DefineIndicator,
    IndicatorDefined,
    IndicatorEvent,
    IndicatorKind,
    OccurrenceRecorded,
    PointRecorded,
    RecordOccurrence,
    RecordPoint,
    ResolveConcern,
    SetBaseline,
    SetTarget,
    TargetSet,
)
from lif_core.decisions.messages import Command
from lif_core.errors import MalformedError
from lif_core.testing.decider_contract import DeciderContract
from lif_core.testing.scenario import Scenario
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON
from tests.people import QUALITY, day

INDICATOR = "wscb/assessments-in-time"

# Requests, with what most tests do not care about filled in


def define(
    *, name: str = "Assessments in time", kind: IndicatorKind = IndicatorKind.MEASUREMENT
) -> DefineIndicator:
    return DefineIndicator(
        by=QUALITY,
        on=day("2018-01-10"),
        indicator=INDICATOR,
        name=name,
        kind=kind,
        unit="per cent",
        higher_is_better=True,
    )


def record(
    *, on: str = "2018-02-14", period: str = "2018-01-31", value: float = 60.0
) -> RecordPoint:
    return RecordPoint(
        by=QUALITY, on=day(on), indicator=INDICATOR, period=day(period), value=value
    )


def resolve(
    *, on: str = "2018-03-01", reasons: str = "A change of counting explains it"
) -> ResolveConcern:
    return ResolveConcern(by=QUALITY, on=day(on), indicator=INDICATOR, reasons=reasons)


def aim(
    *, on: str = "2018-01-20", target: float = 90.0, reasons: str = "The best of the region"
) -> SetTarget:
    return SetTarget(by=QUALITY, on=day(on), indicator=INDICATOR, target=target, reasons=reasons)


def occur(
    *,
    on: str = "2018-02-14",
    day_of: str = "2018-02-10",
    occurrence: str = "o-1",
    opportunities: int | None = None,
) -> RecordOccurrence:
    return RecordOccurrence(
        by=QUALITY,
        on=day(on),
        indicator=INDICATOR,
        occurrence=occurrence,
        day=day(day_of),
        opportunities=opportunities,
    )


def begin_anew(
    *, on: str = "2019-01-10", since: str = "2019-01-01", reasons: str = "Another team"
) -> SetBaseline:
    return SetBaseline(
        by=QUALITY, on=day(on), indicator=INDICATOR, since=day(since), reasons=reasons
    )


# Histories to start from

History = tuple[IndicatorEvent, ...]

DEFINED: History = (IndicatorDefined.of(define()),)
RECORDED = (*DEFINED, PointRecorded.of(record()))
COUNTED: History = (IndicatorDefined.of(define(kind=IndicatorKind.COUNT)),)
ANEW = (*DEFINED, BaselineSet.of(begin_anew()))
RESOLVED = (*RECORDED, ConcernResolved.of(resolve()))


def after(history: History) -> Scenario:
    return Scenario(decider=indicator.decider, given=history)


# The whole life


class TestIndicator(DeciderContract):
    """Defined, given a target, measured, looked at, measured again."""

    decider = indicator.decider
    lives = (
        (
            define(),
            aim(),
            record(),
            resolve(),
            record(on="2018-03-14", period="2018-02-28", value=62.0),
        ),
        (define(), record(), resolve(), resolve(on="2018-09-01")),
        (
            define(kind=IndicatorKind.COUNT),
            occur(),
            occur(occurrence="o-2", opportunities=40),
            begin_anew(),
        ),
    )
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


# Defined


def test_a_reference_stands_for_one_indicator() -> None:
    """Points of two measures on one chart would mean nothing."""
    scenario = after(DEFINED)

    assert "indicator.reference-taken" == scenario.refuses(define(name="Another measure"))


@pytest.mark.parametrize(
    "command", [record(), aim(), resolve(), occur(), begin_anew()], ids=lambda c: type(c).__name__
)
def test_nothing_is_recorded_of_an_indicator_that_nobody_defined(command: Command) -> None:
    """A value without a measure is more likely a wrong reference."""
    scenario = after(())

    assert "indicator.unknown" == scenario.refuses(command)


# Measured


def test_a_period_is_measured_when_it_is_over() -> None:
    """A value published before the period ended is a forecast."""
    scenario = after(DEFINED)

    assert "indicator.before-the-period" == scenario.refuses(
        record(on="2018-01-30", period="2018-01-31")
    )


def test_a_value_may_be_published_on_the_last_day_of_its_period() -> None:
    """A count of the day is known at its end."""
    command = record(on="2018-01-31", period="2018-01-31")

    assert (PointRecorded.of(command),) == after(DEFINED).records(command)


def test_a_period_from_before_the_indicator_was_defined_may_be_recorded() -> None:
    """A chart needs a past for its limits."""
    command = record(period="2016-12-31")

    assert (PointRecorded.of(command),) == after(DEFINED).records(command)


def test_a_period_has_one_value() -> None:
    """A revised figure is a correction that says why, and keeps both."""
    scenario = after(RECORDED)

    assert "indicator.point-taken" == scenario.refuses(record(value=61.0))


def test_a_value_said_again_on_another_day_is_not_recorded_without_a_reason() -> None:
    """The day on which a figure was published is part of what was known when."""
    scenario = after(RECORDED)

    assert "indicator.point-taken" == scenario.refuses(record(on="2018-02-15"))


@pytest.mark.parametrize("value", [0.0, -2.5, 60.0])
def test_each_period_has_a_value_of_its_own(value: float) -> None:
    """The same value, none, or a change below nought: all are figures."""
    command = record(on="2018-03-14", period="2018-02-28", value=value)

    assert (PointRecorded.of(command),) == after(RECORDED).records(command)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_value_is_a_number(value: float) -> None:
    """What cannot be drawn on a chart is not a point of it."""
    with pytest.raises(MalformedError) as malformed:
        record(value=value)

    assert "value" == malformed.value.field


# Counted


@pytest.mark.parametrize("value", [-1.0, 0.5])
def test_a_count_is_a_whole_number(value: float) -> None:
    """Half a death, or fewer than none, is a measurement or a mistake."""
    assert "indicator.not-a-count" == after(COUNTED).refuses(record(value=value))


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_none_is_a_count(value: float) -> None:
    command = record(value=value)

    assert (PointRecorded.of(command),) == after(COUNTED).records(command)


def test_the_events_of_a_measurement_cannot_be_recorded() -> None:
    """A percentage has none, so the time between them would mean nothing."""
    assert "indicator.not-a-count" == after(DEFINED).refuses(occur())


def test_an_event_is_recorded_once_it_has_happened() -> None:
    scenario = after(COUNTED)
    today = occur(day_of="2018-02-14")

    assert "indicator.before-the-occurrence" == scenario.refuses(occur(day_of="2018-02-15"))
    assert (OccurrenceRecorded.of(today),) == scenario.records(today)


def test_an_event_is_recorded_once() -> None:
    """Another one on the same day has another reference; a revised day is a correction."""
    scenario = after((*COUNTED, OccurrenceRecorded.of(occur())))
    other = occur(occurrence="o-2")

    assert scenario.quiet(occur())
    assert "indicator.occurrence-taken" == scenario.refuses(occur(day_of="2018-02-11"))
    assert (OccurrenceRecorded.of(other),) == scenario.records(other)


# On another baseline


def test_a_baseline_is_set_for_a_reason_and_once() -> None:
    scenario = after(ANEW)

    assert (BaselineSet.of(begin_anew()),) == after(DEFINED).records(begin_anew())
    assert scenario.quiet(begin_anew())
    with pytest.raises(MalformedError):
        begin_anew(reasons=" ")


@pytest.mark.parametrize("since", ["2018-12-31", "2019-01-01"])
def test_a_baseline_begins_after_the_one_before(since: str) -> None:
    """Limits that were locked are not moved by deciding on them again."""
    scenario = after(ANEW)
    later = begin_anew(on="2020-01-10", since="2019-01-02")

    assert "indicator.baseline-taken" == scenario.refuses(begin_anew(on="2020-01-10", since=since))
    assert "indicator.out-of-order" == scenario.refuses(
        begin_anew(on="2019-01-09", since="2019-02-01")
    )
    assert (BaselineSet.of(later),) == scenario.records(later)


# Aimed at


@pytest.mark.parametrize("target", [0.0, -2.5, 90.0])
def test_a_target_may_be_any_number(target: float) -> None:
    """None at all, or a change below nought, may be what is wanted."""
    command = aim(target=target)

    assert (TargetSet.of(command),) == after(DEFINED).records(command)


@pytest.mark.parametrize("target", [float("nan"), float("inf"), float("-inf")])
def test_a_target_is_a_number(target: float) -> None:
    """What cannot be reached, or told apart from what is reached, is no target."""
    with pytest.raises(MalformedError) as malformed:
        aim(target=target)

    assert "target" == malformed.value.field


def test_a_later_target_replaces_the_one_before_and_both_are_on_record() -> None:
    """Raised on a later day; the first one, said again after it, is quiet."""
    raised = aim(on="2018-06-20", target=95.0)
    scenario = after((*DEFINED, TargetSet.of(aim())))

    assert (TargetSet.of(raised),) == scenario.records(raised)
    assert () == scenario.after(raised).records(aim())


def test_a_target_set_on_another_day_is_another_decision() -> None:
    """A committee confirmed it, and said why."""
    confirmed = aim(on="2019-01-20", reasons="It stands for another year")
    scenario = after((*DEFINED, TargetSet.of(aim())))

    assert (TargetSet.of(confirmed),) == scenario.records(confirmed)
    assert scenario.quiet(confirmed)


def test_a_target_does_not_replace_a_later_one() -> None:
    """On the same day it may be taken back, and back again."""
    scenario = after((*DEFINED, TargetSet.of(aim())))
    other = aim(target=95.0)

    assert "indicator.out-of-order" == scenario.refuses(aim(on="2018-01-19", target=95.0))
    assert (TargetSet.of(other),) == scenario.records(other)
    assert scenario.quiet(other)
    assert (TargetSet.of(aim()),) == scenario.after(other).records(aim())


# Looked at


def test_a_concern_may_be_resolved_again_later() -> None:
    """New signals are looked at anew; each decision stays on record."""
    command = resolve(on="2018-09-01")

    assert (ConcernResolved.of(command),) == after(RESOLVED).records(command)


def test_a_concern_resolved_twice_over_is_recorded_once_each() -> None:
    """The first decision said again after a second one is still on record."""
    scenario = after((*RESOLVED, ConcernResolved.of(resolve(on="2018-09-01"))))

    assert () == scenario.records(resolve())
