"""Periods of annual reports: as they stood on the day they ended, for what they cost."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from lif_core.aggregates import annual_report as a
from lif_core.aggregates import challenge as c
from lif_core.aggregates import indicator as i
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.framework import load
from lif_core.projection.fold import fold
from lif_core.projection.materialised import Materialised
from lif_core.projection.projection import AsOf
from lif_core.projection.tables import tables_of
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.values.evidence import EvidenceLevel
from lif_core.values.working_days import add_months
from lif_core.views.annual_report import annual_report
from lif_core.views.annual_report.facts import Count, DatedFact
from lif_core.views.annual_report.periods import (
    Figures,
    facts_by_period,
    figures_by_period,
)
from lif_core.views.annual_report.rows import AnnualReports, PeriodRow
from tests.audits import shown
from tests.improvement_histories import histories
from tests.people import CHAIR, QUALITY, day

FRAMEWORKS = load()
BOARDS = ("wsab", "wscb")
REPORT = "wscb/ar"
LAST = date(2022, 6, 30)


def as_of(valid: date) -> AsOf:
    return AsOf(valid=valid, known=None, frameworks=FRAMEWORKS)


def begun(ref: str, since: date, until: date) -> Event[Any]:
    return a.AnnualReportBegun(
        by=CHAIR, on=day("2017-01-02"), report=ref, since=since, until=until, boards=BOARDS
    )


def year_to(end: date) -> date:
    return add_months(end, -12) + timedelta(1)


# What a period shows


def told(view: AnnualReports, report: str | None) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What the view says of *report*, but for what is of the report itself."""
    of_itself = {"report", "published", "impacts"}
    return {
        table: [
            {name: value for name, value in asdict(row).items() if name not in of_itself}
            for row in getattr(view, table)
            if row.report == report and getattr(row, "board", "wscb") in BOARDS
        ]
        for table in tables_of(AnnualReports)
        if table != "impact"
    }


MORE = st.lists(
    events(
        World(refs=("wscb/1", "wscb/2", "wsb/3")),
        *get_args(review.ReviewEvent),
        *get_args(c.ChallengeEvent),
    ),
    max_size=20,
)
ENDS = st.lists(st.dates(date(2018, 1, 1), LAST), min_size=1, max_size=3, unique=True)


@given(histories(), MORE, ENDS)
def test_a_report_shows_what_the_year_showed_on_the_day_on_which_it_ended(
    improving: tuple[Record, ...], more: list[Event[Any]], ends: list[date]
) -> None:
    """Whatever happens later, and however many reports there are."""
    reports = {f"{REPORT}-{number}": end for number, end in enumerate(ends)}
    history = [
        *(begun(report, year_to(end), end) for report, end in reports.items()),
        *(record.event for record in improving),
        *more,
    ]
    later = fold(annual_report, records_of(history), as_of(LAST))

    for report, end in reports.items():
        then = fold(annual_report, records_of(history), as_of(end))
        assert told(then, None) == told(later, report)


def lasting() -> list[Event[Any]]:
    """A change that is embedded, checked too late, and lasts; a point published late speaks
    against it, until that is resolved.
    """
    change: dict[str, Any] = {"by": QUALITY, "recommendation": "wscb/r-1"}
    indicator: dict[str, Any] = {"by": QUALITY, "indicator": "wscb/i-1"}
    values = (*[60.0, 62.0, 58.0] * 4, 20.0)
    points = [
        i.PointRecorded(
            **indicator,
            on=day("2019-06-01") if value == 20 else day("2017-10-01") + timedelta(30 * number),
            period=day("2017-10-01") + timedelta(30 * number),
            value=value,
        )
        for number, value in enumerate(values)
    ]
    level = EvidenceLevel.INDEPENDENT_AUDIT
    life: list[Event[Any]] = [
        r.RecommendationIssued(
            **change,
            on=day("2017-11-01"),
            source="review-wscb/1",
            text="Do it",
            addressed=("wscb",),
        ),
        r.RecommendationAccepted(**{**change, "by": CHAIR}, on=day("2017-11-02")),
        r.RecommendationPlanned(
            **change, on=day("2017-11-03"), owner="wscb", due=day("2018-01-01"), action="Do it"
        ),
        r.RecommendationImplemented(**change, on=day("2017-12-01"), evidence="Done"),
        r.RecommendationEmbedded(
            **change,
            on=day("2018-01-01"),
            level=level,
            evidence="An audit",
            rests_on=("audit-wscb/e",),
        ),
        *(
            r.RecommendationChecked(
                **change,
                on=day(on),
                check=on,
                passed=True,
                note="Sampled",
                rests_on=(f"audit-wscb/{on}",),
                level=level,
                verifies=True,
            )
            for on in ("2018-06-01", "2019-02-01")
        ),
        i.IndicatorDefined(
            **indicator,
            on=day("2017-10-01"),
            name="On time",
            kind=i.IndicatorKind.MEASUREMENT,
            unit="%",
            higher_is_better=True,
            speaks_to=("wscb/r-1",),
        ),
        *points,
        i.ConcernResolved(**indicator, on=day("2020-01-01"), reasons="A recording change"),
    ]
    return [*shown(life)]


