"""How agencies say they stand, and what their own audits show: by example; all fictional."""

from collections import Counter
from datetime import timedelta
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import audit
from lif_core.aggregates.body import MergeBody
from lif_core.decisions.corrections import EntryAmended, Replacement, VoidEntry
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.framework import load
from lif_core.projection.fold import fold
from lif_core.projection.projection import AsOf
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.values.authority import Authority
from lif_core.values.evidence import EvidenceLevel
from lif_core.views.compliance import Compliance, GradeRow, IntervalRow, compliance
from tests.board import Board
from tests.people import CHAIR, POLICE, QUALITY, by, day

S11 = "wscb/s11-2017"
NEXT = "wscb/s11-2018"
OWN = "wsb/own-1"
TRUST = by("wsb/rwt")
STANDARDS = (
    "leadership",
    "responsibilities",
    "accountability",
    "service-development",
    "training",
    "recruitment",
    "joint-working",
    "information-sharing",
)


def view(board: Board, valid: str = "2018-12-31", known: str | None = None) -> Compliance:
    return board.app.view(compliance, valid=day(valid), known=day(known) if known else None)


def with_amendment(board: Board, entry: int, event: Event[Any]) -> Compliance:
    """The view with an entry of the first audit amended to what no rule lets anybody say now."""
    records, stream = list(board.app.history()), f"audit-{S11}"
    fields: dict[str, Any] = {"stream": stream, "entry": entry, "reasons": "A slip"}
    amended = EntryAmended(
        by=CHAIR, on=day("2018-06-01"), replacement=Replacement(event), **fields
    )
    length = sum(each.stream == stream for each in records)
    records.append(Record(len(records) + 1, stream, length + 1, board.now, amended))
    as_of = AsOf(valid=day("2018-12-31"), known=None, frameworks=board.app.frameworks)
    return fold(compliance, records, as_of)


@pytest.fixture
def board() -> Board:
    """A section 11 audit of March 2017: the police, the hospital and probation are asked."""
    board = Board()
    plan(board, S11, "2017-03-01")
    return board


def plan(board: Board, ref: str, on: str, *, kind: str = "section-11", **more: Any) -> None:
    fields: dict[str, Any] = {
        "theme": "self-evaluation",
        "basis": "Yearly",
        "scale": "rag",
        "agencies": ("wsb/police", "wsb/probation", "wsb/rwt"),
    }
    board.decide(audit.PlanAudit, on, audit=ref, kind=kind, **fields | more)


def submit(
    board: Board,
    on: str,
    who: Authority = POLICE,
    *,
    ref: str = S11,
    evidence: tuple[str, ...] = (),
    for_body: str | None = None,
    **grades: str,
) -> None:
    """All standards are green, but for those given."""
    said = dict.fromkeys(STANDARDS, "green") | grades
    board.decide(
        audit.SubmitSelfEvaluation,
        on,
        by=who,
        audit=ref,
        grades=tuple(audit.StandardGrade(standard=s, grade=g) for s, g in said.items()),
        statement="We are assured.",
        evidence=evidence,
        for_body=for_body,
    )


def moderate(board: Board, on: str, grade: str, *, ref: str = S11) -> None:
    """The police stand otherwise on training."""
    board.decide(
        audit.ModerateSelfEvaluation,
        on,
        audit=ref,
        agency="wsb/police",
        standard="training",
        grade=grade,
        reasons="Few have been trained.",
    )


def conclude(board: Board, on: str, *, ref: str = S11, who: Authority = QUALITY) -> None:
    board.decide(audit.ConcludeAudit, on, by=who, audit=ref, grades=(), summary="Done")


def on_training(board: Board, ref: str, **of: str) -> GradeRow:
    rows = [row for row in view(board, **of).grades if row.standard == "training"]
    return next(row for row in rows if (row.audit, row.agency) == (ref, "wsb/police"))


# Who has said how it stands


def test_who_was_asked_who_submitted_and_who_is_missing(board: Board) -> None:
    submit(board, "2017-05-01", POLICE)
    submit(board, "2017-05-02", TRUST)

    (row,) = view(board).audits
    assert (S11, "section-11", 3, 2, ("wsb/probation",)) == (
        row.audit,
        row.kind,
        row.asked,
        row.submitted,
        row.missing,
    )


