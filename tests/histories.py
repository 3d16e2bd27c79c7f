"""Any history: a state machine that decides, amends, voids and back-dates."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)
from msgspec.structs import replace

from lif_core.aggregates import CATEGORIES, DECIDERS
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.improvement_plan import Basis
from lif_core.commands.application import Application
from lif_core.decisions.corrections import (
    AmendEntry,
    Replacement,
    VoidEntry,
    is_correction,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record
from lif_core.decisions.standing import standing_in
from lif_core.errors import RefusedError
from lif_core.framework import load
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.log.registry import Registry
from lif_core.testing.strategies import World, commands, of_class
from lif_core.values.authority import Authority
from tests.audits import audit_commands
from tests.examples import example
from tests.lives import WOLVERHAMPTON
from tests.people import CHAIR, EVERYTHING, MANAGER, POLICY, QUALITY, TRAINING, day

REGISTRY = Registry()
MAPPER = LifMapper(REGISTRY)
REFS = ("wscb/1", "wscb/2", "elsewhere/1")  # no pack governs the last: any kind
BODIES = ("wscb", "wsb/jld", "wsb/lpp")
WORLD = World(
    refs=REFS,
    bodies=(*BODIES, "wscb/qac", "wsb/panel", "elsewhere"),
    streams=tuple(
        f"{decider.category}-wscb/1" for decider in DECIDERS if decider.category != "body"
    ),
)
FIRST = datetime(2018, 1, 2, 9, tzinfo=UTC)
FRAMEWORKS = load()
DAYS = st.dates(day("2018-01-01"), day("2019-12-31"))

BASIS = tuple(Basis(basis=entry.code, account="As it is.") for entry in WOLVERHAMPTON.plan_basis)
OPENING: dict[str, dict[str, Any]] = {
    "RegisterBody": {"by": MANAGER, "body": "wsb/panel"},
    "OpenReview": {"kind": "single-agency-review", "boards": ("wscb",), "arising_from": ()},
    "IssueRecommendation": {
        "source": "review-wscb/1",
        "addressed": BODIES,
        "boards": ("wscb",),
        "findings": (),
    },
    "PlanAudit": {"scale": "ofsted", "follows": None, "looks_at": (), "agencies": ()},
    "ProvideCourse": {"arising_from": ()},
    "AdoptStrategy": {"by": TRAINING},
    "Disseminate": {"channel": "newsletter", "learning_from": ("review-wscb/1",)},
    "DraftProcedure": {"by": POLICY, "arising_from": ()},
    "DefineIndicator": {"speaks_to": ("wscb/1",)},
    "AdoptPlan": {"by": QUALITY, "basis": BASIS, "missing": ()},
    "PlanEvaluation": {"source": "review-wscb/1", "method": "audit"},
    "RaiseChallenge": {"about": None},
    "AppointMember": {},
    "ProposeEdition": {"boards": ("wscb",), "replaces": None, "pack": "wolverhampton-2017"},
    "BeginAnnualReport": {},
    "DrawLesson": {},
    "SetRetention": {},
}
AUDIT_KINDS = dict(zip(REFS, ("maca", "section-11", "any"), strict=True))


NEXT: dict[r.Status, list[type[Command]]] = {
    r.Status.PROPOSED: [
        r.AcceptRecommendation,
        r.AcceptRecommendationInPart,
        r.DeclineRecommendation,
        r.SendRecommendation,
        r.RecordReplyOfSome,
    ],
    r.Status.ACCEPTED: [r.PlanRecommendation, r.PlanRecommendation, r.ImplementRecommendation],
    r.Status.PLANNED: [
        r.ImplementRecommendation,
        r.ImplementRecommendation,
        r.ChangeDueDate,
        r.ExplainRecommendationDelay,
        r.AcceptRecommendationExplanation,
        r.RecordProgress,
        r.ProposeTransfer,
        r.AcceptTransfer,
    ],
    r.Status.IMPLEMENTED: [r.EmbedRecommendation, r.JudgeRecommendation],
    r.Status.EMBEDDED: [
        r.CheckRecommendation,
        r.CheckRecommendation,
        r.ScheduleChecks,
        r.CloseRecommendation,
        r.WithdrawRecommendation,
    ],
    r.Status.RELAPSED: [r.ReopenRecommendation],
    r.Status.REOPENED: [
        r.ImplementRecommendation,
        r.ExplainRecommendationDelay,
        r.AcceptRecommendationExplanation,
    ],
    r.Status.DECLINED: [r.AcceptRecommendation],
    r.Status.WITHDRAWN: [r.ReplyToRecommendation],
    r.Status.SUPERSEDED: [r.ReplyToRecommendation],
}


OWNED = (
    r.ImplementRecommendation,
    r.ExplainRecommendationDelay,
    r.ProposeTransfer,
    r.AcceptTransfer,
)


def board_of(ref: str) -> Authority:
    """Somebody of the board whose reference it is."""
    namespace = ref.partition("/")[0]
    body = namespace if namespace == "elsewhere" else "wscb"
    return replace(CHAIR, body=body)


class HistoryMachine(RuleBasedStateMachine):
    """The model is a list of what was recorded and a dict of the streams; who inherits this checks
    what it comes to.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = FIRST
        self.app = Application(MemoryRecorder(), clock=lambda: self.now, readership=EVERYTHING)
        self.log: list[Event[Any]] = []
        self.streams: dict[str, list[Event[Any]]] = defaultdict(list)
        self.handled: dict[str, tuple[Record, ...]] = {}
        self.asked: dict[str, Command] = {}

    # Decisions

    @initialize()
    def one_of_each(self) -> None:
        """One of each kind of stream to act on, by the first of its commands that opens it."""
        elsewhere = board_of("elsewhere")
        register = {"by": elsewhere, "on": day("2018-01-01"), "body": "elsewhere"}
        self.handle(attrs.evolve(example(REGISTRY.commands["RegisterBody"]), **register))
        for (name, chosen), ref in product(OPENING.items(), REFS):
            cls = REGISTRY.commands[name]
            (decider,) = (one for one in DECIDERS if cls in one.command_types)
            values = {"by": CHAIR, "on": day("2018-01-01"), decider.subject: ref, **chosen}
            if ref.startswith("elsewhere/") and name != "RegisterBody":
                values["by"] = elsewhere
                if name == "AppointMember":
                    values["sits_on"] = "elsewhere"
            if name == "PlanAudit":
                values["kind"] = AUDIT_KINDS[ref]
            self.handle(attrs.evolve(example(cls), **values))

        lives = [one for one in DECIDERS[1:] if one.category != "ledger"]
        begun = {f"{one.category}-{ref}" for one, ref in product(lives, REFS)}
        assert {"body-wsb/panel", "body-elsewhere", *begun} == set(self.streams)

    @rule(command=commands(WORLD))
    def anything(self, command: Command) -> None:
        self.handle(command)

    @rule(
        data=st.data(),
        decider=st.sampled_from(DECIDERS),
        ref=st.sampled_from(REFS),
        steps=st.integers(1, 8),
    )
    def a_life(self, data: st.DataObject, decider: AnyDecider, ref: str, steps: int) -> None:
        """Decisions about one stream, one after the other, so that each kind gets somewhere."""
        for _ in range(steps):
            cls = data.draw(st.sampled_from(decider.command_types))
            about = "wsb/panel" if decider.category == "body" else ref
            chosen = {"on": st.just(self.now.date()), decider.subject: st.just(about)}
            self.handle(data.draw(of_class(cls, WORLD, **chosen)))
            self.now += timedelta(days=data.draw(st.integers(0, 30)))

    @rule(data=st.data(), ref=st.sampled_from(WORLD.refs), steps=st.integers(1, 8))
    def the_next_steps(self, data: st.DataObject, ref: str, steps: int) -> None:
        """So that whole lives come up as well as accidents."""
        for _ in range(steps):
            self.the_next_step(data, ref, data.draw(st.integers(0, 90)))

    def the_next_step(self, data: st.DataObject, ref: str, days: int) -> None:
        records = list(self.app.history(f"recommendation-{ref}"))
        said: list[Any] = [record.event for record in standing_in(records, CATEGORIES).records]
        state = r.decider.fold(said)
        if state is None or state.issued is None:
            return
        self.now += timedelta(days=days)
        cls = data.draw(st.sampled_from(NEXT[state.status]))
        body = board_of(ref).body
        if cls in OWNED or body == "wscb":
            body = state.owner or body
        if state.transfer and cls is r.AcceptTransfer:
            body = state.transfer.to
        today = self.now.date() - timedelta(days=data.draw(st.sampled_from((0, 0, 0, 0, 30))))
        due = today + timedelta(days=data.draw(st.integers(0, 150)))
        self.handle(
            data.draw(
                of_class(
                    cls,
                    WORLD,
                    by=st.just(Authority(person="A. Person", role="chair", body=body)),
                    on=st.just(today),
                    recommendation=st.just(ref),
                    due=st.just((due,) if cls is r.ScheduleChecks else due),
                    until=st.none() | st.just(due + timedelta(days=1)),
                    check=st.sampled_from([f"check {n}" for n in range(9)]),
                    rests_on=st.just(self.an_audit(data, cls, ref, today)),
                    checks=st.just(()),
                    passed=st.sampled_from((True, True, False)),
                )
            )
        )

    def an_audit(self, data: st.DataObject, cls: Any, ref: str, on: date) -> tuple[str, ...]:
        """What the next step rests on: mostly an audit that was made for it."""
        shows = cls in (r.EmbedRecommendation, r.CheckRecommendation)
        if not shows or data.draw(st.sampled_from((False, False, True))):
            return ()
        audit = f"{ref}-{len(self.asked)}"
        for command in audit_commands(audit, on, ref, by=CHAIR, agencies=BODIES):
            self.handle(command)
        return (f"audit-{audit}",)

    @precondition(lambda self: self.log)
    @rule(data=st.data(), void=st.booleans(), on=DAYS)
    def a_correction(self, data: st.DataObject, void: bool, on: date) -> None:
        """Mostly of a later entry: without its first one a stream says nothing. But for the
        registration of the other board, without which nobody can say again that it is void.
        """
        stream = data.draw(st.sampled_from(sorted(self.streams.keys() - {"body-elsewhere"})))
        entry = len(self.streams[stream]) - data.draw(st.integers(0, 3))
        if entry < data.draw(st.sampled_from((1, 2, 2, 2))):
            return
        who = board_of(stream.partition("-")[2])
        event = self.streams[stream][entry - 1]
        if void or is_correction(event):
            self.handle(VoidEntry(by=who, on=on, stream=stream, entry=entry, reasons="Wrong"))
            return
        moved: Any = attrs.evolve(event, on=on)  # type: ignore[misc]  # events are attrs classes
        amended = Replacement(moved)
        self.handle(
            AmendEntry(
                by=who, on=on, stream=stream, entry=entry, replacement=amended, reasons="Wrong day"
            )
        )

    @rule(days=st.integers(1, 120))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def a_retry(self, data: st.DataObject) -> None:
        """The same command id again returns what it returned, and records nothing."""
        command_id = data.draw(st.sampled_from(sorted(self.asked)))
        records = self.app.handle(self.asked[command_id], command_id=command_id)

        assert self.handled[command_id] == records

    def handle(self, command: Command) -> None:
        command_id = f"c{len(self.asked)}"
        try:
            records = self.app.handle(command, command_id=command_id)
        except RefusedError:
            return
        self.asked[command_id], self.handled[command_id] = command, records
        for record in records:
            self.log.append(record.event)
            self.streams[record.stream].append(record.event)
        assert () == self.app.handle(command), "said twice, recorded once"
