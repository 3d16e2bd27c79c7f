"""The opening of a review: a case or a death is notified, and the board decides whether to hold
a review; other reviews are opened without a notification.
"""

from collections.abc import Mapping, Set
from datetime import date
from typing import TYPE_CHECKING

from attrs import frozen
from msgspec.structs import replace

from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework, Ground, ReviewKind, in_force
from lif_core.values.fields import (
    AddresseeCode,
    BodyRef,
    CaseKindCode,
    Code,
    CriterionCode,
    DeathKindCode,
    OpenedKindCode,
    PersonalText,
    ResidenceAreaCode,
    ReviewRef,
    StreamRef,
    message,
)
from lif_core.values.refs import namespace_of

if TYPE_CHECKING:
    from lif_core.aggregates.review.addressees import AddresseesInformed


@message
class NotifyCase(Command):
    """The authority reports a case, *on* this day, that it became *aware* of (framework §3.1).

    *kind* is a review kind of the framework; *boards* are those it is joint to, where more than
    one. *arising_from* are the streams that raised it, such as the review of a death. *told* are
    the addressees outside that were notified with the board, on this day. *criteria* are those
    that the case meets as far as is known: facts, which the decision on it has to answer.
    """

    review: ReviewRef
    kind: CaseKindCode
    subject: PersonalText
    aware: date
    boards: tuple[BodyRef, ...] = ()
    arising_from: tuple[StreamRef, ...] = ()
    told: tuple[AddresseeCode, ...] = ()
    criteria: tuple[CriterionCode, ...] = ()


@message
class CaseNotified(NotifyCase, Event[NotifyCase]):
    """The case is known to the board; nobody has decided yet whether to review it."""


@message
class NotifyDeath(Command):
    """The death of a child is notified to the panel that reviews each one (framework §3.3.1).

    *area* is where the child was normally resident, an area of one of the *boards*. *expected*
    says whether the death was. Only *subject* may say who the child was.
    """

    review: ReviewRef
    kind: DeathKindCode
    subject: PersonalText
    died: date
    area: ResidenceAreaCode
    expected: bool
    boards: tuple[BodyRef, ...] = ()


@message
class DeathNotified(NotifyDeath, Event[NotifyDeath]):
    """The death is to be reviewed, whatever its cause."""


@message
class OpenReview(Command):
    """A review begins that no case was notified for: an inspection, a peer review, guidance, or
    one below the statutory criteria (framework §1.3, §3.2, §3.4).

    *threshold* says why the statutory criteria are not met, where the kind asks for that.
    """

    review: ReviewRef
    kind: OpenedKindCode
    title: PersonalText
    boards: tuple[BodyRef, ...] = ()
    threshold: PersonalText | None = None
    arising_from: tuple[StreamRef, ...] = ()


@message
class ReviewOpened(OpenReview, Event[OpenReview]):
    """The review is under way."""


@frozen(kw_only=True)
class UnmetCriterion:
    """A *criterion* that a case was found not to meet, and why."""

    criterion: CriterionCode
    reasons: PersonalText


@message
class DecideHold(Command):
    """The decision whether to hold the review, on which *criteria* and for what *reasons*
    (framework §3.1.1).

    The criteria of the notification count too, but for those found *not_met*. A decision not to
    hold answers every ground on which a review has to be held: a criterion of each is not met.
    """

    review: ReviewRef
    hold: bool
    reasons: PersonalText
    criteria: tuple[CriterionCode, ...] = ()
    not_met: tuple[UnmetCriterion, ...] = ()


@message
class HoldDecided(DecideHold, Event[DecideHold]):
    """The review is to be held, or not; *grounds* are all those whose criteria are met.

    *gates* are the milestones that the framework asks for before, and that were reached by then.
    """

    grounds: tuple[Code, ...] = ()
    gates: tuple[Code, ...] = ()

    @property
    def reaches(self) -> tuple[str, ...]:
        """The milestones that the review reaches by it."""
        return ("decided", "decided to hold" if self.hold else "decided not to hold")


def notify_case(
    command: NotifyCase, state: Review | None, framework: Framework
) -> tuple[CaseNotified, ...]:
    kind = _kind_to_begin(command, state, framework)
    if kind.death:
        raise RefusedError("review.death-not-notified", kind=kind.kind)
    if kind.threshold:
        raise RefusedError("review.threshold-reason", kind=kind.kind)
    if command.on < command.aware:
        raise RefusedError("review.notified-before-aware", on=command.on, aware=command.aware)
    refuse_strangers(command.told, kind, framework)
    for criterion in command.criteria:
        framework.refuse_unknown("review.unknown-criterion", criterion, kind.criteria, command.on)
    return (CaseNotified.of(command),)


def notify_death(
    command: NotifyDeath, state: Review | None, framework: Framework
) -> tuple[DeathNotified, ...]:
    """Refuse a child not normally resident in the area of one of the boards, unless the kind says
    that such a death may be reviewed (framework §3.3.1).
    """
    kind = _kind_to_begin(command, state, framework)
    refuse_unless_of_a_death(kind, framework)
    if command.on < command.died:
        raise RefusedError("review.notified-before-death", on=command.on, died=command.died)
    boards = command.boards or (namespace_of(command.review),)
    entries = [framework.body(board) for board in boards]
    areas = {area for entry in entries if entry for area in entry.areas}
    if areas and command.area not in areas and not kind.elsewhere:
        raise RefusedError("review.not-resident", area=command.area, areas=sorted(areas))
    return (DeathNotified.of(command),)


