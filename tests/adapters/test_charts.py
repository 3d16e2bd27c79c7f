"""The charts of a report: exact, the same every time, readable by everybody, only text as text."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lif_adapters.report.drawing.labels import (
    clean,
    cut,
    lines,
    share_room,
    short_number,
    spread,
    width,
)
from lif_adapters.report.figures.accountability.exposure import overdue_exposure
from lif_adapters.report.figures.accountability.ownership import ownership_timeline
from lif_adapters.report.figures.accountability.responses import response_bars
from lif_adapters.report.figures.learning_cycle import funnel
from lif_adapters.report.figures.sustainability.indicators import gap_chart, xmr_chart
from lif_adapters.report.figures.sustainability.survival import survival_chart
from lif_adapters.report.figures.training.reach import training_reach
from lif_adapters.report.model import Drawing
from lif_core.aggregates.indicator_chart import Direction
from lif_core.statistics.bounds import bounds
from lif_core.statistics.kaplan_meier import kaplan_meier
from lif_core.statistics.spc import ChartKind
from lif_core.statistics.spells import End, Spell, counted
from lif_core.statistics.turnbull import turnbull
from lif_core.views.learning_cycle import FunnelRow
from lif_core.views.sustainability.rows import Lasting
from lif_core.views.training.rows import EvaluationRow, SessionRow

SVG = "{http://www.w3.org/2000/svg}"
VALID = date(2019, 6, 30)
HOSTILE = "</text><script>alert('x')</script>\"&\x00\x1b\u202e\U0001f600 \ud800\ufffe"


@frozen(kw_only=True)
class Held:
    recommendation: str = "wscb/r-2"
    body: str = "wsb/lpp"
    since: date = date(2018, 1, 25)
    until: date | None = None
    days_overdue_so_far: int = 0


@frozen(kw_only=True)
class Owed:
    recommendation: str = "wscb/r-2"
    agreed: date = date(2018, 4, 30)
    due: date = date(2018, 4, 30)
    done: date | None = None
    days_overdue_so_far: int = 0


@frozen(kw_only=True)
class Body:
    body: str
    explained: int = 0
    unexplained: int = 0
    by_first_date: int = 0

    @property
    def days_overdue_so_far(self) -> int:
        return self.explained + self.unexplained


@frozen(kw_only=True)
class Answers:
    body: str = "wsb/lpp"
    accepted: int = 0
    accepted_in_part: int = 0
    declined: int = 0
    pending: int = 0
    ended: int = 0

    @property
    def made(self) -> int:
        return self.accepted + self.accepted_in_part + self.declined + self.pending + self.ended


@frozen(kw_only=True)
class Point:
    period: date
    value: float
    indicator: str = "wscb/re-referrals"
    mean: float | None = 60.0
    low: float | None = 52.745
    high: float | None = 67.255
    limits: str | None = "locked"
    signals: tuple[str, ...] = ()
    concern: bool = False
    direction: Direction = Direction.NEITHER


@frozen(kw_only=True)
class Gap:
    day: date
    days: int
    opportunities: int | None = None
    indicator: str = "wscb/deaths"
    mean: float | None = 31.49
    low: float | None = 0.87
    high: float | None = 183.28
    limits: str | None = "locked"
    signals: tuple[str, ...] = ()
    concern: bool = False
    direction: Direction = Direction.NEITHER


def lasted(*days: int) -> list[Spell]:
    """Spells last seen in place so many days on."""
    return [Spell(recommendation=f"r-{d}", end=End.LASTING, first=d, last=d) for d in days]


def relapsed(first: int, last: int) -> Spell:
    return Spell(recommendation=f"r-{first}-{last}", end=End.RELAPSED, first=first, last=last)


SIX = [*lasted(90, 180, 365, 400), relapsed(60, 120), relapsed(100, 200)]
"""The spells that METRICS gives for a check."""


def survival_of(
    spells: Sequence[Spell], *, floor: int = 1, begun: Sequence[Spell] | None = None
) -> Drawing | None:
    """Return the chart of *spells*, of which those *begun* a year ago are all, unless told."""
    counts = counted(spells)
    curve, bound = (
        turnbull(counts, 365, floor=floor),
        bounds(counts if begun is None else counted(begun), 365),
    )
    lasting = Lasting(
        horizon=365,
        recommendations=len(spells),
        spells=len(spells),
        begun=bound.spells,
        verified=bound.verified,
        failed=bound.failed,
        low=bound.low,
        high=bound.high,
        bounds_reason=bound.reason,
        survival=curve.survival,
        survival_reason=curve.reason,
        of_first_spells=curve.survival,
        first_reason=curve.reason,
    )
    at_risk = kaplan_meier(counts, 365, floor=floor).at_risk
    return survival_chart(lasting, curve, at_risk, spells)


def session(**changed: object) -> SessionRow:
    row = SessionRow(
        course="wsb/neglect",
        title="Neglect over time",
        session="2018-04",
        capacity=100,
        booked=92,
        cancelled=7,
        absent=9,
        walked_in=5,
        attended=81,
        fill=0.81,
        turned_up=76,
        turn_up=0.826,
    )
    return replace(row, **changed)


def evaluation(**changed: object) -> EvaluationRow:
    row = EvaluationRow(
        course="wsb/neglect",
        session="2018-04",
        level=3,
        months=3,
        attended=81,
        replies=40,
        reply_rate=0.494,
        positive=26,
        positive_of_replies=0.65,
        positive_at_least=0.321,
        measure=None,
        evidence=(),
    )
    return replace(row, **changed)


def stage(
    name: str, reached: int, *, total: int = 4, framework: str = "wolverhampton"
) -> FunnelRow:
    return FunnelRow(
        framework=framework,
        stage=name,
        name=name,
        recommendations=total,
        reached=reached,
        furthest=0,
    )


HOLDINGS = (
    Held(until=date(2018, 6, 1), days_overdue_so_far=32),
    Held(body="wsb/jld", since=date(2018, 6, 1), days_overdue_so_far=39),
    Held(recommendation="wscb/r-1", body="wscb/qac"),
)
DUTIES = (
    Owed(done=date(2018, 7, 10), days_overdue_so_far=71),
    Owed(
        recommendation="wscb/r-1",
        agreed=date(2018, 6, 1),
        due=date(2018, 7, 1),
        done=date(2018, 6, 29),
    ),
)
POINTS = tuple(
    Point(
        period=date(2018, month, 28),
        value=value,
        signals=("beyond the limits",) if value > 67 else (),
        concern=month == 12,
        direction=Direction.WORSE if value > 67 else Direction.NEITHER,
    )
    for month, value in enumerate((60, 62, 58, 60, 62, 58, 60, 62, 58, 60, 68, 68.5), start=1)
)


@cache
def timeline() -> Drawing | None:
    return ownership_timeline(HOLDINGS, DUTIES, VALID)


@cache
def exposure() -> Drawing | None:
    rows = [
        Body(body="wsb/lpp", unexplained=17, explained=51, by_first_date=90),
        Body(body="wsb/jld", unexplained=39, by_first_date=39),
        Body(body="wscb/qac"),
    ]
    return overdue_exposure(rows)


@cache
def lasting() -> Drawing | None:
    return survival_of(SIX)


@cache
def control() -> Drawing | None:
    return xmr_chart("Re-referrals", "% of referrals", POINTS, 55.0)


@cache
def cycle() -> Drawing | None:
    return funnel([stage("A change is asked for", 4), stage("It is checked", 1)])


@cache
def reach() -> Drawing | None:
    full = session(course="wsb/crowded", capacity=10, attended=12)
    return training_reach([session(), full], [evaluation()])


@cache
def responses() -> Drawing | None:
    return response_bars(
        [
            Answers(accepted=3, declined=1),
            Answers(body="idle"),
            Answers(body="nhs-trust", accepted_in_part=5, pending=2),
            Answers(body="probation", accepted=7, ended=6),
        ]
    )


CHARTS: dict[str, Callable[[], Drawing | None]] = {
    "ownership": timeline,
    "exposure": exposure,
    "survival": lasting,
    "xmr": control,
    "funnel": cycle,
    "training": reach,
    "responses": responses,
}
every_chart = pytest.mark.parametrize("chart", CHARTS.values(), ids=list(CHARTS))


def svg_of(drawn: Drawing | None) -> ElementTree.Element:
    assert drawn is not None
    return ElementTree.fromstring(drawn.svg)


def texts(drawn: Drawing | None) -> list[str]:
    return [element.text or "" for element in svg_of(drawn).iter(f"{SVG}text")]


def alt(drawn: Drawing | None) -> str:
    assert drawn is not None
    return drawn.alt


# Each says what it shows


def test_a_timeline_names_who_held_each_duty_and_for_how_many_overdue_days() -> None:
    """The days of each holder stand beside it, and add up to those of the duty."""
    labels = texts(timeline())

    assert {"wsb/lpp: 32 days", "wsb/jld: 39 days", "71 days overdue so far"} <= set(labels)
    assert {"wscb/r-1", "wscb/qac", "0 days overdue so far", "as at 30 Jun 2019"} <= set(labels)
    assert (
        "2 duties from 25 Jan 2018 to 30 Jun 2019, 1 of them overdue at some time; longest"
        " wscb/r-2, 71 days: 32 while wsb/lpp held it and 39 while wsb/jld held it."
    ) == alt(timeline())


def test_a_timeline_without_a_late_duty_says_so() -> None:
    """A chart on which nothing was late is news too."""
    drawn = ownership_timeline([Held()], [Owed(done=date(2018, 4, 30))], VALID)

    assert "1 duty from 25 Jan 2018 to 30 Jun 2019, none of them ever overdue." == alt(drawn)


def test_an_overdue_part_is_drawn_from_the_due_day_to_the_day_it_was_done() -> None:
    """32 and 39 days are drawn as long as 32 and 39 days are, by the same scale."""
    bars = [
        element.get("d", "")
        for element in svg_of(timeline()).iter(f"{SVG}path")
        if element.get("fill") == "#0072b2" and "h" in element.get("d", "")
    ]
    first, second, sign = [float(bar.partition("h")[2].partition("v")[0]) for bar in bars]

    assert pytest.approx(32 / 39, abs=0.01) == first / second
    assert sign < 10


def test_a_due_date_far_ahead_does_not_squeeze_the_rest() -> None:
    """It is shown as later than the chart goes, by a sign of its own."""
    drawn = ownership_timeline(HOLDINGS, [*DUTIES[:1], evolve(DUTIES[1], due=date.max)], VALID)

    assert "due later than shown" in texts(drawn)
    assert "due later than shown" not in texts(timeline())


def test_days_that_are_not_drawn_are_said_to_be_counted() -> None:
    """A reopened duty has one due date now, and days from before."""
    drawn = ownership_timeline(
        [Held(days_overdue_so_far=9)], [Owed(due=VALID, days_overdue_so_far=9)], VALID
    )
    note = "Days overdue before a duty was reopened are counted, but not drawn"

    assert note in texts(drawn)
    assert alt(drawn).endswith(f"{note}.")
    assert note not in alt(timeline())


def test_exposure_shows_explained_and_unexplained_apart() -> None:
    """They are never netted: both stand beside the bar and in the words."""
    labels = texts(exposure())

    assert {"68 days", "17 unexplained, 51 explained", "39 unexplained, 0 explained"} <= set(
        labels
    )
    assert (
        "3 bodies held duties, 2 of them ones that came to be overdue: 107 days so far in all, 56"
        " unexplained and 51 explained. By body, in the order of their references: wsb/jld 39,"
        " wsb/lpp 68."
    ) == alt(exposure())


def test_bodies_stand_in_the_order_of_their_references() -> None:
    """A chart is no ranking."""
    names = [text for text in texts(exposure()) if "/" in text]

    assert ["wsb/jld", "wsb/lpp", "wscb/qac"] == names


def test_what_lasts_is_said_by_its_bounds_before_the_estimate() -> None:
    """The bounds that assume nothing come first, in the legend and in the words."""
    labels = texts(lasting())

    assert {"day 365", "at most 66.7%", "at least 33.3%", "60% estimated"} <= set(labels)
    assert "bounds, whatever became of the unchecked" == next(
        label for label in labels if label.startswith(("bounds", "estimated"))
    )
    assert (
        "Of 6 changes embedded at least 365 days ago, 2 were seen in place then or later and 2"
        " had relapsed by then: between 33.3% and 66.7% lasted, whatever became of those nobody"
        " checked. From 6 recommendations, embedded 6 times in all, 60% are estimated to last 365"
        " days; from the first time of each, 60%."
    ) == alt(lasting())


def test_where_a_relapse_lies_within_a_time_the_curve_is_a_box() -> None:
    """From day 100 to 120 nobody knows how many lasted; it is flat on either side."""
    boxes = [
        element.get("d", "")
        for element in svg_of(lasting()).iter(f"{SVG}path")
        if element.get("stroke-dasharray") and element.get("stroke") == "#0072b2"
    ]
    of_legend = "relapsed within this time: when, is not known"

    assert 2 == len(boxes)  # with that of the legend
    assert of_legend in texts(lasting())
    assert of_legend not in texts(survival_of(lasted(400, 400, 400)))


def test_a_curve_of_fewer_than_five_at_risk_is_not_drawn() -> None:
    """Ten embedded, one failed, nine never checked: the bounds, and why there is nothing else."""
    drawn = survival_of([*lasted(*[0] * 9), relapsed(0, 100)], floor=5)

    assert {"at most 90%", "at least 0%"} <= set(texts(drawn))
    assert "0 were still followed on day 365, fewer than 5" in alt(drawn)
    assert not any("estimated" in text for text in texts(drawn) if text.endswith("estimated"))


def test_a_curve_ends_where_too_few_are_at_risk() -> None:
    """Five were followed to day 400, and one of them to 500: what he saw is nobody's estimate."""
    drawn = survival_of([*lasted(400, 400, 400, 400, 600), relapsed(450, 500)], floor=5)

    note = "Past day 400 too few were still followed, so the curve ends there"
    assert note in texts(drawn)


