"""The public edition of the promises: what each recommendation has come to, in words.

It is made from the view `register`, which holds nothing that is not public, and from the names of
bodies in the packs. No other view and no entry is read for it. What is counted of that which it
does not show is hidden where it is a small number (record 12); of what it shows it says each.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from attrs import frozen

from lif_adapters.report.model import ViewTable
from lif_adapters.report.scope import reader_of
from lif_adapters.report.wording import capital, count, full_day, listed, moment
from lif_core.framework import Frameworks
from lif_core.items.improvement import Finding
from lif_core.projection.tables import Tables
from lif_core.queries.reader import Reader
from lif_core.values.working_days import local_day
from lif_core.views.register import PromiseRow, PublicAnswerRow, PublicRegister, register

UNWORDED = "not worded for the public yet"

LASTING: Mapping[str, str] = {
    Finding.PROPOSED: "Not begun: it has not been answered yet.",
    Finding.ACCEPTED: "Not begun: no action is planned yet.",
    Finding.DECLINED: "Nothing is to last: it was declined.",
    Finding.PLANNED: "Not known: it is not done yet.",
    Finding.IMPLEMENTED: "Not known: that it is in practice has not been shown yet.",
    Finding.EMBEDDED: "Not known yet: it has to be seen for long enough.",
    Finding.SUSTAINED: "Yes: checks have found it in place for long enough.",
    Finding.UNKNOWN: "Not known: it was not checked in time.",
    Finding.CONCERN: "In doubt: what is measured speaks against it.",
    Finding.RELAPSED: "No: a check found that it was no longer in place.",
    Finding.REOPENED: "No: work on it has begun again.",
    Finding.WITHDRAWN: "Nothing is to last: it was withdrawn.",
    Finding.SUPERSEDED: "Nothing is to last: another took its place.",
}
"""The words in which the public is told how far a change has come, by those of the register."""


@frozen(kw_only=True)
class PublicStep:
    """A step of a recommendation, such as *Answered*, and the sentences about it."""

    title: str
    sentences: tuple[str, ...]


@frozen(kw_only=True)
class PublicRecommendation:
    """A recommendation in its public *wording*, for *boards*, and the *steps* since."""

    ref: str
    boards: str
    wording: str
    steps: tuple[PublicStep, ...]


@frozen(kw_only=True)
class PublicReview:
    """A review whose report is public, by its reference, and its *recommendations*."""

    ref: str
    recommendations: tuple[PublicRecommendation, ...]


@frozen(kw_only=True)
class PublicEdition:
    """The page: of which *boards*, and of when; *only* names the one review that it is cut to.

    *missing* says how much is not shown, and why. *tables* are those of the register, in full.
    """

    boards: str
    when: str
    valid: date
    known: str | None
    only: str | None
    reviews: tuple[PublicReview, ...]
    missing: tuple[str, ...]
    tables: Mapping[str, ViewTable]


def public_edition(
    reader: Reader,
    *,
    valid: date | None = None,
    known: date | datetime | None = None,
    board: str | None = None,
    review: str | None = None,
) -> PublicEdition:
    """Return the public edition of what *reader* reads, as of two times as in `build`.

    *board*: of what is of a board, or shared with it; *review*: show only the recommendations of
    the review of that reference.

    Raises:
        MalformedError: no pack names the *board*, and nothing on record is of it.
    """
    reader = reader_of(reader, board)
    if valid is None:
        now = reader.clock() if known is None else known
        valid = local_day(now) if isinstance(now, datetime) else now
    view = reader.view(register, valid=valid, known=known)
    return edition_of(view, reader.frameworks, valid, review)


def edition_of(
    view: PublicRegister, frameworks: Frameworks, valid: date, review: str | None = None
) -> PublicEdition:
    """Return the public edition of a *view*; it depends on nothing else but the packs."""
    names = {body.ref: body.name for pack in frameworks.packs for body in pack.bodies}
    promises = [row for row in view.promises if review in (None, row.review)]
    shown = {row.recommendation for row in promises}
    answers = [row for row in view.answers if row.recommendation in shown]
    boards = sorted({board for row in promises for board in row.boards} or frameworks.boards or ())
    bound = max(
        (frameworks.governing(board, valid).small_counts for board in boards),
        default=frameworks.general.small_counts,
    )
    known = datetime.fromisoformat(view.known) if view.known else None
    return PublicEdition(
        boards=listed(names.get(board, board) for board in boards),
        when=f"as it was on {full_day(valid)}"
        + (f", by what was on record at {moment(known)}" if known else ""),
        valid=valid,
        known=known.isoformat(timespec="seconds") if known else None,
        only=review,
        reviews=tuple(_reviews(promises, answers, names)),
        missing=tuple(_missing(view, bound)),
        tables=_tables(view, promises=promises, answers=answers),
    )


def _tables(view: PublicRegister, **shown: Sequence[Any]) -> Mapping[str, ViewTable]:
    """Return the tables of rows; the counts of what is missing may be too small to be public."""
    tables = Tables(view)
    return {
        f"register.{name}": ViewTable(tuple(tables.columns(name)), rows, tables.shapes[name].row)
        for name, rows in shown.items()
    }


def _reviews(
    promises: Iterable[PromiseRow], answers: Sequence[PublicAnswerRow], names: Mapping[str, str]
) -> Iterator[PublicReview]:
    by_review = sorted(promises, key=attrgetter("review", "recommendation"))
    for review, rows in groupby(by_review, attrgetter("review")):
        yield PublicReview(
            ref=review,
            recommendations=tuple(
                PublicRecommendation(
                    ref=row.recommendation,
                    boards=listed(names.get(board, board) for board in row.boards),
                    wording=row.wording,
                    steps=tuple(
                        _steps(
                            row,
                            [
                                each
                                for each in answers
                                if each.recommendation == row.recommendation
                            ],
                            names,
                        )
                    ),
                )
                for row in rows
            ),
        )


def _steps(
    row: PromiseRow, answers: Iterable[PublicAnswerRow], names: Mapping[str, str]
) -> Iterator[PublicStep]:
    """Yield what came before and after a promise: found, answered, to do, done, shown, lasting."""
    if row.findings:
        yield PublicStep(title="What was found", sentences=row.findings)
    yield PublicStep(
        title="What was answered",
        sentences=tuple(_answer(each, names) for each in answers) or ("Nobody was asked.",),
    )
    yield PublicStep(title="What was promised", sentences=(_promise(row),))
    yield PublicStep(
        title="What was done",
        sentences=(
            f"Done on {full_day(row.done)}, as its owner says."
            if row.done
            else "Nothing is said to be done.",
        ),
    )
    yield PublicStep(
        title="What was shown by evidence",
        sentences=(
            f"Shown on {full_day(row.embedded)} to be in practice, by evidence that was looked at."
            if row.embedded
            else "Nothing yet.",
        ),
    )
    yield PublicStep(title="Whether it lasts", sentences=(_lasting(row),))


def _answer(row: PublicAnswerRow, names: Mapping[str, str]) -> str:
    body = names.get(row.body, row.body)
    if row.on is None:
        return f"{body}: {row.answer}."
    return f"{body}, {row.answer} on {full_day(row.on)}: {row.wording or f'{UNWORDED}.'}"


def _promise(row: PromiseRow) -> str:
    due = f"Due on {full_day(row.due)}." if row.due else ""
    if row.action:
        return f"{row.action} {due}".strip()
    if row.due:
        return f"The action is {UNWORDED}. {due}"
    return "No action is promised."


def _lasting(row: PromiseRow) -> str:
    verified = (
        f" A check last found it in place on {full_day(row.verified)}." if row.verified else ""
    )
    return f"{LASTING[row.finding]}{verified}"


def _missing(view: PublicRegister, bound: int) -> Iterator[str]:
    """Yield how much of public reviews the register does not show, and why."""
    missing = view.missing
    for many, noun, plural, why in (
        (
            missing.recommendations,
            "recommendation",
            "",
            "not shown, with all about them, because no wording for the public is on record",
        ),
        (missing.findings, "finding", "", UNWORDED),
        (missing.answers, "answer", "", UNWORDED),
        (missing.actions, "action", "", UNWORDED),
        (
            view.inconsistent,
            "review or recommendation",
            "reviews and recommendations",
            "not shown, because a correction left entries that contradict each other",
        ),
    ):
        if many:
            number = count(many, noun, plural)
            if many < bound:
                number = f"fewer than {bound} {plural or noun + 's'}"
            verb = "is" if many == 1 and many >= bound else "are"
            yield f"{capital(number)} {verb} {why}."
