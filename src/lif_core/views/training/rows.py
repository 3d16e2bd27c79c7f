"""The rows of `training`: counts with their denominators, levels apart, none about a person."""

from datetime import date

from attrs import frozen
from msgspec import Struct

from lif_core.items.completions import CompletionRow
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.tables import Table, row


@row(key=("course", "session"))
class SessionRow(Struct, frozen=True, kw_only=True):
    """A session: *attended* = *booked* - *cancelled* - *absent* + *walked_in*.

    *fill* is *attended* of *capacity*. *turned_up* are those of the booked who neither cancelled
    nor were absent, and *turn_up* their share of the booked. A cancelled session has no row.
    """

    course: str
    title: str | None
    session: str
    capacity: int
    booked: int
    cancelled: int
    absent: int
    walked_in: int
    attended: int
    fill: float | None
    turned_up: int
    turn_up: float | None


@row(key=("course", "session", "level", "months", "measure"))
class EvaluationRow(Struct, frozen=True, kw_only=True):
    """An evaluation of a session, so many *months* after it, at a *level* and by a *measure*.

    Level 1 asks whether those who attended were satisfied, 2 whether they learned, 3 whether they
    changed their practice, 4 whether outcomes are better. *positive* is how many of the *replies*
    said so; as others may have too, their share of all who *attended* is *positive_at_least*.
    *measure* is one of the framework's (§5.5); *evidence* is what the evaluation rests on.
    """

    course: str
    session: str
    level: int
    months: int
    attended: int
    replies: int
    reply_rate: float | None
    positive: int
    positive_of_replies: float | None
    positive_at_least: float | None
    measure: str | None
    evidence: tuple[str, ...]


@row(key=("level", "months", "measure"))
class LevelRow(Struct, frozen=True, kw_only=True):
    """All evaluations at one *level*, after so many *months*, by one *measure*.

    They are of *sessions* of the sessions *held*. A level at which nothing was evaluated has one
    row, without *months*.
    """

    level: int
    months: int | None
    measure: str | None
    sessions: int
    held: int
    attended: int
    replies: int
    reply_rate: float | None
    positive: int
    positive_of_replies: float | None
    positive_at_least: float | None


@row(key=("agency",))
class AgencyRow(Struct, frozen=True, kw_only=True):
    """The people of an agency who *attended*, *of* all who did and whose agency is known.

    *represented* is whether there is any; `None` where the agency is known of nobody.
    """

    agency: str
    attended: int
    of: int
    share: float | None
    represented: bool | None


@row(key=("profession",))
class ProfessionRow(Struct, frozen=True, kw_only=True):
    """The people of a profession who *attended*, *of* all who did and whose agency is known."""

    profession: str
    attended: int
    of: int
    share: float | None


@frozen(kw_only=True)
class Mix:
    """The people who came, by agency and by profession (framework §4.6, §5.4).

    The mix is known for *known* of the *sessions* held, and so for *of* of the people who
    *attended*. *agencies* are those that sent anybody, and all of the framework and the register.
    """

    sessions: int
    known: int
    attended: int
    of: int
    agencies: Table[AgencyRow]
    professions: Table[ProfessionRow]

    def never_represented(self) -> tuple[str, ...]:
        """Return the agencies of which nobody came; none where it is not known who came."""
        return tuple(row.agency for row in self.agencies if row.represented is False)


@row(key=("agency",))
class BookingRow(Struct, frozen=True, kw_only=True):
    """The *places* that an agency booked, *of* all that agencies booked."""

    agency: str
    bookings: int
    places: int
    of: int
    share: float | None


@row(key=("course",))
class CourseRow(Struct, frozen=True, kw_only=True):
    """A course: *status* is `called for`, `requested`, `declined`, `provided` or `commissioned`.

    *in_pool* and *procurement* are those of the provider of a commissioned one (framework §4.7).
    *waited* is the days from the request to its first answer, or so far. *sessions* does not
    include those *cancelled*.
    """

    course: str
    title: str | None
    status: str
    single_agency: bool | None
    in_pool: bool | None
    procurement: str | None
    arising_from: tuple[str, ...]
    requested: date | None
    declined: date | None
    begun: date | None
    waited: int | None
    sessions: int
    cancelled: int
    attended: int


@row(key=("standard",))
class TrainingStandardRow(Struct, frozen=True, kw_only=True):
    """A standard: how many *courses* that were put on have *met* it, have *not_met* it, and were
    *not_assessed*.

    *basis* is the `framework` or a `programme`, where one of these asks for it, or `neither`: then
    *courses* are only those assessed.
    """

    standard: str
    basis: str
    courses: int
    met: int
    not_met: int
    not_assessed: int


@row(key=("stream",))
class ArisingRow(Struct, frozen=True, kw_only=True):
    """The *courses* that arise from one stream of learning (framework §5.4).

    *courses* = *provided* + *commissioned* + *declined* + *waiting*. *kind* is that of the review
    or audit that *stream* is, or that it arose from. *put_on* are the references of the courses
    that were provided or commissioned.
    """

    stream: str
    kind: str | None
    courses: int
    provided: int
    commissioned: int
    declined: int
    waiting: int
    put_on: tuple[str, ...]


@row(key=("programme",))
class ProgrammeRow(Struct, frozen=True, kw_only=True):
    """A training programme for the days [*since*, *until*], its *strategy*, how many *courses* and
    *standards* it has, how often it was *promoted*, and the days on which its effectiveness was
    *reviewed* (framework §5.3).
    """

    programme: str
    strategy: str
    since: date
    until: date
    courses: int
    standards: int
    promoted: int
    reviewed: tuple[date, ...]


@row(key=("programme", "number"))
class ProgrammeStepRow(Struct, frozen=True, kw_only=True):
    """A step in the life of a programme: a *standard* and its wording, a *promotion* by a channel
    to an audience, or a *review* of its effectiveness, and what changes because of that.

    The *number* counts the steps of the programme.
    """

    programme: str
    number: int
    on: date
    step: str
    about: str | None
    words: str | None


@frozen(kw_only=True)
class Training:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.
    """

    valid: str
    known: str | None
    courses: int
    attended: int
    sessions: Table[SessionRow]
    evaluations: Table[EvaluationRow]
    levels: Table[LevelRow]
    mix: Mix
    bookings: Table[BookingRow]
    catalogue: Table[CourseRow]
    standards: Table[TrainingStandardRow]
    arising: Table[ArisingRow]
    completions: Table[CompletionRow]
    programmes: Table[ProgrammeRow]
    programme_steps: Table[ProgrammeStepRow]
    inconsistent: Table[InconsistentRow]
