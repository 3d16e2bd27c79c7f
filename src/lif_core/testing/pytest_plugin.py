"""The pytest plugin: an application in memory, a clock that stands still, and differences that can
be read.

It loads with pytest wherever `lif` is installed, so it imports nothing of `lif` before a test asks
for a fixture of it, and nothing of Hypothesis but for `--hypothesis-profile=lif`.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from lif_core.commands.application import Application
    from lif_core.decisions.decider import AnyDecider
    from lif_core.decisions.messages import Event
    from lif_core.framework import Frameworks
    from lif_core.testing.scenario import Scenario

PROFILE = "lif"


class FixedClock:
    """A clock that stands at *now* until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **time: float) -> datetime:
        """Let time pass, such as `days=30`, and return the instant that it is then."""
        self.now += timedelta(**time)
        return self.now


class ScenarioOf(Protocol):
    """A function that makes a scenario of a decider, and of the events that have happened."""

    def __call__(self, decider: "AnyDecider", *events: "Event[Any]") -> "Scenario": ...


@pytest.fixture
def lif_clock() -> FixedClock:
    """Return a clock that stands at nine on 2 January 2018, until the test moves it."""
    return FixedClock(datetime(2018, 1, 2, 9, tzinfo=UTC))


@pytest.fixture
def lif_frameworks() -> "Frameworks":
    """Return the packs in force; override it to test under packs of your own."""
    from lif_core.framework import load

    return load()


@pytest.fixture
def lif_application(
    lif_clock: FixedClock, lif_frameworks: "Frameworks"
) -> Iterator["Application"]:
    """Yield an application in memory, on which nothing is on record, and which may read all."""
    from lif_core.commands.application import Application
    from lif_core.log.memory import MemoryRecorder
    from lif_core.testing.history import EVERYTHING

    with Application(
        MemoryRecorder(), clock=lif_clock, frameworks=lif_frameworks, readership=EVERYTHING
    ) as application:
        yield application


@pytest.fixture
def lif_scenario(lif_frameworks: "Frameworks") -> ScenarioOf:
    """Return what makes a scenario: `lif_scenario(decider, *events)`, under the general pack."""
    from lif_core.testing.scenario import Scenario

    def scenario(decider: "AnyDecider", *events: "Event[Any]") -> Scenario:
        return Scenario(decider=decider, given=events, framework=lif_frameworks.general)

    return scenario


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the profile, before Hypothesis loads it, where it is asked for."""
    if config.getoption("--hypothesis-profile", None) == PROFILE:
        from hypothesis import settings

        settings.register_profile(
            PROFILE, deadline=None, max_examples=100, stateful_step_count=30, print_blob=True
        )


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Return the fields in which commands, events, records or sequences of them differ."""
    if op != "==" or "lif_core.decisions.messages" not in sys.modules:
        return None
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        if any(map(_is_ours, (*left, *right))):
            return _unlike_sequences(left, right)
    elif _is_ours(left) and _is_ours(right):
        return [f"{_name(left)} == {_name(right)}", *_unlike(left, right)]
    return None


def _is_ours(value: object) -> bool:
    from lif_core.decisions.messages import Command, Event
    from lif_core.decisions.record import Record

    return isinstance(value, Command | Event | Record)


def _name(value: object) -> str:
    return type(value).__name__


def _unlike_sequences(left: Sequence[Any], right: Sequence[Any]) -> list[str]:
    lines = [f"{_summary(left)} == {_summary(right)}"]
    for place in range(max(len(left), len(right))):
        if place >= len(left):
            lines.append(f"[{place}] only on the right: {right[place]!r}")
        elif place >= len(right):
            lines.append(f"[{place}] only on the left: {left[place]!r}")
        elif left[place] != right[place]:
            lines += [f"[{place}] {line}" for line in _unlike(left[place], right[place])]
    return lines


def _summary(values: Sequence[Any]) -> str:
    return f"{len(values)} of {', '.join(dict.fromkeys(map(_name, values))) or 'nothing'}"


def _unlike(left: Any, right: Any, where: str = "") -> list[str]:
    """Return a line for each field that differs, by its path."""
    if type(left) is not type(right) or not (_is_ours(left) or _fields(left)):
        path = where or _name(left)
        return [f"{path}: {left!r} != {right!r}"]
    lines = []
    for name in _fields(left):
        first, other = getattr(left, name), getattr(right, name)
        if first != other:
            lines += _unlike(first, other, f"{where or _name(left)}.{name}")
    return lines


def _fields(value: object) -> tuple[str, ...]:
    import attrs

    kind: Any = type(value)
    if attrs.has(kind):
        return tuple(field.name for field in attrs.fields(kind))
    return tuple(getattr(kind, "__struct_fields__", ()))
