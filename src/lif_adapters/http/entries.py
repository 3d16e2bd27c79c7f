"""Entries in the form of JSON, and how the state of a stream is named in a header."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from lif_adapters.json_values import json_record
from lif_core.commands.application import Application
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError
from lif_core.queries.meetings import Meetings
from lif_core.queries.readership import shown_to

_ETAG = re.compile(r'"(0|[1-9][0-9]{0,17})"')


def json_entries(
    application: Application,
    records: Iterable[Record],
    known: date | datetime | None = None,
) -> list[dict[str, Any]]:
    """Return *records* as documented in `docs/reference/cli.md`, as the reader may read them.

    One that was decided at a meeting says whether that was quorate, as *known* then.
    """
    meetings = Meetings(application.history)
    entries = []
    for record in records:
        shown = shown_to(record, application.readership)
        entry = json_record(shown, application.mapper)
        if (meeting := meetings.of(record, known)) is not None:
            entry["quorate"] = meeting.quorate
        entries.append(entry)
    return entries


def etag(position: int) -> str:
    """Return the tag of a stream whose last entry has this stream *position*."""
    return f'"{position}"'


def expected_position(headers: dict[str, str] | Any) -> int | None:
    """Return the stream position that the *headers* of a command expect, 0 for a new stream.

    `None` where they expect nothing.

    Raises:
        MalformedError: a header is neither a tag of a stream nor, of `If-None-Match`, `*`.
    """
    if (value := headers.get("if-none-match")) is not None:
        if value.strip() != "*":
            raise MalformedError("If-None-Match", "expected *, for a stream that is new")
        return 0
    if (value := headers.get("if-match")) is None:
        return None
    if (tag := _ETAG.fullmatch(value.strip())) is None:
        raise MalformedError("If-Match", f'expected the ETag of the stream, such as "3": {value}')
    return int(tag[1])
