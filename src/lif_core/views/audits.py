"""The register of audits: what each looked at, how and why, what it found and what came of it, in
words (framework §3.5 to §3.8).

Whether an improvement lasted, and how agencies stand against standards, are in `sustainability`
and `compliance`. Grades are ordinal: they are listed, never averaged.
"""

from datetime import date
from functools import reduce
from typing import Any

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates import audit as a
from lif_core.decisions.record import Record
from lif_core.errors import RefusedError
from lif_core.items.boards import boards_from
from lif_core.items.entries import entries_of, of_kind
from lif_core.items.title import TITLES, say_title, title_item, title_of, titles_of
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText
from lif_core.values.refs import stream_of

# What it shows


@row(key=("audit",))
class AuditRow(Struct, frozen=True, kw_only=True):
    """An audit that is *planned*, *concluded* or *cancelled*, on what *basis* its *theme* was
    chosen, and by what *method* it works.

    It *looks_at* streams, by their *titles* where they have one. *files* were graded one by one.
    Schedule and tool are *shared_with* committees. *summary* is what it found, *reasons* why it
    was cancelled.
    """

    audit: str
    theme: str
    kind: str
    boards: tuple[str, ...]
    by: str
    standing: str
    planned: date
    due: date | None
    basis: PersonalText
    method: str | None
    scale: str
    agencies: tuple[str, ...]
    follows: str | None
    looks_at: tuple[str, ...]
    titles: tuple[PersonalText, ...]
    shared_with: tuple[str, ...]
    files: int
    concluded: date | None
    summary: PersonalText | None
    warnings: tuple[str, ...]
    cancelled: date | None
    reasons: PersonalText | None


@row(key=("audit", "committee", "on"))
class ToolRow(Struct, frozen=True, kw_only=True):
    """The schedule and the *tool* of an audit as they were shared with a committee."""

    audit: str
    committee: str
    on: date
    tool: str


@row(key=("audit", "file"))
class FileRow(Struct, frozen=True, kw_only=True):
    """A case file that was graded, by its reference in the audit."""

    audit: str
    file: str
    on: date
    grade: str
    note: PersonalText | None


@row(key=("audit", "recommendation", "check"))
class ImprovementCheckRow(Struct, frozen=True, kw_only=True):
    """A check of a recommendation within an audit, with what was *asked* and what was *noted*."""

    audit: str
    recommendation: str
    asked: PersonalText | None
    check: str
    on: date
    passed: bool
    noted: PersonalText


@row(key=("audit", "agency"))
class SentNoteRow(Struct, frozen=True, kw_only=True):
    """The *note* that an agency was sent: what it said is *relevant* to it, what it said it
    *will_do*, and what it reported as *done*.
    """

    audit: str
    agency: str
    note: PersonalText | None
    sent: date | None
    acknowledged: date | None
    relevant: PersonalText | None
    will_do: PersonalText | None
    reported: date | None
    done: PersonalText | None


@row(key=("audit", "number"))
class AuditImpactRow(Struct, frozen=True, kw_only=True):
    """The *impact* that an audit was shown to have had, on these *recommendations*."""

    audit: str
    number: int
    on: date
    by: str
    impact: PersonalText
    recommendations: tuple[str, ...]


@row(key=("audit", "agency"))
class SelfEvaluationRow(Struct, frozen=True, kw_only=True):
    """The *statement* with which an agency evaluated itself, and why grades of it were moderated,
    as `standard: reasons`.
    """

    audit: str
    agency: str
    submitted: date | None
    statement: PersonalText | None
    moderated: tuple[PersonalText, ...]


