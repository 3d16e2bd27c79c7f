"""What the rules of a review ask about its past."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import assert_never

from attrs import frozen

from lif_core.decider import plus
from lif_core.evolving import evolved
from lif_core.review import messages as m


@frozen(kw_only=True)
class Review:
    """Each field holds the event that says so, or `None` where it has not happened."""

    begun: m.CaseNotified | m.DeathNotified | m.ReviewOpened | None = None
    hold: m.HoldDecided | None = None
    informed: m.PanelInformed | None = None
    referred: Mapping[str, m.CaseReferred] = MappingProxyType({})
    scope: m.ScopeSet | None = None
    method: m.MethodAdopted | None = None
    reviewer: m.ReviewerAppointed | None = None
    invited: frozenset[m.PractitionersInvited] = frozenset()
    contributed: Mapping[str, m.ContributionRecorded] = MappingProxyType({})
    family: m.FamilyInvited | m.FamilyNotInvited | None = None
    family_invited: frozenset[str] = frozenset()  # by relation
    documents: Mapping[str, m.DocumentCited] = MappingProxyType({})
    milestones: Mapping[str, m.MilestoneReached] = MappingProxyType({})
    findings: Mapping[str, m.FindingRecorded] = MappingProxyType({})
    addressed: frozenset[str] = frozenset()
    taken_up: frozenset[str] = frozenset()  # of these, by a recommendation
    answered: date = date.min  # the last of these answers
    judged: Mapping[str, m.JudgementRecorded] = MappingProxyType({})
    analysed: m.DeathAnalysed | None = None
    accepted: m.ReportAccepted | None = None
    copied: m.PanelCopySent | None = None
    published: m.ReportPublished | m.NonPublicationDecided | None = None
    taken_down: m.ReportTakenDown | None = None
    since: Mapping[str, date] = MappingProxyType({})  # the first scope, method, lead and voice
    closed: m.ReviewClosed | m.ReviewDiscontinued | None = None

    @property
    def kind(self) -> str:
        return self.begun.kind if self.begun else ""

    @property
    def held(self) -> date | None:
        """The day on which it was under way: a case that was notified is first decided on."""
        if isinstance(self.begun, m.ReviewOpened | m.DeathNotified):
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
        case m.CaseNotified() | m.DeathNotified() | m.ReviewOpened():
            return evolved(state, begun=event)
        case m.HoldDecided():
            return evolved(state, hold=event, informed=None)
        case m.PanelInformed():
            return evolved(state, informed=event)
        case m.CaseReferred(referral=ref):
            return evolved(state, referred=plus(state.referred, ref, event))
        case m.MethodAdopted():
            return evolved(_first(state, "method", event.on), method=event)
        case m.ScopeSet():
            return evolved(_first(state, "scope", event.on), scope=event)
        case m.ReviewerAppointed():
            return evolved(_first(state, "reviewer", event.on), reviewer=event)
        case m.PractitionersInvited():
            return evolved(state, invited=state.invited | {event})
        case m.FamilyInvited():
            first = state.family if isinstance(state.family, m.FamilyInvited) else event
            known = state.family_invited | {event.relation}
            return evolved(state, family=first, family_invited=known)
        case m.FamilyNotInvited():
            whole = event.relation is None and state.family is None
            return evolved(state, family=event) if whole else state
        case m.ContributionRecorded(organisation=organisation):
            return evolved(state, contributed=plus(state.contributed, organisation, event))
        case m.DocumentCited(document=document):
            return evolved(state, documents=plus(state.documents, document, event))
        case m.MilestoneReached(milestone=milestone):
            return evolved(state, milestones=plus(state.milestones, milestone, event))
        case m.JudgementRecorded(area=area):
            return evolved(state, judged=plus(state.judged, area, event))
        case m.DeathAnalysed():
            return evolved(state, analysed=event)
        case m.FindingRecorded(finding=finding):
            return evolved(state, findings=plus(state.findings, finding, event))
        case m.FindingAddressed(finding=finding):
            state = evolved(state, taken_up=state.taken_up | {finding})
            return _answered(state, finding, event.on)
        case m.NoActionTaken(finding=finding):
            return _answered(state, finding, event.on)
        case m.FindingShared(finding=finding):
            good = state.findings.get(finding)
            enough = good is not None and good.factor is m.Factor.GOOD_PRACTICE
            return _answered(state, finding, event.on) if enough else state
        case m.ReportAccepted():
            return evolved(state, accepted=event)
        case m.PanelCopySent():
            return evolved(state, copied=event)
        case m.ReportPublished() | m.NonPublicationDecided():
            return evolved(state, published=event, taken_down=None)
        case m.ReportTakenDown():
            return evolved(state, taken_down=event)
        case m.ReviewClosed() | m.ReviewDiscontinued():
            return evolved(state, closed=event)
        case m.VoiceRecorded():
            return _first(state, "voice", event.on)
        case m.FamilyResponded() | m.ReviewDelayExplained() | m.ContributionMade():
            return state
        case _:
            assert_never(event)


def _first(state: Review, name: str, on: date) -> Review:
    """The first of its kind is what a report can rest on, whatever replaces it later."""
    return evolved(state, since=plus(state.since, name, min(on, state.since.get(name, on))))


def _answered(state: Review, finding: str, on: date) -> Review:
    return evolved(state, addressed=state.addressed | {finding}, answered=max(state.answered, on))