@pytest.mark.parametrize(
    ("end", "stands"),
    [
        ("2017-12-31", "implemented"),
        ("2018-12-31", "embedded"),
        ("2019-01-01", "in_doubt"),  # nobody has looked for a year
        ("2019-01-31", "in_doubt"),
        ("2019-02-01", "sustained"),
        ("2019-05-31", "sustained"),
        ("2019-06-01", "in_doubt"),  # an indicator speaks against it
        ("2019-12-31", "in_doubt"),
        ("2020-01-01", "sustained"),
    ],
)
def test_where_a_change_stood_when_a_period_ended_is_not_changed_by_what_follows(
    end: str, stands: str
) -> None:
    """No check, point or resolution of a later day counts; a year that passes does by itself."""
    history = [begun(REPORT, day("2017-01-01"), day(end)), *lasting()]

    for valid in (day(end), LAST):
        view = fold(annual_report, records_of(history), as_of(valid))
        (row,) = [
            row for row in view.implementation if (row.report, row.board) == (REPORT, "wscb")
        ]
        assert {"made": 1, stands: 1} == {
            name: number
            for name, number in asdict(row).items()
            if isinstance(number, int) and number and name != "implemented_in_it"
        }


# By counting one by one


DAYS = st.integers(0, 6).map(lambda days: date(2018, 1, 1) + timedelta(days))


def a_period(report: str | None, board: str, since: date, until: date) -> PeriodRow:
    return PeriodRow(
        report=report, board=board, since=since, until=until, published=None, impacts=0
    )


PERIODS = st.builds(
    lambda report, board, some, other: a_period(report, board, min(some, other), max(some, other)),
    st.uuids().map(str),
    st.sampled_from(BOARDS),
    DAYS,
    DAYS,
)


@st.composite
def facts(draw: st.DrawFn) -> DatedFact[Count]:
    kind = draw(st.sampled_from(("", "scr", "sar")))
    count = Count(
        group=(draw(st.sampled_from(("reviews", "challenges"))), kind),
        columns=draw(st.dictionaries(st.sampled_from(("one", "two")), st.integers(0, 3))),
        name=draw(st.sampled_from(("A name", "Another"))) if kind else None,
    )
    boards = draw(st.sampled_from((("wscb",), ("wsab", "wscb"), ("wscb", "wscb"), ("else",))))
    on, since = draw(st.none() | DAYS), draw(DAYS)
    until = draw(st.none() | DAYS.filter(lambda day: day > since))
    return DatedFact(boards, on, count, since, until)


def counting(period: PeriodRow, known: Iterable[DatedFact[Count]]) -> Sequence[Count]:
    """The facts that stood on the last day of *period*, and are of the board and of its days."""
    return [
        one.what
        for one in known
        if one.since <= period.until
        and (one.until is None or period.until < one.until)
        and period.board in one.boards
        and (one.on is None or period.since <= one.on)
    ]


def counted(figures: Figures) -> Mapping[Any, int]:
    return {
        (group, column): number
        for group, columns in figures.items()
        for column, number in columns.items()
        if number and column != "name"
    }


@settings(max_examples=200)
@given(
    st.lists(PERIODS, min_size=1, max_size=6, unique_by=lambda one: one.report),
    st.lists(facts(), min_size=1, max_size=12),
)
def test_what_counts_for_a_period_is_what_one_by_one_does(
    periods: list[PeriodRow], known: list[DatedFact[Count]]
) -> None:
    standing: dict[PeriodRow, list[Count]] = {period: [] for period in periods}
    for period, fact in facts_by_period(periods, known):
        standing[period].append(fact)
    for period, found in standing.items():
        assert counting(period, known) == found

    for period, found_figures in figures_by_period(periods, known):
        expected: Counter[Any] = Counter()
        names: dict[tuple[str, ...], str] = {}
        for fact in counting(period, known):
            for column, number in fact.columns.items():
                expected[fact.group, column] += number
        for one in known:  # a name is of all that stood, whatever its day
            if counting(a_period(None, period.board, date.min, period.until), [one]):
                names |= {one.what.group: one.what.name} if one.what.name else {}
        assert {of: number for of, number in expected.items() if number} == counted(found_figures)
        assert names == {
            group: columns["name"] for group, columns in found_figures.items() if "name" in columns
        }


# What it costs


def test_a_new_report_makes_one_part_and_a_new_day_none() -> None:
    """Of the items of its boards, none; nor do the last twelve months, as they move on."""
    history = [
        review.ReviewOpened(
            by=CHAIR, on=day("2018-01-03"), review=f"wscb/{number}", kind="lga-peer", title="One"
        )
        for number in range(50)
    ]
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in records_of([*history, begun(REPORT, day("2018-01-01"), day("2018-12-31"))]):
        streams[record.stream].append(record)
    report = f"annual_report-{REPORT}"
    kept = Materialised(
        annual_report, lambda names: {name: streams[name] for name in names}, as_of(LAST)
    )
    kept.build(stream for name, stream in streams.items() if name != report)
    before = kept.made
    kept.refresh([report], as_of(LAST))
    after = kept.made
    kept.refresh([], as_of(LAST + timedelta(1)))

    assert (1, 0) == (after - before, kept.made - after)
    assert [(None, 50), (REPORT, 50)] == [
        (row.report, row.ongoing) for row in kept.view().periods if row.board == "wscb"
    ]
