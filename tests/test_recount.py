"""The second implementation of the figures, on a few histories.

`python -m tests.recount` compares any number of them.

Each disagreement that it found and that the first implementation was wrong about is a test here.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from lif_core import RefusedError
from lif_core.log.requests import from_json
from tests.recount.compare import Look, differences
from tests.recount.figures import figures
from tests.recount.generator import Teller
from tests.recount.looks import looks
from tests.recount.mutants import MUTANTS, noticed
from tests.recount.reach import reached
from tests.recount.scenes import SCENES
from tests.recount.world import MAPPER, VIEWS, application, exported, rules, shown

SEEDS = range(1, 13)
REFERENCE = "xb/r"
STREAM = f"recommendation-{REFERENCE}"


@pytest.fixture(scope="module")
def seen() -> list[Look]:
    return [look for seed in SEEDS for look in looks(seed)]


def test_both_implementations_agree(seen: list[Look]) -> None:
    """METRICS, read twice, gives the same figures, on any day and as known at any time."""
    compared = [
        differences(look, figures(look.log, look.pack, look.valid, look.known)) for look in seen
    ]

    assert [] == [str(each) for _, unlike in compared for each in unlike]
    assert sum(count for count, _ in compared) > 1000


BROKEN = (
    "voided entries count",
    "what rested on a voided entry stays",
    "accrued by the current date",
    "a transfer takes effect when proposed",
)


@pytest.mark.parametrize("name", BROKEN)
def test_a_rule_that_is_broken_is_noticed(name: str, seen: list[Look]) -> None:
    """The comparison would not agree with anything."""
    (mutant,) = [mutant for mutant in MUTANTS if mutant.name == name]

    assert noticed(mutant, seen) is not None


@pytest.fixture(scope="module")
def scenes() -> list[tuple[Teller, Look]]:
    """Return each scene as it is told after the seeds of some tellers, and a look at its end."""
    return [ended(scene, seed) for scene in SCENES for seed in range(3)]


def ended(scene: Callable[[Teller], None], seed: int) -> tuple[Teller, Look]:
    teller = Teller(seed)
    teller.go_on(20)
    scene(teller)
    pack = rules(answers=teller.answers, floor=teller.floor)
    seen = {view: shown(teller.app, view, teller.now, None) for view in VIEWS}
    return teller, Look(seed, exported(teller.app), pack, teller.now, None, seen)


def test_every_rule_is_at_work_in_the_scenes(scenes: list[tuple[Teller, Look]]) -> None:
    """What is refused as it names nothing that there is was meant otherwise."""
    refused = {rule for teller, _ in scenes for rule in teller.refused}
    at_work = {rule for _, look in scenes for rule in reached(look)}

    assert [] == [rule for rule in sorted(refused) if rule.endswith("unknown")]
    assert {f"figure: {name}" for name in AT_WORK} <= at_work


AT_WORK = ("outcome data", "concern", "inconsistent", "own audit", "pooled", "signals", "T charts")


def test_both_implementations_agree_on_the_scenes(scenes: list[tuple[Teller, Look]]) -> None:
    compared = [
        differences(look, figures(look.log, look.pack, look.valid, look.known))
        for _, look in scenes
    ]

    assert [] == [str(each) for _, unlike in compared for each in unlike]


def test_each_fault_can_be_planted() -> None:
    """A fault whose place is gone from the source would try nothing."""
    for mutant in MUTANTS:
        compile(mutant.source(), mutant.name, "exec")
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


# What the comparison found


def told(*commands: tuple[str, str, str, dict[str, Any]], valid: str) -> dict[str, Any]:
    """Return the views after commands: each with its day, its body and its fields."""
    app = application(answers=False, floor=5)
    for number, (on, name, body, fields) in enumerate(commands):
        by = {"person": "A. Person", "role": "chair", "body": body}
        command = {"command": name, "by": by, "on": on, **fields}
        recorded = datetime.fromisoformat(f"2019-01-01T00:00:{number:02}+00:00")
        app.handle(from_json(command, MAPPER).command, recorded_at=recorded)
    look = Look(
        0,
        exported(app),
        rules(answers=False, floor=5),
        date.fromisoformat(valid),
        None,
        {v: shown(app, v, date.fromisoformat(valid), None) for v in VIEWS},
    )
    return dict(look.views)


OPENED = ("2017-01-01", "OpenReview", "xb", {"review": "xb/s", "kind": "small", "title": "T"})
ISSUED = (
    "2017-02-01",
    "IssueRecommendation",
    "xb",
    {"recommendation": REFERENCE, "source": "review-xb/s", "text": "T", "addressed": ["xb/a1"]},
)


def on_it(on: str, name: str, body: str, **fields: Any) -> tuple[str, str, str, dict[str, Any]]:
    return on, name, body, {"recommendation": REFERENCE, **fields}


def test_a_withdrawal_moved_to_before_the_issue_leaves_the_recommendation_in_sight() -> None:
    """The ending absorbed its own opening: the recommendation was in no view any more."""
    by = {"person": "A. Person", "role": "chair", "body": "xb"}
    wording = {"by": by, "on": "2017-01-15", "recommendation": REFERENCE, "reasons": "R"}
    amendment = {
        "stream": STREAM,
        "entry": 2,
        "reasons": "R",
        "replacement": {"name": "RecommendationWithdrawn.v1", "event": wording},
    }

    views = told(
        OPENED,
        ISSUED,
        on_it("2017-03-01", "WithdrawRecommendation", "xb", reasons="R"),
        ("2017-04-01", "AmendEntry", "xb", amendment),
        valid="2018-01-01",
    )

    assert [STREAM] == [row["stream"] for row in views["corrections"]["inconsistent"]]
    assert [STREAM] == [row["stream"] for row in views["accountability"]["inconsistent"]]


def test_a_body_merged_before_it_was_given_a_duty_is_not_listed_at_each_reopening() -> None:
    """Where it was reopened and withdrawn on one day, it held it until before it began."""
    views = told(
        OPENED,
        ISSUED,
        on_it("2017-02-01", "AcceptRecommendation", "xb/a1"),
        on_it(
            "2017-02-01", "PlanRecommendation", "xb", owner="xb/a1", action="A", due="2017-05-01"
        ),
        on_it("2017-03-01", "ImplementRecommendation", "xb/a1", evidence="E"),
        ("2017-01-15", "MergeBody", "xb", {"body": "xb/a1", "into": "xb/a2", "reasons": "R"}),
        on_it("2017-04-01", "ReopenRecommendation", "xb", due="2017-05-01", reasons="R"),
        on_it("2017-04-01", "WithdrawRecommendation", "xb", reasons="R"),
        valid="2018-01-01",
    )

    assert [
        ("xb/a1", "2017-02-01", "2017-02-01"),
        ("xb/a2", "2017-02-01", "2017-03-01"),
        ("xb/a2", "2017-04-01", "2017-04-01"),
    ] == [
        (row["body"], row["since"], row["until"]) for row in views["accountability"]["ownership"]
    ]


def tenures_of(*commands: tuple[str, str, str, dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return who held the duty since when and until when, on 1 January 2018."""
    accepted = on_it("2017-02-01", "AcceptRecommendation", "xb/a1")
    views = told(OPENED, ISSUED, accepted, *commands, valid="2018-01-01")
    return [
        (row["body"], row["since"], row["until"]) for row in views["accountability"]["ownership"]
    ]


