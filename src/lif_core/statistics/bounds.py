"""The bounds of what lasts that assume nothing of those whom nobody checked."""

from msgspec import Struct

from lif_core.statistics.spells import End, Spells


class LastingBounds(Struct, frozen=True, kw_only=True):
    """The share that lasts *horizon* days is in [*low*, *high*], whatever became of the others.

    Of the *spells* that began at least so long ago, *verified* were seen in place then or later
    without an earlier fail, and *failed* by then. *low* and *high* are `None` where there are no
    such spells, as *reason* says.
    """

    horizon: int
    spells: int
    verified: int
    failed: int
    low: float | None
    high: float | None
    reason: str | None


def bounds(spells: Spells, horizon: int) -> LastingBounds:
    """Return the bounds from *spells* that all began at least *horizon* days ago.

    One that was withdrawn before the horizon counts, as not known. One that passed and failed on
    the very day had failed by then.
    """
    whole, verified, failed = sum(spells.values()), 0, 0
    for (first, last, end), count in spells.items():
        if end is End.RELAPSED and last <= horizon:
            failed += count
        elif first >= horizon:
            verified += count
    return LastingBounds(
        horizon=horizon,
        spells=whole,
        verified=verified,
        failed=failed,
        low=verified / whole if whole else None,
        high=(whole - failed) / whole if whole else None,
        reason=None if whole else f"no spell began {horizon} days ago or earlier",
    )
