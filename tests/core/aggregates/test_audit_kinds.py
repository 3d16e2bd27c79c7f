"""The kinds of audit: what each asks for, and its life at Wolverhampton. All are fictional."""

from functools import partial
from typing import Any

import attrs
import pytest

from lif_core.aggregates import audit
from lif_core.aggregates.audit import (
    AcknowledgeBriefingNote,
    AuditConcluded,
    CancelAudit,
    CheckImprovement,
    ConcludeAudit,
    GradeCount,
    GradeFile,
    ImpactShown,
    ImprovementChecked,
    IssueBriefingNote,
    ModerateSelfEvaluation,
    NoteActionReported,
    PlanAudit,
    ReportNoteAction,
    ReportTraining,
    SelfEvaluationModerated,
    SelfEvaluationSubmitted,
    ShareAuditTool,
    ShowImpact,
    StandardGrade,
    SubmitSelfEvaluation,
    TrainingReported,
)
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.aggregates.recommendation import Recommendation
from lif_core.decisions.decider import AnyDecider, Setting
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.testing.decider_contract import DeciderContract
from lif_core.values.authority import Authority
from lif_core.values.evidence import EvidenceLevel
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, happens, name, scenario_of
from tests.people import CHAIR, MANAGER, POLICE, QUALITY, TRAINING, by, day

DECIDER: AnyDecider = audit.decider
REF = "wscb/audit-1"
HOSPITAL = by("wsb/rwt")
PROBATION = by("wsb/probation")


def green(kind: str, **others: str) -> tuple[StandardGrade, ...]:
    """A grade on each standard of the kind's set: green, or as *others* say."""
    standards = WOLVERHAMPTON.standard_set(kind)
    assert standards is not None
    grades = {entry.code: "green" for entry in standards.standards} | others
    return tuple(StandardGrade(standard=code, grade=grade) for code, grade in grades.items())


def counts(**files: int) -> tuple[GradeCount, ...]:
    """How many files have each grade; an underscore stands for a space."""
    return tuple(
        GradeCount(grade=grade.replace("_", " "), files=count) for grade, count in files.items()
    )


MACA = PlanAudit(
    by=QUALITY,
    on=day("2018-01-02"),
    audit=REF,
    kind="maca",
    theme="neglect",
    basis="Referrals rose by a fifth in a year.",
    scale="ofsted",
)
OWN = but(MACA, by=POLICE, kind="single-agency")
SECTION_11 = but(MACA, kind="section-11", scale="rag", agencies=("wsb/police", "wsb/rwt"))
ANYBODY = but(SECTION_11, agencies=())
OF_TRAINING = but(MACA, by=TRAINING, kind="training", agencies=("wsb/police", "wsb/rwt"))

SHARE = ShareAuditTool(
    by=POLICE, on=day("2018-01-10"), audit=REF, tool="Twelve questions", committee="wscb/qac"
)
CANCEL = CancelAudit(by=QUALITY, on=day("2018-01-20"), audit=REF, reasons="An inspection came.")
GRADE = GradeFile(by=QUALITY, on=day("2018-02-01"), audit=REF, file="f-01", grade="good")
SUBMIT = SubmitSelfEvaluation(
    by=POLICE,
    on=day("2018-02-01"),
    audit=REF,
    grades=green("section-11", training="amber"),
    statement="One team waits for its training.",
)
MODERATE = ModerateSelfEvaluation(
    by=QUALITY,
    on=day("2018-02-20"),
    audit=REF,
    agency="wsb/police",
    standard="training",
    grade="red",
    reasons="Three teams wait.",
)
REPORT = ReportTraining(
    by=POLICE, on=day("2018-02-01"), audit=REF, group="front line", staff=80, completed=60
)
CHECK = CheckImprovement(
    by=QUALITY,
    on=day("2018-03-02"),
    audit=REF,
    recommendation="wscb/r-1",
    check="c-1",
    passed=True,
    note="In 10 of 12 files.",
)
CONCLUDE = ConcludeAudit(
    by=QUALITY, on=day("2018-03-01"), audit=REF, grades=counts(good=1), summary="One file."
)
IMPACT = ShowImpact(
    by=QUALITY,
    on=day("2018-03-10"),
    audit=REF,
    impact="Children are seen alone.",
)
NOTE = IssueBriefingNote(
    by=QUALITY, on=day("2018-03-05"), audit=REF, note="See the child.", agencies=("wsb/police",)
)
ACKNOWLEDGE = AcknowledgeBriefingNote(
    by=POLICE, on=day("2018-03-12"), audit=REF, relevant="We see few alone.", will_do="Ask to."
)
ACT = ReportNoteAction(by=POLICE, on=day("2018-06-12"), audit=REF, done="We asked in 9 of 10.")

NOTED = (MACA, CONCLUDE, NOTE, ACKNOWLEDGE)


after = partial(scenario_of, DECIDER)


# The whole life, by what the kind asks for


class TestAuditOfAKind(DeciderContract):
    """Of files and with a note, of standards, of training, cancelled."""

    decider = DECIDER
    lives = (
        (MACA, SHARE, GRADE, CONCLUDE, CHECK, NOTE, IMPACT, ACKNOWLEDGE, ACT),
        (SECTION_11, SUBMIT, MODERATE),
        (OF_TRAINING, REPORT),
        (MACA, CANCEL),
    )
    frameworks = (WOLVERHAMPTON,)
    world = WORLD

    def event_of(self, command: Command, framework: Framework) -> Event[Any]:
        """The level of evidence is worked out."""
        return became(command)


# Planned


def test_a_kind_is_one_of_the_frameworks() -> None:
    """What an audit asks for goes by its kind; a pack without kinds takes any."""
    command = but(MACA, kind="deep dive")

    assert "audit.unknown-kind" == after().refuses(command)
    assert happens(after(framework=GENERAL), command)


