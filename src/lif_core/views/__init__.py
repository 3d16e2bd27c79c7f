"""The views that `lif` makes of a history: a module or a folder each, and none knows another.

A view's code stands in the order in which the view is made. Rows come first, then the parts: a
function `add_<noun>` adds rows and counts of one item, a function `say_<noun>` only says something
to other parts. `total` puts the parts together, and the `Projection` is the last. `PROJECTIONS`
has all of them by name, and imports one when it is looked up: most programs ask for a few.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lif_core.projection.projection import AnyProjection

if TYPE_CHECKING:
    from lif_core.log.registry import Registry

_HOMES = {
    "accountability": "accountability",
    "sustainability": "sustainability",
    "training": "training",
    "provenance": "provenance",
    "calendar": "calendar",
    "coverage": "coverage",
    "expected-evaluations": "expected:expected_evaluations",
    "learning-cycle": "learning_cycle",
    "scorecard": "scorecard",
    "compliance": "compliance",
    "child-deaths": "deaths",
    "child-death-panel": "death_panel",
    "publication": "publication",
    "register": "register",
    "annual-report": "annual_report",
    "improvement-plan": "plan",
    "assurance": "assurance",
    "audits": "audits",
    "conduct": "conduct",
    "dissemination": "dissemination",
    "procedures": "procedures",
    "lessons": "lessons",
    "recommendations": "recommendations",
    "corrections": "corrections",
    "decisions": "decisions",
}
"""The module of each view, by the view's name, and what it calls its projection."""


_OF_ALL = {
    "provenance": "provenance:provenance_of",
    "learning-cycle": "learning_cycle:learning_cycle_of",
    "corrections": "corrections:corrections_of",
    "decisions": "decisions:decisions_of",
}
"""The views that read every aggregate there is: the module of each, and what makes it for some."""


class _Projections(Mapping[str, AnyProjection]):
    """The projections of `lif`, by their names; with a *registry*, of its aggregates."""

    def __init__(self, registry: Any = None, edition: str = "") -> None:
        self._registry = registry
        self._edition = edition
        self._of_all: dict[str, AnyProjection] = {}

    def __getitem__(self, name: str) -> AnyProjection:
        if self._registry is not None and name in _OF_ALL:
            if name not in self._of_all:
                made_for = _there(_OF_ALL[name])(self._registry, self._edition)
                self._of_all.setdefault(name, made_for)
            return self._of_all[name]
        module, _, variable = _HOMES[name].partition(":")
        projection: AnyProjection = _there(f"{module}:{variable or module}")
        return projection

    def __iter__(self) -> Iterator[str]:
        return iter(_HOMES)

    def __len__(self) -> int:
        return len(_HOMES)


def _there(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"lif_core.views.{module}"), name)


PROJECTIONS: Mapping[str, AnyProjection] = _Projections()


def projections_of(registry: "Registry", edition: str) -> Mapping[str, AnyProjection]:
    """Return the projections of `lif` for the aggregates of *registry*, by their names.

    *edition* is that of those that read every aggregate.
    """
    return _Projections(registry, edition)


__all__ = ["PROJECTIONS", "projections_of"]
