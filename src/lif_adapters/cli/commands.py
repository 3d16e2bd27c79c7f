"""`lif commands`: the commands that can be recorded, and the schema of one."""

from typing import Any

from lif_adapters.cli import output
from lif_adapters.cli.options import FormatOption
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.tables import write_rows
from lif_adapters.extensions import catalogue
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import schema


def commands(
    name: str | None = None,
    /,
    *,
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """List the commands that `lif record` takes, or print the JSON Schema of one.

    Args:
        name: One command, such as IssueRecommendation.
        format: How to write the list; a schema is always json.
    """
    mapper = LifMapper(catalogue().registry)
    if name is not None:
        output.write_json(schema(name, mapper))
        return
    rows = [
        {
            "command": cls.__name__,
            "aggregate": decider.category if (decider := _decider(mapper, cls)) else "any",
            "meaning": " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split()),
        }
        for cls in mapper.registry.commands.values()
    ]
    write_rows(rows, format)


def _decider(mapper: LifMapper, cls: type) -> Any:
    return next((d for d in mapper.registry.deciders if cls in d.command_types), None)
