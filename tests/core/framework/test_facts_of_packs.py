"""The facts of law in the packs that ship, one test each, with where each was read. What could not
be found in a public text is marked as known only. All cases are fictional.
"""

from typing import Any

import pytest

from lif_core.aggregates.review import AnalyseDeath, DeathFactor, Modifiable
from lif_core.framework import AuditKind, DutyEntry, Framework, Ground, Provision, ReviewKind, load
from tests.board import Board
from tests.lives import CASE, CDOP, DEATH, HOLD, WOLVERHAMPTON, but, decide, refused
from tests.people import day

(PARTNERS,) = load("working-together-2023").packs


def duty(pack: Framework, name: str) -> DutyEntry:
    (entry,) = (entry for entry in pack.duties if entry.name == name)
    return entry


def ground(pack: Framework, kind: str, name: str) -> Ground:
    (entry,) = (entry for entry in pack.review_kind(kind).grounds if entry.ground == name)
    return entry


def source_of(entry: DutyEntry | Ground | ReviewKind | AuditKind) -> Provision:
    source = getattr(entry, "source", None)
    assert isinstance(source, Provision)
    return source


def confirmed(entry: DutyEntry | Ground | ReviewKind) -> tuple[str, bool]:
    source = source_of(entry)
    return source.title, source.confirmed


# Serious case reviews that are always held

CHAPTER_4 = ("Working Together to Safeguard Children (2015)", True)


@pytest.mark.parametrize(
    ("criterion", "name"),
    [
        ("died-in-custody", "died in custody"),
        ("died-in-secure-home", "died in custody"),
        ("died-detained", "died while detained"),
    ],
)
def test_a_death_in_custody_or_detained_is_always_reviewed(
    board: Board, criterion: str, name: str
) -> None:
    """Working Together 2015, chapter 4: always carried out when a child dies in custody, a young
    offender institution, a secure training centre or home, or detained under the Mental Health
    Act; whatever is known of abuse or neglect.
    """
    decide(board, but(CASE, criteria=(criterion,)))
    declined: dict[str, Any] = {"hold": False, "criteria": (criterion,)}

    assert "review.must-be-held" == refused(board, but(HOLD, **declined))
    decide(board, but(HOLD, criteria=(criterion,)))
    assert CHAPTER_4 == confirmed(ground(WOLVERHAMPTON, "scr", name))


def test_the_grounds_of_regulation_5_are_those_of_2006() -> None:
    """Regulation 5(2): abuse or neglect, and death, or serious harm with cause for concern."""
    kind = WOLVERHAMPTON.review_kind("scr")

    assert ("Local Safeguarding Children Boards Regulations 2006", True) == confirmed(kind)
    assert [
        ("regulation 5(2)(b)(i)", ("abuse-or-neglect", "death"), True),
        (
            "regulation 5(2)(b)(ii)",
            ("abuse-or-neglect", "serious-harm", "concern-joint-working"),
            True,
        ),
    ] == [(each.ground, each.met, each.mandatory) for each in kind.grounds[:2]]


# The regime of 2015 and its end

ENDED = "2019-09-29"


@pytest.mark.parametrize("kind", ["scr", "cdr"])
def test_the_regime_of_2015_went_on_to_29_september_2019(board: Board, kind: str) -> None:
    """Boards kept all functions until the new arrangements, in place by 29 September 2019."""
    opening: Any = DEATH if kind == "cdr" else CASE
    when = "died" if kind == "cdr" else "aware"
    decide(board, but(opening, on=day("2019-09-28"), **{when: day("2019-09-27")}))
    late = but(opening, on=day(ENDED), review="wscb/2", **{when: day("2019-09-27")})

    assert day(ENDED) == WOLVERHAMPTON.review_kind(kind).until
    assert "review.kind-not-in-force" == refused(board, late)


@pytest.mark.parametrize(
    ("name", "kind", "by"),
    [
        ("last day of serious case reviews", "scr", "2020-09-29"),
        ("last day of child death reviews", "cdr", "2020-01-29"),
    ],
)
def test_what_was_open_then_had_a_last_day(name: str, kind: str, by: str) -> None:
    """The twelve and the four months of the transitional provisions are known; the text was not
    found, so they are not confirmed.
    """
    last = duty(WOLVERHAMPTON, name)

    assert ((kind,), day(ENDED), day(by)) == (last.kinds, last.on, last.by)
    assert not source_of(last).confirmed
    assert "Transitional and Saving Provisions" in source_of(last).title


def test_every_duty_of_the_regime_of_2015_ends_with_it() -> None:
    ends = {entry.until for entry in WOLVERHAMPTON.duties if {"scr", "cdr"} & set(entry.kinds)}

    assert {day(ENDED)} == ends


# Deadlines


def test_the_14_days_to_say_why_not_are_the_national_panels_own() -> None:
    """Its guidance, flowchart 1; Working Together does not have them. Days, not working days."""
    why_not = duty(WOLVERHAMPTON, "panel told why not")

    assert (14, 0, ("national-panel",)) == (why_not.days, why_not.working_days, why_not.owed_to)
    assert ("National panel of independent experts on serious case reviews: guidance", True) == (
        confirmed(why_not)
    )


