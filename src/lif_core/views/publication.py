"""The publication register: what the public may read, and where improvements are being made
(framework §1.1, §1.3, §2.2).

Nothing in it is confidential. It holds references, dates, counts, and the two texts that a board
writes for the public: where a report is, and its public summary. No text that may tell about a
person is read, and nothing of the review of a child's death, nor of what such a review asked for:
those are in the view `child-deaths`, where small counts are hidden.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates.review import NonPublicationDecided, ReportPublished, Review
from lif_core.framework import ReviewKind
from lif_core.items.boards import boards_from
from lif_core.items.improvement import Improvement, finding, improvement_item
from lif_core.items.indicators import CONCERNS, indicator_item, say_concerns
from lif_core.items.review import is_death_review, kind_of, review_item
from lif_core.items.standing import counted, standing
from lif_core.projection.projection import PROGRAM, Columns, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row


@row(key=("review",))
class PublicationRow(Struct, frozen=True, kw_only=True):
    """A review whose report is to be published, or was.

    *status*: `under way`, `reported` (publication is not decided yet), `published`, `withheld`,
    `taken down` or `discontinued`. *redacted* and *withheld* say that it is so, and never why.
    *days_online*: how long the report was there for anybody, so far.
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
    """How many recommendations of a review were *made*, and where each stands now.

    made = waiting (for an answer) + accepted (and being worked on) + implemented (its owner says
    so) + embedded (in practice, with evidence) + sustained (checked, and lasting) + in_doubt (not
    checked in time, or an indicator speaks against it) + relapsed + declined + ended (withdrawn
    or superseded).
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
    """The same of all that a board's reviews and audits asked for, reviews of deaths excepted.

    One that is joint to several boards shows under each.
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
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    reviews: Table[PublicationRow]
    improvements: Table[ImprovementsRow]
    boards: Table[BoardImprovementsRow]


OF_A_DEATH = "of a death"
"""The topic on which the review of a child's death says, under its own stream, that it is one."""


def add_review(state: Review, part: Part) -> None:
    """Add a review whose report is to be published; of one of a death, only that it is one."""
    if state.begun is None:
        return
    kind = kind_of(state, part)
    if is_death_review(state, kind):
        part.say(OF_A_DEATH, part.key, True)
    elif state.held is not None and _is_registered(state, kind):
        part.row("reviews", _row(state, state.held, kind, part))


def _is_registered(state: Review, kind: ReviewKind) -> bool:
    """Return whether it is of a kind that is published, or published, whatever its kind."""
    return kind.published or isinstance(state.published, ReportPublished)


def _row(state: Review, held: date, kind: ReviewKind, part: Part) -> PublicationRow:
    begun = state.begun
    assert begun is not None
    public = state.published if isinstance(state.published, ReportPublished) else None
    down = state.taken_down if public else None
    online = None
    if public:
        online = max(0, (down.on - public.on).days) if down else part.days_since(public.on)
    return PublicationRow(
        review=begun.review,
        kind=kind.name,
        boards=boards_from(begun.on, part, begun.boards),
        held=held,
        report_accepted=state.accepted.on if state.accepted else None,
        status=_status(state),
        published=public.on if public else None,
        place=public.place if public else None,
        summary=public.summary if public else None,
        redacted=public is not None and public.redactions is not None,
        withheld=isinstance(state.published, NonPublicationDecided),
        taken_down=down.on if down else None,
        days_online=online,
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
    """Count where a recommendation stands, unless it arises from the review of a death."""
    issued = item.issued
    if issued is None or part.ask(OF_A_DEATH, issued.source):
        return
    columns = counted(finding(item, part))
    part.counted("sources", issued.source, columns=columns)
    for board in boards_from(issued.on, part, issued.boards):
        part.counted("boards", board, columns=columns)


def total(everything: Totals) -> Publication:
    reviews, boards = everything.table("reviews"), everything.columns("boards")
    return Publication(
        **everything.times,
        reviews=reviews,
        improvements=Table(partial(_improvements, reviews, everything.columns("sources"))),
        boards=Table(
            lambda: (
                BoardImprovementsRow(board=board, **standing(boards[board,]))
                for (board,) in sorted(boards)
            )
        ),
    )


def _improvements(
    reviews: Sequence[PublicationRow], sources: Mapping[Name, Columns]
) -> Iterator[ImprovementsRow]:
    for shown in reviews:
        columns = sources.get((f"review-{shown.review}",), {})
        yield ImprovementsRow(review=shown.review, **standing(columns))


publication = Projection(
    name="publication",
    view=Publication,
    parts={
        indicator_item: say_concerns,
        review_item: add_review,
        improvement_item: add_improvement,
    },
    says={CONCERNS: date, OF_A_DEATH: bool},
    total=total,
    edition=PROGRAM,
)
