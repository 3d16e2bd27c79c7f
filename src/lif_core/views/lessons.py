"""Lessons: how often each was told again, and the changes that had been made by then.

A lesson is linked to findings of any review of any board, which tell it, and to what answers it.
Only links that stand are shown: one that another board has not accepted yet is an offer.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

from attrs import evolve, frozen
from msgspec import Struct
from msgspec.structs import replace

from lif_core.aggregates import dissemination as d
from lif_core.aggregates import lesson as l  # as the other aggregates
from lif_core.aggregates import review as v
from lif_core.aggregates.evidence import Source
from lif_core.decisions.record import Record
from lif_core.items.body import MERGED, Merger, merger_item, say_merger
from lif_core.items.entries import entries_of, of_kind
from lif_core.items.evidence import (
    EVIDENCE,
    audit_evidence_item,
    say_audit_evidence,
    say_indicator_evidence,
)
from lif_core.items.improvement import Improvement, improvement_item, lived
from lif_core.items.indicators import indicator_item
from lif_core.items.review import is_death_review, kind_of, review_item
from lif_core.items.state import state_fold
from lif_core.items.title import TITLES, say_title, title_item, title_of
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, Item, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText
from lif_core.values.refs import namespace_of, ref_of, stream_of

R = TypeVar("R")

# What it shows


@row(key=("lesson",))
class LessonRow(Struct, frozen=True, kw_only=True):
    """A lesson, the board that has *drawn* it, and the day of the finding that *first* told it.

    It was *told* by so many findings, the *last* of them on that day. It has so many *answers*;
    of these so many are changes that stand: embedded with evidence and not found gone since.
    *reached*: how many people the disseminations among them reached, where anybody counted.
    *public*: since when the lesson itself is.
    """

    lesson: str
    sentence: str
    board: str
    drawn: date
    first: date | None = None
    told: int = 0
    last: date | None = None
    answers: int = 0
    stand: int = 0
    reached: int | None = None
    public: date | None


@row(key=("lesson", "review", "finding"))
class TellingRow(Struct, frozen=True, kw_only=True):
    """A finding that tells the lesson, the *number*-th in the order in which they were *found*.

    What happened *began* on that day, where it is known. Since the finding before, these answers
    were *done*: changes put in place, learning passed on. These changes *stood* by then.
    """

    lesson: str
    number: int
    review: str
    title: PersonalText | None
    finding: str
    what: PersonalText
    found: date
    began: date | None
    done: tuple[str, ...]
    stood: tuple[str, ...]
    public: bool


@row(key=("lesson", "answer"))
class LessonAnswerRow(Struct, frozen=True, kw_only=True):
    """A recommendation, an indicator or a dissemination that answers the lesson.

    It was *done* on that day: put in place, or passed on. A change *embedded* with evidence may
    have *recurred*: so many findings tell the lesson of what began while it stood. *unknown*: so
    many later ones do not say when it began. *days*: from when it was embedded to the first
    recurrence, to where it *ended* or was found gone, or else to today. *looked_at*: how many
    findings after it was embedded were compared with the lesson, those linked among them; a
    finding that nobody compared is no sign of lasting.
    """

    lesson: str
    answer: str
    title: PersonalText | None
    linked: date
    done: date | None
    embedded: date | None
    ended: date | None
    recurred: int = 0
    unknown: int = 0
    days: int | None = None
    looked_at: int = 0
    reached: int | None
    public: bool


@row(key=("lesson", "answer", "review", "finding"))
class RecurrenceRow(Struct, frozen=True, kw_only=True):
    """A finding that tells the lesson again, of what *began* while the change *answer* stood.

    *days* are those from when it was *embedded*; a finding that does not say when it began is
    listed, and not counted.
    """

    lesson: str
    answer: str
    embedded: date
    review: str
    finding: str
    found: date
    began: date | None
    days: int | None
    public: bool


@row(key=("lesson", "review", "finding"))
class ComparedRow(Struct, frozen=True, kw_only=True):
    """A finding that was looked at for the lesson, and whether it was *linked*."""

    lesson: str
    review: str
    finding: str
    found: date
    linked: bool
    public: bool


@row(key=("lesson", "stream", "finding"))
class OfferRow(Struct, frozen=True, kw_only=True):
    """A link that waits for a board to accept it: made *by* a body, *offered* to that board."""

    lesson: str
    stream: str
    finding: str | None
    on: date
    by: str
    offered: str


@frozen(kw_only=True)
class Lessons:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.

    No figure in it compares bodies or boards.
    """

    valid: str
    known: str | None
    lessons: Table[LessonRow]
    tellings: Table[TellingRow]
    answers: Table[LessonAnswerRow]
    recurrences: Table[RecurrenceRow]
    compared: Table[ComparedRow]
    offers: Table[OfferRow]
    inconsistent: Table[InconsistentRow]


