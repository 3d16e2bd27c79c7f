"""A duty that the law or the pack gives: what begins it, by when, to whom, and by which source."""

from datetime import UTC, date, datetime, timedelta

from attrs import field, frozen

from lif_core.framework.ranges import DAYS, HORIZON, HOURS, MONTHS, Range
from lif_core.values.working_days import (
    ENGLAND,
    add_months,
    add_working_days,
    working_days_before,
)

YEAR_ENDED = "year ended"
"""The day on which a year of the board ends, each year."""
BOARD_MILESTONES = (
    "audit concluded",
    "annual report published",
    "plan adopted",
    "plan summary presented",
    "framework evaluated",
    "training programme reviewed",
)
"""The milestones of a board, which fulfil a duty of its own, not of one review."""
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
TELLING = (
    "case told",
    "decision to hold told",
    "decision not to hold told",
    "report sent",
)
"""The milestones that are reached for each addressee apart."""


@frozen(kw_only=True)
class Provision:
    """The law or guidance that a rule of a pack comes from.

    *provision* is its section, chapter or paragraph, *address* where it can be read, and *checked*
    the day on which it was last looked for. It is *confirmed* where it was found there that day;
    what is only known stays unconfirmed.
    """

    title: str
    provision: str = ""
    address: str = ""
    checked: date | None = None
    confirmed: bool = False


@frozen(kw_only=True)
class DutyEntry:
    """A duty that begins by itself: from its trigger to the milestone *stop*, by a deadline.

    The trigger is one of: *start*, a milestone of each of the review *kinds*, or the end of the
    board's year; the day *on*; or *every_months*, from the day on which it was last done, or from
    when the pack binds the board if it never was. A duty is of each review of these kinds or, with
    a *stop* among the milestones of a board, of each of its *boards* (none named: of all that the
    pack governs).

    The deadline is so many *working_days*, *days*, *months* or *hours* after the trigger, or the
    day *by*; with none of them, only the latency is measured. With *ahead* it is due so long
    before *start*, as a copy before publication is. With *not_before* it may not be done sooner.

    *owed_to* are codes of addressees: each is owed apart. *gates* are milestones without which a
    decision that reaches *stop* is refused. It runs for what began in [*in_force*, *until*).
    """

    name: str
    stop: str
    kinds: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    start: str = ""
    on: date | None = None
    every_months: int = field(default=0, validator=Range(0, MONTHS))
    working_days: int = field(default=0, validator=Range(0, HORIZON))
    days: int = field(default=0, validator=Range(0, DAYS))
    months: int = field(default=0, validator=Range(0, MONTHS))
    hours: int = field(default=0, validator=Range(0, HOURS))
    by: date | None = None
    ahead: bool = False
    not_before: bool = False
    owed_to: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()
    in_force: date = date.min
    until: date = date.max
    source: Provision | None = None
    note: str = ""

    @property
    def is_of_a_board(self) -> bool:
        """True of a duty of a board itself, not of each of its reviews."""
        return self.stop in BOARD_MILESTONES

    @property
    def has_deadline(self) -> bool:
        """True where there is a day by which it is to be done."""
        periods = (self.every_months, self.working_days, self.days, self.months, self.hours)
        return self.by is not None or any(periods)

    def stops(self) -> tuple[tuple[str, str], ...]:
        """Return whom it is owed to and the milestone that fulfils it, for each that is apart."""
        if self.stop in TELLING and self.owed_to:
            return tuple((to, told(self.stop, to)) for to in self.owed_to)
        return ((", ".join(self.owed_to), self.stop),)

    def due(self, start: date, calendar: str = ENGLAND) -> date | None:
        """Return the last day on which it is met after this *start*, or the last date there is.

        Return `None` without a deadline. With *ahead* it is the last day before *start*.
        """
        if self.by is not None or not self.has_deadline:
            return self.by
        try:
            if self.months or self.every_months:
                months = self.months or self.every_months
                return add_months(start, -months if self.ahead else months)
            if self.working_days:
                count = working_days_before if self.ahead else add_working_days
                return count(start, self.working_days, calendar)
            days = timedelta(days=self.days or -(-self.hours // 24))
            return start - days if self.ahead else start + days
        except (OverflowError, ValueError):
            return date.min if self.ahead else date.max

    def due_at(self, start: datetime | None) -> datetime | None:
        """Return the last instant on which it is met; `None` unless hours are counted from one."""
        if start is None or not self.hours:
            return None
        hours = timedelta(hours=self.hours)
        try:
            return start - hours if self.ahead else start + hours
        except OverflowError:
            return _FIRST if self.ahead else _LAST

    def runs_for(self, kind: str, begun: date) -> bool:
        """Return whether it runs for a review of this *kind* that began on that day."""
        return not self.is_of_a_board and kind in self.kinds and self.is_in_force(begun)

    def is_in_force(self, day: date) -> bool:
        """Return whether it runs for what begins on that *day*."""
        return self.in_force <= day < self.until


@frozen(kw_only=True)
class AnswerTime:
    """The time within which each body that a recommendation is put to answers it.

    It runs from the day on which it was sent to that body, in [*in_force*, *until*). Exactly one
    of *working_days*, *days* and *months* is given; *source* is the law or guidance that sets it.
    """

    name: str
    working_days: int = field(default=0, validator=Range(0, HORIZON))
    days: int = field(default=0, validator=Range(0, DAYS))
    months: int = field(default=0, validator=Range(0, MONTHS))
    in_force: date = date.min
    until: date = date.max
    source: Provision | None = None

    def due(self, sent: date, calendar: str = ENGLAND) -> date:
        """Return the last day on which an answer is in time to what was *sent* on that day."""
        try:
            if self.months:
                return add_months(sent, self.months)
            if self.working_days:
                return add_working_days(sent, self.working_days, calendar)
            return sent + timedelta(days=self.days)
        except (OverflowError, ValueError):
            return date.max


def told(milestone: str, addressee: str) -> str:
    """Return the name of a *milestone* as it is reached for one *addressee* alone."""
    return f"{milestone} to {addressee}"