def test_without_spells_of_a_year_ago_there_are_no_bounds() -> None:
    """Nothing can be said of a year that is not over; the curve is stated all the same."""
    drawn = survival_of(lasted(30, 60), begun=[], floor=1)

    assert alt(drawn).startswith("How many changes last 365 days cannot be said yet: none was")
    assert not any(text.startswith("at most") for text in texts(drawn))


def test_where_neither_bounds_nor_curve_are_stated_nothing_is_drawn() -> None:
    """A grid without a line would look as if everything were gone."""
    assert survival_of(lasted(30, 60), begun=[], floor=5) is None


def test_a_control_chart_names_its_lines_and_its_signals() -> None:
    """It has the mean, the limits and the target with values, and tells signals from concerns."""
    labels = set(texts(control()))

    assert {"mean 60", "lower limit 52.74", "upper limit 67.25", "target 55"} <= labels
    assert {"signal", "concern: a signal for the worse, not resolved"} <= labels
    assert (
        "Re-referrals (% of referrals): 12 points from Jan 2018 to Dec 2018, between 58 and 68.5,"
        " the latest 68.5, target 55. Its mean is 60, its limits 52.74 and 67.25; 2 signals, the"
        " latest in Dec 2018, for the worse; 1 for the worse is not resolved."
    ) == alt(control())


