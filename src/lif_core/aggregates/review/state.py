"""What the rules of a review ask about its past."""

from collections.abc import Mapping
from datetime import date
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.aggregates.review import messages as m
from lif_core.decisions.decider import plus


class Review(Struct, frozen=True, kw_only=True):
    """Each field holds the event that says so, or `None` where it has not happened."""

    begun: m.CaseNotified | m.DeathNotified | m.ReviewOpened | None = None
    hold: m.HoldDecided | None = None
    informed: m.PanelInformed | None = None
    referred: Mapping[str, m.CaseReferred] = {}
    scope: m.ScopeSet | None = None
    method: m.MethodAdopted | None = None
    reviewer: m.ReviewerAppointed | None = None
    invited: frozenset[m.PractitionersInvited] = frozenset()
    contributed: Mapping[str, m.ContributionRecorded] = {}
    family: m.FamilyInvited | m.FamilyNotInvited | None = None
    family_invited: frozenset[str] = frozenset()  # by relation
    documents: Mapping[str, m.DocumentCited] = {}
    milestones: Mapping[str, m.MilestoneReached] = {}
    findings: Mapping[str, m.FindingRecorded] = {}
    addressed: frozenset[str] = frozenset()
    taken_up: frozenset[str] = frozenset()  # of these, by a recommendation
    answered: date = date.min  # the last of these answers
    judged: Mapping[str, m.JudgementRecorded] = {}
    analysed: m.DeathAnalysed | None = None
    accepted: m.ReportAccepted | None = None
    copied: m.PanelCopySent | None = None
    published: m.ReportPublished | m.NonPublicationDecided | None = None
    taken_down: m.ReportTakenDown | None = None
    since: Mapping[str, date] = {}  # the first scope, method, lead and voice
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
            return replace(state, begun=event)
        case m.HoldDecided():
            return replace(state, hold=event, informed=None)
        case m.PanelInformed():
            return replace(state, informed=event)
        case m.CaseReferred(referral=ref):
            return replace(state, referred=plus(state.referred, ref, event))
        case m.MethodAdopted():
            return replace(_first(state, "method", event.on), method=event)
        case m.ScopeSet():
            return replace(_first(state, "scope", event.on), scope=event)
        case m.ReviewerAppointed():
            return replace(_first(state, "reviewer", event.on), reviewer=event)
        case m.PractitionersInvited():
            return replace(state, invited=state.invited | {event})
        case m.FamilyInvited():
            first = state.family if isinstance(state.family, m.FamilyInvited) else event
            known = state.family_invited | {event.relation}
            return replace(state, family=first, family_invited=known)
        case m.FamilyNotInvited():
            whole = event.relation is None and state.family is None
            return replace(state, family=event) if whole else state
        case m.ContributionRecorded(organisation=organisation):
            return replace(state, contributed=plus(state.contributed, organisation, event))
        case m.DocumentCited(document=document):
            return replace(state, documents=plus(state.documents, document, event))
        case m.MilestoneReached(milestone=milestone):
            return replace(state, milestones=plus(state.milestones, milestone, event))
        case m.JudgementRecorded(area=area):
            return replace(state, judged=plus(state.judged, area, event))
        case m.DeathAnalysed():
            return replace(state, analysed=event)
        case m.FindingRecorded(finding=finding):
            return replace(state, findings=plus(state.findings, finding, event))
        case m.FindingAddressed(finding=finding):
            state = replace(state, taken_up=state.taken_up | {finding})
            return _answered(state, finding, event.on)
        case m.NoActionTaken(finding=finding):
            return _answered(state, finding, event.on)
        case m.FindingShared(finding=finding):
            good = state.findings.get(finding)
            enough = good is not None and good.factor is m.Factor.GOOD_PRACTICE
            return _answered(state, finding, event.on) if enough else state
        case m.ReportAccepted():
            return replace(state, accepted=event)
        case m.PanelCopySent():
            return replace(state, copied=event)
        case m.ReportPublished() | m.NonPublicationDecided():
            return replace(state, published=event, taken_down=None)
        case m.ReportTakenDown():
            return replace(state, taken_down=event)
        case m.ReviewClosed() | m.ReviewDiscontinued():
            return replace(state, closed=event)
        case m.VoiceRecorded():
            return _first(state, "voice", event.on)
        case m.FamilyResponded() | m.ReviewDelayExplained() | m.ContributionMade():
            return state
        case _:
            assert_never(event)


def _first(state: Review, name: str, on: date) -> Review:
    """The first of its kind is what a report can rest on, whatever replaces it later."""
    return replace(state, since=plus(state.since, name, min(on, state.since.get(name, on))))


def _answered(state: Review, finding: str, on: date) -> Review:
    return replace(state, addressed=state.addressed | {finding}, answered=max(state.answered, on))
