"""The takeover of a register: its units decided in their order, and recorded in few commits."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from attrs import frozen

from lif_adapters.importers.importer import Importer, StepRequest, Unit
from lif_core.commands.application import Application
from lif_core.decisions.record import Record
from lif_core.errors import ConflictError, LifError, MalformedError, UnreadableError
from lif_core.log.requests import Request

CHUNK = 250

Outcome: TypeAlias = tuple[Record, ...] | LifError


@frozen(kw_only=True)
class _Waiting:
    """A *unit*, and its *requests*, or the error that it has none for; *openings* are those of
    steps that apply only where a stream is not on record.
    """

    unit: Unit
    requests: tuple[Request, ...] | LifError
    openings: tuple[str, ...] = ()


class Takeover:
    """The recording of units, as if each were recorded alone before the next was looked at.

    How many of them share a commit makes no difference to what is recorded.
    """

    def __init__(self, app: Application, importer: Importer, *, entered_by: str | None) -> None:
        self._app = app
        self._importer = importer
        self._entered_by = entered_by
        self._waiting: list[_Waiting] = []
        self._opening: dict[str, str | None] = {}  # command ids of what waits, by stream
        self._settled: set[str | None] = set()  # command ids that need not be asked any more

    def outcomes(self, units: Sequence[Unit]) -> Iterator[tuple[Unit, Outcome]]:
        """Record *units*, and yield what came of each, in their order.

        Raises:
            ConflictError: others kept being recorded first; run it again.
            UnreadableError: the store fails, or an entry in it cannot be read.
        """
        for unit in units:
            try:
                steps = self._importer.requests(unit)
            except MalformedError as error:
                self._waiting.append(_Waiting(unit=unit, requests=error))
                continue
            if len(self._waiting) >= CHUNK or self._rests_on_what_waits(steps):
                yield from self._record()
            self._ask(unit, steps)
        yield from self._record()

    def _rests_on_what_waits(self, steps: Sequence[StepRequest]) -> bool:
        """Return whether a stream that a step would open waits to be opened by another command:
        only its outcome says whether it is there.
        """
        return any(
            self._opening.get(step.stream, step.request.command_id) != step.request.command_id
            for step in steps
            if step.step.unless_known
        )

    def _ask(self, unit: Unit, steps: Sequence[StepRequest]) -> None:
        openings = {s.request.command_id: s for s in steps if s.step.unless_known}
        known = self._known(openings)
        requests, opened = [], []
        for step in steps:
            command_id = step.request.command_id
            if command_id in openings and command_id in known:
                continue
            requests.append(step.request)
            if command_id in openings:
                self._opening[step.stream] = command_id
                opened.append(step.stream)
        self._waiting.append(_Waiting(unit=unit, requests=tuple(requests), openings=tuple(opened)))

    def _known(self, openings: dict[str | None, StepRequest]) -> set[str | None]:
        """Return the ids of *openings* whose streams are on record by another command."""
        known = openings.keys() & self._settled
        unsettled = {
            command_id: step
            for command_id, step in openings.items()
            if command_id not in known and step.stream not in self._opening
        }
        if not unsettled:
            return known
        recorder = self._app.recorder
        absent = recorder.unrecorded([step.stream for step in unsettled.values()])
        there = [key for key, step in unsettled.items() if key and step.stream not in absent]
        others = recorder.unhandled(there)
        self._settled |= others
        return known | others

    def _record(self) -> Iterator[tuple[Unit, Outcome]]:
        """Record what waits, in one commit."""
        waiting, self._waiting, opening, self._opening = self._waiting, [], self._opening, {}
        groups = [each.requests for each in waiting if not isinstance(each.requests, LifError)]
        outcomes = iter(self._app.handle_each(groups, entered_by=self._entered_by))
        for waiter in waiting:
            if isinstance(waiter.requests, LifError):
                yield waiter.unit, waiter.requests
                continue
            outcome = next(outcomes)
            if isinstance(outcome, ConflictError | UnreadableError):
                raise outcome
            if not isinstance(outcome, LifError):
                self._settled |= {opening[stream] for stream in waiter.openings}
            yield waiter.unit, outcome
