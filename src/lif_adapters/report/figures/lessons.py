"""Lessons: when they were learnt, told again, and whether what was done about them lasted."""

from collections.abc import Iterator

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, count_or_no, count_or_none, day, first_sentences
from lif_core.values.refs import stream_of
from lif_core.views.lessons import LessonAnswerRow, LessonRow, lessons

NO_EVIDENCE = (
    "A finding that nobody compared with a lesson is no sign that it did not recur, and no"
    " recurrence is no evidence of lasting."
)


def lessons_figure(views: ReportViews) -> Figure:
    """Return the figure of lessons, as far as the reader may know of their links."""
    view = views.lessons
    return Figure(
        id="lessons",
        title="Lessons, and whether they had to be learnt again",
        text=(*first_sentences(_sentences(views)), NO_EVIDENCE) if view.lessons else (),
        empty="No lesson is on record that the reader of this report may know of.",
        tables=views.lay_out(
            TableLayout(
                name="lessons.lessons",
                caption="Each lesson",
                columns=(
                    "sentence",
                    "lesson",
                    "board",
                    "first",
                    "told",
                    "last",
                    "answers",
                    "stand",
                    "reached",
                    "public",
                ),
            ),
            TableLayout(
                name="lessons.tellings",
                caption="Each finding that tells it, and what had been done by then",
                columns=(
                    "lesson",
                    "number",
                    "review",
                    "title",
                    "finding",
                    "what",
                    "found",
                    "began",
                    "done",
                    "stood",
                ),
            ),
            TableLayout(
                name="lessons.answers",
                caption="What answers it, and whether it recurred all the same",
                columns=(
                    "lesson",
                    "answer",
                    "title",
                    "done",
                    "embedded",
                    "ended",
                    "recurred",
                    "unknown",
                    "days",
                    "looked_at",
                    "reached",
                ),
            ),
            TableLayout(
                name="lessons.compared",
                caption="Findings that were compared with it",
                folded=True,
            ),
        ),
        entries=counted_entries(
            views.history,
            lessons,
            in_streams(
                (stream_of("lesson", row.lesson) for row in view.lessons),
                (stream_of("review", row.review) for row in view.tellings),
                (stream_of("review", row.review) for row in view.compared),
                (row.answer for row in view.answers),
            ),
        ),
    )


def _sentences(views: ReportViews) -> Iterator[str]:
    view = views.lessons
    for row in view.lessons:
        yield _told(row)
        for answer in view.answers:
            if answer.lesson == row.lesson and answer.embedded:
                yield _recurred(answer, views)


def _told(row: LessonRow) -> str:
    since = f", first on {day(row.first)}" if row.first else ""
    findings = count_or_no(row.told, "finding")
    return f"\u201c{row.sentence}\u201d was told by {findings}{since}; {_answers(row)}."


def _answers(row: LessonRow) -> str:
    if not row.answers:
        return "nothing answers it"
    answers = count(row.answers, "answer")
    return f"of {answers} {count_or_none(row.stand)} {_stands(row.stand)} as embedded"


def _stands(many: int) -> str:
    return "stands" if many < 2 else "stand"


def _recurred(row: LessonAnswerRow, views: ReportViews) -> str:
    assert row.embedded is not None
    looked = f"{count(row.looked_at, 'later finding')} looked at"
    since = f"{views.stream(row.answer)}, embedded {day(row.embedded)}"
    if row.recurred:
        times = "once" if row.recurred == 1 else f"{row.recurred:,} times"
        return (
            f"{since}: it recurred {times}, first after {count(row.days or 0, 'day')}; {looked}."
        )
    return f"{since}: no recurrence among {looked}."