def open_review(
    command: OpenReview, state: Review | None, framework: Framework
) -> tuple[ReviewOpened, ...]:
    kind = _kind_to_begin(command, state, framework)
    if kind.case:
        raise RefusedError("review.case-not-notified", kind=kind.kind)
    if kind.death:
        raise RefusedError("review.death-not-notified", kind=kind.kind)
    if kind.threshold and command.threshold is None:
        raise RefusedError("review.threshold-reason", kind=kind.kind)
    return (ReviewOpened.of(command),)


def _kind_to_begin(
    command: NotifyCase | NotifyDeath | OpenReview, state: Review | None, framework: Framework
) -> ReviewKind:
    """Return the kind of the review; refuse a reference in use, and a board that is none."""
    refuse_second("review.reference-taken", state.begun if state else None)
    kind = framework.review_kind(command.kind)
    if not kind.in_force <= command.on < kind.until:
        raise RefusedError(
            "review.kind-not-in-force", kind=kind.kind, in_force=kind.in_force, until=kind.until
        )
    for board in command.boards:
        framework.refuse_unless_board("review.not-a-board", board)
    return kind


def refuse_strangers(addressees: tuple[str, ...], kind: ReviewKind, framework: Framework) -> None:
    """Refuse to tell anybody who has no part in reviews of this *kind*."""
    strange = sorted(set(addressees) - set(kind.addressees))
    if strange and not framework.open_kinds:
        raise RefusedError(
            "review.not-an-addressee", kind=kind.kind, addressees=strange, known=kind.addressees
        )


def refuse_unless_of_a_death(kind: ReviewKind, framework: Framework) -> None:
    if not (kind.death or framework.open_kinds):
        raise RefusedError("review.not-of-a-death", kind=kind.kind)


def decide_hold(
    command: DecideHold, state: Review, kind: ReviewKind, framework: Framework
) -> tuple[HoldDecided, ...]:
    """Return the decision with its grounds, or nothing where it was decided so before."""
    if not isinstance(state.begun, CaseNotified):
        raise RefusedError("review.no-case", kind=state.kind)
    if state.held is not None:
        raise RefusedError("review.held-already", on=state.held)
    informed = _informed_of_a_decision(state)  # and are to be told of a new one anew
    for earlier in (state.hold, *informed.values()):
        if earlier is not None:
            refuse_earlier("review.out-of-order", command, earlier.on)
    unmet = {each.criterion for each in command.not_met}
    for criterion in (*command.criteria, *unmet):
        framework.refuse_unknown("review.unknown-criterion", criterion, kind.criteria, command.on)
    if contradicted := unmet.intersection(command.criteria):
        raise RefusedError("review.criterion-contradicted", criteria=sorted(contradicted))
    if command.hold and kind.case and not command.criteria:
        raise RefusedError("review.criteria", kind=state.kind)
    known = {*state.begun.criteria, *command.criteria} - unmet
    grounds = _grounds_met(kind, known)
    if command.hold and kind.grounds and not grounds:
        raise RefusedError("review.no-ground", kind=state.kind, criteria=command.criteria)
    binding = [ground.ground for ground in grounds if ground.mandatory]
    if not command.hold and binding:
        raise RefusedError("review.must-be-held", ground=binding[0])
    if not command.hold:
        _refuse_unanswered(kind, unmet, command.on)
    met = tuple(ground.ground for ground in grounds) if command.hold else ()
    decided = HoldDecided.of(command, grounds=met)
    return () if decided == state.hold else (decided,)


def _refuse_unanswered(kind: ReviewKind, unmet: Set[str], on: date) -> None:
    """Refuse to decline a case unless each ground on which it would have to be held is answered,
    whatever of it was notified: what nobody named might be met.
    """
    every = {entry.code for entry in in_force(kind.criteria, on)}
    waiting = [
        ground.ground
        for ground in kind.grounds
        if ground.mandatory and ground.is_met_by(every - unmet)
    ]
    if waiting:
        raise RefusedError("review.grounds-unanswered", grounds=waiting)


def _grounds_met(kind: ReviewKind, criteria: Set[str]) -> list[Ground]:
    """Return all grounds that *criteria* make; one of any other case only where there is none."""
    met = [ground for ground in kind.grounds if ground.is_met_by(criteria)]
    return [ground for ground in met if not ground.otherwise] or met


def held_since(state: Review) -> date:
    """Return the day from which the review is held; refuse where nobody has decided to hold it."""
    if state.held is None:
        raise RefusedError("review.not-held")
    return state.held


def begun(state: Review, event: CaseNotified | DeathNotified | ReviewOpened) -> Review:
    return replace(state, begun=event, held=_held(event, state.hold))


def hold_decided(state: Review, event: HoldDecided) -> Review:
    outdated = _informed_of_a_decision(state)
    informed = {name: each for name, each in state.informed.items() if name not in outdated}
    return replace(state, hold=event, held=_held(state.begun, event), informed=informed)


def _informed_of_a_decision(state: Review) -> Mapping[str, "AddresseesInformed"]:
    """Return who was told of the decision, by milestone."""
    return {name: event for name, event in state.informed.items() if name.startswith("decision ")}


def _held(
    begun: CaseNotified | DeathNotified | ReviewOpened | None, hold: HoldDecided | None
) -> date | None:
    """Return the day of the decision to hold a case; any other review is held once it begins."""
    if isinstance(begun, ReviewOpened | DeathNotified):
        return begun.on
    return hold.on if hold and hold.hold else None
