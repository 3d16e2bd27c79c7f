"""The figure of what needs the board's decision: each matter, whose it is, and since when."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import AgendaGroup, AgendaLine, Figure, FigureEntries
from lif_adapters.report.projections.agenda import AgendaKind, AgendaRow
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import capital, count, excerpt, full_day, listed
from lif_core.values.refs import category_of, ref_of
from lif_core.views.accountability import accountability
from lif_core.views.sustainability import sustainability

LINES = 6
"""How many matters of a kind are on the first screen; all are in the table."""
NAMED = 4
"""How many bodies a sentence names."""


class MatterWords(NamedTuple):
    """The *title* of a kind of matter, what a board may *decide*, and the *sentence* of one."""

    title: str
    decide: str
    sentence: Callable[[AgendaRow, ReportViews], str]


def agenda_figure(views: ReportViews) -> Figure:
    """Return the figure of all that needs a decision."""
    return Figure(
        id="agenda",
        title="All that needs the board's decision",
        empty="Nothing on record needs the board's decision.",
        tables=views.lay_out(
            TableLayout(
                name="agenda.items",
                caption="Each matter, and since when",
                folded=True,
            ),
        ),
        entries=_entries(views),
    )


def _entries(views: ReportViews) -> FigureEntries:
    """Return the entries of the streams that the matters are about."""
    streams = in_streams(item.stream for item in views.agenda.items)
    projections = views.history.catalogue.projections
    views_read = (
        accountability,
        sustainability,
        projections["calendar"],
        projections["decisions"],
        projections["corrections"],
    )
    records = {
        record.position: record
        for projection in views_read
        for record in counted_entries(views.history, projection, streams).records
    }
    return FigureEntries(tuple(records[position] for position in sorted(records)))


def agenda_lead(views: ReportViews) -> str:
    """Say how many matters need a decision, or that none does, and what cannot be told."""
    many, totals = len(views.agenda.items), views.accountability.totals
    lead = "Nothing on record needs the board's decision."
    if many:
        lead = f"{count(many, 'matter')} {'needs' if many == 1 else 'need'} the board's decision."
    if totals.undated or (totals.pending and totals.answers_timed < totals.made):
        lead += " What is waited for with no day on record cannot be told to be late."
    return lead


def agenda_groups(views: ReportViews) -> tuple[AgendaGroup, ...]:
    """Return the matters of each kind that there are, the oldest first."""
    groups = []
    for matter, words in WORDS.items():
        items = views.agenda.of(matter)
        if items:
            groups.append(
                AgendaGroup(
                    title=words.title,
                    decide=words.decide,
                    lines=tuple(_line(item, words, views) for item in items[:LINES]),
                    more=max(0, len(items) - LINES),
                )
            )
    return tuple(groups)


def _line(item: AgendaRow, words: MatterWords, views: ReportViews) -> AgendaLine:
    category, ref = category_of(item.stream), ref_of(item.stream)
    if category == "recommendation":
        title, reference = views.words.get(ref), ref
    elif category == "body":
        title, reference = capital(item.detail), views.body_name(ref)
    else:
        title, reference = item.title, f"{category.replace('_', ' ')} {ref}"
        title = title if views.personal else None
    return AgendaLine(
        words=excerpt(title) if title else "",
        reference=reference,
        sentence=words.sentence(item, views),
    )


def _bodies(item: AgendaRow, views: ReportViews) -> str:
    names = [views.body_name(body) for body in item.bodies[:NAMED]]
    more = len(item.bodies) - len(names)
    return listed([*names, f"{more:,} more"] if more > 0 else names)


def _have(bodies: Sequence[str], singular: str = "has", plural: str = "have") -> str:
    return singular if len(bodies) == 1 else plural


def _since(item: AgendaRow) -> str:
    return full_day(item.since) if item.since else "a day that is not on record"


def _ago(item: AgendaRow, views: ReportViews) -> str:
    return f", {count((views.valid - item.since).days, 'day')} ago" if item.since else ""


def _relapsed(item: AgendaRow, views: ReportViews) -> str:
    held = f" {_bodies(item, views)} held it last." if item.bodies else ""
    return (
        f"Found gone on {_since(item)}{_ago(item, views)}, and not reopened since, so that nobody"
        f" owns it.{held}"
    )


def _unowned(item: AgendaRow, views: ReportViews) -> str:
    return (
        f"Still to be done, and owned by nobody since {_since(item)}{_ago(item, views)}:"
        f" {_bodies(item, views)} held it last, is no more, and passed it on to nobody."
    )


def _check(item: AgendaRow, views: ReportViews) -> str:
    if item.many == 1:
        due = f"A check was due by {_since(item)}{_ago(item, views)}, and is not on record."
    else:
        due = (
            f"{item.many:,} checks are due and not on record, the first since"
            f" {_since(item)}{_ago(item, views)}."
        )
    return (
        f"{due} {_bodies(item, views)} put {'it' if item.many == 1 else 'them'} on the calendar."
    )


def _silent(item: AgendaRow, views: ReportViews) -> str:
    return (
        f"{_bodies(item, views)} {_have(item.bodies)} given no {item.detail}; it was due by"
        f" {_since(item)}{_ago(item, views)}."
    )


def _owed(item: AgendaRow, views: ReportViews) -> str:
    due = f"due by {_since(item)}{_ago(item, views)}: nothing is on record"
    if category_of(item.stream) == "body":
        return f"{capital(due)}."
    owed_by = f" {_bodies(item, views)} {_have(item.bodies, 'owes', 'owe')} it."
    return f"{capital(item.detail)}, {due}.{owed_by if item.bodies else ''}"


def _inquorate(item: AgendaRow, views: ReportViews) -> str:
    return (
        f"{capital(item.detail)}, decided on {_since(item)} for {_bodies(item, views)}: the"
        " meeting was not quorate."
    )


def _inconsistent(item: AgendaRow, views: ReportViews) -> str:
    by = f" by {_bodies(item, views)}" if item.bodies else ""
    return (
        f"A correction{by}, on {_since(item)}, left entries that contradict each other, and no"
        " figure counts it."
    )


WORDS: Mapping[AgendaKind, MatterWords] = {
    AgendaKind.RELAPSED: MatterWords(
        "Relapsed, and owned by nobody",
        "Reopen it, and name the body that is to do it and by when; or end it, with reasons.",
        _relapsed,
    ),
    AgendaKind.UNOWNED: MatterWords(
        "To be done, and owned by nobody", "Name the body that is to do it.", _unowned
    ),
    AgendaKind.CHECK: MatterWords(
        "Checks overdue", "Have the check made, or say who makes it and by when.", _check
    ),
    AgendaKind.SILENT: MatterWords(
        "No answer past its day", "Ask again, or raise it with a higher body.", _silent
    ),
    AgendaKind.OWED: MatterWords(
        "Owed, and never begun",
        "Have it begun; or record that it was, if it was.",
        _owed,
    ),
    AgendaKind.INQUORATE: MatterWords(
        "Decided without a quorum",
        "Decide it again at a meeting that is quorate; void this entry, and record that one.",
        _inquorate,
    ),
    AgendaKind.INCONSISTENT: MatterWords(
        "In contradiction",
        "Say which of the entries is right, and correct the others.",
        _inconsistent,
    ),
}
"""The words for each kind of matter, in the order in which they are read."""
