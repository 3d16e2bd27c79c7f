"""The response matrix: what each body answered, and whether by its day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.recount.rows import Row, Rows
from tests.recount.times import Entry, Stream, maybe_day

KINDS = {
    "RecommendationAccepted": "accepted",
    "RecommendationAcceptedInPart": "accepted in part",
    "RecommendationDeclined": "declined",
}
OVER = ("RecommendationWithdrawn", "RecommendationSuperseded")


@dataclass(frozen=True)
class Answer:
    """What one body has come to answer to one recommendation."""

    recommendation: str
    source: str
    body: str
    kind: str
    replied: date | None
    latency: int | None
    waiting: int | None
    sent: date | None
    due: date | None
    timing: str | None
    overdue: int | None

    def row(self) -> Row:
        return {
            "recommendation": self.recommendation,
            "body": self.body,
            "answer": self.kind,
            "latency": self.latency,
            "waiting": self.waiting,
            "sent": self.sent,
            "due": self.due,
            "timing": self.timing,
            "days_overdue_so_far": self.overdue,
        }


def unsigned(stream: Stream) -> list[tuple[Entry, tuple[str, ...]]]:
    """Return the replies of some of the bodies, each with those it may be of."""
    issued = next(e for e in stream.entries if e.name == "RecommendationIssued")
    return [
        (e, tuple(e.fields.get("among") or issued.fields["addressed"]))
        for e in stream.entries
        if e.name == "SomeReplied"
    ]


def answers_of(stream: Stream, valid: date, times: Sequence[Mapping[str, Any]]) -> list[Answer]:
    """Return the answers of all bodies that a recommendation is put to."""
    issued = next((e for e in stream.entries if e.name == "RecommendationIssued"), None)
    if issued is None:
        return []
    return [_answer(stream, issued, body, valid, times) for body in issued.fields["addressed"]]


def due_of(sent: Entry | None, issued: Entry, times: Sequence[Mapping[str, Any]]) -> date | None:
    """Return the day by which a body is to answer: that named, or that of the pack."""
    if sent and sent.fields.get("answer_by"):
        return maybe_day(sent.fields["answer_by"])
    since = sent.on if sent else issued.on
    return since + timedelta(days=times[0]["days"]) if times else None


def timing_of(
    due: date, replied: date | None, ended: date | None, valid: date, perhaps: bool
) -> str:
    """Return whether an answer is in time."""
    if replied:
        return "met" if replied <= due else "late"
    if ended and (ended <= due or not perhaps):
        return "dropped"
    if valid <= due:
        return "open"
    return "not known" if perhaps else "overdue"


def _answer(
    stream: Stream, issued: Entry, body: str, valid: date, times: Sequence[Mapping[str, Any]]
) -> Answer:
    own = [e for e in stream.entries if e.says("answered_for") == body]
    given = [e for e in own if e.name in KINDS]
    replies = [e for e in own if e.name == "RecommendationReplied" or e.name in KINDS]
    sent = next(
        (e for e in stream.entries if e.name == "RecommendationSent" and e.fields["to"] == body),
        None,
    )
    ended = next((e.on for e in stream.entries if e.name in OVER), None)
    since = sent.on if sent else issued.on
    kind = KINDS[given[-1].name] if given else ("ended" if ended else "pending")
    replied = replies[0].on if replies else None
    due = due_of(sent, issued, times)
    perhaps = any(body in among for _, among in unsigned(stream))
    timing = timing_of(due, replied, ended, valid, perhaps) if due else None
    stop = replied or ended or valid
    overdue = None
    if due:
        overdue = None if timing == "not known" else max(0, (stop - due).days)
    return Answer(
        recommendation=stream.name.removeprefix("recommendation-"),
        source=str(issued.fields["source"]),
        body=body,
        kind=kind,
        replied=replied,
        latency=(given[-1].on - since).days if given else None,
        waiting=((replied or valid) - since).days if kind == "pending" else None,
        sent=sent.on if sent else None,
        due=due,
        timing=timing,
        overdue=overdue,
    )


def counted(answers: Iterable[Answer]) -> Row:
    """Return how many were made, and what became of them."""
    rows = list(answers)
    kinds = [a.kind for a in rows]
    timings = [a.timing for a in rows if a.timing]
    return {
        "made": len(rows),
        "accepted": kinds.count("accepted"),
        "accepted_in_part": kinds.count("accepted in part"),
        "declined": kinds.count("declined"),
        "pending": kinds.count("pending"),
        "ended": kinds.count("ended"),
        "replied": sum(a.replied is not None for a in rows),
        "timed": len(timings),
        "overdue_now": timings.count("overdue"),
        "late": timings.count("late"),
        "met": timings.count("met"),
        "open": timings.count("open"),
        "not_known": timings.count("not known"),
        "dropped": timings.count("dropped"),
    }


TIMED = {
    "timed": "answers_timed",
    "overdue_now": "answers_overdue_now",
    "late": "answers_late",
    "met": "answers_met",
    "open": "answers_open",
    "not_known": "answers_not_known",
    "dropped": "answers_dropped",
}


def tables(streams: Mapping[str, Stream], pack: Mapping[str, Any], valid: date) -> dict[str, Rows]:
    """Return the tables about answers."""
    times = pack.get("answer_times", [])
    consistent = [
        s for s in streams.values() if s.name.startswith("recommendation-") and not s.inconsistent
    ]
    issued = [s for s in consistent if any(e.name == "RecommendationIssued" for e in s.entries)]
    answers = [a for s in consistent for a in answers_of(s, valid, times)]
    bodies = sorted({a.body for a in answers})
    sources = sorted({(a.body, a.source) for a in answers})
    some = [(s, n, e) for s in issued for n, (e, _) in enumerate(unsigned(s), 1)]
    total = {TIMED.get(name, name): value for name, value in counted(answers).items()}
    return {
        "answers": Rows(("recommendation", "body"), [a.row() for a in answers]),
        "responses": Rows(
            ("body",),
            [{"body": b, **counted(a for a in answers if a.body == b)} for b in bodies],
        ),
        "matrix": Rows(
            ("body", "source"),
            [
                {"body": b, "source": s}
                | counted(a for a in answers if (a.body, a.source) == (b, s))
                for b, s in sources
            ],
        ),
        "unsigned": Rows(
            ("recommendation", "number"),
            [
                {
                    "recommendation": s.name.removeprefix("recommendation-"),
                    "number": n,
                    "on": e.on,
                    "among": e.fields.get("among") or [],
                }
                for s, n, e in some
            ],
        ),
        "totals": Rows(
            (), [{**total, "recommendations": len(issued), "replies_unsigned": len(some)}]
        ),
    }


def escalations(streams: Mapping[str, Stream], valid: date) -> Rows:
    """Return the concerns raised about recommendations, and the days until each was answered."""
    rows: list[Row] = []
    for stream in streams.values():
        if not stream.name.startswith("recommendation-") or stream.inconsistent:
            continue
        for entry in stream.entries:
            if entry.name != "EscalationRaised":
                continue
            answered = [
                e.on
                for e in stream.entries
                if e.name == "EscalationAnswered"
                and e.fields["escalation"] == entry.fields["escalation"]
            ]
            rows.append(
                {
                    "recommendation": stream.name.removeprefix("recommendation-"),
                    "escalation": entry.fields["escalation"],
                    "to": entry.fields["to"],
                    "raised": entry.on,
                    "answered": answered[0] if answered else None,
                    "days": ((answered[0] if answered else valid) - entry.on).days,
                }
            )
    return Rows(("recommendation", "escalation"), rows)