PLANNED = on_it(
    "2017-02-01", "PlanRecommendation", "xb", owner="xb/a1", action="A", due="2017-05-01"
)
DONE = on_it("2017-03-01", "ImplementRecommendation", "xb/a1", evidence="E")
REOPENED = on_it("2017-04-01", "ReopenRecommendation", "xb", due="2017-05-01", reasons="R")


def merged(on: str, body: str, into: str) -> tuple[str, str, str, dict[str, Any]]:
    return on, "MergeBody", "xb", {"body": body, "into": into, "reasons": "R"}


def handed(on: str, body: str, to: str) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [
        on_it(on, "ProposeTransfer", body, to=to, reasons="R"),
        on_it(on, "AcceptTransfer", to),
    ]


def test_a_body_that_a_duty_passes_through_on_the_day_it_is_reopened_never_held_it() -> None:
    """A merger takes effect as its day begins, and nobody holds a duty while it is closed."""
    passed = merged("2017-04-01", "xb/a1", "xb/a2"), merged("2017-04-01", "xb/a2", "xb/a3")
    expected = [("xb/a1", "2017-02-01", "2017-03-01"), ("xb/a3", "2017-04-01", None)]

    assert expected == tenures_of(PLANNED, DONE, *passed, REOPENED)
    assert expected == tenures_of(PLANNED, DONE, REOPENED, *passed)


