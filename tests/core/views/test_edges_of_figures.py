"""On which side of an edge a day, a decision or a body counts: where one step makes it another
figure.
"""

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from msgspec.structs import replace

from lif_core.aggregates import body as b
from lif_core.aggregates import indicator as i
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.framework import DutyEntry, load
from lif_core.projection.as_of import AsOf
from lif_core.projection.fold import fold
from lif_core.statistics.spc import Assured, SignalRule, assured, xmr_chart
from lif_core.statistics.spells import End
from lif_core.views.accountability import accountability
from tests import improvement_events as facts
from tests.board import Board
from tests.edge_histories import notified, planned, reviewed
from tests.improvement_events import REF, checked, embedded, event, scheduled, view
from tests.lives import NO_GROUND, WOLVERHAMPTON, unmet
from tests.people import CHAIR, MANAGER, POLICY, day

AWARE = day("2017-04-18")
COPY: dict[str, Any] = {"matter": v.Matter.REPORT, "to": ("national-panel",)}

# Duties


def owed(board: Board, due: str = "2018-03-01", ref: str = "wscb/r-1") -> dict[str, Any]:
    """What Law, Policy and Procedure owes from 15 January 2018."""
    reviewed(board)
    planned(board, ref, due)
    return {"recommendation": ref}


def test_an_explanation_that_was_to_last_longer_ends_with_the_new_date() -> None:
    """Explained until December; on 1 May a new date is agreed, and then missed for 30 days."""
    board = Board()
    about = owed(board)
    until: dict[str, Any] = {"until": day("2018-12-01"), "reasons": "The law is about to change"}
    about["explanation"] = "law"
    board.decide(r.ExplainRecommendationDelay, "2018-04-01", by=POLICY, **about, **until)
    board.decide(r.AcceptRecommendationExplanation, "2018-04-01", by=CHAIR, **about)
    del about["explanation"]
    new: dict[str, Any] = {"due": day("2018-06-01"), "reasons": "Agreed"}
    board.decide(r.ChangeDueDate, "2018-05-01", by=CHAIR, **about, **new)
    (row,) = board.accountability("2018-07-01").duties

    assert (30, 0) == (row.days_overdue_so_far, row.shares[0].explained)


def test_a_body_that_is_merged_on_the_day_it_hands_a_duty_on_leaves_it_to_nobody_else() -> None:
    """The successor of who held it until then never held it."""
    board = Board()
    about = owed(board)
    asked: dict[str, Any] = {"to": "wsb/jld", "reasons": "They teach it"}
    board.decide(r.ProposeTransfer, "2018-02-01", by=POLICY, **about, **asked)
    board.decide(r.AcceptTransfer, "2018-04-01", by=replace(POLICY, body="wsb/jld"), **about)
    into: dict[str, Any] = {"body": "wsb/lpp", "into": "wscb/qac", "reasons": "One"}
    board.decide(b.MergeBody, "2018-04-01", by=CHAIR, **into)

    assert ["wsb/lpp", "wsb/jld"] == [
        row.body for row in board.accountability("2018-05-01").ownership
    ]


def test_who_declines_what_another_body_has_planned_does_not_end_it() -> None:
    board = Board()
    reviewed(board)
    both: dict[str, Any] = {"source": "review-wscb/peer", "text": "Do it"}
    about: dict[str, Any] = {"by": CHAIR, "recommendation": "wscb/r-1"}
    board.decide(
        r.IssueRecommendation, "2018-01-12", **about, **both, addressed=("wscb", "wsb/lpp")
    )
    board.decide(r.AcceptRecommendation, "2018-01-12", **about)
    plan: dict[str, Any] = {"owner": "wsb/jld", "due": day("2018-03-01"), "action": "Do it"}
    board.decide(r.PlanRecommendation, "2018-01-15", **about, **plan)
    no = {"recommendation": "wscb/r-1", "reasons": "It is not ours"}
    board.decide(r.DeclineRecommendation, "2018-02-01", by=POLICY, **no)
    (row,) = board.accountability("2018-03-11").duties

    assert ("planned", 10) == (row.outcome, row.days_overdue_so_far)