@pytest.mark.parametrize("kind", [entry.kind for entry in WOLVERHAMPTON.audit_kinds])
def test_each_kind_of_the_framework_can_be_planned(kind: str) -> None:
    """Single-agency, multi-agency, section 11, section 175, training (framework §3.5-3.8)."""
    planner = POLICE if kind == "single-agency" else QUALITY

    assert happens(after(), but(MACA, by=planner, kind=kind))


@pytest.mark.parametrize("planner", [CHAIR, QUALITY, TRAINING], ids=lambda who: str(who.body))
def test_an_agencys_own_audit_is_planned_by_an_agency(planner: Authority) -> None:
    """A board or a committee has no practice of its own to audit (framework §3.5)."""
    assert "audit.own-agency" == after().refuses(but(OWN, by=planner))
    assert happens(after(), OWN)
    assert happens(after(framework=GENERAL), but(OWN, by=planner))


@pytest.mark.parametrize("agencies", [("wsb/rwt",), ("wsb/police", "wsb/rwt")])
def test_an_agency_plans_its_own_audit_of_itself_alone(agencies: tuple[str, ...]) -> None:
    """Each decides for itself when and how (framework §3.5)."""
    assert "audit.own-agency" == after().refuses(but(OWN, agencies=agencies))


@pytest.mark.parametrize("agencies", [(), ("wsb/police",)], ids=["not named", "named"])
def test_an_agency_may_name_itself_in_its_own_audit(agencies: tuple[str, ...]) -> None:
    """It is of that agency either way."""
    assert happens(after(), but(OWN, agencies=agencies))


def test_a_committee_plans_a_multi_agency_audit_of_others() -> None:
    """Only the kind that is an agency's own binds it to itself."""
    assert happens(after(), but(MACA, agencies=("wsb/police", "wsb/rwt")))


def test_an_audit_is_not_due_before_it_is_planned() -> None:
    """It would be late from the start."""
    assert "audit.due-in-the-past" == after().refuses(but(MACA, due=day("2018-01-01")))
    assert happens(after(), but(MACA, due=day("2018-01-02")))


# Concluded by the agency whose own it is


@pytest.mark.parametrize("body", [HOSPITAL, QUALITY, CHAIR], ids=lambda who: str(who.body))
def test_an_agencys_own_audit_is_concluded_by_that_agency(body: Authority) -> None:
    """It decides when it is done (framework §3.5); an audit of several has a committee for it."""
    scenario = after(OWN, SHARE)

    assert "audit.own-agency" == scenario.refuses(but(CONCLUDE, by=body))
    assert happens(scenario, but(CONCLUDE, by=POLICE))
    assert happens(after(MACA), but(CONCLUDE, by=body))


def test_after_a_merger_the_successor_concludes_the_audit_of_the_merged_agency() -> None:
    """And nobody else does."""
    state = DECIDER.fold(after(but(OWN, by=HOSPITAL), but(SHARE, by=HOSPITAL)).given)
    setting = Setting(WOLVERHAMPTON, lambda body: "wsb/new-trust" if body == "wsb/rwt" else body)
    command = but(CONCLUDE, by=by("wsb/new-trust"))
    with pytest.raises(RefusedError) as refused:
        DECIDER.decide(but(command, by=POLICE), state, setting)

    assert "audit.own-agency" == refused.value.rule
    assert (AuditConcluded.of(command),) == DECIDER.decide(command, state, setting)


# Cancelled


@pytest.mark.parametrize(
    "command",
    [SHARE, GRADE, SUBMIT, MODERATE, REPORT, CHECK, CONCLUDE, IMPACT, NOTE, ACKNOWLEDGE, ACT],
    ids=name,
)
def test_nothing_more_is_decided_about_an_audit_that_was_cancelled(command: Command) -> None:
    """It is off the schedule; begun again, it is another audit."""
    assert "audit.cancelled" == after(MACA, CANCEL).refuses(command)


def test_an_audit_is_cancelled_once() -> None:
    """For the reasons that were given; the same words again are quiet."""
    other = but(CANCEL, reasons="Another reason.")

    assert "audit.cancelled" == after(MACA, CANCEL).refuses(other)
    assert happens(after(MACA), CANCEL)


def test_an_audit_that_was_concluded_is_not_cancelled() -> None:
    """It took place."""
    late = but(CANCEL, on=day("2018-03-02"))

    assert "audit.concluded-already" == after(MACA, CONCLUDE).refuses(late)
    assert happens(after(MACA, GRADE), late)


def test_a_cancelled_audit_keeps_its_reference() -> None:
    """Two audits under one reference could not be told apart."""
    again = but(MACA, on=day("2018-05-01"))

    assert "audit.reference-taken" == after(MACA, CANCEL).refuses(again)


# Files graded one by one


@pytest.mark.parametrize("plan", [OWN, SECTION_11, OF_TRAINING], ids=lambda plan: str(plan.kind))
def test_a_file_is_graded_in_an_audit_of_files(plan: PlanAudit) -> None:
    """Elsewhere nobody counts it; without a pack, any audit may be of files."""
    plan = but(plan, scale="ofsted")

    assert "audit.not-of-files" == after(plan).refuses(GRADE)
    assert happens(after(MACA), GRADE)
    assert happens(after(plan, framework=GENERAL), GRADE)


def test_a_file_has_a_grade_of_the_scale_of_its_audit() -> None:
    """Else it could not be counted as good or as not good."""
    assert "audit.unknown-grade" == after(MACA).refuses(but(GRADE, grade="green"))
    assert happens(after(but(MACA, scale="rag")), but(GRADE, grade="green"))


def test_a_file_is_graded_once() -> None:
    """Graded twice, one child would count as two; another grade is a correction."""
    scenario = after(MACA, GRADE)

    assert "audit.file-graded-already" == scenario.refuses(but(GRADE, grade="inadequate"))
    assert "audit.file-graded-already" == scenario.refuses(but(GRADE, on=day("2018-02-02")))
    assert happens(scenario, but(GRADE, file="f-02"))


