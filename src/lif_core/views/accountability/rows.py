"""What `accountability` shows: plain rows, each item once, no figure about a named person."""

from collections.abc import Sequence
from datetime import date

from attrs import frozen

from lif_core.items.clocks import ClockRow


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
class OwnershipRow:
    """One time that *body* held the duty, [*since*, *until*), and its overdue days in it.

    *until* is `None` for the body that holds it now. What was handed on on the day it came has
    no days.
    """

    recommendation: str
    body: str
    since: date
    until: date | None
    overdue: int
    explained: int
    unexplained: int
    overdue_by_first_date: int


@frozen(kw_only=True)
class BodyRow:
    """A body's duties, as far as it held them. *held*: how many it ever did; *open*: holds now.

    *kind*: `board`, `committee` or `agency`; `None` where no pack and no entry says.
    """

    body: str
    kind: str | None
    held: int
    open: int
    overdue: int
    explained: int
    unexplained: int
    overdue_by_first_date: int


@frozen(kw_only=True)
class LineageRow:
    """What a body that answers today and all that were *merged* into it have held, together.

    *held* counts each duty once, even where one of them had it from the other.
    """

    body: str
    merged: tuple[str, ...]
    held: int
    open: int
    overdue: int
    explained: int
    unexplained: int
    overdue_by_first_date: int


@frozen(kw_only=True)
class ClockTotalRow:
    """A clock over all reviews: *started* = *met* + *late* + *open* + *overdue* + *ended*.

    *late* counts notices that were short too. *latency_median*: days from started to done, with
    those not done censored (Kaplan-Meier); `None` where not half of them are estimated to be
    done. *longest_open*: days of the longest that is open or overdue.
    """

    clock: str
    started: int
    met: int
    late: int
    open: int
    overdue: int
    ended: int
    latency_median: int | None
    longest_open: int | None


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
    """One body's answer to one recommendation: *latency*, days until it was given; *waiting*,
    days that a pending one has waited.
    """

    recommendation: str
    body: str
    answer: str
    latency: int | None
    waiting: int | None


@frozen(kw_only=True)
class MatrixRow:
    """What one *source*, a review or an audit, asked of one *body*, and what it answered."""

    body: str
    source: str
    made: int
    accepted: int
    declined: int
    pending: int
    replied: int


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
class EscalationTotalRow:
    """Concerns about recommendations, by the body they were raised *to*: *raised* = *answered* +
    *open*.

    *days_median*: days until the answer, with those that wait censored (Kaplan-Meier); `None`
    where not half of them are estimated to be answered.
    """

    to: str
    raised: int
    answered: int
    open: int
    days_median: int | None


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
    """A board's items, of them *joint* with another. A joint one shows under each of its boards,
    and once in the totals. Overdue days are those of its duties.
    """

    board: str
    reviews: int
    recommendations: int
    joint: int
    duties: int
    open: int
    overdue: int
    explained: int
    unexplained: int
    overdue_by_first_date: int
    clocks_met: int
    clocks_late: int
    clocks_open: int
    clocks_overdue: int
    clocks_ended: int


@frozen(kw_only=True)
class JointRow:
    """An *item*, by its stream, that more than one board shares, and the days of its duty.

    What the boards come to above the totals is what these are counted again. A review has no
    duty: its clocks are in their own table.
    """

    item: str
    boards: tuple[str, ...]
    overdue: int
    explained: int
    unexplained: int


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
    lineages: tuple[LineageRow, ...]
    clock_totals: tuple[ClockTotalRow, ...]
    clocks: Sequence[ClockRow]
    duties: Sequence[DutyRow]
    ownership: Sequence[OwnershipRow]
    responses: tuple[ResponseRow, ...]
    matrix: Sequence[MatrixRow]
    answers: Sequence[AnswerRow]
    escalation_totals: tuple[EscalationTotalRow, ...]
    escalations: Sequence[EscalationRow]
    challenges: Sequence[ChallengeRow]
    notes: Sequence[NoteRow]
    representation: Sequence[RepresentationRow]
    boards: tuple[BoardRow, ...]
    joint: Sequence[JointRow]

    def overdue_days(self, body: str) -> int:
        """The days that duties were overdue while *body* held them; 0 for one that held none."""
        return sum(row.overdue for row in self.bodies if row.body == body)

    def clock(self, review: str, name: str) -> ClockRow:
        """One clock of one review; `KeyError` where it has not started."""
        for row in self.clocks:
            if (row.review, row.clock) == (review, name):
                return row
        raise KeyError((review, name))
