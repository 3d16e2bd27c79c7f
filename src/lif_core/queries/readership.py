"""Who may read what: the port through which a host says what its reader is entitled to.

`lif` knows no users. A program that embeds it does, and says which roles the reader has; whoever
says nothing reads nothing that is kept for a role.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from attrs import field, frozen

from lif_core.errors import NotEntitledError
from lif_core.projection.projection import Projection


class Readership(Protocol):
    """A reader, as the host knows them."""

    def grants(self, role: str) -> bool:
        """Return whether the reader has a *role*, such as `child-death-panel`."""
        ...


def _set_of(roles: Iterable[str]) -> frozenset[str]:
    return frozenset(roles)


@frozen
class Roles:
    """The readership of somebody who has these *roles*, and no other."""

    roles: frozenset[str] = field(default=frozenset(), converter=_set_of)

    def grants(self, role: str) -> bool:
        """Return whether the *role* is among them."""
        return role in self.roles


NO_ROLES = Roles()
"""The readership of somebody of whom nothing is known."""


def is_entitled(projection: Projection[Any], readership: Readership) -> bool:
    """Return whether the reader may see a view."""
    return not projection.readers or readership.grants(projection.readers)


def refuse_unless_entitled(projection: Projection[Any], readership: Readership) -> None:
    """Refuse a view that is kept for a role which the reader does not have.

    Raises:
        NotEntitledError: the reader may not see any of it.
    """
    if not is_entitled(projection, readership):
        raise NotEntitledError(projection.name, projection.readers)
