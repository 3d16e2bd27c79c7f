"""The standing of recommendations, counted in groups that a board can be told of."""

from collections.abc import Mapping

from lif_core.items.improvement import Finding

STANDING: Mapping[str, tuple[Finding, ...]] = {
    "waiting": (Finding.PROPOSED,),
    "accepted": (Finding.ACCEPTED, Finding.PLANNED, Finding.REOPENED),
    "implemented": (Finding.IMPLEMENTED,),
    "embedded": (Finding.EMBEDDED,),
    "sustained": (Finding.SUSTAINED,),
    "in_doubt": (Finding.UNKNOWN, Finding.CONCERN),
    "relapsed": (Finding.RELAPSED,),
    "declined": (Finding.DECLINED,),
    "ended": (Finding.WITHDRAWN, Finding.SUPERSEDED),
}
_GROUPS = {finding: group for group, findings in STANDING.items() for finding in findings}


def counted(finding: Finding) -> dict[str, int]:
    """Return what to count of one that stands so: it was made, and is in one of the groups."""
    return {"made": 1, _GROUPS[finding]: 1}


def standing(columns: Mapping[str, int]) -> dict[str, int]:
    """Return how many were made, and how many of them are in each group, of those counted."""
    return {name: columns.get(name, 0) for name in ("made", *STANDING)}
