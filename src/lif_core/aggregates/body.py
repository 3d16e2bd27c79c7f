"""The life of a body, which is a board, a committee or an agency: it is registered, meets, bears
another name, and is merged into a successor, split among several, or ends (framework §2.5).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias, assert_never

from attrs import frozen
from msgspec import Struct
from msgspec.structs import replace

from lif_core.aggregates.succession import UNOWNED, Passage
from lif_core.decisions.decider import (
    Decider,
    Setting,
    plus,
    refuse_before_last,
    refuse_earlier,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import (
    BodyRef,
    Code,
    Name,
    Ordinal,
    PersonalText,
    StreamRef,
    Text,
    message,
)
from lif_core.values.refs import namespace_of


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
    reasons: PersonalText


@message
class BodyMerged(MergeBody, Event[MergeBody]):
    """The successor answers from this day on; the history of the body stays its own."""


@message
class RenameBody(Command):
    """The body bears another *name* from this day; its reference stays."""

    body: BodyRef
    name: Name
    reasons: PersonalText


@message
class BodyRenamed(RenameBody, Event[RenameBody]):
    """Views of a day show the name that the body bore on it."""


@frozen(kw_only=True)
class BodyShare:
    """The share of a split body that goes *to* another one: a *remit*, and the *streams* of what
    it held.
    """

    to: BodyRef
    remit: Text
    streams: tuple[StreamRef, ...] = ()


@message
class SplitBody(Command):
    """The body is split: each of the *shares* goes to a body of its own.

    *rest* is the body that holds from this day whatever no share names; without it, nobody does.
    """

    body: BodyRef
    shares: tuple[BodyShare, ...]
    reasons: PersonalText
    rest: BodyRef | None = None


@message
class BodySplit(SplitBody, Event[SplitBody]):
    """Each part answers from this day on for its share; the history of the body stays its own."""


@message
class EndBody(Command):
    """The body ends, and no other takes its place."""

    body: BodyRef
    reasons: PersonalText


@message
class BodyEnded(EndBody, Event[EndBody]):
    """The body is no more: its duties are unowned from this day on, until others take them on."""


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


BodyCommand: TypeAlias = (
    RegisterBody | AdoptTerms | RenameBody | MergeBody | SplitBody | EndBody | RecordMeeting
)
BodyEvent: TypeAlias = (
    BodyRegistered
    | TermsAdopted
    | BodyRenamed
    | BodyMerged
    | BodySplit
    | BodyEnded
    | MeetingRecorded
)
PassingEvent: TypeAlias = BodyMerged | BodySplit | BodyEnded


def passage_of(event: PassingEvent) -> Passage:
    """Return what became of all that a body held."""
    match event:
        case BodyMerged(into=into):
            return Passage(into, event.on)
        case BodySplit(rest=rest):
            streams = tuple((each, share.to) for share in event.shares for each in share.streams)
            return Passage(rest or UNOWNED, event.on, streams, whole=False)
        case BodyEnded():
            return Passage(UNOWNED, event.on, whole=False)
        case _:
            assert_never(event)


# State


class Body(Struct, frozen=True, kw_only=True):
    """The state of a body: all that its rules ask about its past."""

    registered: BodyRegistered | None = None
    terms: tuple[TermsAdopted, ...] = ()
    renamed: BodyRenamed | None = None
    passed: PassingEvent | None = None
    meetings: Mapping[str, MeetingRecorded] = {}


def evolve(state: Body | None, event: BodyEvent) -> Body:
    state = state or Body()
    match event:
        case BodyRegistered():
            return replace(state, registered=event)
        case TermsAdopted():
            recorded = state.terms[-1:] == (event,)  # repeated on one day
            return state if recorded else replace(state, terms=(*state.terms, event))
        case BodyRenamed():
            return replace(state, renamed=event)
        case BodyMerged() | BodySplit() | BodyEnded():
            return replace(state, passed=event)
        case MeetingRecorded(meeting=meeting):
            return replace(state, meetings=plus(state.meetings, meeting, event))
        case _:
            assert_never(event)


# Rules


def _register(command: RegisterBody, state: Body, setting: Setting) -> tuple[BodyRegistered, ...]:
    if setting.named(command.body):
        raise RefusedError("body.in-framework", body=command.body)
    refuse_second("body.reference-taken", state.registered)
    if command.kind is BodyKind.BOARD and namespace_of(command.body) != command.body:
        raise RefusedError("body.within-a-board", body=command.body)
    return (BodyRegistered.of(command),)


def _adopt_terms(command: AdoptTerms, state: Body, setting: Setting) -> tuple[TermsAdopted, ...]:
    """Refuse terms of an agency, and of a body that is no more (framework §2.5)."""
    entry = setting.framework.body(command.body) or state.registered
    kind = entry.kind if entry else None
    if kind == BodyKind.AGENCY:
        raise RefusedError("body.agency-without-terms", body=command.body)
    _refuse_passed(command, state, setting)
    if state.terms:
        refuse_earlier("body.out-of-order", command, state.terms[-1].on)
    return (TermsAdopted.of(command),)


def _rename(command: RenameBody, state: Body, setting: Setting) -> tuple[BodyRenamed, ...]:
    _refuse_passed(command, state, setting)
    refuse_before_last("body.out-of-order", command, state.renamed)
    return (BodyRenamed.of(command),)


def _merge(command: MergeBody, state: Body, setting: Setting) -> tuple[BodyMerged, ...]:
    _refuse_successor(command.into, command, setting)
    refuse_second("body.passed-on-already", state.passed)
    return (BodyMerged.of(command),)


def _split(command: SplitBody, state: Body, setting: Setting) -> tuple[BodySplit, ...]:
    if not command.shares:
        raise RefusedError("body.split-into-nothing", body=command.body)
    for successor in filter(None, (*(share.to for share in command.shares), command.rest)):
        _refuse_successor(successor, command, setting)
    streams = [stream for share in command.shares for stream in share.streams]
    if len(set(streams)) < len(streams):
        raise RefusedError("body.given-twice", streams=streams)
    refuse_second("body.passed-on-already", state.passed)
    return (BodySplit.of(command),)


def _end(command: EndBody, state: Body) -> tuple[BodyEnded, ...]:
    refuse_second("body.passed-on-already", state.passed)
    return (BodyEnded.of(command),)


def _refuse_successor(successor: str, command: MergeBody | SplitBody, setting: Setting) -> None:
    """Refuse a body as its own successor, and one that it is the successor of."""
    if successor == command.body:
        raise RefusedError("body.merged-into-itself", body=command.body)
    if setting.holder(successor) == command.body:
        raise RefusedError("body.merged-in-a-circle", body=command.body, into=successor)


def _refuse_passed(command: BodyCommand, state: Body, setting: Setting) -> None:
    """Refuse a body that is no more, unless what ended it closes a circle and has no effect."""
    if state.passed is None or command.on < state.passed.on:
        return
    into = passage_of(state.passed).into
    if setting.holder(into) != command.body:
        raise RefusedError("body.passed-on", on=state.passed.on, into=into)


def _record_meeting(
    command: RecordMeeting, state: Body, setting: Setting
) -> tuple[MeetingRecorded, ...]:
    _refuse_passed(command, state, setting)
    if not set(command.deputies) <= set(command.present):
        raise RefusedError("body.deputy-not-present", deputies=command.deputies)
    in_force = [terms.quorum for terms in state.terms if terms.on <= command.on][-1:]
    members = set(command.present)
    if command.required:
        members &= set(command.required)
    for quorum in in_force:
        if command.quorate and quorum is not None and not command.required:
            raise RefusedError("body.nobody-required", quorum=quorum)
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
        case RenameBody():
            return _rename(command, state, setting)
        case MergeBody():
            return _merge(command, state, setting)
        case SplitBody():
            return _split(command, state, setting)
        case EndBody():
            return _end(command, state)
        case RecordMeeting():
            return _record_meeting(command, state, setting)
        case _:
            assert_never(command)


decider: Decider[BodyCommand, BodyEvent, Body] = Decider(
    category="body",
    commands=BodyCommand,
    events=BodyEvent,
    opens=(BodyRegistered,),
    once={MeetingRecorded: ("meeting",)},
    decide=decide,
    evolve=evolve,
)
