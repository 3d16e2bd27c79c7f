"""The life of a training programme: its strategy, its standards, its courses, how it is promoted
and how effective it is (framework §4.6, §5.3, §5.4).
"""

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import (
    Decider,
    Setting,
    plus,
    refuse_before_last,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import (
    ChannelCode,
    Code,
    CourseRef,
    ProgrammeRef,
    Text,
    message,
)

# Commands and events


@message
class AdoptStrategy(Command):
    """A strategy of interagency training is adopted, from *since* to *until*."""

    programme: ProgrammeRef
    strategy: Text
    since: date
    until: date


@message
class StrategyAdopted(AdoptStrategy, Event[AdoptStrategy]):
    """The programme is in force."""


@message
class AdoptStandard(Command):
    """A quality *standard* is adopted, which training is assessed against (framework §5.4)."""

    programme: ProgrammeRef
    standard: Code
    wording: Text


@message
class StandardAdopted(AdoptStandard, Event[AdoptStandard]):
    """A later wording of the same standard replaces it."""


@message
class IncludeCourse(Command):
    """A course is included in the programme."""

    programme: ProgrammeRef
    course: CourseRef


@message
class CourseIncluded(IncludeCourse, Event[IncludeCourse]):
    """The programme offers it."""


@message
class PromoteProgramme(Command):
    """The programme is made known by a *channel* of the framework to an *audience*."""

    programme: ProgrammeRef
    channel: ChannelCode
    audience: Code


@message
class ProgrammePromoted(PromoteProgramme, Event[PromoteProgramme]):
    """The audience knows of it."""


@message
class ReviewProgramme(Command):
    """The boards review how effective single and multi-agency training is (framework §5.3)."""

    programme: ProgrammeRef
    effectiveness: Text
    changes: Text


@message
class ProgrammeReviewed(ReviewProgramme, Event[ReviewProgramme]):
    """The boards have reviewed their training, on this day."""


ProgrammeCommand: TypeAlias = (
    AdoptStrategy | AdoptStandard | IncludeCourse | PromoteProgramme | ReviewProgramme
)
ProgrammeEvent: TypeAlias = (
    StrategyAdopted | StandardAdopted | CourseIncluded | ProgrammePromoted | ProgrammeReviewed
)


# State


class TrainingProgramme(Struct, frozen=True, kw_only=True):
    """The state of a programme: all that its rules ask about its past."""

    adopted: StrategyAdopted | None = None
    standards: Mapping[str, StandardAdopted] = {}
    courses: Mapping[str, CourseIncluded] = {}


def evolve(state: TrainingProgramme | None, event: ProgrammeEvent) -> TrainingProgramme:
    state = state or TrainingProgramme()
    match event:
        case StrategyAdopted():
            return replace(state, adopted=event)
        case StandardAdopted(standard=standard):
            return replace(state, standards=plus(state.standards, standard, event))
        case CourseIncluded(course=course):
            return replace(state, courses=plus(state.courses, course, event))
        case ProgrammePromoted() | ProgrammeReviewed():
            return state
        case _:
            assert_never(event)


# Rules


def decide(
    command: ProgrammeCommand, state: TrainingProgramme | None, setting: Setting
) -> tuple[ProgrammeEvent, ...]:
    if isinstance(command, AdoptStrategy):
        refuse_second("programme.reference-taken", state.adopted if state else None)
        if command.until < command.since:
            raise RefusedError(
                "programme.ends-before-it-begins", since=command.since, until=command.until
            )
        return (StrategyAdopted.of(command),)
    if state is None or state.adopted is None:
        raise unknown("programme.unknown", command)
    match command:
        case AdoptStandard():
            known = state.standards.get(command.standard)
            refuse_before_last("programme.out-of-order", command, known)
            return (StandardAdopted.of(command),)
        case IncludeCourse():
            refuse_second("programme.included-already", state.courses.get(command.course))
            return (CourseIncluded.of(command),)
        case PromoteProgramme():
            channels = setting.framework.channels
            setting.framework.refuse_unknown(
                "programme.unknown-channel", command.channel, channels, command.on
            )
            return (ProgrammePromoted.of(command),)
        case ReviewProgramme():
            return (ProgrammeReviewed.of(command),)
        case _:
            assert_never(command)


decider: Decider[ProgrammeCommand, ProgrammeEvent, TrainingProgramme] = Decider(
    category="training_programme",
    commands=ProgrammeCommand,
    events=ProgrammeEvent,
    opens=(StrategyAdopted,),
    once={CourseIncluded: ("course",)},
    decide=decide,
    evolve=evolve,
)