def test_a_concern_that_waits_grows_older_though_all_else_is_done() -> None:
    """Raised on 1 February, and answered by nobody; the same application is asked twice."""
    board = Board()
    about = owed(board)
    raised: dict[str, Any] = {"escalation": "e-1", "to": "wscb", "concern": "It does not move"}
    board.decide(r.RaiseEscalation, "2018-02-01", by=POLICY, **about, **raised)
    board.decide(r.ImplementRecommendation, "2018-02-10", by=POLICY, **about, evidence="Seen")

    assert [28, 59] == [
        row.days
        for valid in ("2018-03-01", "2018-04-01")
        for row in board.accountability(valid).escalations
    ]


# Clocks


def decided(board: Board, on: str, *, hold: bool) -> None:
    board.decide(
        v.DecideHold,
        on,
        by=CHAIR,
        review="wscb/scr-1",
        hold=hold,
        reasons="As it is known by then",
        criteria=("abuse-or-neglect", "death") if hold else (),
        not_met=() if hold else unmet(*NO_GROUND),
    )


def told(board: Board) -> None:
    board.decide(
        v.NotifyCase,
        "2017-04-20",
        by=MANAGER,
        review="wscb/scr-1",
        kind="scr",
        subject="A child",
        aware=AWARE,
    )


def clocks(board: Board, valid: str = "2019-06-30") -> dict[str, tuple[object, ...]]:
    rows = board.accountability(valid).clocks
    return {row.clock: (row.status, str(row.done)) for row in rows}


def test_the_first_decision_ends_the_clock_and_the_last_one_starts_what_follows() -> None:
    """Not to hold it, in time; three months later, to hold it after all."""
    board = Board()
    told(board)
    decided(board, "2017-05-18", hold=False)
    decided(board, "2017-08-18", hold=True)

    assert ("met", "2017-05-18") == clocks(board)["decision"]
    report = board.accountability("2019-06-30").clock("wscb/scr-1", "completion")
    assert day("2018-02-18") == report.due


def test_who_was_told_why_not_stays_told_when_it_is_held_after_all() -> None:
    board = Board()
    told(board)
    decided(board, "2017-05-18", hold=False)
    board.decide(
        v.InformAddressees,
        "2017-05-24",
        by=MANAGER,
        review="wscb/scr-1",
        matter=v.Matter.DECISION,
        to=("national-panel",),
    )
    decided(board, "2017-08-18", hold=True)

    assert ("met", "2017-05-24") == clocks(board)["panel told why not"]


def test_who_was_not_told_why_not_need_not_be_when_it_is_held_after_all() -> None:
    board = Board()
    told(board)
    decided(board, "2017-05-18", hold=False)

    assert ("overdue", "None") == clocks(board, "2017-07-01")["panel told why not"]
    decided(board, "2017-08-18", hold=True)
    assert "panel told why not" not in clocks(board)


def test_an_explanation_is_of_its_own_clock() -> None:
    """That the report is late explains nothing of the panel that was not told."""
    board = Board()
    notified(board)
    said: dict[str, Any] = {"clock": "completion", "reasons": "A trial is pending"}
    about: dict[str, Any] = {"by": CHAIR, "review": "wscb/scr-1", "explanation": "trial"}
    board.decide(v.ExplainReviewDelay, "2017-12-05", **about, **said)
    board.decide(v.AcceptReviewExplanation, "2017-12-05", **about)
    found = board.accountability("2018-01-25")

    assert (68, 51) == (
        found.clock("wscb/scr-1", "completion").days_overdue_so_far,
        found.clock("wscb/scr-1", "completion").explained,
    )
    assert (245, 0) == (
        found.clock("wscb/scr-1", "panel told").days_overdue_so_far,
        found.clock("wscb/scr-1", "panel told").explained,
    )


def test_a_report_that_is_published_again_was_first_published_when_it_was() -> None:
    """The panel had its copy in time, whatever is taken down and put up again."""
    about: dict[str, Any] = {"review": "wscb/scr-1"}
    place: dict[str, Any] = {**about, "place": "https://example.org/1"}
    history = [
        event(v.CaseNotified, day("2017-04-20"), **about, kind="scr", subject="A", aware=AWARE),
        event(v.AddresseesInformed, day("2018-02-06"), **about, **COPY),
        event(v.ReportPublished, day("2018-02-15"), **place),
        event(v.ReportTakenDown, day("2019-02-15"), **about, reasons="A year has passed"),
        event(v.ReportPublished, day("2019-03-01"), **place),
    ]
    rows = {row.clock: row for row in folded(*history).clocks}

    assert ("2018-02-15", "met") == (str(rows["panel copy"].started), rows["panel copy"].status)


