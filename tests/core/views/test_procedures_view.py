"""The register of procedures, by example: in force, retired, adopted, and help; recounted."""

from collections import defaultdict
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import procedure as p
from lif_core.decisions.messages import Event
from lif_core.projection.fold import fold
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.views.procedures import HelpRow, ProcedureRow, Procedures, VersionRow, procedures
from tests.board import Board
from tests.core.views.test_publication import AS_OF
from tests.lives import ISSUE, OPEN, but, decide
from tests.people import POLICE, POLICY, by, day

REF = "wsb/assessments"
DRAFT = p.DraftProcedure(
    by=POLICY,
    on=day("2018-01-08"),
    procedure=REF,
    title="Who starts an assessment",
    arising_from=("recommendation-wscb/r-1",),
)
ENDORSE = p.EndorseProcedure(
    by=POLICY, on=day("2018-02-05"), procedure=REF, version="1", reasons="Both boards agree."
)
ADOPT = p.AdoptProcedure(
    by=POLICE, on=day("2018-03-01"), procedure=REF, version="1", own_policy="Order 7 refers to it."
)
HELP = p.HelpOrganisation(
    by=POLICY,
    on=day("2018-03-12"),
    procedure=REF,
    organisation="wsb/voluntary",
    help="A session on writing their own.",
)
RETIRE = p.RetireProcedure(
    by=POLICY, on=day("2018-11-01"), procedure=REF, reasons="The region has one."
)


def view(board: Board, valid: str = "2018-12-31") -> Procedures:
    return board.app.view(procedures, valid=day(valid))


@pytest.fixture
def board() -> Board:
    """A procedure that arises from a recommendation of a review."""
    board = Board()
    decide(board, OPEN, ISSUE, DRAFT)
    return board


def test_a_draft_is_on_the_register_with_the_learning_behind_it(board: Board) -> None:
    assert (
        ProcedureRow(
            procedure=REF,
            title="Who starts an assessment",
            status="drafted",
            drafted=day("2018-01-08"),
            by="wsb/lpp",
            arising_from=("recommendation-wscb/r-1",),
            learning=("Say who starts an assessment",),
            version=None,
            endorsed=None,
            retired=None,
            reasons=None,
            adopted=0,
            up_to_date=0,
            helped=0,
        ),
    ) == view(board).procedures


def test_a_later_version_leaves_those_behind_who_adopted_the_one_before(board: Board) -> None:
    """The police follow the second one, the trust still the first."""
    decide(board, ENDORSE, ADOPT, but(ADOPT, by=by("wsb/rwt")))
    later = day("2018-06-04")
    decide(board, but(ENDORSE, version="2", on=later, reasons="The law has changed."))
    decide(board, but(ADOPT, version="2", on=day("2018-06-20")))
    (procedure,) = view(board).procedures

    assert ("endorsed", "2", later, "The law has changed.", 2, 1) == (
        procedure.status,
        procedure.version,
        procedure.endorsed,
        procedure.reasons,
        procedure.adopted,
        procedure.up_to_date,
    )
    assert [("1", False), ("2", True)] == [
        (row.version, row.in_force) for row in view(board).versions
    ]
    assert [("wsb/police", "1"), ("wsb/rwt", "1"), ("wsb/police", "2")] == [
        (row.body, row.version) for row in view(board).adoptions
    ]
    assert [False, False, True] == [row.in_force for row in view(board).adoptions]
    assert "Order 7 refers to it." == view(board).adoptions[0].own_policy


def test_help_is_listed_each_time_and_counted_by_organisation(board: Board) -> None:
    decide(board, HELP, but(HELP, on=day("2018-05-01"), help="A look at their draft."))

    assert (
        HelpRow(
            procedure=REF,
            number=1,
            organisation="wsb/voluntary",
            on=day("2018-03-12"),
            by="wsb/lpp",
            help="A session on writing their own.",
        ),
        HelpRow(
            procedure=REF,
            number=2,
            organisation="wsb/voluntary",
            on=day("2018-05-01"),
            by="wsb/lpp",
            help="A look at their draft.",
        ),
    ) == view(board).help
    assert 1 == view(board).procedures[0].helped


def test_a_retired_procedure_stays_with_its_reasons_and_nobody_is_up_to_date(
    board: Board,
) -> None:
    decide(board, ENDORSE, ADOPT, RETIRE)
    (procedure,) = view(board).procedures

    assert ("retired", "The region has one.", "1", day("2018-11-01"), 1, 0) == (
        procedure.status,
        procedure.reasons,
        procedure.version,
        procedure.retired,
        procedure.adopted,
        procedure.up_to_date,
    )
    assert (
        VersionRow(
            procedure=REF,
            version="1",
            endorsed=day("2018-02-05"),
            by="wsb/lpp",
            reasons="Both boards agree.",
            in_force=False,
        ),
    ) == view(board).versions
    assert "endorsed" == view(board, "2018-10-31").procedures[0].status


WORLD = World(
    refs=("wsb/1", "wsb/2"), bodies=("wsb/lpp", "wsb/police"), streams=("recommendation-wscb/1",)
)


@given(st.lists(events(WORLD, *get_args(p.ProcedureEvent)), max_size=30))
def test_the_register_is_what_a_recount_of_the_events_says(history: list[Event[Any]]) -> None:
    """Whatever the order: a row for each that was drafted, by the last of each kind of event."""
    view = fold(procedures, records_of(history), AS_OF)
    streams: dict[str, list[Any]] = defaultdict(list)
    for event in sorted(history, key=lambda event: event.on):
        if event.on <= AS_OF.valid:
            streams[event.procedure].append(event)  # type: ignore[attr-defined]  # all have one
    drafted = {
        ref: entries
        for ref, entries in streams.items()
        if any(isinstance(event, p.ProcedureDrafted) for event in entries)
    }

    assert sorted(drafted) == [row.procedure for row in view.procedures]
    for row in view.procedures:
        entries = drafted[row.procedure]
        endorsed = [event for event in entries if isinstance(event, p.ProcedureEndorsed)]
        retired = any(isinstance(event, p.ProcedureRetired) for event in entries)
        adopted = {
            (event.answered_for, event.version)
            for event in entries
            if isinstance(event, p.ProcedureAdopted)
        }
        latest = endorsed[-1].version if endorsed and not retired else None
        assert ("retired" if retired else "endorsed" if endorsed else "drafted") == row.status
        assert len({body for body, _ in adopted}) == row.adopted
        assert len({body for body, version in adopted if version == latest}) == row.up_to_date
    helped = [
        event
        for entries in drafted.values()
        for event in entries
        if isinstance(event, p.OrganisationHelped)
    ]
    assert len(helped) == len(view.help)
