"""Tables of computed rows, in the shape in which a view is exported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """The rows of one table: found by the columns of *key*, without any if it is one object.

    Of a *distinct* one, only which keys there are is compared.
    """

    key: tuple[str, ...]
    rows: Sequence[Row]
    distinct: bool = False


Figures = dict[str, dict[str, Rows]]


def plain(value: Any) -> Any:
    """Return a value in the types of JSON."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return value
