"""An edition of the framework itself: mandated by the boards, issued, taken up by the agencies,
evaluated (framework §1.2, §2.3, §2.6, §2.7).
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
    refuse_earlier,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.errors import RefusedError
from lif_core.values.fields import BodyRef, Code, EditionRef, Text, message

# What can be decided, and what is then on record


@message
class ProposeEdition(Command):
    """An edition is put to the *boards*; *pack* names the rules that it is here, as data.

    *replaces* is the edition before.
    """

    edition: EditionRef
    title: Text
    pack: Code
    boards: tuple[BodyRef, ...]
    replaces: EditionRef | None = None


@message
class EditionProposed(ProposeEdition, Event[ProposeEdition]):
    """It waits for the mandate of each of its boards."""


@message
class MandateEdition(OnBehalf):
    """A board mandates it (framework §2.6); *for_body*: the board it was put to, where merged."""

    edition: EditionRef
    for_body: BodyRef | None = None


@message
class EditionMandated(MandateEdition, Event[MandateEdition]):
    """`for_body`, or `by.body`, stands behind it."""


@message
class IssueEdition(Command):
    """It is shared with the *agencies* it applies to (framework §1.2, §2.7), at *place*."""

    edition: EditionRef
    place: Text
    agencies: tuple[BodyRef, ...]


@message
class EditionIssued(IssueEdition, Event[IssueEdition]):
    """Each of the *agencies* is expected to take it up."""


@message
class AcknowledgeEdition(OnBehalf):
    """An agency has it, and says how its *own_framework* and its workforce development follow it
    (framework §2.7). *for_body*: the agency it answers for, where that was merged into it.
    """

    edition: EditionRef
    own_framework: Text | None = None
    for_body: BodyRef | None = None


@message
class EditionAcknowledged(AcknowledgeEdition, Event[AcknowledgeEdition]):
    """`for_body`, or `by.body`, has taken it up; a later answer replaces it."""


@message
class EvaluateEdition(Command):
    """How well its own processes work, and what is changed (framework §2.3)."""

    edition: EditionRef
    efficiency: Text
    effectiveness: Text
    flexibility: Text
    changes: Text


@message
class EditionEvaluated(EvaluateEdition, Event[EvaluateEdition]):
    """The processes have been evaluated, on this day."""


EditionCommand: TypeAlias = (
    ProposeEdition | MandateEdition | IssueEdition | AcknowledgeEdition | EvaluateEdition
)
EditionEvent: TypeAlias = (
    EditionProposed | EditionMandated | EditionIssued | EditionAcknowledged | EditionEvaluated
)


# What the rules ask about the past


class Edition(Struct, frozen=True, kw_only=True):
    """What an edition has come to."""

    proposed: EditionProposed | None = None
    mandated: Mapping[str, EditionMandated] = {}
    issued: EditionIssued | None = None


def evolve(state: Edition | None, event: EditionEvent) -> Edition:
    state = state or Edition()
    match event:
        case EditionProposed():
            return replace(state, proposed=event)
        case EditionMandated():
            board = event.answered_for
            return replace(state, mandated=plus(state.mandated, board, event))
        case EditionIssued():
            return replace(state, issued=event)
        case EditionAcknowledged() | EditionEvaluated():
            return state
        case _:
            assert_never(event)


# The rules


def decide(
    command: EditionCommand, state: Edition | None, setting: Setting
) -> tuple[EditionEvent, ...]:
    if isinstance(command, ProposeEdition):
        refuse_second("edition.reference-taken", state.proposed if state else None)
        if not command.boards:
            raise RefusedError("edition.of-no-board")
        for board in command.boards:
            setting.framework.refuse_unless_board("edition.not-a-board", board)
        if command.replaces == command.edition:
            raise RefusedError("edition.replaces-itself", edition=command.edition)
        return (EditionProposed.of(command),)
    if state is None or state.proposed is None:
        raise unknown("edition.unknown", command)
    match command:
        case MandateEdition():
            board = answers_for(command, setting)
            if board not in state.proposed.boards:
                raise RefusedError("edition.not-put-to", body=board)
            refuse_second("edition.mandated-already", state.mandated.get(board))
            return (EditionMandated.of(command),)
        case IssueEdition():
            return _issue(command, state, state.proposed)
        case AcknowledgeEdition():
            return _acknowledge(command, state, setting)
        case EvaluateEdition():
            issued = _issued(state)
            refuse_earlier("edition.out-of-order", command, issued.on)
            return (EditionEvaluated.of(command),)
        case _:
            assert_never(command)


def _issue(
    command: IssueEdition, state: Edition, proposed: EditionProposed
) -> tuple[EditionEvent, ...]:
    if not command.agencies:
        raise RefusedError("edition.issued-to-nobody")
    if waiting := [board for board in proposed.boards if board not in state.mandated]:
        raise RefusedError("edition.not-mandated", waiting_for=waiting)
    for mandated in state.mandated.values():
        refuse_earlier("edition.out-of-order", command, mandated.on)
    refuse_second("edition.issued-already", state.issued)
    return (EditionIssued.of(command),)


def _acknowledge(
    command: AcknowledgeEdition, state: Edition, setting: Setting
) -> tuple[EditionEvent, ...]:
    issued = _issued(state)
    agency = answers_for(command, setting)
    if agency not in issued.agencies:
        raise RefusedError("edition.not-issued-to", body=agency)
    refuse_earlier("edition.out-of-order", command, issued.on)
    return (EditionAcknowledged.of(command),)


def _issued(state: Edition) -> EditionIssued:
    if state.issued is None:
        raise RefusedError("edition.not-issued")
    return state.issued


decider: Decider[EditionCommand, EditionEvent, Edition] = Decider(
    category="edition",
    commands=EditionCommand,
    events=EditionEvent,
    opens=(EditionProposed,),
    decide=decide,
    evolve=evolve,
)
