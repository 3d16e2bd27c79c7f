"""The contract of the adapter, as an OpenAPI 3.1 document made from the types."""

from functools import cached_property
from typing import Any

from attrs import define

from lif_adapters.http import schemas
from lif_adapters.http.exchange import CSV_TYPE, JSON_TYPE, HttpAnswer, HttpCall, json_answer
from lif_adapters.http.history import LAST, LIMIT, MOST, ORDERS
from lif_adapters.http.schemas import Schema
from lif_adapters.http.tables import CSV, names_of_tables
from lif_adapters.problems import MEDIA_TYPE
from lif_core.commands.application import Application
from lif_core.projection.projection import AnyProjection
from lif_core.values.fields import STREAM_PATTERN

ERRORS = {
    "400": "The request is no HTTP that is read here.",
    "401": "The host does not know who asks.",
    "403": "The host does not permit this, or it is kept for a role.",
    "404": "There is no such thing.",
    "422": "A value is not what its field holds.",
    "500": "The store, or an entry of it, cannot be read.",
    "503": "The clock is behind the log.",
}
"""The errors of any operation."""
REFUSALS = {
    "409": "A rule refuses the decision.",
    "412": "The stream has moved since it was seen, or the store is busy.",
    "413": "The body is too long.",
    "415": "The body is not JSON.",
}
"""The further errors of commands."""
TEXT: Schema = {"type": "string"}
DAY: Schema = {"type": "string", "format": "date"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
STREAM: Schema = {"type": "string", "pattern": STREAM_PATTERN}
TAG: Schema = {"type": "string", "pattern": '^"(0|[1-9][0-9]{0,17})"$'}


@define(slots=False)
class Contract:
    """The contract of what an *application* is asked over HTTP."""

    application: Application

    def document(self, call: HttpCall) -> HttpAnswer:
        """Return the OpenAPI document."""
        call.query.refuse_others(())
        return json_answer({**self._document, "servers": [{"url": call.root or "/"}]})

    @cached_property
    def _document(self) -> dict[str, Any]:
        registry = self.application.mapper.registry
        commands = registry.commands.values()
        views = self.application.catalogue.projections.values()
        categories = {
            cls: decider.category for decider in registry.deciders for cls in decider.command_types
        }
        paths = {
            f"/commands/{cls.__name__}": {
                "post": _command(cls, categories.get(cls, "corrections"))
            }
            for cls in commands
        }
        paths |= {
            "/history": {"get": _HISTORY},
            "/why": {"get": _WHY},
            "/views": {"get": _VIEWS},
            "/rules": {"get": _RULES},
            "/openapi.json": {"get": _SELF},
        }
        for projection in views:
            paths[f"/views/{projection.name}"] = {"get": _view(projection)}
            paths[f"/views/{projection.name}/{{table}}"] = {"get": _table(projection)}
        components = {
            **schemas.of_views(projection.view for projection in views),
            **schemas.of_commands(commands),
            "Entry": schemas.ENTRY,
            "Problem": schemas.PROBLEM,
        }
        return {
            "openapi": "3.1.0",
            "info": {"title": "lif", "version": "1", "description": ABOUT},
            "paths": paths,
            "components": {"schemas": components},
        }


ABOUT = (
    "Decisions of safeguarding boards on record, and what follows from them. Who asks, and what"
    " they may do, is the host's to say."
)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _array(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _object(**members: Schema) -> Schema:
    return {"type": "object", "properties": members, "required": list(members)}


def _query(name: str, schema: Schema, about: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "schema": schema,
        "description": about,
        "required": required,
    }


def _header(name: str, schema: Schema, about: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": schema, "description": about}


def _content(schema: Schema, media_type: str = JSON_TYPE) -> dict[str, Any]:
    return {media_type: {"schema": schema}}


def _operation(name: str, about: str, tag: str, schema: Schema, **more: Any) -> dict[str, Any]:
    responses = more.pop("responses", {})
    return {
        "operationId": name,
        "summary": about,
        "tags": [tag],
        **more,
        "responses": {
            "200": {"description": about, "content": _content(schema)},
            **responses,
            **_problems(ERRORS),
        },
    }


def _problems(errors: dict[str, str]) -> dict[str, Any]:
    return {
        status: {"description": about, "content": _content(_ref("Problem"), MEDIA_TYPE)}
        for status, about in errors.items()
    }


def _command(cls: type, category: str) -> dict[str, Any]:
    meaning = " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split())
    recorded = _object(stream=TEXT, entries=_array(_ref("Entry")))
    tag = {"schema": TAG, "description": "The state of the stream."}
    return _operation(
        cls.__name__,
        meaning,
        category,
        recorded,
        parameters=[
            _header(
                "Idempotency-Key",
                schemas.LABEL,
                "Your id of this command: handled once, however often it is sent.",
            ),
            _header("If-Match", TAG, "The ETag of the stream as whoever decides has seen it."),
            _header("If-None-Match", {"const": "*"}, "The stream is to be new."),
        ],
        requestBody={"required": True, "content": _content(_ref(cls.__name__))},
        responses={
            "201": {
                "description": "It is recorded, now or before under the same key.",
                "headers": {"ETag": tag, "Location": {"schema": TEXT}},
                "content": _content(recorded),
            },
            **_problems(REFUSALS),
        },
    )


_BOTH_TIMES = [
    _query("valid", DAY, "As it was in the world on this day."),
    _query(
        "known",
        {"anyOf": [DAY, INSTANT]},
        "As it was known by the end of this day in London, or at this instant.",
    ),
]
_POSITION: Schema = {"type": "integer", "minimum": 1, "maximum": LAST}
_HISTORY = _operation(
    "history",
    "A page of the entries as they were recorded, corrections among them.",
    "history",
    _object(entries=_array(_ref("Entry")), next={"type": ["string", "null"]}),
    parameters=[
        _query("stream", STREAM, "Only this stream, such as review-wscb/scr-child-k."),
        _query("after", {**_POSITION, "minimum": 0}, "Only past this position."),
        _query("before", _POSITION, "Only before this position."),
        _query(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
            "At most so many.",
        ),
        _query("order", {"enum": list(ORDERS)}, "From which end."),
        *_BOTH_TIMES,
    ],
)
_WHY = _operation(
    "why",
    "A stream, all that it rests on, and all that rests on it.",
    "history",
    _object(
        stream=TEXT,
        rests_on=_array(_ref("Entry")),
        entries=_array(_ref("Entry")),
        rested_on_by=_array(_ref("Entry")),
        links=_array(_ref("LinkRow")),
    ),
    parameters=[
        _query("stream", STREAM, "The stream, such as recommendation-wscb/r-2.", required=True),
        *_BOTH_TIMES,
    ],
)
_VIEWS = _operation(
    "views",
    "The views that the user may read.",
    "views",
    _object(views=_array(_object(name=TEXT, tables=_array(TEXT)))),
)
_RULES = _operation(
    "rules",
    "The rules by which a command can be refused, and what to do about each.",
    "commands",
    _object(rules=_array(_object(rule=TEXT, wrong=TEXT, remedy=TEXT, source=TEXT))),
)
_SELF = _operation("openapi", "This document.", "contract", {"type": "object"})


def _view(projection: AnyProjection) -> dict[str, Any]:
    return _operation(
        f"view-{projection.name}",
        f"The view {projection.name}, at two times.",
        "views",
        _ref(projection.view.__name__),
        parameters=_BOTH_TIMES,
    )


def _table(projection: AnyProjection) -> dict[str, Any]:
    names = names_of_tables(projection)
    table = {"enum": [*names, *(name + CSV for name in names)]}
    rows = _object(valid=TEXT, known={"type": ["string", "null"]}, rows=_array({"type": "object"}))
    operation = _operation(
        f"table-{projection.name}",
        f"The rows of one table of {projection.name}; as CSV where the name ends in .csv.",
        "views",
        rows,
        parameters=[
            {"name": "table", "in": "path", "required": True, "schema": table},
            *_BOTH_TIMES,
        ],
    )
    operation["responses"]["200"]["content"] |= _content(TEXT, CSV_TYPE)
    return operation