def test_an_audit_has_the_days_it_was_planned_due_and_concluded(board: Board) -> None:
    """Of its own kind too; one that is not concluded has no such day."""
    conclude(board, "2017-06-15")
    own_audit(board, OWN, due=day("2017-09-30"))
    found = view(board)

    assert [(day("2017-03-01"), None, day("2017-06-15"))] == [
        (row.planned, row.due, row.concluded) for row in found.audits
    ]
    assert [(OWN, day("2017-03-10"), day("2017-09-30"), None)] == [
        (row.audit, row.planned, row.due, row.concluded) for row in found.own_audits
    ]


def test_a_view_says_of_when_it_is(board: Board) -> None:
    assert ("2018-12-31", None) == (view(board).valid, view(board).known)
    assert "2017-12-31T23:59:59.999999+00:00" == view(board, known="2017-12-31").known


def test_an_audit_without_its_plan_is_none(board: Board) -> None:
    """What was planned by mistake was never done, whatever else was entered."""
    submit(board, "2017-05-01")
    reasons = "Of another area"
    board.decide(
        VoidEntry, "2017-06-01", by=CHAIR, stream=f"audit-{S11}", entry=1, reasons=reasons
    )
    found = view(board)

    assert ((), (), ()) == (found.audits, found.grades, found.intervals)


def test_an_audit_amended_to_a_kind_that_there_is_not_is_known_by_its_code(board: Board) -> None:
    """It still is one in which agencies evaluated themselves, on the scale it was planned with."""
    submit(board, "2017-05-01", training="red")
    first: Any = next(iter(board.app.history(f"audit-{S11}"))).event
    found = with_amendment(board, 1, attrs.evolve(first, kind="section-12"))

    assert ["section-12"] == [row.kind for row in found.audits]
    assert [("green", 0), ("amber", 0), ("red", 1)] == [
        (row.grade, row.own) for row in found.standards if row.standard == "training"
    ]


def test_of_an_audit_that_names_no_agencies_nobody_is_missing() -> None:
    """Who was asked is not known, which is not the same as nobody."""
    board = Board()
    plan(board, S11, "2017-03-01", agencies=())
    submit(board, "2017-05-01", POLICE)

    (row,) = view(board).audits
    assert (None, 1, ()) == (row.asked, row.submitted, row.missing)


def test_a_successors_self_evaluation_counts_for_the_agency_that_was_asked(board: Board) -> None:
    board.decide(
        MergeBody, "2017-04-01", by=CHAIR, body="wsb/probation", into="wsb/rwt", reasons="One"
    )
    submit(board, "2017-05-01", TRUST, for_body="wsb/probation")

    (row,) = view(board).audits
    assert ("wsb/police", "wsb/rwt") == row.missing


def test_an_audit_of_case_files_is_no_self_evaluation() -> None:
    board = Board()
    plan(board, "wscb/maca-1", "2017-03-01", kind="maca", scale="ofsted")
    found = view(board)

    assert ((), (), ()) == (found.audits, found.standards, found.statements)


def test_a_cancelled_audit_is_off_the_schedule(board: Board) -> None:
    submit(board, "2017-05-01")
    board.decide(audit.CancelAudit, "2017-06-01", audit=S11, reasons="The tool has changed")
    found = view(board)

    assert ((), (), ()) == (found.audits, found.grades, found.statements)
    assert 1 == len(view(board, "2017-05-31").audits)


def test_assurance_statements_are_counted_of_those_asked_for(board: Board) -> None:
    """The police gave one of two; probation none of two; the council one that nobody asked for."""
    submit(board, "2017-05-01", POLICE)
    conclude(board, "2017-06-01")
    plan(board, NEXT, "2018-03-01", agencies=("wsb/police", "wsb/probation"))
    plan(board, "wscb/s175-2018", "2018-03-01", kind="section-175", agencies=())
    schools = dict.fromkeys(
        ("policy", "governance", "recruitment", "training", "records", "voice"), "green"
    )
    board.decide(
        audit.SubmitSelfEvaluation,
        "2018-05-01",
        by=by("wsb/council-education"),
        audit="wscb/s175-2018",
        grades=tuple(audit.StandardGrade(standard=s, grade=g) for s, g in schools.items()),
        statement="We are assured.",
    )

    assert [
        ("wsb/council-education", 0, 0, 1, day("2018-05-01")),
        ("wsb/police", 2, 1, 0, day("2017-05-01")),
        ("wsb/probation", 2, 0, 0, None),
        ("wsb/rwt", 1, 0, 0, None),
    ] == [
        (row.agency, row.asked, row.given, row.unasked, row.latest)
        for row in view(board).statements
    ]


