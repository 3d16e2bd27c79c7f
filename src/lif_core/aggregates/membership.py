"""The life of a membership: a person holds a seat on a board or a committee for an agency, and
signs its job description (framework §6).
"""

from datetime import date
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import (
    Decider,
    Setting,
    refuse_before_last,
    refuse_earlier,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.values.fields import (
    BodyRef,
    Code,
    MembershipRef,
    PersonalName,
    PersonalText,
    message,
)

# Commands and events


@message
class AppointMember(Command):
    """A person is appointed to represent an *agency* on a board or committee, *sits_on*."""

    membership: MembershipRef
    member: PersonalName
    agency: BodyRef
    sits_on: BodyRef
    role: Code


@message
class MemberAppointed(AppointMember, Event[AppointMember]):
    """The agency has its representative."""


@message
class SignJobDescription(Command):
    """The member signs the job description, in this *version* (framework §6.1)."""

    membership: MembershipRef
    version: Code


@message
class JobDescriptionSigned(SignJobDescription, Event[SignJobDescription]):
    """The member has agreed to its purpose and its core tasks."""


@message
class NameDeputy(Command):
    """A *deputy* is named to stand in for the member."""

    membership: MembershipRef
    deputy: PersonalName


@message
class DeputyNamed(NameDeputy, Event[NameDeputy]):
    """The member has a deputy; a later one replaces this one."""


@message
class EndMembership(Command):
    """The member leaves the seat, for these *reasons*."""

    membership: MembershipRef
    reasons: PersonalText


@message
class MembershipEnded(EndMembership, Event[EndMembership]):
    """The seat is empty from this day; the next holder's is another membership."""


MembershipCommand: TypeAlias = AppointMember | SignJobDescription | NameDeputy | EndMembership
MembershipEvent: TypeAlias = MemberAppointed | JobDescriptionSigned | DeputyNamed | MembershipEnded


# State


class Membership(Struct, frozen=True, kw_only=True):
    """The state of a membership: all that its rules ask about its past."""

    appointed: MemberAppointed | None = None
    signed: JobDescriptionSigned | None = None
    deputy: DeputyNamed | None = None
    ended: MembershipEnded | None = None

    @property
    def latest(self) -> date:
        """The day of the last event before its end."""
        events = (self.appointed, self.signed, self.deputy)
        return max((event.on for event in events if event is not None), default=date.min)


def evolve(state: Membership | None, event: MembershipEvent) -> Membership:
    state = state or Membership()
    match event:
        case MemberAppointed():
            return replace(state, appointed=event)
        case JobDescriptionSigned():
            return replace(state, signed=event)
        case DeputyNamed():
            return replace(state, deputy=event)
        case MembershipEnded():
            return replace(state, ended=event)
        case _:
            assert_never(event)


# Rules


def _appoint(
    command: AppointMember, state: Membership | None, framework: Framework
) -> tuple[MemberAppointed, ...]:
    refuse_second("membership.reference-taken", state.appointed if state else None)
    entry = framework.body(command.sits_on)
    if entry is not None and entry.kind == "agency":
        raise RefusedError("membership.of-an-agency", sits_on=command.sits_on)
    if not framework.share_a_board(command.sits_on, command.membership):
        raise RefusedError("membership.of-another-board", sits_on=command.sits_on)
    return (MemberAppointed.of(command),)


def _refuse_other_version(command: SignJobDescription, framework: Framework) -> None:
    current = framework.job_description
    if current and command.version != current:
        raise RefusedError("membership.job-description", version=command.version, current=current)


def decide(
    command: MembershipCommand, state: Membership | None, setting: Setting
) -> tuple[MembershipEvent, ...]:
    framework = setting.framework
    if isinstance(command, AppointMember):
        return _appoint(command, state, framework)
    if state is None or state.appointed is None:
        raise unknown("membership.unknown", command)
    refuse_second("membership.ended", state.ended)
    match command:
        case SignJobDescription():
            _refuse_other_version(command, framework)
            refuse_before_last("membership.out-of-order", command, state.signed)
            return (JobDescriptionSigned.of(command),)
        case NameDeputy():
            refuse_before_last("membership.out-of-order", command, state.deputy)
            return (DeputyNamed.of(command),)
        case EndMembership():
            refuse_earlier("membership.out-of-order", command, state.latest)
            return (MembershipEnded.of(command),)
        case _:
            assert_never(command)


decider: Decider[MembershipCommand, MembershipEvent, Membership] = Decider(
    category="membership",
    commands=MembershipCommand,
    events=MembershipEvent,
    opens=(MemberAppointed,),
    ends=(MembershipEnded,),
    decide=decide,
    evolve=evolve,
)
