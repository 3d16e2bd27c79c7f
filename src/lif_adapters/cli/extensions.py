"""`lif extensions`: what is installed beside `lif`, and what it defines."""

from lif_adapters.cli.options import FormatOption
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.tables import write_rows
from lif_adapters.extensions import installed
from lif_core.catalogue import definitions


def extensions(
    *,
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """List what the installed extensions define: commands, events, views, rules, packs, policies.

    Args:
        format: How to write it.
    """
    rows = [
        {"extension": extension.name, "defines": what, "name": name, "meaning": meaning}
        for extension in installed()
        for what, name, meaning in definitions(extension)
    ]
    write_rows(rows, format)
