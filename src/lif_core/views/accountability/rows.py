"""The rows of `accountability`: no figure is about a named person.

Some tables hold texts that may tell about a person, in columns that are marked.
"""

from datetime import date

from attrs import frozen
from msgspec import Struct

from lif_core.items.board_duties import BoardDutyRow
from lif_core.items.clocks import ClockRow
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText


class OwnerShare(Struct, frozen=True, kw_only=True, gc=False):
    """The days for which one body held a duty, and those on which it was overdue meanwhile."""

    body: str
    days_overdue_so_far: int
    explained: int
    offered: int
    unexplained: int
    by_first_date: int
    accrued: int
    open_days: int


@row(key=("recommendation",))
class DutyRow(Struct, frozen=True, kw_only=True, gc=False):
    """A recommendation that came to be owed: it was *agreed* to be due on one day at first, and is
    *due* on another where that was changed. It is *overdue_now* while it is open and past its
    date, *undated* while it is open and no date is agreed yet; one that was done without being
    *planned* never had a date. *quorate* is whether the meeting was that set the date in force,
    or planned it without one. *shares* are the days of each body that held it.
    """

    recommendation: str
    text: PersonalText
    outcome: str
    owner: str
    agreed: date | None
    due: date | None
    done: date | None
    overdue_now: bool
    undated: bool
    planned: bool
    quorate: bool | None
    days_overdue_so_far: int
    explained: int
    offered: int
    unexplained: int
    by_first_date: int
    accrued: int
    open_days: int
    shares: tuple[OwnerShare, ...]


@row(key=("recommendation",))
class UnownedRow(Struct, frozen=True, kw_only=True, gc=False):
    """An open duty that nobody owns *since* a day, on which the body that *held* it last ended or
    was split, and passed it on to nobody.
    """

    recommendation: str
    text: PersonalText
    held: str
    since: date
    due: date | None
    overdue_now: bool


@row(key=("recommendation", "body", "since"))
class OwnershipRow(Struct, frozen=True, kw_only=True, gc=False):
    """A time for which *body* held a duty while it was open, [*since*, *until*), and the days
    overdue in it.

    *until* is `None` for the body that holds it now. A duty that was handed on the day it came
    was held for no day; while it is closed, nobody holds it.
    """

    recommendation: str
    body: str
    since: date
    until: date | None
    days_overdue_so_far: int
    explained: int
    offered: int
    unexplained: int
    by_first_date: int
    accrued: int
    open_days: int


@row(key=("body",))
class BodyRow(Struct, frozen=True, kw_only=True):
    """The duties of a body: how many it ever *held*, how many are *open* and its own now, and how
    many of these are *overdue_now*, past their date.

    Of those that came *due* while it held them, so many were *ever_late*. By chance alone, at the
    rate of all bodies together, that is from *chance_low* to *chance_high* (exact binomial limits,
    95%): one body in twenty lies outside all the same. Compare bodies by nothing else. The days
    are those for which it held them: *exposure* is how many have *accrued* for every hundred
    *open_days*. What cannot be said, as there is no such duty or day, is `None`.
    *kind* is `board`, `committee` or `agency`; `None` where no pack and no entry says.
    """

    body: str
    kind: str | None
    held: int
    open: int
    overdue_now: int
    undated: int
    due: int
    ever_late: int
    chance_low: int | None
    chance_high: int | None
    days_overdue_so_far: int
    explained: int
    offered: int
    unexplained: int
    by_first_date: int
    accrued: int
    open_days: int
    exposure: float | None


@row(key=("body",))
class LineageRow(Struct, frozen=True, kw_only=True):
    """The duties of a body that answers today and of all that were *merged* into it, together.

    *held* counts each duty once, even where one of these bodies had it from another.
    """

    body: str
    merged: tuple[str, ...]
    held: int
    open: int
    overdue_now: int
    undated: int
    days_overdue_so_far: int
    explained: int
    offered: int
    unexplained: int
    by_first_date: int
    accrued: int
    open_days: int
    exposure: float | None


