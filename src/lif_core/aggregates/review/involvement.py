"""The involvement of those whom a review is about: practitioners, the family, the child or
adult.
"""

from unicodedata import normalize

from msgspec.structs import replace

from lif_core.aggregates.review.conduct import refuse_dependent
from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import Setting, refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import ReviewKind
from lif_core.values.fields import BodyRef, Count, PersonalText, ReviewRef, message


@message
class InvitePractitioners(Command):
    """People who worked on the case are invited to contribute, without fear of blame (framework
    §2.2).
    """

    review: ReviewRef
    organisation: BodyRef
    invited: Count


@message
class PractitionersInvited(InvitePractitioners, Event[InvitePractitioners]):
    """The number of people of that organisation who were invited; nobody is named."""


@message
class RecordContribution(Command):
    """People of an *organisation* who were invited have given their *perspectives* (framework
    §2.2).

    *contributed* counts all of them so far; after a further invitation it is recorded anew.
    """

    review: ReviewRef
    organisation: BodyRef
    contributed: Count
    perspectives: PersonalText


@message
class ContributionRecorded(RecordContribution, Event[RecordContribution]):
    """The number of people of that organisation who contributed; nobody is named."""


@message
class InviteFamily(Command):
    """The family, surviving children included, is invited and told how this will happen
    (framework §2.2). *surviving_child* says whether this *relation* is one.
    """

    review: ReviewRef
    relation: PersonalText
    explanation: PersonalText
    surviving_child: bool = False


@message
class FamilyInvited(InviteFamily, Event[InviteFamily]):
    """They know of the review and how they can contribute."""


@message
class DecideNotToInviteFamily(Command):
    """The reasoned decision not to invite the family, or this *relation* of it."""

    review: ReviewRef
    reasons: PersonalText
    relation: PersonalText | None = None
    surviving_child: bool = False


@message
class FamilyNotInvited(DecideNotToInviteFamily, Event[DecideNotToInviteFamily]):
    """They were not invited, for these reasons."""


@message
class RecordFamilyResponse(Command):
    """The family responds, or does not wish to contribute."""

    review: ReviewRef
    relation: PersonalText
    response: PersonalText
    surviving_child: bool = False


@message
class FamilyResponded(RecordFamilyResponse, Event[RecordFamilyResponse]):
    """The family's response."""


@message
class RecordVoice(Command):
    """The child or adult at the centre has said, wished or shown this (framework §2.2)."""

    review: ReviewRef
    voice: PersonalText


@message
class VoiceRecorded(RecordVoice, Event[RecordVoice]):
    """The voice of the child or adult."""


def invite_practitioners(
    command: InvitePractitioners, state: Review, kind: ReviewKind, setting: Setting
) -> tuple[PractitionersInvited, ...]:
    if state.reviewer is not None:
        refuse_dependent(kind, state.reviewer.employer, (command.organisation,), setting)
    return (PractitionersInvited.of(command),)


def record_contribution(
    command: RecordContribution, state: Review
) -> tuple[ContributionRecorded, ...]:
    """Refuse more contributors than were invited, and a second record of one invitation."""
    invitations = [event for event in state.invited if event.organisation == command.organisation]
    if not invitations:
        raise RefusedError("review.nobody-invited", organisation=command.organisation)
    invited = sum(event.invited for event in invitations)
    if command.contributed > invited:
        raise RefusedError("review.more-contributed-than-invited", invited=invited)
    refuse_earlier("review.out-of-order", command, min(event.on for event in invitations))
    known = state.contributed.get(command.organisation)
    if known is not None:
        latest = max(event.on for event in invitations)
        if known.on >= latest:
            raise RefusedError("review.contribution-recorded-already", on=known.on)
        refuse_earlier("review.out-of-order", command, latest)
    return (ContributionRecorded.of(command),)


def invite_family(command: InviteFamily) -> tuple[FamilyInvited, ...]:
    return (FamilyInvited.of(command),)


def decide_not_to_invite_family(
    command: DecideNotToInviteFamily, state: Review
) -> tuple[FamilyNotInvited, ...]:
    """Refuse it of the whole family, or of a relation, that has been invited."""
    invited = state.family if isinstance(state.family, FamilyInvited) else None
    if command.relation is None or command.relation in state.family_invited:
        refuse_second("review.family-invited-already", invited)
    return (FamilyNotInvited.of(command),)


def record_family_response(
    command: RecordFamilyResponse, state: Review
) -> tuple[FamilyResponded, ...]:
    if not isinstance(state.family, FamilyInvited):
        raise RefusedError("review.family-not-invited")
    refuse_earlier("review.out-of-order", command, state.family.on)
    if relation_key(command.relation) in state.family_excluded:
        raise RefusedError("review.relative-not-invited", relation=command.relation)
    return (FamilyResponded.of(command),)


def record_voice(command: RecordVoice) -> tuple[VoiceRecorded, ...]:
    return (VoiceRecorded.of(command),)


def relation_key(relation: str) -> str:
    """Return what tells a *relation* from others: its letters, however they are set."""
    return "".join(filter(str.isalnum, normalize("NFKC", relation).casefold()))


def family_invited(state: Review, event: FamilyInvited) -> Review:
    """Return the state with the relation invited; the first invitation stays the family's."""
    first = state.family if isinstance(state.family, FamilyInvited) else event
    return replace(
        state,
        family=first,
        family_invited=state.family_invited | {event.relation},
        family_excluded=state.family_excluded - {relation_key(event.relation)},
    )


def family_not_invited(state: Review, event: FamilyNotInvited) -> Review:
    """Return the state with a decision about a relation, or about the whole family, where it is
    the first.
    """
    if event.relation is not None:
        excluded = state.family_excluded | {relation_key(event.relation)}
        return replace(state, family_excluded=excluded)
    return replace(state, family=event) if state.family is None else state
