"""The contract of a decider, for the test suite of an aggregate, in three lines.

class TestChallenge(DeciderContract):
    decider = challenge.decider
    lives = ((RAISE, ANSWER, RESOLVE),)
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any, ClassVar, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework, load
from lif_core.testing.scenario import Scenario
from lif_core.testing.strategies import World, commands, events, of_class

FIRST_DAY = date(2018, 1, 1)

Life: TypeAlias = Sequence[Command]
Outcome: TypeAlias = tuple[Event[Any], ...] | str


class DeciderContract:
    """The behaviour of a `lif_core.decisions.decider.Decider`; give a *decider* and its *lives*.

    A life is the commands of one stream in the order in which they are decided, from the one that
    opens it to its end, and is the same under each of the *frameworks*. Generated histories are
    about the names of the *world*. *states* are those of other streams, by stream, and *instants*
    when the entries of the log were recorded, by position.
    """

    decider: ClassVar[AnyDecider]
    lives: ClassVar[Sequence[Life]]
    frameworks: ClassVar[Sequence[Framework]] = (load().general,)
    world: ClassVar[World] = World()
    states: ClassVar[Mapping[str, Any]] = {}
    instants: ClassVar[Mapping[int, datetime]] = {}

    def event_of(self, command: Command, framework: Framework) -> Event[Any]:
        """Return the event that *command* becomes under a *framework*; override where the decision
        adds fields.
        """
        types: Sequence[Any] = self.decider.event_types
        kinds = [cls for cls in types if issubclass(cls, type(command))]
        assert len(kinds) == 1, f"{name(command)} becomes one of {len(kinds)} events"
        event: Event[Any] = kinds[0].of(command)
        return event

    def test_a_whole_life_is_recorded_as_it_was_said(self) -> None:
        """Each command leads to its event, which has the fields of the command."""
        for scenario, life in self._beginnings():
            for command in life:
                event = self.event_of(command, scenario.framework)
                outcome = recorded(scenario, command)
                assert outcome == (event,), f"{name(command)} led to {outcome}"
                scenario = scenario.after(command)

    def test_a_stream_begins_with_what_opens_it(self) -> None:
        """A life begins with an event that opens a stream; any other command is refused there."""
        for scenario, life in self._beginnings():
            opening = [isinstance(event, self.decider.opens) for event in self._events_of(life)]
            assert opening[0], f"{name(life[0])} opens no stream"
            for command, opens in zip(life, opening, strict=True):
                outcome = recorded(scenario, command)
                assert opens or isinstance(outcome, str), f"{name(command)} began a stream"

    def test_a_decision_said_twice_at_once_is_recorded_once(self) -> None:
        """Whoever is not sure that a decision was recorded may simply record it again."""
        for scenario, life in self._beginnings():
            for command in life:
                scenario = scenario.after(command)
                assert_quiet(scenario, command)

    def test_a_decision_said_again_later_is_quiet(self) -> None:
        """A retry may come after any other decision of the life, but the last."""
        for scenario, life in self._beginnings():
            for count, command in enumerate(life[:-1], start=1):
                scenario = scenario.after(command)
                for earlier in life[:count]:
                    assert_quiet(scenario, earlier)

    def test_a_decision_said_again_after_the_end_is_quiet(self) -> None:
        """It could not be taken any more, and it is on record."""
        for scenario, life in self._beginnings():
            ended = scenario.after(*life)
            for command in life:
                assert_quiet(ended, command)

    def test_any_order_of_events_can_be_read(self) -> None:
        """History already happened: reading it never fails, and only nothing leads to no state."""
        lives = [self._events_of(life) for life in self.lives]
        state_type = type(self.decider.fold(lives[0]))

        @given(self._any_events() | st.sampled_from(lives).flatmap(st.permutations))
        def read(history: list[Event[Any]]) -> None:
            state = self.decider.fold(history)

            assert (state is None) == (not history), f"{history} led to {state}"
            assert state is None or type(state) is state_type

        read()

    def test_an_event_changes_no_state_that_was_there_before(self) -> None:
        """Evolve returns a new state: another reader may hold the old one."""
        lives = [self._events_of(life) for life in self.lives]

        @given(self._any_events() | st.sampled_from(lives))
        def read(history: list[Event[Any]]) -> None:
            state: Any = None
            for event in history:
                earlier, before = state, repr(state)
                state = self.decider.evolve(state, event)
                assert repr(earlier) == before, f"{name(event)} changed an earlier state"

        read()

    def test_after_any_history_a_decision_is_refused_or_is_one_event_and_then_quiet(self) -> None:
        """Corrections may leave what no rule would have let through."""
        generated = commands(self.world, *self.decider.command_types)

        def decide(history: list[Event[Any]], command: Command, framework: Framework) -> None:
            scenario = self._scenario(framework, *history)
            outcome = recorded(scenario, command)
            if isinstance(outcome, str):
                return

            assert len(outcome) <= 1, f"{name(command)} led to {outcome}"
            assert_quiet(scenario.after(command), command)

        for framework in self.frameworks:
            given(self._any_events(), generated, st.just(framework))(decide)()

    def test_after_any_decisions_of_later_days_an_earlier_one_is_quiet(self) -> None:
        """A retry that comes late undoes nothing: what it would replace is of a later day."""
        opening = type(self.lives[0][0])
        subject = {self.decider.subject: st.just(getattr(self.lives[0][0], self.decider.subject))}
        types = st.lists(st.sampled_from(self.decider.command_types), min_size=1, max_size=11)

        @given(st.data(), types, st.sampled_from(self.frameworks))
        def decide(data: st.DataObject, types: list[Any], framework: Framework) -> None:
            scenario = self._scenario(framework)
            decided = []
            for number, cls in enumerate((opening, *types)):
                on = st.just(FIRST_DAY + timedelta(days=number))
                command = data.draw(of_class(cls, self.world, on=on, **subject))
                if not isinstance(recorded(scenario, command), str):
                    scenario = scenario.after(command)
                    decided.append(command)

            for command in decided:
                assert_quiet(scenario, command)

        decide()

    def _scenario(self, framework: Framework, *history: Event[Any]) -> Scenario:
        return Scenario(
            decider=self.decider,
            given=history,
            framework=framework,
            states=self.states,
            instants=self.instants,
        )

    def _events_of(self, life: Life) -> list[Event[Any]]:
        return [self.event_of(command, self.frameworks[0]) for command in life]

    def _beginnings(self) -> Iterator[tuple[Scenario, Life]]:
        """Yield each life, and an empty stream under each framework to live it in."""
        for framework, life in product(self.frameworks, self.lives):
            yield self._scenario(framework), life

    def _any_events(self) -> st.SearchStrategy[list[Event[Any]]]:
        return st.lists(events(self.world, *self.decider.event_types), max_size=12)


def recorded(scenario: Scenario, command: Command) -> Outcome:
    """Return the events that *command* leads to, or the rule by which it is refused."""
    try:
        return scenario.records(command)
    except RefusedError as refused:
        return refused.rule


def assert_quiet(scenario: Scenario, command: Command) -> None:
    """Fail unless *command*, which is on record in *scenario*, leads to nothing."""
    outcome = recorded(scenario, command)
    assert outcome == (), f"{name(command)}, said again, led to {outcome}"


def name(message: Command | Event[Any]) -> str:
    """Return the name of the class of a command or an event."""
    return type(message).__name__
