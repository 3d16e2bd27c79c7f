"""The rules of an evaluation of learning, and its life at Wolverhampton. All is fictional."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from lif_core.aggregates import evaluation
from lif_core.aggregates.audit import PlanAudit
from lif_core.aggregates.evaluation import AbandonEvaluation, CompleteEvaluation, PlanEvaluation
from lif_core.aggregates.review import OpenReview
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.testing.decider_contract import DeciderContract
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, name, scenario_of
from tests.people import MANAGER, POLICE, QUALITY, TRAINING, day

DECIDER: AnyDecider = evaluation.decider
REF = "wscb/evaluation-1"
SOURCE = "review-wscb/table-top-1"

PLAN = PlanEvaluation(
    by=QUALITY,
    on=day("2018-04-01"),
    evaluation=REF,
    source=SOURCE,
    method="audit",
    due=day("2019-03-31"),
)
COMPLETE = CompleteEvaluation(
    by=QUALITY,
    on=day("2018-12-01"),
    evaluation=REF,
    conclusion="What was learnt is in nine of twelve files.",
    carried_by="audit-wscb/neglect-2018",
)
ABANDON = AbandonEvaluation(
    by=QUALITY, on=day("2018-11-01"), evaluation=REF, reasons="The service has closed."
)
LIFE = (PLAN, COMPLETE)
ENDINGS = (COMPLETE, ABANDON)


after = partial(scenario_of, DECIDER)


# The whole life


class TestEvaluation(DeciderContract):
    """Planned, and completed or abandoned for a reason."""

    decider = DECIDER
    lives = tuple((PLAN, end) for end in ENDINGS)
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


# The rules


@pytest.mark.parametrize("command", ENDINGS, ids=name)
def test_an_evaluation_nobody_planned_does_not_end(command: Command) -> None:
    """Most likely the reference is wrong."""
    assert "evaluation.unknown" == after().refuses(command)
    assert (became(command),) == after(PLAN).records(command)


@pytest.mark.parametrize(
    "changes",
    [{"method": "peer review"}, {"source": "review-wscb/other"}, {"due": day("2019-04-30")}],
    ids=lambda changes: str(*changes),
)
def test_another_evaluation_has_a_reference_of_its_own(changes: dict[str, Any]) -> None:
    """Two methods for one source are two evaluations, each with its own end."""
    another = but(PLAN, **changes)

    assert "evaluation.reference-taken" == after(PLAN).refuses(another)
    assert (became(another),) == after().records(another)


METHODS = sorted({method for one in WOLVERHAMPTON.sources for method in one.evaluations})


@pytest.mark.parametrize("method", METHODS)
def test_learning_is_evaluated_by_each_method_of_the_matrix(method: str) -> None:
    """The framework names them (framework Appendix A)."""
    command = but(PLAN, method=method)

    assert (became(command),) == after().records(command)


def test_learning_is_evaluated_by_no_method_outside_the_matrix() -> None:
    """It would never meet an expected one; a board without a matrix has methods of its own."""
    command = but(PLAN, method="guesswork")

    assert "evaluation.unknown-method" == after().refuses(command)
    assert (became(command),) == after(framework=GENERAL).records(command)


def test_an_evaluation_is_due_on_the_day_it_is_planned_or_later() -> None:
    """One that was done before it was planned needs no due date in the past."""
    yesterday, today = but(PLAN, due=day("2018-03-31")), but(PLAN, due=day("2018-04-01"))

    assert "evaluation.due-in-the-past" == after().refuses(yesterday)
    assert (became(today),) == after().records(today)


def test_what_is_evaluated_does_not_evaluate_itself() -> None:
    """Another audit or review may, or nothing that is on record."""
    by_nothing_on_record = but(COMPLETE, carried_by=None)

    assert "evaluation.by-itself" == after(PLAN).refuses(but(COMPLETE, carried_by=SOURCE))
    assert (became(COMPLETE),) == after(PLAN).records(COMPLETE)
    assert (became(by_nothing_on_record),) == after(PLAN).records(by_nothing_on_record)


@pytest.mark.parametrize("end", ENDINGS, ids=name)
@pytest.mark.parametrize(
    "command",
    [but(COMPLETE, conclusion="In seven of twelve."), but(ABANDON, reasons="No time.")],
    ids=name,
)
def test_an_evaluation_ends_once(command: Command, end: Command) -> None:
    """A conclusion is corrected, not drawn twice; what was abandoned is planned anew."""
    assert "evaluation.ended" == after(PLAN, end).refuses(command)
    assert (became(command),) == after(PLAN).records(command)


# At Wolverhampton


@pytest.fixture
def board() -> Board:
    """On which a table-top review is on record, and an audit of what it taught."""
    board = Board()
    board.now = datetime(2019, 1, 2, tzinfo=UTC)
    review = OpenReview(
        by=MANAGER,
        on=day("2018-01-08"),
        review="wscb/table-top-1",
        kind="table-top",
        title="A case of neglect",
        threshold="No serious harm.",
    )
    audit = PlanAudit(
        by=QUALITY,
        on=day("2018-09-01"),
        audit="wscb/neglect-2018",
        kind="maca",
        theme="neglect",
        basis="Referrals of neglect have risen.",
        scale="ofsted",
    )
    board.app.handle_all((review, audit))
    return board


def test_the_life_of_an_evaluation_at_wolverhampton(board: Board) -> None:
    """An audit shows whether a review's learning made a difference (framework Appendix A)."""
    records = board.app.handle_all(LIFE)

    assert tuple(map(became, LIFE)) == tuple(record.event for record in records)


@pytest.mark.parametrize("who", [MANAGER, TRAINING, POLICE], ids=lambda who: str(who.body))
def test_to_evaluate_is_nobodys_privilege(board: Board, who: Any) -> None:
    """The framework names the methods, and not who must use them."""
    command = but(PLAN, by=who)

    (record,) = board.app.handle(command)

    assert became(command) == record.event


@pytest.mark.parametrize(
    "command",
    [but(PLAN, source="review-wscb/other"), but(COMPLETE, carried_by="audit-wscb/other")],
    ids=name,
)
def test_what_is_evaluated_and_what_does_it_are_on_record(board: Board, command: Command) -> None:
    """Otherwise an expected evaluation could be met by nothing."""
    board.app.handle(but(PLAN, method="inspection"))

    with pytest.raises(RefusedError) as refused:
        board.app.handle(command)

    assert "reference.unknown" == refused.value.rule
