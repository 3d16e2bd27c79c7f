"""The rules of an audit. All audits are fictional."""

from functools import partial
from typing import Any

import pytest

from lif_core.aggregates import audit
from lif_core.aggregates.audit import (
    AcknowledgeBriefingNote,
    AuditConcluded,
    AuditPlanned,
    BriefingNoteAcknowledged,
    BriefingNoteIssued,
    ConcludeAudit,
    GradeCount,
    GradeFile,
    IssueBriefingNote,
    PlanAudit,
)
from lif_core.decisions.decider import AnyDecider, Setting
from lif_core.decisions.messages import Command, Event
from lif_core.errors import MalformedError, RefusedError
from lif_core.framework import Framework
from lif_core.testing.decider_contract import DeciderContract
from lif_core.values.authority import Authority
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, but, name, scenario_of
from tests.people import POLICE, QUALITY, day


def files(**grades: int) -> tuple[GradeCount, ...]:
    """How many files were given each grade; an underscore stands for a space."""
    return tuple(
        GradeCount(grade=grade.replace("_", " "), files=count) for grade, count in grades.items()
    )


DECIDER: AnyDecider = audit.decider

REF = "wscb/maca-1"
HOSPITAL = Authority(person="H. Lead", role="safeguarding lead", body="wsb/rwt")

PLAN = PlanAudit(
    by=QUALITY,
    on=day("2017-11-06"),
    audit=REF,
    kind="maca",
    theme="neglect",
    basis="Referrals rose by a fifth in a year.",
    scale="ofsted",
)
CONCLUDE = ConcludeAudit(
    by=QUALITY,
    on=day("2018-01-15"),
    audit=REF,
    grades=files(outstanding=1, good=3, requires_improvement=6, inadequate=2),
    summary="Plans were good where the history was known.",
)
NOTE = IssueBriefingNote(
    by=QUALITY,
    on=day("2018-02-20"),
    audit=REF,
    note="Ask for the history first.",
    agencies=("wsb/police", "wsb/rwt"),
)
ACKNOWLEDGE = AcknowledgeBriefingNote(
    by=POLICE,
    on=day("2018-03-01"),
    audit=REF,
    relevant="Officers see the home first.",
    will_do="Record the history in each report.",
)
LIFE = (PLAN, CONCLUDE, NOTE, ACKNOWLEDGE, but(ACKNOWLEDGE, by=HOSPITAL))


after = partial(scenario_of, DECIDER)


# The whole life


class TestAudit(DeciderContract):
    """From the schedule to the last agency's answer."""

    decider = DECIDER
    lives = (LIFE,)
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


@pytest.mark.parametrize("command", LIFE[1:4], ids=name)
@pytest.mark.parametrize("given", [(), LIFE[1:]], ids=["nothing", "all but its plan"])
def test_nothing_can_be_decided_about_an_audit_nobody_planned(
    given: tuple[Command, ...], command: Command
) -> None:
    """Its theme and basis are not known; a plan that was voided leaves no audit behind."""
    another = but(command, on=day("2018-04-02"))

    assert "audit.unknown" == after(*given).refuses(another)


# Looked at again

REFERENCES = tuple(f"file-{number}" for number in range(12))


@pytest.mark.parametrize(
    "changes", [{"looks": 0}, {"looks": 2, "follows": "wscb/maca-0"}], ids=["none", "by a repeat"]
)
def test_looks_are_planned_once_by_the_first_of_a_series(changes: dict[str, Any]) -> None:
    """A repeat that could plan more looks would loosen what the first had promised."""
    assert "audit.looks-of-the-first" == after().refuses(but(PLAN, **changes))


def test_the_first_of_a_series_may_plan_looks() -> None:
    assert (AuditPlanned.of(but(PLAN, looks=2)),) == after().records(but(PLAN, looks=2))


def test_the_references_are_those_of_the_files() -> None:
    """One for each of the twelve files that were graded."""
    scenario = after(PLAN)
    listed = but(CONCLUDE, references=REFERENCES)

    assert "audit.references-differ" == scenario.refuses(but(CONCLUDE, references=REFERENCES[1:]))
    assert (AuditConcluded.of(listed),) == scenario.records(listed)


def test_the_references_are_of_the_files_that_were_graded_one_by_one() -> None:
    grades = [
        GradeFile(by=QUALITY, on=day("2018-01-10"), audit=REF, file=file, grade="good")
        for file in ("file-1", "file-2")
    ]
    scenario, conclude = after(PLAN, *grades), but(CONCLUDE, grades=files(good=2))

    assert "audit.references-differ" == scenario.refuses(
        but(conclude, references=("file-1", "file-3"))
    )
    listed = but(conclude, references=("file-2", "file-1"))
    assert (AuditConcluded.of(listed),) == scenario.records(listed)


# Planned


