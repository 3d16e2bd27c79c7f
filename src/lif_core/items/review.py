"""A review up to its outcome: its kind, whether it is held, and how it ends."""

from typing import TypeAlias

from lif_core.aggregates import review as v
from lif_core.decisions.record import Record
from lif_core.errors import RefusedError
from lif_core.framework import Framework, ReviewKind
from lif_core.projection.projection import Item, Part

OutcomeEvent: TypeAlias = (
    v.CaseNotified
    | v.DeathNotified
    | v.ReviewOpened
    | v.HoldDecided
    | v.DeathAnalysed
    | v.ReportAccepted
    | v.ReportPublished
    | v.NonPublicationDecided
    | v.ReportTakenDown
    | v.ReviewClosed
    | v.ReviewDiscontinued
)


def evolve(review: v.Review | None, record: Record) -> v.Review:
    event: OutcomeEvent = record.event  # type: ignore[assignment]  # by the item's events
    return v.evolve(review, event)


review_item = Item("review", OutcomeEvent, evolve)


def kind_in(framework: Framework, kind: str) -> ReviewKind:
    """Return a kind of reviews in the *framework*, or one made of the code alone.

    An amended entry may name a kind that the framework does not have.
    """
    try:
        return framework.review_kind(kind)
    except RefusedError:
        return ReviewKind(kind=kind, name=kind)


def kind_of(review: v.Review, part: Part) -> ReviewKind:
    """Return the kind of a *review* in the framework that was in force when it began."""
    assert review.begun is not None
    return kind_in(part.governing(review.begun.review, review.begun.on), review.kind)


def is_death_review(review: v.Review, kind: ReviewKind) -> bool:
    """Return whether a *review* is of a child's death, by its kind or by what it recorded."""
    return kind.death or review.analysed is not None or isinstance(review.begun, v.DeathNotified)
