"""The lives that decisions are about: a file each, or a folder by the stages of the life.

Each has its commands, its events, its rules and its state, and knows no other; what they share is
in `decisions` and `values`. `succession` says who answers for what after mergers. `DECIDERS` has
the decider of each, which is imported when it is looked up: a program that lists a log needs few.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from lif_core.decisions.decider import AnyDecider

_HOMES = (
    "body",
    "review",
    "recommendation",
    "audit",
    "training_course",
    "training_programme",
    "dissemination",
    "procedure",
    "indicator",
    "improvement_plan",
    "evaluation",
    "challenge",
    "membership",
    "edition",
    "annual_report",
    "lesson",
    "ledger",
    "data_subject",
)
"""The module of each aggregate, which is called as the category of its streams."""


class _Categories(Mapping[str, "AnyDecider"]):
    """The deciders of `lif`, by the category of their streams."""

    def __init__(self) -> None:
        self._loaded: dict[str, AnyDecider] = {}

    def __getitem__(self, category: str) -> "AnyDecider":
        decider = self._loaded.get(category)
        if decider is None:
            if category not in _HOMES:
                raise KeyError(category)
            decider = import_module(f"lif_core.aggregates.{category}").decider
            self._loaded[category] = decider
        return decider

    def __contains__(self, category: object) -> bool:
        return category in _HOMES

    def __iter__(self) -> Iterator[str]:
        return iter(_HOMES)

    def __len__(self) -> int:
        return len(_HOMES)

    def __reduce__(self) -> str:
        return "CATEGORIES"


class _Deciders(Sequence["AnyDecider"]):
    """The deciders of `lif`, in their order."""

    @overload
    def __getitem__(self, index: int) -> "AnyDecider": ...
    @overload
    def __getitem__(self, index: slice) -> "tuple[AnyDecider, ...]": ...
    def __getitem__(self, index: int | slice) -> "AnyDecider | tuple[AnyDecider, ...]":
        if isinstance(index, slice):
            return tuple(CATEGORIES[category] for category in _HOMES[index])
        return CATEGORIES[_HOMES[index]]

    def __len__(self) -> int:
        return len(_HOMES)

    def __reduce__(self) -> str:
        return "DECIDERS"


CATEGORIES: Mapping[str, "AnyDecider"] = _Categories()
DECIDERS: Sequence["AnyDecider"] = _Deciders()

__all__ = ["CATEGORIES", "DECIDERS"]