@pytest.mark.parametrize(
    "changes",
    [{"theme": "early help"}, {"on": day("2017-11-07")}, {"follows": "wscb/maca-0"}],
    ids=lambda changes: str(*changes),
)
def test_a_reference_is_taken_by_the_first_audit_that_has_it(changes: dict[str, Any]) -> None:
    """Results under one reference must be of one audit."""
    assert "audit.reference-taken" == after(PLAN).refuses(but(PLAN, **changes))


@pytest.mark.parametrize("framework", [WOLVERHAMPTON, GENERAL], ids=lambda pack: str(pack.name))
def test_a_scale_that_the_framework_does_not_name_is_refused(framework: Framework) -> None:
    """Which of its grades count as good is not known."""
    scenario = after(framework=framework)

    assert "audit.unknown-scale" == scenario.refuses(but(PLAN, scale="out of ten"))


def test_an_audit_does_not_follow_itself() -> None:
    """A comparison needs two audits."""
    assert "audit.follows-itself" == after().refuses(but(PLAN, follows=REF))


def test_an_audit_can_follow_another() -> None:
    """That is how it is seen whether a change lasted."""
    command = but(PLAN, follows="wscb/maca-0")

    assert (AuditPlanned.of(command),) == after().records(command)


# Concluded


@pytest.mark.parametrize("grades", [files(fair=3), files(good=3, fair=1)])
def test_a_grade_outside_the_scale_is_refused(grades: tuple[GradeCount, ...]) -> None:
    """It could not be counted as good or as not good."""
    assert "audit.unknown-grade" == after(PLAN).refuses(but(CONCLUDE, grades=grades))


def test_a_grade_is_counted_once() -> None:
    """Two counts of one grade are one count too many."""
    grades = (*files(good=3), *files(good=1))

    assert "audit.graded-twice" == after(PLAN).refuses(but(CONCLUDE, grades=grades))


@pytest.mark.parametrize("grades", [(), files(good=0), files(good=0, inadequate=0)])
def test_an_audit_of_no_files_concludes_nothing(grades: tuple[GradeCount, ...]) -> None:
    """A share of nothing is not a result."""
    assert "audit.no-files" == after(PLAN).refuses(but(CONCLUDE, grades=grades))


@pytest.mark.parametrize(
    "grades",
    [files(inadequate=1), files(good=1, inadequate=0), files(inadequate=2, outstanding=1)],
    ids=["one file", "a grade nobody was given", "in any order"],
)
def test_one_graded_file_is_enough(grades: tuple[GradeCount, ...]) -> None:
    """How much can be learned from few files is for the reader, who sees the count."""
    command = but(CONCLUDE, grades=grades)

    assert (AuditConcluded.of(command),) == after(PLAN).records(command)


def test_an_audit_is_concluded_once() -> None:
    """Its grades are final; a mistake in them is corrected, openly."""
    other = but(CONCLUDE, grades=files(good=12))

    assert "audit.concluded-already" == after(PLAN, CONCLUDE).refuses(other)


# Its learning


def test_there_is_no_learning_before_the_grades_are_final() -> None:
    """A briefing note rests on them."""
    assert "audit.not-concluded" == after(PLAN).refuses(NOTE)


def test_a_briefing_note_goes_to_somebody() -> None:
    """Sent to no agency, nobody would ever be expected to answer."""
    assert "audit.note-to-nobody" == after(PLAN, CONCLUDE).refuses(but(NOTE, agencies=()))


def test_a_briefing_note_may_go_to_one_agency() -> None:
    """The learning may be one agency's alone."""
    command = but(NOTE, agencies=("wsb/police",))

    assert (BriefingNoteIssued.of(command),) == after(PLAN, CONCLUDE).records(command)


def test_a_briefing_note_goes_to_each_agency_once() -> None:
    """Counted twice, an agency would seem two that were sent it and two that answered."""
    with pytest.raises(MalformedError) as malformed:
        but(NOTE, agencies=("wsb/police", "wsb/police"))

    assert "agencies[1]" == malformed.value.field


def test_a_briefing_note_is_not_older_than_the_grades() -> None:
    """The day before, there was nothing to learn from."""
    command = but(NOTE, on=day("2018-01-14"))

    assert "audit.out-of-order" == after(PLAN, CONCLUDE).refuses(command)


def test_a_briefing_note_can_go_out_on_the_day_of_the_grades() -> None:
    """There is no need to wait."""
    command = but(NOTE, on=day("2018-01-15"))

    assert (BriefingNoteIssued.of(command),) == after(PLAN, CONCLUDE).records(command)


def test_an_audit_has_one_briefing_note() -> None:
    """Agencies answer one text."""
    other = but(NOTE, note="Ask for the history, and write it down.")

    assert "audit.note-issued-already" == after(PLAN, CONCLUDE, NOTE).refuses(other)


@pytest.mark.parametrize("given", [(PLAN,), (PLAN, CONCLUDE)], ids=["planned", "concluded"])
def test_a_note_that_was_not_issued_cannot_be_acknowledged(given: tuple[Command, ...]) -> None:
    """There is nothing yet to take up."""
    assert "audit.no-note" == after(*given).refuses(ACKNOWLEDGE)


