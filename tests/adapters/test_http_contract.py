"""What the contract promises, tried by Schemathesis on every operation over the worked history."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from lif_adapters.http import http_app
from lif_core.log.registry import Registry
from tests.web import host, worked

HEADERS = {"Authorization": "Bearer all"}
TRIED = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
# What a schema does not say: characters that look like others, categories that are no identifier,
# members that go together, and 1.0, which JSON Schema has among the integers.
UNSAID = re.compile(
    "makes it look like another|must not be blank|says nothing; leave it out|is listed twice"
    "|is not a stream; write|has reasons of its own|^(.*: )?unknown: "
    "|expected a whole number, got a number"
    "|expected a finite number|RFC3339"
)


@pytest.fixture(scope="module")
def contract() -> Any:
    app = http_app(worked(), host)
    return schemathesis.openapi.from_asgi("/openapi.json", app, headers=HEADERS)


def operations(contract: Any, method: str) -> Iterator[Any]:
    for operation in contract.get_all_operations():
        if operation.ok().method.upper() == method:
            yield operation.ok()


def tried(operation: Any, mode: GenerationMode) -> list[Any]:
    """Return the answers to what is asked of an *operation*, each held against the contract."""
    answers: list[Any] = []

    @TRIED
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        answer = case.call(headers=HEADERS)
        answers.append(answer)
        excluded = [CHECKS.get_one("positive_data_acceptance")]
        if answer.status_code == 413:  # refused, in a way that Schemathesis does not expect
            excluded.append(CHECKS.get_one("negative_data_rejection"))
        case.validate_response(answer, excluded_checks=excluded)

    ask()
    return answers


def test_a_command_does_as_the_contract_says(contract: Any) -> None:
    """And what the contract allows is refused for a reason that no contract can say.

    The longest command of each aggregate is tried, and a correction; all are read by one function.
    """
    longest: dict[str, Any] = {}
    for operation in operations(contract, "POST"):
        longest[operation.tags[0]] = max(
            longest.get(operation.tags[0], operation), operation, key=_fields
        )
    commands = longest.values()
    rejected: list[tuple[str, str]] = []
    for operation in commands:
        tried(operation, GenerationMode.NEGATIVE)
        rejected += [
            (operation.label, answer.json()["detail"])
            for answer in tried(operation, GenerationMode.POSITIVE)
            if answer.status_code == 422
        ]

    assert {*Registry().categories, "corrections"} == set(longest)
    assert [] == [why for why in rejected if not UNSAID.search(why[1])]


def _fields(operation: Any) -> int:
    name = operation.path.rpartition("/")[2]
    return len(Registry().commands[name].__annotations__)


def test_every_question_is_answered_as_the_contract_says(contract: Any) -> None:
    questions = list(operations(contract, "GET"))
    statuses, rejected = set(), []
    for operation in questions:
        for answer in tried(operation, GenerationMode.POSITIVE):
            statuses.add(int(answer.status_code))
            if answer.status_code == 422:
                rejected.append((operation.label, answer.json()["detail"]))
        if operation.query or operation.path_parameters:
            tried(operation, GenerationMode.NEGATIVE)

    assert len(questions) > 50
    assert {200, 404} == statuses - {422}
    assert [] == [why for why in rejected if not UNSAID.search(why[1])]
