"""Packs of somebody else's: kinds of review, committees and clocks the library never heard of."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lif_adapters.cli.main import run
from lif_adapters.packs import frameworks_with
from lif_adapters.wiring import connect
from lif_core.aggregates.review import (
    AcceptReport,
    CloseReview,
    DecideHold,
    DecideNotToInviteFamily,
    Factor,
    InformAddressees,
    Matter,
    NotifyCase,
    PublishReport,
    RecordFinding,
    RecordMilestone,
    ReferCase,
    TakeNoAction,
)
from lif_core.commands.application import Application
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.values.authority import Authority
from lif_core.views.accountability import accountability
from tests.people import TEXTS, day

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
HOSPITAL = ("--pack", str(EXAMPLES / "hospital.toml"))


def said(capsys: pytest.CaptureFixture[str], *args: str) -> Any:
    """What `lif` writes as JSON: one value a line, or one."""
    assert 0 == run(args)
    written = capsys.readouterr().out
    try:
        return json.loads(written)
    except json.JSONDecodeError:
        return [json.loads(line) for line in written.splitlines()]


def test_no_code_of_the_library_knows_the_hospital() -> None:
    words = ("swarm", "duty of candour", "sbt", "checklist-walk", "ward-huddle")
    sources = [path for path in (ROOT / "src").rglob("*") if path.suffix in (".py", ".toml")]

    assert sources
    assert [] == [
        (path.name, word) for path in sources for word in words if word in path.read_text("utf-8")
    ]


def test_a_review_of_a_kind_the_library_never_heard_of_runs_from_end_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Notified, held, its own milestones on its own clocks, closed; its finding acted on, trained
    for, escalated, audited on the trust's own scale, and the owner's change checked.
    """
    monkeypatch.chdir(tmp_path)
    assert 0 == run(["record", str(EXAMPLES / "hospital.jsonl"), "--create", *HOSPITAL])
    capsys.readouterr()

    made = said(capsys, "follow", *HOSPITAL, "--on", "2024-08-01", "--format", "json")
    view = said(
        capsys, "view", "accountability", *HOSPITAL, "--valid", "2024-12-31", "--format", "json"
    )

    assert ["CourseRequested.v1", "EscalationRaised.v1", "RecommendationChecked.v1"] == sorted(
        entry["name"] for entry in made if "name" in entry
    )
    assert [("huddle", "met", 0), ("candour", "late", 4)] == [
        (row["clock"], row["status"], row["days_overdue_so_far"]) for row in view["clocks"]
    ]
    (duty,) = view["duties"]
    assert ("sbt/theatres", 42) == (duty["owner"], duty["days_overdue_so_far"])
    (escalation,) = view["escalations"]
    assert ("sbt", "2024-08-01") == (escalation["to"], escalation["raised"])


