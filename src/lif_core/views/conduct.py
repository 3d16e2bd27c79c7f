"""How each review was carried out: how large it is and why, who led it and how independently, who
was asked and who answered, what it found and what followed (framework §2.2, §3).

It is for the board, and full of words about people: these columns are marked. Nobody's work is
counted or compared; of practitioners only the numbers of an organisation are on record.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial, reduce
from typing import Any, TypeVar

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates import review as v
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.items.boards import boards_from
from lif_core.items.body import meetings_item
from lif_core.items.entries import entries_of, of_kind
from lif_core.items.meeting import MEETINGS, MeetingHeld, is_quorate, say_meetings
from lif_core.items.review import kind_of
from lif_core.items.title import TITLES, say_title, title_item, titles_of
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, Columns, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.authority import Deliberation
from lif_core.values.fields import PersonalName, PersonalText
from lif_core.values.refs import stream_of

# What it shows


@row(key=("review",))
class ConductRow(Struct, frozen=True, kw_only=True):
    """One review, as it stands: *under way*, *reported*, *closed* or *discontinued*.

    *held* since that day, on these *grounds*; `None` where that is not decided, or decided
    against. Its scale rests on *decided_on*, and is told in `scopes`. Its lead is employed by
    *employer*; *independent* is `None` until somebody is appointed, and whether they said that
    they had no part in the case. Of practitioners *invited*, so many *contributed*. Of the family,
    relations that were *asked* and that *answered*; surviving children among them stand apart, and
    *not_asked* are decisions against it. *voices*: how often the child or adult was heard.
    Findings are of the *system*, *individual*, or of *good_practice*; *unanswered* ones have
    neither an action nor a reason for none. *warnings*: what the report lacked as it was accepted.
    """

    review: str
    title: PersonalText | None
    kind: str
    boards: tuple[str, ...]
    standing: str
    begun: date
    threshold: PersonalText | None
    arising_from: tuple[str, ...]
    held: date | None
    grounds: tuple[str, ...]
    decided_on: tuple[str, ...]
    organisations: tuple[str, ...]
    lead: PersonalName | None
    employer: str | None
    independent: bool | None
    methodology: str | None
    toolkit: str | None
    invited: int
    contributed: int
    family_asked: int
    family_answered: int
    family_not_asked: int
    children_asked: int
    children_answered: int
    children_not_asked: int
    voices: int
    documents: int
    system: int
    individual: int
    good_practice: int
    unanswered: int
    response: PersonalText | None
    warnings: tuple[str, ...]
    reported: date | None
    ended: date | None
    ended_because: PersonalText | None


@row(key=("review", "on"))
class HoldRow(Struct, frozen=True, kw_only=True):
    """A decision whether to hold a review, and what it rests on: the *options* and *papers* that
    were before the decider, and any *dissent*. It was taken at a *meeting*, where that is on
    record, which was *quorate* or not.
    """

    review: str
    on: date
    by: str
    meeting: str | None
    quorate: bool | None
    hold: bool
    criteria: tuple[str, ...]
    grounds: tuple[str, ...]
    reasons: PersonalText
    options: tuple[PersonalText, ...]
    papers: tuple[PersonalText, ...]
    dissent: tuple[PersonalText, ...]


@row(key=("review", "on"))
class ScopeRow(Struct, frozen=True, kw_only=True):
    """A scope that was set: how large the review is, and why (framework §2.2)."""

    review: str
    on: date
    scope: PersonalText
    rationale: PersonalText
    decided_on: tuple[str, ...]
    organisations: tuple[str, ...]


@row(key=("review", "on"))
class MethodRow(Struct, frozen=True, kw_only=True):
    """A methodology that was adopted, with the version of its toolkit."""

    review: str
    on: date
    methodology: str
    toolkit: str | None


@row(key=("review", "on"))
class LeadRow(Struct, frozen=True, kw_only=True):
    """A lead reviewer who was appointed, with the *declaration* of independence as it was given.

    *employer* is `None` where none was named, which is no proof that there is none.
    """

    review: str
    on: date
    lead: PersonalName
    employer: str | None
    involved_in_case: bool
    declaration: PersonalText


@row(key=("review", "organisation"))
class PractitionersRow(Struct, frozen=True, kw_only=True):
    """The practitioners of an organisation: how many were *invited* from *first* on, and of them
    how many *contributed* by the latest record, `None` where there is none; and all *perspectives*
    that they gave.
    """

    review: str
    organisation: str
    invited: int
    first: date | None
    contributed: int | None
    perspectives: tuple[PersonalText, ...]


@row(key=("review", "number"))
class FamilyRow(Struct, frozen=True, kw_only=True):
    """A step in the involvement of the family: a *relation* was *invited*, *not invited*, or
    *responded*, in these *words*. The *number* counts the steps of a review.

    *relation* is `None` where a decision is about the whole family.
    """

    review: str
    number: int
    on: date
    surviving_child: bool
    step: str
    relation: PersonalText | None
    words: PersonalText


@row(key=("review", "number"))
class VoiceRow(Struct, frozen=True, kw_only=True):
    """The voice of the child or adult at the centre, as it was recorded: the first, the second."""

    review: str
    number: int
    on: date
    voice: PersonalText


@row(key=("review", "document"))
class DocumentRow(Struct, frozen=True, kw_only=True):
    """A published document that a review rests on, *cited* on that day."""

    review: str
    document: str
    title: str
    publisher: str
    issued: date | None
    cited: date


@row(key=("review", "finding"))
class ReviewFindingRow(Struct, frozen=True, kw_only=True):
    """A finding, what followed from it, and on which day first.

    *recommendations* take it up, in the words of *actions*; *disseminations* share it. *reasons*
    are why nothing is done, where that was decided; all empty where nothing has followed yet.
    """

    review: str
    finding: str
    on: date
    factor: str
    themes: tuple[str, ...]
    purpose: str | None
    what: PersonalText
    why: PersonalText
    answered: date | None
    recommendations: tuple[str, ...]
    actions: tuple[PersonalText, ...]
    disseminations: tuple[str, ...]
    reasons: PersonalText | None


@row(key=("theme",))
class FindingThemeRow(Struct, frozen=True, kw_only=True):
    """The findings of a *theme*, by what they are about, and in how many *reviews* they are."""

    theme: str
    reviews: int
    findings: int
    system: int
    individual: int
    good_practice: int


@row(key=("review", "number"))
class StepRow(Struct, frozen=True, kw_only=True):
    """A step of a review that other views only count, in words: a *milestone* reached, a *delay*
    explained, a *contribution* of another body, a *referral* of a case, what was *judged*, and why
    a report was *withheld*, *redacted* or *taken down*. *about* is the milestone, the clock and so
    on; the *number* counts the steps of a review.
    """

    review: str
    number: int
    on: date
    step: str
    by: str
    about: str | None
    words: PersonalText | None


@frozen(kw_only=True)
class Conduct:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.
    """

    valid: str
    known: str | None
    reviews: Table[ConductRow]
    holds: Table[HoldRow]
    scopes: Table[ScopeRow]
    methods: Table[MethodRow]
    leads: Table[LeadRow]
    practitioners: Table[PractitionersRow]
    family: Table[FamilyRow]
    voices: Table[VoiceRow]
    documents: Table[DocumentRow]
    findings: Table[ReviewFindingRow]
    themes: Table[FindingThemeRow]
    steps: Table[StepRow]
    inconsistent: Table[InconsistentRow]


