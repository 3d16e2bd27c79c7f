"""The life of an edition of the framework itself: mandated by the boards, issued, taken up by the
agencies, evaluated (framework §1.2, §2.3, §2.6, §2.7).
"""

from collections.abc import Mapping
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import (
    Decider,
    Setting,
    answers_for,
    every,
    latest,
    plus,
    refuse_earlier,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.errors import RefusedError
from lif_core.values.fields import BodyRef, Code, EditionRef, Text, message

# Commands and events


@message
class ProposeEdition(Command):
    """An edition is put to the *boards*; *pack* is the framework pack of its rules.

    *replaces* is the edition before.
    """

    edition: EditionRef
    title: Text
    pack: Code
    boards: tuple[BodyRef, ...]
    replaces: EditionRef | None = None


@message
class EditionProposed(ProposeEdition, Event[ProposeEdition]):
    """The edition waits for the mandate of each of its boards."""


@message
class MandateEdition(OnBehalf):
    """A board mandates the edition (framework §2.6).

    *for_body* is the board it was put to, where that was merged into the one that answers.
    """

    edition: EditionRef
    for_body: BodyRef | None = None


@message
class EditionMandated(MandateEdition, Event[MandateEdition]):
    """`for_body`, or `by.body`, stands behind the edition."""


@message
class IssueEdition(Command):
    """The edition is shared with its *agencies* (framework §1.2, §2.7), at *place*."""

    edition: EditionRef
    place: Text
    agencies: tuple[BodyRef, ...]


@message
class EditionIssued(IssueEdition, Event[IssueEdition]):
    """Each of the *agencies* is expected to take the edition up."""


@message
class AcknowledgeEdition(OnBehalf):
    """An agency has the edition, and says how its *own_framework* and its workforce development
    follow it (framework §2.7).

    *for_body* is the agency that it answers for, where that was merged into it.
    """

    edition: EditionRef
    own_framework: Text | None = None
    for_body: BodyRef | None = None


@message
class EditionAcknowledged(AcknowledgeEdition, Event[AcknowledgeEdition]):
    """`for_body`, or `by.body`, has taken the edition up; a later answer replaces this one."""


@message
class EvaluateEdition(Command):
    """The processes of the edition are evaluated, and *changes* to them named (framework §2.3)."""

    edition: EditionRef
    efficiency: Text
    effectiveness: Text
    flexibility: Text
    changes: Text


@message
class EditionEvaluated(EvaluateEdition, Event[EvaluateEdition]):
    """The processes have been evaluated on this day."""


EditionCommand: TypeAlias = (
    ProposeEdition | MandateEdition | IssueEdition | AcknowledgeEdition | EvaluateEdition
)
EditionEvent: TypeAlias = (
    EditionProposed | EditionMandated | EditionIssued | EditionAcknowledged | EditionEvaluated
)


# State


class Edition(Struct, frozen=True, kw_only=True):
    """The state of an edition: all that its rules ask about its past."""

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


# Rules


def _propose(
    command: ProposeEdition, state: Edition | None, setting: Setting
) -> tuple[EditionProposed, ...]:
    refuse_second("edition.reference-taken", state.proposed if state else None)
    if not command.boards:
        raise RefusedError("edition.of-no-board")
    for board in command.boards:
        setting.framework.refuse_unless_board("edition.not-a-board", board)
    _refuse_missing_pack(command.pack, setting)
    if command.replaces == command.edition:
        raise RefusedError("edition.replaces-itself", edition=command.edition)
    return (EditionProposed.of(command),)


def _refuse_missing_pack(pack: str, setting: Setting) -> None:
    """Refuse to stand behind rules that nobody has at hand."""
    if not setting.has_pack(pack):
        raise RefusedError("edition.unknown-pack", pack=pack)


def _mandate(
    command: MandateEdition, state: Edition, proposed: EditionProposed, setting: Setting
) -> tuple[EditionMandated, ...]:
    board = answers_for(command, setting)
    if board not in proposed.boards:
        raise RefusedError("edition.not-put-to", body=board)
    _refuse_missing_pack(proposed.pack, setting)
    refuse_second("edition.mandated-already", state.mandated.get(board))
    return (EditionMandated.of(command),)


def _issue(
    command: IssueEdition, state: Edition, proposed: EditionProposed, setting: Setting
) -> tuple[EditionIssued, ...]:
    if not command.agencies:
        raise RefusedError("edition.issued-to-nobody")
    if waiting := [board for board in proposed.boards if board not in state.mandated]:
        raise RefusedError("edition.not-mandated", waiting_for=waiting)
    _refuse_missing_pack(proposed.pack, setting)
    for mandated in state.mandated.values():
        refuse_earlier("edition.out-of-order", command, mandated.on)
    refuse_second("edition.issued-already", state.issued)
    return (EditionIssued.of(command),)


def _acknowledge(
    command: AcknowledgeEdition, state: Edition, setting: Setting
) -> tuple[EditionAcknowledged, ...]:
    issued = _issued(state)
    agency = answers_for(command, setting)
    if agency not in issued.agencies:
        raise RefusedError("edition.not-issued-to", body=agency)
    refuse_earlier("edition.out-of-order", command, issued.on)
    return (EditionAcknowledged.of(command),)


def _issued(state: Edition) -> EditionIssued:
    """Return the issue of the edition; refuse where there is none yet."""
    if state.issued is None:
        raise RefusedError("edition.not-issued")
    return state.issued


def decide(
    command: EditionCommand, state: Edition | None, setting: Setting
) -> tuple[EditionEvent, ...]:
    if isinstance(command, ProposeEdition):
        return _propose(command, state, setting)
    if state is None or state.proposed is None:
        raise unknown("edition.unknown", command)
    match command:
        case MandateEdition():
            return _mandate(command, state, state.proposed, setting)
        case IssueEdition():
            return _issue(command, state, state.proposed, setting)
        case AcknowledgeEdition():
            return _acknowledge(command, state, setting)
        case EvaluateEdition():
            refuse_earlier("edition.out-of-order", command, _issued(state).on)
            return (EditionEvaluated.of(command),)
        case _:
            assert_never(command)


decider: Decider[EditionCommand, EditionEvent, Edition] = Decider(
    category="edition",
    commands=EditionCommand,
    events=EditionEvent,
    opens=(EditionProposed,),
    rests_on={
        EditionIssued: (every(EditionMandated),),
        EditionAcknowledged: (latest(EditionIssued),),
        EditionEvaluated: (latest(EditionIssued),),
    },
    once={EditionMandated: ("answered_for",)},
    decide=decide,
    evolve=evolve,
)
