"""The takeover of a register: its units decided in their order, and recorded in few commits."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import attrs
from attrs import frozen

from lif_adapters.importers.changes import Comparison, EntryChange
from lif_adapters.importers.importer import Importer, StepRequest, Unit
from lif_core.commands.application import Application
from lif_core.errors import ConflictError, LifError, MalformedError, UnreadableError
from lif_core.log.requests import Request

CHUNK = 250
BEGINNING = datetime.min.replace(tzinfo=UTC)


@frozen(kw_only=True)
class UnitOutcome:
    """The outcome of a *unit*: the *error* that kept it out, or the *positions* of the entries
    on record for it, and the *changes* of those that it says otherwise; and the *persons* whom
    its texts are about.
    """

    unit: Unit
    error: LifError | None = None
    positions: frozenset[int] = frozenset()
    changes: tuple[EntryChange, ...] = ()
    persons: frozenset[str] = frozenset()


@frozen(kw_only=True)
class _Waiting:
    """An *outcome* that waits for what its *requests* lead to; *openings* are the streams that
    steps open which apply only where they are not on record.
    """

    outcome: UnitOutcome
    requests: tuple[Request, ...] = ()
    openings: tuple[str, ...] = ()


class Takeover:
    """The recording of units, as if each were recorded alone before the next was looked at.

    How many of them share a commit makes no difference to what is recorded.

    Args:
        app: where they are recorded.
        importer: makes their requests.
        comparison: knows what the register said before.
        amend: says which of the amendments that are proposed are recorded.
        entered_by: who enters it.
    """

    def __init__(
        self,
        app: Application,
        importer: Importer,
        comparison: Comparison,
        *,
        amend: Callable[[EntryChange], bool],
        entered_by: str | None,
    ) -> None:
        self._app = app
        self._importer = importer
        self._comparison = comparison
        self._amend = amend
        self._entered_by = entered_by
        self._waiting: list[_Waiting] = []
        self._opening: dict[str, str | None] = {}  # command ids of what waits, by stream
        self._settled: set[str | None] = set()  # command ids that need not be asked any more
        self._latest = self._last_instant()
        self._clock_waits = False  # something that waits is recorded at the clock's instant

    def begin(self, before: Sequence[Request], units: Sequence[Unit]) -> None:
        """Record what comes *before* the first of *units*, at the earliest instant of any.

        Raises:
            MalformedError, RefusedError, ConflictError, UnreadableError: nothing was recorded.
        """
        instants = [unit.recorded_at for unit in units if unit.recorded_at is not None]
        requests = self._dated(before, min(instants, default=None))
        self._app.handle_all(requests, entered_by=self._entered_by)
        self._comparison.see(before)
        self._latest = self._last_instant()

    def outcomes(self, units: Sequence[Unit]) -> Iterator[UnitOutcome]:
        """Record *units*, and yield what came of each, in their order.

        Raises:
            ConflictError: others kept being recorded first; run it again.
            UnreadableError: the store fails, or an entry in it cannot be read.
        """
        for unit in units:
            try:
                steps = self._importer.requests(unit)
                difference = self._comparison.of(steps)
            except MalformedError as error:
                self._waiting.append(_Waiting(outcome=UnitOutcome(unit=unit, error=error)))
                continue
            if (
                len(self._waiting) >= CHUNK
                or self._rests_on_what_waits(difference.steps)
                or (self._clock_waits and self._is_in_order(unit))
            ):
                yield from self._record()
            changes = [
                change.request
                for change in difference.changes
                if not change.proposed or self._amend(change)
            ]
            needed, openings = self._needed(difference.steps)
            requests = self._dated(needed, unit.recorded_at)
            self._clock_waits |= bool(changes) or any(r.recorded_at is None for r in requests)
            outcome = UnitOutcome(
                unit=unit,
                positions=difference.positions,
                changes=difference.changes,
                persons=frozenset(person for step in steps for person in step.request.about),
            )
            self._waiting.append(
                _Waiting(outcome=outcome, requests=(*changes, *requests), openings=openings)
            )
        yield from self._record()

    def _last_instant(self) -> datetime:
        """Return when the last entry on record was recorded."""
        row = self._app.recorder.last_row()
        return BEGINNING if row is None else self._app.mapper.to_record(row).recorded_at

    def _is_in_order(self, unit: Unit) -> bool:
        """Return whether the register recorded *unit* after the last entry on record."""
        return unit.recorded_at is not None and unit.recorded_at >= self._latest

    def _dated(self, requests: Iterable[Request], at: datetime | None) -> list[Request]:
        """Return *requests* as recorded *at* the instant that the register says; where an entry is
        on record from after it, that is what the register claims.
        """
        if at is None:
            return list(requests)
        if at >= self._latest:
            return [attrs.evolve(request, recorded_at=at) for request in requests]
        return [attrs.evolve(request, claimed_at=at) for request in requests]

    def _rests_on_what_waits(self, steps: Sequence[StepRequest]) -> bool:
        """Return whether a stream that a step would open waits to be opened by another command:
        only its outcome says whether it is there.
        """
        return any(
            self._opening.get(step.stream, step.request.command_id) != step.request.command_id
            for step in steps
            if step.step.unless_known
        )

    def _needed(self, steps: Sequence[StepRequest]) -> tuple[list[Request], tuple[str, ...]]:
        """Return the requests of *steps*, without those that open what is on record by another
        command, and the streams that they open.
        """
        openings = {s.request.command_id: s for s in steps if s.step.unless_known}
        known = self._known(openings)
        requests, streams = [], []
        for step in steps:
            command_id = step.request.command_id
            if command_id in openings and command_id in known:
                continue
            requests.append(step.request)
            if command_id in openings:
                self._opening[step.stream] = command_id
                streams.append(step.stream)
        return requests, tuple(streams)

    def _known(self, openings: Mapping[str | None, StepRequest]) -> set[str | None]:
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

    def _record(self) -> Iterator[UnitOutcome]:
        """Record what waits, in one commit."""
        waiting, self._waiting, opening, self._opening = self._waiting, [], self._opening, {}
        groups = [each.requests for each in waiting if each.outcome.error is None]
        results = iter(self._app.handle_each(groups, entered_by=self._entered_by))
        for each in waiting:
            if each.outcome.error is not None:
                yield each.outcome
                continue
            result = next(results)
            if isinstance(result, ConflictError | UnreadableError):
                raise result
            if isinstance(result, LifError):
                yield UnitOutcome(unit=each.outcome.unit, error=result)
                continue
            self._settled |= {opening[stream] for stream in each.openings}
            positions = each.outcome.positions | {record.position for record in result}
            yield attrs.evolve(each.outcome, positions=positions)
        self._clock_waits = False
        self._latest = self._last_instant()
