"""Hypothesis strategies: any command, made from the types of its fields."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import EnumType
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from attrs import field, frozen
from hypothesis import strategies as st
from msgspec import Meta

from lif_core.decisions.corrections import Replacement
from lif_core.decisions.messages import Command, Event
from lif_core.log.registry import Registry
from lif_core.values.authority import Authority
from lif_core.values.fields import Label, Names, Prose, types_of
from lif_core.values.text import is_blank

TEXT = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cs", "Cc"),
        exclude_characters="\u202d\u202e",  # overrides of the direction are refused as well
    ),
    min_size=1,
    max_size=12,
).filter(lambda text: not is_blank(text))
LABEL = st.sampled_from(("a", "b", "ofsted", "good", "inadequate", "scr", "completion"))


@frozen(kw_only=True)
class World:
    """The few names and days that generated commands are about, so that they meet each other.

    *refs* are references of any category, but for those of *of_category*, by category; *streams*
    are those that a field may name whole. Who decides is of one of the *bodies*, in one of the
    *roles*, on one of the *days*. *registry* are the commands and events there are.
    """

    refs: Sequence[str] = ("wscb/1", "wscb/2")
    of_category: Mapping[str, Sequence[str]] = field(factory=dict)
    bodies: Sequence[str] = ("wscb", "wsb/jld", "wsb/lpp")
    roles: Sequence[str] = ("independent chair", "committee chair")
    days: Sequence[date] = tuple(date(2018, 1 + n % 12, 1 + n % 28) for n in range(24))
    streams: Sequence[str] = ("review-wscb/1", "audit-wscb/1", "recommendation-wscb/1")
    registry: Registry = field(factory=Registry)


def commands(world: World, *types: type[Command]) -> st.SearchStrategy[Command]:
    """Return commands of the *types*, or of any type but a correction, in the *world*."""
    wanted = types or tuple(
        cls for decider in world.registry.deciders for cls in decider.command_types
    )
    return st.one_of([of_class(cls, world) for cls in wanted])


def events(world: World, *types: type[Event[Any]]) -> st.SearchStrategy[Event[Any]]:
    """Return events of the *types*, or of any type, in the *world*, in any order."""
    wanted = types or tuple(world.registry.events.values())
    return st.one_of([of_class(cls, world) for cls in wanted])


def of_class(cls: Any, world: World, **chosen: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return instances of a class, by the types of its fields or as *chosen* for some."""
    fields: Mapping[str, st.SearchStrategy[Any]] = {
        name: chosen.get(name, of_type(kind, world)) for name, kind in types_of(cls).items()
    }
    return st.builds(cls, **fields)


def of_type(annotation: Any, world: World) -> st.SearchStrategy[Any]:
    """Return values that a field of this type may hold."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _annotated(get_args(annotation)[1:], world)
    if origin in (Union, UnionType):
        (inner,) = (part for part in get_args(annotation) if part is not NoneType)
        return st.none() | of_type(inner, world)
    if origin is tuple:
        return st.lists(of_type(get_args(annotation)[0], world), max_size=2, unique=True).map(
            tuple
        )
    if annotation is date:
        return st.sampled_from(world.days)
    if annotation is datetime:
        return st.sampled_from([datetime.combine(day, time(12), UTC) for day in world.days])
    if annotation is bool:
        return st.booleans()
    if annotation is float:
        return st.integers(-1000, 1000).map(lambda n: n / 8)
    if annotation is Replacement:
        kinds = [cls for d in world.registry.deciders for cls in d.event_types]
        return st.one_of([of_class(cls, world) for cls in kinds]).map(Replacement)
    if isinstance(annotation, EnumType):
        return st.sampled_from(list(annotation))
    if annotation is Authority:
        return st.builds(
            Authority,
            person=st.sampled_from(("A. Person", "B. Person")),
            role=st.sampled_from(world.roles),
            body=st.sampled_from(world.bodies),
        )
    return of_class(annotation, world)


def _annotated(marks: tuple[Any, ...], world: World) -> st.SearchStrategy[Any]:
    for mark in marks:
        match mark:
            case Names(category="body"):
                return st.sampled_from(world.bodies)
            case Names(category=""):
                return st.sampled_from(world.streams)
            case Names(category=category):
                return st.sampled_from(world.of_category.get(category, world.refs))
            case Prose():
                return TEXT
            case Label():
                return LABEL
            case Meta(ge=int(low), le=int(high)):
                return st.integers(low, min(high, low + 40))
            case Meta(tz=True):
                days = st.sampled_from(world.days)
                return days.map(lambda day: datetime.combine(day, time(12), UTC))
    raise TypeError(f"no values for {marks!r}")
