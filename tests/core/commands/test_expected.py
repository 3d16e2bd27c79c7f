"""Two people on a stale screen: one is told."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from lif_adapters.wiring import connect
from lif_core.aggregates.recommendation import AcceptRecommendation, IssueRecommendation
from lif_core.aggregates.review import OpenReview
from lif_core.commands.application import Application
from lif_core.decisions.record import Record
from lif_core.errors import ConflictError, LifError, MalformedError, RefusedError, StaleError
from lif_core.log.registry import Registry
from lif_core.log.requests import ENVELOPE, Request, dump, load
from lif_core.values.fields import types_of
from tests.people import CHAIR, TEXTS, TRAINING, day

NOW = datetime(2018, 3, 1, 9, tzinfo=UTC)
REVIEW, R1 = "review-wscb/1", "recommendation-wscb/1/r1"


@pytest.fixture(params=["memory:", "sqlite:{}/lif.db"], ids=["memory", "sqlite"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    with connect(
        request.param.format(tmp_path), clock=lambda: NOW, readership=TEXTS
    ) as application:
        application.handle(OPENED)
        yield application


OPENED = OpenReview(
    by=CHAIR, on=day("2018-01-20"), review="wscb/1", kind="single-agency-review", title="A case"
)
ACCEPTED = AcceptRecommendation(by=TRAINING, on=day("2018-02-02"), recommendation="wscb/1/r1")


def issued(text: str = "Train supervisors") -> IssueRecommendation:
    return IssueRecommendation(
        by=CHAIR,
        on=day("2018-01-25"),
        recommendation="wscb/1/r1",
        source="review-wscb/1",
        text=text,
        addressed=(TRAINING.body,),
    )


def test_a_decision_on_what_has_not_moved_is_recorded(app: Application) -> None:
    records = app.handle(issued(), expected={REVIEW: 1, R1: 0})

    assert [(record.stream, record.stream_position) for record in records] == [(R1, 1)]


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        ({REVIEW: 0}, StaleError(REVIEW, 0, 1)),
        ({REVIEW: 2}, StaleError(REVIEW, 2, 1)),
        ({REVIEW: 1, R1: 1}, StaleError(R1, 1, 0)),
    ],
)
def test_a_decision_on_what_has_moved_is_told_so(
    app: Application, expected: dict[str, int], error: StaleError
) -> None:
    """Also where the stream is not the one that is decided about; nothing is recorded."""
    with pytest.raises(StaleError) as raised:
        app.handle(issued(), expected=expected)

    assert raised.value.args == error.args
    assert isinstance(raised.value, ConflictError)
    assert str(error) == str(raised.value)
    assert not list(app.history(R1))


def test_a_decision_said_before_on_a_stale_screen_is_told_so(app: Application) -> None:
    """What is fulfilled already leads to nothing, but whoever says it has not seen that."""
    app.handle(issued())

    assert app.handle(issued(), expected={R1: 1}) == ()
    with pytest.raises(StaleError):
        app.handle(issued(), expected={R1: 0})


def test_the_same_id_again_returns_what_it_returned(app: Application) -> None:
    """A request that is repeated as it was is not stale by what it led to itself."""
    first = app.handle(issued(), command_id="c-1", expected={R1: 0})

    assert app.handle(issued(), command_id="c-1", expected={R1: 0}) == first


def test_a_batch_rests_on_streams_as_they_were_before_it(app: Application) -> None:
    """What the batch itself records makes none of it stale."""
    records = app.handle_all([issued(), ACCEPTED], expected={R1: 0, REVIEW: 1})
    assert [record.stream_position for record in records] == [1, 2]

    with pytest.raises(StaleError):
        app.handle_all([Request(command=ACCEPTED, command_id="c-9")], expected={R1: 0})


def test_a_request_of_a_batch_has_its_own(app: Application) -> None:
    """Each is held against the streams as they were before its group."""
    group = [
        Request(command=issued(), expected={R1: 0}),
        Request(command=ACCEPTED, expected={R1: 0, REVIEW: 1}),
    ]
    assert len(app.handle_all(group)) == 2

    outcomes = app.handle_each([[Request(command=ACCEPTED, expected={R1: 1})], [ACCEPTED]])
    assert isinstance(outcomes[0], StaleError)
    assert outcomes[1] == ()


def test_a_group_that_is_stale_by_one_before_it_is_told_so(app: Application) -> None:
    outcomes = app.handle_each(
        [[issued()], [Request(command=ACCEPTED, expected={R1: 0})], [ACCEPTED]]
    )

    assert isinstance(outcomes[1], StaleError)
    assert [len(o) for o in (outcomes[0], outcomes[2]) if not isinstance(o, LifError)] == [1, 1]


def test_of_two_at_once_on_one_screen_one_is_told(app: Application) -> None:
    """Each has seen the recommendation before the other decided about it."""
    together, outcomes = Barrier(2), list[tuple[Record, ...] | LifError]()

    def decide(text: str) -> None:
        together.wait(30)
        try:
            outcomes.append(app.handle(issued(text), expected={R1: 0}))
        except LifError as error:
            outcomes.append(error)

    people = [Thread(target=decide, args=(text,)) for text in ("One", "Another")]
    for person in people:
        person.start()
    for person in people:
        person.join(60)

    told = [outcome for outcome in outcomes if isinstance(outcome, LifError)]
    assert [type(error) for error in told] == [StaleError]
    assert len(outcomes) == 2
    assert len(list(app.history(R1))) == 1


@pytest.mark.parametrize("position", [-1, True, "1", 1.0, None])
def test_a_position_that_is_none_is_malformed(app: Application, position: object) -> None:
    with pytest.raises(MalformedError) as raised:
        app.handle(issued(), expected={R1: position})  # type: ignore[dict-item]
    assert raised.value.field == f"expected.{R1}"

    with pytest.raises(MalformedError):
        app.handle_all([issued()], expected={R1: position})  # type: ignore[dict-item]


def test_a_name_of_no_stream_is_refused(app: Application) -> None:
    """A name misspelt would otherwise always be as expected at 0."""
    with pytest.raises(RefusedError, match=r"stream\.unknown-category"):
        app.handle(issued(), expected={"recomendation-wscb/1/r1": 0})
    with pytest.raises(MalformedError):
        app.handle(issued(), expected={"": 0})


def test_the_public_form_of_a_command_takes_it(app: Application) -> None:
    """One object on a line may say what its sender has seen."""
    line = {**json.loads(dump(issued(), app.mapper)), "expected_positions": {R1: 3}}

    request = load(json.dumps(line), app.mapper)
    assert request == Request(command=issued(), expected={R1: 3})
    with pytest.raises(StaleError):
        app.handle_all([request])
    with pytest.raises(MalformedError, match=r"expected"):
        load(json.dumps({**line, "expected_positions": {R1: "3"}}), app.mapper)


def test_no_field_of_a_command_is_called_as_what_belongs_to_asking_it() -> None:
    """Whether a death was `expected` is another thing."""
    for name, cls in Registry().commands.items():
        fields: Any = cls
        assert not {*ENVELOPE} & {*types_of(fields)}, name
