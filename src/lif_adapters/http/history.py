"""The history over HTTP: entries page by page, both ways, and why a stream is as it is."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from itertools import islice, takewhile
from urllib.parse import urlencode

from lif_adapters.http.entries import etag, json_entries
from lif_adapters.http.exchange import HttpAnswer, HttpCall, json_answer
from lif_adapters.http.host import AbsentError, NotPermittedError
from lif_adapters.json_values import json_value
from lif_core.commands.application import Application
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, RefusedError
from lif_core.queries.readership import EVERY_STREAM, may_read
from lif_core.values.fields import check_stream
from lif_core.values.refs import category_of

LIMIT = 100
MOST = 1_000
LAST = 2**53 - 1  # beyond any entry, and a number that every reader of JSON keeps whole
ORDERS = ("oldest", "newest")
HISTORY = ("stream", "after", "before", "limit", "order", "valid", "known")
WHY = ("stream", "valid", "known")


def history(call: HttpCall) -> HttpAnswer:
    """Return a page of the entries as they were recorded, corrections among them.

    The page of a stream bears its tag, by which a command says which state of it was seen.
    """
    query = call.query
    query.refuse_others(HISTORY)
    stream = _stream(call)
    after = query.number("after", 0, LAST) or 0
    before = query.number("before", 1, LAST) or LAST
    limit = query.number("limit", 1, MOST) or LIMIT
    order = query.choice("order", ORDERS)
    valid, known = query.day("valid"), query.known("known")
    application = call.application
    headers = {}
    if stream is None:
        records = _log(application, after, before, order, valid, known)
    else:
        entries = _of_stream(call, stream)
        headers = {"ETag": etag(entries[-1].stream_position)}
        if valid is not None or known is not None:
            positions = {r.position for r in application.history(stream, valid=valid, known=known)}
            entries = [record for record in entries if record.position in positions]
        records = iter([record for record in entries if after < record.position < before])
        if order == "newest":
            records = iter(list(records)[::-1])
    page = list(islice(records, limit + 1))
    more, page = len(page) > limit, page[:limit]
    body = {
        "entries": json_entries(application, page, known),
        "next": _next(call, page[-1].position, order) if more else None,
    }
    return json_answer(body, headers=headers)


def why(call: HttpCall) -> HttpAnswer:
    """Return the entries of a stream, of all that it rests on, and of all that rests on it.

    Entries of streams that the user may not know of are left out, and so are links to them.
    """
    query = call.query
    query.refuse_others(WHY)
    stream = _stream(call)
    if stream is None:
        raise MalformedError("stream", "missing")
    valid, known = query.day("valid"), query.known("known")
    application = call.application
    try:
        trail = application.why(stream, valid=valid, known=known)
    except RefusedError as error:
        raise AbsentError(f"stream {stream} on record") from error
    sees = partial(may_read, readership=application.readership)
    parts = {
        "rests_on": trail.rests_on,
        "entries": trail.entries,
        "rested_on_by": trail.rested_on_by,
    }
    lists = {
        part: json_entries(application, [r for r in records if sees(r.stream)], known)
        for part, records in parts.items()
    }
    links = [link for link in trail.links if sees(link.earlier) and sees(link.later)]
    return json_answer({"stream": stream, **lists, "links": json_value(links, application.mapper)})


def _stream(call: HttpCall) -> str | None:
    """Return the stream that is asked for; `None` for all of them.

    Raises:
        NotPermittedError: the user may not know of it. That it is there is not said either.
    """
    readership = call.application.readership
    text = call.query.text("stream")
    if text is None:
        if not readership.grants(EVERY_STREAM):
            raise NotPermittedError("to read the entries of every stream; name one")
        return None
    stream = check_stream("stream", text)
    if not may_read(stream, readership):
        raise NotPermittedError(f"to read {stream}")
    return stream


def _of_stream(call: HttpCall, stream: str) -> list[Record]:
    """Return the entries of a *stream*; links of a lesson, as far as the user may know of them.

    Raises:
        AbsentError: it has none.
    """
    application = call.application
    if category_of(stream) != "lesson" or application.readership.grants(EVERY_STREAM):
        records = list(application.history(stream))
        if not records:
            raise AbsentError(f"stream {stream} on record")
        return records
    try:
        return list(application.why(stream).entries)
    except RefusedError as error:
        raise AbsentError(f"stream {stream} on record") from error


def _log(
    application: Application,
    after: int,
    before: int,
    order: str,
    valid: date | None,
    known: date | datetime | None,
) -> Iterator[Record]:
    """Yield the entries between two positions, from either end."""

    def between(low: int, high: int) -> Iterator[Record]:
        records = application.history(after=low, valid=valid, known=known)
        return takewhile(lambda record: record.position < high, records)

    if order == "oldest":
        yield from between(after, before)
        return
    last = application.recorder.last_row()
    high = min(before, last[0] + 1 if last else 1)
    while high > after + 1:
        low = max(after, high - 1 - MOST)
        yield from reversed(list(between(low, high)))
        high = low + 1


def _next(call: HttpCall, position: int, order: str) -> str:
    """Return the reference of the page past *position*, relative to this one."""
    bound = "after" if order == "oldest" else "before"
    pairs = [(name, value) for name, value in call.query.pairs if name != bound]
    return "?" + urlencode([*pairs, (bound, position)])