# The parts

FOUND = "found"
"""The topic on which a review says a finding, to the review's stream, `#` and the finding."""
CHANGED = "changed"
"""The topic on which a recommendation says how far its change has come, to its own stream."""
REACHED = "reached"
"""The topic on which a dissemination says whom it reached, to its own stream."""
PUBLIC = "public"
"""The topic on which a review, or what was issued by it, says that it is public, to itself."""


class Found(Struct, frozen=True):
    """A finding: *what*, found *on* a day, of what *began* on another."""

    on: date
    began: date | None
    what: str


class AnsweringChange(Struct, frozen=True):
    """A change: from when it is in place (*done*), and the *spells* for which it stood.

    Each spell is the day it was embedded, and the day it was found gone or ended, if it was.
    """

    done: date | None
    spells: tuple[tuple[date, date | None], ...]


class Passed(Struct, frozen=True):
    """Learning passed on, *on* a day, that *reached* so many people, where anybody counted."""

    on: date
    reached: int | None


findings_item = entries_of("findings", v.FindingRecorded)
lesson_item = Item("lesson", l.LessonEvent, state_fold(l.evolve))
passing_item = Item("passing", d.Disseminated | d.ReachRecorded, state_fold(d.evolve))


def say_findings(entries: list[Record], part: Part) -> None:
    """Say each finding of a review to the lessons that it tells."""
    for finding in of_kind(entries, v.FindingRecorded):
        address = _address(part.key, finding.finding)
        part.say(FOUND, address, Found(finding.on, finding.began, finding.what))


def _address(stream: str, finding: str | None) -> str:
    return f"{stream}#{finding}"


def say_public(review: v.Review, part: Part) -> None:
    """Say that a review is public, for as long as it is; one of a child's death never is."""
    public = isinstance(review.published, v.ReportPublished) and review.taken_down is None
    if public and review.begun and not is_death_review(review, kind_of(review, part)):
        part.say(PUBLIC, part.key, True)


def say_change(item: Improvement, part: Part) -> None:
    """Say how far the change that a recommendation asks for has come."""
    if item.issued is None or item.state is None:
        return
    spells = tuple(
        (spell.on, min(filter(None, (spell.relapsed, spell.ended, spell.reopened)), default=None))
        for spell in lived(item, part).spells
    )
    part.say(CHANGED, part.key, AnsweringChange(item.state.implemented, spells))
    if part.ask(PUBLIC, item.issued.source):
        part.say(PUBLIC, part.key, True)


def say_passing(state: d.Dissemination, part: Part) -> None:
    """Say when learning was passed on, and whom it reached."""
    if state.begun is not None:
        counts = [event.reached for event in state.reached.values()]
        part.say(REACHED, part.key, Passed(state.begun.on, sum(counts) if counts else None))


class Telling(Struct, frozen=True, order=True):
    """A finding that a lesson is linked to, in the order in which they were found."""

    on: date
    end: l.LinkEnd
    began: date | None
    what: str

    @property
    def review(self) -> str:
        return self.end.stream.removeprefix("review-")


def add_lesson(lesson: l.Lesson, part: Part) -> None:
    """Add a lesson with its links: each time it was told, and what answers it."""
    if lesson.drawn is None:
        return
    links = _Links(lesson, part)
    tellings, compared = list(links.tellings()), list(links.compared())
    recurrences = list(links.recurrences())
    answers = list(links.answers(recurrences, compared))
    for table, rows in (
        ("tellings", tellings),
        ("compared", compared),
        ("recurrences", recurrences),
        ("answers", answers),
    ):
        for each in rows:
            part.row(table, each)
    row = LessonRow(
        lesson=part.ref,
        sentence=lesson.drawn.sentence,
        board=namespace_of(part.ref),
        drawn=lesson.drawn.on,
        public=lesson.published.on if lesson.published else None,
    )
    part.row("lessons", _summed(row, tellings, answers))
    for end, offer in lesson.offers.items():
        offered = OfferRow(
            lesson=part.ref,
            stream=end.stream,
            finding=end.finding,
            on=offer.on,
            by=offer.by.body,
            offered=offer.offered or "",
        )
        part.row("offers", offered)