def test_no_file_is_graded_after_the_grades_are_final() -> None:
    """The conclusion would no longer say what was found."""
    late = but(GRADE, file="f-02")

    assert "audit.concluded-already" == after(MACA, GRADE, CONCLUDE).refuses(late)


@pytest.mark.parametrize(
    "grades",
    [counts(good=2), counts(good=1, inadequate=2), counts(inadequate=1), counts(outstanding=2)],
    ids=["one left out", "one too many", "another left out", "another grade"],
)
def test_a_conclusion_counts_the_files_that_were_graded(grades: tuple[GradeCount, ...]) -> None:
    """Where each file is on record, the count is not a matter of opinion."""
    graded = (MACA, GRADE, but(GRADE, file="f-02", grade="inadequate"))

    assert "audit.counts-differ" == after(*graded).refuses(but(CONCLUDE, grades=grades))


def test_an_audit_is_not_concluded_before_its_last_file_was_graded() -> None:
    """Its grades would be final before there were all of them; the same day will do."""
    scenario = after(MACA, but(GRADE, on=day("2018-02-20")), but(GRADE, file="f-02"))
    command = but(CONCLUDE, grades=counts(good=2))

    assert "audit.out-of-order" == scenario.refuses(but(command, on=day("2018-02-19")))
    assert happens(scenario, but(command, on=day("2018-02-20")))


def test_an_audit_is_not_concluded_before_its_last_self_evaluation() -> None:
    """What was concluded was concluded from what there was."""
    scenario = after(SECTION_11, SUBMIT, but(SUBMIT, by=HOSPITAL, on=day("2018-02-20")))
    command = but(CONCLUDE, grades=())

    assert "audit.out-of-order" == scenario.refuses(but(command, on=day("2018-02-19")))
    assert happens(scenario, but(command, on=day("2018-02-20")))


@pytest.mark.parametrize(
    "grades", [counts(inadequate=1, good=1), counts(good=1, inadequate=1, outstanding=0)]
)
def test_a_conclusion_may_count_in_any_order_and_name_grades_nobody_has(
    grades: tuple[GradeCount, ...],
) -> None:
    """None of a grade is none, said or not."""
    graded = (MACA, GRADE, but(GRADE, file="f-02", grade="inadequate"))

    assert happens(after(*graded), but(CONCLUDE, grades=grades))


@pytest.mark.parametrize("plan", [OWN, SECTION_11, OF_TRAINING], ids=lambda plan: str(plan.kind))
def test_only_a_case_audit_has_to_have_files(plan: PlanAudit) -> None:
    """The other kinds look at an agency, not at case files."""
    (event,) = after(plan).records(but(CONCLUDE, by=plan.by, grades=()))

    assert isinstance(event, AuditConcluded)
    assert "audit.no-files" == after(MACA).refuses(but(CONCLUDE, grades=()))


# What it lacked when it was concluded


@pytest.mark.parametrize(
    ("said", "warnings"),
    [
        ((OWN,), ("tool-not-shared",)),
        ((OWN, but(SHARE, committee="wsb/lpp")), ("tool-not-shared",)),
        ((OWN, SHARE), ()),
        ((OWN, but(SHARE, committee="wsab/qpc")), ()),
        ((MACA,), ()),
        ((SECTION_11,), ("not-all-submitted",)),
        ((SECTION_11, SUBMIT), ("not-all-submitted",)),
        ((SECTION_11, SUBMIT, but(SUBMIT, by=HOSPITAL)), ()),
        ((ANYBODY,), ("not-all-submitted",)),
        ((ANYBODY, SUBMIT), ()),
        ((OF_TRAINING,), ("nothing-reported",)),
        ((OF_TRAINING, REPORT), ()),
    ],
    ids=[
        "own, not shared",
        "own, shared with another committee",
        "own, shared",
        "own, shared with the adults' committee",
        "of case files",
        "section 11, nobody",
        "section 11, one of two",
        "section 11, both",
        "section 11 of anybody, nobody",
        "section 11 of anybody, one",
        "training, nothing",
        "training, one group",
    ],
)
def test_what_an_audit_lacked_is_on_record_with_its_conclusion(
    said: tuple[Command, ...], warnings: tuple[str, ...]
) -> None:
    """It is not refused: an audit that was done is a fact, and so is how."""
    plan = said[0]
    of_rag = plan in (SECTION_11, ANYBODY)
    command = but(CONCLUDE, by=plan.by, grades=counts(green=1) if of_rag else counts(good=1))
    scenario = after(*said)

    assert (AuditConcluded.of(command, warnings=warnings),) == scenario.records(command)
    assert scenario.quiet(command)


# The tool, shared


def test_the_tool_may_be_shared_with_each_committee_and_again_when_it_changed() -> None:
    """Both boards have a committee for it (framework §3.5)."""
    other = but(SHARE, committee="wsab/qpc")
    revised = but(SHARE, on=day("2018-01-12"), tool="Ten questions")

    assert happens(after(OWN, SHARE), other)
    assert happens(after(OWN, SHARE), revised)


def test_a_tool_does_not_replace_one_that_was_shared_later() -> None:
    """The committee has the last one; the first, said again after it, is quiet."""
    revised = but(SHARE, on=day("2018-01-12"), tool="Ten questions")
    scenario = after(OWN, revised)

    assert "audit.out-of-order" == scenario.refuses(but(SHARE, on=day("2018-01-11")))
    assert happens(scenario, but(SHARE, on=day("2018-01-12")))
    assert happens(scenario, but(SHARE, committee="wsab/qpc"))
    assert () == after(OWN, SHARE, revised).records(SHARE)