# Grades


def test_a_moderated_grade_stands_beside_the_agencys_own(board: Board) -> None:
    """It never takes its place: not even when the agency submits again."""
    submit(board, "2017-05-01", training="green", recruitment="amber")
    moderate(board, "2017-05-10", "red")
    row = on_training(board, S11)
    assert ("green", "red", day("2017-05-10")) == (row.own, row.moderated, row.moderated_on)

    submit(board, "2017-05-20", training="amber")
    row = on_training(board, S11)
    assert ("amber", "red", day("2017-05-10")) == (row.own, row.moderated, row.moderated_on)


def test_before_it_was_moderated_the_own_grade_stood_alone(board: Board) -> None:
    submit(board, "2017-05-01", training="green")
    moderate(board, "2017-05-10", "red")

    row = on_training(board, S11, valid="2017-05-09")
    assert ("green", None, None) == (row.own, row.moderated, row.moderated_on)


def test_a_moderation_voided_leaves_the_own_grade_alone(board: Board) -> None:
    submit(board, "2017-05-01", training="green")
    moderate(board, "2017-05-10", "red")
    board.decide(
        VoidEntry,
        "2017-06-01",
        stream=f"audit-{S11}",
        entry=3,
        reasons="Of another agency",
    )

    assert None is on_training(board, S11).moderated
    assert "red" == on_training(board, S11, valid="2018-12-31", known="2017-05-31").moderated


def test_grades_are_counted_by_standard_as_said_and_as_moderated(board: Board) -> None:
    """Green and amber by their own word; amber and red as moderated."""
    submit(board, "2017-05-01", POLICE, training="green")
    submit(board, "2017-05-02", TRUST, training="amber")
    moderate(board, "2017-05-10", "red")

    assert [("green", 1, 0, 2), ("amber", 1, 1, 2), ("red", 0, 1, 2)] == [
        (row.grade, row.own, row.as_moderated, row.of)
        for row in view(board).standards
        if row.standard == "training"
    ]


def test_a_grade_amended_to_one_off_the_scale_is_shown_and_compared_with_nothing(
    board: Board,
) -> None:
    """As one recorded before amendments were held to the rules: nothing is lost of it."""
    submit(board, "2017-05-01", training="amber")
    conclude(board, "2017-06-01")
    plan(board, NEXT, "2018-03-01")
    submit(board, "2018-05-01", ref=NEXT, training="green")
    entry = next(n for n in board.app.history(f"audit-{S11}") if n.stream_position == 2).event
    assert isinstance(entry, audit.SelfEvaluationSubmitted)
    (purple,) = (audit.StandardGrade(standard="training", grade="purple"),)
    amended = audit.SelfEvaluationSubmitted(
        by=POLICE, on=entry.on, audit=S11, grades=(purple,), statement="So", evidence=()
    )
    found = with_amendment(board, 2, amended)

    assert [("green", 0), ("amber", 0), ("red", 0), ("purple", 1)] == [
        (row.grade, row.own) for row in found.standards if row.audit == S11
    ]
    (row,) = (each for each in found.grades if (each.audit, each.standard) == (NEXT, "training"))
    assert (S11, None, None) == (row.previous, row.change, row.change_as_moderated)


def test_the_audits_that_an_agency_rests_on_are_named(board: Board) -> None:
    own_audit(board, OWN)
    submit(board, "2017-05-01", evidence=(OWN,))

    assert {(OWN,)} == {row.evidence for row in view(board).grades}
    (row,) = view(board).own_audits
    assert (S11,) == row.cited_by


