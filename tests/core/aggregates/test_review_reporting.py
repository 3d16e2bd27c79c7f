"""How a review ends, and by when: reports, take-downs, reviews discontinued; then the whole life
of every kind, with the rights and clocks of the framework. All cases are fictional.
"""

from collections.abc import Sequence

import pytest
from attrs import frozen

from lif_core.aggregates import review
from lif_core.aggregates.review import (
    AcceptReviewExplanation,
    ExplainReviewDelay,
    ReportAccepted,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command
from lif_core.items.clocks import ClockRow
from lif_core.testing import Scenario
from tests.board import Board
from tests.lives import (
    ACCEPT,
    ADDRESS,
    ANALYSIS,
    APPOINT,
    CASE,
    CITE,
    CLOSE,
    CONDUCT,
    COPY,
    DEATH,
    DISCONTINUE,
    FAMILY,
    FINDING,
    HELD,
    HOLD,
    INFORM,
    JUDGEMENT,
    MAY,
    METHOD,
    NO_ACTION,
    NO_FAMILY,
    NO_GROUND,
    OPEN,
    PUBLISH,
    REF,
    REPORTED,
    SCOPE,
    SHARE,
    STRENGTH,
    TAKE_DOWN,
    WITHHOLD,
    WOLVERHAMPTON,
    as_said,
    at,
    became,
    but,
    decide,
    name,
    refused,
    unmet,
)
from tests.people import CHAIR, day

DECIDER: AnyDecider = review.decider

MUST = ("care-and-support-needs", "concern-joint-working", "serious-abuse-or-neglect")


def after(*said: Command) -> Scenario:
    """The scenario in which all that was *said* is on record, whatever the rules say of it."""
    return Scenario(decider=DECIDER, given=tuple(map(became, said)), framework=WOLVERHAMPTON)


# Each rule: what it refuses, the nearest that it allows, and that once


@frozen(kw_only=True)
class Row:
    """After *given*, *rule* refuses one command and allows another; or that after *instead*."""

    rule: str
    refuses: Command
    allows: Command
    given: tuple[Command, ...]
    instead: tuple[Command, ...] | None = None

    @property
    def allowing(self) -> Scenario:
        return after(*(self.given if self.instead is None else self.instead))


BOARD = but(OPEN, kind="ofsted-s15a")
GUIDANCE = but(OPEN, kind="guidance")
SECOND = day("2018-12-01")
AGAIN = but(PUBLISH, on=SECOND, place="https://example.org/2")
RULES = {
    "the report of a death rests on its analysis": Row(
        rule="review.not-analysed",
        given=(DEATH,),
        refuses=ACCEPT,
        instead=(DEATH, ANALYSIS),
        allows=ACCEPT,
    ),
    "findings do not stand for it": Row(
        rule="review.not-analysed",
        given=(DEATH, FINDING),
        refuses=ACCEPT,
        instead=(DEATH, FINDING, ANALYSIS),
        allows=ACCEPT,
    ),
    "an inspection has judged something": Row(
        rule="review.no-judgement",
        given=(BOARD, FINDING),
        refuses=ACCEPT,
        instead=(BOARD, FINDING, JUDGEMENT),
        allows=ACCEPT,
    ),
    "peers judge nothing": Row(
        rule="review.no-judgement",
        given=(BOARD, FINDING),
        refuses=ACCEPT,
        instead=(OPEN, FINDING),
        allows=ACCEPT,
    ),
    "what is learnt from guidance names the guidance": Row(
        rule="review.no-document",
        given=(GUIDANCE, FINDING),
        refuses=ACCEPT,
        instead=(GUIDANCE, FINDING, CITE),
        allows=ACCEPT,
    ),
    "only a death may be without a finding": Row(
        rule="review.no-findings",
        given=(OPEN,),
        refuses=ACCEPT,
        instead=(DEATH, ANALYSIS),
        allows=ACCEPT,
    ),
    "the panel gets no copy of an adult review": Row(
        rule="review.not-an-addressee",
        given=(but(CASE, kind="sar"), *REPORTED[1:]),
        refuses=COPY,
        instead=REPORTED,
        allows=COPY,
    ),
    "what was never online is not taken down": Row(
        rule="review.not-published",
        given=REPORTED,
        refuses=TAKE_DOWN,
        instead=(*REPORTED, PUBLISH),
        allows=TAKE_DOWN,
    ),
    "nor what was withheld, until it is published after all": Row(
        rule="review.not-published",
        given=(*REPORTED, WITHHOLD),
        refuses=TAKE_DOWN,
        instead=(*REPORTED, WITHHOLD, PUBLISH),
        allows=TAKE_DOWN,
    ),
    "nor before it was online": Row(
        rule="review.out-of-order",
        given=(*REPORTED, PUBLISH),
        refuses=but(TAKE_DOWN, on=day("2017-11-21")),
        allows=but(TAKE_DOWN, on=PUBLISH.on),
    ),
    "a report is taken down on one day": Row(
        rule="review.taken-down-already",
        given=(*REPORTED, PUBLISH, TAKE_DOWN),
        refuses=but(TAKE_DOWN, on=SECOND),
        instead=(*REPORTED, PUBLISH),
        allows=but(TAKE_DOWN, on=SECOND),
    ),
    "what has been reported is not discontinued": Row(
        rule="review.accepted-already",
        given=(*MAY, *FAMILY, FINDING, ACCEPT, NO_ACTION),
        refuses=DISCONTINUE,
        instead=(*MAY, FINDING, NO_ACTION),
        allows=DISCONTINUE,
    ),
    "a review is not discontinued over an open finding": Row(
        rule="review.findings-open",
        given=(*MAY, FINDING),
        refuses=DISCONTINUE,
        instead=(*MAY, FINDING, ADDRESS),
        allows=DISCONTINUE,
    ),
    "good practice that was passed on is no open finding": Row(
        rule="review.findings-open",
        given=(*MAY, STRENGTH),
        refuses=DISCONTINUE,
        instead=(*MAY, STRENGTH, SHARE),
        allows=DISCONTINUE,
    ),
    "a review ends once": Row(
        rule="review.closed",
        given=(*MAY, DISCONTINUE),
        refuses=CLOSE,
        instead=MAY,
        allows=DISCONTINUE,
    ),
    "what nobody decided on is not discontinued": Row(
        rule="review.not-held", given=MAY[:1], refuses=DISCONTINUE, instead=MAY, allows=DISCONTINUE
    ),
    "nor what was decided against, which is closed": Row(
        rule="review.not-held",
        given=(CASE, but(HOLD, hold=False, criteria=(), not_met=unmet(*NO_GROUND))),
        refuses=DISCONTINUE,
        allows=CLOSE,
    ),
    "nor is a review before it was held": Row(
        rule="review.out-of-order",
        given=MAY,
        refuses=but(DISCONTINUE, on=day("2017-05-17")),
        allows=but(DISCONTINUE, on=HOLD.on),
    ),
    "nor before its findings were answered": Row(
        rule="review.out-of-order",
        given=(*MAY, FINDING, STRENGTH, SHARE, ADDRESS),
        refuses=but(DISCONTINUE, on=day("2017-11-11")),
        allows=but(DISCONTINUE, on=SHARE.on),
    ),
    "nor is it closed before": Row(
        rule="review.out-of-order",
        given=(*REPORTED, PUBLISH, but(ADDRESS, on=day("2018-01-20"))),
        refuses=CLOSE,
        allows=but(CLOSE, on=day("2018-01-20")),
    ),
    "a decision to do nothing is an answer with a day as well": Row(
        rule="review.out-of-order",
        given=(*REPORTED, PUBLISH, but(NO_ACTION, on=day("2018-01-20"))),
        refuses=CLOSE,
        allows=but(CLOSE, on=day("2018-01-20")),
    ),
    "a report rests on the last judgement": Row(
        rule="review.out-of-order",
        given=(BOARD, FINDING, but(JUDGEMENT, on=day("2017-11-11"))),
        refuses=ACCEPT,
        allows=but(ACCEPT, on=day("2017-11-11")),
    ),
    "on the last document": Row(
        rule="review.out-of-order",
        given=(GUIDANCE, FINDING, but(CITE, on=day("2017-11-11"))),
        refuses=ACCEPT,
        allows=but(ACCEPT, on=day("2017-11-11")),
    ),
    "and on the analysis of the death": Row(
        rule="review.out-of-order",
        given=(DEATH, but(ANALYSIS, on=day("2017-11-11"))),
        refuses=ACCEPT,
        allows=but(ACCEPT, on=day("2017-11-11")),
    ),
    "what was taken down may be online again": Row(
        rule="review.publication-decided-already",
        given=(*REPORTED, PUBLISH),
        refuses=AGAIN,
        instead=(*REPORTED, PUBLISH, TAKE_DOWN),
        allows=AGAIN,
    ),
    "and is then online once": Row(
        rule="review.publication-decided-already",
        given=(*REPORTED, PUBLISH, TAKE_DOWN, AGAIN),
        refuses=but(AGAIN, place="https://example.org/3"),
        instead=(*REPORTED, PUBLISH, TAKE_DOWN),
        allows=but(AGAIN, place="https://example.org/3"),
    ),
    "though not while it was still online": Row(
        rule="review.out-of-order",
        given=(*REPORTED, PUBLISH, TAKE_DOWN),
        refuses=but(AGAIN, on=day("2018-11-21")),
        allows=but(AGAIN, on=TAKE_DOWN.on),
    ),
    "and may be taken down again": Row(
        rule="review.out-of-order",
        given=(*REPORTED, PUBLISH, TAKE_DOWN, AGAIN),
        refuses=but(TAKE_DOWN, on=day("2018-11-30"), reasons="A court asks for it."),
        allows=but(TAKE_DOWN, on=SECOND, reasons="A court asks for it."),
    ),
    "what was public is not withheld, though it is offline": Row(
        rule="review.publication-decided-already",
        given=(*REPORTED, PUBLISH, TAKE_DOWN),
        refuses=but(WITHHOLD, on=SECOND),
        instead=REPORTED,
        allows=but(WITHHOLD, on=SECOND),
    ),
}
ROWS = pytest.mark.parametrize("row", RULES.values(), ids=RULES)


@ROWS
def test_what_breaks_a_rule_is_not_recorded(row: Row) -> None:
    assert row.rule == after(*row.given).refuses(row.refuses)


@ROWS
def test_the_nearest_that_keeps_it_is_recorded_once(row: Row) -> None:
    """As it was said; and the same again, at once, adds nothing."""
    (recorded,) = row.allowing.records(row.allows)

    assert became(row.allows) == as_said(recorded)
    assert row.allowing.quiet(row.allows)


@pytest.mark.parametrize(
    ("kind", "warned"),
    [("scr", True), ("sar", False), ("table-top", False), ("lga-peer", False)],
)
def test_a_method_is_missed_only_where_the_framework_names_one(kind: str, warned: bool) -> None:
    """The board adopts a systems methodology for serious case reviews; of others it says none."""
    begun = (but(CASE, kind=kind), HOLD)
    (recorded,) = after(*begun, *CONDUCT, *FAMILY, FINDING).records(ACCEPT)

    assert isinstance(recorded, ReportAccepted)
    assert (("no-method",) if warned else ()) == recorded.warnings


def test_a_method_adopted_afterwards_was_missed() -> None:
    """The report did not follow it."""
    late = but(METHOD, on=day("2017-11-11"))
    (recorded,) = after(*HELD, *CONDUCT, *FAMILY, FINDING, late).records(ACCEPT)

    assert isinstance(recorded, ReportAccepted)
    assert ("no-method",) == recorded.warnings


@pytest.mark.parametrize("first", [SCOPE, METHOD, APPOINT, CONDUCT[-1]], ids=name)
def test_what_is_replaced_afterwards_was_there_before(first: Command) -> None:
    """The report rested on the first scope, method, lead and voice, whatever came later."""
    begun = (*HELD, METHOD, *CONDUCT, *FAMILY, FINDING)
    later = but(first, on=day("2017-11-11"))
    without = [command for command in begun if command != first]

    assert () == warnings(after(*begun, later))
    assert () == warnings(after(*without, later, first))
    assert 1 == len(warnings(after(*without, later)))


@pytest.mark.parametrize("kind", [kind.kind for kind in WOLVERHAMPTON.review_kinds])
def test_the_principles_are_not_asked_of_what_others_carry_out(kind: str) -> None:
    """A death, an inspection, peers and guidance have no scope of ours and no case to be heard
    of; every review of practice has.
    """
    begun = but(CASE, kind=kind)
    given = (begun, HOLD, *FAMILY, FINDING, ANALYSIS, JUDGEMENT, CITE)
    others = {"cdr", "ofsted-s136", "ofsted-s15a", "lga-peer", "guidance"}

    assert (kind in others) is (warnings(after(*given)) == ())


def warnings(scenario: Scenario) -> tuple[str, ...]:
    """What the report lacks that is accepted then."""
    (recorded,) = scenario.records(ACCEPT)
    assert isinstance(recorded, ReportAccepted)
    return recorded.warnings


@pytest.mark.parametrize(
    ("kind", "criteria"), [("scr", HOLD.criteria), ("sar", MUST)], ids=["scr", "sar"]
)
def test_what_the_law_asks_for_is_not_discontinued(kind: str, criteria: tuple[str, ...]) -> None:
    """What the board had to hold, it has to complete."""
    scenario = after(but(CASE, kind=kind)).after(but(HOLD, criteria=criteria))

    assert "review.must-be-held" == scenario.refuses(DISCONTINUE)


@pytest.mark.parametrize(
    "begun",
    [
        MAY,
        (but(CASE, kind="lcspr"), HOLD),
        (but(CASE, kind="single-agency-review"), but(HOLD, criteria=())),
        (OPEN,),
    ],
    ids=["discretionary", "without grounds", "below the criteria", "opened"],
)
def test_what_need_not_be_held_need_not_be_completed(begun: Sequence[Command]) -> None:
    """There is nothing to answer, and a reason why it ended; said twice, it ends once."""
    scenario = after(begun[0]).after(*begun[1:])

    assert (became(DISCONTINUE),) == scenario.records(DISCONTINUE)
    assert scenario.quiet(DISCONTINUE)


@pytest.mark.parametrize("command", [FINDING, ACCEPT, WITHHOLD, CITE, CLOSE], ids=name)
def test_a_discontinued_review_is_closed(command: Command) -> None:
    """It will have no report."""
    scenario = after(*MAY, DISCONTINUE)

    assert "review.closed" == scenario.refuses(command)


@pytest.mark.parametrize("command", [PUBLISH, COPY], ids=name)
def test_a_discontinued_review_has_no_report_to_send_anywhere(command: Command) -> None:
    """Closed reviews are published late; this one never was reported."""
    scenario = after(but(CASE, kind="lcspr"), HOLD, DISCONTINUE)

    assert "review.not-accepted" == scenario.refuses(but(command, on=SECOND))


@pytest.mark.parametrize("end", [DISCONTINUE, CLOSE], ids=name)
def test_the_panel_is_told_late_rather_than_never(end: Command) -> None:
    """The review is over; what the panel is owed is not."""
    hold = HOLD if end is DISCONTINUE else but(HOLD, hold=False, criteria=())
    scenario = after(but(CASE, kind="lcspr"), hold, end)
    late = but(INFORM, on=SECOND)

    assert (became(late),) == scenario.records(late)
    assert "review.informed-already" == scenario.after(late).refuses(INFORM)


def test_a_report_is_taken_down_of_a_review_long_closed() -> None:
    """Its year online outlasts the review; and what is online is not published once more."""
    scenario = after(*REPORTED, ADDRESS, PUBLISH, CLOSE)

    assert (became(TAKE_DOWN),) == scenario.records(TAKE_DOWN)
    assert "review.publication-decided-already" == scenario.refuses(AGAIN)
    assert (became(AGAIN),) == scenario.after(TAKE_DOWN).records(AGAIN)


def test_a_report_that_was_withheld_is_published_of_a_review_long_closed() -> None:
    """The child has grown up; the panel had not had its copy either."""
    scenario = after(*REPORTED, ADDRESS, WITHHOLD, CLOSE)
    late = but(COPY, on=SECOND)

    assert (became(late),) == scenario.records(late)
    assert (became(AGAIN),) == scenario.records(AGAIN)
    assert "review.closed" == scenario.refuses(but(WITHHOLD, on=SECOND))


# Clocks from the decision to the end, by regime


COMPLETION = "adult review completion"


def clock(board: Board, called: str, valid: str = "2019-12-31") -> ClockRow:
    return board.accountability(valid).clock(REF, called)


def test_a_discontinued_review_ends_its_clocks_where_they_stood(board: Board) -> None:
    """Thirteen days late on 1 December 2017, and no later a year after."""
    decide(board, *MAY, DISCONTINUE)
    before, after_it = (clock(board, COMPLETION, valid) for valid in ("2017-11-30", "2019-12-31"))
    totals = board.accountability("2019-12-31").totals

    assert ("overdue", 12) == (before.status, before.days_overdue_so_far)
    assert ("ended", 13, None) == (after_it.status, after_it.days_overdue_so_far, after_it.done)
    assert (0, 1) == (totals.clocks_overdue, totals.clocks_ended)


def test_a_review_discontinued_in_time_was_never_late(board: Board) -> None:
    decide(board, *MAY, but(DISCONTINUE, on=day("2017-11-18")))
    row = clock(board, COMPLETION)

    assert ("ended", 0, 0) == (row.status, row.days_overdue_so_far, row.explained)


def test_a_delay_of_a_discontinued_review_stays_explained_to_its_end(board: Board) -> None:
    """From the day it was recorded until the review ended, and not on."""
    delay = ExplainReviewDelay(
        by=CHAIR,
        on=day("2017-11-25"),
        review=REF,
        explanation="e-1",
        clock=COMPLETION,
        reasons="An inquest.",
    )
    accepted = AcceptReviewExplanation(
        by=CHAIR, on=day("2017-11-25"), review=REF, explanation="e-1"
    )
    decide(board, *MAY, delay, accepted, DISCONTINUE)
    row = clock(board, COMPLETION)

    assert (13, 6, 7) == (row.days_overdue_so_far, row.explained, row.unexplained)


@pytest.mark.parametrize(
    ("down", "status", "slack"),
    [("2018-11-21", "short", -1), ("2018-11-22", "met", 0), ("2019-03-01", "met", 99)],
)
def test_a_report_stays_online_for_12_months(
    board: Board, down: str, status: str, slack: int
) -> None:
    """The same day a year later is the first on which it may go."""
    decide(board, *HELD, *FAMILY, FINDING, ACCEPT, PUBLISH, but(TAKE_DOWN, on=day(down)))
    row = clock(board, "online")

    assert (day("2018-11-22"), day(down), status, slack) == (
        row.due,
        row.done,
        row.status,
        row.slack,
    )


def test_a_report_that_is_online_has_no_end_to_measure(board: Board) -> None:
    """Only taking it down can be too early."""
    decide(board, *HELD, *FAMILY, FINDING, ACCEPT, PUBLISH)

    with pytest.raises(KeyError):
        clock(board, "online")


@pytest.mark.parametrize(
    ("notified", "decided", "due"),
    [
        ("2018-06-28", "2018-06-28", "2018-12-28"),
        ("2018-06-28", "2018-07-20", "2019-01-20"),
        ("2019-09-28", "2019-10-20", "2020-04-20"),
    ],
    ids=str,
)
def test_six_months_to_complete_are_of_the_regime_in_which_the_case_was_notified(
    board: Board, notified: str, decided: str, due: str
) -> None:
    """What began under it runs to its end under it, to the last day that it goes on."""
    decide(board, but(CASE, on=day(notified), aware=day("2018-06-28")))
    decide(board, but(HOLD, on=day(decided)))
    rows = [row.due for row in board.accountability("2019-12-31").clocks if "compl" in row.clock]

    assert [day(due)] == rows


@pytest.mark.parametrize("notified", ["2018-06-28", "2018-06-29"])
def test_the_panel_had_its_copy_before_publication_in_the_old_regime(
    board: Board, notified: str
) -> None:
    """Seven working days, where the case was notified while that was the rule; whenever the copy
    was sent.
    """
    decide(board, but(CASE, on=day(notified), aware=day("2018-06-28")))
    decide(board, *at("2018-07-20", HOLD, NO_FAMILY, FINDING), *at("2018-12-03", ACCEPT, COPY))
    decide(board, *at("2018-12-12", PUBLISH))
    rows = {row.clock: row.status for row in board.accountability("2019-12-31").clocks}

    assert "met" == rows.get("panel copy")


@pytest.mark.parametrize(
    ("accepted", "status", "overdue"), [("2018-07-20", "met", 0), ("2018-07-23", "late", 3)]
)
def test_a_rapid_review_takes_15_working_days(
    board: Board, accepted: str, status: str, overdue: int
) -> None:
    """Notified on Friday 29 June 2018; the days over are calendar days."""
    decide(board, but(CASE, kind="rapid-review", on=day("2018-06-29"), aware=day("2018-06-29")))
    decide(board, *at("2018-07-02", HOLD, FINDING), *at(accepted, ACCEPT))
    row = clock(board, "rapid review")

    assert (day("2018-07-20"), status, overdue) == (row.due, row.status, row.days_overdue_so_far)


@pytest.mark.parametrize(
    ("published", "status"), [("2019-02-28", "met"), ("2019-03-01", "late"), (None, "overdue")]
)
def test_a_practice_review_is_published_within_six_months(
    board: Board, published: str | None, status: str
) -> None:
    """From the decision of 31 August 2018, clipped to the end of February; a report that is
    accepted is not public yet.
    """
    decide(board, but(CASE, kind="lcspr", on=day("2018-08-01"), aware=day("2018-08-01")))
    decide(board, *at("2018-08-31", HOLD, NO_FAMILY, FINDING), *at("2018-12-01", ACCEPT))
    if published:
        decide(board, *at(published, PUBLISH))
    row = clock(board, "practice review publication")

    assert (day("2019-02-28"), status) == (row.due, row.status)


def test_a_decision_not_to_publish_does_not_stop_the_clock_of_publication(board: Board) -> None:
    """The reasons may be good; public it is not."""
    decide(board, but(CASE, kind="lcspr", on=day("2018-08-01"), aware=day("2018-08-01")))
    decide(board, *at("2018-08-31", HOLD, NO_FAMILY, FINDING), *at("2018-12-01", ACCEPT, WITHHOLD))

    assert "overdue" == clock(board, "practice review publication").status


@pytest.mark.parametrize(
    ("held", "due"), [("2017-05-18", "2017-11-18"), ("2018-08-31", "2019-02-28")]
)
def test_an_adult_review_takes_six_months_in_either_regime(
    board: Board, held: str, due: str
) -> None:
    """The Care Act did not change with the guidance on children."""
    needs = ("care-and-support-needs",)
    decide(board, but(CASE, kind="sar"), but(HOLD, on=day(held), criteria=needs))
    row = clock(board, "adult review completion", "2020-01-31")

    assert (day(due), "overdue") == (row.due, row.status)


def test_a_report_published_again_is_measured_by_its_first_publication(board: Board) -> None:
    """It was online for a year, and is again: no notice was cut short."""
    decide(board, *REPORTED, PUBLISH, TAKE_DOWN)
    first = clock(board, "online")
    decide(board, but(PUBLISH, on=SECOND))
    names = [row.clock for row in board.accountability("2019-12-31").clocks]

    assert (PUBLISH.on, "met") == (first.started, first.status)
    assert "online" not in names


def test_a_delay_is_explained_of_a_clock_that_runs(board: Board) -> None:
    """A practice review has no completion to explain."""
    late = but(CASE, kind="lcspr", on=day("2018-07-02"), aware=day("2018-07-02"))
    decide(board, late, but(HOLD, on=day("2018-07-10")))

    delay = ExplainReviewDelay(
        by=CHAIR,
        on=day("2019-02-01"),
        review=REF,
        explanation="e-1",
        clock="completion",
        reasons="A trial.",
    )

    assert "review.unknown-clock" == refused(board, delay)


def test_the_review_of_a_death_is_not_discontinued() -> None:
    """Each death is reviewed (framework §3.3.1)."""
    assert "review.must-be-held" == after(DEATH).refuses(DISCONTINUE)
