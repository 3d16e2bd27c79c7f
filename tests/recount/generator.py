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
from tests.recount.world import AGENCIES, BOARDS, COMMITTEES, MAPPER, application

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
        self.files = 0
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
        self.go_on(self.random.choice((0, 0, 1, 3, 7, 12, 20, 35)))

    def go_on(self, days: int) -> None:
        """Go on to a day so many *days* later, at some hour of it."""
        self.now += DAY * days
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

    def tell(self, flavours: Sequence["Actions"], steps: int) -> None:
        actions = self.random.choice(flavours)
        weights = [weight for weight, _ in actions]
        for _ in range(steps):
            self.pass_time()
            _, action = self.random.choices(actions, weights)[0]
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


# Reviews of cases


def some(t: Teller, category: str) -> Known | None:
    streams = t.of(category)
    return t.random.choice(streams) if streams else None


def notify(t: Teller) -> None:
    ref = t.reference("k")
    on = t.on()
    boards = {"boards": list(BOARDS)} if t.chance(0.2) else {}
    fields: dict[str, Any] = {"review": ref, "kind": "case", "subject": "S", **boards}
    if t.chance(0.3):
        fields["told"] = ["panel"]
    fields["aware"] = on - DAY * t.random.choice((0, 1, 5, 7, 9, 20))
    t.say("NotifyCase", ref.split("/")[0], on=on, **fields)


def review_step(t: Teller) -> None:
    """Take one step in the life of a review of a case."""
    cases = [s for s in t.of("review") if s.has("CaseNotified")]
    if not cases or (len(cases) < 4 and t.chance(0.1)):
        notify(t)
        return
    case = t.random.choice(cases)
    ref, who = case.ref, board_of(case)
    names = [name for name, _ in case.entries]
    steps = ["inform", "explain", "accept explanation"]
    if "HoldDecided" not in names:
        steps += ["hold"] * 6
    elif "ReportAccepted" not in names:
        steps += ["finding"] if "FindingRecorded" not in names else ["accept"] * 3
        steps += ["discontinue"] if t.chance(0.1) else []
    elif "ReportPublished" not in names:
        steps += ["publish"] * 4
    else:
        steps += ["take down", "close"]
    match t.random.choice(steps):
        case "hold":
            hold = t.chance(0.8)
            criteria = ["harm"] if hold else []
            t.say("DecideHold", who, review=ref, hold=hold, reasons="R", criteria=criteria)
        case "finding":
            t.say(
                "RecordFinding", who, review=ref, finding="f", factor="system", what="W", why="Y"
            )
            t.say("TakeNoAction", who, on=t.now, review=ref, finding="f", reasons="R")
        case "accept":
            t.say("AcceptReport", who, review=ref, response="R")
        case "discontinue":
            t.say("DiscontinueReview", who, review=ref, reasons="R")
        case "publish":
            t.say("PublishReport", who, review=ref, place="P")
        case "take down":
            t.say("TakeDownReport", who, review=ref, reasons="R")
        case "close":
            t.say("CloseReview", who, review=ref)
        case "inform":
            to = t.random.sample(("panel", "inspectorate"), t.random.choice((1, 2)))
            matter = t.random.choice(("case", "decision", "decision", "report", "report"))
            t.say("InformAddressees", who, review=ref, matter=matter, to=to)
        case "explain":
            t.count += 1
            on = t.on()
            clock = t.random.choice(("completion", "completion", "decision", "told", "copy"))
            until = {"until": on + DAY * t.random.randrange(1, 120)} if t.chance(0.4) else {}
            fields: dict[str, Any] = {"clock": clock, "reasons": "R", **until}
            t.say(
                "ExplainReviewDelay", who, on=on, review=ref, explanation=f"x{t.count}", **fields
            )
        case _:
            if offered := case.all("ReviewDelayExplained"):
                which = t.random.choice(offered)["explanation"]
                t.say("AcceptReviewExplanation", who, review=ref, explanation=which)


# Audits and checks