class _Links:
    """The links of a *lesson* that stand, and what *part* is told of their ends."""

    def __init__(self, lesson: l.Lesson, part: Part) -> None:
        self._lesson = lesson
        self._part = part
        self._told = sorted(
            Telling(finding.on, end, finding.began, finding.what)
            for end in lesson.links
            for finding in self._found(end)
        )
        self._changes: dict[str, AnsweringChange] = self._said(CHANGED)
        self._passed: dict[str, Passed] = self._said(REACHED)
        self._done = {stream: change.done for stream, change in self._changes.items()}
        self._done |= {stream: learning.on for stream, learning in self._passed.items()}

    def _found(self, end: l.LinkEnd) -> list[Found]:
        if end.finding is None:
            return []
        return self._part.ask(FOUND, _address(end.stream, end.finding))

    def _said(self, topic: str) -> dict[str, Any]:
        answers = [end.stream for end in self._lesson.links if end.finding is None]
        return {s: answer for s in answers for answer in self._part.ask(topic, s)}

    def _public(self, *streams: str) -> bool:
        """Return whether the lesson and these *streams* are public."""
        public = [bool(self._part.ask(PUBLIC, stream)) for stream in streams]
        return self._lesson.published is not None and all(public)

    def tellings(self) -> Iterator[TellingRow]:
        """Yield each time that the lesson was told, with what was done before it."""
        before = date.min
        for number, telling in enumerate(self._told, 1):
            yield TellingRow(
                lesson=self._part.ref,
                number=number,
                review=telling.review,
                title=title_of(telling.end.stream, self._part),
                finding=telling.end.finding or "",
                what=telling.what,
                found=telling.on,
                began=telling.began,
                done=tuple(
                    s for s, day in self._done.items() if day and before <= day < telling.on
                ),
                stood=tuple(s for s, c in self._changes.items() if _stood(c, telling.on)),
                public=self._public(telling.end.stream),
            )
            before = telling.on

    def _done_between(self, since: date, until: date) -> Iterator[str]:
        for stream, day in self._done.items():
            if day is not None and since <= day < until:
                yield stream

    def compared(self) -> Iterator[ComparedRow]:
        """Yield the findings that were looked at, linked or not."""
        ends = dict.fromkeys((*self._lesson.links, *self._lesson.compared))
        for end in ends:
            for finding in self._found(end):
                yield ComparedRow(
                    lesson=self._part.ref,
                    review=ref_of(end.stream),
                    finding=end.finding or "",
                    found=finding.on,
                    linked=end in self._lesson.links,
                    public=self._public(end.stream),
                )

    def recurrences(self) -> Iterator[RecurrenceRow]:
        """Yield what began while a change stood, and what was found then and does not say when."""
        for answer, change in self._changes.items():
            for telling in self._told:
                embedded = _stood(change, telling.began or telling.on)
                if embedded is not None:
                    yield RecurrenceRow(
                        lesson=self._part.ref,
                        answer=answer,
                        embedded=embedded,
                        review=telling.review,
                        finding=telling.end.finding or "",
                        found=telling.on,
                        began=telling.began,
                        days=(telling.began - embedded).days if telling.began else None,
                        public=self._public(telling.end.stream, answer),
                    )

    def answers(
        self, recurrences: Sequence[RecurrenceRow], compared: Sequence[ComparedRow]
    ) -> Iterator[LessonAnswerRow]:
        """Yield what answers the lesson, and whether it recurred all the same."""
        for end, link in self._lesson.links.items():
            if end.finding is not None:
                continue
            change, learning = self._changes.get(end.stream), self._passed.get(end.stream)
            embedded, ended = change.spells[-1] if change and change.spells else (None, None)
            row = LessonAnswerRow(
                lesson=self._part.ref,
                answer=end.stream,
                title=title_of(end.stream, self._part),
                linked=link.on,
                done=self._done.get(end.stream),
                embedded=embedded,
                ended=ended,
                reached=learning.reached if learning else None,
                public=self._public(end.stream),
            )
            yield _recurred(row, recurrences, compared, self._part.days_since)


def _stood(change: AnsweringChange, day: date) -> date | None:
    """Return when a change was embedded that stood on that *day*; `None` where it did not."""
    for embedded, end in change.spells:
        if embedded < day and (end is None or day < end):
            return embedded
    return None


def _recurred(
    answer: LessonAnswerRow,
    recurrences: Iterable[RecurrenceRow],
    compared: Iterable[ComparedRow],
    days_since: Callable[[date], int],
) -> LessonAnswerRow:
    """Return the *answer* with how often, and how soon, what it answers recurred."""
    findings = [row for row in recurrences if row.answer == answer.answer]
    embedded = answer.embedded
    if embedded is None:
        return answer
    began = [row.began for row in findings if row.began is not None and row.embedded == embedded]
    until = min(began, default=answer.ended)
    return replace(
        answer,
        recurred=sum(row.began is not None for row in findings),
        unknown=sum(row.began is None for row in findings),
        days=days_since(embedded) if until is None else (until - embedded).days,
        looked_at=sum(embedded < row.found for row in compared),
    )


