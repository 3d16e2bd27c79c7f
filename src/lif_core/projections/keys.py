"""What a row is about: the columns by which the same row is found in two views.

All other columns are what the view says of it. A test holds the list complete.
"""

from collections.abc import Mapping
from typing import Any

from lif_core.projections.accountability_view import (
    AnswerRow,
    BodyRow,
    ChallengeRow,
    ClockTotalRow,
    EscalationRow,
    EscalationTotalRow,
    JointRow,
    LineageRow,
    MatrixRow,
    NoteRow,
    OwnershipRow,
    ResponseRow,
)
from lif_core.projections.accountability_view import BoardRow as AccountableBoardRow
from lif_core.projections.accountability_view import DutyRow as AccountableDutyRow
from lif_core.projections.accountability_view import (
    RepresentationRow as AccountableRepresentationRow,
)
from lif_core.projections.annual_report_view import (
    ImpactRow,
    ImplementationRow,
    InspectionRow,
    JudgementRow,
    NotImplementedRow,
    PeriodRow,
    ReviewsRow,
)
from lif_core.projections.assurance import BoardRow as AssuredBoardRow
from lif_core.projections.assurance import (
    CommitteeRow,
    ConcernRow,
    EditionRow,
    MandateRow,
    StatementsRow,
)
from lif_core.projections.calendar import CountRow, DueRow
from lif_core.projections.clocks import ClockRow
from lif_core.projections.compliance import (
    GradeRow,
    IntervalRow,
    OwnAuditRow,
    SelfEvaluatedRow,
    StatementRow,
)
from lif_core.projections.compliance import StandardRow as ComplianceStandardRow
from lif_core.projections.coverage import KindRow, TotalRow, YearRow
from lif_core.projections.coverage import SourceRow as UsedSourceRow
from lif_core.projections.deaths import DaysRow, PatternRow
from lif_core.projections.deaths import GroupRow as DeathsRow
from lif_core.projections.expected import ExpectedRow, RoutingRow
from lif_core.projections.expected import SourceRow as ExpectedSourceRow
from lif_core.projections.learning_cycle import CycleRow, FunnelRow, StageRow
from lif_core.projections.plan import BasisRow, PeerReviewRow, PlanRow, PriorityRow, SummaryRow
from lif_core.projections.provenance import LinkRow, StreamRow
from lif_core.projections.publication import BoardImprovementsRow, ImprovementsRow, PublicationRow
from lif_core.projections.scorecard import (
    AssuranceRow,
    EmbeddingRow,
    LearningRow,
    RouteRow,
    TrainingRow,
)
from lif_core.projections.scorecard import DutyRow as AgencyDutyRow
from lif_core.projections.scorecard import RepresentationRow as AgencyRepresentationRow
from lif_core.projections.survival import AtRiskRow, Spell, Step
from lif_core.projections.sustainability_view import (
    EvidenceRow,
    ImprovementRow,
    IndicatorRow,
    PointRow,
    ReauditRow,
)
from lif_core.projections.sustainability_view import GroupRow as ImprovementGroupRow
from lif_core.projections.training_view import (
    AgencyRow,
    ArisingRow,
    BookingRow,
    CompletionRow,
    CourseRow,
    EvaluationRow,
    LevelRow,
    ProfessionRow,
    ProgrammeRow,
    SessionRow,
)
from lif_core.projections.training_view import StandardRow as TrainingStandardRow

KEYS: Mapping[type, tuple[str, ...]] = {
    BodyRow: ("body",),
    LineageRow: ("body",),
    ClockTotalRow: ("clock",),
    ClockRow: ("review", "clock"),
    AccountableDutyRow: ("recommendation",),
    OwnershipRow: ("recommendation", "body", "since"),
    ResponseRow: ("body",),
    MatrixRow: ("body", "source"),
    AnswerRow: ("recommendation", "body"),
    EscalationTotalRow: ("to",),
    EscalationRow: ("recommendation", "escalation"),
    ChallengeRow: ("challenge",),
    NoteRow: ("audit",),
    AccountableRepresentationRow: ("body",),
    AccountableBoardRow: ("board",),
    JointRow: ("item",),
    Spell: ("recommendation",),
    Step: ("day",),
    AtRiskRow: ("day",),
    EvidenceRow: ("level",),
    ImprovementGroupRow: ("by", "group"),
    ImprovementRow: ("recommendation",),
    ReauditRow: ("first", "audit"),
    IndicatorRow: ("indicator",),
    PointRow: ("indicator", "period"),
    SessionRow: ("course", "session"),
    EvaluationRow: ("course", "session", "level", "months", "measure"),
    LevelRow: ("level", "months", "measure"),
    AgencyRow: ("agency",),
    ProfessionRow: ("profession",),
    BookingRow: ("agency",),
    CourseRow: ("course",),
    TrainingStandardRow: ("standard",),
    ArisingRow: ("stream",),
    CompletionRow: ("agency", "group", "audit"),
    ProgrammeRow: ("programme",),
    StreamRow: ("stream",),
    LinkRow: ("earlier", "later", "event", "field", "finding"),
    DueRow: ("what", "stream", "detail", "due"),
    CountRow: ("what",),
    UsedSourceRow: ("board", "source"),
    KindRow: ("board", "source", "kind"),
    YearRow: ("board", "source", "kind", "year"),
    TotalRow: ("source",),
    ExpectedSourceRow: ("source",),
    ExpectedRow: ("stream", "source", "method"),
    RoutingRow: ("stream", "source"),
    FunnelRow: ("framework", "stage"),
    CycleRow: ("recommendation",),
    StageRow: ("recommendation", "stage"),
    AgencyDutyRow: ("agency",),
    LearningRow: ("agency",),
    AssuranceRow: ("agency",),
    EmbeddingRow: ("agency", "evidence"),
    RouteRow: ("agency", "route"),
    AgencyRepresentationRow: ("agency",),
    TrainingRow: ("agency",),
    SelfEvaluatedRow: ("audit",),
    GradeRow: ("audit", "agency", "standard"),
    ComplianceStandardRow: ("audit", "standard", "grade"),
    StatementRow: ("agency",),
    IntervalRow: ("kind", "board"),
    OwnAuditRow: ("audit",),
    DeathsRow: ("group",),
    PatternRow: ("pattern", "code"),
    DaysRow: ("days",),
    PublicationRow: ("review",),
    ImprovementsRow: ("review",),
    BoardImprovementsRow: ("board",),
    PeriodRow: ("report", "board"),
    ReviewsRow: ("report", "board", "kind"),
    ImplementationRow: ("report", "board"),
    NotImplementedRow: ("report", "board", "reference", "finding", "body"),
    ImpactRow: ("report", "source"),
    InspectionRow: ("report", "board", "review"),
    JudgementRow: ("report", "board", "review", "area"),
    PlanRow: ("plan",),
    BasisRow: ("plan", "basis"),
    PriorityRow: ("plan", "priority"),
    SummaryRow: ("plan", "board", "on"),
    PeerReviewRow: ("review",),
    AssuredBoardRow: ("board",),
    StatementsRow: ("audit",),
    EditionRow: ("edition",),
    MandateRow: ("edition", "board"),
    CommitteeRow: ("committee",),
    ConcernRow: ("reference",),
}


def key_of(row: Any) -> tuple[tuple[str, Any], ...]:
    """The columns that say what *row* is about, and what they hold; `()` where none do."""
    return tuple((column, getattr(row, column)) for column in KEYS.get(type(row), ()))
