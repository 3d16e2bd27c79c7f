"""Sections of the report, in the order in which they are read, each with its message."""

from lif_adapters.report.figures.accountability.board_duties import board_duties_figure
from lif_adapters.report.figures.accountability.briefing_notes import briefing_notes_figure
from lif_adapters.report.figures.accountability.clocks import clocks_figure
from lif_adapters.report.figures.accountability.concerns import concerns_figure
from lif_adapters.report.figures.accountability.exposure import exposure_figure
from lif_adapters.report.figures.accountability.hindsight import hindsight_figure
from lif_adapters.report.figures.accountability.ownership import ownership_figure
from lif_adapters.report.figures.accountability.representation import representation_figure
from lif_adapters.report.figures.accountability.responses import responses_figure
from lif_adapters.report.figures.annual_report import year_figure
from lif_adapters.report.figures.conduct import conduct_figure
from lif_adapters.report.figures.corrections import corrections_figure
from lif_adapters.report.figures.decisions import decisions_figure
from lif_adapters.report.figures.extensions import extension_figures
from lif_adapters.report.figures.learning_cycle import funnel_figure
from lif_adapters.report.figures.lessons import lessons_figure
from lif_adapters.report.figures.lists import ROWS, list_figures
from lif_adapters.report.figures.public import deaths_figure, register_figure
from lif_adapters.report.figures.refusals import reasons_figure
from lif_adapters.report.figures.sharing import procedures_figure, sharing_figure
from lif_adapters.report.figures.sustainability.groups import groups_figure
from lif_adapters.report.figures.sustainability.indicators import (
    control_charts,
    indicators_figure,
)
from lif_adapters.report.figures.sustainability.reaudits import reaudits_figure
from lif_adapters.report.figures.sustainability.rechecks import rechecks_figure
from lif_adapters.report.figures.sustainability.standing import standing_figure
from lif_adapters.report.figures.sustainability.survival import (
    embedded,
    relapsed,
    survival_figure,
)
from lif_adapters.report.figures.training.courses import courses_figure
from lif_adapters.report.figures.training.impact import impact_figure
from lif_adapters.report.figures.training.mix import mix_figure
from lif_adapters.report.figures.training.reach import reach_figure
from lif_adapters.report.model import Section
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import (
    answers,
    are,
    count,
    count_or_no,
    count_or_none,
    day,
    has,
    listed,
    were,
)
from lif_core.views.accountability.rows import AccountabilityTotals

BOARDS = 4
"""How many boards the message on the year names."""


def sections_of(views: ReportViews) -> tuple[Section, ...]:
    """Return all sections."""
    return (
        Section(
            id="accountability",
            title="Who was answerable, and how late",
            lead=_accountability_lead(views),
            figures=(
                clocks_figure(views),
                board_duties_figure(views),
                hindsight_figure(views),
                ownership_figure(views),
                exposure_figure(views),
                concerns_figure(views),
                briefing_notes_figure(views),
                representation_figure(views),
                decisions_figure(views),
            ),
        ),
        Section(
            id="answers",
            title="What was answered, and why not",
            lead=_answers_lead(views),
            figures=(responses_figure(views), reasons_figure(views)),
        ),
        Section(
            id="reviews",
            title="What was found, and shared",
            lead=_reviews_lead(views),
            figures=(
                conduct_figure(views),
                sharing_figure(views),
                procedures_figure(views),
                deaths_figure(views),
            ),
        ),
        Section(
            id="sustainability",
            title="Whether it lasted",
            lead=_sustainability_lead(views),
            figures=(
                standing_figure(views),
                survival_figure(views),
                rechecks_figure(views),
                groups_figure(views),
                reaudits_figure(views),
                indicators_figure(views),
                *control_charts(views),
            ),
        ),
        Section(
            id="learnt",
            title="Lessons",
            lead=_lessons_lead(views),
            figures=(lessons_figure(views),),
        ),
        Section(
            id="cycle",
            title="The learning cycle",
            lead=_cycle_lead(views),
            figures=(funnel_figure(views),),
        ),
        Section(
            id="training",
            title="Training: reach and impact",
            lead=_training_lead(views),
            figures=(
                reach_figure(views),
                impact_figure(views),
                mix_figure(views),
                courses_figure(views),
            ),
        ),
        Section(
            id="annual-report",
            title="The year, for the annual report",
            lead=_year_lead(views),
            figures=(year_figure(views), register_figure(views)),
        ),
        Section(
            id="record",
            title="What was corrected",
            lead=_record_lead(views),
            figures=(corrections_figure(views),),
        ),
        Section(
            id="lists",
            title="Lists to work from",
            lead=(
                f"The first {ROWS} rows of each table; all of them are in its file, and in"
                " `lif view`."
            ),
            figures=tuple(list_figures(views)),
        ),
        *_extensions(views),
    )


