"""The publication register: the reports that the public may read, and how improvements go on
(framework §1.1, §1.3, §2.2).

Nothing in it is confidential. It holds references, dates, counts, and the two texts that a board
writes for the public: the place of a report, and its public summary. No text that may tell about a
person is read. Reviews of a child's death, and the recommendations of these, are not in it: the
view `child-deaths` has them, and hides small counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates.evidence import Source
from lif_core.aggregates.review import NonPublicationDecided, ReportPublished, Review
from lif_core.framework import ReviewKind
from lif_core.items.boards import boards_from
from lif_core.items.body import MERGED, Merger, merger_item, say_merger
from lif_core.items.days import FOREVER, Days
from lif_core.items.evidence import (
    EVIDENCE,
    audit_evidence_item,
    say_audit_evidence,
    say_indicator,
)
from lif_core.items.improvement import Improvement, finding, improvement_item, lived
from lif_core.items.indicators import CONCERNS, indicator_item
from lif_core.items.review import is_death_review, kind_of, review_item
from lif_core.items.standing import counted, standing
from lif_core.projection.inconsistent import INCONSISTENT, InconsistentRow
from lif_core.projection.projection import (
    PROGRAM,
    Columns,
    Name,
    Part,
    Projection,
    Totals,
    count_inconsistent,
)
from lif_core.projection.tables import Table, row
from lif_core.values.refs import stream_of


@row(key=("review",))
class PublicationRow(Struct, frozen=True, kw_only=True):
    """A review whose report is to be published, or was.

    *status* is `under way`, `reported` (publication is not decided yet), `published`, `withheld`,
    `taken down` or `discontinued`. A report may be *redacted* or *withheld*; the reasons are never
    shown. *days_online* is for how many days anybody could read it, so far.
    """

    review: str
    kind: str
    boards: tuple[str, ...]
    held: date
    report_accepted: date | None
    status: str
    published: date | None
    place: str | None
    summary: str | None
    redacted: bool
    withheld: bool
    taken_down: date | None
    days_online: int | None


@row(key=("review",))
class ImprovementsRow(Struct, frozen=True, kw_only=True):
    """The recommendations *made* by a review, by how far they have come.

    *made* = *waiting* (for an answer) + *accepted* (and being worked on) + *implemented* (its
    owner says so) + *embedded* (in practice, with evidence) + *sustained* (checked, and lasting)
    + *in_doubt* (not checked in time, or an indicator speaks against it) + *relapsed* +
    *declined* + *ended* (withdrawn or superseded).
    """

    review: str
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


@row(key=("board",))
class BoardImprovementsRow(Struct, frozen=True, kw_only=True):
    """The recommendations made by all reviews and audits of a board, by how far they have come.

    Reviews of deaths are left out; a recommendation that is joint counts under each of its boards.
    """

    board: str
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
class Publication:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.

    *inconsistent*: so many reviews and recommendations are counted nowhere, since a correction
    left them in contradiction. Which they are is not public.
    """

    valid: str
    known: str | None
    reviews: Table[PublicationRow]
    improvements: Table[ImprovementsRow]
    boards: Table[BoardImprovementsRow]
    inconsistent: int


OF_A_DEATH = "of a death"
"""The topic on which the review of a child's death says that it is one, to its own stream."""


def add_review(state: Review, part: Part) -> None:
    """Add a review whose report is to be published, or say that it is the review of a death."""
    if state.begun is None:
        return
    kind = kind_of(state, part)
    if is_death_review(state, kind):
        part.say(OF_A_DEATH, part.key, True)
    elif state.held is not None and _is_in_register(state, kind):
        part.row("reviews", _publication_row(state, state.held, kind, part))


def _is_in_register(state: Review, kind: ReviewKind) -> bool:
    """Return whether a review is of a kind that is published, or was published all the same."""
    return kind.published or isinstance(state.published, ReportPublished)


def _publication_row(state: Review, held: date, kind: ReviewKind, part: Part) -> PublicationRow:
    begun = state.begun
    assert begun is not None
    published = state.published if isinstance(state.published, ReportPublished) else None
    taken_down = state.taken_down if published else None
    days_online = None
    if published:
        end = taken_down.on if taken_down else FOREVER
        days_online = Days(published.on, end).so_far(part)
    return PublicationRow(
        review=begun.review,
        kind=kind.name,
        boards=boards_from(begun.on, part, begun.boards),
        held=held,
        report_accepted=state.accepted.on if state.accepted else None,
        status=_status(state),
        published=published.on if published else None,
        place=published.place if published else None,
        summary=published.summary if published else None,
        redacted=published is not None and published.redactions is not None,
        withheld=isinstance(state.published, NonPublicationDecided),
        taken_down=taken_down.on if taken_down else None,
        days_online=days_online,
    )


def _status(state: Review) -> str:
    match state.published:
        case ReportPublished():
            return "taken down" if state.taken_down else "published"
        case NonPublicationDecided():
            return "withheld"
        case _ if state.accepted is not None:
            return "reported"
        case _:
            return "discontinued" if state.closed else "under way"


def add_improvement(item: Improvement, part: Part) -> None:
    """Count how far a recommendation has come, unless it arises from the review of a death."""
    issued = item.issued
    if issued is None or part.ask(OF_A_DEATH, issued.source):
        return
    columns = counted(finding(item, lived(item, part), part))
    part.counted("sources", issued.source, columns=columns)
    for board in boards_from(issued.on, part, issued.boards):
        part.counted("boards", board, columns=columns)


def total(everything: Totals) -> Publication:
    reviews, boards = everything.table("reviews"), everything.columns("boards")
    return Publication(
        **everything.times,
        reviews=reviews,
        improvements=Table(partial(_improvement_rows, reviews, everything.columns("sources"))),
        boards=Table(
            lambda: (
                BoardImprovementsRow(board=board, **standing(boards[board,]))
                for (board,) in sorted(boards)
            )
        ),
        inconsistent=count_inconsistent(everything, "review", "recommendation"),
    )


def _improvement_rows(
    reviews: Sequence[PublicationRow], sources: Mapping[Name, Columns]
) -> Iterator[ImprovementsRow]:
    for publication_row in reviews:
        columns = sources.get((stream_of("review", publication_row.review),), {})
        yield ImprovementsRow(review=publication_row.review, **standing(columns))


publication = Projection(
    name="publication",
    view=Publication,
    parts={
        merger_item: say_merger,
        indicator_item: say_indicator,
        audit_evidence_item: say_audit_evidence,
        review_item: add_review,
        improvement_item: add_improvement,
    },
    says={MERGED: Merger, CONCERNS: date, EVIDENCE: Source, OF_A_DEATH: bool},
    facts={INCONSISTENT: InconsistentRow},
    identity=(MERGED, OF_A_DEATH),
    total=total,
    edition=PROGRAM,
)