@frozen(kw_only=True)
class Audits:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.
    """

    valid: str
    known: str | None
    audits: Table[AuditRow]
    tools: Table[ToolRow]
    files: Table[FileRow]
    checks: Table[ImprovementCheckRow]
    notes: Table[SentNoteRow]
    impacts: Table[AuditImpactRow]
    statements: Table[SelfEvaluationRow]
    inconsistent: Table[InconsistentRow]


# The parts


def add_audit(entries: list[Record], part: Part) -> None:
    """Add an audit with its files, checks and notes, and what came of it."""
    events: list[Any] = [entry.event for entry in entries]
    state = reduce(a.evolve, events, a.Audit())
    planned = state.planned
    if planned is None:
        return
    tools = of_kind(entries, a.AuditToolShared)
    files = {event.file: event for event in of_kind(entries, a.FileGraded)}
    part.row("audits", _audit_row(planned, state, tools, len(files), part))
    for tool in tools:
        shared = ToolRow(audit=part.ref, committee=tool.committee, on=tool.on, tool=tool.tool)
        part.row("tools", shared)
    for graded in files.values():
        file = FileRow(
            audit=part.ref, file=graded.file, on=graded.on, grade=graded.grade, note=graded.note
        )
        part.row("files", file)
    for check in of_kind(entries, a.ImprovementChecked):
        checked = ImprovementCheckRow(
            audit=part.ref,
            recommendation=check.recommendation,
            asked=title_of(stream_of("recommendation", check.recommendation), part),
            check=check.check,
            on=check.on,
            passed=check.passed,
            noted=check.note,
        )
        part.row("checks", checked)
    for number, shown in enumerate(of_kind(entries, a.ImpactShown), 1):
        impact = AuditImpactRow(
            audit=part.ref,
            number=number,
            on=shown.on,
            by=shown.by.body,
            impact=shown.impact,
            recommendations=shown.recommendations,
        )
        part.row("impacts", impact)
    _add_notes(entries, part)
    _add_statements(entries, part)


def _audit_row(
    planned: a.AuditPlanned,
    state: a.Audit,
    tools: list[a.AuditToolShared],
    files: int,
    part: Part,
) -> AuditRow:
    concluded, cancelled = state.concluded, state.cancelled
    return AuditRow(
        audit=planned.audit,
        theme=planned.theme,
        kind=_kind_name(planned, part),
        boards=boards_from(planned.on, part),
        by=planned.by.body,
        standing="cancelled" if cancelled else "concluded" if concluded else "planned",
        planned=planned.on,
        due=planned.due,
        basis=planned.basis,
        method=planned.method,
        scale=planned.scale,
        agencies=planned.agencies,
        follows=planned.follows,
        looks_at=planned.looks_at,
        titles=titles_of(planned.looks_at, part),
        shared_with=tuple(dict.fromkeys(event.committee for event in tools)),
        files=files,
        concluded=concluded.on if concluded else None,
        summary=concluded.summary if concluded else None,
        warnings=concluded.warnings if concluded else (),
        cancelled=cancelled.on if cancelled else None,
        reasons=cancelled.reasons if cancelled else None,
    )


def _kind_name(planned: a.AuditPlanned, part: Part) -> str:
    """Return the name of the kind in the framework in force when the audit was planned."""
    try:
        return part.governing(planned.audit, planned.on).audit_kind(planned.kind).name
    except RefusedError:
        return planned.kind


def _add_notes(entries: list[Record], part: Part) -> None:
    """Add each agency that a briefing note was sent to, or that answered one."""
    issued = of_kind(entries, a.BriefingNoteIssued)
    answers = {event.answered_for: event for event in of_kind(entries, a.BriefingNoteAcknowledged)}
    actions = {event.answered_for: event for event in of_kind(entries, a.NoteActionReported)}
    sent = {agency: event for event in issued for agency in event.agencies}
    for agency in dict.fromkeys([*sent, *answers, *actions]):
        note, answer, action = sent.get(agency), answers.get(agency), actions.get(agency)
        briefing_note = SentNoteRow(
            audit=part.ref,
            agency=agency,
            note=note.note if note else None,
            sent=note.on if note else None,
            acknowledged=answer.on if answer else None,
            relevant=answer.relevant if answer else None,
            will_do=answer.will_do if answer else None,
            reported=action.on if action else None,
            done=action.done if action else None,
        )
        part.row("notes", briefing_note)


def _add_statements(entries: list[Record], part: Part) -> None:
    """Add each agency that evaluated itself, or whose grades were moderated."""
    submitted = {
        event.answered_for: event for event in of_kind(entries, a.SelfEvaluationSubmitted)
    }
    moderated = of_kind(entries, a.SelfEvaluationModerated)
    for agency in dict.fromkeys([*submitted, *(event.agency for event in moderated)]):
        event = submitted.get(agency)
        statement = SelfEvaluationRow(
            audit=part.ref,
            agency=agency,
            submitted=event.on if event else None,
            statement=event.statement if event else None,
            moderated=tuple(
                f"{each.standard}: {each.reasons}" for each in moderated if each.agency == agency
            ),
        )
        part.row("statements", statement)


def total(everything: Totals) -> Audits:
    table = everything.table
    return Audits(
        **everything.times,
        audits=table("audits"),
        tools=table("tools"),
        files=table("files"),
        checks=table("checks"),
        notes=table("notes"),
        impacts=table("impacts"),
        statements=table("statements"),
    )


audits = Projection(
    name="audits",
    view=Audits,
    parts={title_item: say_title, entries_of("audit in full", a.AuditEvent): add_audit},
    says={TITLES: str},
    identity=(TITLES,),
    total=total,
    edition=PROGRAM,
)
