"""The port through which a host says what its reader is entitled to.

`lif` knows no users. A program that embeds it does, and says which roles the reader has; whoever
says nothing reads nothing that is kept for a role.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from attrs import evolve, field, frozen

from lif_core.errors import MalformedError, NotEntitledError
from lif_core.projection.inconsistent import Number, inconsistent_to
from lif_core.projection.projection import Projection
from lif_core.queries.redaction import redacted
from lif_core.values.refs import namespace_of, ref_of

V = TypeVar("V")
EVERY_STREAM = "every stream"
"""The role of somebody who may know of every stream, whatever board it is of."""

PERSONAL_TEXTS = "personal texts"
"""The role of somebody who may read what may tell about a person: in views, entries and chains."""


class Readership(Protocol):
    """A reader, as the host knows them."""

    def grants(self, role: str) -> bool:
        """Return whether the reader has a *role*, such as `child-death-panel`.

        Whoever may know of the streams of a board has the role that bears its name, such as
        `wscb`; of every stream, `every stream`.
        """
        ...


def _set_of(roles: Iterable[str]) -> frozenset[str]:
    if isinstance(roles, str):  # which would be a role for each letter
        raise MalformedError("roles", f"one text; write ({roles!r},)")
    return frozenset(roles)


@frozen
class Roles:
    """The readership of somebody who has these *roles*, and no other.

    Raises:
        MalformedError: *roles* are one text, and no tuple of them.
    """

    roles: frozenset[str] = field(default=frozenset(), converter=_set_of)

    def grants(self, role: str) -> bool:
        """Return whether the *role* is among them."""
        return role in self.roles


NO_ROLES = Roles()
"""The readership of somebody of whom nothing is known."""


@frozen
class BoardReadership:
    """The readership of somebody who reads as a board, and *sees* its streams and those shared
    with it: whatever else the *whole* readership has, no other.
    """

    whole: Readership
    sees: Callable[[str], bool]

    def grants(self, role: str) -> bool:
        """Return whether the reader has the *role*, which is never that of every stream."""
        return role != EVERY_STREAM and self.whole.grants(role)


@frozen
class UnredactedReadership:
    """The readership of a program that reads for *somebody*, and itself redacts what they may not
    read, or shows nothing of it.
    """

    somebody: Readership

    def grants(self, role: str) -> bool:
        """Return whether they have the *role*; the program has that for personal texts."""
        return role == PERSONAL_TEXTS or self.somebody.grants(role)


def unredacted(readership: Readership) -> Readership:
    """Return the *readership* of a program that reads for somebody, with personal texts."""
    if isinstance(readership, BoardReadership):
        return evolve(readership, whole=unredacted(readership.whole))
    return UnredactedReadership(readership)


def shown_to(value: V, readership: Readership) -> V:
    """Return a *value* as the reader may read it: a view, an entry, or what has some of them.

    It is redacted unless they may read personal texts.
    """
    return value if readership.grants(PERSONAL_TEXTS) else redacted(value)


def is_entitled(projection: Projection[Any], readership: Readership) -> bool:
    """Return whether the reader may see a view."""
    return not projection.readers or readership.grants(projection.readers)


def may_read(stream: str, readership: Readership) -> bool:
    """Return whether the reader may know of a *stream*: of all, or of those of its board."""
    if isinstance(readership, BoardReadership):
        return readership.sees(stream) and may_read(stream, readership.whole)
    return readership.grants(EVERY_STREAM) or readership.grants(namespace_of(ref_of(stream)))


def seen_by(view: V, projection: Projection[V], readership: Readership, number: Number) -> V:
    """Return the *view* without what the reader may not know of, entries by the *number* known.

    Personal texts are in it.
    """
    if readership.grants(EVERY_STREAM):
        return view
    if projection.shown is not None:
        view = projection.shown(view, lambda stream: may_read(stream, readership))
    if projection.numbered is not None:
        view = projection.numbered(view, number)
    return inconsistent_to(view, number)


def refuse_unless_sees_all(projection: Projection[Any], readership: Readership) -> None:
    """Refuse whoever may not see a view, or not the whole of it.

    Raises:
        NotEntitledError: some of it, or all, is kept for a role that the reader does not have.
    """
    refuse_unless_entitled(projection, readership)
    partly = projection.shown is not None or projection.numbered is not None
    if partly and not readership.grants(EVERY_STREAM):
        raise NotEntitledError(projection.name, EVERY_STREAM)


def refuse_unless_entitled(projection: Projection[Any], readership: Readership) -> None:
    """Refuse a view that is kept for a role which the reader does not have.

    Raises:
        NotEntitledError: the reader may not see any of it.
    """
    if not is_entitled(projection, readership):
        raise NotEntitledError(projection.name, projection.readers)