def test_no_tool_is_shared_after_the_conclusion() -> None:
    """It is shared so that others can say something to it (framework §3.5)."""
    concluded = but(CONCLUDE, by=POLICE)
    late = but(SHARE, on=day("2018-03-02"))

    assert "audit.concluded-already" == after(OWN, concluded).refuses(late)
    assert () == after(OWN, SHARE, concluded).records(SHARE)


# Self-evaluation


@pytest.mark.parametrize(
    "grades",
    [
        green("section-11")[1:],
        (*green("section-11"), StandardGrade(standard="voice", grade="green")),
        green("section-175"),
        (),
    ],
    ids=["one left out", "one of another set", "another set", "none"],
)
def test_an_agency_evaluates_itself_against_each_standard_of_the_set(
    grades: tuple[StandardGrade, ...],
) -> None:
    """A standard left out would be the one that is not met."""
    assert "audit.standards-differ" == after(SECTION_11).refuses(but(SUBMIT, grades=grades))


def test_a_standard_is_graded_once_in_a_self_evaluation() -> None:
    """Two grades leave open which one counts."""
    grades = (*green("section-11"), StandardGrade(standard="training", grade="red"))

    assert "audit.graded-twice" == after(SECTION_11).refuses(but(SUBMIT, grades=grades))
    assert happens(after(SECTION_11), SUBMIT)


def test_a_self_evaluation_uses_the_scale_of_its_standards() -> None:
    """The scale of the audit is for case files."""
    grades = green("section-11", training="good")

    assert "audit.unknown-grade" == after(SECTION_11).refuses(but(SUBMIT, grades=grades))


@pytest.mark.parametrize("plan", [MACA, OWN], ids=lambda plan: str(plan.kind))
def test_a_kind_without_standards_takes_no_self_evaluation(plan: PlanAudit) -> None:
    """There is nothing to hold an agency against; without a pack, it says against what."""
    assert "audit.no-standards" == after(plan).refuses(SUBMIT)
    assert happens(after(plan, framework=GENERAL), SUBMIT)


def test_only_who_takes_part_submits_where_that_is_said() -> None:
    """The count of who has submitted is of those who were asked."""
    other = but(SUBMIT, by=PROBATION)
    asked_all = but(SECTION_11, agencies=())

    assert "audit.not-taking-part" == after(SECTION_11).refuses(other)
    assert happens(after(asked_all), other)


def test_a_later_self_evaluation_replaces_the_one_before() -> None:
    """Not one from an earlier day, which would undo what was said since."""
    better = but(SUBMIT, on=day("2018-02-09"), grades=green("section-11"))
    earlier = but(better, on=day("2018-01-31"))

    assert happens(after(SECTION_11, SUBMIT), better)
    assert "audit.out-of-order" == after(SECTION_11, SUBMIT).refuses(earlier)
    assert () == after(SECTION_11, SUBMIT, better).records(SUBMIT)


def test_no_self_evaluation_is_submitted_after_the_conclusion() -> None:
    """What was concluded was concluded from what there was."""
    late = but(SUBMIT, on=day("2018-03-02"))
    concluded = but(CONCLUDE, grades=())

    assert "audit.concluded-already" == after(SECTION_11, concluded).refuses(late)


def test_a_self_evaluation_is_no_evidence_of_itself() -> None:
    """It rests on other audits: its own would say what it says (framework §3.7)."""
    scenario = after(SECTION_11)

    assert "audit.evidence-of-itself" == scenario.refuses(but(SUBMIT, evidence=(REF,)))
    assert "audit.evidence-of-itself" == scenario.refuses(
        but(SUBMIT, evidence=("wscb/audit-2", REF))
    )
    assert happens(scenario, but(SUBMIT, evidence=("wscb/audit-2",)))


def test_only_what_was_submitted_is_moderated() -> None:
    """A moderated grade stands beside the agency's own."""
    scenario = after(SECTION_11, SUBMIT)

    assert "audit.not-submitted" == scenario.refuses(but(MODERATE, agency="wsb/rwt"))
    assert happens(scenario, MODERATE)


def test_only_a_standard_that_the_agency_graded_is_moderated() -> None:
    """One of another set is more likely a wrong code."""
    scenario = after(SECTION_11, SUBMIT)

    assert "audit.unknown-standard" == scenario.refuses(but(MODERATE, standard="voice"))
    assert happens(scenario, but(MODERATE, standard="recruitment"))


def test_a_moderated_grade_is_one_of_the_scale() -> None:
    """The two grades are read side by side."""
    scenario = after(SECTION_11, SUBMIT)

    assert "audit.unknown-grade" == scenario.refuses(but(MODERATE, grade="good"))
    assert happens(scenario, but(MODERATE, grade="green"))


def test_a_self_evaluation_is_not_moderated_before_it_was_submitted() -> None:
    """The day of the submission is the first."""
    scenario = after(SECTION_11, SUBMIT)

    assert "audit.out-of-order" == scenario.refuses(but(MODERATE, on=day("2018-01-31")))
    assert happens(scenario, but(MODERATE, on=day("2018-02-01")))


def test_a_moderation_does_not_replace_a_later_one() -> None:
    """Nor is it undone by a retry; on the same day it may be taken back."""
    scenario = after(SECTION_11, SUBMIT, MODERATE)
    back = but(MODERATE, grade="amber")

    assert "audit.out-of-order" == scenario.refuses(but(back, on=day("2018-02-19")))
    assert happens(scenario, back)
    assert happens(scenario.after(back), MODERATE)
    assert happens(scenario, but(back, on=day("2018-02-19"), standard="recruitment"))
    assert () == scenario.after(but(back, on=day("2018-02-21"))).records(MODERATE)