def _extensions(views: ReportViews) -> tuple[Section, ...]:
    """Return the section of the views of extensions, where there are some."""
    if not views.added:
        return ()
    names = listed([each.name for each in views.history.catalogue.extensions])
    return (
        Section(
            id="extensions",
            title="What extensions add",
            lead=f"These views come with what is installed beside lif: {names}.",
            figures=tuple(extension_figures(views)),
        ),
    )


def _accountability_lead(views: ReportViews) -> str:
    totals = views.accountability.totals
    if not totals.reviews and not totals.recommendations:
        return "No review and no recommendation is on record."
    return f"{_clocks_lead(totals)} {_duties_lead(totals)}{_boards_lead(views)}"


def _clocks_lead(totals: AccountabilityTotals) -> str:
    """Say how many of the clocks that are done were met, and how many are overdue now."""
    done, overdue = totals.clocks_met + totals.clocks_late, totals.clocks_overdue
    lead = "No statutory clock is done."
    if done:
        met = totals.clocks_met
        lead = f"Of {count(done, 'statutory clock')} done, {count_or_none(met)} {were(met)} met."
    if overdue:
        lead += f" {count(overdue, 'other')} {are(overdue)} overdue now."
    return lead


def _duties_lead(totals: AccountabilityTotals) -> str:
    """Say how many duties are open and overdue now, and then the days that they were overdue."""
    if not totals.duties:
        return "Nothing is planned yet, so nobody owes anything."
    still = totals.duties_open
    lead = (
        f"{count(totals.duties, 'recommendation')} came to be owed;"
        f" {count_or_none(still)} {are(still)} still open,"
        f" and {count_or_none(totals.overdue_now)} {are(totals.overdue_now)} overdue now."
    )
    if not totals.days_overdue_so_far and not totals.accrued:
        return f"{lead} No day was overdue."
    return (
        f"{lead} Days overdue so far, of all together: {totals.days_overdue_so_far:,}, of which"
        f" {totals.unexplained:,} unexplained and {totals.explained:,} explained; by the dates in"
        f" force at the time {totals.accrued:,}, by those first agreed {totals.by_first_date:,}."
    )


def _boards_lead(views: ReportViews) -> str:
    """Say how many duties of the boards themselves are overdue now; nothing where none is."""
    overdue = len(views.accountability.overdue_board_duties)
    if not overdue:
        return ""
    return (
        f" {count(overdue, 'duty', 'duties')} of the boards themselves {are(overdue)} overdue now,"
        " with nothing on record."
    )


def _answers_lead(views: ReportViews) -> str:
    totals = views.accountability.totals
    if not totals.made:
        return "Nobody has been asked for anything yet."
    return (
        f"{count(totals.recommendations, 'recommendation')} asked for"
        f" {count(totals.made, 'answer')}: {', '.join(answers(totals))}."
    )


