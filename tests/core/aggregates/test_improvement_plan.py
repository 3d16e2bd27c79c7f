"""The rules of the continuous improvement plan, and its life at Wolverhampton. All fictional."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import attrs
import pytest

from lif_core.aggregates import improvement_plan
from lif_core.aggregates.improvement_plan import (
    AdoptPlan,
    Basis,
    ClosePlan,
    DropPriority,
    MissingBasis,
    PresentSummary,
    Progress,
    RecordOutcome,
    ReportProgress,
    SetPriority,
)
from lif_core.aggregates.indicator import DefineIndicator, IndicatorKind
from lif_core.aggregates.review import OpenReview
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.testing.decider_contract import DeciderContract
from lif_core.values.evidence import EvidenceLevel
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, name, scenario_of
from tests.people import CHAIR, MANAGER, POLICE, QUALITY, by, day

DECIDER: AnyDecider = improvement_plan.decider
PLAN = "wscb/plan-2018"
PEER_REVIEW = "review-wscb/peer-2017"
TIMELY = "indicator-wscb/assessments-in-time"

TOLD = tuple(
    Basis(basis=basis, account=account, sources=sources)
    for basis, account, sources in (
        ("area-profile", "More young children than elsewhere.", ()),
        ("agency-performance", "Thresholds are read in two ways.", ()),
        ("data-kpis-audits", "A fifth of assessments are late.", (TIMELY,)),
        ("case-file-audits", "The child's day is seldom described.", (PEER_REVIEW,)),
    )
)
ADOPT = AdoptPlan(
    by=QUALITY,
    on=day("2018-03-01"),
    plan=PLAN,
    title="Seen and heard",
    since=day("2018-04-01"),
    until=day("2019-03-31"),
    basis=TOLD,
)
SET = SetPriority(
    by=QUALITY,
    on=day("2018-03-10"),
    plan=PLAN,
    priority="timely",
    aim="Nine of ten assessments are in time",
    lead="wsb/council-children",
    due=day("2018-12-31"),
    arising_from=(PEER_REVIEW,),
)
REPORT = ReportProgress(
    by=by("wsb/council-children"),
    on=day("2018-07-01"),
    plan=PLAN,
    priority="timely",
    progress=Progress.AT_RISK,
    account="Two posts are empty.",
)
OUTCOME = RecordOutcome(
    by=QUALITY,
    on=day("2019-01-15"),
    plan=PLAN,
    priority="timely",
    outcome="Children wait for eleven days fewer.",
    rests_on=(TIMELY,),
    claimed=EvidenceLevel.OUTCOME_DATA,
)
PRESENT = PresentSummary(
    by=QUALITY,
    on=day("2019-02-01"),
    plan=PLAN,
    board="wscb",
    summary="One priority, met.",
    evaluation="The early posts made the difference.",
)
CLOSE = ClosePlan(
    by=QUALITY, on=day("2019-04-01"), plan=PLAN, evaluation="It did what it set out to do."
)
DROP = DropPriority(
    by=QUALITY, on=day("2018-09-01"), plan=PLAN, priority="timely", reasons="Taken up nationally."
)
OF_A_PRIORITY = (REPORT, OUTCOME, DROP)
LIFE = (ADOPT, SET, REPORT, OUTCOME, PRESENT, CLOSE)


after = partial(scenario_of, DECIDER)


# The whole life


class TestImprovementPlan(DeciderContract):
    """Adopted, followed to an outcome or dropped, presented, closed."""

    decider = DECIDER
    lives = (LIFE, (ADOPT, SET, DROP, CLOSE))
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD

    def event_of(self, command: Command, framework: Framework) -> Event[Any]:
        """The level of evidence is worked out."""
        return became(command)


# Adopted


@pytest.mark.parametrize(
    ("command", "enough"),
    [(SET, (ADOPT,)), *((one, (ADOPT, SET)) for one in OF_A_PRIORITY), (CLOSE, (ADOPT,))],
    ids=lambda value: name(value) or "",
)
def test_nothing_is_decided_about_a_plan_nobody_adopted(
    command: Command, enough: tuple[Command, ...]
) -> None:
    """Most likely the reference is wrong."""
    assert "plan.unknown" == after().refuses(command)
    assert (became(command),) == after(*enough).records(command)


def test_the_next_plan_has_a_reference_of_its_own() -> None:
    """A plan rewritten under the same name could not be held against what came of it."""
    another = but(ADOPT, title="Seen, heard and helped")

    assert "plan.reference-taken" == after(ADOPT).refuses(another)
    assert (became(another),) == after().records(another)


def test_a_plan_ends_when_it_begins_or_later() -> None:
    """A plan for one day is a plan; one that is over before it starts is a typing error."""
    backwards = but(ADOPT, until=day("2018-03-31"))
    one_day = but(ADOPT, until=day("2018-04-01"))

    assert "plan.ends-before-it-begins" == after().refuses(backwards)
    assert (became(one_day),) == after().records(one_day)


@pytest.mark.parametrize("lacking", TOLD, ids=lambda basis: str(basis.basis))
def test_each_basis_of_the_framework_is_told_or_explained_as_missing(lacking: Basis) -> None:
    """Without it the plan is refused; with a reason why it does without, it is not (§5.1)."""
    without = but(ADOPT, basis=tuple(basis for basis in TOLD if basis is not lacking))
    reasons = MissingBasis(basis=lacking.basis, reasons="The data come in May.")
    explained = but(without, missing=(reasons,))

    assert "plan.basis-missing" == after().refuses(without)
    assert (became(explained),) == after().records(explained)


def test_a_plan_may_explain_every_basis_as_missing() -> None:
    """The framework asks for an account, not for data that nobody has."""
    missing = tuple(MissingBasis(basis=one.basis, reasons="Not yet.") for one in TOLD)
    command = but(ADOPT, basis=(), missing=missing)

    assert (became(command),) == after().records(command)


def test_a_basis_is_told_once() -> None:
    """Told and missing at once, or told in two ways, it would say two things."""
    missing = MissingBasis(basis="area-profile", reasons="Not yet.")
    in_other_words = attrs.evolve(TOLD[0], account="Fewer.")

    assert "plan.basis-twice" == after().refuses(but(ADOPT, missing=(missing,)))
    assert "plan.basis-twice" == after().refuses(but(ADOPT, basis=(*TOLD, in_other_words)))
    assert (became(ADOPT),) == after().records(ADOPT)


@pytest.mark.parametrize(
    "changes",
    [
        {"basis": (*TOLD, Basis(basis="gut-feeling", account="It felt right."))},
        {"missing": (MissingBasis(basis="gut-feeling", reasons="None felt."),)},
    ],
    ids=["told", "missing"],
)
def test_a_plan_rests_on_what_the_framework_says_it_rests_on(changes: dict[str, Any]) -> None:
    """A board that no pack governs has bases of its own."""
    command = but(ADOPT, **changes)

    assert "plan.unknown-basis" == after().refuses(command)
    assert (became(command),) == after(framework=GENERAL).records(command)


# Its priorities


@pytest.mark.parametrize("given", [(ADOPT, SET), (ADOPT, SET, DROP)], ids=["set", "dropped"])
def test_another_priority_has_a_reference_of_its_own(given: tuple[Command, ...]) -> None:
    """Also after the first one was dropped: its history stays its own."""
    changed = but(SET, aim="Eight of ten are in time")
    another = but(changed, priority="timely-too")

    assert "plan.priority-taken" == after(*given).refuses(changed)
    assert (became(another),) == after(*given).records(another)


def test_a_priority_is_due_on_the_day_it_is_set_or_later() -> None:
    """Nothing can be asked for yesterday."""
    yesterday = but(SET, due=day("2018-03-09"))
    today = but(SET, due=day("2018-03-10"))

    assert "plan.due-in-the-past" == after(ADOPT).refuses(yesterday)
    assert (became(today),) == after(ADOPT).records(today)


@pytest.mark.parametrize("command", OF_A_PRIORITY, ids=name)
def test_what_is_reported_is_a_priority_of_the_plan(command: Command) -> None:
    """Progress on what was never a priority is lost to the board."""
    assert "plan.no-such-priority" == after(ADOPT, SET).refuses(but(command, priority="timley"))
    assert (became(command),) == after(ADOPT, SET).records(command)


@pytest.mark.parametrize("command", OF_A_PRIORITY, ids=name)
def test_nothing_comes_of_a_priority_before_it_is_set(command: Command) -> None:
    """On the day itself it may: some things are quickly done."""
    early = but(command, on=day("2018-03-09"))
    same_day = but(command, on=day("2018-03-10"))

    assert "plan.out-of-order" == after(ADOPT, SET).refuses(early)
    assert (became(same_day),) == after(ADOPT, SET).records(same_day)


@pytest.mark.parametrize(
    "command", [REPORT, OUTCOME, but(DROP, reasons="Out of reach.")], ids=name
)
def test_a_dropped_priority_is_followed_no_more(command: Command) -> None:
    """It was dropped for a reason; a new start is a new priority."""
    late = but(command, on=day("2018-10-01"))

    assert "plan.priority-dropped" == after(ADOPT, SET, DROP).refuses(late)
    assert (became(late),) == after(ADOPT, SET).records(late)


# Presented, closed


def test_a_plan_closes_when_every_priority_has_an_outcome_or_was_dropped() -> None:
    """A priority cannot run out quietly with the year."""
    other = but(SET, priority="voice", aim="Every file says what the child wished")
    dropped = but(DROP, priority="voice")

    assert "plan.priorities-open" == after(ADOPT, SET).refuses(CLOSE)
    assert "plan.priorities-open" == after(ADOPT, SET, REPORT).refuses(CLOSE)
    assert "plan.priorities-open" == after(ADOPT, SET, OUTCOME, other).refuses(CLOSE)
    assert (became(CLOSE),) == after(ADOPT, SET, OUTCOME, other, dropped).records(CLOSE)


def test_a_plan_without_priorities_can_be_closed() -> None:
    """Nothing waits for an outcome."""
    assert (became(CLOSE),) == after(ADOPT).records(CLOSE)


@pytest.mark.parametrize(
    "command",
    [
        but(SET, priority="voice"),
        but(REPORT, progress=Progress.DONE),
        but(OUTCOME, outcome="Nine days fewer."),
        DROP,
        but(PRESENT, board="wsab"),
        but(CLOSE, evaluation="On second thoughts, it did not."),
    ],
    ids=name,
)
def test_a_closed_plan_changes_no_more(command: Command) -> None:
    """What goes on is another year's plan."""
    assert "plan.closed" == after(*LIFE).refuses(command)
    assert (became(command),) == after(*LIFE[:-1]).records(command)


