"""The succession of bodies: who answers, on a day, for what another body held.

A merger takes effect on its day, and for good: from then on the successor holds what the body
held. After a split, each part holds the streams that were given to it, and one part the rest, or
nobody. What a body held that ended without a successor, nobody holds: it is *unowned*, until a
body takes it on.

Decisions refuse a merger that would close a circle, but a correction can still close one. Then the
one of the circle that takes effect last has no effect, on any day; of several on one day, the one
that was recorded last. So each thing has one holder on each day, and a later merger never takes
back what an earlier one did.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple, TypeAlias

from attrs import frozen

UNOWNED = "(unowned)"
"""Stands for the body that holds what nobody does; no reference has brackets."""


class Passage(NamedTuple):
    """The passing of what a body held *into* another one, from the day *on*.

    *streams* went to others, each named with the one it went to. It passed as a *whole* where the
    body was merged, and not where it was split or ended. *position* is that of its entry in the
    log, where it is known: within a day, the order of recording counts.
    """

    into: str
    on: date
    streams: tuple[tuple[str, str], ...] = ()
    whole: bool = True
    position: int = 0

    def of(self, stream: str) -> str:
        """Return the body that holds a *stream* that the body held."""
        return dict(self.streams).get(stream, self.into)


Passed: TypeAlias = Callable[[str], tuple[str, date] | Passage | None]
"""The passing of what a body held; `None` where it holds it still."""


@frozen
class Tenure:
    """The time for which *body* holds something: from *since* until the next tenure begins."""

    body: str
    since: date


def _nobody(_: str) -> Iterable[str]:
    return ()


@frozen
class Succession:
    """The succession of bodies, by two look-ups, which are asked body by body.

    `passed(ref)` is the merger, the split or the end of *ref*. `absorbed(ref)` are the bodies
    whose passage names *ref* as the successor; only `lineage` asks it.
    """

    passed: Passed
    absorbed: Callable[[str], Iterable[str]] = _nobody

    @classmethod
    def of(cls, passages: Mapping[str, tuple[str, date] | Passage]) -> "Succession":
        """Return the succession of all *passages*, by the body that passes on what it held."""
        absorbed: dict[str, list[str]] = {}
        for body, passage in passages.items():
            absorbed.setdefault(passage[0], []).append(body)
        return cls(passages.get, lambda ref: absorbed.get(ref, ()))

    def holder(self, ref: str, on: date = date.max, stream: str = "") -> str:
        """Return the body that holds on the day *on* what *ref* held: itself, or a successor.

        Where *ref* was split, it is the holder of this *stream*, or of the rest; `UNOWNED` where
        nobody holds it.
        """
        passage = self.passed(ref)
        if passage is None or passage[1] > on:
            return ref  # the most usual case
        for body, _ in self._steps(ref, lambda day: day <= on, stream):
            ref = body
        return ref

    def heir(self, ref: str, stream: str = "") -> str:
        """Return the body that holds in the end what *ref* held."""
        return self.holder(ref, stream=stream)

    def line(self, ref: str, on: date = date.max) -> str:
        """Return the body into whose line *ref* was merged by the day *on*.

        One that was split, or ended, is the last of its line.
        """
        for body, _ in self._steps(ref, lambda day: day <= on, "", merged=True):
            ref = body
        return ref

    def lineage(self, ref: str, on: date = date.max) -> tuple[str, ...]:
        """Return the other bodies whose line ends in *ref*: merged into it, at once or in stages.

        They are in the order of their references; there are none where *ref* was merged itself.
        """
        if self.line(ref, on) != ref:
            return ()
        reached, waiting = {ref}, [ref]
        while waiting:
            for body in self.absorbed(waiting.pop()):
                if body not in reached and self.line(body, on) == ref:
                    reached.add(body)
                    waiting.append(body)
        return tuple(sorted(reached - {ref}))

    def tenures(
        self, ref: str, since: date, until: date | None = None, stream: str = ""
    ) -> tuple[Tenure, ...]:
        """Return who holds, one after the other, what *ref* comes to hold on the day *since*.

        What passes before *until* counts; without it, all. The first tenure is that of *ref*, the
        last one ends on *until*. A tenure whose successor begins on the same day is of no day at
        all.
        """
        tenures = [Tenure(ref, since)]
        if self.passed(ref) is None:
            return tuple(tenures)  # the most usual case
        steps = self._steps(ref, lambda day: until is None or day < until, stream)
        for body, day in steps:
            tenures.append(Tenure(body, max(tenures[-1].since, day)))
        return tuple(tenures)

    def _steps(
        self, ref: str, counts: Callable[[date], bool], stream: str, *, merged: bool = False
    ) -> Iterator[tuple[str, date]]:
        """Return the steps that lead on from *ref*, as far as each counts and has an effect.

        *merged*: only as far as bodies were merged.
        """
        path = [ref]
        steps: list[tuple[str, date]] = []
        positions: list[int] = []
        while (passed := self.passed(path[-1])) is not None and counts(passed[1]):
            passage = Passage(*passed)
            if merged and not passage.whole:
                break
            into = passage.of(stream)
            steps.append((into, passage.on))
            positions.append(passage.position)
            if into in path:
                start = path.index(into)
                last = max(
                    range(start, len(steps)),
                    key=lambda at: (steps[at][1], positions[at], path[at]),
                )
                return iter(steps[:last])  # of the circle, the one that takes effect last
            path.append(into)
        return iter(steps)
