"""What is recorded is acted on at least once, in order; what fails is tried, and then parked."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lif_adapters.wiring import connect
from lif_core.aggregates.body import BodyKind, BodyRegistered, RegisterBody
from lif_core.aggregates.review import OpenReview
from lif_core.commands.application import Application
from lif_core.errors import ConflictError, MalformedError, ParkedError, UnreadableError
from lif_core.subscriptions.subscription import Delivery, Subscription, catch_up
from tests.people import TEXTS, by, day

ON = day("2018-01-10")
BOARD = by("xb")
NOW = datetime(2018, 6, 1, 10, tzinfo=UTC)


class EffectError(Exception):
    """The failure of what is acted on."""


@pytest.fixture(params=["memory:", "sqlite:{}/lif.db"], ids=["memory", "sqlite"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    """Give a log of six entries: five bodies, and an inquiry between them."""
    with connect(
        request.param.format(tmp_path), clock=lambda: NOW, readership=TEXTS
    ) as application:
        register(application, "xb", "xb/1", "xb/2")
        application.handle(
            OpenReview(by=BOARD, on=ON, review="xb/i", kind="inquiry", title="Inquiry")
        )
        register(application, "xb/4", "xb/5")
        yield application


def register(app: Application, *refs: str) -> None:
    for ref in refs:
        app.handle(RegisterBody(by=BOARD, on=ON, body=ref, name=ref, kind=BodyKind.COMMITTEE))


class Effects:
    """The positions that were acted on, delivery by delivery; *failing* ones raise."""

    def __init__(self, *failing: int) -> None:
        self.deliveries: list[list[int]] = []
        self.attempts: list[int] = []
        self.failing = set(failing)

    def __call__(self, delivery: Delivery) -> None:
        positions = [record.position for record in delivery.records]
        self.deliveries.append(positions)
        self.attempts.append(delivery.attempt)
        if self.failing & set(positions):
            raise EffectError(f"at {positions}")

    @property
    def positions(self) -> list[int]:
        return [position for positions in self.deliveries for position in positions]


def failing(step: Callable[[], object]) -> None:
    with pytest.raises(EffectError):
        step()


def test_everything_is_acted_on_once_and_in_order_from_where_it_was(app: Application) -> None:
    effects = Effects()
    subscription = app.subscribe("crm", effects, page=4)

    assert subscription.catch_up() == 6
    assert effects.deliveries == [[1, 2, 3, 4], [5, 6]]
    assert app.subscribe("crm", effects).catch_up() == 0
    register(app, "xb/7")
    assert app.subscribe("crm", effects).step() == 1
    assert effects.positions == [1, 2, 3, 4, 5, 6, 7]
    assert subscription.position == 7


def test_each_name_is_where_it_was_itself(app: Application) -> None:
    """A policy, a saved view or another subscription of the name moves it no further."""
    app.subscribe("crm", Effects()).catch_up()
    app.follow()

    effects = Effects()
    app.subscribe("escalate-overdue", effects).catch_up()
    assert effects.positions == [1, 2, 3, 4, 5, 6]


def test_whoever_has_acted_least_goes_first(app: Application) -> None:
    order: list[str] = []

    def act(name: str) -> Callable[[Delivery], object]:
        return lambda delivery: order.append(f"{name}{delivery.position}")

    first = app.subscribe("a", act("a"), page=2)
    first.step()
    assert catch_up([first, app.subscribe("b", act("b"), page=3)]) == 4 + 6
    assert order == ["a2", "b3", "a4", "b6", "a6"]


def test_only_the_kinds_that_are_asked_for_are_handed_over(app: Application) -> None:
    """The others are passed all the same."""
    effects = Effects()
    subscription = app.subscribe("bodies", effects, events=[BodyRegistered], page=4)

    assert subscription.catch_up() == 6
    assert effects.deliveries == [[1, 2, 3], [5, 6]]


def test_what_failed_is_tried_again(app: Application) -> None:
    """It is known which attempt it is; nothing behind it is acted on before."""
    effects = Effects(1)
    subscription = app.subscribe("crm", effects, page=1)

    failing(subscription.step)
    failing(subscription.step)
    effects.failing.clear()
    assert subscription.catch_up() == 6
    assert effects.positions == [1, 1, 1, 2, 3, 4, 5, 6]
    assert effects.attempts == [1, 2, 3, 1, 1, 1, 1, 1]


def test_of_several_the_one_that_fails_is_tried_alone(app: Application) -> None:
    """Then they are handed over together again."""
    effects = Effects(3)
    subscription = app.subscribe("crm", effects, page=4)

    failing(subscription.step)
    failing(subscription.catch_up)
    assert subscription.position == 2
    effects.failing.clear()
    subscription.catch_up()
    assert effects.deliveries == [[1, 2, 3, 4], [1], [2], [3], [3], [4], [5, 6]]


def test_what_keeps_failing_is_parked_for_every_process(app: Application) -> None:
    effects = Effects(2)
    subscription = app.subscribe("crm", effects, page=1, attempts=3)
    subscription.step()
    failing(subscription.step)
    failing(subscription.step)

    with pytest.raises(ParkedError) as raised:
        subscription.step()
    assert (raised.value.name, raised.value.position) == ("crm", 2)
    assert isinstance(raised.value.__cause__, EffectError)
    other = app.subscribe("crm", effects)
    with pytest.raises(ParkedError, match=r"EffectError: at \[2\]"):
        other.catch_up()
    assert other.parked is not None
    assert (other.parked.stream, other.parked.since) == ("body-xb/1", NOW)
    assert effects.positions == [1, 2, 2, 2]


def parked(app: Application, effects: Effects) -> Subscription:
    subscription = app.subscribe("crm", effects, attempts=1)
    failing(subscription.catch_up)  # all together
    with pytest.raises(ParkedError):
        subscription.catch_up()
    return subscription


def test_what_is_parked_goes_on_where_it_was(app: Application) -> None:
    effects = Effects(2)
    subscription = parked(app, effects)
    effects.failing.clear()

    app.subscribe("crm", effects).resume()
    assert subscription.parked is None
    assert subscription.catch_up() == 5
    assert effects.positions[-5:] == [2, 3, 4, 5, 6]
    subscription.resume()
    assert subscription.position == 6


def test_what_is_parked_goes_on_past_it_when_told_to(app: Application) -> None:
    effects = Effects(2)
    subscription = parked(app, effects)

    subscription.resume(skip=True)
    assert subscription.position == 2
    subscription.catch_up()
    assert effects.positions[-4:] == [3, 4, 5, 6]


def test_a_busy_store_parks_nothing(app: Application) -> None:
    """It is not the entry that fails."""
    for error in (ConflictError("busy"), UnreadableError("down")):

        def act(_: Delivery, error: Exception = error) -> None:
            raise error

        subscription = app.subscribe("crm", act, attempts=1, page=1)
        for _ in range(3):
            with pytest.raises(type(error)):
                subscription.step()
        assert subscription.parked is None


def test_of_two_that_act_at_once_one_moves_on(app: Application) -> None:
    """Both have acted, which is at least once; what another has acted on is not gone back to."""
    effects = Effects()
    other = app.subscribe("crm", effects, page=6)

    def act(delivery: Delivery) -> None:
        if delivery.after == 0:
            other.step()
        effects(delivery)

    assert app.subscribe("crm", act, page=2).catch_up() == 2
    assert effects.deliveries == [[1, 2, 3, 4, 5, 6], [1, 2]]
    assert other.position == 6


def test_it_runs_until_it_is_told_to_stop(app: Application) -> None:
    """What is recorded meanwhile is acted on; what fails is told, and tried again."""
    effects, stop, errors = Effects(2), threading.Event(), list[Exception]()

    def on_error(error: Exception) -> None:
        errors.append(error)
        effects.failing.clear()

    subscription = app.subscribe("crm", effects, page=1, pause=0.01)
    thread = threading.Thread(target=subscription.run, args=(stop,), kwargs={"on_error": on_error})
    thread.start()
    try:
        assert app.recorder.wait(after=5, seconds=30)
        register(app, "xb/7")
        for _ in range(3_000):
            if subscription.position == 7:
                break
            stop.wait(0.01)
    finally:
        stop.set()
        thread.join(30)

    assert not thread.is_alive()
    assert effects.positions == [1, 2, 2, 3, 4, 5, 6, 7]
    assert [str(error) for error in errors] == ["at [2]"]


def test_a_run_ends_where_it_is_parked(app: Application) -> None:
    """And lets another have the lease."""
    subscription = app.subscribe("crm", Effects(2), page=1, attempts=2, pause=0.01)
    with pytest.raises(ParkedError):
        subscription.run(threading.Event())

    subscription.resume(skip=True)
    stop = threading.Event()

    def act(_: Delivery) -> None:
        stop.set()

    app.subscribe("crm", act, term=subscription._term).run(stop)
    assert subscription.position == 6


@pytest.mark.parametrize("fields", [{"page": 0}, {"attempts": 0}, {"name": " "}])
def test_what_makes_no_sense_is_malformed(app: Application, fields: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        app.subscribe(**{"name": "crm", "act": Effects(), **fields})
