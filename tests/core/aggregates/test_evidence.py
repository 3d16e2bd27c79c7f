"""The one rule for the level of evidence, by each thing that may be named. All is fictional."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from lif_core.aggregates import indicator as i
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.audit import AuditCancelled, ImprovementChecked
from lif_core.aggregates.evidence import (
    Assessor,
    IndicatorEvidence,
    Showing,
    Source,
    audit_evidence,
)
from lif_core.aggregates.succession import UNOWNED, Passage, Succession
from lif_core.testing import Scenario
from lif_core.values.evidence import EvidenceLevel as Level
from tests.audits import audit_of, state_of
from tests.lives import GENERAL
from tests.people import POLICE, QUALITY, by, day

REF = "wscb/r-1"
OWNER, OTHER = "wsb/lpp", "wsb/police"
IN_PLACE, CONCLUDED, ON = day("2018-03-01"), day("2018-04-01"), day("2018-05-01")
SHOWING = Showing(on=ON, recommendation=REF, owners=(OWNER,), in_place=IN_PLACE)


def audit(
    *looks_at: str, by_body: str = OTHER, for_itself: bool = False, **fields: Any
) -> Source | None:
    looks = looks_at or (REF,)
    events = audit_of(
        "wscb/a",
        fields.pop("on", CONCLUDED),
        *looks,
        **{"agencies": (), "by": by(by_body)} | fields,
    )
    return audit_evidence(state_of(events), for_itself=for_itself)


def signal(
    first: date = CONCLUDED,
    published: date = ON,
    *,
    value: float = 68.0,
    points: int = 12,
    speaks_to: tuple[str, ...] = (REF,),
    defined_on: date = date(2017, 1, 1),
) -> IndicatorEvidence:
    """Return an indicator of so many points, of which more is better, and one more *value*."""
    given: dict[str, Any] = {"by": QUALITY, "indicator": "wscb/i"}
    defined = i.DefineIndicator(
        **given,
        on=defined_on,
        name="On time",
        unit="%",
        kind=i.IndicatorKind.MEASUREMENT,
        higher_is_better=True,
        speaks_to=speaks_to,
    )
    months = [date(2017, 2, 28) + timedelta(days=30 * number) for number in range(points)]
    values = [(60.0, 62.0, 58.0)[number % 3] for number in range(points)]
    events: list[Any] = [i.IndicatorDefined.of(defined)]
    for period, on, point in [
        *zip(months, months, values, strict=True),
        (first, published, value),
    ]:
        events.append(i.PointRecorded(**given, on=on, period=period, value=point))
    state = i.decider.fold(events)
    assert state is not None
    return IndicatorEvidence(state, GENERAL.horizons)


def level(
    source: Source | None,
    showing: Showing = SHOWING,
    *,
    documents: tuple[str, ...] = (),
    mergers: Mapping[str, tuple[str, date]] | None = None,
    holder: Callable[[str, date, str], str] | None = None,
) -> Level:
    holder = holder or Succession.of(mergers or {}).holder
    return Assessor(lambda _: source, holder).level(showing, ("audit-wscb/a",), documents)


@pytest.mark.parametrize(
    ("source", "documents", "expected"),
    [
        pytest.param(None, (), Level.ASSERTION, id="nothing that counts"),
        pytest.param(None, ("a policy",), Level.DOCUMENT, id="a document"),
        pytest.param(audit(by_body=OWNER), (), Level.OWN_AUDIT, id="the owner's audit"),
        pytest.param(audit(for_itself=True), (), Level.OWN_AUDIT, id="an agency's own"),
        pytest.param(audit(), (), Level.INDEPENDENT_AUDIT, id="another body's"),
        pytest.param(
            audit(by_body=OWNER, agencies=(OTHER,)), (), Level.INDEPENDENT_AUDIT, id="several"
        ),
        pytest.param(
            audit(by_body=OWNER, concluded_by=POLICE),
            (),
            Level.INDEPENDENT_AUDIT,
            id="concluded by another",
        ),
        pytest.param(signal(), (), Level.OUTCOME_DATA, id="outcome data that signal"),
        pytest.param(audit(by_body=OWNER), ("a",), Level.OWN_AUDIT, id="the stronger of two"),
    ],
)
def test_the_level_is_that_of_the_strongest_evidence_named(
    source: Source | None, documents: tuple[str, ...], expected: Level
) -> None:
    assert expected == level(source, documents=documents)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(audit(on=day("2018-05-02")), id="concluded the day after"),
        pytest.param(audit(on=day("2018-02-28")), id="concluded before the change"),
        pytest.param(audit("wscb/r-2"), id="of another recommendation"),
        pytest.param(signal(first=IN_PLACE), id="a signal that began before the change"),
        pytest.param(signal(published=day("2018-05-02")), id="a signal published the day after"),
        pytest.param(signal(speaks_to=("wscb/r-2",)), id="an indicator of another"),
        pytest.param(signal(value=62.0), id="no signal"),
        pytest.param(signal(value=40.0), id="a signal the wrong way"),
        pytest.param(signal(points=10), id="limits on trial, of 11 points"),
        pytest.param(signal(defined_on=day("2018-05-02")), id="an indicator defined since"),
    ],
)
def test_what_could_not_have_seen_the_change_shows_nothing_of_it(source: Source) -> None:
    assert Level.ASSERTION == level(source)


@pytest.mark.parametrize("on", [IN_PLACE, ON])
def test_an_audit_may_be_concluded_on_the_day_of_the_change_or_of_the_entry(on: date) -> None:
    assert Level.INDEPENDENT_AUDIT == level(audit(on=on))


def test_an_audit_that_is_cancelled_void_or_not_concluded_shows_nothing() -> None:
    planned, concluded = audit_of("wscb/a", CONCLUDED, REF)
    cancelled = AuditCancelled(by=QUALITY, on=CONCLUDED, audit="wscb/a", reasons="No time")

    for events in ((planned,), (concluded,), (planned, cancelled, concluded)):
        assert audit_evidence(state_of(events), for_itself=False) is None


def outcome(on: date, *, passed: bool) -> ImprovementChecked:
    return ImprovementChecked(
        by=QUALITY,
        on=on,
        audit="wscb/a",
        recommendation=REF,
        check=f"{on}",
        passed=passed,
        note="Seen",
        level=Level.ASSERTION,
    )


def test_an_audit_looks_at_what_it_says_it_found_from_that_day() -> None:
    """Its plan did not name it; it says what it found on 20 April."""
    events = (*audit_of("wscb/a", CONCLUDED), outcome(day("2018-04-20"), passed=True))
    source = audit_evidence(state_of(events), for_itself=False)
    early = Showing(on=day("2018-04-19"), recommendation=REF, owners=(OWNER,), in_place=IN_PLACE)

    assert (Level.INDEPENDENT_AUDIT, Level.ASSERTION) == (level(source), level(source, early))


def test_an_audit_that_found_the_contrary_carries_nothing() -> None:
    """What it found last counts; a failed check may rest on it."""
    gone = outcome(day("2018-04-20"), passed=False)
    events = (*audit_of("wscb/a", CONCLUDED, REF), outcome(CONCLUDED, passed=True), gone)
    source = audit_evidence(state_of(events), for_itself=False)
    failed = Showing(on=ON, recommendation=REF, owners=(OWNER,), in_place=IN_PLACE, passed=False)

    assert (Level.ASSERTION, Level.INDEPENDENT_AUDIT) == (level(source), level(source, failed))
    assert Level.ASSERTION == level(signal(), failed)


def test_a_predecessor_of_the_owner_is_the_owner_from_the_day_of_the_merger() -> None:
    """Whichever of the two made the audit."""
    before = {OTHER: (OWNER, ON)}
    after = {OTHER: (OWNER, day("2018-05-02"))}
    successor = {OWNER: (OTHER, ON)}

    assert Level.OWN_AUDIT == level(audit(), mergers=before)
    assert Level.INDEPENDENT_AUDIT == level(audit(), mergers=after)
    assert Level.OWN_AUDIT == level(audit(), mergers=successor)
    # The two of them together are one body, and not several.
    both = audit(by_body=OWNER, agencies=(OTHER,))
    assert Level.OWN_AUDIT == level(both, mergers=before)
    assert Level.INDEPENDENT_AUDIT == level(both, mergers=after)


def test_without_an_owner_one_body_is_no_other() -> None:
    nobodys = Showing(on=ON, recommendation=REF, in_place=IN_PLACE)

    assert Level.OWN_AUDIT == level(audit(), nobodys)
    assert Level.INDEPENDENT_AUDIT == level(audit(agencies=(OWNER,)), nobodys)


def test_of_no_recommendation_an_audit_need_not_look_at_one() -> None:
    """Such as the outcome of a priority; no indicator speaks to it."""
    of_none = Showing(on=ON, owners=(OWNER,))

    assert Level.INDEPENDENT_AUDIT == level(audit(), of_none)
    assert Level.ASSERTION == level(signal(), of_none)


# A check, by whom


@pytest.mark.parametrize(
    ("body", "source", "verifies"),
    [
        (OWNER, audit(by_body=OWNER), True),
        (OWNER, signal(), False),
        (OTHER, signal(), True),
        (OTHER, None, False),
    ],
    ids=["owner with an audit", "owner without", "another without", "another on nothing"],
)
def test_a_check_verifies_from_an_own_audit_on_and_not_by_the_owner_alone(
    body: str, source: Source | None, verifies: bool
) -> None:
    state = r.Recommendation(implemented=IN_PLACE)
    state = replace(state, **state.held_from(IN_PLACE, owner=OWNER, in_place=IN_PLACE))
    of_source = "indicator-wscb/i" if isinstance(source, IndicatorEvidence) else "audit-wscb/a"
    command = r.CheckRecommendation(
        by=by(body),
        on=ON,
        recommendation=REF,
        check="c-1",
        passed=True,
        note="Seen",
        rests_on=(of_source,),
        claimed=Level.OUTCOME_DATA,
    )

    assert verifies is r.assess_check(command, state, Assessor(lambda _: source)).verifies


def test_an_entry_of_old_on_nothing_counts_as_implemented() -> None:
    """Whatever level it says that it was decided at."""
    given: dict[str, Any] = {"by": QUALITY, "recommendation": REF}
    history = (
        r.RecommendationIssued(
            **given, on=IN_PLACE, source="review-wscb/1", text="Do it", addressed=("wscb",)
        ),
        r.RecommendationImplemented(**given, on=IN_PLACE, evidence="Done"),
        r.RecommendationEmbedded(**given, on=ON, evidence="So", level=Level.OUTCOME_DATA),
    )
    scenario = Scenario(decider=r.decider, given=history, states={})
    anew = r.EmbedRecommendation(**given, on=ON, evidence="Again")

    assert "recommendation.evidence-too-weak" == scenario.refuses(anew)


def test_an_embedding_does_not_rest_on_a_note() -> None:
    """The owner alone says that an indicator shows it: whatever that comes to, it is a note."""
    given: dict[str, Any] = {"by": by(OWNER), "recommendation": REF, "on": ON}
    noted: dict[str, Any] = {
        "check": "c-1",
        "passed": True,
        "note": "Seen",
        "rests_on": ("indicator-wscb/i",),
    }
    history = (
        r.RecommendationIssued(**given, source="review-wscb/1", text="Do it", addressed=("wscb",)),
        r.RecommendationPlanned(**given, owner=OWNER, due=ON, action="Do it"),
        r.RecommendationImplemented(**given | {"on": IN_PLACE}, evidence="Done"),
        r.RecommendationChecked(**given, **noted, level=Level.OUTCOME_DATA, verifies=False),
    )
    states = {"indicator-wscb/i": signal().state}
    scenario = Scenario(decider=r.decider, given=history, states=states)
    embed = r.EmbedRecommendation(**given, evidence="So", checks=("c-1",))

    assert "recommendation.evidence-too-weak" == scenario.refuses(embed)


def test_after_a_split_the_owner_is_who_was_given_the_recommendation() -> None:
    """Its audit is its own, and so is the one that the body before it made; no other part's is."""
    given = ((f"recommendation-{REF}", OTHER),)
    split = Succession.of({OWNER: Passage("wsb/rest", ON, given, whole=False)})

    for maker, expected in (
        (OTHER, Level.OWN_AUDIT),
        (OWNER, Level.OWN_AUDIT),
        ("wsb/rest", Level.INDEPENDENT_AUDIT),
    ):
        made = audit(by_body=maker)
        assert expected == level(made, holder=split.holder)


def test_two_bodies_that_are_no_more_are_two() -> None:
    """What each held nobody holds; the one's audit was never the other's."""
    ended = Succession.of({body: Passage(UNOWNED, ON, whole=False) for body in (OWNER, OTHER)})

    for made in (audit(), audit(by_body=OWNER, agencies=(OTHER,))):
        assert Level.INDEPENDENT_AUDIT == level(made, holder=ended.holder)
    assert Level.OWN_AUDIT == level(audit(by_body=OWNER), holder=ended.holder)
