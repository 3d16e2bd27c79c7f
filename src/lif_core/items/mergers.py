"""Which bodies were merged into which, so that what they held can be followed to who answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from attrs import frozen


@frozen(kw_only=True)
class Merger:
    """*body* is merged into another one, from the day *on*."""

    body: str
    into: str
    on: date


@frozen
class Mergers:
    """All that have taken effect: into which body, and from when."""

    into: Mapping[str, tuple[str, date]]

    @classmethod
    def of(cls, found: Iterable[Merger]) -> "Mergers":
        return cls({merger.body: (merger.into, merger.on) for merger in found})

    def heir(self, ref: str) -> str:
        """Who answers now for what *ref* held: itself, or in the end its successor.

        Of bodies that were merged in a circle, the first in the order of their references.
        """
        seen = [ref]
        while (merger := self.into.get(seen[-1])) is not None:
            if merger[0] in seen:
                return min(seen[seen.index(merger[0]) :])
            seen.append(merger[0])
        return seen[-1]

    def lineage(self, ref: str) -> tuple[str, ...]:
        """The other bodies whose heir is *ref*: merged into it, directly or in stages."""
        return self._lineages.get(ref, ())

    @cached_property
    def _lineages(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, set[str]] = defaultdict(set)
        for ref in {*self.into, *(successor for successor, _ in self.into.values())}:
            found[self.heir(ref)].add(ref)
        return {heir: tuple(sorted(refs - {heir})) for heir, refs in found.items()}
