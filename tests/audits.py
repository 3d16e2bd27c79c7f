"""Audits for changes to rest on: concluded, and made by several bodies unless said otherwise."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from lif_core.aggregates import audit as a
from lif_core.decisions.messages import Command, Event
from lif_core.values.authority import Authority
from tests.board import Board
from tests.people import QUALITY, day

SEVERAL = ("wsb/police", "wsb/council-children")
FILES = (a.GradeCount(grade="good", files=9), a.GradeCount(grade="inadequate", files=1))


def audit_commands(
    ref: str,
    on: date,
    *recommendations: str,
    by: Authority = QUALITY,
    agencies: tuple[str, ...] = SEVERAL,
    kind: str = "maca",
    concluded_by: Authority | None = None,
) -> tuple[a.PlanAudit, a.ConcludeAudit]:
    """Return the commands that plan and conclude an audit of these recommendations, *on* a day."""
    plan = a.PlanAudit(
        by=by,
        on=on,
        audit=ref,
        kind=kind,
        theme="neglect",
        basis="Agreed",
        scale="ofsted",
        agencies=agencies,
        looks_at=tuple(f"recommendation-{each}" for each in recommendations),
    )
    return plan, a.ConcludeAudit(
        by=concluded_by or by, on=on, audit=ref, grades=FILES, summary="Sampled"
    )


def audit_of(ref: str, on: date, *recommendations: str, **fields: Any) -> tuple[a.AuditEvent, ...]:
    """Return the events of an audit of these recommendations that was concluded *on* a day."""
    plan, conclusion = audit_commands(ref, on, *recommendations, **fields)
    return a.AuditPlanned.of(plan), a.AuditConcluded.of(conclusion)


def state_of(events: Iterable[a.AuditEvent]) -> a.Audit:
    """Return the state of an audit after its *events*."""
    state = a.decider.fold(events)
    assert state is not None
    return state


def conclude(
    board: Board, on: str, *recommendations: str, ref: str = "wscb/shown", **fields: Any
) -> tuple[str, ...]:
    """Plan an audit of these recommendations and conclude it; return what may rest on it."""
    for command in audit_commands(ref, day(on), *recommendations, **fields):
        decide(board, command)
    return (f"audit-{ref}",)


def decide(board: Board, command: Command) -> None:
    """Record *command* on the day on which it takes effect."""
    board.now = max(board.now, datetime.combine(command.on, time(9), board.now.tzinfo))
    board.app.handle(command)


def shown(events: Iterable[Event[Any]]) -> tuple[Event[Any], ...]:
    """Return *events* after those of each audit that they name and do not have.

    Each was concluded in time, and looked at what names it; one called `wscb/own-...` was made by
    one body.
    """
    events = tuple(events)
    known = {event.audit for event in events if isinstance(event, a.AuditPlanned)}
    audits: dict[str, tuple[date, set[str]]] = {}
    for event in events:
        for stream in getattr(event, "rests_on", ()):
            ref = stream.removeprefix("audit-")
            if ref != stream and ref not in known:
                on, looks_at = audits.setdefault(ref, (event.on, set()))
                audits[ref] = min(on, event.on), looks_at | {event.recommendation}  # type: ignore[attr-defined]
    made = (
        audit_of(ref, on, *sorted(looks_at), agencies=() if "/own-" in ref else SEVERAL)
        for ref, (on, looks_at) in audits.items()
    )
    return (*(event for audit in made for event in audit), *events)


class AuditOnAnyDay(Mapping[str, a.Audit]):
    """The states of audits of one recommendation, one concluded on each day."""

    def __init__(self, recommendation: str) -> None:
        self.recommendation = recommendation

    def on(self, day: str) -> tuple[str, ...]:
        """Return what may rest on the audit of that *day*."""
        return (f"audit-wscb/{day}",)

    def __getitem__(self, stream: str) -> a.Audit:
        ref = stream.removeprefix("audit-")
        try:
            concluded = day(ref.removeprefix("wscb/"))
        except ValueError:
            raise KeyError(stream) from None
        return state_of(audit_of(ref, concluded, self.recommendation))

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
