"""What `accountability` shows: plain rows, each item once, no figure about a named person."""

from datetime import date

from attrs import frozen

from lif_core.projections.clocks import ClockRow


@frozen(kw_only=True)
class OwnerShare:
    """The overdue days of one body for one duty, within the days that it held it."""

    body: str
    overdue: int
    explained: int
    unexplained: int
    overdue_by_first_date: int


@frozen(kw_only=True)
class DutyRow:
    """One planned recommendation: *agreed* is its first due date, *due* the current one."""

    recommendation: str
    outcome: str
    owner: str
    agreed: date
    due: date
    done: date | None
    overdue: int
    shares: tuple[OwnerShare, ...]


@frozen(kw_only=True)
class BodyRow:
    """A body's duties, as far as it held them. *held*: how many it ever did; *open*: holds now."""

    body: str
    held: int
    open: int
    overdue: int
    explained: int
    unexplained: int
    overdue_by_first_date: int


@frozen(kw_only=True)
class ResponseRow:
    """Of what was *made* to a body: accepted + declined + pending = made; *replied*: it wrote."""

    body: str
    made: int
    accepted: int
    declined: int
    pending: int
    replied: int


@frozen(kw_only=True)
class AnswerRow:
    """One body's answer to one recommendation; *latency* in days, `None` while it is pending."""

    recommendation: str
    body: str
    answer: str
    latency: int | None


@frozen(kw_only=True)
class EscalationRow:
    """A concern raised; *days* until it was answered, or so far."""

    recommendation: str
    escalation: str
    to: str
    raised: date
    answered: date | None
    days: int


@frozen(kw_only=True)
class ChallengeRow:
    """A matter that one body put to another; *days* until it was answered, or that it has waited.

    *manner*: `challenge`, holding to account, or `escalation`, to a higher body.
    """

    challenge: str
    manner: str
    by: str
    to: str
    about: str | None
    raised: date
    answer_by: date | None
    answered: date | None
    resolved: date | None
    days: int


@frozen(kw_only=True)
class NoteRow:
    """A briefing note: of the agencies it was *sent* to, how many *acknowledged* it; who waits."""

    audit: str
    sent: int
    acknowledged: int
    waiting_for: tuple[str, ...]


@frozen(kw_only=True)
class RepresentationRow:
    """A committee's meetings: seats *required*, of them *present* and *deputies*; *quorate*."""

    body: str
    meetings: int
    required: int
    present: int
    deputies: int
    quorate: int


@frozen(kw_only=True)
class BoardRow:
    """A board's items. A joint one shows under each board, and once in the totals."""

    board: str
    reviews: int
    recommendations: int


@frozen(kw_only=True)
class Totals:
    """Over everything, each item once."""

    reviews: int
    recommendations: int
    made: int
    accepted: int
    declined: int
    pending: int
    replied: int
    duties: int
    duties_open: int
    overdue: int
    explained: int
    unexplained: int
    clocks_met: int
    clocks_late: int
    clocks_open: int
    clocks_overdue: int
    clocks_ended: int


@frozen(kw_only=True)
class Accountability:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    totals: Totals
    bodies: tuple[BodyRow, ...]
    clocks: tuple[ClockRow, ...]
    duties: tuple[DutyRow, ...]
    responses: tuple[ResponseRow, ...]
    answers: tuple[AnswerRow, ...]
    escalations: tuple[EscalationRow, ...]
    challenges: tuple[ChallengeRow, ...]
    notes: tuple[NoteRow, ...]
    representation: tuple[RepresentationRow, ...]
    boards: tuple[BoardRow, ...]

    def overdue_days(self, body: str) -> int:
        """The days that duties were overdue while *body* held them; 0 for one that held none."""
        return sum(row.overdue for row in self.bodies if row.body == body)

    def clock(self, review: str, name: str) -> ClockRow:
        """One clock of one review; `KeyError` where it has not started."""
        for row in self.clocks:
            if (row.review, row.clock) == (review, name):
                return row
        raise KeyError((review, name))
