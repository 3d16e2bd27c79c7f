"""The life of a body, which is a board, a committee or an agency: it is registered, meets, and is
merged into a successor (framework §2.5).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import (
    Decider,
    Setting,
    plus,
    refuse_earlier,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import BodyRef, Code, Name, Ordinal, Text, message


class BodyKind(StrEnum):
    """A kind of body, by which the framework gives the right to decide."""

    BOARD = "board"
    COMMITTEE = "committee"
    AGENCY = "agency"


# Commands and events


@message
class RegisterBody(Command):
    """A body that the framework does not name can from now on decide, own and answer."""

    body: BodyRef
    name: Name
    kind: BodyKind


@message
class BodyRegistered(RegisterBody, Event[RegisterBody]):
    """The body is in the register."""


@message
class AdoptTerms(Command):
    """A committee adopts its terms of reference: its *remit*, and the *boards* that it serves
    (framework §2.5).

    *terms* is their version, and *quorum* the number of members who make a meeting quorate.
    """

    body: BodyRef
    terms: Code
    remit: Text
    boards: tuple[BodyRef, ...]
    quorum: Ordinal | None = None


@message
class TermsAdopted(AdoptTerms, Event[AdoptTerms]):
    """The terms in force from this day; later ones replace them."""


@message
class MergeBody(Command):
    """The body is merged *into* a successor, which holds from this day what it held."""

    body: BodyRef
    into: BodyRef
    reasons: Text


@message
class BodyMerged(MergeBody, Event[MergeBody]):
    """The successor answers from this day on; the history of the body stays its own."""


@message
class RecordMeeting(Command):
    """A body meets: which agencies were *required*, *present*, and present by *deputies*."""

    body: BodyRef
    meeting: Code
    required: tuple[BodyRef, ...]
    present: tuple[BodyRef, ...]
    deputies: tuple[BodyRef, ...] = ()
    quorate: bool


@message
class MeetingRecorded(RecordMeeting, Event[RecordMeeting]):
    """The meeting took place, on this day."""


BodyCommand: TypeAlias = RegisterBody | AdoptTerms | MergeBody | RecordMeeting
BodyEvent: TypeAlias = BodyRegistered | TermsAdopted | BodyMerged | MeetingRecorded


# State


class Body(Struct, frozen=True, kw_only=True):
    """The state of a body: all that its rules ask about its past."""

    registered: BodyRegistered | None = None
    terms: tuple[TermsAdopted, ...] = ()
    merged: BodyMerged | None = None
    meetings: Mapping[str, MeetingRecorded] = {}


def evolve(state: Body | None, event: BodyEvent) -> Body:
    state = state or Body()
    match event:
        case BodyRegistered():
            return replace(state, registered=event)
        case TermsAdopted():
            recorded = state.terms[-1:] == (event,)  # repeated on one day
            return state if recorded else replace(state, terms=(*state.terms, event))
        case BodyMerged():
            return replace(state, merged=event)
        case MeetingRecorded(meeting=meeting):
            return replace(state, meetings=plus(state.meetings, meeting, event))
        case _:
            assert_never(event)


# Rules


def _register(command: RegisterBody, state: Body, setting: Setting) -> tuple[BodyRegistered, ...]:
    if setting.named(command.body):
        raise RefusedError("body.in-framework", body=command.body)
    refuse_second("body.reference-taken", state.registered)
    return (BodyRegistered.of(command),)


def _adopt_terms(command: AdoptTerms, state: Body, setting: Setting) -> tuple[TermsAdopted, ...]:
    """Refuse terms of an agency, and of a body that has been merged (framework §2.5)."""
    entry = setting.framework.body(command.body) or state.registered
    kind = entry.kind if entry else None
    if kind == BodyKind.AGENCY:
        raise RefusedError("body.agency-without-terms", body=command.body)
    _refuse_merged(command, state, setting)
    if state.terms:
        refuse_earlier("body.out-of-order", command, state.terms[-1].on)
    return (TermsAdopted.of(command),)


def _merge(command: MergeBody, state: Body, setting: Setting) -> tuple[BodyMerged, ...]:
    if command.into == command.body:
        raise RefusedError("body.merged-into-itself", body=command.body)
    if setting.holder(command.into) == command.body:
        raise RefusedError("body.merged-in-a-circle", body=command.body, into=command.into)
    refuse_second("body.merged-already", state.merged)
    return (BodyMerged.of(command),)


def _refuse_merged(command: BodyCommand, state: Body, setting: Setting) -> None:
    """Refuse a body whose merger is in effect, which one that closes a circle is not."""
    if state.merged is None or command.on < state.merged.on:
        return
    if setting.holder(state.merged.into) != command.body:
        raise RefusedError("body.merged", on=state.merged.on, into=state.merged.into)


def _record_meeting(
    command: RecordMeeting, state: Body, setting: Setting
) -> tuple[MeetingRecorded, ...]:
    _refuse_merged(command, state, setting)
    if not set(command.deputies) <= set(command.present):
        raise RefusedError("body.deputy-not-present", deputies=command.deputies)
    in_force = [terms.quorum for terms in state.terms if terms.on <= command.on][-1:]
    members = set(command.present)
    if command.required:
        members &= set(command.required)
    for quorum in in_force:
        if command.quorate and quorum is not None and len(members) < quorum:
            raise RefusedError("body.not-quorate", quorum=quorum, present=len(members))
    refuse_second("body.meeting-recorded-already", state.meetings.get(command.meeting))
    return (MeetingRecorded.of(command),)


def decide(command: BodyCommand, state: Body | None, setting: Setting) -> tuple[BodyEvent, ...]:
    state = state or Body()
    if isinstance(command, RegisterBody):
        return _register(command, state, setting)
    if state.registered is None and not setting.named(command.body):
        raise unknown("body.unknown", command)
    match command:
        case AdoptTerms():
            return _adopt_terms(command, state, setting)
        case MergeBody():
            return _merge(command, state, setting)
        case RecordMeeting():
            return _record_meeting(command, state, setting)
        case _:
            assert_never(command)


decider: Decider[BodyCommand, BodyEvent, Body] = Decider(
    category="body",
    commands=BodyCommand,
    events=BodyEvent,
    opens=(BodyRegistered,),
    decide=decide,
    evolve=evolve,
)
