"""The public register of promises: what was recommended, answered, done, evidenced, and whether it
lasts (framework §1.3, §2.2).

It holds only recommendations of reviews whose report is public, none of a child's death review,
and only texts that a body which may publish has worded for the public. An internal text never
stands in the place of one that is missing: what is missing is counted. A text that was corrected
after it was worded is to be worded again. No date of a case, no person, no theme and no audit is
in it.
"""

from collections.abc import Iterator
from datetime import date, datetime
from operator import attrgetter
from typing import Any, TypeAlias

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.aggregates.evidence import Source
from lif_core.decisions.messages import fields_of
from lif_core.decisions.record import Record
from lif_core.items.boards import boards_from
from lif_core.items.body import MERGED, Merger, merger_item, say_merger
from lif_core.items.duty import Duty, duty_item
from lif_core.items.evidence import (
    EVIDENCE,
    audit_evidence_item,
    say_audit_evidence,
    say_indicator,
)
from lif_core.items.improvement import Improvement, finding, improvement_item, lived
from lif_core.items.indicators import CONCERNS, indicator_item
from lif_core.items.refusal import AnswerEvent
from lif_core.items.review import is_death_review, kind_of, review_item
from lif_core.projection.inconsistent import INCONSISTENT, InconsistentRow
from lif_core.projection.projection import (
    PROGRAM,
    Item,
    Part,
    Projection,
    Totals,
    count_inconsistent,
)
from lif_core.projection.tables import Table, row
from lif_core.values.refs import ref_of


@row(key=("recommendation",))
class PromiseRow(Struct, frozen=True, kw_only=True):
    """One recommendation in its public *wording*, with that of the *findings* it takes up and of
    the *action* that was planned; `None` where the action has none.

    It is *due* on a day and was *done* on another, as its owner says. *finding* says how far it
    has come (see `sustainability`): it was *embedded* on evidence, and a check that was passed
    *verified* it last.
    """

    recommendation: str
    review: str
    boards: tuple[str, ...]
    wording: str
    findings: tuple[str, ...]
    action: str | None
    due: date | None
    done: date | None
    finding: str
    embedded: date | None
    verified: date | None


@row(key=("recommendation", "body"))
class PublicAnswerRow(Struct, frozen=True, kw_only=True):
    """The answer of one body to a recommendation that is shown, in its public *wording*; `None`
    where the answer has none.
    """

    recommendation: str
    body: str
    answer: str
    on: date | None
    wording: str | None


@frozen(kw_only=True)
class MissingWordings:
    """The texts about recommendations of public reviews that have no public wording.

    A recommendation without one is not shown at all, and nothing about it is counted further.
    """

    recommendations: int
    findings: int
    answers: int
    actions: int


@frozen(kw_only=True)
class PublicRegister:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.

    *inconsistent*: so many reviews and recommendations are shown and counted nowhere, since a
    correction left them in contradiction. Which they are is not public.
    """

    valid: str
    known: str | None
    missing: MissingWordings
    promises: Table[PromiseRow]
    answers: Table[PublicAnswerRow]
    inconsistent: int


# What streams say of a recommendation and its review

PUBLIC = "public"
"""The topic on which a review says that its report is public, to its own stream."""
WORDED = "worded"
"""The topic on which a review says its findings in public wording, to its own stream."""
TAKEN_UP = "taken up"
"""The topic on which a review says its findings that a recommendation was found to answer, to the
reference of the recommendation.
"""
PROGRESS = "progress"
"""The topic on which a recommendation says how far its change has come, to its reference."""
DUTY = "duty"
"""The topic on which a recommendation says when it is due and who answered, to its reference."""
PROMISE = "promise"
"""The topic on which a recommendation says how it is worded for the public, to its reference: the
name of the part that puts all three together.
"""


class WordedFinding(Struct, frozen=True):
    """The public *wording* of a *finding*."""

    finding: str
    wording: str


class FindingOf(Struct, frozen=True):
    """A *finding* of the review which is the stream *review*."""

    review: str
    finding: str


class PublicProgress(Struct, frozen=True):
    """How far a change has come, since when it is *embedded*, and when it was *verified* last."""

    finding: str
    embedded: date | None
    verified: date | None


class PublicAnswer(Struct, frozen=True):
    """The *answer* of a *body*, given *on* a day; `None` where it is pending."""

    body: str
    answer: str
    on: date | None


class PublicDuty(Struct, frozen=True):
    """The days of a duty, and the *answers* of the bodies that were asked."""

    due: date | None
    done: date | None
    answers: tuple[PublicAnswer, ...]


class Promise(Struct, frozen=True, kw_only=True):
    """A recommendation of a *source* to *boards*, and what of it is worded for the public.

    *promised* is true once an action was planned; *answers* are by body.
    """

    source: str
    boards: tuple[str, ...]
    findings: tuple[str, ...]
    wording: str | None
    action: str | None
    promised: bool
    answers: dict[str, str]


def say_review(state: v.Review, part: Part) -> None:
    """Say that a report is public, unless it is of a child's death or was taken down."""
    if state.begun is None or is_death_review(state, kind_of(state, part)):
        return
    if isinstance(state.published, v.ReportPublished) and state.taken_down is None:
        part.say(PUBLIC, part.key, True)