def test_no_self_evaluation_is_moderated_after_the_conclusion() -> None:
    """The conclusion would no longer say what was found."""
    concluded = but(CONCLUDE, grades=())
    late = but(MODERATE, on=day("2018-03-02"))

    assert "audit.concluded-already" == after(SECTION_11, SUBMIT, concluded).refuses(late)
    assert () == after(SECTION_11, SUBMIT, MODERATE, concluded).records(MODERATE)


# Training, reported


@pytest.mark.parametrize("plan", [MACA, OWN, SECTION_11], ids=lambda plan: str(plan.kind))
def test_training_is_reported_to_an_audit_of_training(plan: PlanAudit) -> None:
    """Elsewhere nobody would look for the numbers; without a pack, any audit may be one."""
    assert "audit.not-of-training" == after(plan).refuses(REPORT)
    assert happens(after(plan, framework=GENERAL), REPORT)


def test_only_who_takes_part_reports_its_training() -> None:
    """As with any audit of several agencies."""
    assert "audit.not-taking-part" == after(OF_TRAINING).refuses(but(REPORT, by=PROBATION))
    assert happens(after(OF_TRAINING), but(REPORT, by=HOSPITAL))


def test_no_more_completed_training_than_there_are_staff() -> None:
    """Whoever has left since is no longer of the group."""
    scenario = after(OF_TRAINING)

    assert "audit.more-completed-than-staff" == scenario.refuses(but(REPORT, completed=81))
    assert happens(scenario, but(REPORT, completed=80))
    assert happens(scenario, but(REPORT, staff=0, completed=0))


def test_an_agency_reports_on_each_group_once() -> None:
    """Added up twice, the same staff would count twice."""
    scenario = after(OF_TRAINING, REPORT)

    assert "audit.training-reported-already" == scenario.refuses(but(REPORT, completed=70))
    assert happens(scenario, but(REPORT, group="managers"))
    assert happens(scenario, but(REPORT, by=HOSPITAL))


def test_an_agency_and_its_group_are_not_taken_for_another_agency_and_its() -> None:
    """References may hold spaces."""
    everybody = but(OF_TRAINING, agencies=())
    reported = but(REPORT, by=by("wsb/school a"), group="staff")

    assert happens(after(everybody, reported), but(REPORT, by=by("wsb/school"), group="a staff"))


def test_no_training_is_reported_after_the_conclusion() -> None:
    """Its sum has been said."""
    concluded = but(CONCLUDE, grades=())
    late = but(REPORT, on=day("2018-03-02"))

    assert "audit.concluded-already" == after(OF_TRAINING, concluded).refuses(late)
    assert () == after(OF_TRAINING, REPORT, concluded).records(REPORT)


# Improvements, checked; impact, shown


def test_an_audit_finds_once_under_a_reference_whether_a_change_lasts() -> None:
    """The recommendation would have two outcomes of one check."""
    scenario = after(MACA, CONCLUDE, CHECK)

    assert "audit.checked-already" == scenario.refuses(but(CHECK, passed=False))
    assert happens(scenario, but(CHECK, check="c-2", passed=False))
    assert happens(scenario, but(CHECK, recommendation="wscb/r-2"))


def test_what_an_audit_finds_of_a_change_is_said_once_it_is_concluded() -> None:
    """Until then it is no evidence, and nothing would rest on it."""
    concluded = after(MACA, CONCLUDE)

    assert "audit.not-concluded" == after(MACA).refuses(CHECK)
    assert "audit.out-of-order" == concluded.refuses(but(CHECK, on=day("2018-02-28")))
    assert happens(concluded, but(CHECK, on=day("2018-03-01")))


@pytest.mark.parametrize(
    ("planned", "owner", "level"),
    [
        (OWN, "wsb/rwt", EvidenceLevel.OWN_AUDIT),
        (MACA, "wsb/rwt", EvidenceLevel.INDEPENDENT_AUDIT),
        (MACA, "wscb/qac", EvidenceLevel.OWN_AUDIT),
        (but(MACA, agencies=("wsb/rwt",)), "wscb/qac", EvidenceLevel.INDEPENDENT_AUDIT),
    ],
    ids=["an agency's own", "by another", "by the owner", "by several"],
)
def test_an_audit_states_no_level_above_what_it_is(
    planned: PlanAudit, owner: str, level: EvidenceLevel
) -> None:
    """What an agency finds of itself nobody else has seen; a claim is kept beside (§3.5)."""
    held = Recommendation().held_from(planned.on, owner=owner)
    states = {"recommendation-wscb/r-1": Recommendation(**held)}
    check = but(CHECK, by=planned.by, claimed=EvidenceLevel.OUTCOME_DATA)
    impact = but(
        IMPACT,
        by=planned.by,
        claimed=EvidenceLevel.OUTCOME_DATA,
        recommendations=("wscb/r-1",),
    )
    scenario = attrs.evolve(after(planned, but(CONCLUDE, by=planned.by)), states=states)

    (checked,) = scenario.records(check)
    (shown,) = scenario.after(check).records(impact)
    assert isinstance(checked, ImprovementChecked)
    assert isinstance(shown, ImpactShown)
    assert [(level, EvidenceLevel.OUTCOME_DATA)] * 2 == [
        (event.level, event.claimed) for event in (checked, shown)
    ]


def test_an_impact_is_shown_as_strongly_as_of_the_recommendation_it_is_weakest_for() -> None:
    """The audit does not look at the second one: of that, it shows nothing."""
    planned = but(MACA, agencies=("wsb/rwt",), looks_at=("recommendation-wscb/r-1",))
    scenario = after(planned, CONCLUDE)
    both = but(IMPACT, recommendations=("wscb/r-1", "wscb/r-2"))

    levels = [
        event.level  # type: ignore[attr-defined]  # it is an impact
        for command in (IMPACT, but(both, recommendations=("wscb/r-1",)), both)
        for event in scenario.records(command)
    ]
    assert [EvidenceLevel.INDEPENDENT_AUDIT] * 2 + [EvidenceLevel.ASSERTION] == levels
    assert "evidence.other-stream" == scenario.refuses(but(IMPACT, rests_on=("review-wscb/1",)))