def audit(t: Teller, looks_at: Sequence[str] = (), follows: str = "") -> str | None:
    """Plan an audit, grade its files, conclude it; return its stream, if it was concluded."""
    kind = t.random.choice(("multi", "multi", "plain", "own"))
    ref = t.reference("a")
    who = t.random.choice([b for b in AGENCIES if b.startswith(ref[:2])]) if kind == "own" else (
        t.random.choice([b for b in (*BOARDS, *COMMITTEES) if b.startswith(ref[:2])])
    )  # fmt: skip
    fields: dict[str, Any] = {"audit": ref, "kind": kind, "theme": "T", "basis": "B"}
    fields |= {"scale": "four", "looks_at": list(looks_at)}
    if kind == "multi" and t.chance(0.4):
        fields["agencies"] = t.random.sample(AGENCIES, t.random.choice((1, 2)))
    if follows:
        fields["follows"] = follows
    elif t.chance(0.4):
        fields["looks"] = t.random.choice((1, 2, 3))
    if t.chance(0.6):
        fields["sample"] = "By lot"
    on = t.now - DAY * t.random.choice((0, 5, 20))
    if not t.say("PlanAudit", who, on=on, **fields):
        return None
    grades: list[dict[str, Any]] = []
    references: list[str] = []
    if kind == "multi":
        grade = t.random.choice((1, 2, 4))
        for name in ("outstanding", "good", "requires improvement", "inadequate"):
            files = t.random.randrange(0, 6 * grade if name == "good" else 6)
            grades += [{"grade": name, "files": files}] if files else []
        number = sum(g["files"] for g in grades)
        t.files += number
        references = [f"f{n + (t.files if t.chance(0.9) else 1)}" for n in range(number)]
        references = [f"f{t.files - n}" for n in range(number)] if t.chance(0.8) else references
    later = t.now + DAY * t.random.choice((0, 0, 3))
    more = {"references": sorted(set(references))} if references and t.chance(0.8) else {}
    if len(set(references)) != len(references):
        more = {}
    said: dict[str, Any] = {"grades": grades, "summary": "S", **more}
    if t.chance(0.05):
        t.say("CancelAudit", who, on=later, audit=ref, reasons="R")
        return None
    if not t.say("ConcludeAudit", who, on=later, audit=ref, **said):
        return None
    return f"audit-{ref}"


def repeat_audit(t: Teller) -> None:
    """Repeat an audit, so that its change can be looked at."""
    firsts = [
        s for s in t.of("audit")
        if s.has("AuditConcluded") and not (s.last("AuditPlanned") or {}).get("follows")
    ]  # fmt: skip
    firsts = [s for s in firsts if (s.last("AuditConcluded") or {}).get("grades")]
    if firsts and t.chance(0.9):
        audit(t, follows=t.random.choice(firsts[:2]).ref)
    else:
        audit(t)


def in_place(t: Teller) -> Known | None:
    streams = [
        s for s in t.of("recommendation")
        if s.has("RecommendationImplemented") and not s.has("RecommendationWithdrawn")
    ]  # fmt: skip
    return t.random.choice(streams) if streams else None


def evidence_for(t: Teller, stream: Known) -> dict[str, Any]:
    """Return what a check or an embedding names: mostly an audit made for it."""
    fields: dict[str, Any] = {"rests_on": [], "documents": []}
    if t.chance(0.85) and (made := audit(t, looks_at=[stream.name])):
        fields["rests_on"].append(made)
    if t.chance(0.15) and (other := some(t, "audit")):
        fields["rests_on"] = sorted({*fields["rests_on"], other.name})
    if t.chance(0.15) and (other := some(t, "indicator")):
        fields["rests_on"] = sorted({*fields["rests_on"], other.name})
    if t.chance(0.2):
        fields["documents"] = ["d1"]
    if t.chance(0.2):
        fields["claimed"] = t.random.randrange(5)
    return fields


def embed(t: Teller) -> None:
    if stream := in_place(t):
        fields = evidence_for(t, stream)
        checks = [c["check"] for c in stream.all("RecommendationChecked") if c["passed"]]
        if checks and t.chance(0.2):
            fields["checks"] = [t.random.choice(checks)]
        on = t.now + DAY * t.random.choice((0, 0, 4)) if t.chance(0.8) else t.on()
        t.say(
            "EmbedRecommendation", board_of(stream), on=on, recommendation=stream.ref,
            evidence="E", **fields,
        )  # fmt: skip


def check(t: Teller) -> None:
    streams = [s for s in t.of("recommendation") if s.has("RecommendationEmbedded")]
    stream = t.random.choice(streams) if streams and t.chance(0.9) else in_place(t)
    if not stream:
        return
    t.count += 1
    passed = t.chance(0.75)
    if t.chance(0.1) and (made := audit(t, looks_at=[stream.name])):
        fields: dict[str, Any] = {"recommendation": stream.ref, "check": f"q{t.count}"}
        who = (t.streams[made].last("AuditConcluded") or {"by": {"body": "xb"}})["by"]["body"]
        later = t.now + DAY * 3
        t.say(
            "CheckImprovement", who, on=later, audit=made.removeprefix("audit-"), passed=passed,
            note="N", **fields,
        )  # fmt: skip
        return
    fields = evidence_for(t, stream)
    who = owner_of(t, stream) if t.chance(0.2) else board_of(stream)
    on = t.now + DAY * t.random.choice((0, 0, 3)) if t.chance(0.8) else t.on()
    t.say(
        "CheckRecommendation", who, on=on, recommendation=stream.ref, check=f"q{t.count}",
        passed=passed, note="N", **fields,
    )  # fmt: skip