class Wording(Struct, frozen=True):
    """A public *wording*, recorded *at* an instant."""

    wording: str
    at: datetime


def _holding(worded: Wording | None, text: datetime | None) -> str | None:
    """Return the wording of a *text* that is on record since an instant; `None` where that is
    later than the wording: another text was worded.
    """
    if worded is None or (text is not None and text > worded.at):
        return None
    return worded.wording


def _recorded_since(record: Record, *fields: str) -> datetime:
    """Return since when it is on record that an entry says in *fields* what it says now."""
    says = attrgetter(*fields)
    since = record.versions[-1].recorded_at if record.versions else record.recorded_at
    for version in reversed(record.versions):
        if says(version.event) != says(record.event):
            break
        since = version.recorded_at
    return since


@define(kw_only=True)
class PublicFindings:
    """The findings of a review: their texts, by when they were recorded, and their *wordings*.

    *taken_up* are recommendations, by the findings that they were found to answer. It is a draft,
    which folding changes in place.
    """

    texts: dict[str, datetime] = field(factory=dict)
    wordings: dict[str, Wording] = field(factory=dict)
    taken_up: list[tuple[str, str]] = field(factory=list)


def evolve_findings(findings: PublicFindings | None, record: Record) -> PublicFindings:
    findings, event = findings or PublicFindings(), record.event
    match event:
        case v.FindingRecorded(finding=name):
            findings.texts[name] = _recorded_since(record, "what", "why")
        case v.FindingWorded(finding=name, wording=wording):
            at = _recorded_since(record, "wording")
            findings.wordings[name] = Wording(wording, at)
        case _:
            assert isinstance(event, v.FindingAddressed)
            findings.taken_up.append((event.finding, event.recommendation))
    return findings


def say_findings(findings: PublicFindings, part: Part) -> None:
    """Say the findings in their public wordings, and which recommendations take them up."""
    for name, worded in findings.wordings.items():
        if (wording := _holding(worded, findings.texts.get(name))) is not None:
            part.say(WORDED, part.key, WordedFinding(name, wording))
    for name, recommendation in findings.taken_up:
        part.say(TAKEN_UP, recommendation, FindingOf(part.key, name))


public_findings_item = Item(
    "public findings",
    (v.FindingRecorded, v.FindingWorded, v.FindingAddressed),
    evolve_findings,
)


def say_progress(item: Improvement, part: Part) -> None:
    """Say how far the change that a recommendation asks for has come."""
    if item.issued is None:
        return
    life = lived(item, part)
    spell = life.spells[-1] if life.spells else None
    progress = PublicProgress(
        finding(item, life, part).value,
        spell.on if spell else None,
        max(spell.passes, default=None) if spell else None,
    )
    part.say(PROGRESS, item.ref, progress)


def say_duty(duty: Duty, part: Part) -> None:
    """Say when a recommendation is due, when it was done, and who answered."""
    period = duty.periods[-1] if duty.periods else None
    answers = (
        PublicAnswer(body, answer.answer, answer.on)
        for body, answer in duty.answers_of_addressed()
    )
    done = period.done if period and not period.dropped else None
    part.say(DUTY, duty.ref, PublicDuty(period.due if period else None, done, tuple(answers)))


# A recommendation, as worded


@define(kw_only=True)
class Wordings:
    """A recommendation as it was *issued*, and what of it has a public wording that holds.

    *text* is since when its text is on record, *planned* the same of its action, and *answered*
    of the answers, by body. *promised* is true once an action was planned. It is a draft, which
    folding changes in place.
    """

    issued: r.RecommendationIssued | None = None
    text: datetime | None = None
    planned: datetime | None = None
    answered: dict[str, datetime] = field(factory=dict)
    recommendation: Wording | None = None
    action: Wording | None = None
    promised: bool = False
    answers: dict[str, Wording] = field(factory=dict)


WordingEvent: TypeAlias = (
    r.RecommendationIssued
    | AnswerEvent
    | r.RecommendationPlanned
    | r.RecommendationReopened
    | r.RecommendationWorded
    | r.AnswerWorded
    | r.ActionWorded
)


def evolve_wordings(wordings: Wordings | None, record: Record) -> Wordings:
    """Fold a wording; another answer, or another action, leaves the one before it behind."""
    wordings, event = wordings or Wordings(), record.event
    match event:
        case r.RecommendationIssued():
            wordings.issued, wordings.text = event, _recorded_since(record, "text")
        case r.RecommendationWorded(wording=wording):
            wordings.recommendation = Wording(wording, _recorded_since(record, "wording"))
        case r.AnswerWorded(body=body, wording=wording):
            wordings.answers[body] = Wording(wording, _recorded_since(record, "wording"))
        case r.ActionWorded(wording=wording):
            wordings.action = Wording(wording, _recorded_since(record, "wording"))
        case r.RecommendationPlanned():
            wordings.action, wordings.promised = None, True
            wordings.planned = _recorded_since(record, "action")
        case r.RecommendationReopened(action=action):
            if action is not None:
                wordings.action, wordings.planned = None, _recorded_since(record, "action")
        case _:
            assert isinstance(event, AnswerEvent)
            wordings.answers.pop(event.answered_for, None)
            cls: Any = type(event)
            texts = (name for name in fields_of(cls).names if name not in WHO_AND_WHEN)
            wordings.answered[event.answered_for] = _recorded_since(record, *texts)
    return wordings