# The parts

Entries = list[Record]
R = TypeVar("R")


def add_review(entries: Entries, part: Part) -> None:
    """Add a review with everything that is on record of how it was carried out."""
    events: list[Any] = [entry.event for entry in entries]
    state = reduce(v.evolve, events, v.Review())
    if state.begun is None:
        return
    findings, family = _finding_rows(entries, state, part), _family_rows(entries)
    practitioners = _practitioner_rows(entries, part)
    for theme in dict.fromkeys(theme for finding in findings for theme in finding.themes):
        factors = Counter(finding.factor for finding in findings if theme in finding.themes)
        part.counted("themes", theme, columns={"reviews": 1, **factors})
    part.row("reviews", _conduct_row(entries, state, findings, family, practitioners, part))
    tables: dict[str, Sequence[Any]] = {
        "holds": [_hold_row(event, part) for event in of_kind(entries, v.HoldDecided)],
        "scopes": [_row_of(ScopeRow, event) for event in of_kind(entries, v.ScopeSet)],
        "methods": [_row_of(MethodRow, event) for event in of_kind(entries, v.MethodAdopted)],
        "leads": [
            _row_of(LeadRow, event, lead=event.reviewer)
            for event in of_kind(entries, v.ReviewerAppointed)
        ],
        "practitioners": practitioners,
        "family": family,
        "voices": [
            _row_of(VoiceRow, event, number=number)
            for number, event in enumerate(of_kind(entries, v.VoiceRecorded), 1)
        ],
        "documents": [
            _row_of(DocumentRow, event, cited=event.on) for event in state.documents.values()
        ],
        "findings": findings,
        "steps": _step_rows(entries, part),
    }
    for table, rows in tables.items():
        for each in rows:
            part.row(table, each)


