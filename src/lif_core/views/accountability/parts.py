"""What one recommendation and one review add to `accountability`: their rows and their counts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from lif_core.views.accountability.rows import (
    AnswerRow,
    DutyRow,
    EscalationRow,
    JointRow,
    OwnerShare,
    OwnershipRow,
)
from lif_core.items.boards import boards_of
from lif_core.items.clocks import Case, clock_rows
from lif_core.items.duty import Answer, Duty, Overdue, Span, apportioned, by_owner
from lif_core.items.mergers import Mergers
from lif_core.projection.projection import AT_ONCE, AsOf, Name, Part
from lif_core.recommendation import RecommendationIssued

NOTHING = Part(settled=AT_ONCE)
"""The part of an item that asks nothing of anybody."""


def _add(counts: dict[Name, int], name: Name, found: Mapping[Any, int]) -> None:
    for column, number in found.items():
        if number:
            full = (*name, column)
            counts[full] = counts.get(full, 0) + number


def _part(rows: Mapping[str, tuple[object, ...]], counts: dict[Name, int], settled: bool) -> Part:
    kept = {table: found for table, found in rows.items() if found}
    return Part(rows=kept, counts=counts, settled=AT_ONCE if settled else None)


def _boards(ref: str, named: tuple[str, ...], on: date, as_of: AsOf) -> tuple[str, ...]:
    """Those of an item that began *on* that day, each once."""
    governing = as_of.frameworks.governing(ref, on)
    return tuple(dict.fromkeys(boards_of(ref, named, governing)))


# A recommendation


def duty_part(duty: Duty, mergers: Mergers, as_of: AsOf) -> Part:
    """Settled once everybody has answered, everything was done, and no concern waits."""
    if duty.issued is None:
        return NOTHING
    valid = as_of.valid
    boards = _boards(duty.ref, duty.issued.boards, duty.issued.on, as_of)
    planned = bool(duty.owed and duty.held)
    spans = apportioned(duty, mergers.into.get, valid) if planned else []
    answers = tuple(_answers(duty, duty.issued, valid))
    escalations = tuple(_escalations(duty, valid))
    counts: dict[Name, int] = {("totals", "recommendations"): 1}
    for board in boards:
        _add(counts, ("boards", board), {"recommendations": 1, "joint": len(boards) > 1})
    _count_answers(counts, duty, duty.issued)
    _count_escalations(counts, escalations)
    rows: dict[str, tuple[object, ...]] = {"answers": answers, "escalations": escalations}
    if planned:
        row = _duty_row(duty, spans)
        rows |= {"duties": (row,), "ownership": tuple(_ownership(duty, spans))}
        _count_duty(counts, row, spans, boards, mergers)
    if len(boards) > 1:
        stream = f"recommendation-{duty.ref}"
        rows["joint"] = (_joint(stream, boards, _whole(span.share for span in spans)),)
    settled = (
        all(row.waiting is None for row in answers)
        and all(row.answered is not None for row in escalations)
        and all(owed.done is not None for owed in duty.owed[-1:])
    )
    return _part(rows, counts, settled)


def _whole(shares: Iterable[Overdue]) -> Overdue:
    return sum(shares, Overdue())


def _figures(share: Overdue) -> dict[str, int]:
    return {
        "overdue": share.total,
        "explained": share.explained,
        "unexplained": share.unexplained,
        "overdue_by_first_date": share.agreed,
    }


def _duty_row(duty: Duty, spans: Sequence[Span]) -> DutyRow:
    shares = by_owner(spans)
    latest = duty.owed[-1]
    return DutyRow(
        recommendation=duty.ref,
        outcome=duty.outcome,
        owner=spans[-1].owner,
        agreed=latest.agreed,
        due=latest.due,
        done=latest.done,
        overdue=_whole(shares.values()).total,
        shares=tuple(OwnerShare(body=ref, **_figures(shares[ref])) for ref in shares),
    )


def _ownership(duty: Duty, spans: Sequence[Span]) -> Iterator[OwnershipRow]:
    for number, span in enumerate(spans, start=1):
        yield OwnershipRow(
            recommendation=duty.ref,
            body=span.owner,
            since=span.days.start,
            until=span.days.end if number < len(spans) else None,
            **_figures(span.share),
        )


def _count_duty(
    counts: dict[Name, int],
    row: DutyRow,
    spans: Sequence[Span],
    boards: Iterable[str],
    mergers: Mergers,
) -> None:
    """Each body once for the duty, each line of bodies once, each board once."""
    still = int(row.done is None)
    for span in spans:
        counts["bodies", span.owner, "held"] = 1
        counts["lineages", mergers.heir(span.owner), "held"] = 1
        _add(counts, ("bodies", span.owner), _counted(span.share))
    _add(counts, ("bodies", row.owner), {"open": still})
    whole = _counted(_whole(span.share for span in spans))
    for board in boards:
        _add(counts, ("boards", board), {"duties": 1, "open": still, **whole})
    counts["totals", "duties"] = 1


def _counted(share: Overdue) -> dict[str, int]:
    """Without what follows: unexplained is the rest."""
    return {
        "overdue": share.total,
        "explained": share.explained,
        "overdue_by_first_date": share.agreed,
    }


def _joint(stream: str, boards: tuple[str, ...], share: Overdue) -> JointRow:
    return JointRow(
        item=stream,
        boards=boards,
        overdue=share.total,
        explained=share.explained,
        unexplained=share.unexplained,
    )


def _asked(duty: Duty, issued: RecommendationIssued) -> Iterator[tuple[str, Answer]]:
    """Whoever answered and, once that was corrected, had not been asked is not among them."""
    for ref in dict.fromkeys(issued.addressed):
        yield ref, duty.answers[ref]


def _answers(duty: Duty, issued: RecommendationIssued, valid: date) -> Iterator[AnswerRow]:
    for ref, answer in _asked(duty, issued):
        yield AnswerRow(
            recommendation=duty.ref,
            body=ref,
            answer=answer.answer,
            latency=(answer.on - issued.on).days if answer.on else None,
            waiting=(valid - issued.on).days if answer.on is None else None,
        )


def _count_answers(counts: dict[Name, int], duty: Duty, issued: RecommendationIssued) -> None:
    for ref, answer in _asked(duty, issued):
        said = {"made": 1, answer.answer: 1, "replied": answer.replied}
        _add(counts, ("matrix", ref, issued.source), said)


def _escalations(duty: Duty, valid: date) -> Iterator[EscalationRow]:
    for name, one in duty.escalations.items():
        if one.raised is not None:
            yield EscalationRow(
                recommendation=duty.ref,
                escalation=name,
                to=one.raised.to,
                raised=one.raised.on,
                answered=one.answered,
                days=((one.answered or valid) - one.raised.on).days,
            )


def _count_escalations(counts: dict[Name, int], rows: Iterable[EscalationRow]) -> None:
    for row in rows:
        how = "answered" if row.answered else "open"
        _add(counts, ("escalations", row.to), {"raised": 1, how: 1})
        _add(counts, ("escalated", row.to, how), {row.days: 1})


# A review


def case_part(case: Case, as_of: AsOf) -> Part:
    """Settled once no clock runs: each is done, or ended with the review."""
    if case.kind is None or case.begun is None:
        return NOTHING
    boards = _boards(case.ref, case.boards, case.begun, as_of)
    clocks = tuple(clock_rows(case, as_of.frameworks, as_of.valid))
    closed = case.milestones.get("closed")
    counts: dict[Name, int] = {("totals", "reviews"): 1}
    for board in boards:
        _add(counts, ("boards", board), {"reviews": 1, "joint": len(boards) > 1})
    for row in clocks:
        status = "late" if row.status == "short" else row.status
        for board in boards:
            _add(counts, ("boards", board), {f"clocks_{status}": 1})
        _add(counts, ("clock_totals", row.clock), {"started": 1, status: 1})
        if row.latency is not None:
            _add(counts, ("latency", row.clock, "done"), {row.latency: 1})
        elif row.so_far is not None:
            _add(counts, ("latency", row.clock, "running"), {row.so_far: 1})
        else:
            assert closed is not None  # it has ended
            days = (closed.on - row.started).days
            _add(counts, ("latency", row.clock, "ended"), {days: 1})
    rows: dict[str, tuple[object, ...]] = {"clocks": clocks}
    if len(boards) > 1:
        rows["joint"] = (_joint(f"review-{case.ref}", boards, Overdue()),)
    return _part(rows, counts, all(row.so_far is None for row in clocks))
