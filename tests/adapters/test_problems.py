"""A problem document of every error: complete, in JSON, and told from the others by its type."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lif_adapters.problems import KINDS, problem, problem_line
from lif_core.catalogue import DomainCatalogue, Extension, registry_of
from lif_core.errors import (
    ClockError,
    ConflictError,
    LifError,
    MalformedError,
    NotEntitledError,
    RefusedError,
    StaleError,
    UnknownEventError,
    UnreadableError,
)
from lif_core.rules import Rule
from tests.people import CHAIR

NOON = datetime(2018, 1, 25, 12, tzinfo=UTC)


class UnitClosedError(RefusedError):
    """A refusal of a host's own rules."""


def plain(error: LifError) -> Any:
    """Return the document as whoever reads it over HTTP would."""
    return json.loads(json.dumps(problem(error)))


def test_a_refusal_says_what_is_wrong_what_to_do_and_its_source() -> None:
    """For whoever was refused; on one line, the same."""
    error = RefusedError("plan.lead-only", lead="wsb/lpp", body="wsb/jld")
    document = plain(error)

    assert document["detail"].startswith("Another body, wsb/jld, than the lead of the priority, w")
    assert document["remedy"].startswith("Let the lead report")
    assert document["source"].endswith(", §5.1")
    assert problem_line(error) == (
        f"plan.lead-only: {document['detail']} {document['remedy']} ({document['source']})"
    )


def test_a_refusal_by_a_rule_of_an_extension_is_told_by_its_catalogue() -> None:
    rule = Rule(code="unit.closed", wrong="The unit is closed.", remedy="Choose another.")
    extension = Extension(name="units", rules=(rule,))
    catalogue = DomainCatalogue((extension,), registry_of((extension,)))
    error = RefusedError("unit.closed")

    assert "Choose another." == problem(error, catalogue=catalogue)["remedy"]
    assert "unit.closed: The unit is closed. Choose another." == problem_line(error, catalogue)


def test_a_refusal_tells_its_rule_and_its_facts() -> None:
    """Programs compare the rule; the facts are what the rule was asked about."""
    error = RefusedError(
        "review.not-before", on=date(2018, 1, 25), by=CHAIR, bodies={"wscb", "lpp"}, days=3
    )

    assert plain(error) == {
        "type": "urn:lif:problem:refused",
        "title": "A rule refuses this",
        "status": 409,
        "detail": str(error),
        "rule": "review.not-before",
        "facts": {
            "on": "2018-01-25",
            "by": {"person": CHAIR.person, "role": CHAIR.role, "body": CHAIR.body},
            "bodies": ["lpp", "wscb"],
            "days": 3,
        },
    }


@pytest.mark.parametrize(
    ("error", "members"),
    [
        (ConflictError(), {"status": 412, "detail": KINDS[ConflictError][2]}),
        (
            StaleError("review-wscb/1", 1, 2),
            {"type": "urn:lif:problem:stale", "status": 412, "expected": 1, "found": 2},
        ),
        (MalformedError("by.person", "is blank"), {"status": 422, "field": "by.person"}),
        (NotEntitledError("accountability", "auditor"), {"status": 403, "role": "auditor"}),
        (
            ClockError(NOON, NOON - timedelta(hours=1)),
            {"status": 503, "last": NOON.isoformat(), "now": "2018-01-25T11:00:00+00:00"},
        ),
        (
            UnreadableError("torn", stream="body-lpp", stream_position=2, position=7),
            {"status": 500, "stream": "body-lpp", "stream_position": 2, "position": 7},
        ),
        (UnknownEventError("what?"), {"status": 500, "detail": "what?"}),
        (LifError("else"), {"status": 500, "type": "urn:lif:problem:error"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_kind_of_error_has_its_status_and_its_members(
    error: LifError, members: dict[str, object]
) -> None:
    document = plain(error)

    assert members.items() <= document.items()
    assert {"type", "title", "status", "detail"} <= document.keys()
    assert None not in document.values()


def test_a_place_in_a_batch_is_told_even_of_the_first() -> None:
    error = RefusedError("review.unknown")
    error.at = 0

    assert plain(error)["at"] == 0


def test_an_error_of_a_host_is_the_kind_of_its_base_with_any_fact() -> None:
    """A host's rule may name anything; the caller gets its text, and no second error."""
    error = UnitClosedError("unit.closed", unit=object, when=timedelta(days=1), code=b"\xff")

    document = problem(error, types="https://board.example/problems/")

    assert document["type"] == "https://board.example/problems/refused"
    assert plain(error)["facts"]["when"] == "1 day, 0:00:00"


def test_the_types_of_two_kinds_of_errors_differ() -> None:
    assert len(KINDS) == len({kind for kind, _, _ in KINDS.values()})
