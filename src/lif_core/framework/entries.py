"""The entries of a framework pack, each kind a table of its own in the file."""

from collections.abc import Collection, Iterable
from datetime import date

from attrs import field, frozen

from lif_core.framework.duties import Provision
from lif_core.framework.ranges import ENTRIES, HORIZON, MONTHS, Range


@frozen(kw_only=True)
class Entry:
    """A *code* that decisions use, and the *name* of what it stands for.

    It is used for what is decided in [*in_force*, *until*).
    """

    code: str
    name: str
    note: str = ""
    in_force: date = date.min
    until: date = date.max
    confirmed: bool = True  # in a public source, or by the framework itself; else only known


def in_force(entries: Iterable[Entry], on: date) -> tuple[Entry, ...]:
    """Return those of *entries* that are used for what is decided on that day."""
    return tuple(entry for entry in entries if entry.in_force <= on < entry.until)


@frozen(kw_only=True)
class BodyEntry:
    """A board, committee or agency that the framework itself names, so that it needs no
    registering.

    *also* are other names that it goes by. *remit* and *terms* say what a committee is for and
    under which terms of reference; *boards* are those it serves (framework §2.5, §4.4-4.7, §5.1).
    *areas* are those in which a board reviews the death of each child who lived there (framework
    §3.3.1).
    """

    ref: str
    name: str
    kind: str
    also: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    remit: str = ""
    terms: str = ""
    areas: tuple[str, ...] = ()


@frozen(kw_only=True)
class Ground:
    """A reason in law for a review: *met* are the criteria that together make it one, with one of
    *any_of*, where there are such.

    Where they are met and it is *mandatory*, the review has to be held.
    """

    ground: str
    name: str
    met: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    mandatory: bool = True
    otherwise: bool = False  # of any other case: only where no other ground is met
    source: Provision | None = None

    def is_met_by(self, criteria: Collection[str]) -> bool:
        """Return whether these *criteria* make it."""
        some = not self.any_of or any(code in criteria for code in self.any_of)
        return some and all(code in criteria for code in self.met)


@frozen(kw_only=True)
class ReviewKind:
    """A kind of review (framework §3), and what the framework asks of it."""

    kind: str
    name: str
    statutory: bool = False
    case: bool = False  # a case is notified; a decision to hold names the criteria it meets
    death: bool = False  # each death is notified, of a child resident in an area of the boards
    threshold: bool = False  # to open one takes a reason why the statutory criteria are not met
    principles: bool = True  # scope, lead, practitioners and voice are asked for (framework §2.2)
    independent: bool = True  # the lead is independent of case and organisations (framework §2.2)
    family: bool = False  # the family is invited, or a reason not to is recorded (framework §2.2)
    published: bool = False  # the report is, or a reason not to is recorded (framework §1.3)
    findings: bool = True  # a report has at least one; a death may have no factor to change
    addressees: tuple[
        str, ...
    ] = ()  # who may be told of its case and decision, and sent its report
    elsewhere: bool = False  # of a death: a child who lived elsewhere may be reviewed, too
    toolkit: bool = False  # the version of its toolkit is named (framework §3.1.2)
    documents: bool = False  # it rests on published documents, at least one of which is cited
    peer: bool = False  # its learning belongs in the improvement plan (framework §3.4.4)
    criteria: tuple[Entry, ...] = ()  # of a decision to hold; any, where there are none
    grounds: tuple[Ground, ...] = ()  # the reasons in law that criteria make together
    methodologies: tuple[Entry, ...] = ()  # framework §3.1.1
    purposes: tuple[Entry, ...] = ()  # of its findings
    areas: tuple[Entry, ...] = ()  # that are judged
    scale: str = ""  # the name of the scale of these judgements
    milestones: tuple[str, ...] = ()  # besides those of every review
    categories: tuple[Entry, ...] = ()  # of a death
    domains: tuple[Entry, ...] = ()  # of a factor in a death
    influences: tuple[Entry, ...] = ()  # of such a factor
    in_force: date = date.min  # it may begin in [in_force, until)
    until: date = date.max
    source: Provision | None = None