# From one audit to the next


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("red", "amber", "better"),
        ("red", "green", "better"),
        ("green", "red", "worse"),
        ("amber", "amber", "same"),
    ],
)
def test_a_grade_is_better_or_worse_by_the_order_of_the_scale(
    board: Board, before: str, after: str, change: str
) -> None:
    submit(board, "2017-05-01", training=before)
    conclude(board, "2017-06-01")
    plan(board, NEXT, "2018-03-01")
    submit(board, "2018-05-01", ref=NEXT, training=after)

    row = on_training(board, NEXT)
    assert (S11, change, change) == (row.previous, row.change, row.change_as_moderated)
    assert (None, None) == (on_training(board, S11).previous, on_training(board, S11).change)


def test_by_its_own_word_it_may_be_better_and_as_moderated_worse(board: Board) -> None:
    """Amber, then green by its own word; but the board found it red."""
    submit(board, "2017-05-01", training="amber")
    conclude(board, "2017-06-01")
    plan(board, NEXT, "2018-03-01")
    submit(board, "2018-05-01", ref=NEXT, training="green")
    moderate(board, "2018-05-10", "red", ref=NEXT)

    row = on_training(board, NEXT)
    assert ("better", "worse") == (row.change, row.change_as_moderated)


def test_an_agency_that_missed_an_audit_is_compared_with_the_one_before_that(board: Board) -> None:
    submit(board, "2017-05-01", training="amber")
    plan(board, NEXT, "2018-03-01")
    plan(board, "wscb/s11-2019", "2018-09-01")
    submit(board, "2018-10-01", ref="wscb/s11-2019", training="red")

    row = on_training(board, "wscb/s11-2019")
    assert (S11, "worse") == (row.previous, row.change)


def test_audits_of_another_kind_or_board_are_not_compared(board: Board) -> None:
    submit(board, "2017-05-01", training="amber")
    plan(board, "wsab/s11-2018", "2018-03-01", by=by("wsab/qpc"))
    submit(board, "2018-05-01", ref="wsab/s11-2018", training="green")

    assert None is on_training(board, "wsab/s11-2018").previous


# How often


def interval(board: Board, kind: str, valid: str = "2018-12-31") -> IntervalRow:
    (row,) = [row for row in view(board, valid).intervals if row.kind == kind]
    return row


@pytest.mark.parametrize(
    ("valid", "days"), [("2018-06-14", 0), ("2018-06-15", 0), ("2018-06-16", 1)]
)
def test_the_next_audit_is_due_so_many_months_after_the_last(
    board: Board, valid: str, days: int
) -> None:
    """A section 11 audit is annual; on the day itself it is not overdue."""
    conclude(board, "2017-06-15")

    row = interval(board, "section-11", valid)
    assert ("wscb", 12, S11, day("2017-06-15"), day("2018-06-15"), days) == (
        row.board,
        row.every_months,
        row.latest,
        row.concluded,
        row.next_due,
        row.overdue,
    )


def test_an_audit_under_way_does_not_end_the_wait_until_it_is_concluded(board: Board) -> None:
    conclude(board, "2017-06-15")
    plan(board, NEXT, "2018-03-01")
    row = interval(board, "section-11")
    assert (S11, NEXT, 199) == (row.latest, row.under_way, row.overdue)

    conclude(board, "2018-12-31", ref=NEXT)
    row = interval(board, "section-11")
    assert (NEXT, None, 0, day("2019-12-31")) == (
        row.latest,
        row.under_way,
        row.overdue,
        row.next_due,
    )


def test_what_was_never_concluded_is_due_since_the_pack_binds_the_board(board: Board) -> None:
    """One under way, one that the board has never planned; neither is said to be in time."""
    begun, never = interval(board, "section-11"), interval(board, "section-175")

    assert ("wscb", S11, day("2018-01-01"), 364) == (
        begun.board,
        begun.under_way,
        begun.next_due,
        begun.overdue,
    )
    assert ("wscb", None, 24, day("2019-01-01"), 0) == (
        never.board,
        never.under_way,
        never.every_months,
        never.next_due,
        never.overdue,
    )


def test_only_the_board_that_the_law_binds_has_an_interval(board: Board) -> None:
    """Section 11 of the Children Act asks nothing of the adults' board, which held one as well."""
    conclude(board, "2017-06-15")
    plan(board, "wsab/s11-2018", "2018-03-01", by=by("wsab/qpc"))

    assert [("wscb", S11)] == [
        (row.board, row.latest) for row in view(board).intervals if row.kind == "section-11"
    ]


