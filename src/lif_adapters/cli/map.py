"""`lif map`: a first map of a register, to be edited."""

from pathlib import Path

from lif_adapters.cli import output
from lif_adapters.importers.draft import draft
from lif_adapters.importers.sheet import Layout, read_sheet
from lif_core.errors import MalformedError
from lif_core.values.fields import check_label


def draft_map(
    file: Path,
    /,
    *,
    sheet: str | None = None,
    header: int | None = None,
    board: str = "ourboard",
) -> None:
    """Write a first map of a register, to be edited: what stands in each column, days and statuses
    guessed.

    Args:
        file: The register, a workbook or CSV.
        sheet: The sheet of a workbook; by default the only one.
        header: The line of the header; by default the first that is as wide as most.
        board: The reference of the board that keeps it.
    """
    check_label("--board", board)
    read = read_sheet(file, Layout(sheet=sheet, header=header), ())
    if not any(read.header):
        raise MalformedError(str(file), "nothing stands in it that could be a header")
    output.write_text(draft(read, file.name, board))
