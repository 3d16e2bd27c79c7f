"""The register of audits, in words: by example, and recounted from the events of any history."""

from collections import Counter, defaultdict
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import audit as a
from lif_core.decisions.messages import Command, Event
from lif_core.projection.fold import fold
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.views.audits import (
    AuditImpactRow,
    Audits,
    FileRow,
    ImprovementCheckRow,
    SelfEvaluationRow,
    SentNoteRow,
    ToolRow,
    audits,
)
from tests.core.aggregates.test_audit_kinds import (
    ACKNOWLEDGE,
    ACT,
    CANCEL,
    CHECK,
    CONCLUDE,
    GRADE,
    IMPACT,
    MACA,
    MODERATE,
    NOTE,
    REF,
    SECTION_11,
    SHARE,
    SUBMIT,
)
from tests.core.views.test_publication import AS_OF
from tests.lives import ISSUE, became, but
from tests.people import day


def view(*commands: Command) -> Audits:
    return fold(audits, records_of(map(became, commands)), AS_OF)


def test_an_audit_is_shown_with_its_theme_its_basis_and_what_it_looks_at() -> None:
    looking = but(MACA, looks_at=("recommendation-wscb/r-1",), follows="wscb/audit-0")
    (row,) = view(ISSUE, looking, SHARE, GRADE, CONCLUDE).audits

    assert ("neglect", "Referrals rose by a fifth in a year.", "concluded") == (
        row.theme,
        row.basis,
        row.standing,
    )
    assert (("recommendation-wscb/r-1",), ("Say who starts an assessment",)) == (
        row.looks_at,
        row.titles,
    )
    assert (("wscb/qac",), 1, "One file.") == (
        row.shared_with,
        row.files,
        row.summary,
    )
    assert row.kind.startswith("Multi")


def test_an_audit_that_was_cancelled_stays_with_its_reasons() -> None:
    (row,) = view(MACA, CANCEL).audits

    assert ("cancelled", day("2018-01-20"), "An inspection came.") == (
        row.standing,
        row.cancelled,
        row.reasons,
    )
    assert "planned" == view(MACA).audits[0].standing


def test_files_tools_checks_and_impacts_have_their_own_lines() -> None:
    found = view(ISSUE, MACA, SHARE, but(GRADE, note="Seen alone."), CHECK, CONCLUDE, IMPACT)

    assert (
        ToolRow(audit=REF, committee="wscb/qac", on=day("2018-01-10"), tool="Twelve questions"),
    ) == found.tools
    assert (
        FileRow(audit=REF, file="f-01", on=day("2018-02-01"), grade="good", note="Seen alone."),
    ) == found.files
    assert (
        ImprovementCheckRow(
            audit=REF,
            recommendation="wscb/r-1",
            asked="Say who starts an assessment",
            check="c-1",
            on=day("2018-03-02"),
            passed=True,
            noted="In 10 of 12 files.",
        ),
    ) == found.checks
    assert (
        AuditImpactRow(
            audit=REF,
            number=1,
            on=day("2018-03-10"),
            by="wscb/qac",
            impact="Children are seen alone.",
            recommendations=(),
        ),
    ) == found.impacts


def test_a_note_is_followed_to_what_was_done_because_of_it() -> None:
    found = view(MACA, CONCLUDE, but(NOTE, agencies=("wsb/police", "wsb/rwt")), ACKNOWLEDGE, ACT)

    assert (
        SentNoteRow(
            audit=REF,
            agency="wsb/police",
            note="See the child.",
            sent=day("2018-03-05"),
            acknowledged=day("2018-03-12"),
            relevant="We see few alone.",
            will_do="Ask to.",
            reported=day("2018-06-12"),
            done="We asked in 9 of 10.",
        ),
        SentNoteRow(
            audit=REF,
            agency="wsb/rwt",
            note="See the child.",
            sent=day("2018-03-05"),
            acknowledged=None,
            relevant=None,
            will_do=None,
            reported=None,
            done=None,
        ),
    ) == found.notes


def test_a_statement_stands_beside_why_it_was_moderated() -> None:
    assert (
        SelfEvaluationRow(
            audit=REF,
            agency="wsb/police",
            submitted=day("2018-02-01"),
            statement="One team waits for its training.",
            moderated=("training: Three teams wait.",),
        ),
    ) == view(SECTION_11, SUBMIT, MODERATE).statements


def test_a_kind_that_no_pack_has_is_known_by_its_code() -> None:
    """As an amended entry may have it."""
    assert "unheard of" == view(but(MACA, kind="unheard of")).audits[0].kind


WORLD = World(
    refs=("wscb/1", "wscb/2"),
    bodies=("wscb/qac", "wsb/police"),
    streams=("recommendation-wscb/1", "audit-wscb/2"),
)


@given(st.lists(events(WORLD, *get_args(a.AuditEvent)), max_size=30))
def test_every_line_of_any_history_is_in_the_register(history: list[Event[Any]]) -> None:
    found = fold(audits, records_of(history), AS_OF)
    streams: dict[str, list[Any]] = defaultdict(list)
    for event in history:
        if event.on <= AS_OF.valid:
            streams[event.audit].append(event)  # type: ignore[attr-defined]  # all have one
    planned = {
        ref: entries
        for ref, entries in streams.items()
        if any(isinstance(event, a.AuditPlanned) for event in entries)
    }
    counts = Counter(type(event) for entries in planned.values() for event in entries)
    files = {
        (ref, event.file)
        for ref, entries in planned.items()
        for event in entries
        if isinstance(event, a.FileGraded)
    }

    assert sorted(planned) == [row.audit for row in found.audits]
    assert counts[a.AuditToolShared] == len(found.tools)
    assert counts[a.ImprovementChecked] == len(found.checks)
    assert counts[a.ImpactShown] == len(found.impacts)
    assert files == {(row.audit, row.file) for row in found.files}
    assert counts[a.SelfEvaluationModerated] == sum(len(row.moderated) for row in found.statements)
