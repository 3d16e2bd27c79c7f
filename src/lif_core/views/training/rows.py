"""What `training` shows: counts with their denominators, levels apart, nothing about a person."""

from datetime import date

from attrs import frozen
from msgspec import Struct

from lif_core.items.completions import CompletionRow
from lif_core.projection.tables import Table, row


@row(key=("course", "session"))
class SessionRow(Struct, frozen=True, kw_only=True):
    """attended = booked - *cancelled* - *absent* + *walked_in*; *attended* of *capacity* fill it;
    *turned_up* are the booked who neither cancelled nor missed it. A cancelled session has no row.
    """

    course: str
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
    """*positive* of the *replies* said so; of all who *attended*, at least so many.

    *level*: 1 were satisfied, 2 learned, 3 changed practice, 4 saw better outcomes. *measure* is
    one of the framework's (§5.5), *evidence* what it rests on.
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
    """All evaluations of one *level* after so many *months*, by one *measure*: of *sessions*, of
    those *held*.

    A level at which nothing was evaluated has a row that says so, without *months*.
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
    """How many of those who *attended* were of this agency, *of* all whose agency is known.

    *represented*: `None` where that is known of nobody.
    """

    agency: str
    attended: int
    of: int
    share: float | None
    represented: bool | None


@row(key=("profession",))
class ProfessionRow(Struct, frozen=True, kw_only=True):
    """How many of those who *attended* were of this profession, *of* all of whom it is known."""

    profession: str
    attended: int
    of: int
    share: float | None


@frozen(kw_only=True)
class Mix:
    """Who came (framework §4.6, §5.4): known of *known* of the *sessions* held, and so of *of* of
    those who *attended*.

    *agencies* are those that came, and those of the framework and the register that did not.
    """

    sessions: int
    known: int
    attended: int
    of: int
    agencies: Table[AgencyRow]
    professions: Table[ProfessionRow]

    def never_represented(self) -> tuple[str, ...]:
        """The agencies of which nobody came; none where it is not known who came."""
        return tuple(row.agency for row in self.agencies if row.represented is False)


@row(key=("agency",))
class BookingRow(Struct, frozen=True, kw_only=True):
    """The *places* that an agency booked, *of* all booked one by one."""

    agency: str
    bookings: int
    places: int
    of: int
    share: float | None


@row(key=("course",))
class CourseRow(Struct, frozen=True, kw_only=True):
    """A course: *status* is `called for`, `requested`, `declined`, `provided` or `commissioned`.

    *in_pool* and *procurement* are those of a commissioned one's provider (framework §4.7).
    *waited*: days from the request to its first answer, or so far. *sessions*: those not
    *cancelled*.
    """

    course: str
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
    """Of the *courses* put on, how many were found to have *met* a standard, how many not, and of
    how many nobody has said.

    *basis*: the `framework` or a `programme` asks for it; or `neither`, and then *courses* are
    only those assessed.
    """

    standard: str
    basis: str
    courses: int
    met: int
    not_met: int
    not_assessed: int


@row(key=("stream",))
class ArisingRow(Struct, frozen=True, kw_only=True):
    """The courses because of one source of learning (framework §5.4): provided + commissioned +
    declined + waiting = courses.

    *kind*: of the review or audit that *stream* is, or that it arose from. *put_on*: which courses
    were provided or commissioned.
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
    """A training programme for [*since*, *until*], and on which days its effectiveness was
    *reviewed* (framework §5.3).
    """

    programme: str
    since: date
    until: date
    courses: int
    standards: int
    reviewed: tuple[date, ...]


@frozen(kw_only=True)
class Training:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

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
