"""What `annual-report` shows: plain rows, by report and board.

One table, `not_implemented`, holds texts that may tell about a person; the others hold none.
"""

from datetime import date

from attrs import frozen

from lif_core.fields import PersonalText


@frozen(kw_only=True)
class PeriodRow:
    """A board's year: [*since*, *until*] of a *report*, or, with none, the last twelve months.

    Reviews *concluded* are those whose report was accepted in it; *ongoing* are those under way at
    its end. *findings* are of those concluded. Of the recommendations *made* in it, each body
    *asked* answers for itself: asked = accepted + declined + pending. *impacts*: how often the
    impact was explained in the report.
    """

    report: str | None
    board: str
    since: date
    until: date
    published: date | None
    impacts: int
    concluded: int
    ongoing: int
    findings: int
    made: int
    asked: int
    accepted: int
    declined: int
    pending: int
    challenges_raised: int
    challenges_answered: int


@frozen(kw_only=True)
class ReviewsRow:
    """The reviews of a kind, and what those concluded found; *good_practice* is among that."""

    report: str | None
    board: str
    kind: str
    name: str
    concluded: int
    discontinued: int
    ongoing: int
    findings: int
    good_practice: int


@frozen(kw_only=True)
class ImplementationRow:
    """Where all recommendations on record stood at the end of the period; *implemented_in_it*:
    those that their owner said were in place within it.

    The others add up to those *made*, as in the view `publication`.
    """

    report: str | None
    board: str
    implemented_in_it: int
    made: int
    waiting: int
    accepted: int
    implemented: int
    embedded: int
    sustained: int
    in_doubt: int
    relapsed: int
    declined: int
    ended: int


@frozen(kw_only=True)
class NotImplementedRow:
    """A decision of the period, still standing at its end, not to do what a review found or asked
    for. *reasons* may tell about a person.

    *reference*: of the review whose *finding* it is, or of the recommendation.
    """

    report: str | None
    board: str
    reference: str
    finding: str | None
    body: str
    event: str
    on: date
    reasons: PersonalText


@frozen(kw_only=True)
class ImpactRow:
    """The impact of a *source*, or of all (`None`), was explained in the report."""

    report: str
    source: str | None
    on: date


@frozen(kw_only=True)
class InspectionRow:
    """An inspection that was under way in the period: findings of good practice are *strengths*,
    the others are *to_improve*.
    """

    report: str | None
    board: str
    review: str
    kind: str
    begun: date
    report_accepted: date | None
    judgements: int
    contributions: tuple[str, ...]
    strengths: int
    to_improve: int


@frozen(kw_only=True)
class JudgementRow:
    """What such an inspection judged by the end of the period; grades are ordinal."""

    report: str | None
    board: str
    review: str
    area: str
    grade: str
    on: date


@frozen(kw_only=True)
class AnnualReport:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    periods: tuple[PeriodRow, ...]
    reviews: tuple[ReviewsRow, ...]
    implementation: tuple[ImplementationRow, ...]
    not_implemented: tuple[NotImplementedRow, ...]
    impact: tuple[ImpactRow, ...]
    inspections: tuple[InspectionRow, ...]
    judgements: tuple[JudgementRow, ...]