def test_large_values_have_room_on_their_axis() -> None:
    """They are in thousands and millions, so that no digit is cut off."""
    drawn = xmr_chart("n", "u", [evolve(p, value=p.value * 10_000) for p in POINTS], None)

    assert "600k" in texts(drawn)
    assert "60" in texts(control())


def test_one_point_has_no_limits_and_is_drawn() -> None:
    """Two values are needed for a moving range."""
    drawn = xmr_chart(
        "n", "u", [Point(period=VALID, value=0, mean=None, low=None, high=None)], None
    )

    assert "1 point from Jun 2019 to Jun 2019" in alt(drawn)
    assert alt(drawn).endswith("There are too few points for limits.")
    assert not [text for text in texts(drawn) if "limit" in text]


def test_limits_on_trial_are_said_to_be_on_trial() -> None:
    """In the labels, and in words."""
    drawn = xmr_chart("n", "u", [evolve(p, limits="trial") for p in POINTS], None)

    assert {"upper trial limit 67.25", "lower trial limit 52.74"} <= {*texts(drawn)}
    assert "Its mean is 60, its limits, on trial, 52.74 and 67.25" in alt(drawn)


def test_each_baseline_has_its_own_lines_as_far_as_it_goes() -> None:
    """Three lines of the first six points, three of the others; one label each, of the latest."""
    later = [evolve(p, mean=80.0, low=70.0, high=90.0) for p in POINTS[6:]]
    drawn = xmr_chart("n", "u", [*POINTS[:6], *later], None)
    one = xmr_chart("n", "u", POINTS, None)

    assert {"mean 80", "upper limit 90", "lower limit 70"} <= {*texts(drawn)}
    assert "mean 60" not in texts(drawn)
    assert drawn is not None
    assert one is not None
    assert drawn.svg.count('stroke="#767676"') > one.svg.count('stroke="#767676"')


