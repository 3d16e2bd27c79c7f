"""Forms made from the types of commands: what is filled in is the command that was meant."""

import json
from typing import Any

import pytest

from lif_adapters.cli.demo import demo_requests
from lif_adapters.forms import FieldKind, FormField, command_of, form_fields
from lif_adapters.json_values import json_value
from lif_core.aggregates.review import OpenReview
from lif_core.decisions.corrections import AmendEntry
from lif_core.decisions.messages import Command
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from tests.people import CHAIR

MAPPER = LifMapper()
WORKED = {type(request.command): request.command for request in demo_requests(MAPPER)}
REVIEW = {
    "on": "2018-01-25",
    "review": "wscb/peer-2018",
    "kind": "lga-peer",
    "title": "Peer review",
}


def typed(field: FormField, value: Any) -> str:
    """Return *value* as somebody types it into a *field* of a page."""
    match field.kind, value:
        case _, None | []:
            return ""
        case FieldKind.FLAG, bool():
            return "yes" if value else "no"
        case FieldKind.LINES, list():
            return "\r\n".join(map(str, value))
        case FieldKind.JSON, _:
            return json.dumps(value)
    return str(value)


@pytest.mark.parametrize("command", WORKED.values(), ids=lambda command: type(command).__name__)
def test_what_is_typed_into_its_form_is_the_command(command: Command) -> None:
    """Of each kind of command in the worked history."""
    values = json_value(command, MAPPER)
    page = {field.name: typed(field, values[field.name]) for field in form_fields(type(command))}
    page["csrfmiddlewaretoken"] = "none of ours"

    assert command == command_of(type(command), command.by, page, MAPPER)


@pytest.mark.parametrize("command", WORKED.values(), ids=lambda command: type(command).__name__)
def test_what_a_framework_has_made_of_a_text_will_do(command: Command) -> None:
    """A date, a number, a flag, a list."""
    values: dict[str, Any] = {}
    for field in form_fields(type(command)):
        value = getattr(command, field.name)
        values[field.name] = json_value(value, MAPPER) if isinstance(value, tuple) else value

    assert command == command_of(type(command), command.by, values, MAPPER)


@pytest.mark.parametrize("command", MAPPER.registry.commands.values())
def test_every_command_has_a_form_without_who_decides(command: type[Command]) -> None:
    fields = {field.name: field for field in form_fields(command)}

    assert "by" not in fields
    assert fields["on"] == FormField(name="on", kind=FieldKind.DAY, required=True)
    assert all(field.choices for field in fields.values() if field.kind is FieldKind.CHOICE)


def test_the_kinds_of_fields() -> None:
    fields = {field.name: field for field in form_fields(OpenReview)}

    assert (FieldKind.LABEL, FieldKind.PROSE) == (fields["review"].kind, fields["title"].kind)
    assert (FieldKind.LINES, False) == (fields["boards"].kind, fields["boards"].required)
    assert "Arising from" == fields["arising_from"].label
    assert fields["title"].personal
    assert not fields["kind"].personal


def test_lines_are_values_and_the_ends_of_lines_are_one_kind() -> None:
    """As browsers send them; an empty line is none, and spaces around a value are not its own."""
    page = {**REVIEW, "title": "A\r\nB", "boards": " wscb \r\n\r\nwsab"}
    command = command_of(OpenReview, CHAIR, page, MAPPER)

    assert isinstance(command, OpenReview)
    assert ("A\nB", ("wscb", "wsab")) == (command.title, command.boards)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("on", "yesterday"),
        ("on", ""),
        ("review", "peer"),
        ("title", "\u200b"),
        ("boards", "wscb\nwscb"),
    ],
)
def test_a_wrong_value_names_its_field(field: str, value: str) -> None:
    with pytest.raises(MalformedError) as error:
        command_of(OpenReview, CHAIR, {**REVIEW, field: value}, MAPPER)

    assert field == error.value.field.partition("[")[0]


@pytest.mark.parametrize("text", ["{", "[]", '{"name": "Nothing.v1", "event": {}}'])
def test_json_that_is_none_names_its_field(text: str) -> None:
    page = {"on": "2018-01-25", "stream": "review-wscb/1", "entry": "1", "reasons": "A slip"}
    with pytest.raises(MalformedError) as error:
        command_of(AmendEntry, CHAIR, {**page, "replacement": text}, MAPPER)

    assert error.value.field.startswith("replacement")


@pytest.mark.parametrize(
    ("text", "field"), [("many", "entry"), ("1.5", "entry"), ("1e3", "entry")]
)
def test_a_number_that_is_none_names_its_field(text: str, field: str) -> None:
    page = {"on": "2018-01-25", "stream": "review-wscb/1", "entry": text, "reasons": "A slip"}
    with pytest.raises(MalformedError) as error:
        command_of(MAPPER.registry.commands["VoidEntry"], CHAIR, page, MAPPER)

    assert field == error.value.field
