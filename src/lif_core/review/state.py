"""What the rules of a review ask about its past."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import assert_never

import attrs
from attrs import frozen

from lif_core.decider import plus
from lif_core.review import messages as m


@frozen(kw_only=True)
class Review:
    """Each field holds the event that says so, or `None` where it has not happened."""

    begun: m.CaseNotified | m.ReviewOpened | None = None
    hold: m.HoldDecided | None = None
    informed: m.PanelInformed | None = None
    scope: m.ScopeSet | None = None
    reviewer: m.ReviewerAppointed | None = None
    invited: frozenset[m.PractitionersInvited] = frozenset()
    family: m.FamilyInvited | m.FamilyNotInvited | None = None
    findings: Mapping[str, m.FindingRecorded] = MappingProxyType({})
    addressed: frozenset[str] = frozenset()
    accepted: m.ReportAccepted | None = None
    copied: m.PanelCopySent | None = None
    published: m.ReportPublished | m.NonPublicationDecided | None = None
    voice: m.VoiceRecorded | None = None
    closed: m.ReviewClosed | None = None

    @property
    def kind(self) -> str:
        return self.begun.kind if self.begun else ""

    @property
    def held(self) -> date | None:
        """The day on which the review was under way: no case decision is needed where none was
        notified.
        """
        if isinstance(self.begun, m.ReviewOpened):
            return self.begun.on
        return self.hold.on if self.hold and self.hold.hold else None

    @property
    def under_review(self) -> tuple[str, ...]:
        """The organisations whose actions are reviewed: those in scope, and those invited."""
        in_scope = self.scope.organisations if self.scope else ()
        return (*in_scope, *(event.organisation for event in self.invited))

    @property
    def open_findings(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.findings) - self.addressed))


def evolve(state: Review | None, event: m.ReviewEvent) -> Review:
    state = state or Review()
    match event:
        case m.CaseNotified() | m.ReviewOpened():
            return attrs.evolve(state, begun=event)
        case m.HoldDecided():
            return attrs.evolve(state, hold=event, informed=None)
        case m.PanelInformed():
            return attrs.evolve(state, informed=event)
        case m.ScopeSet():
            return attrs.evolve(state, scope=event)
        case m.ReviewerAppointed():
            return attrs.evolve(state, reviewer=event)
        case m.PractitionersInvited():
            return attrs.evolve(state, invited=state.invited | {event})
        case m.FamilyInvited():
            first = state.family if isinstance(state.family, m.FamilyInvited) else event
            return attrs.evolve(state, family=first)
        case m.FamilyNotInvited():
            return attrs.evolve(state, family=event)
        case m.FindingRecorded(finding=finding):
            return attrs.evolve(state, findings=plus(state.findings, finding, event))
        case m.FindingAddressed(finding=finding) | m.NoActionTaken(finding=finding):
            return attrs.evolve(state, addressed=state.addressed | {finding})
        case m.ReportAccepted():
            return attrs.evolve(state, accepted=event)
        case m.PanelCopySent():
            return attrs.evolve(state, copied=event)
        case m.ReportPublished() | m.NonPublicationDecided():
            return attrs.evolve(state, published=event)
        case m.ReviewClosed():
            return attrs.evolve(state, closed=event)
        case m.VoiceRecorded():
            return attrs.evolve(state, voice=state.voice or event)
        case m.FamilyResponded() | m.ReviewDelayExplained():
            return state
        case _:
            assert_never(event)
