"""What was said about each recommendation, in words: by example, and of any history."""

from collections import Counter, defaultdict
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.review import FindingRecorded
from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record
from lif_core.projection.fold import fold
from lif_core.projection.tables import names_of
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.views.recommendations import (
    STEPS,
    HistoryRow,
    RecommendationRow,
    Recommendations,
    RecommendationThemeRow,
    recommendations,
)
from lif_core.views.sustainability import sustainability
from tests.core.views.test_publication import AS_OF
from tests.lives import CASE, FINDING, ISSUE, became, but
from tests.naive_view import standing_of
from tests.people import CHAIR, POLICY, TRAINING, day

REF = "wscb/r-1"
ACCEPT = r.AcceptRecommendation(
    by=CHAIR, on=day("2018-01-15"), recommendation=REF, response="We agree."
)
PLAN = r.PlanRecommendation(
    by=CHAIR,
    on=day("2018-02-01"),
    recommendation=REF,
    owner="wsb/lpp",
    due=day("2018-04-30"),
    action="Rewrite it.",
)
PASS_ON = r.ProposeTransfer(
    by=POLICY, on=day("2018-03-01"), recommendation=REF, to="wsb/jld", reasons="It is theirs."
)
TAKE_OVER = r.AcceptTransfer(by=TRAINING, on=day("2018-03-08"), recommendation=REF)
CLOSE = r.CloseRecommendation(
    by=CHAIR, on=day("2019-02-01"), recommendation=REF, reasons="It lasts."
)


def view(*commands: Command) -> Recommendations:
    return fold(recommendations, records_of(map(became, commands)), AS_OF)


def test_a_recommendation_is_shown_by_its_text_and_the_title_of_its_source() -> None:
    assert (
        RecommendationRow(
            recommendation=REF,
            text="Say who starts an assessment",
            source="review-wscb/scr-1",
            about="A child, in a fictional case.",
            findings=(),
            themes=(),
            boards=("wscb",),
            addressed=("wscb",),
            issued=day("2017-11-10"),
            to=None,
            proposed=None,
            closed=None,
            steps=1,
        ),
    ) == view(CASE, ISSUE).recommendations


def test_each_step_has_its_words_and_what_else_it_names() -> None:
    steps = [
        ("2017-11-10", "issued", "wscb", None, "Say who starts an assessment"),
        ("2018-01-15", "accepted", "wscb", None, "We agree."),
        ("2018-02-01", "planned", "wscb", "2018-04-30", "Rewrite it."),
        ("2018-03-01", "transfer proposed", "wsb/lpp", "wsb/jld", "It is theirs."),
        ("2018-03-08", "transfer accepted", "wsb/jld", None, None),
    ]

    assert (
        tuple(
            HistoryRow(
                recommendation=REF,
                number=number,
                on=day(on),
                step=step,
                by=body,
                meeting=None,
                quorate=None,
                about=about,
                words=words,
            )
            for number, (on, step, body, about, words) in enumerate(steps, 1)
        )
        == view(CASE, ISSUE, ACCEPT, PLAN, PASS_ON, TAKE_OVER).history
    )


def test_several_things_that_a_step_names_stand_beside_each_other() -> None:
    due = (day("2018-09-01"), day("2019-03-01"))
    scheduled = r.ScheduleChecks(by=CHAIR, on=day("2018-08-01"), recommendation=REF, due=due)

    assert "2018-09-01, 2019-03-01" == view(ISSUE, scheduled).history[-1].about


def test_a_transfer_waits_until_it_is_accepted() -> None:
    """The body that it was proposed to can see that it is for it to say something."""
    (waiting,) = view(ISSUE, ACCEPT, PLAN, PASS_ON).recommendations
    (taken,) = view(ISSUE, ACCEPT, PLAN, PASS_ON, TAKE_OVER).recommendations

    assert ("wsb/jld", day("2018-03-01")) == (waiting.to, waiting.proposed)
    assert (None, None) == (taken.to, taken.proposed)


def test_a_recommendation_that_was_closed_is_closed_from_that_day() -> None:
    assert day("2019-02-01") == view(ISSUE, CLOSE).recommendations[0].closed


def test_themes_are_its_own_and_those_of_the_findings_that_it_takes_up() -> None:
    """Of its own review alone; each theme once."""
    found = but(FINDING, themes=("neglect", "thresholds"))
    other = but(FINDING, review="wscb/scr-2", themes=("exploitation",))
    first = but(ISSUE, findings=("f-1",), themes=("assessment", "neglect"))
    second = but(ISSUE, recommendation="wscb/r-2", findings=("f-1",))
    third = but(ISSUE, recommendation="wscb/r-3")
    rows = view(CASE, found, other, first, second, third)

    assert [("assessment", "neglect", "thresholds"), ("neglect", "thresholds"), ()] == [
        row.themes for row in rows.recommendations
    ]
    assert (
        RecommendationThemeRow(theme="assessment", recommendations=1),
        RecommendationThemeRow(theme="neglect", recommendations=2),
        RecommendationThemeRow(theme="thresholds", recommendations=2),
    ) == rows.themes


def test_improvements_are_grouped_by_the_themes_on_record() -> None:
    """Those of the recommendation and its findings go before those of any audit."""
    commands = (CASE, but(FINDING, themes=("neglect",)), but(ISSUE, findings=("f-1",)))
    groups = fold(sustainability, records_of(map(became, commands)), AS_OF).groups

    assert [("neglect", 1)] == [
        (row.group, row.improvements) for row in groups if row.by == "theme"
    ]


# Any history


def test_every_event_of_a_recommendation_is_called_something_and_has_its_words() -> None:
    """Whoever adds an event says here in which words it is read."""
    assert {*get_args(r.RecommendationEvent)} == {*STEPS}
    for event, (_, *fields) in STEPS.items():
        assert {name for name in fields if name} <= {*names_of(event)}


WORLD = World(
    refs=("wscb/1", "wscb/2"),
    bodies=("wscb", "wsb/lpp"),
    streams=("review-wscb/1", "audit-wscb/1"),
)
CLASSES: tuple[Any, ...] = (*get_args(r.RecommendationEvent), FindingRecorded)


@given(st.lists(events(WORLD, *CLASSES), max_size=30))
def test_every_step_of_any_history_has_its_line(history: list[Event[Any]]) -> None:
    """Of each recommendation that was issued; what comes after its end has no effect, and none."""
    records = records_of(history)
    rows = fold(recommendations, records, AS_OF)
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        streams[record.stream].append(record)
    stands = [one.event for stream in streams.values() for one in standing_of(stream)]
    told = [event for event in stands if event.on <= AS_OF.valid]
    issued = {e.recommendation for e in told if isinstance(e, r.RecommendationIssued)}
    steps = Counter(
        ref for event in told if (ref := getattr(event, "recommendation", None)) in issued
    )

    assert steps == Counter(row.recommendation for row in rows.history)
    assert dict(steps) == {row.recommendation: row.steps for row in rows.recommendations}
