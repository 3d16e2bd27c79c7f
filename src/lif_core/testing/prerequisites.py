"""The prerequisites of a decision: what the rules ask for first, found by trying."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from functools import cache
from typing import Any

from lif_core.commands.application import Application
from lif_core.decisions.standing import supports_of
from lif_core.errors import LifError
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.testing.catalogue import Catalogue, LifeStep
from lif_core.values.fields import Label, marks_of, types_of

ATTEMPTS = 8


class Prerequisites:
    """The prerequisites of each decision of a *catalogue*.

    All of it is decided once, so that what each entry rests on can be read from the log.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._rests_on: dict[LifeStep, list[LifeStep]] = {step: [] for step in catalogue.steps}
        self._few: dict[LifeStep, tuple[LifeStep, ...]] = {}
        application = self._application()
        steps: dict[tuple[str, int], LifeStep] = {}
        for step in catalogue.steps:
            for record in _decided(application, step):
                steps[record] = step
        for stream in {stream for stream, _ in steps}:
            decider = catalogue.registry.categories[stream.partition("-")[0]]
            supports = supports_of(list(application.history(stream)), decider)
            for number, candidates in supports.items():
                if (stream, number) in steps:
                    self._rests_on[steps[stream, number]] += [
                        steps[stream, each.entries[-1]]
                        for each in candidates
                        if (stream, each.entries[-1]) in steps
                    ]

    def all_of(self, step: LifeStep) -> tuple[LifeStep, ...]:
        """Return everything that led to *step*, itself the last, in the order of its days."""
        return self._catalogue.leading_to(step)

    def few_of(self, step: LifeStep) -> tuple[LifeStep, ...]:
        """Return few decisions after which the rules let *step* through, itself the last; all that
        led to it where fewer do not do.
        """
        few = self._few.get(step)
        if few is None:
            few = self._few[step] = self._tried(step)
        return few

    def _tried(self, step: LifeStep) -> tuple[LifeStep, ...]:
        steps: set[LifeStep] = set()
        self._gather([step], steps)
        for _ in range(ATTEMPTS):
            in_order = tuple(sorted(steps, key=lambda each: each.place))
            application = self._application()
            refused = next((each for each in in_order if not _decided(application, each)), None)
            if refused is None:
                return in_order
            life = self._catalogue.by_stream[refused.stream]
            latest = [self._catalogue.by_stream[of][count - 1] for of, count in refused.needs]
            more = latest if not steps.issuperset(latest) else life[: life.index(refused)]
            self._gather(more, steps)
        return self.all_of(step)

    def _gather(self, waiting: Iterable[LifeStep], steps: set[LifeStep]) -> None:
        """Add to *steps* those that are *waiting*, with what they seem to need."""
        pending = list(waiting)
        while pending:
            step = pending.pop()
            if step in steps:
                continue
            steps.add(step)
            pending += self._rests_on[step]
            for stream, count in step.needs:
                life = self._catalogue.by_stream[stream][:count]
                pending.append(life[0])
                pending += [each for each in life if _labels(each) & _labels(step)]

    def _application(self) -> Application:
        catalogue = self._catalogue
        end = datetime.combine(catalogue.steps[-1].command.on, time(12), UTC)
        mapper = LifMapper(catalogue.registry)
        return Application(
            MemoryRecorder(), clock=lambda: end, frameworks=catalogue.frameworks, mapper=mapper
        )


def _decided(application: Application, step: LifeStep) -> list[tuple[str, int]]:
    """Decide *step*, and return the stream and the number of each entry that it led to."""
    try:
        records = application.handle(step.again(0))
    except LifError:
        return []
    return [(record.stream, record.stream_position) for record in records]


@cache
def _labels(step: LifeStep) -> frozenset[str]:
    """Return the labels that the command bears, such as the name of a finding."""
    cls: Any = type(step.command)
    labels: set[Any] = set()
    for name, kind in types_of(cls).items():
        if name != "by" and any(isinstance(mark, Label) for _, mark in marks_of(kind)):
            value = getattr(step.command, name)
            labels.update(value if isinstance(value, tuple) else (value,))
    return frozenset(label for label in labels if isinstance(label, str))
