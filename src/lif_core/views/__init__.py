"""Views of the history, as it was in the world and as it was known, at any date.

Each is a projection by its name; a module or a folder a view.
"""

from collections.abc import Mapping
from typing import Any

from lif_core.projection.folding import Folding, fold
from lif_core.projection.projection import AsOf, Projection
from lif_core.views.accountability.rows import Accountability
from lif_core.views.accountability.view import accountability
from lif_core.views.annual_report.rows import AnnualReport
from lif_core.views.annual_report.view import annual_report
from lif_core.views.assurance import Assurance, assurance
from lif_core.views.deaths import ChildDeaths, deaths
from lif_core.views.provenance import Provenance, provenance, provenance_of
from lif_core.views.publication import Publication, publication

PROJECTIONS: Mapping[str, Projection[Any]] = {
    projection.name: projection
    for projection in (
        accountability,
        provenance,
        deaths,
        publication,
        annual_report,
        assurance,
    )
}

__all__ = [
    "PROJECTIONS",
    "Accountability",
    "AnnualReport",
    "AsOf",
    "Assurance",
    "ChildDeaths",
    "Folding",
    "Projection",
    "Publication",
    "accountability",
    "annual_report",
    "assurance",
    "deaths",
    "fold",
    "publication",
]