def test_impact_is_shown_by_an_audit_that_was_concluded() -> None:
    """Not before: its grades might still change."""
    concluded = after(MACA, CONCLUDE)

    assert "audit.not-concluded" == after(MACA).refuses(IMPACT)
    assert "audit.out-of-order" == concluded.refuses(but(IMPACT, on=day("2018-02-28")))
    assert happens(concluded, but(IMPACT, on=day("2018-03-01")))
    assert happens(concluded.after(IMPACT), but(IMPACT, impact="Fewer children go missing."))


# What came of the note


def test_an_agency_reports_what_it_did_of_what_it_said() -> None:
    """Who has not said what it will do cannot report that it was done."""
    unanswered = after(MACA, CONCLUDE, NOTE)

    assert "audit.not-acknowledged" == unanswered.refuses(ACT)
    assert "audit.not-acknowledged" == after(*NOTED).refuses(but(ACT, by=HOSPITAL))
    assert happens(after(*NOTED), ACT)


def test_nothing_was_done_of_it_before_it_was_said() -> None:
    """The day of the acknowledgement is the first."""
    scenario = after(*NOTED)

    assert "audit.out-of-order" == scenario.refuses(but(ACT, on=day("2018-03-11")))
    assert happens(scenario, but(ACT, on=day("2018-03-12")))


def test_an_agency_may_report_more_later() -> None:
    """Learning is taken up in steps."""
    assert happens(after(*NOTED, ACT), but(ACT, on=day("2018-09-12"), done="In all."))


def test_what_was_done_does_not_replace_what_was_reported_later() -> None:
    """The last report stands; the first, said again after it, is quiet."""
    later = but(ACT, on=day("2018-09-12"), done="In all.")
    scenario = after(*NOTED, ACT)

    assert "audit.out-of-order" == scenario.refuses(but(later, on=day("2018-06-11")))
    assert happens(scenario, but(later, on=day("2018-06-12")))
    assert () == scenario.after(later).records(ACT)


# After a merger


@pytest.mark.parametrize(
    ("said", "command", "event"),
    [
        ((SECTION_11,), SUBMIT, SelfEvaluationSubmitted),
        ((OF_TRAINING,), REPORT, TrainingReported),
        ((MACA, CONCLUDE, but(NOTE, agencies=("wsb/rwt",)), ACKNOWLEDGE), ACT, NoteActionReported),
    ],
    ids=["submits", "reports training", "reports what was done"],
)
def test_after_a_merger_the_successor_speaks_for_the_merged_agency_and_nobody_else(
    said: tuple[Command, ...], command: Any, event: Any
) -> None:
    """It says for whom, so that each agency asked is counted once."""
    for_hospital = but(command, by=by("wsb/new-trust"), for_body="wsb/rwt")
    said = tuple(but(one, by=HOSPITAL) if one == ACKNOWLEDGE else one for one in said)
    state = DECIDER.fold(after(*said).given)
    setting = Setting(WOLVERHAMPTON, lambda body: "wsb/new-trust" if body == "wsb/rwt" else body)
    with pytest.raises(RefusedError) as refused:
        DECIDER.decide(but(for_hospital, by=POLICE), state, setting)

    assert "authority.not-successor" == refused.value.rule
    assert (event.of(for_hospital),) == DECIDER.decide(for_hospital, state, setting)


# Lives, through the public API, under the rights of the pack


def refused(board: Board, command: type[Command], on: str, **fields: Any) -> RefusedError:
    """How the store refuses it."""
    with pytest.raises(RefusedError) as raised:
        board.decide(command, on, **fields)
    return raised.value


def plan(board: Board, on: str, audit: str, kind: str, **fields: Any) -> None:
    values = {"theme": "neglect", "basis": "Referrals rose.", "scale": "ofsted", **fields}
    board.decide(PlanAudit, on, audit=audit, kind=kind, **values)


def last(board: Board, ref: str) -> Any:
    """What was recorded last of the audit."""
    return list(board.app.history(f"audit-{ref}"))[-1].event


def test_an_agency_audits_itself_and_its_audit_supports_its_self_evaluation(board: Board) -> None:
    """Its own time and method; schedule and tool shared; impact shown (framework §3.5)."""
    own = "wscb/police-2018"
    plan(
        board,
        "2018-01-08",
        own,
        "single-agency",
        by=POLICE,
        agencies=("wsb/police",),
        method="Ten logs, read by two sergeants.",
        due=day("2018-03-31"),
    )
    for committee in ("wscb/qac", "wsab/qpc"):
        board.decide(
            ShareAuditTool, "2018-01-09", by=POLICE, audit=own, tool="v1", committee=committee
        )
    board.decide(
        ConcludeAudit,
        "2018-03-20",
        by=POLICE,
        audit=own,
        grades=counts(good=7, requires_improvement=3),
        summary="Seven of ten logs tell of the child.",
    )
    assert () == last(board, own).warnings
    board.decide(
        ShowImpact,
        "2018-03-27",
        by=POLICE,
        audit=own,
        impact="Two children were moved to safety the same day.",
        claimed=EvidenceLevel.OWN_AUDIT,
    )

    plan(board, "2018-04-02", "wscb/s11", "section-11", scale="rag", agencies=("wsb/police",))
    asked: dict[str, Any] = {
        "by": POLICE,
        "audit": "wscb/s11",
        "grades": green("section-11"),
        "statement": "Met.",
    }
    unheard = refused(board, SubmitSelfEvaluation, "2018-05-01", evidence=("wscb/none",), **asked)
    board.decide(SubmitSelfEvaluation, "2018-05-01", evidence=(own,), **asked)

    assert ("reference.unknown", "audit-wscb/none") == (unheard.rule, unheard.facts["stream"])
    assert (own,) == last(board, "wscb/s11").evidence