def test_only_an_agency_that_was_sent_the_note_acknowledges_it() -> None:
    """Another's answer would make the count look better than it is."""
    assert "audit.note-not-sent-to" == after(PLAN, CONCLUDE, NOTE).refuses(
        but(ACKNOWLEDGE, by=QUALITY)
    )


def test_an_acknowledgement_is_not_older_than_the_note() -> None:
    """The day before, there was nothing to take up."""
    command = but(ACKNOWLEDGE, on=day("2018-02-19"))

    assert "audit.out-of-order" == after(PLAN, CONCLUDE, NOTE).refuses(command)


def test_an_acknowledgement_can_come_on_the_day_of_the_note() -> None:
    """There is no need to wait."""
    command = but(ACKNOWLEDGE, on=day("2018-02-20"))
    scenario = after(PLAN, CONCLUDE, NOTE)

    assert (BriefingNoteAcknowledged.of(command),) == scenario.records(command)


def test_an_agency_acknowledges_the_note_once() -> None:
    """What it undertook first is what it is asked about."""
    scenario = after(PLAN, CONCLUDE, NOTE, ACKNOWLEDGE)
    other = but(ACKNOWLEDGE, will_do="Nothing further.")

    assert "audit.acknowledged-already" == scenario.refuses(other)


def test_each_agency_acknowledges_the_note_for_itself() -> None:
    """One agency's answer leaves the others' open."""
    other = but(ACKNOWLEDGE, by=HOSPITAL)
    scenario = after(PLAN, CONCLUDE, NOTE, ACKNOWLEDGE)

    assert (BriefingNoteAcknowledged.of(other),) == scenario.records(other)


# Acknowledged by a successor

SUCCESSOR = Authority(person="S. Lead", role="safeguarding lead", body="wsb/new-trust")


def after_the_merger(command: Command, *said: Command) -> tuple[Event[Any], ...]:
    """What *command* leads to once the hospital trust has been merged into a new one."""

    def holder(body: str) -> str:
        return "wsb/new-trust" if body == "wsb/rwt" else body

    state = DECIDER.fold(after(PLAN, CONCLUDE, NOTE, *said).given)
    facts: tuple[Event[Any], ...] = DECIDER.decide(command, state, Setting(WOLVERHAMPTON, holder))
    return facts


def refused_after_the_merger(command: Command, *said: Command) -> str:
    with pytest.raises(RefusedError) as refused:
        after_the_merger(command, *said)
    return refused.value.rule


def test_after_a_merger_the_successor_acknowledges_the_note() -> None:
    """From that day on it answers for what the merged agency was sent, and says for whom."""
    command = but(ACKNOWLEDGE, by=SUCCESSOR, for_body="wsb/rwt")

    assert (BriefingNoteAcknowledged.of(command),) == after_the_merger(command)


def test_a_successor_that_was_sent_nothing_does_not_acknowledge_for_itself() -> None:
    """Without the agency's name the count could not tell whose answer it is."""
    command = but(ACKNOWLEDGE, by=SUCCESSOR)

    assert "audit.note-not-sent-to" == refused_after_the_merger(command)


@pytest.mark.parametrize(
    "command",
    [
        but(ACKNOWLEDGE, by=SUCCESSOR, for_body="wsb/police"),
        but(ACKNOWLEDGE, by=HOSPITAL, for_body="wsb/rwt"),
        but(ACKNOWLEDGE, by=POLICE, for_body="wsb/rwt"),
    ],
    ids=["for another agency", "the merged agency itself", "another agency"],
)
def test_only_the_successor_acknowledges_for_a_merged_agency(command: Command) -> None:
    """Nobody else answers on behalf of another."""
    assert "authority.not-successor" == refused_after_the_merger(command)


@pytest.mark.parametrize(
    "said",
    [
        but(ACKNOWLEDGE, by=HOSPITAL),
        but(ACKNOWLEDGE, by=SUCCESSOR, for_body="wsb/rwt", will_do="Nothing further."),
    ],
    ids=["by itself", "by its successor"],
)
def test_what_was_acknowledged_for_a_merged_agency_is_not_again(said: Command) -> None:
    """It was sent one note, and has answered it."""
    command = but(ACKNOWLEDGE, by=SUCCESSOR, for_body="wsb/rwt")

    assert "audit.acknowledged-already" == refused_after_the_merger(command, said)


def test_an_agency_may_name_itself_when_it_acknowledges() -> None:
    """It answers for itself either way, once."""
    command = but(ACKNOWLEDGE, for_body="wsb/police")
    scenario = after(PLAN, CONCLUDE, NOTE)

    assert (BriefingNoteAcknowledged.of(command),) == scenario.records(command)
    assert "audit.acknowledged-already" == scenario.after(ACKNOWLEDGE).refuses(command)