@pytest.mark.parametrize("progress", list(Progress), ids=str)
def test_progress_is_reported_as_it_is(progress: Progress) -> None:
    """Later reports may be better or worse; each stays on record."""
    command = but(REPORT, on=day("2018-10-01"), progress=progress)

    assert (became(command),) == after(ADOPT, SET, REPORT).records(command)


# Under Wolverhampton's rights


@pytest.fixture
def board() -> Board:
    """On which the peer review and the indicator are on record that the plan rests on."""
    board = Board()
    board.now = datetime(2019, 6, 1, tzinfo=UTC)
    board.app.handle_all(
        (
            OpenReview(
                by=MANAGER,
                on=day("2017-11-01"),
                review="wscb/peer-2017",
                kind="lga-peer",
                title="Peer review",
            ),
            DefineIndicator(
                by=QUALITY,
                on=day("2017-11-01"),
                indicator="wscb/assessments-in-time",
                name="Assessments in time",
                kind=IndicatorKind.MEASUREMENT,
                unit="per cent",
                higher_is_better=True,
            ),
        )
    )
    return board


def test_the_life_of_a_plan_under_wolverhamptons_rights(board: Board) -> None:
    """The committee owns it, its lead reports, the board is told (framework §5.1, §5.2)."""
    records = board.app.handle_all(LIFE)

    assert tuple(map(became, LIFE)) == tuple(record.event for record in records)