WHO_AND_WHEN = ("by", "on")

wordings_item = Item("wordings", WordingEvent, evolve_wordings)


def say_promise(wordings: Wordings, part: Part) -> None:
    """Say what of a recommendation is worded for the public."""
    issued = wordings.issued
    if issued is None:
        return
    answers = {
        body: wording
        for body, worded in wordings.answers.items()
        if (wording := _holding(worded, wordings.answered.get(body))) is not None
    }
    promise = Promise(
        source=issued.source,
        boards=boards_from(issued.on, part, issued.boards),
        findings=issued.findings,
        wording=_holding(wordings.recommendation, wordings.text),
        action=_holding(wordings.action, wordings.planned),
        promised=wordings.promised,
        answers=answers,
    )
    part.say(PROMISE, part.ref, promise)


def add_promise(ref: str, part: Part) -> None:
    """Add a recommendation of a public review in its public wording, or count that it has none."""
    for promise in part.ask(PROMISE, ref):
        if not part.ask(PUBLIC, promise.source):
            continue
        if promise.wording is None:
            part.count("missing", "recommendations")
        else:
            _add_promise(ref, promise, part)


def _taken_up(ref: str, promise: Promise, part: Part) -> Iterator[FindingOf]:
    """Yield the findings that a recommendation takes up, by its own word or by that of a review.

    A review that is not public has no findings here, and none that is missing.
    """
    named = [FindingOf(promise.source, name) for name in promise.findings]
    for each in dict.fromkeys((*named, *part.ask(TAKEN_UP, ref))):
        if part.ask(PUBLIC, each.review):
            yield each


def _add_promise(ref: str, promise: Promise, part: Part) -> None:
    taken_up = list(_taken_up(ref, promise, part))
    worded: dict[FindingOf, str] = {
        FindingOf(review, each.finding): each.wording
        for review in dict.fromkeys(each.review for each in taken_up)
        for each in part.ask(WORDED, review)
    }
    findings = tuple(worded[each] for each in taken_up if each in worded)
    (progress,), (duty,) = part.ask(PROGRESS, ref), part.ask(DUTY, ref)
    assert promise.wording is not None
    promise_row = PromiseRow(
        recommendation=ref,
        review=ref_of(promise.source),
        boards=promise.boards,
        wording=promise.wording,
        findings=findings,
        action=promise.action,
        due=duty.due,
        done=duty.done,
        finding=progress.finding,
        embedded=progress.embedded,
        verified=progress.verified,
    )
    part.row("promises", promise_row)
    part.count("missing", "findings", number=len(taken_up) - len(findings))
    part.count("missing", "actions", number=int(promise.promised and promise.action is None))
    for answer in duty.answers:
        wording = promise.answers.get(answer.body)
        answer_row = PublicAnswerRow(
            recommendation=ref,
            body=answer.body,
            answer=answer.answer,
            on=answer.on,
            wording=wording,
        )
        part.row("answers", answer_row)
        part.count("missing", "answers", number=int(answer.on is not None and wording is None))


def total(everything: Totals) -> PublicRegister:
    missing = everything.columns("missing").get((), {})
    return PublicRegister(
        **everything.times,
        missing=MissingWordings(
            recommendations=missing.get("recommendations", 0),
            findings=missing.get("findings", 0),
            answers=missing.get("answers", 0),
            actions=missing.get("actions", 0),
        ),
        promises=everything.table("promises"),
        answers=everything.table("answers"),
        inconsistent=count_inconsistent(everything, "review", "recommendation"),
    )


register = Projection(
    name="register",
    view=PublicRegister,
    parts={
        merger_item: say_merger,
        indicator_item: say_indicator,
        audit_evidence_item: say_audit_evidence,
        review_item: say_review,
        public_findings_item: say_findings,
        improvement_item: say_progress,
        duty_item: say_duty,
        wordings_item: say_promise,
    },
    says={
        MERGED: Merger,
        CONCERNS: date,
        EVIDENCE: Source,
        PUBLIC: bool,
        WORDED: WordedFinding,
        TAKEN_UP: FindingOf,
        PROGRESS: PublicProgress,
        DUTY: PublicDuty,
        PROMISE: Promise,
    },
    facts={INCONSISTENT: InconsistentRow},
    groups={PROMISE: add_promise},
    identity=(MERGED,),
    total=total,
    edition=PROGRAM,
)