def test_an_agency_does_not_audit_another_in_its_own_audit(board: Board) -> None:
    """Its own agency plans (framework §3.5)."""
    fields: dict[str, Any] = {
        "kind": "single-agency",
        "theme": "neglect",
        "basis": "Referrals",
        "scale": "ofsted",
    }
    error = refused(
        board,
        PlanAudit,
        "2018-01-08",
        by=POLICE,
        audit="wscb/rwt-2018",
        agencies=("wsb/rwt",),
        **fields,
    )

    assert "audit.own-agency" == error.rule


WALSALL = by("walsall-scb")


@pytest.mark.parametrize("who", [POLICE, WALSALL], ids=lambda who: str(who.body))
@pytest.mark.parametrize("kind", ["maca", "section-11", "section-175", "training"])
def test_an_audit_of_several_agencies_is_planned_by_a_board_or_a_committee(
    board: Board, kind: str, who: Authority
) -> None:
    """Of the board whose reference it bears, or that serves it (framework §3.6-3.8)."""
    fields = {"kind": kind, "theme": "neglect", "basis": "Referrals rose.", "scale": "ofsted"}
    planned = [
        board.decide(PlanAudit, "2018-01-08", by=entitled, audit=f"wscb/{number}", **fields)
        for number, entitled in enumerate((CHAIR, QUALITY, TRAINING))
    ]
    error = refused(board, PlanAudit, "2018-01-08", by=who, audit="wscb/9", **fields)

    assert [1, 1, 1] == [len(records) for records in planned]
    assert "authority.not-entitled" == error.rule


@pytest.mark.parametrize("who", [HOSPITAL, WALSALL], ids=lambda who: str(who.body))
def test_what_a_committee_audits_is_cancelled_graded_concluded_and_noted_by_no_agency(
    board: Board, who: Authority
) -> None:
    """An agency that is audited does not end its audit; nor does another area's board."""
    plan(board, "2018-01-08", "wscb/off", "maca")
    plan(board, "2018-01-08", "wscb/on", "maca")
    asked: list[tuple[type[Command], str, dict[str, Any]]] = [
        (CancelAudit, "2018-01-20", {"audit": "wscb/off", "reasons": "An inspection came."}),
        (GradeFile, "2018-02-01", {"audit": "wscb/on", "file": "f-01", "grade": "good"}),
        (
            ConcludeAudit,
            "2018-03-01",
            {"audit": "wscb/on", "grades": counts(good=1), "summary": "One file."},
        ),
        (
            IssueBriefingNote,
            "2018-03-05",
            {"audit": "wscb/on", "note": "See the child.", "agencies": ("wsb/police",)},
        ),
    ]
    rules, numbers = [], []
    for command, on, fields in asked:
        rules.append(refused(board, command, on, by=who, **fields).rule)
        numbers.append(len(board.decide(command, on, by=TRAINING, **fields)))

    assert ["authority.not-entitled"] * 4 == rules
    assert [1] * 4 == numbers


FILES = ("outstanding", *["good"] * 3, *["requires improvement"] * 6, *["inadequate"] * 2)


def case_audit(board: Board) -> None:
    """Twelve files, graded one by one: 1, 3, 6 and 2."""
    plan(board, "2017-11-06", "wscb/maca-1", "maca", agencies=("wsb/police", "wsb/rwt"))
    for number, grade in enumerate(FILES, start=1):
        board.decide(
            GradeFile, "2018-01-08", audit="wscb/maca-1", file=f"f-{number:02}", grade=grade
        )


def test_a_case_audit_counts_each_file_and_its_learning_is_taken_up(board: Board) -> None:
    """Graded, concluded with counts that agree, noted, acknowledged, acted on (framework §3.6)."""
    case_audit(board)
    conclude: dict[str, Any] = {
        "audit": "wscb/maca-1",
        "summary": "Four of twelve are good or better.",
    }
    right = counts(outstanding=1, good=3, requires_improvement=6, inadequate=2)
    wrong = counts(outstanding=1, good=4, requires_improvement=5, inadequate=2)
    differ = refused(board, ConcludeAudit, "2018-01-15", grades=wrong, **conclude)
    agency = refused(board, ConcludeAudit, "2018-01-15", by=POLICE, grades=right, **conclude)
    board.decide(ConcludeAudit, "2018-01-15", grades=right, **conclude)
    board.decide(
        IssueBriefingNote,
        "2018-02-20",
        audit="wscb/maca-1",
        note="Ask for the history first.",
        agencies=("wsb/police", "wsb/rwt", "wsb/ccg"),
    )
    for agent in (POLICE, HOSPITAL):
        board.decide(
            AcknowledgeBriefingNote,
            "2018-03-01",
            by=agent,
            audit="wscb/maca-1",
            relevant="We see the home first.",
            will_do="Record the history.",
        )
    board.decide(
        ReportNoteAction, "2018-06-01", by=POLICE, audit="wscb/maca-1", done="A field for it."
    )
    waits: dict[str, Any] = {
        "by": by("wsb/ccg"),
        "audit": "wscb/maca-1",
        "done": "Nothing to report.",
    }
    unsaid = refused(board, ReportNoteAction, "2018-06-01", **waits)

    assert ("audit.counts-differ", "authority.not-entitled", "audit.not-acknowledged") == (
        differ.rule,
        agency.rule,
        unsaid.rule,
    )
    (note,) = board.accountability("2018-07-01").notes
    assert (3, 2, ("wsb/ccg",)) == (note.sent, note.acknowledged, note.waiting_for)


