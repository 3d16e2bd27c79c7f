"""A body: a board, a committee or an agency. Registered, met as, merged into a successor
(framework §2.5).
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
from lif_core.values.fields import BodyRef, Code, Ordinal, Text, message


class BodyKind(StrEnum):
    """What a body is; the framework's rights of decision go by it."""

    BOARD = "board"
    COMMITTEE = "committee"
    AGENCY = "agency"


# What can be decided, and what is then on record


@message
class RegisterBody(Command):
    """A body that the framework does not name can from now on decide, own and answer."""

    body: BodyRef
    name: Text
    kind: BodyKind


@message
class BodyRegistered(RegisterBody, Event[RegisterBody]):
    """The body is in the register."""


@message
class AdoptTerms(Command):
    """The terms of reference of a committee: what it is for, whom it serves, its quorum (framework
    §2.5).

    *terms* is their version; *quorum*: how many of its members make a meeting quorate.
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
    """Its history stays its own; from this day on, the successor answers."""


@message
class RecordMeeting(Command):
    """Who was represented at a meeting: agencies *required*, *present*, of them by *deputies*."""

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


# What the rules ask about the past


class Body(Struct, frozen=True, kw_only=True):
    """What a body has come to."""

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
            known = state.terms[-1:] == (event,)  # said twice on one day
            return state if known else replace(state, terms=(*state.terms, event))
        case BodyMerged():
            return replace(state, merged=event)
        case MeetingRecorded(meeting=meeting):
            return replace(state, meetings=plus(state.meetings, meeting, event))
        case _:
            assert_never(event)


# The rules


def decide(command: BodyCommand, state: Body | None, setting: Setting) -> tuple[BodyEvent, ...]:
    known = state.registered if state else None
    if isinstance(command, RegisterBody):
        if setting.named(command.body):
            raise RefusedError("body.in-framework", body=command.body)
        refuse_second("body.reference-taken", known)
        return (BodyRegistered.of(command),)
    if known is None and not setting.named(command.body):
        raise unknown("body.unknown", command)
    state = state or Body()
    match command:
        case AdoptTerms():
            return _adopt_terms(command, known, state, setting)
        case MergeBody():
            if command.into == command.body:
                raise RefusedError("body.merged-into-itself", body=command.body)
            if setting.holder(command.into) == command.body:
                raise RefusedError("body.merged-in-a-circle", body=command.body, into=command.into)
            refuse_second("body.merged-already", state.merged)
            return (BodyMerged.of(command),)
        case RecordMeeting():
            return _record_meeting(command, state, setting)
        case _:
            assert_never(command)


def _adopt_terms(
    command: AdoptTerms, registered: BodyRegistered | None, state: Body, setting: Setting
) -> tuple[BodyEvent, ...]:
    """Of a board or a committee, as long as it is one (framework §2.5)."""
    entry = setting.framework.body(command.body)
    kind = entry.kind if entry else registered.kind if registered else None
    if kind == BodyKind.AGENCY:
        raise RefusedError("body.agency-without-terms", body=command.body)
    _refuse_merged(command, state, setting)
    if state.terms:
        refuse_earlier("body.out-of-order", command, state.terms[-1].on)
    return (TermsAdopted.of(command),)


def _refuse_merged(command: BodyCommand, state: Body, setting: Setting) -> None:
    """A merger that would close a circle has no effect: its successor's is then its own again."""
    if state.merged is None or command.on < state.merged.on:
        return
    if setting.holder(state.merged.into) != command.body:
        raise RefusedError("body.merged", on=state.merged.on, into=state.merged.into)


def _record_meeting(
    command: RecordMeeting, state: Body, setting: Setting
) -> tuple[BodyEvent, ...]:
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


decider: Decider[BodyCommand, BodyEvent, Body] = Decider(
    category="body",
    commands=BodyCommand,
    events=BodyEvent,
    opens=(BodyRegistered,),
    decide=decide,
    evolve=evolve,
)