@row(key=("clock",))
class ClockTotalRow(Struct, frozen=True, kw_only=True):
    """A duty over all reviews and addressees: *started* = *met* + *late* + *done* + *open* +
    *overdue* + *ended*.

    *late* includes what was done too soon, *done* is what had no deadline. *latency_median* is the
    median of the days from started to done, with clocks not done censored (Kaplan-Meier); `None`
    where fewer than half are estimated to be done. *longest_open* is the days of the longest that
    is not done yet.
    """

    clock: str
    started: int
    met: int
    late: int
    done: int
    open: int
    overdue: int
    ended: int
    latency_median: int | None
    longest_open: int | None


@row(key=("body",))
class ResponseRow(Struct, frozen=True, kw_only=True):
    """The recommendations *made* to a body: *made* = *accepted* + *accepted_in_part* + *declined*
    + *pending* + *ended*, which is withdrawn or superseded before it answered.

    It *replied* to those about which it wrote at all. Those *timed* are to be answered by a day:
    *timed* = *met* + *late* + *open* + *overdue_now* + *not_known* + *dropped*. It is not known of
    a body past its day that may be among those who are known to have replied; dropped is what
    ended before.
    """

    body: str
    made: int
    accepted: int
    accepted_in_part: int
    declined: int
    pending: int
    ended: int
    replied: int
    timed: int
    overdue_now: int
    late: int
    met: int
    open: int
    not_known: int
    dropped: int


@row(key=("recommendation", "body"))
class AnswerRow(Struct, frozen=True, kw_only=True, gc=False):
    """The answer of one body to one recommendation: *latency* is the days until it was given,
    *waiting* those until a reply to one that is pending, or so far. Both run from the day it was
    *sent* to that body or, where that is not on record, from the day of issue.

    Where it is *due* by a day, its *timing* is `met`, `late`, `open`, `overdue`, `not known` or
    `dropped`, and *days_overdue_so_far* those past that day, until it replied. *accepts* is what
    it says of what it accepts, *declines* of what it does not, *reply* what else it wrote: they
    may tell about a person. *quorate* is whether the meeting was at which it was given.
    """

    recommendation: str
    text: PersonalText
    body: str
    answer: str
    quorate: bool | None
    latency: int | None
    waiting: int | None
    sent: date | None
    due: date | None
    timing: str | None
    days_overdue_so_far: int | None
    accepts: PersonalText | None
    declines: PersonalText | None
    reply: PersonalText | None


@row(key=("recommendation", "number"))
class UnsignedRow(Struct, frozen=True, kw_only=True, gc=False):
    """A reply of which it is known only that some of the bodies *among* whom it was sent it: of
    all that were asked, where none is named. *reply* may tell about a person.
    """

    recommendation: str
    number: int
    on: date
    among: tuple[str, ...]
    reply: PersonalText


class SourcedAnswer(Struct, frozen=True, array_like=True):
    """The *answer* of one body to one recommendation of a *source*; *replied*: it wrote at all.

    *timing* is how that stands to the day it is due, empty where there is none.
    """

    body: str
    source: str
    answer: str
    replied: bool
    timing: str


@row(key=("body", "source"))
class MatrixRow(Struct, frozen=True, kw_only=True):
    """The recommendations of one *source*, a review or an audit, to one *body*, by its answer."""

    body: str
    source: str
    made: int
    accepted: int
    accepted_in_part: int
    declined: int
    pending: int
    ended: int
    replied: int
    timed: int
    overdue_now: int
    late: int
    met: int
    open: int
    not_known: int
    dropped: int


