"""Views of the history: pure folds, as it was in the world and as it was known, at any date."""

from collections.abc import Mapping
from typing import Any

from lif_core.projections.accountability import accountability
from lif_core.projections.accountability_view import Accountability
from lif_core.projections.projection import AsOf, Folding, Projection, fold
from lif_core.projections.provenance import Provenance, provenance, provenance_of
from lif_core.projections.sustainability import Sustainability, sustainability
from lif_core.projections.training import Training, training

PROJECTIONS: Mapping[str, Projection[Any, Any]] = {
    "accountability": accountability,
    "sustainability": sustainability,
    "training": training,
    "provenance": provenance,
}

__all__ = [
    "PROJECTIONS",
    "Accountability",
    "AsOf",
    "Folding",
    "Projection",
    "Provenance",
    "Sustainability",
    "Training",
    "accountability",
    "fold",
    "provenance",
    "provenance_of",
    "sustainability",
    "training",
]
