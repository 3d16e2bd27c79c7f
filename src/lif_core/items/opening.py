"""How a review began: of which kind, for which boards; and whether its report was accepted."""

from attrs import define

from lif_core.aggregates import review as v
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item


@define(kw_only=True)
class Opening:
    """A review as it was *begun*, and its report as it was *accepted* last.

    It is a draft, which folding changes in place.
    """

    begun: v.CaseNotified | v.DeathNotified | v.ReviewOpened | None = None
    accepted: v.ReportAccepted | None = None


def evolve(opening: Opening | None, record: Record) -> Opening:
    opening, event = opening or Opening(), record.event
    if isinstance(event, v.ReportAccepted):
        opening.accepted = event
    else:
        assert isinstance(event, v.CaseNotified | v.DeathNotified | v.ReviewOpened)
        opening.begun = event
    return opening


BEGINNING = (v.CaseNotified, v.DeathNotified, v.ReviewOpened)
begun = Item("beginning", BEGINNING, evolve)
opened = Item("opening", (*BEGINNING, v.ReportAccepted), evolve)
