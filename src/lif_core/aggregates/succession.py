"""The succession of bodies: who answers, on a day, for what another body held.

A merger takes effect on its day, and for good: from then on the successor holds what the body
held. Decisions refuse a merger that would close a circle, but a correction can still close one.
Then the merger of the circle that takes effect last has no effect, on any day; of several on one
day, the one whose body comes last in the order of references. So each thing has one holder on
each day, a later merger never takes back what an earlier one did, and the order in which mergers
were recorded does not matter.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TypeAlias

from attrs import frozen

Merged: TypeAlias = Callable[[str], tuple[str, date] | None]
"""The body that a body was merged into, and the day from which; `None` where it was not."""


@frozen
class Tenure:
    """The time for which *body* holds something: from *since* until the next tenure begins."""

    body: str
    since: date


def _nobody(_: str) -> Iterable[str]:
    return ()


@frozen
class Succession:
    """The succession of bodies after mergers, by two look-ups, which are asked body by body.

    `merged(ref)` is the merger of *ref*. `absorbed(ref)` are the bodies whose merger names *ref*
    as the successor; only `lineage` asks it.
    """

    merged: Merged
    absorbed: Callable[[str], Iterable[str]] = _nobody

    @classmethod
    def of(cls, mergers: Mapping[str, tuple[str, date]]) -> "Succession":
        """Return the succession of all *mergers*: by body, its successor and the day."""
        absorbed: dict[str, list[str]] = {}
        for body, (into, _) in mergers.items():
            absorbed.setdefault(into, []).append(body)
        return cls(mergers.get, lambda ref: absorbed.get(ref, ()))

    def holder(self, ref: str, on: date = date.max) -> str:
        """Return the body that holds on the day *on* what *ref* held: itself, or a successor."""
        merger = self.merged(ref)
        if merger is None or merger[1] > on:
            return ref  # the most usual case
        for body, _ in self._mergers(ref, lambda day: day <= on):
            ref = body
        return ref

    def heir(self, ref: str) -> str:
        """Return the body that holds in the end what *ref* held, after all mergers there are."""
        return self.holder(ref)

    def lineage(self, ref: str, on: date = date.max) -> tuple[str, ...]:
        """Return the other bodies whose holder is *ref*: merged into it, at once or in stages.

        They are in the order of their references; there are none where *ref* was merged itself.
        """
        if self.holder(ref, on) != ref:
            return ()
        reached, waiting = {ref}, [ref]
        while waiting:
            for body in self.absorbed(waiting.pop()):
                merger = self.merged(body)
                if body not in reached and merger is not None and merger[1] <= on:
                    reached.add(body)
                    waiting.append(body)
        return tuple(sorted(reached - {ref}))

    def tenures(self, ref: str, since: date, until: date | None = None) -> tuple[Tenure, ...]:
        """Return who holds, one after the other, what *ref* comes to hold on the day *since*.

        Mergers before *until* count; without it, all. The first tenure is that of *ref*, the last
        one ends on *until*. A tenure whose successor begins on the same day is of no day at all.
        """
        tenures = [Tenure(ref, since)]
        for body, day in self._mergers(ref, lambda day: until is None or day < until):
            tenures.append(Tenure(body, max(tenures[-1].since, day)))
        return tuple(tenures)

    def _mergers(self, ref: str, counts: Callable[[date], bool]) -> Iterator[tuple[str, date]]:
        """Return the mergers that lead on from *ref*, as far as each counts and has an effect."""
        path = [ref]
        steps: list[tuple[str, date]] = []
        while (merger := self.merged(path[-1])) is not None and counts(merger[1]):
            steps.append(merger)
            if merger[0] in path:
                return iter(steps[: _last_of_circle(path, steps)])
            path.append(merger[0])
        return iter(steps)


def _last_of_circle(path: list[str], steps: list[tuple[str, date]]) -> int:
    """Return the place among *steps* of the one in their circle that takes effect last."""
    circle = range(path.index(steps[-1][0]), len(steps))
    return max(circle, key=lambda at: (steps[at][1], path[at]))
