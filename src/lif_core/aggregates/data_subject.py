"""The life of what is kept about a person: until when it is to be kept, what holds its erasure up,
and its erasure, which is for ever.

The stream tells nobody who the person is: it is named by the id of the key under which texts about
the person are encrypted.
"""

from datetime import date
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import Decider, Setting, latest, refuse_before_last
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import DataSubjectRef, PersonalText, message

# Commands and events


@message
class SetRetention(Command):
    """The data of a person are due to be erased from the day *until* on."""

    subject: DataSubjectRef
    until: date
    reasons: PersonalText


@message
class RetentionSet(SetRetention, Event[SetRetention]):
    """The data are to be kept until then; nothing erases them by itself."""


@message
class PlaceLegalHold(Command):
    """Nothing about a person may be erased, for these *reasons*: an inquiry, proceedings."""

    subject: DataSubjectRef
    reasons: PersonalText


@message
class LegalHoldPlaced(PlaceLegalHold, Event[PlaceLegalHold]):
    """Erasure is refused until the hold is lifted."""


@message
class LiftLegalHold(Command):
    """The data may be erased again, for these *reasons*."""

    subject: DataSubjectRef
    reasons: PersonalText


@message
class LegalHoldLifted(LiftLegalHold, Event[LiftLegalHold]):
    """No hold is in the way of an erasure any more."""


@message
class EraseDataSubject(Command):
    """The texts about a person are erased for ever, for these *reasons*."""

    subject: DataSubjectRef
    reasons: PersonalText


@message
class DataSubjectErased(EraseDataSubject, Event[EraseDataSubject]):
    """The key of the person is destroyed: what was encrypted under it reads `[erased]`."""


DataSubjectCommand: TypeAlias = SetRetention | PlaceLegalHold | LiftLegalHold | EraseDataSubject
DataSubjectEvent: TypeAlias = RetentionSet | LegalHoldPlaced | LegalHoldLifted | DataSubjectErased


# State


class DataSubject(Struct, frozen=True, kw_only=True):
    """The state of what is kept about a person: all that its rules ask about its past."""

    retention: RetentionSet | None = None
    hold: LegalHoldPlaced | None = None
    lifted: LegalHoldLifted | None = None
    erased: DataSubjectErased | None = None


def evolve(state: DataSubject | None, event: DataSubjectEvent) -> DataSubject:
    state = state or DataSubject()
    match event:
        case RetentionSet():
            return replace(state, retention=event)
        case LegalHoldPlaced():
            return replace(state, hold=event, lifted=None)
        case LegalHoldLifted():
            return replace(state, hold=None, lifted=event)
        case DataSubjectErased():
            return replace(state, erased=event)
        case _:
            assert_never(event)


# Rules


def _erase(command: EraseDataSubject, state: DataSubject) -> tuple[DataSubjectErased, ...]:
    if state.hold is not None:
        raise RefusedError("data-subject.legal-hold", since=state.hold.on)
    return (DataSubjectErased.of(command),)


def decide(
    command: DataSubjectCommand, state: DataSubject | None, _: Setting
) -> tuple[DataSubjectEvent, ...]:
    state = state or DataSubject()
    if state.erased is not None:
        raise RefusedError("data-subject.erased", on=state.erased.on)
    match command:
        case SetRetention():
            refuse_before_last("data-subject.out-of-order", command, state.retention)
            return (RetentionSet.of(command),)
        case PlaceLegalHold():
            refuse_before_last("data-subject.out-of-order", command, state.lifted)
            if state.hold is not None:
                raise RefusedError("data-subject.held-already", since=state.hold.on)
            return (LegalHoldPlaced.of(command),)
        case LiftLegalHold():
            if state.hold is None:
                raise RefusedError("data-subject.no-hold")
            refuse_before_last("data-subject.out-of-order", command, state.hold)
            return (LegalHoldLifted.of(command),)
        case EraseDataSubject():
            return _erase(command, state)
        case _:
            assert_never(command)


decider: Decider[DataSubjectCommand, DataSubjectEvent, DataSubject] = Decider(
    category="data_subject",
    commands=DataSubjectCommand,
    events=DataSubjectEvent,
    opens=(RetentionSet, LegalHoldPlaced, DataSubjectErased),
    rests_on={LegalHoldLifted: (latest(LegalHoldPlaced),)},
    decide=decide,
    evolve=evolve,
)