def schedule(t: Teller) -> None:
    if stream := in_place(t):
        on = t.on()
        days = {on + DAY * t.random.randrange(1, 400) for _ in range(t.random.choice((1, 2, 3)))}
        due = sorted(d.isoformat() for d in days)
        t.say("ScheduleChecks", board_of(stream), on=on, recommendation=stream.ref, due=due)


def settle(t: Teller) -> None:
    """Bring a new recommendation to where it is embedded, in a few days."""
    source = t.random.choice([s.name for s in (*t.of("review"), *t.of("audit"))] or [""])
    if not source:
        open_review(t)
        return
    ref = t.reference("r")
    who = ref.split("/")[0]
    body = t.random.choice(t.bodies)
    t.say(
        "IssueRecommendation", who, on=t.now, recommendation=ref, source=source, text="T",
        addressed=[body],
    )  # fmt: skip
    t.say("AcceptRecommendation", body, on=t.now, recommendation=ref)
    t.pass_time()
    owner = t.random.choice(t.bodies)
    due = t.now + DAY * 60
    t.say(
        "PlanRecommendation", who, on=t.now, recommendation=ref, owner=owner, action="A", due=due
    )
    t.pass_time()
    t.say("ImplementRecommendation", owner, on=t.now, recommendation=ref, evidence="E")
    stream = t.streams.get(f"recommendation-{ref}")
    if stream and stream.has("RecommendationImplemented"):
        t.now += DAY * 6
        fields = evidence_for(t, stream)
        t.say(
            "EmbedRecommendation", who, on=t.now + DAY * 3, recommendation=ref, evidence="E",
            **fields,
        )  # fmt: skip
        if t.chance(0.5):
            due_days = [(t.now + DAY * n).isoformat() for n in (90, 180, 400)]
            t.say("ScheduleChecks", who, on=t.now, recommendation=ref, due=due_days)


def record_evidence(t: Teller) -> None:
    if stream := in_place(t):
        t.count += 1
        fields = evidence_for(t, stream)
        t.say(
            "RecordEvidence", owner_of(t, stream), recommendation=stream.ref, account="A",
            evidence=f"v{t.count}", route="team-meetings", **fields,
        )  # fmt: skip


# Indicators


def indicator(t: Teller) -> None:
    if len(t.of("indicator")) > 2:
        return
    ref = t.reference("i")
    voided = ("EntryVoided", "EntryAmended")
    speaks = [s.ref for s in t.of("recommendation") if not s.has(*voided)]
    t.say(
        "DefineIndicator", ref.split("/")[0], on=t.now - DAY * 60, indicator=ref, name="N",
        unit="U", kind=t.random.choice(("count", "measurement")),
        higher_is_better=t.chance(0.5), speaks_to=speaks[:4],
    )  # fmt: skip


def point(t: Teller) -> None:
    """Publish a few points of an indicator: about a level, of one that may change."""
    if not (stream := some(t, "indicator")):
        indicator(t)
        return
    defined = stream.last("IndicatorDefined") or {}
    rare = int(stream.ref[-1], 36) % 2 == 0
    last = stream.last("PointRecorded")
    period = date.fromisoformat(last["period"]) + DAY * 30 if last else t.now - DAY * 390
    shift = t.random.choice((0, 0, 0, 9, -9)) if last else 0
    level = shift + (1 if rare else 60)
    for _ in range(t.random.choice((1, 3, 6)) if last else t.random.choice((4, 11, 12, 13))):
        value: float = max(0, level + t.random.choice((-2, -1, 0, 0, 1, 2)))
        value = value if defined.get("kind") == "count" else value + t.random.choice((0, 0.5))
        on = max(t.now, period)
        if on > t.now + DAY * 300:
            break
        t.say(
            "RecordPoint",
            board_of(stream),
            on=on,
            indicator=stream.ref,
            period=period,
            value=value,
        )
        period += DAY * 30


def occurrence(t: Teller) -> None:
    counts = [
        s for s in t.of("indicator") if (s.last("IndicatorDefined") or {})["kind"] == "count"
    ]
    if not counts:
        return
    stream = t.random.choice(counts)
    on = t.now - DAY * t.random.choice((0, 3, 40))
    known = int(stream.ref[-1], 36) % 4 == 0
    more: dict[str, Any] = {"opportunities": t.random.choice((0, 1, 3, 8, 20))} if known else {}
    for _ in range(t.random.choice((1, 3))):
        t.count += 1
        t.say(
            "RecordOccurrence", board_of(stream), on=max(on, t.now), indicator=stream.ref,
            occurrence=f"o{t.count}", day=on, **more,
        )  # fmt: skip
        on += DAY * t.random.choice((0, 1, 9, 30, 60))


