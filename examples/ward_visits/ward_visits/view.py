"""The view of visits: which ward was visited when, and which waits past its day."""

from datetime import date

from attrs import define, frozen
from msgspec import Struct

from lif_core import Part, Projection, Record, Table, Totals, row
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import Item
from lif_core.values.fields import PersonalText
from ward_visits.visit import WardVisitEvent, WardVisitMade, WardVisitPlanned


@row(key=("visit",))
class WardVisitRow(Struct, frozen=True, kw_only=True):
    """A visit to a *ward*, *made* on a day or not, and the days that it waits past *by_day*."""

    visit: str
    ward: str
    by_day: date
    made: date | None
    days_waiting: int
    concern: PersonalText | None


@frozen(kw_only=True)
class WardVisits:
    """The visits as of the day *valid*, by what was on record at the instant *known*; *concerns*
    is how many of them found something that has to change.
    """

    valid: str
    known: str | None
    concerns: int
    visits: Table[WardVisitRow]
    inconsistent: Table[InconsistentRow]


@define(kw_only=True)
class VisitSoFar:
    """A visit: its plan, and what came of it. It is a draft, which folding changes in place."""

    planned: WardVisitPlanned | None = None
    made: WardVisitMade | None = None


def evolve(visit: VisitSoFar | None, record: Record) -> VisitSoFar:
    visit = visit or VisitSoFar()
    match record.event:
        case WardVisitPlanned() as planned:
            visit.planned = planned
        case WardVisitMade() as made:
            visit.made = made
    return visit


def add_visit(visit: VisitSoFar, part: Part) -> None:
    planned, made = visit.planned, visit.made
    if planned is None:
        return
    part.row(
        "visits",
        WardVisitRow(
            visit=part.ref,
            ward=planned.ward,
            by_day=planned.by_day,
            made=made.on if made else None,
            days_waiting=0 if made else part.days_since(planned.by_day),
            concern=made.concern if made else None,
        ),
    )
    if made is not None and made.concern is not None:
        part.count("concerns", "visits")


def total(everything: Totals) -> WardVisits:
    return WardVisits(
        **everything.times,
        concerns=everything.columns("concerns").get((), {}).get("visits", 0),
        visits=everything.table("visits"),
    )


ward_visits = Projection(
    name="ward-visits",
    view=WardVisits,
    parts={Item("ward-visit", WardVisitEvent, evolve): add_visit},
    total=total,
    edition="1",
)
