"""The composition of a report: its sections, its summary, and the times that it is as at."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime

from lif_adapters.held_checkpoint import HeldCheckpoint
from lif_adapters.report.entries import entries_of
from lif_adapters.report.history import History, read
from lif_adapters.report.model import Report
from lif_adapters.report.scope import WHOLE, Scope, reader_of
from lif_adapters.report.sections import sections_of
from lif_adapters.report.summary import first_screen
from lif_adapters.report.views import ReportViews, views_of
from lif_adapters.report.wording import count, day, full_day, listed, moment
from lif_core.log.packs import PackStatus
from lif_core.queries.reader import Reader

BOARDS_NAMED = 3
"""How many boards the title names."""


STANDS_ON_NONE = (
    "The log was held against no checkpoint when this was made. A checksum that was worked out"
    " anew, entries taken off the end, and an older copy put in place of the log would not be"
    " noticed."
)


def build(
    reader: Reader,
    *,
    valid: date | None = None,
    known: date | datetime | None = None,
    personal: bool = True,
    board: str | None = None,
    review: str | None = None,
    since: date | None = None,
    checkpoint: HeldCheckpoint | None = None,
    progress: Callable[[int], object] = lambda count: None,
) -> Report:
    """Return the report of all that was recorded by *known*, as it was in the world at *valid*.

    Args:
        reader: reads the log.
        valid: the day in the world; the day of *known* without it, or else today.
        known: the last that counts; all that is recorded without it.
        personal: whether the texts that may tell about a person are in it, where the reader may
            read them.
        board: cut it to what is of this board, or shared with it, by the board's short name.
        review: cut it to the review of this reference, and what hangs on it.
        since: cut it to what has moved since that day, or is still open.
        checkpoint: the one that the log was held against, to be named on the page.
        progress: is called now and then with how many more entries have been read.

    Raises:
        MalformedError: no pack names the *board*, and nothing on record is of it.
        RefusedError: `stream.unknown`: the *review* is not on record.
    """
    scope = Scope(board=board, review=review, since=since)
    history = read(reader_of(reader, board), valid, known, progress)
    return report_of(history, personal=personal, scope=scope, checkpoint=checkpoint)


def report_of(
    history: History,
    *,
    personal: bool = True,
    scope: Scope = WHOLE,
    checkpoint: HeldCheckpoint | None = None,
) -> Report:
    """Return the report of a *history* that was read; it depends on nothing else."""
    history, personal = scope.of(history), personal and history.personal
    views = views_of(history, personal=personal)
    first, sections = first_screen(views), sections_of(views)
    known, boards = history.as_of.known_until, _boards(views)
    when = f"as it was on {day(history.as_of.valid)}, as known "
    when += f"at {moment(known)}" if known else "from all that is recorded"
    return Report(
        title=_title(views, [scope.board] if scope.board else boards),
        period=_period(views),
        boards=listed(map(views.body_name, boards)),
        when=when,
        cut=tuple(scope.sentences(history, history.names)),
        valid=history.as_of.valid,
        known=known.isoformat(timespec="seconds") if known else None,
        until=_until(history),
        stands_on=checkpoint.words if checkpoint else STANDS_ON_NONE,
        packs=tuple(_packs(views, boards)),
        personal=personal,
        first=first,
        sections=sections,
        tables=views.tables,
        entries=entries_of(
            (first.figure, *(f for section in sections for f in section.figures)), history
        ),
    )


def _title(views: ReportViews, boards: Sequence[str]) -> str:
    """Return the names of the boards that the report is of, or how many they are."""
    if not boards:
        return "Learning and improvement"
    if len(boards) > BOARDS_NAMED:
        return count(len(boards), "board")
    return listed(map(views.body_name, boards))


def _period(views: ReportViews) -> str:
    """Say from when to when: from the first day in the world that anything counts for."""
    days = (
        event.on
        for stream, counted in views.history.counted.items()
        if not stream.startswith("body-")
        for _, event in counted
    )
    until = full_day(views.valid)
    since = min(days, default=None)
    return f"{full_day(since)} to {until}" if since else f"to {until}"


def _until(history: History) -> str:
    """Say which entries count, so that the same report can be asked for again."""
    if not history.records:
        return "nothing is on record"
    last = history.records[-1]
    entries = count(len(history.records), "entry", "entries")
    return (
        f"{entries}, the last at position {last.position:,},"
        f" recorded on {moment(last.recorded_at)}"
    )


def _boards(views: ReportViews) -> list[str]:
    """Return the boards that have a review, a recommendation or a year on record."""
    boards = {row.board for row in views.accountability.boards}
    return sorted(boards | {row.board for row in views.annual_report.periods})


def _packs(views: ReportViews, boards: Iterable[str]) -> Iterator[str]:
    """Yield the packs in force for these *boards*, by their titles, and those that are not as they
    were when the log was written.
    """
    names: dict[str, list[str]] = {}
    for board in boards:
        pack = views.history.frameworks.governing(board, views.valid)
        names.setdefault(f"{pack.title} ({pack.name})", []).append(views.body_name(board))
    for title, governed in sorted(names.items()):
        yield f"{title}, for {listed(governed)}"
    for row in views.history.packs:
        if row.status is PackStatus.OTHER:
            yield (
                f"{row.name} is not as it was when this was last recorded under it: figures may"
                " differ from those seen before"
            )
        elif row.status is PackStatus.MISSING:
            governed = [views.body_name(board) for board in row.governs]
            yield f"{row.name} is missing: figures of {listed(governed)} are without its rules"
