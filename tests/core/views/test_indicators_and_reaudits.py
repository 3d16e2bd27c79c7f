"""Indicators, their points and targets, and re-audits, in the view `sustainability`."""

from datetime import date
from typing import Any

import attrs
import pytest

from lif_core.aggregates import audit as a
from lif_core.aggregates import indicator as i
from lif_core.decisions.messages import Event
from lif_core.framework import load
from lif_core.projection.as_of import AsOf
from lif_core.projection.fold import fold
from lif_core.statistics.proportions import Share
from lif_core.statistics.spc import SignalRule
from lif_core.views.sustainability import Sustainability, sustainability
from lif_core.views.sustainability.rows import IndicatorRow
from tests.improvement_events import REF, audited, concluded, event, view
from tests.improvement_histories import recorded
from tests.lives import but
from tests.people import day

# Indicators


def measured(
    *values: float, target: float | None = None, higher_is_better: bool = True
) -> tuple[IndicatorRow, Sustainability]:
    """An indicator that speaks to R1, a point a month."""
    events = [
        event(
            i.IndicatorDefined,
            indicator="wscb/i-1",
            name="On time",
            kind=i.IndicatorKind.MEASUREMENT,
            unit="%",
            higher_is_better=higher_is_better,
            speaks_to=(REF,),
        )
    ]
    if target is not None:
        for since, value in (("2018-02-01", 0.0), ("2018-03-01", target)):
            events.append(
                event(
                    i.TargetSet, day(since), indicator="wscb/i-1", target=value, reasons="Agreed"
                )
            )
    for number, value in enumerate(values):
        on = date(2018 + (3 + number) // 12, 1 + (3 + number) % 12, 28)
        events.append(event(i.PointRecorded, on, indicator="wscb/i-1", period=on, value=value))
    found = view(*events)
    (row,) = found.indicators
    return row, found


def test_an_indicator_is_held_against_the_target_in_force() -> None:
    """A later target replaces the one before; the limits are 52.745 and 67.255."""
    row, _ = measured(*[60, 62, 58] * 4, target=52.0)

    assert (52.0, day("2018-03-01"), "met consistently") == (
        row.target,
        row.target_on,
        row.assurance,
    )


@pytest.mark.parametrize("values", [(), (60.0,)])
def test_too_few_points_assure_of_nothing(values: tuple[float, ...]) -> None:
    row, found = measured(*values, target=52.0)

    assert (52.0, None, 0, None) == (row.target, row.assurance, row.signals, row.chart)
    assert [(60.0, None, None, ())] * len(values) == [
        (point.value, point.moving_range, point.mean, point.signals) for point in found.points
    ]


def test_without_a_target_nothing_is_met_or_not() -> None:
    row, _ = measured(*[60, 62, 58] * 4)

    assert (None, None, None) == (row.target, row.target_on, row.assurance)


def test_nobody_is_satisfied_with_a_signal_that_is_yet_to_be_published() -> None:
    """The point of April is published on 15 May: what was resolved on 1 May is not that; what is
    resolved on that day is.
    """
    seen = []
    for resolved in ("2019-05-01", "2019-05-15"):
        events = [
            event(
                i.IndicatorDefined,
                indicator="wscb/i-1",
                name="Late",
                kind=i.IndicatorKind.MEASUREMENT,
                unit="%",
                higher_is_better=False,
                speaks_to=(REF,),
            ),
            event(i.ConcernResolved, day(resolved), indicator="wscb/i-1", reasons="Looked at"),
        ]
        for number, value in enumerate([60.0, 62.0, 58.0] * 4 + [68.0]):
            period = date(2018 + (3 + number) // 12, 1 + (3 + number) % 12, 28)
            on = day("2019-05-15") if number == 12 else period
            events.append(
                event(i.PointRecorded, on, indicator="wscb/i-1", period=period, value=value)
            )
        found = view(*events)
        seen.append((found.indicators[0].concerns, found.points[-1].concern))

    assert [((day("2019-04-28"),), True), ((), False)] == seen


def test_every_point_stands_beside_its_chart() -> None:
    """68 is beyond the limits of the first twelve: a signal, and a concern where less is
    better.
    """
    row, found = measured(*[60, 62, 58] * 4, 68, higher_is_better=False)
    first, *_, last = found.points

    assert (13, 1, (last.period,)) == (len(found.points), row.signals, row.concerns)
    assert (60, None, (), False) == (
        first.value,
        first.moving_range,
        first.signals,
        first.concern,
    )
    assert (68, 10, (SignalRule.BEYOND_LIMITS,), True) == (
        last.value,
        last.moving_range,
        last.signals,
        last.concern,
    )
    assert (60.0, 52.745, 67.255) == (last.mean, round(last.low or 0, 3), round(last.high or 0, 3))


# Re-audits


@pytest.mark.parametrize(
    ("first", "rows"),
    [
        pytest.param(audited("wscb/a-1", "neglect"), 1, id="a baseline"),
        pytest.param(audited("wscb/a-1", "neglect", scale="of nobody"), 0, id="another scale"),
        pytest.param(None, 0, id="its plan is void"),
    ],
)
def test_a_reaudit_needs_a_baseline_that_is_on_record(first: Event[Any] | None, rows: int) -> None:
    found = view(
        *([first] if first else []),
        concluded("wscb/a-1", 4, 8),
        audited("wscb/a-2", "neglect", follows="wscb/a-1"),
        concluded("wscb/a-2", 8, 4),
    )

    assert rows == len(found.reaudits)


def series(*repeats: tuple[int, tuple[str, ...]], looks: int | None = None, **fields: Any) -> Any:
    """A first audit with 4 of 12 good, and repeats with so many of as many files as are listed."""
    events = [audited("wscb/a-0", "neglect", looks=looks), concluded("wscb/a-0", 4, 8)]
    for number, (good, references) in enumerate(repeats, 1):
        ref, on = f"wscb/a-{number}", date(2018, 5 + number, 1)
        plan = {"follows": "wscb/a-0", "sample": "By lot", **fields}
        done = concluded(ref, good, len(references) - good)
        events += [audited(ref, "neglect", **plan), but(done, on=on, references=references)]
    return view(*events).reaudits


FIRST, OTHERS = (tuple(f"{name}-{n}" for n in range(12)) for name in ("a", "b"))


def test_looks_are_counted() -> None:
    """Two planned: a third is shown without a verdict. Three quarters good are an improvement at
    one look, and not at two.
    """
    once = series((9, FIRST), looks=1)
    planned = series((9, FIRST), (12, OTHERS), (12, FIRST), looks=2)
    unplanned = series((9, FIRST), (9, OTHERS))

    assert [(1, 0.95, "improved", None)] == [
        (row.look, row.level, row.change.verdict, row.reason) for row in once
    ]
    assert [
        (1, 0.975, "not shown", None),
        (2, 0.975, "improved", None),
        (3, 0.975, None, "2 looks were planned, and this is look 3"),
    ] == [(row.look, row.level, row.change.verdict, row.reason) for row in planned]
    assert [0.975, 0.9875] == [row.level for row in unplanned]


def test_one_planned_look_is_said_to_be_one() -> None:
    *_, second = series((9, FIRST), (9, OTHERS), looks=1)

    assert "1 look was planned, and this is look 2" == second.reason


def test_a_verdict_stays_whatever_is_looked_at_later() -> None:
    """Without a plan, too: that is why each look has half of what the one before had."""
    one, two = series((9, FIRST)), series((9, FIRST), (3, OTHERS))

    assert one[0] == two[0]


def test_a_look_of_an_earlier_day_that_is_recorded_later_shifts_no_other() -> None:
    """By their days the first would become the second, and lose a verdict that was given."""
    first, later = (audited(f"wscb/a-{n}", "neglect", follows="wscb/a-0") for n in (1, 2))
    before = (audited("wscb/a-0", "neglect"), concluded("wscb/a-0", 4, 8), first)
    look = but(concluded("wscb/a-1", 10, 2), on=day("2019-06-01"))
    back_dated = but(concluded("wscb/a-2", 3, 9), on=day("2019-03-01"))

    (alone,) = view(*before, look).reaudits
    assert alone == view(*before, look, later, back_dated).reaudits[0]


def test_files_of_the_first_audit_are_not_held_against_themselves() -> None:
    """The interval is of two samples; of the same files it would be another one."""
    files = tuple(f"f-{n}" for n in range(12))
    (row,) = view(
        audited("wscb/a-0", "neglect"),
        but(concluded("wscb/a-0", 4, 8), references=files),
        audited("wscb/a-1", "neglect", follows="wscb/a-0", sample="By lot"),
        but(concluded("wscb/a-1", 9, 3), references=files),
    ).reaudits

    assert (None, "12 files were looked at in the first audit, too") == (
        row.pooled,
        row.pooled_reason,
    )


@pytest.mark.parametrize(
    ("second", "fields", "reason"),
    [
        (OTHERS, {}, None),
        (FIRST, {}, "12 files were looked at again"),
        (OTHERS, {"sample": None}, "wscb/a-1 does not state how its files were drawn"),
    ],
)
def test_only_other_files_from_a_stated_sample_are_taken_together(
    second: tuple[str, ...], fields: dict[str, Any], reason: str | None
) -> None:
    *_, row = series((8, FIRST), (9, second), looks=2, **fields)

    assert reason == row.pooled_reason
    assert (Share(17, 24) if reason is None else None) == (row.pooled and row.pooled.after)


def test_files_that_are_not_listed_are_not_taken_together() -> None:
    view_of = view(
        audited("wscb/a-1", "neglect"),
        concluded("wscb/a-1", 4, 8),
        audited("wscb/a-2", "neglect", follows="wscb/a-1", sample="By lot"),
        concluded("wscb/a-2", 8, 4),
    )
    (row,) = view_of.reaudits

    assert (None, "wscb/a-2 does not list its files") == (row.pooled, row.pooled_reason)


def test_files_that_were_graded_one_by_one_are_listed() -> None:
    graded = [event(a.FileGraded, audit="wscb/a-2", file=f"f-{n}", grade="good") for n in range(2)]
    view_of = view(
        audited("wscb/a-1", "neglect"),
        concluded("wscb/a-1", 4, 8),
        audited("wscb/a-2", "neglect", follows="wscb/a-1", sample="By lot"),
        *graded,
        concluded("wscb/a-2", 2, 0),
    )
    (row,) = view_of.reaudits

    assert row.pooled is not None
    assert Share(2, 2) == row.pooled.after


def test_grades_of_a_scale_that_the_framework_no_longer_names_are_no_share() -> None:
    scale = {"scale": "of nobody"}
    found = view(
        audited("wscb/a-1", "neglect", **scale),
        concluded("wscb/a-1", 4, 8),
        audited("wscb/a-2", "neglect", follows="wscb/a-1", **scale),
        concluded("wscb/a-2", 8, 4),
    )

    assert () == found.reaudits


def test_files_are_good_by_the_scale_they_were_graded_on() -> None:
    """The scale in force when the audit began: only outstanding is good from June on, and what
    was begun in May and concluded in July was graded before that.
    """
    (known,) = load("wolverhampton-2017").packs
    (scale,) = (one for one in known.scales if one.name == "ofsted")
    later = attrs.evolve(
        known,
        name="stricter",
        in_force=day("2018-06-01"),
        scales=(attrs.evolve(scale, good=1),),
    )
    begun = but(audited("wscb/a-2", "neglect", follows="wscb/a-1"), on=day("2018-05-01"))
    events = [
        audited("wscb/a-1", "neglect"),
        concluded("wscb/a-1", 4, 8),
        begun,
        but(concluded("wscb/a-2", 8, 4), on=day("2018-07-01")),
    ]
    at = AsOf(valid=day("2019-12-31"), known=None, frameworks=load().plus(later))

    (row,) = fold(sustainability, recorded(events), at).reaudits
    assert (Share(4, 12), Share(8, 12)) == (row.change.before, row.change.after)
