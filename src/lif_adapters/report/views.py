"""All that a report is made from, worked out once."""

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import frozen

from lif_adapters.report.behind import About
from lif_adapters.report.charts import Drawn
from lif_adapters.report.grades import Grades, grades
from lif_adapters.report.hindsight import Hindsight, hindsight
from lif_adapters.report.history import History
from lif_adapters.report.register import Register, register
from lif_adapters.report.tables import FullTable, Shown, tables_of
from lif_core.views import (
    Accountability,
    AnnualReport,
    LearningCycle,
    Sustainability,
    Training,
    accountability,
    annual_report,
    learning_cycle,
    sustainability,
    training,
)


@frozen(kw_only=True)
class Views:
    """The views of a *history*; *names* are those of bodies."""

    history: History
    accountability: Accountability
    hindsight: Hindsight
    register: Register
    sustainability: Sustainability
    grades: Grades
    learning_cycle: LearningCycle
    training: Training
    annual_report: AnnualReport

    @property
    def valid(self) -> date:
        return self.history.as_of.valid

    @property
    def names(self) -> Mapping[str, str]:
        return self.history.names

    def name(self, ref: str) -> str:
        """The name of a body, where it has one."""
        return self.names.get(ref, ref)

    def called(self, ref: str) -> tuple[str, ...]:
        """What a body may be called, the most telling first, its reference last."""
        name, short = self.names.get(ref), self.history.short_names.get(ref)
        if name is None:
            return (ref,)
        return (f"{name} ({short})", name, short, ref) if short else (name, ref)

    def tables(self) -> Mapping[str, FullTable]:
        """Every table of every view, in full."""
        views = {
            "accountability": self.accountability,
            "hindsight": self.hindsight,
            "register": self.register,
            "sustainability": self.sustainability,
            "grades": self.grades,
            "learning-cycle": self.learning_cycle,
            "training": self.training,
            "annual-report": self.annual_report,
        }
        return {
            path: table for name, view in views.items() for path, table in tables_of(name, view)
        }


def views_of(history: History) -> Views:
    found = history.view(accountability)
    return Views(
        history=history,
        accountability=found,
        hindsight=hindsight(history, found),
        register=history.view(register),
        sustainability=history.view(sustainability),
        grades=history.view(grades),
        learning_cycle=history.view(learning_cycle),
        training=history.view(training),
        annual_report=history.view(annual_report),
    )


@frozen(kw_only=True)
class FigurePlan:
    """A figure before its tables are set: what it *says*, what it *shows*, what it is *about*.

    *when*: its two times, where they are not those of the report.
    """

    id: str
    title: str
    about: About
    shows: tuple[Shown, ...]
    empty: str
    says: Iterable[str] = ()
    chart: Drawn | None = None
    warning: str = ""
    when: str = ""


@frozen(kw_only=True)
class SectionPlan:
    """A section before its figures are set."""

    id: str
    title: str
    lead: str
    figures: tuple[FigurePlan, ...]