def steer(t: Teller) -> None:
    """Set a baseline or a target, or resolve a concern."""
    if not (stream := some(t, "indicator")):
        return
    ref, who = stream.ref, board_of(stream)
    match t.random.randrange(3):
        case 0:
            points = stream.all("PointRecorded")
            if points:
                since = t.random.choice(points[-6:])["period"]
                t.say("SetBaseline", who, indicator=ref, since=since, reasons="R")
        case 1:
            target = t.random.choice((1, 55, 60, 70))
            t.say("SetTarget", who, indicator=ref, target=target, reasons="R")
        case _:
            t.say("ResolveConcern", who, indicator=ref, reasons="R")


# Training


def course(t: Teller) -> None:
    """Provide a course, or go on with one: a session, its places, who came and what changed."""
    courses = t.of("training_course")
    if len(courses) < 2:
        ref = t.reference("t")
        t.say("ProvideCourse", ref.split("/")[0], on=t.now - DAY * 30, course=ref, title="T")
        return
    stream = t.random.choice(courses)
    ref, who = stream.ref, board_of(stream)
    held = {s["session"]: s for s in stream.all("SessionScheduled")}
    attended = {s["session"]: s for s in stream.all("AttendanceRecorded")}
    if not held or t.chance(0.3):
        t.count += 1
        on = t.now - DAY * 10
        t.say(
            "ScheduleSession", who, on=on, course=ref, session=f"s{t.count}", held=t.now,
            capacity=t.random.choice((1, 10, 20)),
        )  # fmt: skip
        return
    session = t.random.choice(list(held))
    day_held = date.fromisoformat(held[session]["held"])
    if session not in attended:
        if t.chance(0.2):
            t.say(
                "BookPlaces", t.random.choice(AGENCIES), on=day_held - DAY, course=ref,
                session=session, booking=f"b{t.count}", agency=t.random.choice(AGENCIES),
                profession="P", places=t.random.randrange(1, 4),
            )  # fmt: skip
            t.count += 1
            return
        if t.chance(0.1):
            t.say("CancelSession", who, on=day_held, course=ref, session=session, reasons="R")
            return
        bookings = [b["places"] for b in stream.all("PlacesBooked") if b["session"] == session]
        booked = sum(bookings) if bookings else t.random.randrange(0, 12)
        cancelled = t.random.randrange(0, booked + 1)
        absent = t.random.randrange(0, booked - cancelled + 1)
        t.say(
            "RecordAttendance", who, on=day_held, course=ref, session=session, booked=booked,
            cancelled=cancelled, absent=absent, walked_in=t.random.randrange(0, 4),
        )  # fmt: skip
        return
    came = attended[session]
    people = came["booked"] - came["cancelled"] - came["absent"] + came["walked_in"]
    replies = t.random.randrange(0, people + 1)
    t.say(
        "RecordEvaluation", who, on=max(t.now, day_held), course=ref, session=session,
        level=t.random.choice((1, 2, 3, 4)), months=t.random.choice((0, 3)), replies=replies,
        positive=t.random.randrange(0, replies + 1),
    )  # fmt: skip


def escalate(t: Teller) -> None:
    if stream := some_recommendation(t):
        raised = stream.all("EscalationRaised")
        if raised and t.chance(0.5):
            which = t.random.choice(raised)
            t.say(
                "AnswerEscalation", which["to"], recommendation=stream.ref, answer="A",
                escalation=which["escalation"],
            )  # fmt: skip
            return
        t.count += 1
        t.say(
            "RaiseEscalation", board_of(stream), recommendation=stream.ref, concern="C",
            escalation=f"e{t.count}", to=t.random.choice(t.bodies),
        )  # fmt: skip


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
Actions = Sequence[tuple[int, Callable[[Teller], None]]]
CORRECTING: Actions = ((5, void), (6, amend), (2, open_review))
DUTIES: Actions = ((100, live), (4, escalate), (3, pass_on), *CORRECTING)
LASTING: Actions = (
    *((9, settle), (40, check), (6, schedule), (4, embed), (3, record_evidence), (12, live)),
    *((1, pass_on), (7, point), (1, steer), (5, reopen), *CORRECTING),
)
CASES: Actions = ((60, review_step), (5, live), *CORRECTING)
MEASURES: Actions = (
    *((30, point), (16, occurrence), (6, steer), (16, repeat_audit), (14, course), (4, settle)),
    *((4, check), *CORRECTING),
)
