"""The matters that need the board's decision, from the views that each is in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from attrs import frozen
from msgspec import Struct

from lif_adapters.report.wording import in_words
from lif_core.items.expected_evaluations import ExpectedRow, ExpectedStatus
from lif_core.items.improvement import Finding, ImprovementRow
from lif_core.projection.inconsistent import CorrectionRow
from lif_core.projection.tables import row
from lif_core.values.fields import PersonalText
from lif_core.values.refs import stream_of
from lif_core.views.accountability.rows import UnownedRow
from lif_core.views.calendar import Calendar, DueKind, DueRow
from lif_core.views.corrections import Corrections
from lif_core.views.decisions import DecisionRow


class AgendaKind(StrEnum):
    """The kind of a matter, in the order in which a board takes them."""

    RELAPSED = "relapsed"
    UNOWNED = "unowned"
    CHECK = "check overdue"
    SILENT = "not answered"
    OWED = "owed and not begun"
    INQUORATE = "not quorate"
    INCONSISTENT = "in contradiction"


ANSWERS = {
    DueKind.RESPONSE.value: "answer to a recommendation",
    DueKind.ANSWER.value: "answer to a challenge",
    DueKind.SELF_EVALUATION.value: "self-evaluation for an audit",
}
"""The duty of a body, by each kind of answer on the calendar."""
DUTIES = (DueKind.CLOCK.value, DueKind.BOARD.value)


@row(key=("matter", "stream", "detail", "bodies", "since"))
class AgendaRow(Struct, frozen=True, kw_only=True):
    """A matter of one *stream* that needs the board's decision, *since* a day.

    *matter* is `relapsed`: a change was found gone on that day, and is not reopened, so that no
    body owns it; the *bodies* held it last. `unowned`: a duty is open, and the body that held it
    is no more. `check overdue`: so *many* checks were due and are not made, the first on that day;
    the bodies put them on the calendar. `not answered`: the bodies were to answer by that day.
    `owed and not begun`: a duty of the bodies was due on that day, and nothing is on record.
    `not quorate`: they decided on that day, at a meeting that was not quorate. `in contradiction`:
    a correction of that day left entries that contradict each other. *detail* says which it is.
    *title* is that of the stream, and may tell about a person.
    """

    matter: str
    stream: str
    title: PersonalText | None
    detail: str
    bodies: tuple[str, ...]
    since: date | None
    many: int


@frozen(kw_only=True)
class Agenda:
    """The matters that need the board's decision, kind by kind, and the oldest of each first."""

    items: tuple[AgendaRow, ...]

    def of(self, matter: AgendaKind) -> tuple[AgendaRow, ...]:
        """Return the items of one kind."""
        return tuple(item for item in self.items if item.matter == matter)


def agenda(
    *,
    improvements: Iterable[ImprovementRow],
    unowned: Iterable[UnownedRow],
    calendar: Calendar,
    expected: Iterable[ExpectedRow],
    decisions: Iterable[DecisionRow],
    corrections: Corrections,
) -> Agenda:
    """Return what needs the board's decision, by the rows of the views; it reads nothing else."""
    overdue = tuple(calendar.overdue)
    items = (
        *_relapsed(improvements),
        *_unowned(unowned),
        *_checks(row for row in overdue if row.what == DueKind.CHECK),
        *_silent(row for row in overdue if row.what in ANSWERS),
        *_owed(row for row in overdue if row.what in DUTIES),
        *_unplanned(overdue, expected),
        *_inquorate(decisions),
        *_inconsistent(corrections),
    )
    order = [*AgendaKind]
    return Agenda(
        items=tuple(
            sorted(
                items,
                key=lambda item: (
                    order.index(AgendaKind(item.matter)),
                    item.since or date.max,
                    item.stream,
                    item.detail,
                    item.bodies,
                ),
            )
        )
    )


def _item(
    matter: AgendaKind,
    stream: str,
    since: date | None,
    *,
    title: str | None = None,
    detail: str = "",
    bodies: Iterable[str] = (),
    many: int = 1,
) -> AgendaRow:
    return AgendaRow(
        matter=matter.value,
        stream=stream,
        title=title,
        detail=detail,
        bodies=tuple(bodies),
        since=since,
        many=many,
    )


