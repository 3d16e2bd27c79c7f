"""The rules of how a review begins, and of what it refers to another."""

from typing import assert_never

from lif_core.aggregates.review import messages as m
from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.errors import RefusedError
from lif_core.framework import Framework, ReviewKind

Events = tuple[m.ReviewEvent, ...]


def begin(
    command: m.NotifyCase | m.NotifyDeath | m.OpenReview,
    state: Review | None,
    framework: Framework,
) -> Events:
    refuse_second("review.reference-taken", state.begun if state else None)
    kind = framework.review_kind(command.kind)
    for board in command.boards:
        framework.refuse_unless_board("review.not-a-board", board)
    match command:
        case m.NotifyCase():
            if kind.death:
                raise RefusedError("review.death-not-notified", kind=kind.kind)
            if kind.threshold:
                raise RefusedError("review.threshold-reason", kind=kind.kind)
            if command.on < command.aware:
                raise RefusedError(
                    "review.notified-before-aware", on=command.on, aware=command.aware
                )
            return (m.CaseNotified.of(command),)
        case m.NotifyDeath():
            return _notify_death(command, kind, framework)
        case m.OpenReview():
            if kind.case:
                raise RefusedError("review.case-not-notified", kind=kind.kind)
            if kind.death:
                raise RefusedError("review.death-not-notified", kind=kind.kind)
            if kind.threshold and command.threshold is None:
                raise RefusedError("review.threshold-reason", kind=kind.kind)
            return (m.ReviewOpened.of(command),)
        case _:
            assert_never(command)


def _notify_death(command: m.NotifyDeath, kind: ReviewKind, framework: Framework) -> Events:
    """Of a child normally resident in the area of one of the boards (framework §3.3.1)."""
    refuse_unless_of_a_death(kind, framework)
    if command.on < command.died:
        raise RefusedError("review.notified-before-death", on=command.on, died=command.died)
    boards = command.boards or (command.review.partition("/")[0],)
    entries = [framework.body(board) for board in boards]
    areas = {area for entry in entries if entry for area in entry.areas}
    if areas and command.area not in areas:
        raise RefusedError("review.not-resident", area=command.area, areas=sorted(areas))
    return (m.DeathNotified.of(command),)


def refuse_unless_of_a_death(kind: ReviewKind, framework: Framework) -> None:
    if not (kind.death or framework.open_kinds):
        raise RefusedError("review.not-of-a-death", kind=kind.kind)


def decide_hold(
    command: m.DecideHold, state: Review, kind: ReviewKind, framework: Framework
) -> Events:
    if not isinstance(state.begun, m.CaseNotified):
        raise RefusedError("review.no-case", kind=state.kind)
    if state.held is not None:
        raise RefusedError("review.held-already", on=state.held)
    for earlier in (state.hold, state.informed):  # a new decision is to be told anew
        if earlier is not None:
            refuse_earlier("review.out-of-order", command, earlier.on)
    for criterion in command.criteria:
        framework.refuse_unknown("review.unknown-criterion", criterion, kind.criteria)
    if command.hold and kind.case and not command.criteria:
        raise RefusedError("review.criteria", kind=state.kind)
    grounds = [ground for ground in kind.grounds if set(ground.met) <= set(command.criteria)]
    if command.hold and kind.grounds and not grounds:
        raise RefusedError("review.no-ground", kind=state.kind, criteria=command.criteria)
    binding = [ground.ground for ground in grounds if ground.mandatory]
    if not command.hold and binding:
        raise RefusedError("review.must-be-held", ground=binding[0])
    met = [*binding, *(ground.ground for ground in grounds)] if command.hold else []
    decided = m.HoldDecided.of(command, ground=met[0] if met else None)
    return () if decided == state.hold else (decided,)


def inform_panel(command: m.InformPanel, state: Review, kind: ReviewKind) -> Events:
    refuse_unless_panel(kind)
    if state.hold is None:
        raise RefusedError("review.not-decided")
    refuse_earlier("review.out-of-order", command, state.hold.on)
    refuse_second("review.panel-informed-already", state.informed)
    return (m.PanelInformed.of(command),)


def refer_case(command: m.ReferCase, state: Review, framework: Framework) -> Events:
    kind = framework.review_kind(command.kind)
    if not (kind.case or framework.open_kinds):
        raise RefusedError("review.not-of-a-case", kind=kind.kind)
    if command.referral == command.review:
        raise RefusedError("review.refers-to-itself", referral=command.referral)
    if command.on < command.aware:
        raise RefusedError("review.notified-before-aware", on=command.on, aware=command.aware)
    refuse_second("review.referred-already", state.referred.get(command.referral))
    return (m.CaseReferred.of(command),)


def refuse_unless_panel(kind: ReviewKind) -> None:
    """The national panel is one of children's cases."""
    if not kind.panel:
        raise RefusedError("review.no-panel", kind=kind.kind)
