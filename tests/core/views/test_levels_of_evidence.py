"""A level of evidence as it was decided, and as a view shows it then: one rule, in both places.

All is fictional.
"""

from datetime import datetime
from typing import Any

import pytest

from lif_core import Application
from lif_core.aggregates import audit as a
from lif_core.aggregates import recommendation as r
from lif_core.log.requests import from_json
from lif_core.views.compliance import compliance
from lif_core.views.sustainability import sustainability
from tests.recount.world import MAPPER, application

Step = tuple[str, str, str, dict[str, Any]]

REF = "xb/r"
STREAM = f"recommendation-{REF}"
RESTING = (r.EvidenceRecorded, r.RecommendationEmbedded, r.RecommendationChecked)


def step(on: str, name: str, body: str = "xb", **fields: Any) -> Step:
    return on, name, body, fields


def on_it(on: str, name: str, body: str = "xb", **fields: Any) -> Step:
    return step(on, name, body, recommendation=REF, **fields)


BEGUN = (
    step("2017-01-01", "OpenReview", review="xb/s", kind="small", title="T"),
    on_it(
        "2017-01-02", "IssueRecommendation", source="review-xb/s", text="T", addressed=["xb/a1"]
    ),
    on_it("2017-01-03", "AcceptRecommendation", "xb/a1"),
)


def planned(on: str) -> Step:
    return on_it(on, "PlanRecommendation", owner="xb/a1", action="A")


PLANNED = planned("2017-01-04")


def implemented(on: str, body: str = "xb/a1") -> Step:
    return on_it(on, "ImplementRecommendation", body, evidence="E")


def reopened(on: str) -> Step:
    return on_it(on, "ReopenRecommendation", due="2017-12-01", reasons="R")


def handed(on: str, body: str, to: str) -> tuple[Step, Step]:
    return (
        on_it(on, "ProposeTransfer", body, to=to, reasons="R"),
        on_it(on, "AcceptTransfer", to),
    )


def audited(on: str, ref: str, body: str = "xb/a1", kind: str = "plain") -> tuple[Step, Step]:
    """Return the steps of an audit that is planned and concluded on a day."""
    fields = {"kind": kind, "theme": "T", "basis": "B", "scale": "four", "looks_at": [STREAM]}
    return (
        step(on, "PlanAudit", body, audit=ref, **fields),
        step(on, "ConcludeAudit", body, audit=ref, grades=[], summary="S"),
    )


def shown(on: str, audit: str = "xb/a") -> Step:
    """Return the step by which an agency shows how its practice changed."""
    fields = {"evidence": "v", "route": "team-meetings", "account": "A"}
    return on_it(on, "RecordEvidence", "xb/a1", rests_on=[f"audit-{audit}"], **fields)


def checked(on: str, audit: str = "xb/a") -> Step:
    rests_on = [f"audit-{audit}"]
    return on_it(on, "CheckRecommendation", check="q", passed=True, note="N", rests_on=rests_on)


def impact(on: str, *others: str) -> Step:
    rests_on = [f"audit-{other}" for other in others]
    fields = {"impact": "I", "recommendations": [REF], "rests_on": rests_on}
    return step(on, "ShowImpact", "xb/a1", audit="xb/a", **fields)


def levels(*steps: Step) -> tuple[int, int]:
    """Return the level of the last step, as it was decided and as a view shows it then."""
    app = application(answers=False, floor=5)
    for number, (on, name, body, fields) in enumerate((*BEGUN, *steps)):
        by = {"person": "A. Person", "role": "chair", "body": body}
        command = {"command": name, "by": by, "on": on, **fields}
        recorded = datetime.fromisoformat(f"2019-01-01T00:00:{number:02}+00:00")
        (record,) = app.handle(from_json(command, MAPPER).command, recorded_at=recorded)
    event: Any = record.event
    return int(event.level), shown_level(app, event)


def shown_level(app: Application, event: Any) -> int:
    if isinstance(event, a.ImpactShown):
        (own,) = app.view(compliance, valid=event.on).own_audits
        assert own.level is not None
        return own.level
    assert isinstance(event, RESTING)
    return app.view(sustainability, valid=event.on).shown[-1].level


@pytest.mark.parametrize(
    ("steps", "level"),
    [
        pytest.param(
            (
                PLANNED,
                *audited("2017-02-01", "xb/a"),
                implemented("2017-03-01"),
                shown("2017-02-02"),
            ),
            2,
            id="evidence of before the change was in place",
        ),
        pytest.param(
            (
                *(PLANNED, implemented("2017-02-01"), *audited("2017-02-02", "xb/a")),
                *(reopened("2017-03-01"), *handed("2017-03-02", "xb/a1", "xb/a2")),
                checked("2017-02-03"),
            ),
            2,
            id="a check of before another body owned it",
        ),
        pytest.param(
            (
                *(PLANNED, implemented("2017-02-01"), *audited("2017-02-02", "xb/a", "xb/c1")),
                *(reopened("2017-03-01"), implemented("2017-03-02")),
                *(reopened("2017-04-01"), implemented("2017-04-02"), checked("2017-03-03")),
            ),
            0,
            id="a check of before it was put in place again, on an audit of before that",
        ),
        pytest.param(
            (
                *(PLANNED, *audited("2017-02-01", "xb/a", kind="own")),
                *(implemented("2017-03-01"), impact("2017-02-02")),
            ),
            2,
            id="an impact of before the change was in place",
        ),
        pytest.param(
            (
                *audited("2017-02-01", "xb/a", kind="own"),
                *(planned("2017-03-01"), implemented("2017-03-01"), impact("2017-03-02")),
            ),
            0,
            id="an impact of before it was planned and implemented on one day",
        ),
        pytest.param(
            (
                *(implemented("2017-02-01"), *audited("2017-02-01", "xb/a", kind="own")),
                *(*audited("2017-02-01", "xb/b", "xb/c1"), impact("2017-03-02", "xb/b")),
            ),
            3,
            id="an impact by another's audit of what was done without a plan",
        ),
    ],
)
def test_a_level_is_shown_as_it_was_decided(steps: tuple[Step, ...], level: int) -> None:
    """What somebody shows of an earlier day is about the owner and the change of that day."""
    assert (level, level) == levels(*steps)
