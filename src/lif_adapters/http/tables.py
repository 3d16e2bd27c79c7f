"""Views over HTTP, at both times: whole, or a table of one as JSON or CSV."""

from typing import Any

from lif_adapters.csv_lines import csv_cell, csv_lines
from lif_adapters.http.exchange import CSV_TYPE, HttpAnswer, HttpCall, json_answer
from lif_adapters.http.host import AbsentError, NotPermittedError
from lif_adapters.json_values import json_value
from lif_core.projection.projection import AnyProjection
from lif_core.projection.tables import FIGURES, Tables, columns_of, shapes_of
from lif_core.queries.readership import is_entitled

TIMES = ("valid", "known")
ALONE = "figures"
"""The name of the table of the figures that stand alone, which has none in a view."""
CSV = ".csv"


def views(call: HttpCall) -> HttpAnswer:
    """Return the views that the user may read, each with its tables."""
    call.query.refuse_others(())
    listed = [
        {"name": name, "tables": names_of_tables(projection)}
        for name, projection in call.application.catalogue.projections.items()
        if _is_open(name, projection, call)
    ]
    return json_answer({"views": listed})


def view(call: HttpCall) -> HttpAnswer:
    """Return a view as it was in the world at `valid`, as it was `known` then."""
    return json_answer(json_value(_view(call), call.application.mapper))


def table(call: HttpCall) -> HttpAnswer:
    """Return the rows of one table of a view; as CSV where its name ends in `.csv`."""
    name = call.path["table"]
    projection = _projection(call)
    names = names_of_tables(projection)
    as_csv = name.endswith(CSV) and name not in names
    name = name.removesuffix(CSV) if as_csv else name
    if name not in names:
        raise AbsentError(f"table {name} of {projection.name}; there are: {', '.join(names)}")
    mapper = call.application.mapper
    whole = _view(call)
    tables = Tables(whole)
    inside = FIGURES if name == ALONE else name
    columns = tables.columns(inside)
    rows = [
        {column: json_value(row[column], mapper) for column in columns}
        for row in map(columns_of, tables[inside])
    ]
    if not as_csv:
        times = {"valid": whole.valid, "known": whole.known}
        return json_answer({**times, "rows": rows})
    lines = csv_lines(columns, ([csv_cell(row[column]) for column in columns] for row in rows))
    headers = {"Content-Disposition": f'attachment; filename="{projection.name}-{name}.csv"'}
    return HttpAnswer(body="".join(lines).encode(), media_type=CSV_TYPE, headers=headers)


def names_of_tables(projection: AnyProjection) -> list[str]:
    """Return the tables of a view, by the names that they have in an address."""
    return [name or ALONE for name in shapes_of(projection.view)]


def _projection(call: HttpCall) -> AnyProjection:
    """Return the view that the address names.

    Raises:
        AbsentError: there is none of that name.
        NotPermittedError: the host does not name it among those that the user may read.
    """
    name, projections = call.path["name"], call.application.catalogue.projections
    if name not in projections:
        raise AbsentError(f"view {name}")
    if name not in call.user.views:
        raise NotPermittedError(f"to read the view {name}")
    return projections[name]


def _view(call: HttpCall) -> Any:
    call.query.refuse_others(TIMES)
    valid, known = call.query.day("valid"), call.query.known("known")
    return call.application.view(_projection(call), valid=valid, known=known)


def _is_open(name: str, projection: AnyProjection, call: HttpCall) -> bool:
    return name in call.user.views and is_entitled(projection, call.application.readership)
