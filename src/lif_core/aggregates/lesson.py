"""The life of a lesson: what was learnt, told again by later findings, and answered by what was
done about it, across reviews and boards.

A board links what is its own. A link between two boards stands once the other one accepts it.
"""

from collections.abc import Mapping
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import (
    Decider,
    Setting,
    latest,
    minus,
    plus,
    refuse_before_last,
    refuse_earlier,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import (
    Code,
    LessonRef,
    NextStreamRef,
    PersonalText,
    ReviewRef,
    Text,
    message,
)
from lif_core.values.refs import category_of, namespace_of, ref_of, stream_of

ANSWERS = ("recommendation", "indicator", "dissemination")
"""The categories of what answers a lesson."""

# Commands and events


@message
class DrawLesson(Command):
    """A board draws a lesson from what it has found: one *sentence*, which tells of nobody."""

    lesson: LessonRef
    sentence: Text


@message
class LessonDrawn(DrawLesson, Event[DrawLesson]):
    """The lesson can be linked to what tells it, and to what answers it."""


class Linking(Command):
    """A command about one link of a lesson, which bears what it links it to."""

    __slots__ = ()
    review: str | None
    finding: str | None
    answer: str | None

    @property
    def end(self) -> "LinkEnd":
        """The end of the link that is not the lesson: a finding of a review, or an answer."""
        if self.review is not None:
            return LinkEnd(stream_of("review", self.review), self.finding)
        return LinkEnd(self.answer or "")


@message
class LinkLesson(Linking):
    """A *finding* of a *review* tells the lesson; or it has an *answer*: a recommendation, an
    indicator or a dissemination.
    """

    lesson: LessonRef
    review: ReviewRef | None = None
    finding: Code | None = None
    answer: NextStreamRef | None = None


@message
class LessonLinked(LinkLesson, Event[LinkLesson]):
    """The link stands; or it is *offered* to another board, and stands once that accepts it."""

    offered: Code | None = None


@message
class AcceptLink(Linking):
    """The board that a link was offered to accepts it."""

    lesson: LessonRef
    review: ReviewRef | None = None
    finding: Code | None = None
    answer: NextStreamRef | None = None


@message
class LinkAccepted(AcceptLink, Event[AcceptLink]):
    """The link stands from this day."""


@message
class UnlinkLesson(Linking):
    """A link, or the offer of one, is taken back by either board, for these *reasons*."""

    lesson: LessonRef
    review: ReviewRef | None = None
    finding: Code | None = None
    answer: NextStreamRef | None = None
    reasons: PersonalText


@message
class LessonUnlinked(UnlinkLesson, Event[UnlinkLesson]):
    """The link stands no more; it may be made again."""


@message
class CompareFinding(Command):
    """A *finding* of a *review* was looked at, and does not tell the lesson.

    Without this, nobody can tell a finding that is another matter from one not looked at.
    """

    lesson: LessonRef
    review: ReviewRef
    finding: Code


@message
class FindingCompared(CompareFinding, Event[CompareFinding]):
    """The finding is no recurrence, as far as was seen."""


@message
class PublishLesson(Command):
    """The lesson is public, in this *place*."""

    lesson: LessonRef
    place: Code


@message
class LessonPublished(PublishLesson, Event[PublishLesson]):
    """Anybody can read the lesson; of its links, those to what is published."""


LinkCommand: TypeAlias = LinkLesson | AcceptLink | UnlinkLesson
LessonCommand: TypeAlias = DrawLesson | LinkCommand | CompareFinding | PublishLesson
LessonEvent: TypeAlias = (
    LessonDrawn | LessonLinked | LinkAccepted | LessonUnlinked | FindingCompared | LessonPublished
)


# State


class LinkEnd(Struct, frozen=True, order=True):
    """The end of a link of a lesson: a *stream*, and a *finding* of it, where that is a review."""

    stream: str
    finding: str | None = None

    @property
    def board(self) -> str:
        """The namespace of the stream, which is mostly a board's."""
        return namespace_of(ref_of(self.stream))


class Lesson(Struct, frozen=True, kw_only=True):
    """The state of a lesson: all that its rules ask about its past.

    *links* are those that stand, *offers* those that wait, *compared* the findings that were
    looked at and not linked, *unlinked* the last time that each link was taken back.
    """

    drawn: LessonDrawn | None = None
    links: Mapping[LinkEnd, LessonLinked | LinkAccepted] = {}
    offers: Mapping[LinkEnd, LessonLinked] = {}
    unlinked: Mapping[LinkEnd, LessonUnlinked] = {}
    compared: Mapping[LinkEnd, FindingCompared] = {}
    published: LessonPublished | None = None


def end_of(message: LinkCommand | CompareFinding) -> LinkEnd:
    """Return what a *message* links to the lesson, or looks at."""
    if isinstance(message, CompareFinding):
        return LinkEnd(stream_of("review", message.review), message.finding)
    return message.end


def evolve(state: Lesson | None, event: LessonEvent) -> Lesson:
    state = state or Lesson()
    match event:
        case LessonDrawn():
            return replace(state, drawn=event)
        case LessonLinked(offered=str()):
            return replace(state, offers=plus(state.offers, end_of(event), event))
        case LessonLinked() | LinkAccepted():
            end = end_of(event)
            links = plus(state.links, end, event)
            return replace(state, links=links, offers=minus(state.offers, end))
        case LessonUnlinked():
            end = end_of(event)
            return replace(
                state,
                links=minus(state.links, end),
                offers=minus(state.offers, end),
                unlinked=plus(state.unlinked, end, event),
            )
        case FindingCompared():
            return replace(state, compared=plus(state.compared, end_of(event), event))
        case LessonPublished():
            return replace(state, published=event)
        case _:
            assert_never(event)


# Rules


def _refuse_unfit(command: LinkCommand) -> None:
    """Refuse a command that names neither a finding nor an answer, or both."""
    if (command.review is None) != (command.finding is None):
        raise RefusedError("lesson.review-and-finding", review=command.review)
    if (command.review is None) == (command.answer is None):
        raise RefusedError("lesson.finding-or-answer", answer=command.answer)
    if command.answer is not None and category_of(command.answer) not in ANSWERS:
        raise RefusedError("lesson.no-answer", answer=command.answer, answers=ANSWERS)


def _refuse_no_finding(command: LinkLesson | CompareFinding, setting: Setting) -> None:
    """Refuse a finding that is not on record, or not yet on that day."""
    if command.review is None:
        return
    review = setting.state_of(stream_of("review", command.review))
    finding = review.findings.get(command.finding) if review else None
    if finding is None:
        raise RefusedError(
            "lesson.no-such-finding", review=command.review, finding=command.finding
        )
    refuse_earlier("lesson.before-the-finding", command, finding.on)


def _serves(body: str, board: str, setting: Setting) -> bool:
    """Return whether a *body* is of a *board*, or serves it; a joint one, any board it serves."""
    entry = setting.framework.body(body)
    spaces = {namespace_of(body), *(map(namespace_of, entry.boards) if entry else ())}
    if board in spaces or namespace_of(setting.holder(board)) in spaces:
        return True
    is_joint = not setting.framework.has_board(board)
    return is_joint and not spaces.isdisjoint(setting.framework.governs)


def _refuse_other_board(
    command: DrawLesson | CompareFinding | PublishLesson, setting: Setting
) -> None:
    """Refuse a body that is not of the lesson's board, and does not serve it."""
    board = namespace_of(command.lesson)
    if not _serves(command.by.body, board, setting):
        raise RefusedError("lesson.of-other-boards", body=command.by.body, boards=(board,))


def _link(command: LinkLesson, state: Lesson, setting: Setting) -> tuple[LessonLinked, ...]:
    """Link what is one board's at once; else offer the link to the board that is not the one's
    that makes it.
    """
    _refuse_no_finding(command, setting)
    end = end_of(command)
    refuse_second("lesson.linked-already", state.links.get(end) or state.offers.get(end))
    refuse_before_last("lesson.out-of-order", command, state.unlinked.get(end))
    boards = dict.fromkeys((namespace_of(command.lesson), end.board))
    others = [board for board in boards if not _serves(command.by.body, board, setting)]
    if len(others) == len(boards):
        raise RefusedError("lesson.of-other-boards", body=command.by.body, boards=tuple(boards))
    return (LessonLinked.of(command, offered=others[0] if others else None),)


def _accept(command: AcceptLink, state: Lesson, setting: Setting) -> tuple[LinkAccepted, ...]:
    offer = state.offers.get(end_of(command))
    if offer is None:
        raise RefusedError("lesson.not-offered", lesson=command.lesson)
    assert offer.offered is not None
    if not _serves(command.by.body, offer.offered, setting):
        raise RefusedError("lesson.offered-to-another", offered=offer.offered)
    refuse_earlier("lesson.out-of-order", command, offer.on)
    return (LinkAccepted.of(command),)


def _unlink(command: UnlinkLesson, state: Lesson, setting: Setting) -> tuple[LessonUnlinked, ...]:
    end = end_of(command)
    link = state.links.get(end) or state.offers.get(end)
    if link is None:
        raise RefusedError("lesson.not-linked", lesson=command.lesson)
    boards = (namespace_of(command.lesson), end.board)
    if not any(_serves(command.by.body, board, setting) for board in boards):
        raise RefusedError("lesson.of-other-boards", body=command.by.body, boards=boards)
    refuse_earlier("lesson.out-of-order", command, link.on)
    return (LessonUnlinked.of(command),)


def _compare(
    command: CompareFinding, state: Lesson, setting: Setting
) -> tuple[FindingCompared, ...]:
    """Refuse what is linked: that was found to tell the lesson."""
    _refuse_no_finding(command, setting)
    end = end_of(command)
    refuse_second("lesson.linked-already", state.links.get(end) or state.offers.get(end))
    refuse_second("lesson.compared-already", state.compared.get(end))
    return (FindingCompared.of(command),)


def decide(
    command: LessonCommand, state: Lesson | None, setting: Setting
) -> tuple[LessonEvent, ...]:
    if isinstance(command, DrawLesson | CompareFinding | PublishLesson):
        _refuse_other_board(command, setting)
    if isinstance(command, DrawLesson):
        refuse_second("lesson.reference-taken", state.drawn if state else None)
        return (LessonDrawn.of(command),)
    if state is None or state.drawn is None:
        raise unknown("lesson.unknown", command)
    if not isinstance(command, CompareFinding | PublishLesson):
        _refuse_unfit(command)
    match command:
        case LinkLesson():
            return _link(command, state, setting)
        case AcceptLink():
            return _accept(command, state, setting)
        case UnlinkLesson():
            return _unlink(command, state, setting)
        case CompareFinding():
            return _compare(command, state, setting)
        case PublishLesson():
            refuse_second("lesson.published-already", state.published)
            return (LessonPublished.of(command),)
        case _:
            assert_never(command)


decider: Decider[LessonCommand, LessonEvent, Lesson] = Decider(
    category="lesson",
    commands=LessonCommand,
    events=LessonEvent,
    opens=(LessonDrawn,),
    rests_on={
        LinkAccepted: (latest(LessonLinked, by="end"),),
        LessonUnlinked: (latest(LessonLinked, LinkAccepted, by="end"),),
    },
    once={FindingCompared: ("review", "finding")},
    decide=decide,
    evolve=evolve,
)
