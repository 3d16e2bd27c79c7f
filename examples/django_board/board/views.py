"""The pages: what is on record, one stream of it, and a decision about it."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from board.log import authority_of, log, reader_for
from board.models import Notice
from lif_adapters.django_forms import form_for
from lif_adapters.forms import command_of
from lif_adapters.problems import problem_line
from lif_core import Command, LifError, MalformedError, Reader, Record, RefusedError
from lif_core.errors import StaleError
from lif_core.queries.readership import may_read
from lif_core.values.refs import category_of, ref_of
from lif_core.views.provenance import provenance


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """List the streams that the user may read: of a category, or with a text in their titles."""
    reader = reader_for(request.user)
    category, text = request.GET.get("category", ""), request.GET.get("text", "")
    rows = [
        row
        for row in reader.view(provenance).streams
        if may_read(row.stream, reader.readership)
        and category in ("", row.category)
        and text.casefold() in f"{row.stream} {row.title}".casefold()
    ]
    deciders = log().mapper.registry.deciders
    commands = {decider.category: _names(decider.command_types) for decider in deciders}
    page = {"rows": rows, "category": category, "text": text, "commands": commands}
    return render(request, "board/listing.html", page)


@login_required
def stream(request: HttpRequest, name: str) -> HttpResponse:
    """Show the entries of a stream, and what may be decided about it."""
    reader = reader_for(request.user)
    if not may_read(name, reader.readership):
        raise PermissionDenied
    try:
        trail = reader.why(name)
    except RefusedError as error:
        raise Http404 from error
    decider = log().mapper.registry.categories[category_of(name)]
    page = {
        "stream": name,
        "entries": _named(trail.entries),
        "commands": _names(decider.command_types),
        "about": urlencode({decider.subject: ref_of(name), "seen": len(trail.entries)}),
        "correcting": urlencode({"stream": name, "seen": len(trail.entries)}),
    }
    return render(request, "board/stream.html", page)


@login_required
def decide(request: HttpRequest, name: str) -> HttpResponse:
    """Show the form of a command, and record what is filled in."""
    command = log().mapper.registry.commands.get(name)
    by = authority_of(request.user)
    if command is None:
        raise Http404
    if by is None:
        raise PermissionDenied
    form = form_for(command)(request.POST or None, initial=request.GET.dict())
    page: dict[str, Any] = {"form": form, "name": name, "meaning": command.__doc__, "by": by}
    if not form.is_valid():
        return render(request, "board/decide.html", page)
    try:
        decision = command_of(command, by, form.cleaned_data, log().mapper)
        return redirect("stream", _record(request.user, decision, form.cleaned_data["seen"]))
    except StaleError as error:
        page["stale"] = True
        page["meanwhile"] = _meanwhile(reader_for(request.user), error)
        form.data = {**form.data, "seen": error.found}
    except MalformedError as error:
        for each in error.errors or (error,):
            field = each.field.partition(".")[0].partition("[")[0]
            form.add_error(field if field in form.fields else None, each.problem)
    except LifError as error:
        form.add_error(None, problem_line(error, log().catalogue))
    return render(request, "board/decide.html", page, status=409)


def _record(user: Any, decision: Command, seen: int | None) -> str:
    """Record a *decision* with the notice of it, or neither; return the stream it is about."""
    stream = log().mapper.registry.stream(decision)
    with transaction.atomic():
        inside = log().within(connection)
        records = inside.handle(
            decision,
            entered_by=user.get_username(),
            expected=None if seen is None else {stream: seen},
        )
        if records:
            Notice.objects.create(stream=stream, text=f"{decision.by.person} decided")
    return stream


def _meanwhile(reader: Reader, error: StaleError) -> list[tuple[str, Record]]:
    """Return what was recorded since the page was made, as far as the reader may know of it."""
    if not may_read(error.stream, reader.readership):
        return []
    return _named(list(reader.history(error.stream))[error.expected :])


def _names(commands: Iterable[type]) -> list[str]:
    return [command.__name__ for command in commands]


def _named(records: Iterable[Record]) -> list[tuple[str, Record]]:
    """Return each entry with the name of its event, which a template cannot ask for."""
    return [(type(record.event).__name__, record) for record in records]
