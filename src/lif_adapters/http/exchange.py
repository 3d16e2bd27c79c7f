"""Calls over HTTP and their answers, whichever framework carries them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from attrs import field, frozen

from lif_adapters.http.host import User
from lif_adapters.times import as_date, as_known
from lif_core.commands.application import Application
from lif_core.errors import MalformedError

JSON_TYPE = "application/json"
CSV_TYPE = "text/csv"


@frozen
class Query:
    """The parameters of a query, in their order; each may stand once."""

    pairs: Sequence[tuple[str, str]]

    def refuse_others(self, names: Sequence[str]) -> None:
        """Refuse a parameter that is none of *names*, or stands twice.

        Raises:
            MalformedError: a parameter that is passed over would answer another question.
        """
        seen = set()
        for name, _ in self.pairs:
            if name not in names:
                known = ", ".join(names) or "none"
                raise MalformedError(name, f"unknown parameter; known: {known}")
            if name in seen:
                raise MalformedError(name, "stands twice")
            seen.add(name)

    def text(self, name: str) -> str | None:
        """Return the value of the parameter *name*, if it stands there."""
        return next((value for key, value in self.pairs if key == name), None)

    def day(self, name: str) -> date | None:
        """Return the parameter *name* as a day."""
        return as_date(name, self.text(name))

    def known(self, name: str) -> date | datetime | None:
        """Return the parameter *name* as a day or an instant."""
        return as_known(self.text(name), name)

    def number(self, name: str, low: int, high: int) -> int | None:
        """Return the parameter *name* as a whole number from *low* to *high*."""
        text = self.text(name)
        if text is None:
            return None
        digits = text.isascii() and text.isdigit() and len(text) <= len(str(high))
        if not digits or not low <= int(text) <= high:
            raise MalformedError(name, f"expected a whole number from {low} to {high:,}")
        return int(text)

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """Return the parameter *name*, one of *choices*; by default the first."""
        text = self.text(name)
        if text is not None and text not in choices:
            raise MalformedError(name, f"expected {' or '.join(choices)}")
        return text or choices[0]


@frozen(kw_only=True)
class HttpCall:
    """A request by a *user* of an *application*, which reads as they may.

    *path* holds what stands in the address, by name; *headers* are in lower case, and *root* is
    the address at which the adapter is mounted.
    """

    application: Application
    user: User
    path: Mapping[str, str]
    query: Query
    headers: Mapping[str, str]
    root: str = ""
    body: bytes = b""


@frozen(kw_only=True)
class HttpAnswer:
    """The *body* of an answer, with its *status*, its type and further *headers*."""

    body: bytes
    status: int = 200
    media_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(factory=dict)


def json_answer(
    value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpAnswer:
    """Return *value*, which is of JSON's types, as an answer."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return HttpAnswer(body=body, status=status, headers=headers or {})
