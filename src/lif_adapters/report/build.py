"""A history made into a report: what is said, shown and counted; nothing of how it looks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial

import attrs

from lif_adapters.report.behind import by_figure, entries_behind
from lif_adapters.report.front import facts, not_known
from lif_adapters.report.history import History, Watch, read
from lif_adapters.report.model import Behind, Figure, Report, Section, Table
from lif_adapters.report.sections import sections
from lif_adapters.report.tables import FullTable, Shown, shown, source
from lif_adapters.report.views import FigurePlan, SectionPlan, Views, views_of
from lif_adapters.report.wording import count, day, listed, moment
from lif_core.queries.reader import Reader


def build(
    reader: Reader,
    *,
    valid: date | None = None,
    known: date | datetime | None = None,
    personal: bool = True,
    watch: Watch = lambda count: None,
) -> Report:
    """The report of all that was recorded by *known*, as it was in the world at *valid*.

    Args:
        reader: of the log.
        valid: the day in the world; the day of *known* without it, or else today.
        known: the last that counts; all that is recorded without it.
        personal: whether the texts that may tell about a person are in it.
        watch: is called with how many more entries have been read, now and then.
    """
    return report_of(read(reader, valid, known, watch), personal=personal)


def report_of(history: History, *, personal: bool = True) -> Report:
    """The report of a *history* that was read; a pure function of it."""
    views = views_of(history)
    plans = sections(views)
    figures = [plan for section in plans for plan in section.figures]
    entries = entries_behind(history, {plan.id: plan.about for plan in figures})
    behind = by_figure(entries, [plan.id for plan in figures])
    tables = views.tables()
    table = partial(_table, tables=tables, views=views, personal=personal)
    known, boards = history.as_of.known_until, _boards(views)
    told = known.isoformat(timespec="seconds") if known else None
    when = f"as it was on {day(history.as_of.valid)}, as known "
    when += f"at {moment(known)}" if known else "from all that is recorded"
    return Report(
        title="Learning and improvement",
        of=listed(map(views.name, boards)),
        when=when,
        valid=history.as_of.valid,
        known=told,
        until=_until(history),
        packs=tuple(_packs(views, boards)),
        personal=personal,
        facts=facts(views),
        not_known=not_known(views),
        sections=tuple(_section(plan, when, table, behind) for plan in plans),
        sources={name: source(full, personal=personal) for name, full in tables.items()},
        entries=entries,
    )


def _section(
    plan: SectionPlan, when: str, table: Callable[[Shown], Table], behind: Mapping[str, Behind]
) -> Section:
    return Section(
        id=plan.id,
        title=plan.title,
        lead=plan.lead,
        figures=tuple(_figure(figure, when, table, behind[figure.id]) for figure in plan.figures),
    )


def _figure(
    plan: FigurePlan, when: str, table: Callable[[Shown], Table], behind: Behind
) -> Figure:
    return Figure(
        id=plan.id,
        title=plan.title,
        when=plan.when or when,
        says=tuple(plan.says),
        empty=plan.empty,
        warning=plan.warning,
        chart=plan.chart,
        tables=tuple(_folded(plan, [made for made in map(table, plan.shows) if made.rows])),
        behind=behind,
    )


def _folded(plan: FigurePlan, tables: Sequence[Table]) -> Iterator[Table]:
    """What there is to look at stands open: the chart, or else the first table."""
    for number, table in enumerate(tables):
        yield attrs.evolve(table, folded=table.folded or number > 0 or plan.chart is not None)


def _table(how: Shown, *, tables: Mapping[str, FullTable], views: Views, personal: bool) -> Table:
    return shown(how, tables[how.name], views.names, personal=personal)


def _until(history: History) -> str:
    """Which entries count, so that the same report can be asked for again."""
    if not history.records:
        return "nothing is on record"
    last = history.records[-1]
    many = count(len(history.records), "entry", "entries")
    return (
        f"{many}, the last at position {last.position:,}, recorded on {moment(last.recorded_at)}"
    )


def _boards(views: Views) -> list[str]:
    """The boards on record: those in whose name a review or a recommendation stands, or a year."""
    found = {row.board for row in views.accountability.boards}
    return sorted(found | {row.board for row in views.annual_report.periods})


def _packs(views: Views, boards: Iterable[str]) -> Iterator[str]:
    """The packs in force for these *boards*, by their titles."""
    found: dict[str, list[str]] = {}
    for board in boards:
        pack = views.history.frameworks.governing(board, views.valid)
        found.setdefault(f"{pack.title} ({pack.name})", []).append(views.name(board))
    for title, governed in sorted(found.items()):
        yield f"{title}, for {listed(governed)}"
