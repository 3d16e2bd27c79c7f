"""Lives to be lived again: the decisions about each stream, in the order in which they are taken.

A reference that ends in `~` is numbered: each time that a life is lived, it bears another number,
and all its days are as much later.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, Self, TypeAlias

import attrs
import msgspec
from attrs import field, frozen

from lif_core.aggregates.body import MergeBody
from lif_core.decisions.messages import Command
from lif_core.framework import Frameworks
from lif_core.framework import load as load_frameworks
from lif_core.log.mapper import LifMapper
from lif_core.log.registry import Registry
from lif_core.log.requests import from_json
from lif_core.testing import lives
from lif_core.testing.rare_lives import rare

Life: TypeAlias = Sequence[Command]
"""The commands of one stream, from the one that opens it to its end."""

NUMBERED = "~"
_DAY = re.compile(rb'"(\d{4}-\d\d-\d\d)(?=["T])')


@frozen(eq=False)
class LifeStep:
    """A decision of a life: the *place*-th of all, about *stream*, after what it *needs*.

    *needs* are the streams that must be on record, each with how many of its decisions.
    """

    command: Command
    stream: str
    place: int
    needs: tuple[tuple[str, int], ...]
    _made: Callable[[bytes], Command]
    _written: bytes

    @property
    def name(self) -> str:
        """The name of the command."""
        return type(self.command).__name__

    def again(self, number: int, later: timedelta = timedelta(0)) -> Command:
        """Return the decision as it is lived under another *number*, so much *later*."""
        written = self._written.replace(NUMBERED.encode(), b"-%d" % number)
        if later:

            def moved(day: re.Match[bytes]) -> bytes:
                return b'"%b' % _moved(day[1], later.days)

            written = _DAY.sub(moved, written)
        return self._made(written)


@cache
def _moved(day: bytes, days: int) -> bytes:
    return (date.fromisoformat(day.decode()) + timedelta(days)).isoformat().encode()


@frozen(eq=False)
class Catalogue:
    """The lives that histories are made of, under the rules of *frameworks*.

    *registry* are the commands and events there are.
    *steps* are all their decisions in the order of their days, each with what it needs.
    """

    registry: Registry = field(factory=Registry)
    frameworks: Frameworks = field(factory=load_frameworks)
    steps: tuple[LifeStep, ...] = ()
    by_stream: Mapping[str, tuple[LifeStep, ...]] = field(init=False, repr=False)
    by_name: Mapping[str, tuple[LifeStep, ...]] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        for name, key in (("by_stream", "stream"), ("by_name", "name")):
            groups: dict[str, list[LifeStep]] = {}
            for step in self.steps:
                groups.setdefault(getattr(step, key), []).append(step)
            object.__setattr__(self, name, {each: tuple(group) for each, group in groups.items()})

    def plus(self, *more: Life) -> Self:
        """Return the catalogue with *more* lives, such as those of an aggregate of a host."""
        return self.only(
            *[step.command for step in self.steps], *(c for life in more for c in life)
        )

    def only(self, *commands: Command) -> Self:
        """Return a catalogue of these *commands* alone, under the same rules."""
        return attrs.evolve(self, steps=tuple(self._steps(commands)))

    def leading_to(self, step: LifeStep) -> tuple[LifeStep, ...]:
        """Return the decisions that lead to *step*, itself the last, in the order of their days:
        those about its stream, and those about all that these need.
        """
        return _leading_to(self, step)

    def _steps(self, commands: Iterable[Command]) -> Iterator[LifeStep]:
        counts: dict[str, int] = {}
        makers: dict[type, Callable[[bytes], Command]] = {}
        merged: dict[str, list[str]] = {}  # into a body, by its reference: the streams of bodies
        for place, command in enumerate(sorted(commands, key=lambda command: command.on)):
            cls = type(command)
            stream = self.registry.stream(command)
            if cls not in makers:
                decoder = msgspec.json.Decoder(cls, dec_hook=self.registry.decode_hook)
                makers[cls] = decoder.decode
            named = {stream for _, stream in self.registry.required(command)}
            named |= {*merged.get(command.by.body, ())}
            yield LifeStep(
                command=command,
                stream=stream,
                place=place,
                needs=tuple((each, counts[each]) for each in sorted(named) if each in counts),
                made=makers[cls],
                written=self.registry.encode(command),
            )
            if stream in counts or self._begins(command):
                counts[stream] = counts.get(stream, 0) + 1
            if isinstance(command, MergeBody):
                merged.setdefault(command.into, []).append(stream)

    def _begins(self, command: Command) -> bool:
        """Return whether others wait for *command*: not for what is said of a body that a pack
        names, which needs no registering.
        """
        subject = self.registry.kind(command).subject(command)
        return not (self.registry.stream(command) == f"body-{subject}" and self._names(subject))

    def _names(self, body: str) -> bool:
        return self.frameworks.body(body) is not None


@cache
def _leading_to(catalogue: Catalogue, step: LifeStep) -> tuple[LifeStep, ...]:
    by_stream = catalogue.by_stream
    life = by_stream[step.stream]
    counts = {step.stream: life.index(step) + 1}
    waiting = list(life[: counts[step.stream]])
    while waiting:
        for stream, count in waiting.pop().needs:
            before = counts.get(stream, 0)
            if count > before:
                counts[stream] = count
                waiting += by_stream[stream][before:count]
    steps = [each for stream, count in counts.items() for each in by_stream[stream][:count]]
    return tuple(sorted(steps, key=lambda each: each.place))


def everything(recommendations: int = lives.RECOMMENDATIONS) -> list[dict[str, Any]]:
    """Return all that boards decide on in `lif`, by its rules, in the order of its days: commands
    in their JSON form, with so many *recommendations*.
    """
    commands = [*lives.standing(), *lives.repeated(recommendations), *rare()]
    return sorted(commands, key=lambda command: str(command["on"]))


@cache
def shipped() -> Catalogue:
    """Return the catalogue of all that boards decide on in `lif`, under the packs that ship."""
    catalogue = Catalogue()
    mapper = LifMapper(catalogue.registry)
    return catalogue.only(*(from_json(each, mapper).command for each in everything(24)))
