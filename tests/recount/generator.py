"""Random histories: commands with varied dates, recorded late, corrected, moved and merged."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from lif_adapters.json_values import json_value
from lif_core import Application, LifError
from lif_core.log.requests import from_json
from tests.recount.world import AGENCIES, BOARDS, COMMITTEES, MAPPER, application, exported, rules

DAY = timedelta(days=1)
START = date(2017, 1, 2)
Command = dict[str, Any]


@dataclass
class Known:
    """What the teller knows of a stream: its entries' names and fields, by their numbers."""

    name: str
    entries: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.entries)

    def last(self, *names: str) -> dict[str, Any] | None:
        return next((f for name, f in reversed(self.entries) if name in names), None)

    def all(self, *names: str) -> list[dict[str, Any]]:
        return [fields for name, fields in self.entries if name in names]

    @property
    def ref(self) -> str:
        return self.name.partition("-")[2]


class Teller:
    """Tells one history, command by command, as time goes on."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.answers = self.random.random() < 0.5
        self.floor = self.random.choice((1, 1, 5))
        self.app: Application = application(answers=self.answers, floor=self.floor)
        self.now = START
        self.instant = datetime.combine(START, time(6), UTC)
        self.streams: dict[str, Known] = {}
        self.refused: Counter[str] = Counter()
        self.bodies = [*BOARDS, *COMMITTEES, *AGENCIES]
        self.count = 0
        self.chosen: Known | None = None

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def of(self, category: str) -> list[Known]:
        return [s for s in self.streams.values() if s.name.startswith(category + "-")]

    def reference(self, kind: str) -> str:
        self.count += 1
        return f"{self.random.choice(('xb', 'xb', 'yb'))}/{kind}{self.count}"

    def pass_time(self) -> None:
        """Go on to another day, or to a later hour of this one."""
        self.now += DAY * self.random.choice((0, 0, 1, 3, 7, 12, 20, 35))
        hour = self.random.choice((6, 9, 12, 17, 22, 23))
        later = datetime.combine(self.now, time(hour, self.random.randrange(60)), UTC)
        self.instant = max(self.instant + timedelta(seconds=1), later)

    def on(self) -> date:
        """Return a day of effect: mostly today, else before, now and then ahead."""
        if self.chance(0.6):
            return self.now
        if self.chance(0.1):
            return self.now + DAY * self.random.randrange(1, 60)
        return self.now - DAY * self.random.choice((1, 2, 7, 14, 30, 60, 90))

    def say(self, name: str, who: str = "", /, on: date | None = None, **fields: Any) -> bool:
        """Ask for a command, and return whether anything was recorded."""
        by = {"person": "A. Person", "role": "chair", "body": who or "xb"}
        said = {k: v.isoformat() if isinstance(v, date) else v for k, v in fields.items()}
        command: Command = {"command": name, "by": by, "on": (on or self.on()).isoformat(), **said}
        try:
            request = from_json(command, MAPPER)
            records = self.app.handle(request.command, recorded_at=self.instant)
        except LifError as error:
            self.refused[f"{name}: {getattr(error, 'rule', error)}"] += 1
            return False
        for record in records:
            known = self.streams.setdefault(record.stream, Known(record.stream))
            known.entries.append((type(record.event).__name__, fields_of(record.event)))
        return bool(records)

    def tell(self, steps: int) -> None:
        for _ in range(steps):
            self.pass_time()
            weights = [weight for weight, _ in ACTIONS]
            _, action = self.random.choices(ACTIONS, weights)[0]
            action(self)


def fields_of(event: Any) -> dict[str, Any]:
    """Return the fields of an event as they are exported."""
    value = json_value(event, MAPPER)
    assert isinstance(value, dict)
    return value


def board_of(stream: Known) -> str:
    return stream.ref.split("/")[0]


# Reviews and recommendations


def open_review(t: Teller) -> None:
    ref = t.reference("s")
    boards = list(BOARDS) if t.chance(0.2) else []
    t.say("OpenReview", ref.split("/")[0], review=ref, kind="small", title="T", boards=boards)


def issue(t: Teller) -> None:
    sources = [s.name for s in (*t.of("review"), *t.of("audit"))]
    if not sources:
        open_review(t)
        return
    source = t.random.choice(sources)
    ref = t.reference("r")
    if t.chance(0.1) and (void := t.of("recommendation")):
        ref = t.random.choice(void).ref
    addressed = t.random.sample(t.bodies, t.random.choice((1, 1, 2, 3)))
    boards = list(BOARDS) if t.chance(0.15) else []
    body = ref.split("/")[0]
    more: dict[str, Any] = {"boards": boards} if boards else {}
    on = t.now - DAY * t.random.choice((0, 0, 0, 10, 40))
    t.say(
        "IssueRecommendation", body, on=on, recommendation=ref, source=source, text="T",
        addressed=addressed, **more,
    )  # fmt: skip


def some_recommendation(t: Teller) -> Known | None:
    """Return a recommendation, rather a recent one or one that is not over."""
    if t.chosen:
        return t.chosen
    streams = t.of("recommendation")
    if not streams:
        return None
    alive = [
        s for s in streams if not s.has("RecommendationWithdrawn", "RecommendationSuperseded")
    ]
    return t.random.choice(alive if alive and t.chance(0.95) else streams)


def answer(t: Teller) -> None:
    if not (stream := some_recommendation(t)) or not (
        issued := stream.last("RecommendationIssued")
    ):
        return
    ref, body = stream.ref, t.random.choice(issued["addressed"])
    match t.random.randrange(10):
        case 0 | 1 | 2 | 3 | 4:
            more: dict[str, Any] = {"response": "Yes"} if t.chance(0.5) else {}
            t.say("AcceptRecommendation", body, recommendation=ref, **more)
        case 5:
            t.say("DeclineRecommendation", body, recommendation=ref, reasons="R")
        case 6:
            t.say(
                "AcceptRecommendationInPart", body, recommendation=ref, accepted="A", declined="D"
            )
        case 7:
            t.say("ReplyToRecommendation", body, recommendation=ref, reply="Wait")
        case 8:
            among = t.random.sample(
                issued["addressed"], t.random.randrange(len(issued["addressed"]))
            )
            t.say(
                "RecordReplyOfSome",
                issued["by"]["body"],
                recommendation=ref,
                reply="S",
                among=among,
            )
        case _:
            on = t.on()
            due = {"answer_by": on + DAY * t.random.randrange(10, 80)} if t.chance(0.4) else {}
            t.say(
                "SendRecommendation",
                issued["by"]["body"],
                on=on,
                recommendation=ref,
                to=body,
                **due,
            )


def plan(t: Teller) -> None:
    if not (stream := some_recommendation(t)):
        return
    on = t.on()
    due = {} if t.chance(0.1) else {"due": on + DAY * t.random.randrange(0, 120)}
    t.say(
        "PlanRecommendation", board_of(stream), on=on, recommendation=stream.ref,
        owner=t.random.choice(t.bodies), action="A", **due,
    )  # fmt: skip


def change_date(t: Teller) -> None:
    if not (stream := some_recommendation(t)):
        return
    on = t.on()
    due = on + DAY * t.random.randrange(0, 150)
    t.say(
        "ChangeDueDate", board_of(stream), on=on, recommendation=stream.ref, due=due, reasons="R"
    )


def owner_of(t: Teller, stream: Known) -> str:
    """Return who owns a recommendation, as far as the teller knows."""
    for name, fields in reversed(stream.entries):
        if name == "TransferAccepted":
            return str(fields["by"]["body"])
        if name == "RecommendationPlanned":
            return str(fields["owner"])
    issued = stream.last("RecommendationIssued")
    return str(t.random.choice(issued["addressed"])) if issued else "xb"


def holder(t: Teller, body: str) -> str:
    """Return the successor of a body, as far as the teller knows."""
    for _ in range(5):
        known = t.streams.get(f"body-{body}")
        merged = known.last("BodyMerged") if known else None
        if not merged:
            break
        body = str(merged["into"])
    return body


def explain(t: Teller) -> None:
    if not (stream := some_recommendation(t)):
        return
    on = t.on()
    until = {} if t.chance(0.5) else {"until": on + DAY * t.random.randrange(1, 120)}
    t.count += 1
    t.say(
        "ExplainRecommendationDelay", holder(t, owner_of(t, stream)), on=on,
        recommendation=stream.ref, explanation=f"e{t.count}", reasons="R", **until,
    )  # fmt: skip


def accept_explanation(t: Teller) -> None:
    stream = some_recommendation(t)
    if stream and stream.has("RecommendationDelayExplained"):
        offered = t.random.choice(stream.all("RecommendationDelayExplained"))
        t.say(
            "AcceptRecommendationExplanation", board_of(stream), recommendation=stream.ref,
            explanation=offered["explanation"],
        )  # fmt: skip


def transfer(t: Teller) -> None:
    if not (stream := some_recommendation(t)):
        return
    proposed = stream.last("TransferProposed", "TransferAccepted")
    if proposed and "to" in proposed:
        t.say("AcceptTransfer", holder(t, proposed["to"]), recommendation=stream.ref)
    else:
        t.say(
            "ProposeTransfer", holder(t, owner_of(t, stream)), recommendation=stream.ref,
            to=t.random.choice(t.bodies), reasons="R",
        )  # fmt: skip


def take_on(t: Teller) -> None:
    if stream := some_recommendation(t):
        t.say("AcceptTransfer", t.random.choice(t.bodies), recommendation=stream.ref)


def implement(t: Teller) -> None:
    if stream := some_recommendation(t):
        t.say(
            "ImplementRecommendation", holder(t, owner_of(t, stream)), recommendation=stream.ref,
            evidence="E",
        )  # fmt: skip


def reopen(t: Teller) -> None:
    if stream := some_recommendation(t):
        on = t.on()
        t.say(
            "ReopenRecommendation", board_of(stream), on=on, recommendation=stream.ref,
            due=on + DAY * t.random.randrange(0, 90), reasons="R",
        )  # fmt: skip


def end(t: Teller) -> None:
    if not (stream := some_recommendation(t)):
        return
    if t.chance(0.6):
        t.say("WithdrawRecommendation", board_of(stream), recommendation=stream.ref, reasons="R")
    elif (other := some_recommendation(t)) and other is not stream:
        t.say(
            "SupersedeRecommendation", board_of(stream), recommendation=stream.ref,
            successor=other.ref, reasons="R",
        )  # fmt: skip


# Bodies


def pass_on(t: Teller) -> None:
    body = t.random.choice([b for b in t.bodies if b not in BOARDS])
    others = [b for b in t.bodies if b != body]
    board = body.split("/")[0]
    late = len(t.of("recommendation")) > 3
    match t.random.randrange(8 if late else 4):
        case 0 | 1 | 2:
            t.say("MergeBody", board, body=body, into=t.random.choice(others), reasons="R")
        case 4 | 5 | 6 | 7:
            streams = [s.name for s in t.of("recommendation")]
            share = t.random.sample(streams, min(len(streams), 3))
            one, two = t.random.sample(others, 2)
            shares = [{"to": one, "remit": "M", "streams": share}]
            if len(share) > 2:
                shares = [
                    {"to": one, "remit": "M", "streams": share[:1]},
                    {"to": two, "remit": "N", "streams": share[1:]},
                ]
            rest: dict[str, Any] = {"rest": t.random.choice(others)} if t.chance(0.5) else {}
            t.say("SplitBody", board, body=body, shares=shares, reasons="R", **rest)
        case _:
            t.say("EndBody", board, body=body, reasons="R")


# Corrections


def void(t: Teller) -> None:
    streams = [s for s in t.streams.values() if s.entries and not s.name.startswith("ledger")]
    if not streams:
        return
    stream = t.random.choice(streams)
    number = t.random.randrange(len(stream.entries)) + 1
    if t.chance(0.7):
        number = len(stream.entries) - t.random.randrange(min(3, len(stream.entries)))
    _, fields = stream.entries[number - 1]
    if number == 1 and t.chance(0.7):
        return
    t.say(
        "VoidEntry", corrector(stream, fields), stream=stream.name, entry=number, reasons="R",
        on=t.now,
    )  # fmt: skip


def corrector(stream: Known, fields: dict[str, Any]) -> str:
    del fields
    return board_of(stream) if "/" in stream.ref else stream.ref


def amend(t: Teller) -> None:
    """Amend the date, the due date, the end or the body of an entry."""
    streams = [s for s in t.streams.values() if s.entries]
    if not streams:
        return
    stream = t.random.choice(streams)
    name, fields = t.random.choice(stream.entries)
    if name in ("EntryVoided", "EntryAmended"):
        return
    number = stream.entries.index((name, fields)) + 1
    changed = dict(fields)
    dated = [
        k for k in ("on", "due", "until", "answer_by", "period", "held", "day") if changed.get(k)
    ]
    for key in t.random.sample(dated, t.random.randrange(1, len(dated) + 1)):
        if isinstance(changed[key], str):
            shift = DAY * t.random.choice((-60, -20, -5, -1, 1, 5, 20, 60))
            changed[key] = (date.fromisoformat(changed[key]) + shift).isoformat()
    for key, values in (
        ("owner", t.bodies), ("to", t.bodies), ("passed", (True, False)), ("value", (1, 5, 60)),
    ):  # fmt: skip
        if key in changed and isinstance(changed[key], type(values[0])) and t.chance(0.3):
            changed[key] = t.random.choice(list(values))
    replacement = {"name": f"{name}.v{version(name)}", "event": changed}
    t.say(
        "AmendEntry", corrector(stream, fields), stream=stream.name, entry=number,
        replacement=replacement, reasons="R", on=t.now,
    )  # fmt: skip


def version(name: str) -> int:
    return MAPPER.registry.version(name)


def live(t: Teller) -> None:
    """Take one step in the life of some recommendation, one that is likely to be next."""
    stream = some_recommendation(t)
    if stream is None or (len(t.of("recommendation")) < 8 and t.chance(0.15)):
        issue(t)
        return
    t.chosen = stream
    steps = [name for name, _ in stream.entries if name in LIFE]
    moves = LIFE[steps[-1]] if steps else LIFE[""]
    t.random.choice(moves)(t)
    t.chosen = None


OPEN = (implement, implement, change_date, change_date, explain, accept_explanation, transfer,
        transfer, take_on, end, answer)  # fmt: skip
LIFE: Mapping[str, Sequence[Callable[[Teller], None]]] = {
    "": (answer,),
    "RecommendationIssued": (answer,),
    "RecommendationAccepted": (plan, plan, answer, answer, implement),
    "RecommendationAcceptedInPart": (plan, plan, answer, answer),
    "RecommendationDeclined": (answer, plan),
    "RecommendationPlanned": OPEN,
    "DueDateChanged": OPEN,
    "RecommendationDelayExplained": (*OPEN, *(accept_explanation,) * 6),
    "RecommendationExplanationAccepted": OPEN,
    "TransferProposed": (*OPEN, *(transfer,) * 6),
    "TransferAccepted": OPEN,
    "RecommendationReopened": OPEN,
    "RecommendationImplemented": (reopen, end, answer, reopen),
}
ACTIONS: Sequence[tuple[int, Callable[[Teller], None]]] = (
    (2, open_review),
    (100, live),
    (3, pass_on),
    (5, void),
    (6, amend),
)


@dataclass(frozen=True)
class History:
    """A history as told: its log, and how to look at it."""

    seed: int
    log: list[dict[str, Any]]
    app: Application
    pack: Mapping[str, Any]
    refused: Counter[str]
    last: date


def history(seed: int, steps: int = 0) -> History:
    """Tell the history of a seed."""
    teller = Teller(seed)
    teller.tell(steps or teller.random.choice((30, 80, 140)))
    log = exported(teller.app)
    pack = rules(answers=teller.answers, floor=teller.floor)
    return History(seed, log, teller.app, pack, teller.refused, teller.now)
