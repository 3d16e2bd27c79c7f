"""A seat on a board or a committee: who holds it for which agency, and what they signed (framework
§6).
"""

from datetime import date
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import Decider, Setting, refuse_earlier, refuse_second, unknown
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.values.fields import BodyRef, Code, MembershipRef, PersonalName, Text, message

# What can be decided, and what is then on record


@message
class AppointMember(Command):
    """A person represents an *agency* on the board or committee they sit on, *sits_on*."""

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
    """Who stands in for the member."""

    membership: MembershipRef
    deputy: PersonalName


@message
class DeputyNamed(NameDeputy, Event[NameDeputy]):
    """A later deputy replaces this one."""


@message
class EndMembership(Command):
    """The member leaves the seat, and why."""

    membership: MembershipRef
    reasons: Text


@message
class MembershipEnded(EndMembership, Event[EndMembership]):
    """From this day the seat is empty; the next holder's is another membership."""


MembershipCommand: TypeAlias = AppointMember | SignJobDescription | NameDeputy | EndMembership
MembershipEvent: TypeAlias = MemberAppointed | JobDescriptionSigned | DeputyNamed | MembershipEnded


# What the rules ask about the past


class Membership(Struct, frozen=True, kw_only=True):
    """What a membership has come to."""

    appointed: MemberAppointed | None = None
    signed: JobDescriptionSigned | None = None
    deputy: DeputyNamed | None = None
    ended: MembershipEnded | None = None

    @property
    def latest(self) -> date:
        """The day of the last of these."""
        said = (self.appointed, self.signed, self.deputy)
        return max((event.on for event in said if event is not None), default=date.min)


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


# The rules


def decide(
    command: MembershipCommand, state: Membership | None, setting: Setting
) -> tuple[MembershipEvent, ...]:
    framework = setting.framework
    if isinstance(command, AppointMember):
        refuse_second("membership.reference-taken", state.appointed if state else None)
        entry = framework.body(command.sits_on)
        if entry is not None and entry.kind == "agency":
            raise RefusedError("membership.of-an-agency", sits_on=command.sits_on)
        return (MemberAppointed.of(command),)
    if state is None or state.appointed is None:
        raise unknown("membership.unknown", command)
    refuse_second("membership.ended", state.ended)
    match command:
        case SignJobDescription():
            _refuse_other_version(command, framework)
            if state.signed is not None:
                refuse_earlier("membership.out-of-order", command, state.signed.on)
            return (JobDescriptionSigned.of(command),)
        case NameDeputy():
            if state.deputy is not None:
                refuse_earlier("membership.out-of-order", command, state.deputy.on)
            return (DeputyNamed.of(command),)
        case EndMembership():
            refuse_earlier("membership.out-of-order", command, state.latest)
            return (MembershipEnded.of(command),)
        case _:
            assert_never(command)


def _refuse_other_version(command: SignJobDescription, framework: Framework) -> None:
    current = framework.job_description
    if current and command.version != current:
        raise RefusedError("membership.job-description", version=command.version, current=current)


decider: Decider[MembershipCommand, MembershipEvent, Membership] = Decider(
    category="membership",
    commands=MembershipCommand,
    events=MembershipEvent,
    opens=(MemberAppointed,),
    decide=decide,
    evolve=evolve,
)
