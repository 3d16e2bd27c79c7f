"""What `training` shows: counts with their denominators, levels apart, nothing about a person."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from attrs import frozen

from lif_core.audit import TrainingReported
from lif_core.evidence import TrainingLevel
from lif_core.statistics.proportions import Share
from lif_core.training_course import PlacesBooked


@frozen(kw_only=True)
class SessionRow:
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


@frozen(kw_only=True)
class EvaluationRow:
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


@frozen(kw_only=True)
class LevelRow:
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


@frozen(kw_only=True)
class AgencyRow:
    """How many of those who *attended* were of this agency, *of* all whose agency is known.

    *represented*: `None` where that is known of nobody.
    """

    agency: str
    attended: int
    of: int
    share: float | None
    represented: bool | None


@frozen(kw_only=True)
class ProfessionRow:
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
    agencies: tuple[AgencyRow, ...]
    professions: tuple[ProfessionRow, ...]

    def never_represented(self) -> tuple[str, ...]:
        """The agencies of which nobody came; none where it is not known who came."""
        return tuple(row.agency for row in self.agencies if row.represented is False)


@frozen(kw_only=True)
class BookingRow:
    """The *places* that an agency booked, *of* all booked one by one."""

    agency: str
    bookings: int
    places: int
    of: int
    share: float | None


@frozen(kw_only=True)
class CourseRow:
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


@frozen(kw_only=True)
class StandardRow:
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


@frozen(kw_only=True)
class ArisingRow:
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


@frozen(kw_only=True)
class CompletionRow:
    """Of the *staff* of a group, how many have *completed* safeguarding training (framework §5.4).

    *latest*: no later audit has reported that agency's group.
    """

    agency: str
    group: str
    audit: str
    on: date
    staff: int
    completed: int
    share: float | None
    latest: bool


@frozen(kw_only=True)
class ProgrammeRow:
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
    sessions: tuple[SessionRow, ...]
    evaluations: tuple[EvaluationRow, ...]
    levels: tuple[LevelRow, ...]
    mix: Mix
    bookings: tuple[BookingRow, ...]
    catalogue: tuple[CourseRow, ...]
    standards: tuple[StandardRow, ...]
    arising: tuple[ArisingRow, ...]
    completions: tuple[CompletionRow, ...]
    programmes: tuple[ProgrammeRow, ...]


# What needs no more than rows, or one kind of event


def levels(rows: Iterable[EvaluationRow], held: int) -> Iterator[LevelRow]:
    """A session is evaluated once at a level, after so many months, by a measure: so that nobody
    counts twice.
    """
    by_level: dict[TrainingLevel, dict[tuple[int, str], list[EvaluationRow]]]
    by_level = {level: {} for level in TrainingLevel}
    for row in rows:
        which = (row.months, row.measure or "")
        by_level[TrainingLevel(row.level)].setdefault(which, []).append(row)
    for level, evaluations in by_level.items():
        for _, found in sorted(evaluations.items()) or [((0, ""), [])]:
            attended = sum(row.attended for row in found)
            replies = sum(row.replies for row in found)
            positive = sum(row.positive for row in found)
            yield LevelRow(
                level=int(level),
                months=found[0].months if found else None,
                measure=found[0].measure if found else None,
                sessions=len(found),
                held=held,
                attended=attended,
                replies=replies,
                reply_rate=Share(replies, attended).rate,
                positive=positive,
                positive_of_replies=Share(positive, replies).rate,
                positive_at_least=Share(positive, attended).rate,
            )


def bookings(events: Iterable[PlacesBooked]) -> tuple[BookingRow, ...]:
    """What each agency booked."""
    number, places = Counter[str](), Counter[str]()
    for event in events:
        number[event.agency] += 1
        places[event.agency] += event.places
    return tuple(
        BookingRow(
            agency=ref,
            bookings=number[ref],
            places=places[ref],
            of=places.total(),
            share=Share(places[ref], places.total()).rate,
        )
        for ref in sorted(number)
    )


def completions(reports: Iterable[TrainingReported]) -> tuple[CompletionRow, ...]:
    """What audits of training have reported, by agency and group, each group's latest last."""

    def of(event: TrainingReported) -> tuple[str, str]:
        return event.for_body or event.by.body, event.group

    ordered = sorted(reports, key=lambda event: (*of(event), event.on, event.audit))
    latest = {of(event): event for event in ordered}
    return tuple(
        CompletionRow(
            agency=of(event)[0],
            group=event.group,
            audit=event.audit,
            on=event.on,
            staff=event.staff,
            completed=event.completed,
            share=Share(event.completed, event.staff).rate,
            latest=event is latest[of(event)],
        )
        for event in ordered
    )
