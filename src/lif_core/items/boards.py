"""The boards that something belongs to."""

from datetime import date

from lif_core.framework import Framework
from lif_core.projection.projection import Part


def boards_of(ref: str, named: tuple[str, ...], framework: Framework) -> tuple[str, ...]:
    """Return the boards *named*, or else those of *ref* by the *framework*."""
    return framework.boards_for(ref, named)


def boards_from(on: date, part: Part, named: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the boards of a stream that began *on* that day, by the framework in force then."""
    return boards_of(part.ref, named, part.governing(part.ref, on))
