"""`lif log`: the entries of the log, in the order of recording, all of them or a selection."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import islice
from typing import Annotated

from cyclopts import Parameter

from lif_adapters.cli.entries import EntryWriter
from lif_adapters.cli.options import (
    BoardName,
    BodyName,
    ColumnNames,
    Db,
    FormatOption,
    Known,
    Packs,
    ReviewName,
    RoleNames,
    Valid,
    as_date,
    as_known,
    day_of,
    of_board,
    open_to_show,
    refuse_unknown_body,
    review_stream,
    whole_number,
)
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.rows import columns_named
from lif_core.commands.application import Application
from lif_core.decisions.messages import AnyEvent
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, RefusedError
from lif_core.queries.meetings import Meetings
from lif_core.queries.selection import Selection, refuse_unless_may_select
from lif_core.values.text import normal


class DayOf(StrEnum):
    """The day by which entries are asked for: of recording, or of effect."""

    RECORDED = "recorded"
    EFFECTIVE = "effective"


def log(
    stream: str | None = None,
    *,
    since: str | None = None,
    until: str | None = None,
    by: DayOf = DayOf.RECORDED,
    event: tuple[str, ...] = (),
    body: BodyName = None,
    person: str | None = None,
    capacity: str | None = None,
    meeting: str | None = None,
    entered_by: Annotated[str | None, Parameter(name="--entered-by")] = None,
    lag: str | None = None,
    review: ReviewName = None,
    limit: str | None = None,
    newest_first: bool = False,
    columns: ColumnNames = (),
    board: BoardName = None,
    role: RoleNames = (),
    db: Db = None,
    pack: Packs = (),
    valid: Valid = None,
    known: Known = None,
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Show what was recorded, in the order of recording, corrections among it.

    Every option that is given leaves out entries; they stand as they were recorded.

    Args:
        stream: Only this stream, such as review-wscb/scr-child-k.
        since: Only from this day on, a DATE or BODY/MEETING.
        until: Only up to this day.
        by: The day that --since and --until mean: when it was recorded, or took effect.
        event: Only events of this name, such as ReportAccepted; may be given again.
        body: Only what was decided for this body, such as wscb/qac.
        person: Only what this person decided.
        capacity: Only what was decided in this role, such as "independent chair".
        meeting: Only what was decided at this meeting, BODY/MEETING.
        entered_by: Only what this person or program entered.
        lag: Only what was recorded more than so many DAYS after it took effect.
        review: Only the streams of this review, and of all that it rests on or that rests on it.
        limit: At most so many.
        newest_first: From the last entry to the first.
        columns: Only these columns, with commas between them.
        board: As this board sees it.
        role: What the reader is entitled to.
        db: Where.
        pack: More framework packs.
        valid: Only what had taken effect by then.
        known: Only what was recorded by then.
        format: How to write it; json is one object a line.
    """
    if columns and format is OutputFormat.JSON:
        raise MalformedError("--columns", "json has all members; choose among them there")
    if stream is not None and review is not None:
        raise MalformedError("--review", "a stream is asked for already; give one of both")
    most, longest = whole_number("--limit", limit), whole_number("--lag", lag)
    with open_to_show(db, pack, roles=role) as whole:
        app = of_board(whole, board)
        if stream is not None and not app.recorder.stream_rows(normal(stream)):
            raise RefusedError("stream.unknown", stream=stream)
        refuse_unknown_body(app, "--body", body)
        held = Meetings(app.history).named(meeting) if meeting is not None else None
        selection = Selection(
            since=day_of(app, "--since", since),
            until=day_of(app, "--until", until),
            by_effect=by is DayOf.EFFECTIVE,
            body=body and normal(body),
            person=person and normal(person),
            capacity=capacity and normal(capacity),
            meeting=(held.body, held.meeting) if held is not None else None,
            entered_by=entered_by and normal(entered_by),
            lag=longest,
        )
        _refuse_reversed(selection)
        classes = [_class_of(app, name) for name in event]
        if review is not None:
            refuse_unless_may_select(selection, app.readership)
            trail = app.why(
                review_stream(review), valid=as_date("--valid", valid), known=as_known(known)
            )
            entries = (*trail.rests_on, *trail.entries, *trail.rested_on_by)
            records = _chosen(entries, classes, selection, most, newest_first=newest_first)
        else:
            records = app.history(
                stream,
                events=classes,
                newest_first=newest_first,
                limit=most,
                valid=as_date("--valid", valid),
                known=as_known(known),
                selection=selection,
            )
        title = _title(selection, event, review, most, newest_first=newest_first)
        EntryWriter(app, as_known(known)).write(
            records, format, title=title, columns=columns_named(columns)
        )


def _refuse_reversed(selection: Selection) -> None:
    """Refuse days of which the last is before the first: nothing is from both."""
    first, last = selection.since, selection.until
    if first is not None and last is not None and last < first:
        raise MalformedError("--until", f"{last} is before --since, {first}")


def _title(
    selection: Selection,
    events: Sequence[str],
    review: str | None,
    limit: int | None,
    *,
    newest_first: bool,
) -> str | None:
    """Return in words which entries are asked for; nothing where all are."""
    terms = _terms(selection, events, review)
    bounds = [
        *([f"{limit} at most"] if limit is not None else []),
        *(["the newest first"] if newest_first else []),
    ]
    title = ", ".join([f"Entries {', '.join(terms)}".strip(), *bounds])
    return title if terms or bounds else None


def _terms(selection: Selection, events: Sequence[str], review: str | None) -> list[str]:
    """Return in words which entries are asked for; nothing where all are."""
    verb = "that took effect" if selection.by_effect else "recorded"
    days = [
        f"{word} {day}"
        for word, day in (("from", selection.since), ("to", selection.until))
        if day
    ]
    meeting = "/".join(selection.meeting or ())
    terms = {
        f"{verb} {' '.join(days)}": days,
        f"recorded more than {selection.lag} days after they took effect": selection.lag
        is not None,
        f"named {' or '.join(events)}": events,
        f"decided for {selection.body}": selection.body,
        f"decided by {selection.person}": selection.person,
        f"decided in the role {selection.capacity}": selection.capacity,
        f"decided at {meeting}": meeting,
        f"entered by {selection.entered_by}": selection.entered_by,
        f"in the chain of review {review}": review,
    }
    return [term for term, is_asked in terms.items() if is_asked]


def _class_of(app: Application, name: str) -> type[AnyEvent]:
    """Return the class of the events called *name*.

    Raises:
        MalformedError: there is none.
    """
    registry = app.mapper.registry
    if name not in registry.events:
        from difflib import get_close_matches  # only where somebody mistook a name

        near = get_close_matches(name, registry.events, cutoff=0)
        raise MalformedError("--event", f"no event {name!r}; near it: {', '.join(near)}")
    return registry.events[name]


def _chosen(
    entries: Sequence[Record],
    classes: Sequence[type[AnyEvent]],
    selection: Selection,
    limit: int | None,
    *,
    newest_first: bool,
) -> Iterable[Record]:
    """Return those of the *entries* that are asked for, in the order of recording."""
    ordered = sorted(entries, key=lambda record: record.position, reverse=newest_first)
    taken = (
        record
        for record in ordered
        if selection.takes(record) and (not classes or type(record.event) in classes)
    )
    return islice(taken, limit)
