"""What `accountability` shows: plain rows, each item once, no figure about a named person."""

from datetime import date

from attrs import frozen
from msgspec import Struct

from lif_core.items.clocks import ClockRow
from lif_core.projection.tables import Table, row


class OwnerShare(Struct, frozen=True, kw_only=True):
    """The overdue days of one body for one duty, within the days that it held it."""

    body: str
    overdue: int
    explained: int
    unexplained: int
    overdue_by_first_date: int


@row(key=("recommendation",))
class DutyRow(Struct, frozen=True, kw_only=True):
    """One planned recommendation: *agreed* is its first due date, *due* the current one."""

    recommendation: str
    outcome: str
    owner: str
    agreed: date
    due: date
    done: date | None
    overdue: int
    shares: tuple[OwnerShare, ...]


@row(key=("recommendation", "body", "since"))
class OwnershipRow(Struct, frozen=True, kw_only=True):
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


@row(key=("body",))
class BodyRow(Struct, frozen=True, kw_only=True):
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


@row(key=("body",))
class LineageRow(Struct, frozen=True, kw_only=True):
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


@row(key=("clock",))
class ClockTotalRow(Struct, frozen=True, kw_only=True):
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


@row(key=("body",))
class ResponseRow(Struct, frozen=True, kw_only=True):
    """Of what was *made* to a body: accepted + declined + pending = made; *replied*: it wrote."""

    body: str
    made: int
    accepted: int
    declined: int
    pending: int
    replied: int


@row(key=("recommendation", "body"))
class AnswerRow(Struct, frozen=True, kw_only=True):
    """One body's answer to one recommendation: *latency*, days until it was given; *waiting*,
    days that a pending one has waited.
    """

    recommendation: str
    body: str
    answer: str
    latency: int | None
    waiting: int | None


@row(key=("body", "source"))
class MatrixRow(Struct, frozen=True, kw_only=True):
    """What one *source*, a review or an audit, asked of one *body*, and what it answered."""

    body: str
    source: str
    made: int
    accepted: int
    declined: int
    pending: int
    replied: int


@row(key=("recommendation", "escalation"))
class EscalationRow(Struct, frozen=True, kw_only=True):
    """A concern raised; *days* until it was answered, or so far."""

    recommendation: str
    escalation: str
    to: str
    raised: date
    answered: date | None
    days: int


@row(key=("to",))
class EscalationTotalRow(Struct, frozen=True, kw_only=True):
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


@row(key=("challenge",))
class ChallengeRow(Struct, frozen=True, kw_only=True):
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


@row(key=("audit",))
class NoteRow(Struct, frozen=True, kw_only=True):
    """A briefing note: of the agencies it was *sent* to, how many *acknowledged* it; who waits."""

    audit: str
    sent: int
    acknowledged: int
    waiting_for: tuple[str, ...]


@row(key=("body",))
class RepresentationRow(Struct, frozen=True, kw_only=True):
    """A committee's meetings: seats *required*, of them *present* and *deputies*; *quorate*."""

    body: str
    meetings: int
    required: int
    present: int
    deputies: int
    quorate: int


@row(key=("board",))
class BoardRow(Struct, frozen=True, kw_only=True):
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


@row(key=("item",))
class JointRow(Struct, frozen=True, kw_only=True):
    """An *item*, by its stream, that more than one board shares, and the days of its duty.

    What the boards come to above the totals is what these are counted again. A review has no
    duty: its clocks are in their own table.
    """

    item: str
    boards: tuple[str, ...]
    overdue: int
    explained: int
    unexplained: int


class Totals(Struct, frozen=True, kw_only=True):
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
    bodies: Table[BodyRow]
    lineages: Table[LineageRow]
    clock_totals: Table[ClockTotalRow]
    clocks: Table[ClockRow]
    duties: Table[DutyRow]
    ownership: Table[OwnershipRow]
    responses: Table[ResponseRow]
    matrix: Table[MatrixRow]
    answers: Table[AnswerRow]
    escalation_totals: Table[EscalationTotalRow]
    escalations: Table[EscalationRow]
    challenges: Table[ChallengeRow]
    notes: Table[NoteRow]
    representation: Table[RepresentationRow]
    boards: Table[BoardRow]
    joint: Table[JointRow]

    def overdue_days(self, body: str) -> int:
        """The days that duties were overdue while *body* held them; 0 for one that held none."""
        return sum(row.overdue for row in self.bodies if row.body == body)

    def clock(self, review: str, name: str) -> ClockRow:
        """One clock of one review; `KeyError` where it has not started."""
        for clock in self.clocks:
            if (clock.review, clock.clock) == (review, name):
                return clock
        raise KeyError((review, name))