def _row_of(kind: type[R], event: Event[Any], **more: Any) -> R:
    """Return a row of the fields that it has in common with the *event*, and of *more*."""
    names = kind.__struct_fields__  # type: ignore[attr-defined]  # rows are structs
    columns = {name: getattr(event, name) for name in names if name not in more}
    return kind(**columns, **more)


def _hold_row(event: v.HoldDecided, part: Part) -> HoldRow:
    deliberation = event.by.deliberation or Deliberation()
    return _row_of(
        HoldRow,
        event,
        by=event.by.body,
        meeting=deliberation.meeting,
        quorate=is_quorate(event.by, part),
        grounds=_grounds(event),
        options=deliberation.options,
        papers=tuple(paper.words for paper in deliberation.papers),
        dissent=tuple(each.words for each in deliberation.dissent),
    )


def _grounds(event: v.HoldDecided | None) -> tuple[str, ...]:
    return event.grounds if event else ()


def _conduct_row(
    entries: Entries,
    state: v.Review,
    findings: Sequence[ReviewFindingRow],
    family: Sequence[FamilyRow],
    practitioners: Sequence[PractitionersRow],
    part: Part,
) -> ConductRow:
    begun, lead, method = state.begun, state.reviewer, state.method
    assert begun is not None
    factors = [finding.factor for finding in findings]

    def steps(step: str, *, child: bool) -> int:
        return sum(row.step == step and row.surviving_child == child for row in family)

    return ConductRow(
        review=begun.review,
        title=_title(begun),
        kind=kind_of(state, part).name,
        boards=boards_from(begun.on, part, begun.boards),
        standing=_standing(state),
        begun=begun.on,
        threshold=begun.threshold if isinstance(begun, v.ReviewOpened) else None,
        arising_from=() if isinstance(begun, v.DeathNotified) else begun.arising_from,
        held=state.held,
        grounds=_grounds(state.hold),
        decided_on=state.scope.decided_on if state.scope else (),
        organisations=state.scope.organisations if state.scope else (),
        lead=lead.reviewer if lead else None,
        employer=lead.employer if lead else None,
        independent=not lead.involved_in_case if lead else None,
        methodology=method.methodology if method else None,
        toolkit=method.toolkit if method else None,
        invited=sum(row.invited for row in practitioners),
        contributed=sum(row.contributed or 0 for row in practitioners),
        family_asked=steps(INVITED, child=False),
        family_answered=steps(RESPONDED, child=False),
        family_not_asked=steps(NOT_INVITED, child=False),
        children_asked=steps(INVITED, child=True),
        children_answered=steps(RESPONDED, child=True),
        children_not_asked=steps(NOT_INVITED, child=True),
        voices=len(of_kind(entries, v.VoiceRecorded)),
        documents=len(state.documents),
        system=factors.count(v.Factor.SYSTEM),
        individual=factors.count(v.Factor.INDIVIDUAL),
        good_practice=factors.count(v.Factor.GOOD_PRACTICE),
        unanswered=len(state.open_findings),
        response=state.accepted.response if state.accepted else None,
        warnings=state.accepted.warnings if state.accepted else (),
        reported=state.accepted.on if state.accepted else None,
        ended=state.closed.on if state.closed else None,
        ended_because=(
            state.closed.reasons if isinstance(state.closed, v.ReviewDiscontinued) else None
        ),
    )


def _title(begun: v.CaseNotified | v.DeathNotified | v.ReviewOpened) -> str | None:
    """Return the title of a review; that of a death is the child's, and not shown."""
    match begun:
        case v.CaseNotified(subject=subject):
            return subject
        case v.ReviewOpened(title=title):
            return title
        case _:
            return None


def _standing(state: v.Review) -> str:
    if isinstance(state.closed, v.ReviewDiscontinued):
        return "discontinued"
    if state.closed:
        return "closed"
    return "reported" if state.accepted else "under way"


def _practitioner_rows(entries: Entries, part: Part) -> list[PractitionersRow]:
    """Return a row for each organisation whose people were invited or contributed."""
    invited = of_kind(entries, v.PractitionersInvited)
    contributed = of_kind(entries, v.ContributionRecorded)
    names = [event.organisation for event in invited]
    rows = []
    for name in dict.fromkeys([*names, *(event.organisation for event in contributed)]):
        invitations = [event for event in invited if event.organisation == name]
        contributions = [event for event in contributed if event.organisation == name]
        practitioners = PractitionersRow(
            review=part.ref,
            organisation=name,
            invited=sum(event.invited for event in invitations),
            first=min((event.on for event in invitations), default=None),
            contributed=contributions[-1].contributed if contributions else None,
            perspectives=tuple(event.perspectives for event in contributions),
        )
        rows.append(practitioners)
    return rows