@pytest.mark.parametrize("plan", ["wscb/2018", "wsab/2018", "wsb/2018"])
@pytest.mark.parametrize("body", ["wscb/pmc", "wscb/qac", "wsab/qpc"])
def test_the_plan_is_the_quality_committees(board: Board, body: str, plan: str) -> None:
    """Two of the children's board, one of the adults' (framework §5.1): each of its own board,
    and all of the plan of both.
    """
    command = but(ADOPT, by=by(body), plan=plan)
    own = plan.partition("/")[0] in (body.partition("/")[0], "wsb")

    if own:
        assert [became(command)] == [record.event for record in board.app.handle(command)]
    else:
        with pytest.raises(RefusedError, match=r"authority\.not-entitled"):
            board.app.handle(command)


@pytest.mark.parametrize("who", [CHAIR, POLICE, by("wsb/jld")], ids=lambda who: str(who.body))
@pytest.mark.parametrize("command", [ADOPT, SET, DROP, PRESENT, CLOSE], ids=name)
def test_the_plan_is_nobody_elses(board: Board, command: Command, who: Any) -> None:
    """Not the board's either: that is who it is presented to (framework §5.2)."""
    board.app.handle_all((ADOPT, but(SET, priority="voice")))

    with pytest.raises(RefusedError) as refused:
        board.app.handle(but(command, by=who))

    assert "authority.not-entitled" == refused.value.rule


# Who speaks, and when


def test_the_lead_says_how_a_priority_stands() -> None:
    """Nobody else reports progress in its name."""
    other = but(REPORT, by=but(REPORT.by, body="wsb/voluntary"))

    assert "plan.lead-only" == after(ADOPT, SET).refuses(other)
    assert (became(REPORT),) == after(ADOPT, SET).records(REPORT)


def test_a_summary_is_presented_to_a_board() -> None:
    """A committee is no board, nor is an agency (framework §5.2)."""
    committee = but(PRESENT, board="wscb/qac")

    assert "plan.not-a-board" == after(ADOPT).refuses(committee)
    assert (became(PRESENT),) == after(ADOPT).records(PRESENT)


def test_a_plan_does_not_close_before_the_last_of_its_outcomes() -> None:
    early = but(CLOSE, on=OUTCOME.on - timedelta(days=1))
    given = (ADOPT, SET, OUTCOME)

    assert "plan.out-of-order" == after(*given).refuses(early)
    assert (became(but(CLOSE, on=OUTCOME.on)),) == after(*given).records(but(CLOSE, on=OUTCOME.on))
