"""All that the figures are made from, worked out once."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from attrs import frozen

from lif_adapters.report.history import History
from lif_adapters.report.model import FigureTable, ViewTable
from lif_adapters.report.projections.agenda import Agenda, agenda
from lif_adapters.report.projections.grades import Grades, grades
from lif_adapters.report.projections.hindsight import Hindsight, hindsight
from lif_adapters.report.projections.refusals import Refusals, refusals
from lif_adapters.report.tables import TableLayout, figure_table, view_tables
from lif_adapters.report.wording import excerpt
from lif_core.queries.readership import is_entitled
from lif_core.values.refs import category_of, ref_of
from lif_core.views.accountability import Accountability, accountability
from lif_core.views.annual_report import AnnualReports, annual_report
from lif_core.views.calendar import Calendar
from lif_core.views.conduct import Conduct, conduct
from lif_core.views.corrections import Corrections
from lif_core.views.deaths import ChildDeaths, deaths
from lif_core.views.decisions import Decisions
from lif_core.views.dissemination import Disseminations, dissemination
from lif_core.views.expected import ExpectedEvaluations
from lif_core.views.learning_cycle import LearningCycle
from lif_core.views.lessons import Lessons, lessons
from lif_core.views.procedures import Procedures, procedures
from lif_core.views.register import PublicRegister, register
from lif_core.views.sustainability import Sustainability, sustainability
from lif_core.views.training import Training, training

LISTS: Mapping[str, str] = {
    "calendar": "What is due, and when",
    "recommendations": "Every recommendation, and what became of it",
    "expected-evaluations": "Evaluations that are expected",
    "audits": "Audits, and what each found",
    "improvement-plan": "The improvement plan",
    "assurance": "What boards are assured of",
    "compliance": "Audits of compliance",
    "coverage": "What is looked at, and how often",
    "scorecard": "What each body did",
    "publication": "What is published",
    "provenance": "What led to what",
    "child-death-panel": "Children's deaths, as their panel sees them",
}
"""Lists to work from, and what they are called: every view that no other section is about."""


@frozen(kw_only=True)
class ReportViews:
    """The views of a *history*, and their tables.

    *personal*: whether texts that may tell about a person are in the tables. *lists* are the
    views that are lists to work from, *added* those of extensions, by their names.
    """

    history: History
    personal: bool
    agenda: Agenda
    calendar: Calendar
    expected: ExpectedEvaluations
    accountability: Accountability
    hindsight: Hindsight
    refusals: Refusals
    sustainability: Sustainability
    grades: Grades
    learning_cycle: LearningCycle
    training: Training
    annual_report: AnnualReports
    decisions: Decisions
    conduct: Conduct
    lessons: Lessons
    dissemination: Disseminations
    procedures: Procedures
    register: PublicRegister
    child_deaths: ChildDeaths
    corrections: Corrections
    lists: Mapping[str, Any]
    added: Mapping[str, Any]

    @property
    def valid(self) -> date:
        """The day in the world that the views are as at."""
        return self.history.as_of.valid

    def body_name(self, ref: str) -> str:
        """Return the name of a body, or its reference where it has none."""
        return self.history.names.get(ref, ref)

    def body_names(self, ref: str) -> tuple[str, ...]:
        """Return all that a body may be called, the most telling first, its reference last."""
        name, short = self.history.names.get(ref), self.history.short_names.get(ref)
        if name is None:
            return (ref,)
        return (f"{name} ({short})", name, short, ref) if short else (name, ref)

    @cached_property
    def tables(self) -> Mapping[str, ViewTable]:
        """Every table of every view in full, by a name such as `accountability.bodies`."""
        views = {
            "agenda": self.agenda,
            "accountability": self.accountability,
            "hindsight": self.hindsight,
            "refusals": self.refusals,
            "sustainability": self.sustainability,
            "grades": self.grades,
            "learning-cycle": self.learning_cycle,
            "training": self.training,
            "annual-report": self.annual_report,
            "decisions": self.decisions,
            "conduct": self.conduct,
            "lessons": self.lessons,
            "dissemination": self.dissemination,
            "procedures": self.procedures,
            "register": self.register,
            "child-deaths": self.child_deaths,
            "corrections": self.corrections,
            **self.lists,
            **self.added,
        }
        return {
            path: table
            for name, view in views.items()
            for path, table in view_tables(name, view, personal=self.personal)
        }

    @cached_property
    def words(self) -> Mapping[str, str]:
        """The words of each recommendation, by its reference; without texts that may tell about a
        person, those in which it was worded for the public.
        """
        if not self.personal:
            return {row.recommendation: row.wording for row in self.register.promises}
        return {row.recommendation: row.text for row in self.sustainability.improvements}

    def recommendation(self, ref: str) -> str:
        """Return a recommendation as a sentence names it: its words, its reference beside them."""
        words = self.words.get(ref)
        return f"\u201c{excerpt(words)}\u201d ({ref})" if words else ref

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        """The titles of reviews, by reference; none without texts that may tell about a person."""
        rows = self.conduct.reviews if self.personal else ()
        return {row.review: row.title for row in rows if row.title}

    def review(self, ref: str) -> str:
        """Return a review as a sentence names it: its title, its reference beside it."""
        title = self._titles.get(ref)
        return f"\u201c{excerpt(title)}\u201d ({ref})" if title else ref

    def stream(self, stream: str) -> str:
        """Return what a *stream* is about, as a sentence names it."""
        category, ref = category_of(stream), ref_of(stream)
        if category == "recommendation":
            return self.recommendation(ref)
        return self.review(ref) if category == "review" else stream

    def lay_out(self, *layouts: TableLayout) -> tuple[FigureTable, ...]:
        """Return tables as a figure shows them."""
        names, words = self.history.names, self.words
        return tuple(
            figure_table(layout, self.tables[layout.name], names, words) for layout in layouts
        )


def views_of(history: History, *, personal: bool) -> ReportViews:
    """Return the views of a *history*."""
    now, projections = history.view(accountability), history.catalogue.projections
    added = [
        projection
        for extension in history.catalogue.extensions
        for projection in extension.projections
        if is_entitled(projection, history.readership)
    ]
    improvements = history.view(sustainability)
    calendar, expected = (
        history.view(projections["calendar"]),
        history.view(projections["expected-evaluations"]),
    )
    seen = {"calendar": calendar, "expected-evaluations": expected}
    taken, corrected = (
        history.view(projections["decisions"]),
        history.view(projections["corrections"]),
    )
    return ReportViews(
        history=history,
        personal=personal,
        agenda=agenda(
            improvements=improvements.improvements,
            unowned=now.unowned,
            calendar=calendar,
            expected=expected.expected,
            decisions=taken.decisions,
            corrections=corrected,
        ),
        calendar=calendar,
        expected=expected,
        accountability=now,
        hindsight=hindsight(history, now),
        refusals=history.view(refusals),
        sustainability=improvements,
        grades=history.view(grades),
        learning_cycle=history.view(projections["learning-cycle"]),
        training=history.view(training),
        annual_report=history.view(annual_report),
        decisions=taken,
        conduct=history.view(conduct),
        lessons=history.view(lessons),
        dissemination=history.view(dissemination),
        procedures=history.view(procedures),
        register=history.view(register),
        child_deaths=history.view(deaths),
        corrections=corrected,
        lists={
            name: seen[name] if name in seen else history.view(projections[name])
            for name in LISTS
            if is_entitled(projections[name], history.readership)
        },
        added={each.name: history.view(each) for each in added},
    )
