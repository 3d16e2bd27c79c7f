"""The machine of the kit finds what it says it does, on applications that are wrong in one way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from msgspec.structs import replace

from lif_core.commands.application import Application
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Row
from lif_core.testing.board_machine import BoardMachine
from lif_core.testing.catalogue import shipped
from lif_core.testing.history import EVERYTHING
from lif_core.views.accountability import accountability

NEAR = ("review-wscb/peer~", "recommendation-wscb/r-4~", "recommendation-wscb/r-12~")
FEW = shipped().only(*(step.command for step in shipped().steps if step.stream in NEAR))


class Quick(BoardMachine):
    """A few lives and one view, so that they meet each other often."""

    lives = FEW
    projections = (accountability,)


class ForgetsTheId(Application):
    """Decides again what was asked before under the same id."""

    def handle(self, command: Command, **more: Any) -> tuple[Record, ...]:
        return super().handle(command, **{**more, "command_id": None})


class DecidesEachAnew(Application):
    """Writes another person each time, so that nothing is ever on record."""

    times = 0

    def handle(self, command: Command, **more: Any) -> tuple[Record, ...]:
        DecidesEachAnew.times += 1
        by = replace(command.by, person=f"{command.by.person} {DecidesEachAnew.times}")
        changed: Any = attrs.evolve(command, by=by)  # type: ignore[misc]
        return super().handle(changed, **more)


class ShowsTheFirstView(Application):
    """Keeps a view, and never goes on from it."""

    def view(self, projection: Any, *, afresh: bool = False, **more: Any) -> Any:
        if afresh or "known" in more:
            return super().view(projection, afresh=afresh, **more)
        kept: dict[Any, Any] = self.__dict__.setdefault("first", {})
        return kept.setdefault(projection.name, super().view(projection, **more))


class ForgetsWhatWasKnown(Application):
    """Shows the past as it is known today."""

    def view(self, projection: Any, *, known: Any = None, **more: Any) -> Any:
        return super().view(projection, **more)


class LosesTheLast(MemoryRecorder):
    """Loses the last entry of the log when it is closed."""

    def close(self) -> None:
        if self._stored_events:
            stored = self._stored_events.pop()
            self._stored_events_index[str(stored.originator_id)].popitem()


class ReadsBackwards(MemoryRecorder):
    """Gives a page of the log with its last entry first."""

    def rows(self, *, after: int, limit: int, whole: bool = True) -> Sequence[Row]:
        rows = list(super().rows(after=after, limit=limit))
        return [*rows[-1:], *rows[:-1]]


def machine(cls: type[Application], recorder: type[MemoryRecorder] = MemoryRecorder) -> Any:
    """Return a machine on an application of this class, over such a recorder."""

    class Machine(Quick):
        def __init__(self) -> None:
            self.store = recorder()
            super().__init__()

        def application(self) -> Application:
            return cls(self.store, clock=self.clock, readership=EVERYTHING)

    return Machine


def run(cls: Any, examples: int = 200) -> None:
    run_state_machine_as_test(
        cls,
        settings=settings(
            max_examples=examples, stateful_step_count=20, database=None, derandomize=True,
            deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("faulty", "problem"),
    [
        (machine(ForgetsTheId), "the same id again led to"),
        (machine(DecidesEachAnew), "decided twice"),
        (machine(ShowsTheFirstView), "accountability"),
        (machine(ForgetsWhatWasKnown), "accountability"),
        (machine(Application, LosesTheLast), "another log than was recorded"),
        (machine(Application, ReadsBackwards), "."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_found(faulty: Any, problem: str) -> None:
    with pytest.raises(Exception, match=problem) as raised:
        run(faulty)

    assert raised.type.__name__ in ("AssertionError", "UnreadableError", "ExceptionGroup")


def test_a_host_adds_rules_of_its_own() -> None:
    """They see the application and the entries, and decide as the machine does."""

    class WithOwn(Quick):
        seen: ClassVar[list[datetime]] = []

        def decided(self, command: Command, records: tuple[Record, ...]) -> None:
            super().decided(command, records)
            self.seen.append(self.app.clock())
            assert list(self.records)[len(self.records) - len(records) :] == list(records)

    run(WithOwn, examples=5)
    assert WithOwn.seen


def test_without_corrections_none_is_made() -> None:
    class Plain(Quick):
        corrected = False

        def decided(self, command: Command, records: tuple[Record, ...]) -> None:
            assert type(command).__name__ not in ("VoidEntry", "AmendEntry")

    run(Plain, examples=5)
    assert shipped().steps