@pytest.mark.parametrize(
    ("kind", "unit"),
    [(ChartKind.T, "days since the event before"), (ChartKind.G, "opportunities since then")],
)
def test_a_chart_of_rare_events_is_of_the_gaps_between_them(kind: ChartKind, unit: str) -> None:
    gaps = [
        Gap(day=date(2018, month, 28), days=30 + month, opportunities=month) for month in (1, 2, 3)
    ]
    drawn = gap_chart("Deaths", kind, gaps)

    assert f"Deaths ({unit}): 3 points from Jan 2018 to Mar 2018" in alt(drawn)
    assert {"upper limit 183.28", "mean 31.49"} <= {*texts(drawn)}
    assert None is gap_chart("Deaths", kind, [])


def test_a_funnel_keeps_the_order_of_the_pack() -> None:
    """A stage that more have reached than one before it stays in its place."""
    drawn = funnel([stage("late", 1), stage("early", 3)])
    labels = texts(drawn)

    assert labels.index("late") < labels.index("early")
    assert {"1 of 4", "3 of 4"} <= set(labels)
    assert (
        "Of 4 recommendations under wolverhampton, 1 reached the first stage, late, and 3 the"
        " last, early."
    ) == alt(drawn)


def test_frameworks_are_told_apart_in_a_funnel() -> None:
    """Each stands under its name; a single one needs none."""
    drawn = funnel([stage("asked", 4), stage("asked", 2, framework="wt-2023")])

    assert {"wolverhampton", "wt-2023"} <= set(texts(drawn))
    assert "wolverhampton" not in texts(cycle())