def test_without_its_pack_the_hospital_is_bound_by_no_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its bodies are unknown then, and the first command is refused, by name."""
    monkeypatch.chdir(tmp_path)

    assert 3 == run(["record", str(EXAMPLES / "hospital.jsonl"), "--create"])
    assert "reference.unknown" in capsys.readouterr().err


def test_the_packs_may_be_named_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIF_PACKS", str(EXAMPLES / "hospital.toml"))

    assert 0 == run(["record", str(EXAMPLES / "hospital.jsonl"), "--create"])


# Another regime


PARTNER = Authority(person="L. Partner", role="delegated safeguarding partner", body="nscp")
GROUP = Authority(person="G. Chair", role="group chair", body="nscp/reviews")
COUNCIL = Authority(person="C. Officer", role="designated officer", body="nscp/council")


class Partnership:
    def __init__(self) -> None:
        self.now = datetime(2024, 1, 1, tzinfo=UTC)
        self.app: Application = connect(
            "memory:",
            clock=lambda: self.now,
            frameworks=frameworks_with(EXAMPLES / "partnership.toml"),
            readership=TEXTS,
        )

    def decide(self, command: type[Command], on: str, by: Authority, **fields: Any) -> None:
        self.now = datetime.combine(day(on), datetime.min.time(), UTC).replace(hour=12)
        self.app.handle(command(by=by, on=day(on), **fields))

    def clocks(self, valid: str) -> dict[tuple[str, str], tuple[str, str]]:
        view = self.app.view(accountability, valid=day(valid))
        return {(r.review, r.clock): (str(r.due), r.status) for r in reversed(view.clocks)}


def rapid_review(partnership: Partnership) -> None:
    ref = "nscp/rr-1"
    decide = partnership.decide
    decide(
        NotifyCase,
        "2024-03-25",
        COUNCIL,
        review=ref,
        kind="rapid-review",
        subject="A baby",
        aware=day("2024-03-20"),
    )
    decide(
        DecideHold,
        "2024-03-26",
        PARTNER,
        review=ref,
        hold=True,
        reasons="The criteria are met.",
        criteria=("abuse-or-neglect", "serious-harm"),
    )
    decide(
        RecordFinding,
        "2024-04-10",
        GROUP,
        review=ref,
        finding="f-1",
        factor=Factor.SYSTEM,
        what="Two services each thought the other visited.",
        why="No list is shared.",
    )
    decide(
        TakeNoAction, "2024-04-11", PARTNER, review=ref, finding="f-1", reasons="To be looked at."
    )
    decide(AcceptReport, "2024-04-17", PARTNER, review=ref, response="A practice review follows.")
    decide(
        InformAddressees,
        "2024-04-17",
        GROUP,
        review=ref,
        matter=Matter.DECISION,
        to=("national-panel",),
    )
    decide(
        ReferCase,
        "2024-04-17",
        GROUP,
        review=ref,
        referral="nscp/lcspr-1",
        kind="lcspr",
        aware=day("2024-03-20"),
        reasons="It may show recurrent themes.",
    )
    decide(CloseReview, "2024-04-18", GROUP, review=ref)


def test_a_rapid_review_leads_to_a_practice_review_under_the_guidance_of_2023() -> None:
    """Fifteen working days over Easter; then six months to publication, and a notice before it."""
    partnership = Partnership()
    rapid_review(partnership)
    assert 1 == len(partnership.app.follow().records)
    ref, decide = "nscp/lcspr-1", partnership.decide
    decide(
        DecideHold,
        "2024-05-01",
        PARTNER,
        review=ref,
        hold=True,
        reasons="A theme of three rapid reviews.",
        criteria=("abuse-or-neglect", "serious-harm", "recurrent-themes"),
    )
    decide(RecordMilestone, "2024-05-20", GROUP, review=ref, milestone="panel response")
    decide(
        RecordFinding,
        "2024-08-01",
        GROUP,
        review=ref,
        finding="f-1",
        factor=Factor.SYSTEM,
        what="No list of visits is shared.",
        why="Nobody owns it.",
    )
    decide(DecideNotToInviteFamily, "2024-08-02", GROUP, review=ref, reasons="A trial is pending.")
    decide(AcceptReport, "2024-10-01", PARTNER, review=ref, response="Accepted.")
    decide(
        InformAddressees,
        "2024-10-10",
        GROUP,
        review=ref,
        matter=Matter.REPORT,
        to=("national-panel",),
    )
    decide(PublishReport, "2024-10-18", PARTNER, review=ref, place="website")

    assert {
        ("nscp/rr-1", "incident notification"): ("2024-03-27", "met"),
        ("nscp/rr-1", "rapid review"): ("2024-04-17", "met"),
        ("nscp/lcspr-1", "publication"): ("2024-11-01", "met"),
        ("nscp/lcspr-1", "panel copy"): ("2024-10-09", "late"),
        ("nscp/rr-1", "incident notification to the panel"): ("2024-03-27", "overdue"),
    } == partnership.clocks("2024-12-31")


def test_under_another_regime_other_roles_decide() -> None:
    partnership = Partnership()
    partnership.decide(
        NotifyCase,
        "2024-03-25",
        COUNCIL,
        review="nscp/rr-1",
        kind="rapid-review",
        subject="A baby",
        aware=day("2024-03-20"),
    )

    with pytest.raises(RefusedError) as refused:
        partnership.decide(
            DecideHold,
            "2024-03-26",
            Authority(person="A. Chair", role="independent chair", body="nscp"),
            review="nscp/rr-1",
            hold=True,
            reasons="The criteria are met.",
            criteria=("abuse-or-neglect", "serious-harm"),
        )

    assert "authority.not-in-role" == refused.value.rule