@row(key=("item", "explanation"))
class ExplanationRow(Struct, frozen=True, kw_only=True, gc=False):
    """An explanation of a delay, of a recommendation or of a *clock* of a review, by its stream.

    It was *recorded* on a day and *accepted* on another, from which it counts, *until* it is over
    at the latest. Its *status* is `offered` where nobody has accepted it yet, `accepted`, or
    `over`; `without effect` where no day can count, such as where it had expired when it was
    recorded. *quorate* is whether the meeting was at which it was accepted. *about*, the title of
    the item, and *reasons* may tell about a person.
    """

    item: str
    about: PersonalText | None
    explanation: str
    clock: str | None
    body: str
    recorded: date
    accepted: date | None
    quorate: bool | None
    until: date | None
    status: str
    reasons: PersonalText


@row(key=("recommendation", "number"))
class ProgressRow(Struct, frozen=True, kw_only=True, gc=False):
    """A note of how far a recommendation has come, *on* its day; it may tell about a person."""

    recommendation: str
    text: PersonalText
    number: int
    body: str
    on: date
    note: PersonalText


@row(key=("recommendation",))
class JudgedRow(Struct, frozen=True, kw_only=True, gc=False):
    """The judgement of the body that issued a recommendation on what was done about it since it
    was owed last. *reasons* may tell about a person. *quorate* is whether the meeting was at which
    it was judged.
    """

    recommendation: str
    text: PersonalText
    body: str
    on: date
    judgement: str
    quorate: bool | None
    reasons: PersonalText


@row(key=("judgement",))
class JudgementTotalRow(Struct, frozen=True, kw_only=True):
    """Recommendations that are done, by the *judgement* of their issuers; `not judged` is one."""

    judgement: str
    recommendations: int


@row(key=("recommendation", "escalation"))
class EscalationRow(Struct, frozen=True, kw_only=True, gc=False):
    """A concern that was *raised* about a recommendation, and the *days* until it was answered, or
    so far, at a meeting that was *quorate* or not. *concern* may tell about a person.
    """

    recommendation: str
    text: PersonalText
    escalation: str
    concern: PersonalText
    to: str
    raised: date
    answered: date | None
    quorate: bool | None
    days: int


@row(key=("to",))
class EscalationTotalRow(Struct, frozen=True, kw_only=True):
    """The concerns raised *to* one body about recommendations: *raised* = *answered* + *open*.

    *days_median* is the median of the days until the answer, with concerns that wait censored
    (Kaplan-Meier); `None` where fewer than half are estimated to be answered.
    """

    to: str
    raised: int
    answered: int
    open: int
    days_median: int | None


@row(key=("challenge",))
class ChallengeRow(Struct, frozen=True, kw_only=True, gc=False):
    """A matter that one body put to another, and the *days* until it was answered, or so far.

    *manner* is `challenge`, by which a body holds another to account, or `escalation`, to a higher
    body. *quorate* is whether the meeting was at which it was answered. *concern* may tell about a
    person.
    """

    challenge: str
    concern: PersonalText
    manner: str
    by: str
    to: str
    about: str | None
    raised: date
    answer_by: date | None
    answered: date | None
    quorate: bool | None
    resolved: date | None
    days: int


@row(key=("audit",))
class NoteRow(Struct, frozen=True, kw_only=True, gc=False):
    """A briefing note: to how many agencies it was *sent*, how many have *acknowledged* it, and
    the ones it is *waiting_for*. *note* is its text.
    """

    audit: str
    note: PersonalText
    sent: int
    acknowledged: int
    waiting_for: tuple[str, ...]


@row(key=("body",))
class RepresentationRow(Struct, frozen=True, kw_only=True, gc=False):
    """The *meetings* of a body, and how many were *quorate*. Over all of them, the seats that are
    *required*, and how many of these were *present* or filled by *deputies*.
    """

    body: str
    meetings: int
    required: int
    present: int
    deputies: int
    quorate: int


