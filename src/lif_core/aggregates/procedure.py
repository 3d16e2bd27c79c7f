"""The life of a multi-agency policy or procedure: drafted, endorsed, adopted (framework §4.4)."""

from collections.abc import Mapping
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import (
    Decider,
    Setting,
    answers_for,
    latest,
    plus,
    refuse_before_last,
    refuse_earlier,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.errors import RefusedError
from lif_core.values.fields import (
    BodyRef,
    Code,
    PersonalText,
    ProcedureRef,
    StreamRef,
    Text,
    message,
)

# Commands and events


@message
class DraftProcedure(Command):
    """A policy or procedure is developed; *arising_from* is the learning behind it."""

    procedure: ProcedureRef
    title: Text
    arising_from: tuple[StreamRef, ...] = ()


@message
class ProcedureDrafted(DraftProcedure, Event[DraftProcedure]):
    """The procedure is being written."""


@message
class EndorseProcedure(Command):
    """This *version* of the procedure is endorsed for multi-agency work."""

    procedure: ProcedureRef
    version: Code
    reasons: PersonalText


@message
class ProcedureEndorsed(EndorseProcedure, Event[EndorseProcedure]):
    """The version in force; the one before is replaced."""


@message
class AdoptProcedure(OnBehalf):
    """An organisation amends its *own_policy* to follow this *version* (framework §6.2).

    *for_body* is the organisation that it answers for, where that was merged into it.
    """

    procedure: ProcedureRef
    version: Code
    own_policy: Text
    for_body: BodyRef | None = None


@message
class ProcedureAdopted(AdoptProcedure, Event[AdoptProcedure]):
    """`for_body`, or `by.body`, works by the procedure."""


@message
class HelpOrganisation(Command):
    """An *organisation* is helped to develop its own procedure or guidance (framework §4.4)."""

    procedure: ProcedureRef
    organisation: BodyRef
    help: PersonalText


@message
class OrganisationHelped(HelpOrganisation, Event[HelpOrganisation]):
    """The help was given."""


@message
class RetireProcedure(Command):
    """The procedure is no longer in force, for these *reasons*."""

    procedure: ProcedureRef
    reasons: PersonalText


@message
class ProcedureRetired(RetireProcedure, Event[RetireProcedure]):
    """No version of the procedure is in force."""


ProcedureCommand: TypeAlias = (
    DraftProcedure | EndorseProcedure | AdoptProcedure | HelpOrganisation | RetireProcedure
)
ProcedureEvent: TypeAlias = (
    ProcedureDrafted | ProcedureEndorsed | ProcedureAdopted | OrganisationHelped | ProcedureRetired
)


# State


class Procedure(Struct, frozen=True, kw_only=True):
    """The state of a procedure: *endorsed* by version, and *latest*, which is in force."""

    drafted: ProcedureDrafted | None = None
    endorsed: Mapping[str, ProcedureEndorsed] = {}
    latest: ProcedureEndorsed | None = None
    retired: ProcedureRetired | None = None


def evolve(state: Procedure | None, event: ProcedureEvent) -> Procedure:
    state = state or Procedure()
    match event:
        case ProcedureDrafted():
            return replace(state, drafted=event)
        case ProcedureEndorsed(version=version):
            known = plus(state.endorsed, version, event)
            return replace(state, endorsed=known, latest=event)
        case ProcedureRetired():
            return replace(state, retired=event)
        case ProcedureAdopted() | OrganisationHelped():
            return state
        case _:
            assert_never(event)


# Rules


def _adopt(
    command: AdoptProcedure, state: Procedure, setting: Setting
) -> tuple[ProcedureAdopted, ...]:
    answers_for(command, setting)
    endorsed = state.endorsed.get(command.version)
    if endorsed is None:
        raise RefusedError("procedure.not-endorsed", version=command.version)
    refuse_earlier("procedure.out-of-order", command, endorsed.on)
    return (ProcedureAdopted.of(command),)


def decide(
    command: ProcedureCommand, state: Procedure | None, setting: Setting
) -> tuple[ProcedureEvent, ...]:
    if isinstance(command, DraftProcedure):
        refuse_second("procedure.reference-taken", state.drafted if state else None)
        return (ProcedureDrafted.of(command),)
    if state is None or state.drafted is None:
        raise unknown("procedure.unknown", command)
    refuse_second("procedure.retired", state.retired)
    match command:
        case EndorseProcedure():
            refuse_second("procedure.endorsed-already", state.endorsed.get(command.version))
            refuse_before_last("procedure.out-of-order", command, state.latest)
            return (ProcedureEndorsed.of(command),)
        case AdoptProcedure():
            return _adopt(command, state, setting)
        case HelpOrganisation():
            return (OrganisationHelped.of(command),)
        case RetireProcedure():
            refuse_before_last("procedure.out-of-order", command, state.latest)
            return (ProcedureRetired.of(command),)
        case _:
            assert_never(command)


decider: Decider[ProcedureCommand, ProcedureEvent, Procedure] = Decider(
    category="procedure",
    commands=ProcedureCommand,
    events=ProcedureEvent,
    opens=(ProcedureDrafted,),
    rests_on={ProcedureAdopted: (latest(ProcedureEndorsed, by="version"),)},
    once={ProcedureEndorsed: ("version",)},
    decide=decide,
    evolve=evolve,
)