@pytest.mark.parametrize(
    ("pack", "name", "deadline"),
    [
        (WOLVERHAMPTON, "notification", {"working_days": 5}),
        (WOLVERHAMPTON, "decision", {"months": 1}),
        (WOLVERHAMPTON, "completion", {"months": 6}),
        (WOLVERHAMPTON, "rapid review", {"working_days": 15}),
        (WOLVERHAMPTON, "practice review publication", {"months": 6}),
        (PARTNERS, "incident notification", {"working_days": 5}),
        (PARTNERS, "incident notification to the panel", {"working_days": 5}),
        (PARTNERS, "rapid review", {"working_days": 15}),
        (PARTNERS, "publication", {"months": 6}),
        (PARTNERS, "yearly report", {"every_months": 12}),
    ],
    ids=lambda value: value.name if isinstance(value, Framework) else None,
)
def test_a_deadline_that_is_confirmed(
    pack: Framework, name: str, deadline: dict[str, int]
) -> None:
    """Where it was read stands in the pack."""
    entry = duty(pack, name)
    periods = ("working_days", "days", "months", "hours", "every_months")

    assert deadline == {key: getattr(entry, key) for key in periods if getattr(entry, key)}
    assert source_of(entry).confirmed
    assert source_of(entry).checked is not None


# Serious cases of 2018 and later

SERIOUS = ("abuse-or-neglect",), ("death", "serious-harm")


@pytest.mark.parametrize("pack", [WOLVERHAMPTON, PARTNERS], ids=lambda pack: pack.name)
def test_a_serious_case_needs_death_or_serious_harm(pack: Framework) -> None:
    """Children Act 2004, section 16C(3), in whatever it is a ground for; criteria of a rapid
    review are these three.
    """
    for kind in ("rapid-review", "lcspr"):
        for each in pack.review_kind(kind).grounds:
            codes = {entry.code for entry in pack.review_kind(kind).criteria}
            assert not each.is_met_by(codes - {"death", "serious-harm"})
            assert "abuse-or-neglect" in each.met
    rapid = ground(pack, "rapid-review", "section 16C(3): a serious case")
    assert SERIOUS == (rapid.met, rapid.any_of)
    assert ("Children Act 2004", True) == confirmed(rapid)
    assert {"abuse-or-neglect", "death", "serious-harm"} == {
        entry.code for entry in pack.review_kind("rapid-review").criteria
    }


def test_whether_to_hold_a_practice_review_is_for_the_partners() -> None:
    """The regulations of 2018, regulation 11: criteria to be taken into account, none binding."""
    grounds = PARTNERS.review_kind("lcspr").grounds

    assert not any(each.mandatory for each in grounds)
    title = "Child Safeguarding Practice Review and Relevant Agency (England) Regulations 2018"
    assert {(title, True)} == set(map(confirmed, grounds))


# Deaths of children


def test_the_death_of_a_child_who_lived_elsewhere_may_be_reviewed_by_the_partners() -> None:
    """Children Act 2004, section 16M(2); under the regulations of 2006, of the area's own only."""
    kind = PARTNERS.review_kind("child-death")

    assert (True, ("Children Act 2004", True)) == (kind.elsewhere, confirmed(kind))
    assert not WOLVERHAMPTON.review_kind("cdr").elsewhere


AS_PRINTED = {
    "0": "Information not available",
    "1": "No factors identified",
    "1*": "Factors identified but are unlikely to have contributed to the death",
    "2": "Factors identified that may have contributed to vulnerability, ill-health or death",
    "3": "Factors identified that provide a complete and sufficient explanation for the death",
}


def test_the_levels_of_form_c_are_as_printed_to_the_end_of_march_2019() -> None:
    """0, 1, 1*, 2, 3, in the words of the form; those of the form since then are known only."""
    influences = WOLVERHAMPTON.review_kind("cdr").influences
    before = {each.code: each.name for each in influences if each.until == day("2019-04-01")}
    since = [each for each in influences if each.in_force == day("2019-04-01")]

    assert AS_PRINTED == before
    assert all(each.confirmed for each in influences if each.code in before)
    assert 4 == len(since)
    assert not any(each.confirmed for each in since)


@pytest.mark.parametrize(
    ("on", "influence", "rule"),
    [
        ("2019-03-31", "1*", None),
        ("2019-03-31", "1 (2019)", "review.unknown-influence"),
        ("2019-04-01", "1*", "review.unknown-influence"),
        ("2019-04-01", "1 (2019)", None),
    ],
)
def test_a_death_is_analysed_by_the_form_of_its_day(
    board: Board, on: str, influence: str, rule: str | None
) -> None:
    decide(board, DEATH)
    factor = DeathFactor(domain="B", factor="sleeping place", influence=influence)
    analysed = AnalyseDeath(
        by=CDOP, on=day(on), review=DEATH.review, category="10", modifiable=Modifiable.YES,
        factors=(factor,),
    )  # fmt: skip

    assert rule == refused(board, analysed)


# Inspections and audits


def test_the_grades_of_the_single_inspection_framework_end_in_january_2018() -> None:
    """From then on Ofsted inspects by its framework for local authorities."""
    kind = WOLVERHAMPTON.review_kind("ofsted-s136")
    areas = {each.code: (each.in_force, each.until) for each in kind.areas}
    ended = {code for code, (_, until) in areas.items() if until == day("2018-02-01")}
    begun = {code for code, (since, _) in areas.items() if since == day("2018-01-01")}

    assert {"looked-after", "adoption", "care-leavers", "leadership"} == ended
    assert {"care", "leaders-impact"} == begun
    assert source_of(kind).confirmed
    assert day("2018-02-01") == WOLVERHAMPTON.review_kind("ofsted-s15a").until


@pytest.mark.parametrize(
    ("name", "months", "other"),
    [("section 11 audit", 12, "every two years"), ("section 175 audit", 24, "twice a year")],
)
def test_an_interval_that_the_framework_leaves_open_says_how_it_was_read(
    name: str, months: int, other: str
) -> None:
    """Both are readings, and neither is confirmed."""
    entry = duty(WOLVERHAMPTON, name)

    assert months == entry.every_months
    assert other in entry.note
    assert not source_of(entry).confirmed
