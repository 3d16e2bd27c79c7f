"""The life of a dissemination: learning is passed on by a channel, reaches people, and is taken up
(framework §4.1 to §4.5).
"""

from collections.abc import Mapping
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import (
    Decider,
    Setting,
    answers_for,
    plus,
    refuse_before_last,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.errors import RefusedError
from lif_core.values.fields import (
    BodyRef,
    ChannelCode,
    Code,
    Count,
    DisseminationRef,
    PersonalText,
    StreamRef,
    message,
)

# Commands and events


@message
class Disseminate(Command):
    """Learning from reviews, audits or other streams is passed on by a *channel* of the framework.

    *audiences* are groups of people, such as practitioners or the public; *bodies* are those that
    it is put to.
    """

    dissemination: DisseminationRef
    channel: ChannelCode
    title: PersonalText
    learning_from: tuple[StreamRef, ...]
    audiences: tuple[Code, ...]
    bodies: tuple[BodyRef, ...] = ()


@message
class Disseminated(Disseminate, Event[Disseminate]):
    """The learning has been passed on, on this day."""


@message
class RecordReach(Command):
    """The learning has *reached* this many people of an *audience*."""

    dissemination: DisseminationRef
    audience: Code
    reached: Count


@message
class ReachRecorded(RecordReach, Event[RecordReach]):
    """The count so far; a later one replaces it."""


@message
class TakeUpLearning(OnBehalf):
    """A body that the learning was put to says what it will do with it.

    *for_body* is the body it was put to, where that was merged into the one that answers.
    """

    dissemination: DisseminationRef
    will_do: PersonalText
    for_body: BodyRef | None = None


@message
class LearningTakenUp(TakeUpLearning, Event[TakeUpLearning]):
    """`for_body`, or `by.body`, has taken the learning up."""


DisseminationCommand: TypeAlias = Disseminate | RecordReach | TakeUpLearning
DisseminationEvent: TypeAlias = Disseminated | ReachRecorded | LearningTakenUp


# State


class Dissemination(Struct, frozen=True, kw_only=True):
    """The state of a dissemination: all that its rules ask about its past."""

    begun: Disseminated | None = None
    reached: Mapping[str, ReachRecorded] = {}
    taken_up: Mapping[str, LearningTakenUp] = {}


def evolve(state: Dissemination | None, event: DisseminationEvent) -> Dissemination:
    state = state or Dissemination()
    match event:
        case Disseminated():
            return replace(state, begun=event)
        case ReachRecorded(audience=audience):
            return replace(state, reached=plus(state.reached, audience, event))
        case LearningTakenUp():
            body = event.answered_for
            return replace(state, taken_up=plus(state.taken_up, body, event))
        case _:
            assert_never(event)


# Rules


def _disseminate(
    command: Disseminate, state: Dissemination | None, setting: Setting
) -> tuple[Disseminated, ...]:
    refuse_second("dissemination.reference-taken", state.begun if state else None)
    framework = setting.framework
    framework.refuse_unknown(
        "dissemination.unknown-channel", command.channel, framework.channels, command.on
    )
    if not command.learning_from:
        raise RefusedError("dissemination.of-nothing")
    if not command.audiences:
        raise RefusedError("dissemination.to-nobody")
    return (Disseminated.of(command),)


def decide(
    command: DisseminationCommand, state: Dissemination | None, setting: Setting
) -> tuple[DisseminationEvent, ...]:
    if isinstance(command, Disseminate):
        return _disseminate(command, state, setting)
    if state is None or state.begun is None:
        raise unknown("dissemination.unknown", command)
    match command:
        case RecordReach():
            if command.audience not in state.begun.audiences:
                raise RefusedError("dissemination.not-its-audience", audience=command.audience)
            last = state.reached.get(command.audience)
            refuse_before_last("dissemination.out-of-order", command, last)
            return (ReachRecorded.of(command),)
        case TakeUpLearning():
            body = answers_for(command, setting)
            if body not in state.begun.bodies:
                raise RefusedError("dissemination.not-put-to", body=body)
            refuse_second("dissemination.taken-up-already", state.taken_up.get(body))
            return (LearningTakenUp.of(command),)
        case _:
            assert_never(command)


decider: Decider[DisseminationCommand, DisseminationEvent, Dissemination] = Decider(
    category="dissemination",
    commands=DisseminationCommand,
    events=DisseminationEvent,
    opens=(Disseminated,),
    once={LearningTakenUp: ("answered_for",)},
    decide=decide,
    evolve=evolve,
)
