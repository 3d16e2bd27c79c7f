"""Training: who it reached, and what changed."""

from lif_adapters.report import charts
from lif_adapters.report.behind import About, among, beginning
from lif_adapters.report.tables import Shown
from lif_adapters.report.views import FigurePlan, SectionPlan, Views
from lif_adapters.report.wording import count, no, percent, some, told, were
from lif_core.views import training
from lif_core.views.training.rows import EvaluationRow, SessionRow

SAYING = {1: "were satisfied", 2: "learned", 3: "changed practice", 4: "saw better outcomes"}


def learning(views: Views) -> SectionPlan:
    """Sessions, evaluations, and where courses came from."""
    return SectionPlan(
        id="training",
        title="Training: reach and impact",
        lead=_lead(views),
        figures=(_reach(views), _impact(views), _who(views), _courses(views)),
    )


def _lead(views: Views) -> str:
    found = views.training
    if not found.courses:
        return "No course was put on."
    replies, asked = (
        sum(row.replies for row in found.evaluations),
        sum(row.attended for row in found.evaluations),
    )
    people = no(found.attended, "person", "people")
    said = f"{count(found.courses, 'course')} {were(found.courses)} put on, and {people} came."
    if not found.evaluations:
        return f"{said} Whether it changed anything, nobody has been asked."
    return f"{said} Of {asked:,} asked afterwards, {some(replies)} replied."


def _reach(views: Views) -> FigurePlan:
    found = views.training
    return FigurePlan(
        id="reach",
        title="Who was reached",
        chart=charts.training_reach(found.sessions, found.evaluations),
        says=told(_of_session(row) for row in found.sessions),
        empty="No session was held.",
        about=About(training, among(f"training_course-{row.course}" for row in found.sessions)),
        shows=(
            Shown(
                name="training.sessions",
                caption="Each session: places, bookings, and who came",
                first=lambda row: row.capacity,
            ),
        ),
    )


def _of_session(row: SessionRow) -> str:
    return (
        f"{row.course}, {row.session}: {row.attended:,} of {count(row.capacity, 'place')} filled"
        f" ({percent(row.fill)}); of the booked, {row.turned_up:,} of {row.booked:,} came"
        f" ({percent(row.turn_up)})."
    )


def _impact(views: Views) -> FigurePlan:
    rows = views.training.evaluations
    return FigurePlan(
        id="impact",
        title="What changed",
        says=told(_of_evaluation(row) for row in rows),
        empty="No session was evaluated: whether training changed anything is not known.",
        about=About(training, among(f"training_course-{row.course}" for row in rows)),
        shows=(
            Shown(
                name="training.evaluations",
                caption="Each evaluation",
                first=lambda row: (row.level, row.attended),
            ),
            Shown(
                name="training.levels",
                caption="Evaluations by level",
                keep=lambda row: row.held > 0,
            ),
        ),
    )


def _of_evaluation(row: EvaluationRow) -> str:
    return (
        f"{row.course}, {row.session}, after {count(row.months, 'month')}: {row.replies:,} of"
        f" {row.attended:,} replied; {row.positive:,} {SAYING[row.level]}:"
        f" {percent(row.positive_of_replies)} of replies, at least"
        f" {percent(row.positive_at_least)} of those who came."
    )


def _who(views: Views) -> FigurePlan:
    mix = views.training.mix
    return FigurePlan(
        id="mix",
        title="Which agencies and professions came",
        says=(f"The agency is known of {mix.of:,} of the {mix.attended:,} who came.",)
        if mix.attended
        else (),
        empty="Nobody's agency or profession is on record.",
        about=About(training, beginning("training_course", "body")),
        shows=(
            Shown(
                name="training.mix.agencies",
                caption="Agencies",
                first=lambda row: row.attended,
                keep=lambda row: row.represented is not None,
            ),
            Shown(
                name="training.mix.professions",
                caption="Professions",
                first=lambda row: row.attended,
            ),
        ),
    )


def _courses(views: Views) -> FigurePlan:
    found = views.training
    return FigurePlan(
        id="courses",
        title="Courses, and what they arise from",
        empty="No course was asked for or put on.",
        about=About(training, among(f"training_course-{row.course}" for row in found.catalogue)),
        shows=(
            Shown(
                name="training.catalogue",
                caption="Courses",
                first=lambda row: row.attended,
            ),
            Shown(
                name="training.arising",
                caption="What courses arise from",
                first=lambda row: row.courses,
            ),
            Shown(
                name="training.completions",
                caption="Staff who have completed safeguarding training",
                first=lambda row: row.staff - row.completed,
            ),
        ),
    )
