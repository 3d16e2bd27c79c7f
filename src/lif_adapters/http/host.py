"""The port through which a host says who asks, and what they may do.

`lif` knows no users. Whoever the host does not know is answered nothing, and whoever it knows may
do what it says, and no more.
"""

from collections.abc import Container, MutableMapping
from typing import Any, Protocol, TypeAlias

import msgspec
from attrs import frozen

from lif_core.errors import LifError
from lif_core.queries.readership import NO_ROLES, Readership
from lif_core.values.authority import Authority

Scope: TypeAlias = MutableMapping[str, Any]
"""The scope of a request, as ASGI has it."""


@frozen(kw_only=True)
class User:
    """A user of the host, by the *name* that is kept with what they enter.

    Args:
        name: who enters; at most 200 characters, on one line.
        authorities: those by which they may record decisions, without a deliberation; anything
            that answers `in` will do.
        views: the names of the views that they may read, such as `PROJECTIONS` of
            `lif_core.views` for all that ship.
        readership: the roles that they have as a reader: the name of a board for the entries of
            its streams, `every stream` for all entries, and those that views are kept for.
    """

    name: str
    authorities: Container[Authority] = ()
    views: Container[str] = ()
    readership: Readership = NO_ROLES

    def may_decide_by(self, authority: Authority) -> bool:
        """Return whether they may record what was decided by the *authority*."""
        return msgspec.structs.replace(authority, deliberation=None) in self.authorities


class Host(Protocol):
    """A host that knows its users: a function of a request's ASGI scope, with what the host's own
    middleware has put there.

    It returns who asks, or `None` for somebody unknown, who is answered nothing. It is called in
    a thread, where it may wait for a database.
    """

    def __call__(self, scope: Scope, /) -> User | None:
        """Return who asks, as the *scope* says."""
        ...


class UnknownUserError(LifError):
    """A request by somebody whom the host does not know. What to do: sign in."""

    def __str__(self) -> str:
        return "sign in first"


class NotPermittedError(LifError):
    """A request for *what* the host does not permit this user. What to do: ask the host for it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return f"not permitted: {self.what}"


class AbsentError(LifError):
    """A request for *what* there is not. What to do: correct the address."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return f"there is no {self.what}"


class UnacceptableError(LifError):
    """A body of a *media_type* that is not read here. What to do: send `application/json`."""

    def __init__(self, media_type: str) -> None:
        super().__init__(media_type)
        self.media_type = media_type

    def __str__(self) -> str:
        return f"{self.media_type or 'a body without a type'}: send application/json"