@frozen(kw_only=True)
class AuditKind:
    """A kind of audit (framework §3.5 to §3.8), and what the framework asks of it."""

    kind: str
    name: str
    own: bool = False  # an agency plans it for itself, by its own method (framework §3.5)
    files: bool = False  # case files are graded (framework §3.6)
    note: bool = False  # a briefing note is expected
    training: bool = False  # agencies report who completed training (framework §5.4)
    standards: str = ""  # the set against which agencies evaluate themselves (framework §3.7)
    shared_with: tuple[str, ...] = ()  # the committees that are given schedule and tool
    remark: str = ""


@frozen(kw_only=True)
class Right:
    """The right to take decisions: bodies of these *kinds*, or these *bodies*; empty means any.

    It is held by bodies of the stream's own board: that board, its committees and its agencies. An
    entry of the pack that is for the decision takes the place of the general pack's; of several,
    the last that is for its kind holds. Where neither pack has one, the board and its committees
    decide.
    """

    commands: tuple[str, ...]  # the decisions
    kinds: tuple[str, ...] = ()  # board, committee or agency
    bodies: tuple[str, ...] = ()  # by their references
    roles: tuple[str, ...] = ()  # and only in one of these
    any_board: bool = False  # also bodies of other boards, and of none
    opener: bool = False  # also the body that began the stream
    named: bool = False  # also a body that an entry of the stream names
    of: tuple[str, ...] = ()  # only for reviews or audits of these kinds
    note: str = ""


OWN_BOARD = Right(commands=(), kinds=("board", "committee"))
"""The right to a decision that no pack says anything of."""


@frozen(kw_only=True)
class Scale:
    """An ordinal scale, best grade first; the first *good* of them count as good or better."""

    name: str
    grades: tuple[str, ...]
    good: int = field(validator=Range(1, ENTRIES))
    note: str = ""
    confirmed: bool = True


@frozen(kw_only=True)
class Standards:
    """A set of *standards* that agencies evaluate themselves against, graded on *scale*."""

    name: str
    title: str
    scale: str
    standards: tuple[Entry, ...]


@frozen(kw_only=True)
class Source:
    """A source of learning (framework §3.1-3.8, Appendix A): one row of the matrix, or more.

    Each evaluation is expected *within_months*. The channels of Appendix A's "subsequent
    briefings" are in the framework's own list.
    """

    source: str
    name: str
    kinds: tuple[str, ...]  # of review or audit
    learn: tuple[str, ...] = ()  # what is learnt from it
    evaluations: tuple[str, ...] = ()  # the methods by which its learning is evaluated
    stakeholders: tuple[str, ...] = ()  # those whom it concerns
    committees: tuple[str, ...] = ()  # those that it is routed to
    within_months: int = field(default=12, validator=Range(1, MONTHS))  # of its conclusion
    paragraph: str = ""  # of the framework


@frozen(kw_only=True)
class Stage:
    """A stage of the cycle of learning and improvement (framework §2.4), and its *events*."""

    stage: str
    name: str
    events: tuple[str, ...]


@frozen(kw_only=True)
class Escalate:
    """The escalation, after more than *after_days* overdue, to the body *to*, or to its board."""

    after_days: int = field(validator=Range(0, HORIZON))
    to: str = ""


@frozen(kw_only=True)
class Horizons:
    """The parameters of the views, in days unless said otherwise.

    A change is *sustained* after so long, with so many passed *checks* at the least, so far
    *apart*, the last of which is *fresh*. A check is *on_time* up to so many days after the day
    due. *restricted_mean* is the horizon of survival, stated from so many spells *at_risk* on. A
    chart has limits, on *trial*, from so many points on, and locks those of its *baseline*; so
    many points on one side of the mean (*run_side*), or rising or falling (*run_trend*), signal.
    An *explanation* without an end expires so long after its recording.
    """

    sustained: int = field(default=365, validator=Range(1, HORIZON))
    checks: int = field(default=2, validator=Range(1, 100))
    apart: int = field(default=90, validator=Range(0, HORIZON))
    fresh: int = field(default=365, validator=Range(1, HORIZON))
    on_time: int = field(default=30, validator=Range(0, HORIZON))
    restricted_mean: int = field(default=365, validator=Range(1, HORIZON))
    at_risk: int = field(default=5, validator=Range(1, 1_000))
    trial: int = field(default=5, validator=Range(2, 1_000))
    baseline: int = field(default=12, validator=Range(2, 1_000))
    run_side: int = field(default=7, validator=Range(2, 1_000))
    run_trend: int = field(default=7, validator=Range(2, 1_000))
    explanation: int = field(default=90, validator=Range(1, HORIZON))
