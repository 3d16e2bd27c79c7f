"""The public register of promises: what was recommended, answered, done, evidenced, and whether it
lasts (framework §1.3, §2.2).

It holds only recommendations of reviews whose report is public, none of a child's death review,
and only texts that a body which may publish has worded for the public. An internal text never
stands in the place of one that is missing: what is missing is counted. No date of a case, no
person, no theme and no audit is in it.
"""

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.aggregates.evidence import Source
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


def evolve_findings(wordings: Mapping[str, str] | None, record: Record) -> Mapping[str, str]:
    event = record.event
    assert isinstance(event, v.FindingWorded)
    return {**(wordings or {}), event.finding: event.wording}


def say_findings(wordings: Mapping[str, str], part: Part) -> None:
    for name, wording in wordings.items():
        part.say(WORDED, part.key, WordedFinding(name, wording))


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

    *promised* is true once an action was planned. It is a draft, which folding changes in place.
    """

    issued: r.RecommendationIssued | None = None
    recommendation: str | None = None
    action: str | None = None
    promised: bool = False
    answers: dict[str, str] = field(factory=dict)


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
            wordings.issued = event
        case r.RecommendationWorded(wording=wording):
            wordings.recommendation = wording
        case r.AnswerWorded(body=body, wording=wording):
            wordings.answers[body] = wording
        case r.ActionWorded(wording=wording):
            wordings.action = wording
        case r.RecommendationPlanned():
            wordings.action, wordings.promised = None, True
        case r.RecommendationReopened(action=action):
            if action is not None:
                wordings.action = None
        case _:
            assert isinstance(event, AnswerEvent)
            wordings.answers.pop(event.answered_for, None)
    return wordings


wordings_item = Item("wordings", WordingEvent, evolve_wordings)


def say_promise(wordings: Wordings, part: Part) -> None:
    """Say what of a recommendation is worded for the public."""
    issued = wordings.issued
    if issued is None:
        return
    promise = Promise(
        source=issued.source,
        boards=boards_from(issued.on, part, issued.boards),
        findings=issued.findings,
        wording=wordings.recommendation,
        action=wordings.action,
        promised=wordings.promised,
        answers=wordings.answers,
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


def _add_promise(ref: str, promise: Promise, part: Part) -> None:
    worded: dict[str, str] = {
        each.finding: each.wording for each in part.ask(WORDED, promise.source)
    }
    findings = tuple(worded[name] for name in promise.findings if name in worded)
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
    part.count("missing", "findings", number=len(promise.findings) - len(findings))
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
        inconsistent=count_inconsistent(everything),
    )


register = Projection(
    name="register",
    view=PublicRegister,
    parts={
        merger_item: say_merger,
        indicator_item: say_indicator,
        audit_evidence_item: say_audit_evidence,
        review_item: say_review,
        Item("worded findings", v.FindingWorded, evolve_findings): say_findings,
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
