"""The views that `lif` makes of a history: a module or a folder each, and none knows another.

A view's code stands in the order in which the view is made. Rows come first, then the parts: a
function `add_<noun>` adds rows and counts of one item, a function `say_<noun>` only says something
to other parts. `total` puts the parts together, and the `Projection` is the last. `PROJECTIONS`
has all of them by name, and imports one when it is looked up: most programs ask for a few.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module

from lif_core.projection.projection import AnyProjection

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


class _Projections(Mapping[str, AnyProjection]):
    """The projections of `lif`, by their names."""

    def __getitem__(self, name: str) -> AnyProjection:
        module, _, variable = _HOMES[name].partition(":")
        projection: AnyProjection = getattr(
            import_module(f"lif_core.views.{module}"), variable or module
        )
        return projection

    def __iter__(self) -> Iterator[str]:
        return iter(_HOMES)

    def __len__(self) -> int:
        return len(_HOMES)


PROJECTIONS: Mapping[str, AnyProjection] = _Projections()

__all__ = ["PROJECTIONS"]