def _summed(
    lesson: LessonRow, tellings: Sequence[TellingRow], answers: Sequence[LessonAnswerRow]
) -> LessonRow:
    """Return the *lesson* with what its links add up to."""
    reached = [answer.reached for answer in answers if answer.reached is not None]
    return replace(
        lesson,
        first=tellings[0].found if tellings else None,
        told=len(tellings),
        last=tellings[-1].found if tellings else None,
        answers=len(answers),
        stand=sum(a.embedded is not None and a.ended is None for a in answers),
        reached=sum(reached) if reached else None,
    )


def total(everything: Totals) -> Lessons:
    return Lessons(
        **everything.times,
        lessons=everything.table("lessons"),
        tellings=everything.table("tellings"),
        answers=everything.table("answers"),
        recurrences=everything.table("recurrences"),
        compared=everything.table("compared"),
        offers=everything.table("offers"),
    )


# Who may read it


def shown_to(view: Lessons, may_read: Callable[[str], bool]) -> Lessons:
    """Return the view without what a reader may not know of, in rows and in counts.

    `may_read(stream)` says whether the reader is entitled to a stream. A link is shown where that
    is so of both of its ends, or where both are public; otherwise nothing tells that it is there.
    """
    valid = date.fromisoformat(view.valid)

    def reads(row: Any, *streams: str) -> bool:
        return row.public or all(map(may_read, (stream_of("lesson", row.lesson), *streams)))

    answers = {(row.lesson, row.answer): row for row in view.answers if reads(row, row.answer)}
    compared = [row for row in view.compared if reads(row, stream_of("review", row.review))]
    recurrences = [
        row
        for row in view.recurrences
        if reads(row, stream_of("review", row.review), row.answer)
        and (row.lesson, row.answer) in answers
    ]
    tellings = [row for row in view.tellings if reads(row, stream_of("review", row.review))]
    offers = [
        row
        for row in view.offers
        if all(map(may_read, (stream_of("lesson", row.lesson), row.stream)))
    ]
    shown = []
    for lesson in view.lessons:
        if lesson.public is None and not may_read(stream_of("lesson", lesson.lesson)):
            continue
        own_answers = [
            _recurred(
                replace(row, recurred=0, unknown=0, days=None, looked_at=0),
                [r for r in recurrences if r.lesson == lesson.lesson],
                [r for r in compared if r.lesson == lesson.lesson],
                lambda day: (valid - day).days,
            )
            for row in answers.values()
            if row.lesson == lesson.lesson
        ]
        of_lesson = [row for row in tellings if row.lesson == lesson.lesson]
        shown.append((_summed(lesson, of_lesson, own_answers), of_lesson, own_answers))
    return evolve(
        view,
        lessons=_table(lesson for lesson, _, _ in shown),
        tellings=_table(
            replace(
                row,
                number=number,
                done=_among(row.done, row.lesson, answers),
                stood=_among(row.stood, row.lesson, answers),
            )
            for _, of_lesson, _ in shown
            for number, row in enumerate(of_lesson, 1)
        ),
        answers=_table(answer for _, _, of_lesson in shown for answer in of_lesson),
        recurrences=_table(recurrences),
        compared=_table(compared),
        offers=_table(offers),
        inconsistent=_table(row for row in view.inconsistent if may_read(row.stream)),
    )


def _among(names: Iterable[str], lesson: str, answers: Container[Any]) -> tuple[str, ...]:
    return tuple(name for name in names if (lesson, name) in answers)


def _table(rows: Iterable[R]) -> Table[R]:
    listed = list(rows)
    return Table(lambda: listed)


lessons = Projection(
    name="lessons",
    view=Lessons,
    parts={
        review_item: say_public,
        findings_item: say_findings,
        merger_item: say_merger,
        audit_evidence_item: say_audit_evidence,
        indicator_item: say_indicator_evidence,
        title_item: say_title,
        passing_item: say_passing,
        improvement_item: say_change,
        lesson_item: add_lesson,
    },
    total=total,
    says={
        TITLES: str,
        FOUND: Found,
        CHANGED: AnsweringChange,
        REACHED: Passed,
        PUBLIC: bool,
        MERGED: Merger,
        EVIDENCE: Source,
    },
    identity=(TITLES, MERGED),
    edition=PROGRAM,
    shown=shown_to,
)