INVITED, NOT_INVITED, RESPONDED = "invited", "not invited", "responded"


def _family_rows(entries: Entries) -> list[FamilyRow]:
    """Return the steps taken with the family, in their order."""
    rows: list[FamilyRow] = []
    for event in (entry.event for entry in entries):
        match event:
            case v.FamilyInvited():
                step, words = INVITED, event.explanation
            case v.FamilyNotInvited():
                step, words = NOT_INVITED, event.reasons
            case v.FamilyResponded():
                step, words = RESPONDED, event.response
            case _:
                continue
        rows.append(_row_of(FamilyRow, event, number=len(rows) + 1, step=step, words=words))
    return rows


def _finding_rows(entries: Entries, state: v.Review, part: Part) -> list[ReviewFindingRow]:
    addressed = of_kind(entries, v.FindingAddressed)
    refused = of_kind(entries, v.NoActionTaken)
    shared = of_kind(entries, v.FindingShared)
    rows = []
    for name, finding in state.findings.items():
        actions = [event.recommendation for event in addressed if event.finding == name]
        reasons = [event.reasons for event in refused if event.finding == name]
        sharing = [event.dissemination for event in shared if event.finding == name]
        answers = [
            *(event.on for event in addressed if event.finding == name),
            *(event.on for event in refused if event.finding == name),
            *(event.on for event in shared if event.finding == name),
        ]
        row = _row_of(
            ReviewFindingRow,
            finding,
            factor=finding.factor.value,
            answered=min(answers, default=None),
            recommendations=tuple(dict.fromkeys(actions)),
            actions=titles_of(
                (stream_of("recommendation", ref) for ref in dict.fromkeys(actions)), part
            ),
            disseminations=tuple(dict.fromkeys(sharing)),
            reasons=reasons[-1] if reasons and not actions else None,
        )
        rows.append(row)
    return rows


def _step_rows(entries: Entries, part: Part) -> list[StepRow]:
    """Return the steps that no other table of this view is of, in their order."""
    rows: list[StepRow] = []
    for event in (entry.event for entry in entries):
        step = _step(event)
        if step is not None:
            name, about, words = step
            step_row = StepRow(
                review=part.ref,
                number=len(rows) + 1,
                on=event.on,
                step=name,
                by=event.by.body,
                about=about,
                words=words,
            )
            rows.append(step_row)
    return rows


def _step(event: Any) -> tuple[str, str | None, str | None] | None:
    """Return what a step is, what it is about, and its words; `None` where it is none of these."""
    match event:
        case v.MilestoneReached():
            return "milestone", event.milestone, event.note
        case v.ReviewDelayExplained():
            return "delay", event.clock, event.reasons
        case v.ContributionMade():
            return "contribution", None, event.contribution
        case v.CaseReferred():
            return "referral", event.referral, event.reasons
        case v.JudgementRecorded():
            return "judged", event.area, event.grade
        case v.ReportPublished(redactions=str(redactions)):
            return "redacted", event.place, redactions
        case v.NonPublicationDecided():
            return "withheld", None, event.reasons
        case v.ReportTakenDown():
            return "taken down", None, event.reasons
        case _:
            return None


def total(everything: Totals) -> Conduct:
    table = everything.table
    return Conduct(
        **everything.times,
        reviews=table("reviews"),
        holds=table("holds"),
        scopes=table("scopes"),
        methods=table("methods"),
        leads=table("leads"),
        practitioners=table("practitioners"),
        family=table("family"),
        voices=table("voices"),
        documents=table("documents"),
        findings=table("findings"),
        themes=Table(partial(_theme_rows, everything.columns("themes"))),
        steps=table("steps"),
    )


def _theme_rows(themes: Mapping[Name, Columns]) -> Iterator[FindingThemeRow]:
    for (theme,), columns in sorted(themes.items()):
        factors = {factor: columns.get(factor.value, 0) for factor in v.Factor}
        yield FindingThemeRow(
            theme=str(theme),
            reviews=columns["reviews"],
            findings=sum(factors.values()),
            system=factors[v.Factor.SYSTEM],
            individual=factors[v.Factor.INDIVIDUAL],
            good_practice=factors[v.Factor.GOOD_PRACTICE],
        )


conduct = Projection(
    name="conduct",
    view=Conduct,
    parts={
        title_item: say_title,
        meetings_item: say_meetings,
        entries_of("review in full", v.ReviewEvent): add_review,
    },
    says={TITLES: str, MEETINGS: MeetingHeld},
    identity=(TITLES,),
    total=total,
    edition=PROGRAM,
)
