"""Commands and events: a request, and the fact that it became.

An event inherits the fields of the command it accepts, so a decision's fields are written once and
mypy sees both: `class RecommendationImplemented(ImplementRecommendation,
Event[ImplementRecommendation])`.
An event may add fields that the decision worked out, such as a warning.
"""

from datetime import date
from operator import attrgetter
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

import attrs

from lif_core.authority import Authority
from lif_core.fields import message


@message
class Command:
    """A request, which may be refused: *by* whom, and *on* the date it takes effect.

    *on* is the date of the decision itself, which may be long before it is recorded.
    """

    by: Authority
    on: date


C_contra = TypeVar("C_contra", bound=Command, contravariant=True)


class Event(Generic[C_contra]):
    """A fact, kept for ever. Its class name is its stored name; its fields are a public format."""

    __slots__ = ()
    decided: ClassVar[bool] = True
    by: Authority
    on: date

    @classmethod
    def of(cls, command: C_contra, **worked_out: Any) -> Self:
        """The event that *command* asked for; *worked_out* are the fields it adds, if any."""
        names = [
            field.name for field in attrs.fields(cast("type[attrs.AttrsInstance]", type(command)))
        ]
        return cls(**dict(zip(names, attrgetter(*names)(command), strict=True)), **worked_out)


AnyEvent = Event[Any]