# Audits of an agency's own


def own_audit(board: Board, ref: str, *, who: Authority = POLICE, **more: Any) -> None:
    plan(board, ref, "2017-03-10", kind="single-agency", by=who, agencies=(), **more)


def test_schedule_and_tool_are_shared_with_a_committee_or_they_are_not(board: Board) -> None:
    """Of two, one was shared; the other was concluded with a warning."""
    own_audit(board, OWN)
    own_audit(board, "wsb/own-2", who=TRUST)
    share: dict[str, Any] = {"tool": "Ten questions", "committee": "wscb/qac"}
    board.decide(audit.ShareAuditTool, "2017-03-11", by=POLICE, audit=OWN, **share)
    conclude(board, "2017-04-01", ref=OWN, who=POLICE)
    conclude(board, "2017-04-01", ref="wsb/own-2", who=TRUST)

    assert [
        ("wsb/police", True, ("wscb/qac",), ()),
        ("wsb/rwt", False, (), ("tool-not-shared",)),
    ] == [
        (row.agency, row.shared, row.shared_with, row.warnings) for row in view(board).own_audits
    ]


def test_a_tool_shown_to_a_committee_that_does_not_follow_such_audits_is_not_shared(
    board: Board,
) -> None:
    own_audit(board, OWN)
    share: dict[str, Any] = {"tool": "Ten questions", "committee": "wsb/jce"}
    board.decide(audit.ShareAuditTool, "2017-03-11", by=POLICE, audit=OWN, **share)

    (row,) = view(board).own_audits
    assert (False, ("wsb/jce",)) == (row.shared, row.shared_with)


def test_the_impact_is_shown_with_its_strongest_evidence(board: Board) -> None:
    """An agency's own audit is E2; what is claimed stands beside it."""
    own_audit(board, OWN)
    (row,) = view(board).own_audits
    assert (0, None) == (row.impacts, row.level)

    conclude(board, "2017-04-01", ref=OWN, who=POLICE)
    for claimed in (EvidenceLevel.OUTCOME_DATA, EvidenceLevel.OWN_AUDIT):
        fields: dict[str, Any] = {"impact": f"Children are seen {claimed}", "claimed": claimed}
        board.decide(audit.ShowImpact, "2017-05-01", by=POLICE, audit=OWN, **fields)
    (row,) = view(board).own_audits
    assert (2, 2, 4, day("2017-04-01")) == (row.impacts, row.level, row.claimed, row.concluded)


# Any history

EVENTS = events(World(refs=("wscb/1", "wscb/2", "wscb/3")), *get_args(audit.AuditEvent))
KINDS = ("section-11", "section-175", "single-agency", "maca")


def planned(number: int, kind: str) -> audit.AuditPlanned:
    return audit.AuditPlanned(
        by=POLICE,
        on=day(f"2018-0{number}-01"),
        audit=f"wscb/{number}",
        kind=kind,
        theme="T",
        basis="B",
        scale="rag",
        agencies=("wsb/lpp",),
    )


@given(st.lists(EVENTS, max_size=30), st.sampled_from(KINDS), st.sampled_from(KINDS))
def test_whatever_the_order_the_parts_add_up(
    history: list[Event[Any]], first: str, second: str
) -> None:
    """Corrections can make any order of entries: none is too much, and no part is lost."""
    begun = [planned(1, first), planned(2, second)]
    log = records_of([*begun, *history], every=timedelta(hours=1))
    found = fold(compliance, log, AsOf(valid=day("2019-06-30"), known=None, frameworks=load()))
    submitted = sum(row.submitted for row in found.audits)

    assert submitted == sum(row.given + row.unasked for row in found.statements)
    own, standing, of = Counter[str](), Counter[str](), {}
    for row in found.standards:
        which = f"{row.audit} {row.standard}"
        own[which] += row.own
        standing[which] += row.as_moderated
        of[which] = row.of
    assert of == own == standing
    assert len(found.grades) == sum(of.values())
    for grade in found.grades:
        assert (grade.previous is None) <= (grade.change is None)
        assert grade.previous != grade.audit
