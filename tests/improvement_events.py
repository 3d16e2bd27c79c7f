"""Events about improvements, with what most tests do not care about filled in, and their view."""

from datetime import date
from typing import Any

from lif_core.aggregates import audit as a
from lif_core.aggregates import recommendation as r
from lif_core.decisions.messages import Event
from lif_core.projection.fold import fold
from lif_core.values.evidence import EvidenceLevel
from lif_core.views.sustainability import Sustainability, sustainability
from tests.audits import shown
from tests.improvement_histories import as_of, recorded
from tests.people import QUALITY, day

REF = "wscb/r-1"
STREAM = f"recommendation-{REF}"
ON = day("2018-01-01")
EMBEDDED = day("2018-04-01")


def event(cls: Any, on: date = ON, **fields: Any) -> Event[Any]:
    made: Event[Any] = cls(**{"by": QUALITY, "on": on, **fields})
    return made


def issued(ref: str = REF, **fields: Any) -> Event[Any]:
    given = {"source": "review-wscb/1", "text": "Do it", "addressed": ("wscb",), **fields}
    return event(r.RecommendationIssued, recommendation=ref, **given)


def planned(owner: str, ref: str = REF) -> Event[Any]:
    return event(r.RecommendationPlanned, recommendation=ref, owner=owner, due=ON, action="Do")


def embedded(
    on: date = EMBEDDED, ref: str = REF, level: EvidenceLevel = EvidenceLevel.OWN_AUDIT
) -> Event[Any]:
    """It rests on an audit of that *level*, which `view` puts on record."""
    given: dict[str, Any] = {"rests_on": (_audit_of(level, ref, on),), "evidence": "Audit"}
    return event(r.RecommendationEmbedded, on, recommendation=ref, level=level, **given)


def _audit_of(level: EvidenceLevel, ref: str, on: date) -> str:
    kind = "own" if level is EvidenceLevel.OWN_AUDIT else "many"
    return f"audit-wscb/{kind}-{ref.partition('/')[2]}-{on}"


def checked(on: date, *, ref: str = REF, passed: bool = True, **fields: Any) -> Event[Any]:
    level = EvidenceLevel.INDEPENDENT_AUDIT
    rests_on = (_audit_of(level, f"{ref}-checked", on),)
    given = {"level": level, "verifies": True, "note": "Sampled", "rests_on": rests_on, **fields}
    return event(
        r.RecommendationChecked, on, recommendation=ref, check=str(on), passed=passed, **given
    )


def scheduled(*due: date) -> Event[Any]:
    return event(r.ChecksScheduled, EMBEDDED, recommendation=REF, due=due)


def audited(ref: str, theme: str, **fields: Any) -> Event[Any]:
    given = {"kind": "maca", "theme": theme, "basis": "Referrals", "scale": "ofsted", **fields}
    return event(a.AuditPlanned, audit=ref, **given)


def view(*events: Event[Any], valid: str = "2019-12-31") -> Sustainability:
    return fold(sustainability, recorded(shown(events)), as_of(day(valid)))


def concluded(ref: str, good: int, poor: int) -> Event[Any]:
    grades = (a.GradeCount(grade="good", files=good), a.GradeCount(grade="inadequate", files=poor))
    return event(a.AuditConcluded, audit=ref, grades=grades, summary="Sampled")
