"""The decision and the copy of the report that go to the national panel of children's cases."""

from lif_core.aggregates.review.report import accepted
from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import ReviewKind
from lif_core.values.fields import ReviewRef, message


@message
class InformPanel(Command):
    """The national panel is told of the decision (Working Together 2015)."""

    review: ReviewRef


@message
class PanelInformed(InformPanel, Event[InformPanel]):
    """The national panel knows of the decision."""


@message
class SendPanelCopy(Command):
    """The national panel gets its copy before publication."""

    review: ReviewRef


@message
class PanelCopySent(SendPanelCopy, Event[SendPanelCopy]):
    """The panel has the report."""


def inform(command: InformPanel, state: Review, kind: ReviewKind) -> tuple[PanelInformed, ...]:
    _refuse_unless_panel(kind)
    if state.hold is None:
        raise RefusedError("review.not-decided")
    refuse_earlier("review.out-of-order", command, state.hold.on)
    refuse_second("review.panel-informed-already", state.informed)
    return (PanelInformed.of(command),)


def send_copy(
    command: SendPanelCopy, state: Review, kind: ReviewKind
) -> tuple[PanelCopySent, ...]:
    _refuse_unless_panel(kind)
    refuse_earlier("review.out-of-order", command, accepted(state).on)
    refuse_second("review.panel-copy-sent-already", state.copied)
    return (PanelCopySent.of(command),)


def _refuse_unless_panel(kind: ReviewKind) -> None:
    if not kind.panel:
        raise RefusedError("review.no-panel", kind=kind.kind)