def test_a_second_case_audit_is_compared_with_the_first_by_files(board: Board) -> None:
    """Four of twelve, then eight of twelve: by counts, never by an average of grades."""
    case_audit(board)
    first = counts(outstanding=1, good=3, requires_improvement=6, inadequate=2)
    board.decide(
        ConcludeAudit, "2018-01-15", audit="wscb/maca-1", grades=first, summary="Four of twelve."
    )
    plan(board, "2018-10-01", "wscb/maca-2", "maca", follows="wscb/maca-1")
    board.decide(
        ConcludeAudit,
        "2018-11-19",
        audit="wscb/maca-2",
        grades=counts(good=8, inadequate=4),
        summary="Eight of twelve.",
    )

    (row,) = board.sustainability("2018-12-01").reaudits

    assert ("wscb/maca-1", "wscb/maca-2") == (row.first, row.audit)
    assert 8 / 12 - 4 / 12 == pytest.approx(row.change.difference)
    assert "not shown" == row.change.verdict


def test_three_agencies_evaluate_themselves_and_one_is_moderated(board: Board) -> None:
    """Concluded before the third has submitted, it would say so (framework §3.7)."""
    agencies = ("wsb/police", "wsb/rwt", "wsb/probation")
    plan(board, "2018-01-08", "wscb/s11", "section-11", scale="rag", agencies=agencies)
    for agency in agencies:
        board.decide(
            SubmitSelfEvaluation,
            "2018-03-01",
            by=by(agency),
            audit="wscb/s11",
            grades=green("section-11", training="amber" if agency == "wsb/rwt" else "green"),
            statement="As it is.",
        )
    moderation: dict[str, Any] = {
        "audit": "wscb/s11",
        "agency": "wsb/police",
        "standard": "training",
        "grade": "amber",
        "reasons": "A third of the officers wait for a place.",
    }
    by_an_agency = refused(board, ModerateSelfEvaluation, "2018-03-20", by=HOSPITAL, **moderation)
    board.decide(ModerateSelfEvaluation, "2018-03-20", **moderation)
    moderated = last(board, "wscb/s11")
    board.decide(
        ConcludeAudit, "2018-04-10", audit="wscb/s11", grades=(), summary="Training is the gap."
    )

    assert "authority.not-entitled" == by_an_agency.rule
    assert isinstance(moderated, SelfEvaluationModerated)
    assert ("wsb/police", "training", "amber") == (
        moderated.agency,
        moderated.standard,
        moderated.grade,
    )
    own = [
        record.event
        for record in board.app.history("audit-wscb/s11")
        if isinstance(record.event, SelfEvaluationSubmitted)
        and record.event.by.body == "wsb/police"
    ]
    assert StandardGrade(standard="training", grade="green") in own[0].grades
    assert () == last(board, "wscb/s11").warnings


def test_two_schools_that_the_board_registers_evaluate_themselves(board: Board) -> None:
    """Schools are not in the pack; the board registers them (framework §3.8)."""
    schools = ("wscb/school-a", "wscb/school-b")
    for school in schools:
        board.decide(
            RegisterBody,
            "2017-09-01",
            by=MANAGER,
            body=school,
            name="A fictional school",
            kind=BodyKind.AGENCY,
        )
    plan(board, "2017-09-10", "wscb/s175", "section-175", scale="rag", agencies=schools)
    submission: dict[str, Any] = {"audit": "wscb/s175", "statement": "As it is."}
    board.decide(
        SubmitSelfEvaluation,
        "2017-11-01",
        by=by("wscb/school-a"),
        grades=green("section-175", voice="red"),
        **submission,
    )
    wrong_set = refused(
        board,
        SubmitSelfEvaluation,
        "2017-11-02",
        by=by("wscb/school-b"),
        grades=green("section-11"),
        **submission,
    )
    stranger = refused(
        board,
        SubmitSelfEvaluation,
        "2017-11-02",
        by=by("wscb/school-c"),
        grades=green("section-175"),
        **submission,
    )
    board.decide(
        ConcludeAudit, "2017-12-01", by=CHAIR, audit="wscb/s175", grades=(), summary="One of two."
    )

    assert ("audit.standards-differ", "reference.unknown") == (wrong_set.rule, stranger.rule)
    assert ("not-all-submitted",) == last(board, "wscb/s175").warnings


def test_agencies_report_who_has_completed_safeguarding_training(board: Board) -> None:
    """Numbers by group, none of them of anybody by name (framework §5.4)."""
    agencies = ("wsb/police", "wsb/rwt")
    plan(board, "2018-01-08", "wscb/t-1", "training", by=TRAINING, agencies=agencies)
    for agent, group, staff, completed in (
        (POLICE, "front line", 80, 60),
        (POLICE, "managers", 9, 9),
        (HOSPITAL, "front line", 400, 310),
    ):
        board.decide(
            ReportTraining,
            "2018-02-10",
            by=agent,
            audit="wscb/t-1",
            group=group,
            staff=staff,
            completed=completed,
        )
    board.decide(
        ConcludeAudit,
        "2018-03-01",
        by=TRAINING,
        audit="wscb/t-1",
        grades=(),
        summary="379 of 489 have completed it.",
    )

    reported = [
        (record.event.by.body, record.event.staff, record.event.completed)
        for record in board.app.history("audit-wscb/t-1")
        if isinstance(record.event, TrainingReported)
    ]

    assert [("wsb/police", 80, 60), ("wsb/police", 9, 9), ("wsb/rwt", 400, 310)] == reported


def test_an_audit_that_is_not_done_is_cancelled_with_its_reasons(board: Board) -> None:
    """It does not silently leave the schedule."""
    plan(board, "2018-01-08", "wscb/maca-3", "maca")
    board.decide(
        CancelAudit, "2018-01-20", audit="wscb/maca-3", reasons="An inspection took its place."
    )
    error = refused(board, GradeFile, "2018-02-01", audit="wscb/maca-3", file="f-01", grade="good")

    assert "audit.cancelled" == error.rule
