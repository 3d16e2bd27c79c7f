"""The life of a challenge: one body holds another to account, or escalates a matter to it; it is
answered, and resolved (framework §3.4.2, §5.2).
"""

from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import Decider, Setting, refuse_second, unknown
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import BodyRef, ChallengeRef, PersonalText, StreamRef, message


class Manner(StrEnum):
    """The direction of a challenge: sideways or down; or up, from a committee to its board."""

    CHALLENGE = "challenge"
    ESCALATION = "escalation"


# Commands and events


@message
class RaiseChallenge(Command):
    """A body puts a *concern* *to* another, *about* a stream where there is one.

    *answer_by* is the day by which an answer is asked for.
    """

    challenge: ChallengeRef
    manner: Manner
    to: BodyRef
    concern: PersonalText
    about: StreamRef | None = None
    answer_by: date | None = None


@message
class ChallengeRaised(RaiseChallenge, Event[RaiseChallenge]):
    """The challenge waits for the answer of the body it was put *to*."""


@message
class AnswerChallenge(Command):
    """The body it was put to answers."""

    challenge: ChallengeRef
    answer: PersonalText


@message
class ChallengeAnswered(AnswerChallenge, Event[AnswerChallenge]):
    """The challenge has an answer; a later one adds to it."""


@message
class ResolveChallenge(Command):
    """The body that raised it is satisfied, or takes it no further, and says why."""

    challenge: ChallengeRef
    reasons: PersonalText


@message
class ChallengeResolved(ResolveChallenge, Event[ResolveChallenge]):
    """The challenge is settled."""


ChallengeCommand: TypeAlias = RaiseChallenge | AnswerChallenge | ResolveChallenge
ChallengeEvent: TypeAlias = ChallengeRaised | ChallengeAnswered | ChallengeResolved


# State


class Challenge(Struct, frozen=True, kw_only=True):
    """The state of a challenge: all that its rules ask about its past."""

    raised: ChallengeRaised | None = None
    answered: ChallengeAnswered | None = None
    resolved: ChallengeResolved | None = None


def evolve(state: Challenge | None, event: ChallengeEvent) -> Challenge:
    state = state or Challenge()
    match event:
        case ChallengeRaised():
            return replace(state, raised=event)
        case ChallengeAnswered():
            return replace(state, answered=state.answered or event)
        case ChallengeResolved():
            return replace(state, resolved=event)
        case _:
            assert_never(event)


# Rules


def _raise(command: RaiseChallenge, state: Challenge | None) -> tuple[ChallengeRaised, ...]:
    refuse_second("challenge.reference-taken", state.raised if state else None)
    if command.to == command.by.body:
        raise RefusedError("challenge.to-itself", body=command.to)
    if command.answer_by is not None and command.answer_by < command.on:
        raise RefusedError("challenge.answer-in-the-past", answer_by=command.answer_by)
    return (ChallengeRaised.of(command),)


def _refuse_other(rule: str, body: str, party: str, setting: Setting) -> None:
    """Refuse any *body* but the *party* to the challenge, or after a merger its successor."""
    if body not in (party, setting.holder(party)):
        raise RefusedError(rule, body=body, wanted=party)


def decide(
    command: ChallengeCommand, state: Challenge | None, setting: Setting
) -> tuple[ChallengeEvent, ...]:
    if isinstance(command, RaiseChallenge):
        return _raise(command, state)
    if state is None or state.raised is None:
        raise unknown("challenge.unknown", command)
    match command:
        case AnswerChallenge():
            _refuse_other("challenge.put-to-another", command.by.body, state.raised.to, setting)
            refuse_second("challenge.resolved", state.resolved)
            return (ChallengeAnswered.of(command),)
        case ResolveChallenge():
            raiser = state.raised.by.body
            _refuse_other("challenge.raised-by-another", command.by.body, raiser, setting)
            refuse_second("challenge.resolved", state.resolved)
            return (ChallengeResolved.of(command),)
        case _:
            assert_never(command)


decider: Decider[ChallengeCommand, ChallengeEvent, Challenge] = Decider(
    category="challenge",
    commands=ChallengeCommand,
    events=ChallengeEvent,
    opens=(ChallengeRaised,),
    decide=decide,
    evolve=evolve,
)