def test_reach_gives_those_who_replied_beside_those_who_came() -> None:
    """The denominators are never left out."""
    labels = texts(reach())

    assert {"81 of 100 places", "26 of 40 who replied", "12 of 10 places"} <= set(labels)
    assert {"did not reply", "places, where more came"} <= set(labels)
    assert (
        "2 sessions: 93 people attended, of 110 places. In 1 evaluation, 26 of the 40 who replied"
        " had changed practice."
    ) == alt(reach())


def test_a_bar_of_answers_gives_every_answer_as_a_number() -> None:
    """Nobody needs its colours; a body that nobody asked has no bar."""
    labels = texts(responses())

    assert ["asked 4 times", "3 accepted, 1 declined"] == [
        text for text in labels if "4 times" in text or "3 accepted" in text
    ]
    assert {"5 in part, 2 pending", "7 accepted, 6 ended"} <= set(labels)
    assert "idle" not in labels
    assert (
        "3 bodies were asked 24 times: 10 accepted, 5 in part, 1 declined, 2 pending, from 1"
        " body, 6 ended."
    ) == alt(responses())


def test_a_bar_does_not_speak_of_answers_that_nobody_gave() -> None:
    """A rare kind of answer takes no place where it did not occur, in the legend neither."""
    drawn = response_bars([Answers(accepted=3, declined=1)])

    assert "1 body was asked 4 times: 3 accepted, 1 declined, 0 pending." == alt(drawn)
    assert {"ended", "accepted in part"}.isdisjoint(texts(drawn))


