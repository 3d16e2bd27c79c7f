"""Receipts of commands, held against the entries that they point to."""

from collections.abc import Sequence

from lif_core.decisions.record import Record
from lif_core.errors import UnreadableError
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Handled, Row


def records_of(command_id: str, handled: Handled, mapper: LifMapper) -> Sequence[Record]:
    """Return the records that a command led to, each of which names it.

    Raises:
        UnreadableError: one of them is gone, is another command's, or is left out; or it cannot
            be read.
    """
    records = list(mapper.to_records(handled.rows))
    if len(records) != handled.entries:
        missing = handled.entries - len(records)
        raise _wrong(command_id, f"{missing} of its {handled.entries} entries are missing")
    for record in records:
        if record.command_id != command_id:
            raise _wrong(command_id, f"position {record.position} is of another command")
    for row in handled.beside:
        if _is_of(command_id, row, mapper):
            raise _wrong(command_id, f"position {row[0]} is of this command as well")
    return records


def _is_of(command_id: str, row: Row, mapper: LifMapper) -> bool:
    """Return whether the entry in a *row* names this command; one that cannot be read does not."""
    try:
        return mapper.to_record(row).command_id == command_id
    except UnreadableError:
        return False


def _wrong(command_id: str, problem: str) -> UnreadableError:
    return UnreadableError(
        f"the receipt of {command_id} is not that of its entries: {problem}; an entry or the"
        " receipt was changed: `lif doctor` says more"
    )