@row(key=("board",))
class BoardRow(Struct, frozen=True, kw_only=True):
    """The reviews and recommendations of a board, and how many are *joint* with another board.

    A joint one counts under each of its boards, and once in the totals. The days are those of
    the board's duties.
    """

    board: str
    reviews: int
    recommendations: int
    joint: int
    duties: int
    open: int
    overdue_now: int
    undated: int
    days_overdue_so_far: int
    explained: int
    offered: int
    unexplained: int
    by_first_date: int
    accrued: int
    open_days: int
    exposure: float | None
    clocks_met: int
    clocks_late: int
    clocks_done: int
    clocks_open: int
    clocks_overdue: int
    clocks_ended: int


@row(key=("item",))
class JointRow(Struct, frozen=True, kw_only=True, gc=False):
    """A review or recommendation, by its stream, of more than one board, and the days of its duty.

    The boards add up to more than the totals by these, which count under each of their boards. A
    review has no such days: its clocks are in their own table.
    """

    item: str
    boards: tuple[str, ...]
    open: bool
    overdue_now: bool
    undated: bool
    days_overdue_so_far: int
    explained: int
    offered: int
    unexplained: int
    by_first_date: int
    accrued: int
    open_days: int


class AccountabilityTotals(Struct, frozen=True, kw_only=True):
    """The totals over everything: each review and each recommendation counts once.

    *overdue_now* of *duties_open* are past their date. The days are over all time, by who held
    what: *days_overdue_so_far* is no standing of today. Of what came *due*, so many were
    *ever_late*, counted under each body that held it then.
    """

    reviews: int
    recommendations: int
    made: int
    accepted: int
    accepted_in_part: int
    declined: int
    pending: int
    ended: int
    replied: int
    answers_timed: int
    answers_overdue_now: int
    answers_late: int
    answers_met: int
    answers_open: int
    answers_not_known: int
    answers_dropped: int
    replies_unsigned: int
    duties: int
    duties_open: int
    overdue_now: int
    undated: int
    unplanned: int
    due: int
    ever_late: int
    days_overdue_so_far: int
    explained: int
    offered: int
    unexplained: int
    by_first_date: int
    accrued: int
    open_days: int
    exposure: float | None
    clocks_met: int
    clocks_late: int
    clocks_done: int
    clocks_open: int
    clocks_overdue: int
    clocks_ended: int


@frozen(kw_only=True)
class Accountability:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.
    """

    valid: str
    known: str | None
    totals: AccountabilityTotals
    bodies: Table[BodyRow]
    lineages: Table[LineageRow]
    clock_totals: Table[ClockTotalRow]
    clocks: Table[ClockRow]
    board_duties: Table[BoardDutyRow]
    duties: Table[DutyRow]
    ownership: Table[OwnershipRow]
    unowned: Table[UnownedRow]
    responses: Table[ResponseRow]
    matrix: Table[MatrixRow]
    answers: Table[AnswerRow]
    unsigned: Table[UnsignedRow]
    explanations: Table[ExplanationRow]
    progress: Table[ProgressRow]
    judged: Table[JudgedRow]
    judgement_totals: Table[JudgementTotalRow]
    escalation_totals: Table[EscalationTotalRow]
    escalations: Table[EscalationRow]
    challenges: Table[ChallengeRow]
    notes: Table[NoteRow]
    representation: Table[RepresentationRow]
    boards: Table[BoardRow]
    joint: Table[JointRow]
    inconsistent: Table[InconsistentRow]

    @property
    def overdue_board_duties(self) -> tuple[BoardDutyRow, ...]:
        """The duties of the boards themselves that are past their day, with nothing on record."""
        return tuple(row for row in self.board_duties if row.status == "overdue")

    def overdue_days(self, body: str) -> int:
        """Return how many days duties were overdue while *body* held them; 0 if it held none."""
        return sum(row.days_overdue_so_far for row in self.bodies if row.body == body)

    def clock(self, review: str, name: str, to: str | None = None) -> ClockRow:
        """Return one clock of one review, by its *name*; owed *to* an addressee, or to the first.

        Raises:
            KeyError: it has not started.
        """
        for clock in self.clocks:
            if (clock.review, clock.clock) == (review, name) and to in (None, clock.to):
                return clock
        raise KeyError((review, name))