def test_a_notice_that_was_cut_short_counts_as_late() -> None:
    """The panel had its copy on the 14th, and the public on the 15th."""
    about: dict[str, Any] = {"review": "wscb/scr-1"}
    found = folded(
        event(v.CaseNotified, day("2017-04-20"), **about, kind="scr", subject="A", aware=AWARE),
        event(v.AddresseesInformed, day("2018-02-14"), **about, **COPY),
        event(v.ReportPublished, day("2018-02-15"), **about, place="https://example.org/1"),
    )
    totals = {row.clock: row for row in found.clock_totals}
    (board,) = found.boards

    assert (1, 0, 1) == tuple(
        getattr(totals["panel copy"], column) for column in ("started", "met", "late")
    )
    assert 1 == board.clocks_late == found.totals.clocks_late


def test_a_review_that_ended_is_followed_until_then_and_no_longer() -> None:
    """One ended after 10 days, one was decided after 20, one waits: of the two that were left half
    are decided on day 20. Were the first one followed to this day, it would be a third.
    """
    begun = [
        event(v.CaseNotified, day("2017-04-20"), review=ref, kind="scr", subject="A", aware=AWARE)
        for ref in ("wscb/1", "wscb/2", "wscb/3")
    ]
    over = event(v.ReviewDiscontinued, day("2017-04-30"), review="wscb/1", reasons="An inquest")
    known = event(
        v.HoldDecided, day("2017-05-10"), review="wscb/2", hold=False, reasons="Known", criteria=()
    )
    rows = {one.clock: one for one in folded(*begun, over, known).clock_totals}
    row = rows["decision"]

    assert (3, 1, 1, 1, 20) == (row.started, row.met, row.overdue, row.ended, row.latency_median)


def folded(*events: Any, duties: tuple[DutyEntry, ...] | None = None) -> Any:
    pack = WOLVERHAMPTON if duties is None else attrs.evolve(WOLVERHAMPTON, duties=duties)
    at = AsOf(valid=day("2019-06-30"), known=None, frameworks=load().plus(pack))
    then = datetime(2020, 1, 1, tzinfo=UTC)
    records = [
        Record(number, f"review-{one.review}", number, then, one)
        for number, one in enumerate(events, 1)
    ]
    return fold(accountability, records, at)


def test_what_is_to_start_only_has_not_run_yet() -> None:
    """Aware, as it was amended, in a year to come: not less than no day so far."""
    duty = DutyEntry(name="report", kinds=("scr",), start="aware", stop="report accepted", days=30)
    about: dict[str, Any] = {"review": "wscb/scr-1", "kind": "scr", "subject": "A child"}
    case = event(v.CaseNotified, day("2017-04-20"), **about, aware=day("2020-01-01"))
    (row,) = folded(case, duties=(duty,)).clocks

    assert ("open", 0, 0) == (row.status, row.so_far, row.days_overdue_so_far)


# Improvements


def standing(*events: Event[Any], valid: str = "2019-12-31") -> str:
    (row,) = view(facts.issued(), *events, valid=valid).improvements
    return row.finding


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2019-01-01", "2019-04-01", "sustained"),  # 90 days apart, and 365 after embedding
        ("2019-01-02", "2019-04-01", "unknown"),
        ("2019-01-01", "2019-03-31", "unknown"),
    ],
)
def test_to_the_day_it_is_sustained(first: str, last: str, expected: str) -> None:
    assert expected == standing(embedded(), checked(day(first)), checked(day(last)))


@pytest.mark.parametrize(
    ("valid", "expected"), [("2019-03-31", "embedded"), ("2019-04-01", "unknown")]
)
def test_to_the_day_it_becomes_unknown(valid: str, expected: str) -> None:
    """Embedded on 1 April 2018, and never looked at."""
    assert expected == standing(embedded(), valid=valid)


def test_a_pass_on_the_day_of_the_relapse_was_one() -> None:
    """Shown in place and found gone 150 days on: it did not go before that."""
    on = day("2018-08-29")
    gone: Any = attrs.evolve(checked(on, passed=False), check="later that day")  # type: ignore[misc]  # events are attrs classes
    (spell,) = view(facts.issued(), embedded(), checked(on), gone).spells

    assert (End.RELAPSED, 150, 150) == (spell.end, spell.first, spell.last)


