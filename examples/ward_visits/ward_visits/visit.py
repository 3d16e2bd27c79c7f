"""The life of a visit to a ward: it is planned, and made once, with what was seen there."""

from datetime import date
from typing import Annotated, TypeAlias, assert_never

from attrs import frozen

from lif_core import Command, Event, RefusedError
from lif_core.decisions.decider import Decider, Setting, latest, refuse_earlier, unknown
from lif_core.rules import Rule
from lif_core.values.fields import BodyRef, Names, PersonalText, message

VisitRef: TypeAlias = Annotated[str, Names("ward_visit")]
RULES = (
    Rule(
        code="ward-visit.unknown",
        wrong="The visit is not planned.",
        remedy="Record `PlanWardVisit` first, or correct the reference of the visit.",
    ),
    Rule(
        code="ward-visit.reference-taken",
        wrong="Another visit has this reference[: {visit}].",
        remedy="Give the new visit a reference of its own.",
    ),
    Rule(
        code="ward-visit.made-already",
        wrong="The visit was made[ on {on}], and something else was seen.",
        remedy="To change what was seen, amend that entry; for another visit, plan one.",
    ),
    Rule(
        code="ward-visit.before-planned",
        wrong="It would be made before the day on which it was planned[, {not_before}].",
        remedy="Correct the day on which the visit was made.",
    ),
)


@message
class PlanWardVisit(Command):
    """Somebody of the board is to visit a *ward* by a day."""

    visit: VisitRef
    ward: BodyRef
    by_day: date


@message
class WardVisitPlanned(PlanWardVisit, Event[PlanWardVisit]):
    """The ward waits to be visited."""


@message
class MakeWardVisit(Command):
    """The visit was made; *seen* says what was seen, *concern* what has to change, if anything."""

    visit: VisitRef
    seen: PersonalText
    concern: PersonalText | None = None


@message
class WardVisitMade(MakeWardVisit, Event[MakeWardVisit]):
    """The ward was visited."""


WardVisitCommand: TypeAlias = PlanWardVisit | MakeWardVisit
WardVisitEvent: TypeAlias = WardVisitPlanned | WardVisitMade


@frozen(kw_only=True)
class WardVisit:
    """The state of a visit: all that its rules ask about its past."""

    planned: WardVisitPlanned | None = None
    made: WardVisitMade | None = None


def evolve(state: WardVisit | None, event: WardVisitEvent) -> WardVisit:
    state = state or WardVisit()
    match event:
        case WardVisitPlanned():
            return WardVisit(planned=event, made=state.made)
        case WardVisitMade():
            return WardVisit(planned=state.planned, made=event)
        case _:
            assert_never(event)


def decide(
    command: WardVisitCommand, state: WardVisit | None, setting: Setting
) -> tuple[WardVisitEvent, ...]:
    match command:
        case PlanWardVisit():
            if state is not None and state.planned is not None:
                raise RefusedError("ward-visit.reference-taken", visit=command.visit)
            return (WardVisitPlanned.of(command),)
        case MakeWardVisit():
            if state is None or state.planned is None:
                raise unknown("ward-visit.unknown", command)
            if state.made is not None:
                raise RefusedError("ward-visit.made-already", on=state.made.on)
            refuse_earlier("ward-visit.before-planned", command, state.planned.on)
            return (WardVisitMade.of(command),)
        case _:
            assert_never(command)


decider: Decider[WardVisitCommand, WardVisitEvent, WardVisit] = Decider(
    category="ward_visit",
    commands=WardVisitCommand,
    events=WardVisitEvent,
    opens=(WardVisitPlanned,),
    rests_on={WardVisitMade: (latest(WardVisitPlanned),)},
    decide=decide,
    evolve=evolve,
)
