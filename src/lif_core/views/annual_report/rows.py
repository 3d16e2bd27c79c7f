"""The rows of `annual-report`: plain ones, by report and board.

The tables of findings, of impact and of what was not done hold texts that may tell about a person.
"""

from datetime import date

from attrs import frozen
from msgspec import Struct

from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText


@row(key=("report", "board"))
class PeriodRow(Struct, frozen=True, kw_only=True):
    """A board's year: [*since*, *until*] of a *report*, or, with none, the last twelve months.

    Reviews *concluded* are those whose report was accepted in it; *ongoing* are those under way at
    its end. *findings* are of those concluded. Of the recommendations *made* in it, each body
    *asked* answers for itself: asked = accepted + accepted_in_part + declined + pending + ended.
    *impacts*: how often the impact was explained in the report.
    """

    report: str | None
    board: str
    since: date
    until: date
    published: date | None
    impacts: int
    concluded: int = 0
    ongoing: int = 0
    findings: int = 0
    made: int = 0
    asked: int = 0
    accepted: int = 0
    accepted_in_part: int = 0
    declined: int = 0
    pending: int = 0
    ended: int = 0
    challenges_raised: int = 0
    challenges_answered: int = 0


@row(key=("report", "board", "kind"))
class ReviewsRow(Struct, frozen=True, kw_only=True):
    """The reviews of a kind, and what those concluded found; *good_practice* is among that."""

    report: str | None
    board: str
    kind: str
    name: str
    concluded: int = 0
    discontinued: int = 0
    ongoing: int = 0
    findings: int = 0
    good_practice: int = 0


@row(key=("report", "board"))
class ImplementationRow(Struct, frozen=True, kw_only=True):
    """The standing of all recommendations on record at the end of the period; *implemented_in_it*:
    those that their owner said were in place within it.

    The others add up to those *made*, as in the view `publication`.
    """

    report: str | None
    board: str
    implemented_in_it: int = 0
    made: int = 0
    waiting: int = 0
    accepted: int = 0
    implemented: int = 0
    embedded: int = 0
    sustained: int = 0
    in_doubt: int = 0
    relapsed: int = 0
    declined: int = 0
    ended: int = 0


@row(key=("report", "board", "reference", "finding", "body"))
class NotImplementedRow(Struct, frozen=True, kw_only=True):
    """A decision of the period, still standing at its end, not to do what a review found or asked
    for. *what* that was and the *reasons* may tell about a person.

    *reference*: of the review whose *finding* it is, or of the recommendation. Of a child's death,
    *what* was found is not repeated here.
    """

    report: str | None = None
    board: str = ""
    reference: str
    finding: str | None
    what: PersonalText | None
    body: str
    event: str
    on: date
    reasons: PersonalText


@row(key=("report", "source"))
class ImpactRow(Struct, frozen=True, kw_only=True):
    """The impact of a *source*, or of all (`None`), as the report explains it: on *services*, and
    on *harm*. The texts may tell about a person, as may the *title* of the source.
    """

    report: str
    source: str | None
    title: PersonalText | None
    on: date
    services: PersonalText
    harm: PersonalText


@row(key=("report", "board", "review", "finding"))
class ReportedFindingRow(Struct, frozen=True, kw_only=True):
    """A finding of a review that was concluded in the period: *what* was found and *why*, on which
    *themes*, and whether anything or anybody has *answered* it by the end: with an action, or with
    reasons for none. The texts may tell about a person.
    """

    report: str | None = None
    board: str = ""
    review: str
    title: PersonalText | None
    finding: str
    factor: str
    themes: tuple[str, ...]
    what: PersonalText
    why: PersonalText
    answered: bool


@row(key=("report", "board", "review"))
class InspectionRow(Struct, frozen=True, kw_only=True):
    """An inspection that was under way in the period: findings of good practice are *strengths*,
    the others are *to_improve*.
    """

    report: str | None = None
    board: str = ""
    review: str
    title: PersonalText | None
    kind: str
    begun: date
    report_accepted: date | None
    judgements: int
    contributions: tuple[str, ...]
    strengths: int
    to_improve: int


@row(key=("report", "board", "review", "area"))
class JudgementRow(Struct, frozen=True, kw_only=True):
    """A judgement of such an inspection by the end of the period; grades are ordinal."""

    report: str | None = None
    board: str = ""
    review: str
    area: str
    grade: str
    on: date


@frozen(kw_only=True)
class AnnualReports:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    periods: Table[PeriodRow]
    reviews: Table[ReviewsRow]
    findings: Table[ReportedFindingRow]
    implementation: Table[ImplementationRow]
    not_implemented: Table[NotImplementedRow]
    impact: Table[ImpactRow]
    inspections: Table[InspectionRow]
    judgements: Table[JudgementRow]
    inconsistent: Table[InconsistentRow]