def _relapsed(rows: Iterable[ImprovementRow]) -> Iterator[AgendaRow]:
    """Yield the improvements that were found gone; once reopened, one is owned again."""
    for improvement in rows:
        if improvement.finding == Finding.RELAPSED:
            stream = stream_of("recommendation", improvement.recommendation)
            held = [improvement.owner] if improvement.owner else []
            yield _item(
                AgendaKind.RELAPSED,
                stream,
                improvement.relapsed,
                title=improvement.text,
                bodies=held,
            )


def _unowned(rows: Iterable[UnownedRow]) -> Iterator[AgendaRow]:
    for duty in rows:
        stream = stream_of("recommendation", duty.recommendation)
        yield _item(AgendaKind.UNOWNED, stream, duty.since, title=duty.text, bodies=[duty.held])


def _checks(rows: Iterable[DueRow]) -> Iterator[AgendaRow]:
    """Yield an item for each recommendation of which checks are overdue."""
    checks: dict[str, list[DueRow]] = defaultdict(list)
    for check in rows:
        checks[check.stream].append(check)
    for stream, overdue in checks.items():
        first = min(overdue, key=lambda check: check.due)
        bodies = dict.fromkeys(body for check in overdue for body in check.bodies)
        yield _item(
            AgendaKind.CHECK,
            stream,
            first.due,
            title=first.title,
            bodies=bodies,
            many=len(overdue),
        )


def _silent(rows: Iterable[DueRow]) -> Iterator[AgendaRow]:
    for due in rows:
        detail = ANSWERS[due.what]
        yield _item(
            AgendaKind.SILENT,
            due.stream,
            due.due,
            title=due.title,
            detail=detail,
            bodies=due.bodies,
        )


def _owed(rows: Iterable[DueRow]) -> Iterator[AgendaRow]:
    for due in rows:
        yield _item(
            AgendaKind.OWED,
            due.stream,
            due.due,
            title=due.title,
            detail=due.detail,
            bodies=due.bodies,
        )


def _unplanned(rows: Iterable[DueRow], expected: Iterable[ExpectedRow]) -> Iterator[AgendaRow]:
    """Yield the evaluations that are past their day and that nobody has planned."""
    methods = {
        (due.stream, f"{due.source}: {due.method}"): due.method
        for due in expected
        if due.status == ExpectedStatus.MISSING and due.due is None
    }
    for due in rows:
        method = methods.get((due.stream, due.detail))
        if due.what == DueKind.EXPECTED and method is not None:
            detail = f"evaluation by {method}"
            yield _item(
                AgendaKind.OWED,
                due.stream,
                due.due,
                title=due.title,
                detail=detail,
                bodies=due.bodies,
            )


def _inquorate(rows: Iterable[DecisionRow]) -> Iterator[AgendaRow]:
    for decision in rows:
        if decision.quorate is False:
            yield _item(
                AgendaKind.INQUORATE,
                decision.stream,
                decision.on,
                title=decision.title,
                detail=f"{in_words(decision.decision)} at {decision.meeting}",
                bodies=[decision.body],
            )


def _inconsistent(corrections: Corrections) -> Iterator[AgendaRow]:
    """Yield each stream that contradicts itself, since the last correction of it."""
    contradictions: dict[str, list[str]] = defaultdict(list)
    for contradiction in corrections.inconsistent:
        numbers = ", ".join(str(entry) for entry in contradiction.entries)
        contradictions[contradiction.stream].append(f"entries {numbers}: {contradiction.why}")
    corrected: dict[str, list[CorrectionRow]] = defaultdict(list)
    for correction in corrections.corrections:
        corrected[correction.stream].append(correction)
    for stream, whys in contradictions.items():
        bodies = dict.fromkeys(contradiction.by for contradiction in corrected[stream])
        since = max((contradiction.on for contradiction in corrected[stream]), default=None)
        detail = "; ".join(whys)
        yield _item(AgendaKind.INCONSISTENT, stream, since, detail=detail, bodies=bodies)