def _reviews_lead(views: ReportViews) -> str:
    reviews = views.conduct.reviews
    if not reviews:
        return "No review is on record."
    findings, concluded = len(views.conduct.findings), views.dissemination.reviews
    lead = f"{count(len(reviews), 'review')} made {count_or_no(findings, 'finding')}."
    if not concluded:
        return f"{lead} None is concluded."
    shared = len(concluded) - views.dissemination.reviews_never_shared
    of_these = f"{count_or_none(shared)} {were(shared)} shared"
    return f"{lead} Of {count(len(concluded), 'concluded review')}, {of_these}."


def _lessons_lead(views: ReportViews) -> str:
    lessons = views.lessons
    if not lessons.lessons:
        return "No lesson is drawn, or none that the reader of this report may know of."
    again = sum(row.told > 1 for row in lessons.lessons)
    recurred = sum(row.recurred for row in lessons.answers)
    drawn = f"{count(len(lessons.lessons), 'lesson')} {were(len(lessons.lessons))} drawn"
    lead = f"{drawn}; {count_or_none(again)} {has(again)} been told more than once."
    if not again:
        return lead
    times = "once" if recurred == 1 else f"{recurred:,} times" if recurred else "not once"
    return f"{lead} That was {times} while a change that answers it stood."


def _record_lead(views: ReportViews) -> str:
    view = views.corrections
    if not view.corrections:
        return "No entry on record was corrected."
    return f"{count(len(view.corrections), 'correction')} {are(len(view.corrections))} on record."


def _sustainability_lead(views: ReportViews) -> str:
    view = views.sustainability
    if not view.improvements:
        return "There is no recommendation whose improvement could last."
    if not view.survival.spells:
        return "No improvement is embedded: none has been shown to be in practice yet."
    rechecks, relapses = view.rechecks, len(relapsed(view.spells))
    lead = f"{count(len(embedded(view.spells)), 'improvement')} came to be embedded;"
    lead += f" {count_or_none(relapses)} {has(relapses)} relapsed."
    if rechecks.due:
        lead += f" Of {count(rechecks.due, 'check')} due, {count_or_none(rechecks.done)}"
        lead += f" {were(rechecks.done)} made."
    checks = rechecks.passed + rechecks.failed
    if not checks:
        return f"{lead} No check was made."
    passed = f"{count_or_none(rechecks.passed)} {were(rechecks.passed)} passed"
    return f"{lead} Of {count(checks, 'check')} made, {passed}."


def _cycle_lead(views: ReportViews) -> str:
    totals = views.learning_cycle.totals
    held = totals.recommendations - totals.without_cycle
    if not totals.recommendations:
        return "No recommendation is on record that could go through the cycle."
    if not held:
        return "No framework in force here names the stages of a learning cycle."
    last = {row.framework: row.reached for row in views.learning_cycle.funnel}
    complete, odd = sum(last.values()), held - totals.in_order
    return (
        f"Of {count(held, 'recommendation')}, {count_or_none(complete)} {has(complete)} come to"
        " the last stage of the cycle. As far as they have come,"
        f" {count_or_none(odd)} of them left a stage out or took one out of order."
    )


def _training_lead(views: ReportViews) -> str:
    view = views.training
    if not view.courses:
        return "No course was put on."
    people = count_or_no(view.attended, "person", "people")
    courses = f"{count(view.courses, 'course')} {were(view.courses)}"
    lead = f"{courses} put on, and {people} came."
    if not view.evaluations:
        return f"{lead} Whether it changed anything, nobody has been asked."
    replies = sum(row.replies for row in view.evaluations)
    attended = sum(row.attended for row in view.evaluations)
    return f"{lead} Of {attended:,} asked afterwards, {count_or_none(replies)} replied."


def _year_lead(views: ReportViews) -> str:
    return (
        " ".join(
            f"{views.body_name(row.board)}, {day(row.since)} to {day(row.until)}:"
            f" {count_or_no(row.concluded, 'review')} concluded,"
            f" {count_or_none(row.ongoing)} under way;"
            f" {count_or_no(row.made, 'recommendation')} made."
            for row in views.annual_report.periods[:BOARDS]
        )
        or "No board has anything on record to report on."
    )