# Nothing to draw, and too much


def test_of_nothing_there_is_no_chart() -> None:
    """An empty frame would look like a result."""
    assert ownership_timeline([], [], VALID) is None
    assert ownership_timeline([], DUTIES, VALID) is None
    assert overdue_exposure([]) is None
    assert survival_of([]) is None
    assert xmr_chart("n", "u", [], 1.0) is None
    assert funnel([stage("asked", 0, total=0)]) is None
    assert training_reach([], []) is None
    assert response_bars([Answers()]) is None


def test_the_longest_overdue_of_very_many_duties_are_drawn() -> None:
    """They are 18 of 100,000, and the words and the chart say so."""
    refs = [f"wscb/r-{n:06}" for n in range(100_000)]
    held = [Held(recommendation=ref) for ref in refs]
    owed = [
        Owed(recommendation=ref, due=VALID - timedelta(n % 1000), days_overdue_so_far=n % 1000)
        for n, ref in enumerate(refs)
    ]
    drawn = ownership_timeline(held, owed, VALID)
    note = "18 of 100,000 duties are drawn, those with most days overdue so far"

    assert alt(drawn).endswith(f"{note}.")
    assert note in texts(drawn)
    assert refs[999:18_000:1000] == [text for text in texts(drawn) if text.startswith("wscb/r")]


def test_other_charts_say_what_they_leave_out() -> None:
    """No chart leaves anything out silently."""
    bodies = [Body(body=f"b-{n:02}", unexplained=n) for n in range(50)]
    points = [Point(period=VALID - timedelta(n), value=n) for n in range(200)]
    sessions = [session(session=f"s-{n}", attended=n) for n in range(90)]
    answers = [Answers(body=f"b-{n}", pending=1) for n in range(50)]
    stages = [stage(f"stage {n}", 1) for n in range(70)]

    for drawn, note in (
        (overdue_exposure(bodies), "20 of 50 bodies are drawn"),
        (xmr_chart("n", "u", points, None), "120 of 200 points are drawn, the latest"),
        (training_reach(sessions, []), "26 of 90 sessions are drawn, those that most attended"),
        (response_bars(answers), "18 of 50 bodies are drawn, those with most pending"),
        (funnel(stages), "24 of 70 stages are drawn"),
    ):
        assert note in alt(drawn)
        assert [text for text in texts(drawn) if text.startswith(note)]


def test_references_that_begin_alike_keep_their_own_rows() -> None:
    """Cut to the same label, they are still two bodies."""
    long = "wolverhampton/a-committee-with-a-very-long-name-over-more-than-two-lines"
    drawn = overdue_exposure(
        [Body(body=f"{long}-a", unexplained=1), Body(body=f"{long}-b", unexplained=2)]
    )
    cuts = [text for text in texts(drawn) if text.endswith("…")]

    assert 2 == len(cuts)
    assert 1 == len(set(cuts))
    assert {"1 day", "2 days"} <= set(texts(drawn))