def test_two_checks_on_one_day_are_of_one_that_was_due() -> None:
    """The one due in October has not been made."""
    on = day("2018-07-01")
    again: Any = attrs.evolve(checked(on), check="again")  # type: ignore[misc]  # events are attrs classes
    due = scheduled(on, day("2018-10-01"))
    (row,) = view(facts.issued(), embedded(), due, checked(on), again).improvements

    assert (1, 2) == (row.checks_done, row.checks_due)


def test_what_was_withdrawn_does_not_relapse_afterwards() -> None:
    """A check that found it gone later is on record, and ends nothing a second time."""
    said = {"recommendation": REF, "reasons": "The law has changed"}
    withdrawn = event(r.RecommendationWithdrawn, day("2018-06-01"), **said)
    late = checked(day("2018-07-01"), passed=False)
    (spell,) = view(facts.issued(), embedded(), withdrawn, late).spells

    assert (End.WITHDRAWN, 61) == (spell.end, spell.last)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2018-03-31", "sustained"),
        ("2018-04-01", "concern"),  # the day it was embedded
        ("2019-04-01", "concern"),  # the day of the last pass
        ("2019-04-02", "sustained"),
    ],
)
def test_a_signal_counts_from_embedding_to_the_last_pass(period: str, expected: str) -> None:
    """68 where less is better, after a year between 58 and 62."""
    about: dict[str, Any] = {"indicator": "wscb/i-1"}
    late: dict[str, Any] = {"name": "Late", "unit": "%", "speaks_to": (REF,)}
    late["kind"] = i.IndicatorKind.MEASUREMENT
    points = [
        (day(f"2017-{month:02}-01"), value) for month, value in enumerate([60, 62, 58] * 4, 1)
    ]
    events = [
        event(i.IndicatorDefined, **about, **late, higher_is_better=False),
        *(
            event(i.PointRecorded, on, **about, period=on, value=float(value))
            for on, value in (*points, (day(period), 68))
        ),
    ]

    assert expected == standing(
        embedded(), checked(day("2019-01-01")), checked(day("2019-04-01")), *events
    )


def test_a_body_is_of_the_kind_that_the_framework_says() -> None:
    """Though it was registered as something else, before the framework named it."""
    said: dict[str, Any] = {"body": "wsb/lpp", "name": "Law", "kind": b.BodyKind.AGENCY}
    found = view(event(b.BodyRegistered, **said), facts.issued(), facts.planned("wsb/lpp"))

    assert [("committee", "wsb/lpp")] == [
        (row.by, row.group) for row in found.groups if row.by in ("committee", "agency")
    ]


# Charts


def test_a_range_at_the_screen_is_screened_out() -> None:
    """3.267, 0.233, 0.25 and 0.25 have a mean of 1: the first is 3.267 times that, exactly."""
    drawn = xmr_chart([0.0, 3.267, 3.5, 3.75, 4.0])

    assert drawn is not None
    assert round(0.733 / 3, 9) == round(drawn.moving_range or 0, 9)


@pytest.mark.parametrize("step", [5, -5])
def test_two_thirds_are_two_thirds_on_either_side(step: int) -> None:
    """Of 7.2545: 4.836. Twice 5 away from the mean of 60, of three, is a signal on that side."""
    drawn = xmr_chart([*[60, 62, 58] * 4, 60 + step, 60 + step / 5, 60 + step])

    assert drawn is not None
    assert [(14, SignalRule.TWO_OF_THREE, step > 0)] == [
        (signal.index, signal.rule, signal.upwards) for signal in drawn.signals
    ]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (-4.31, Assured.EITHER),
        (-4.32, Assured.MET),
        (6.32, Assured.EITHER),
        (6.33, Assured.NOT_MET),
    ],
)
def test_a_limit_on_the_target_is_on_its_good_side(target: float, expected: Assured) -> None:
    """0 and 2: a mean of 1, and limits 2.66 times 2 on either side of it."""
    drawn = xmr_chart([0.0, 2.0], least=2)

    assert drawn is not None
    assert (-4.32, 6.32) == (drawn.low, drawn.high)
    assert expected is assured(drawn, target, higher_is_better=True)