def test_handed_on_after_it_was_reopened_on_one_day_it_was_held_for_no_day() -> None:
    """What is decided on one day is in the order of its recording."""
    transfer = handed("2017-04-01", "xb/a1", "xb/a2")

    assert [
        ("xb/a1", "2017-02-01", "2017-03-01"),
        ("xb/a1", "2017-04-01", "2017-04-01"),
        ("xb/a2", "2017-04-01", None),
    ] == tenures_of(PLANNED, DONE, REOPENED, *transfer)


def test_planned_merged_and_handed_on_on_one_day_it_passed_through_the_successor() -> None:
    """It was for the successor to hand it on."""
    transfer = handed("2017-02-01", "xb/a3", "xb/a2")

    assert [
        ("xb/a1", "2017-02-01", "2017-02-01"),
        ("xb/a3", "2017-02-01", "2017-02-01"),
        ("xb/a2", "2017-02-01", None),
    ] == tenures_of(PLANNED, merged("2017-02-01", "xb/a1", "xb/a3"), *transfer)


def test_what_was_embedded_and_then_reopened_of_an_earlier_day_is_open() -> None:
    """The audit that it was embedded on was void by then; the level as decided says nothing."""
    fields = {"kind": "plain", "theme": "T", "basis": "B", "scale": "four", "looks_at": [STREAM]}
    views = told(
        OPENED,
        ISSUED,
        on_it("2017-02-01", "AcceptRecommendation", "xb/a1"),
        PLANNED,
        DONE,
        ("2017-03-02", "PlanAudit", "xb", {"audit": "xb/a", **fields}),
        ("2017-03-02", "ConcludeAudit", "xb", {"audit": "xb/a", "grades": [], "summary": "S"}),
        on_it("2017-04-10", "EmbedRecommendation", "xb", evidence="E", rests_on=["audit-xb/a"]),
        ("2017-04-11", "VoidEntry", "xb", {"stream": "audit-xb/a", "entry": 2, "reasons": "R"}),
        REOPENED,
        valid="2018-01-01",
    )

    (duty,) = views["accountability"]["duties"]
    (improvement,) = views["sustainability"]["improvements"]
    assert ("reopened", None, True) == (duty["outcome"], duty["done"], duty["overdue_now"])
    assert "reopened" == improvement["finding"]


def test_a_plan_follows_on_the_last_word_of_a_body() -> None:
    """Planned by an answer that was taken back later, it contradicted itself once anything of it
    was corrected.
    """
    with pytest.raises(RefusedError) as refused:
        told(
            OPENED,
            ISSUED,
            on_it("2017-03-01", "AcceptRecommendation", "xb/a1"),
            on_it("2017-05-01", "AcceptRecommendationInPart", "xb/a1", accepted="A", declined="D"),
            on_it("2017-04-01", "PlanRecommendation", "xb", owner="xb/a1", action="A"),
            valid="2018-01-01",
        )

    assert "recommendation.out-of-order" == refused.value.rule


def test_of_two_checks_on_one_day_the_one_recorded_last_is_the_latest() -> None:
    """The interval of the re-checks took the first of them."""
    audits = [
        (on, name, "xb", {"audit": audit, **fields})
        for audit in ("xb/a1", "xb/a2")
        for on, name, fields in (
            (
                "2017-04-01",
                "PlanAudit",
                {
                    "kind": "plain",
                    "theme": "T",
                    "basis": "B",
                    "scale": "four",
                    "looks_at": [STREAM],
                },
            ),
            ("2017-04-02", "ConcludeAudit", {"grades": [], "summary": "S"}),
        )
    ]

    def check(reference: str, audit: str, *, passed: bool) -> tuple[str, str, str, dict[str, Any]]:
        rests_on = [f"audit-{audit}"]
        said: dict[str, Any] = {"check": reference, "passed": passed, "rests_on": rests_on}
        return on_it("2017-05-01", "CheckRecommendation", "xb", note="N", **said)

    views = told(
        OPENED,
        ISSUED,
        on_it("2017-02-01", "AcceptRecommendation", "xb/a1"),
        on_it("2017-02-01", "PlanRecommendation", "xb", owner="xb/a1", action="A"),
        on_it("2017-03-01", "ImplementRecommendation", "xb/a1", evidence="E"),
        *audits,
        check("q1", "xb/a1", passed=True),
        check("q2", "xb/a2", passed=False),
        valid="2017-06-01",
    )

    rechecks = views["sustainability"]["rechecks"]
    assert (1, 1) == (rechecks["passed"], rechecks["failed"])
    assert 0 == rechecks["latest_passed"]
