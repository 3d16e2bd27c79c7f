"""The state of an audit: all that its rules ask about its past."""

# The stages import this module, which names their events in its types only.
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from lif_core.aggregates.audit.briefing_note import (
        BriefingNoteAcknowledged,
        BriefingNoteIssued,
        NoteActionReported,
    )
    from lif_core.aggregates.audit.conclusion import AuditConcluded
    from lif_core.aggregates.audit.fieldwork import (
        FileGraded,
        ImprovementChecked,
        TrainingReported,
    )
    from lif_core.aggregates.audit.schedule import AuditCancelled, AuditPlanned, AuditToolShared
    from lif_core.aggregates.audit.self_evaluation import (
        SelfEvaluationModerated,
        SelfEvaluationSubmitted,
    )


class Audit(Struct, frozen=True, kw_only=True):
    """The state of an audit; where agencies answer for themselves, by their references."""

    planned: AuditPlanned | None = None
    cancelled: AuditCancelled | None = None
    shared: Mapping[str, AuditToolShared] = {}  # by committee
    files: Mapping[str, FileGraded] = {}
    submitted: Mapping[str, SelfEvaluationSubmitted] = {}
    moderated: Mapping[tuple[str, str], SelfEvaluationModerated] = {}  # by agency and standard
    reported: Mapping[tuple[str, str], TrainingReported] = {}  # by agency and group
    checked: Mapping[tuple[str, str], ImprovementChecked] = {}  # by recommendation and check
    concluded: AuditConcluded | None = None
    note: BriefingNoteIssued | None = None
    acknowledged: Mapping[str, BriefingNoteAcknowledged] = {}
    acted: Mapping[str, NoteActionReported] = {}

    @property
    def kind(self) -> str:
        """The kind of audit that was planned."""
        return self.planned.kind if self.planned else ""

    @property
    def graded(self) -> Mapping[str, int]:
        """The number of files that were graded one by one, by grade."""
        return Counter(event.grade for event in self.files.values())