# Readable by everybody, on any page


@every_chart
def test_a_chart_is_one_image_with_a_name_and_a_description(
    chart: Callable[[], Drawing | None],
) -> None:
    """A screen reader reads the text alternative, and no list of the marks within."""
    root = svg_of(chart())
    title, desc = root[0], root[1]

    assert ("img", f"{title.get('id')} {desc.get('id')}") == (
        root.get("role"),
        root.get("aria-labelledby"),
    )
    assert (f"{SVG}title", f"{SVG}desc") == (title.tag, desc.tag)
    assert title.text
    assert alt(chart()) == desc.text
    for element in list(root.iter())[1:]:
        assert not [name for name in element.attrib if name.startswith("aria-") or name == "role"]


@every_chart
def test_a_chart_scales_to_its_page_and_asks_for_nothing(
    chart: Callable[[], Drawing | None],
) -> None:
    """It is 680 wide by its view box alone, without script, style, class or address."""
    drawn = chart()
    root = svg_of(drawn)

    assert drawn is not None
    assert drawn.svg.startswith("<svg ")
    assert (root.get("viewBox") or "").startswith("0 0 680 ")
    assert root.get("width") is None
    assert root.get("height") is None
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in (
            "svg", "title", "desc", "g", "rect", "path", "line", "text", "defs", "clipPath",
        )  # fmt: skip
        assert not {"class", "style", "href", "id"} - {"id"} & set(element.attrib)


@every_chart
def test_text_stands_out(chart: Callable[[], Drawing | None]) -> None:
    """The contrast is 4.5 to 1 with the ground: white, or blue where the text is white."""
    for element in svg_of(chart()).iter(f"{SVG}text"):
        ink = element.get("fill", "")
        behind = "#0072b2" if ink == "#ffffff" else "#ffffff"

        assert contrast(ink, behind) >= 4.5


@every_chart
def test_shapes_stand_out(chart: Callable[[], Drawing | None]) -> None:
    """Their edges are at 3 to 1 from white; lines that only guide the eye may be paler."""
    guides = {"#e4e4e4", "#cfe3f1"}
    for element in svg_of(chart()).iter():
        paints = {element.get("fill"), element.get("stroke")} - {None, "none", *guides}
        if paints and element.tag in (f"{SVG}path", f"{SVG}line"):
            assert max(contrast(str(paint), "#ffffff") for paint in paints) >= 3


