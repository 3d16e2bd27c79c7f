"""The state of a review: all that its rules ask about its past."""

# The stages import this module, which names their events in its types only.
from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import plus

if TYPE_CHECKING:
    from lif_core.aggregates.review.addressees import AddresseesInformed
    from lif_core.aggregates.review.analysis import DeathAnalysed
    from lif_core.aggregates.review.closure import ReviewClosed, ReviewDiscontinued
    from lif_core.aggregates.review.conduct import (
        DocumentCited,
        MethodAdopted,
        MilestoneReached,
        ReviewDelayExplained,
        ReviewerAppointed,
        ReviewExplanationAccepted,
        ScopeSet,
    )
    from lif_core.aggregates.review.findings import FindingRecorded
    from lif_core.aggregates.review.involvement import (
        ContributionRecorded,
        FamilyInvited,
        FamilyNotInvited,
        PractitionersInvited,
    )
    from lif_core.aggregates.review.judgement import JudgementRecorded
    from lif_core.aggregates.review.opening import (
        CaseNotified,
        DeathNotified,
        HoldDecided,
        ReviewOpened,
    )
    from lif_core.aggregates.review.publication import (
        NonPublicationDecided,
        ReportPublished,
        ReportTakenDown,
    )
    from lif_core.aggregates.review.referral import CaseReferred
    from lif_core.aggregates.review.report import ReportAccepted


class Review(Struct, frozen=True, kw_only=True):
    """Each field holds the event that it is named after, or `None` where it has not happened."""

    begun: CaseNotified | DeathNotified | ReviewOpened | None = None
    hold: HoldDecided | None = None
    held: date | None = None  # from when: a case is first decided on
    informed: Mapping[str, AddresseesInformed] = {}  # by the milestone, of each addressee apart
    referred: Mapping[str, CaseReferred] = {}
    scope: ScopeSet | None = None
    method: MethodAdopted | None = None
    reviewer: ReviewerAppointed | None = None
    invited: frozenset[PractitionersInvited] = frozenset()
    contributed: Mapping[str, ContributionRecorded] = {}
    family: FamilyInvited | FamilyNotInvited | None = None
    family_invited: frozenset[str] = frozenset()  # by relation
    family_excluded: frozenset[str] = frozenset()  # relations decided not to be invited
    documents: Mapping[str, DocumentCited] = {}
    milestones: Mapping[str, MilestoneReached] = {}
    explanations: Mapping[str, ReviewDelayExplained] = {}
    explanations_accepted: Mapping[str, ReviewExplanationAccepted] = {}
    findings: Mapping[str, FindingRecorded] = {}
    addressed: frozenset[str] = frozenset()  # findings with an action or a reason for none
    taken_up: frozenset[str] = frozenset()  # those addressed by a recommendation
    answered: date = date.min  # when the last finding was addressed
    judged: Mapping[str, JudgementRecorded] = {}
    analysed: DeathAnalysed | None = None
    accepted: ReportAccepted | None = None
    published: ReportPublished | NonPublicationDecided | None = None
    taken_down: ReportTakenDown | None = None
    since: Mapping[str, date] = {}  # the day of the first scope, method, lead and voice
    closed: ReviewClosed | ReviewDiscontinued | None = None

    @property
    def kind(self) -> str:
        return self.begun.kind if self.begun else ""

    @property
    def under_review(self) -> tuple[str, ...]:
        """The organisations whose actions are reviewed: those in scope, and those invited."""
        in_scope = self.scope.organisations if self.scope else ()
        return (*in_scope, *(event.organisation for event in self.invited))

    @property
    def open_findings(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.findings) - self.addressed))

    def with_first(self, name: str, on: date) -> Review:
        """Return it with the first day of *name*, which a report can rest on, whatever replaces
        that later.
        """
        day = min(on, self.since.get(name, on))
        return replace(self, since=plus(self.since, name, day))
