"""The briefing note of an audit goes to agencies, which say what they will do and have done."""

from lif_core.aggregates.audit.state import Audit
from lif_core.decisions.decider import (
    Setting,
    answers_for,
    refuse_before_last,
    refuse_earlier,
    refuse_second,
)
from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.errors import RefusedError
from lif_core.values.fields import (
    AuditRef,
    BodyRef,
    PersonalText,
    message,
)


@message
class IssueBriefingNote(Command):
    """The 'Learning from Audit Briefing Note' goes to the partner agencies (framework §3.6)."""

    audit: AuditRef
    note: PersonalText
    agencies: tuple[BodyRef, ...]


@message
class BriefingNoteIssued(IssueBriefingNote, Event[IssueBriefingNote]):
    """Each of the *agencies* is expected to say what it takes from it."""


@message
class AcknowledgeBriefingNote(OnBehalf):
    """An agency says what is *relevant* to it, and what it *will_do* (framework §3.6).

    *for_body*: the agency it answers for, where that was merged into it.
    """

    audit: AuditRef
    relevant: PersonalText
    will_do: PersonalText
    for_body: BodyRef | None = None


@message
class BriefingNoteAcknowledged(AcknowledgeBriefingNote, Event[AcknowledgeBriefingNote]):
    """`for_body`, or `by.body`, has taken up the learning."""


@message
class ReportNoteAction(OnBehalf):
    """An agency reports what it has *done* about the note (framework §3.6).

    *for_body*: the agency it reports for, where that was merged into it.
    """

    audit: AuditRef
    done: PersonalText
    for_body: BodyRef | None = None


@message
class NoteActionReported(ReportNoteAction, Event[ReportNoteAction]):
    """`for_body`, or `by.body`, has acted on the note."""


def issue(command: IssueBriefingNote, state: Audit) -> tuple[BriefingNoteIssued, ...]:
    if state.concluded is None:
        raise RefusedError("audit.not-concluded")
    if not command.agencies:
        raise RefusedError("audit.note-to-nobody")
    refuse_earlier("audit.out-of-order", command, state.concluded.on)
    refuse_second("audit.note-issued-already", state.note)
    return (BriefingNoteIssued.of(command),)


def acknowledge(
    command: AcknowledgeBriefingNote, state: Audit, setting: Setting
) -> tuple[BriefingNoteAcknowledged, ...]:
    if state.note is None:
        raise RefusedError("audit.no-note")
    agency = answers_for(command, setting)
    if agency not in state.note.agencies:
        raise RefusedError("audit.note-not-sent-to", body=agency)
    refuse_earlier("audit.out-of-order", command, state.note.on)
    refuse_second("audit.acknowledged-already", state.acknowledged.get(agency))
    return (BriefingNoteAcknowledged.of(command),)


def report_action(
    command: ReportNoteAction, state: Audit, setting: Setting
) -> tuple[NoteActionReported, ...]:
    agency = answers_for(command, setting)
    acknowledged = state.acknowledged.get(agency)
    if acknowledged is None:
        raise RefusedError("audit.not-acknowledged", body=agency)
    refuse_earlier("audit.out-of-order", command, acknowledged.on)
    refuse_before_last("audit.out-of-order", command, state.acted.get(agency))
    return (NoteActionReported.of(command),)