def contrast(colour: str, other: str) -> float:
    """Return the contrast of two colours, as WCAG 2 defines it."""
    lights = sorted(map(_light, (colour, other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _light(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_charts_share_no_id_on_a_page() -> None:
    """Two indicators of one name are two charts too."""
    other = [evolve(point, indicator="wscb/other") for point in POINTS]
    drawn = [*(chart() for chart in CHARTS.values()), xmr_chart("Re-referrals", "%", other, None)]
    ids = [
        element.get("id")
        for image in drawn
        for element in svg_of(image).iter()
        if element.get("id")
    ]

    assert sorted(set(ids), key=str) == sorted(ids, key=str)


def test_the_same_rows_give_the_same_bytes() -> None:
    """This holds in any process, whatever its hash seed and its time zone."""
    code = (
        "import sys; from tests.adapters.test_charts import CHARTS\n"
        "for chart in CHARTS.values(): sys.stdout.buffer.write(chart().svg.encode())"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "1", "TZ": "America/Los_Angeles"},
        capture_output=True,
        check=True,
    )
    here = b"".join(chart().svg.encode() for chart in CHARTS.values())  # type: ignore[union-attr]

    assert here == elsewhere.stdout
    assert len(CHARTS) == here.count(b"<svg ")


# Text from the data is only text


def hostile() -> Sequence[Drawing | None]:
    return (
        ownership_timeline(
            [Held(recommendation=HOSTILE, body=HOSTILE, days_overdue_so_far=3)],
            [Owed(recommendation=HOSTILE, days_overdue_so_far=3)],
            VALID,
        ),
        overdue_exposure([Body(body=HOSTILE, unexplained=1)]),
        xmr_chart(HOSTILE, HOSTILE, [evolve(p, indicator=HOSTILE) for p in POINTS], 1e9),
        funnel([stage(HOSTILE, 1, framework=HOSTILE), stage("b", 1, framework="b")]),
        training_reach([session(course=HOSTILE)], [evaluation(course=HOSTILE)]),
        response_bars([Answers(body=HOSTILE, accepted=1)]),
    )


def test_names_that_look_like_markup_are_shown_and_not_obeyed() -> None:
    """They make no element and turn no direction; what cannot be written is marked so."""
    for drawn in hostile():
        root = svg_of(drawn)

        assert not [e for e in root.iter() if e.tag.removeprefix(SVG) == "script"]
        assert [text for text in texts(drawn) if text.startswith("</text><s")]
        assert drawn is not None
        assert not set("\u202e\x00\x1b\ufffe") & set(drawn.svg + drawn.alt)


def test_what_cannot_be_written_is_marked() -> None:
    """A character that XML has no place for is shown as one that is missing."""
    assert "a\ufffdb\ufffd c" == clean("a\x00b\ud800\n\tc\u202e")


@given(st.text(), st.integers(20, 300))
def test_a_label_is_never_wider_than_its_room(text: str, room: int) -> None:
    """This holds for any text; and what fits is not cut."""
    label = cut(text, room)

    assert width(label) <= room
    assert width(clean(text)) > room or clean(text) == label


@given(st.text(), st.integers(40, 300))
def test_a_label_over_lines_loses_nothing_but_at_its_ends(text: str, room: int) -> None:
    """There are at most three lines, each within its room."""
    rows = lines(text, room, 12, 3)

    assert 1 <= len(rows) <= 3
    assert all(width(line) <= room for line in rows)


@given(st.text())
def test_any_text_can_stand_in_xml(text: str) -> None:
    """A parser of XML gives it back as it is."""
    element = ElementTree.Element("t")
    element.text = clean(text)

    assert (clean(text) or None) == ElementTree.fromstring(ElementTree.tostring(element)).text


SIZES = st.lists(st.tuples(st.floats(0, 500), st.floats(1, 60)), min_size=1, max_size=8)


@given(SIZES)
def test_labels_beside_each_other_do_not_overlap(wanted: list[tuple[float, float]]) -> None:
    """They keep their order, and stay within their room where it is enough."""
    places, sizes = [place for place, _ in wanted], [size for _, size in wanted]
    begins = spread(places, sizes, 500)

    for n in range(1, len(begins)):
        assert begins[n] >= begins[n - 1] + sizes[n - 1] - 1e-9
    assert begins[-1] + sizes[-1] <= 500 + 1e-9
    assert begins[0] >= -1e-9


@given(st.lists(st.floats(0, 500), max_size=8), st.floats(1, 500))
def test_room_is_shared(wanted: list[float], room: float) -> None:
    """None gets more than it wants, nor all together more than there is; no room that is wanted is
    left over.
    """
    received = share_room(wanted, room)

    assert all(got <= want for got, want in zip(received, wanted, strict=True))
    assert pytest.approx(min(room, sum(wanted))) == sum(received)


def test_numbers_are_as_people_read_them() -> None:
    """There are no trailing noughts, no exponent and no negative nought."""
    numbers = [short_number(value) for value in (60.0, 52.745, -0.0, 0.00001, 1234567.5, 0.1234)]

    assert ["60", "52.74", "0", "0", "1,234,567.5", "0.1234"] == numbers
