"""The boards that something belongs to."""

from datetime import date

from lif_core.framework import Framework
from lif_core.projection.projection import Part
from lif_core.values.refs import namespace_of


def boards_of(ref: str, named: tuple[str, ...], framework: Framework) -> tuple[str, ...]:
    """Return the boards *named*, or else the board whose reference begins *ref*.

    A reference of joint bodies begins with no board's: then the boards are those that the pack
    governs.
    """
    namespace = namespace_of(ref)
    if named or framework.has_board(namespace):
        return named or (namespace,)
    return tuple(filter(framework.has_board, framework.governs)) or (namespace,)


def boards_from(on: date, part: Part, named: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the boards of a stream that began *on* that day, by the framework in force then."""
    return boards_of(part.ref, named, part.governing(part.ref, on))
