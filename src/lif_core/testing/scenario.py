"""Given events, when a command, then events."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

import attrs
from attrs import field, frozen

from lif_core.decisions.decider import AnyDecider, Setting, on_record, said_before
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework, load


def _general() -> Framework:
    return load().general


@frozen(kw_only=True)
class Scenario:
    """A *decider*, the events *given* so far, and the *framework* that they are under.

    *states* are those of other streams, by stream, *kinds* those of bodies, by reference, and
    *instants* when the entries of the log were recorded, by position.
    """

    decider: AnyDecider
    given: tuple[Event[Any], ...] = ()
    framework: Framework = field(factory=_general)
    states: Mapping[str, Any] = field(factory=dict)
    kinds: Mapping[str, str] = field(factory=dict)
    instants: Mapping[int, datetime] = field(factory=dict)

    def records(self, command: Command) -> tuple[Event[Any], ...]:
        """Return the events that *command* leads to; `()` where it was already fulfilled."""
        state = self.decider.fold(self.given)
        setting = Setting(
            self.framework,
            kind=self.kinds.get,
            state_of=self.states.get,
            stamped=self.instants.get,
        )
        return said_before(
            self.decider,
            command,
            state,
            lambda: self.decider.decide(command, state, setting),
            known=on_record(command, self.given),
        )

    def refuses(self, command: Command) -> str:
        """Return the rule by which *command* is refused; fail where it is not."""
        try:
            recorded = self.records(command)
        except RefusedError as refused:
            return refused.rule
        raise AssertionError(f"not refused: {command} led to {recorded}")

    def after(self, *commands: Command) -> Self:
        """Return the scenario in which *commands* have been decided as well."""
        scenario = self
        for command in commands:
            events = scenario.records(command)
            scenario = attrs.evolve(scenario, given=(*scenario.given, *events))
        return scenario

    def quiet(self, *commands: Command) -> bool:
        """Return whether each of *commands* leads to nothing when it is repeated at once."""
        scenario = self
        for command in commands:
            scenario = scenario.after(command)
            if scenario.records(command) != ():
                return False
        return True
