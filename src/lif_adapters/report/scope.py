"""The scope of a report: what it is cut to, and how much that leaves out.

What is shown is a matter of whole streams: a review, a recommendation, an audit. Each is shown as
it is among all, by what all others say of it, and all of its time; every figure, total and file is
of those that are shown. Nothing else is on the page.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date

import attrs
from attrs import frozen

from lif_adapters.report.history import History
from lif_adapters.report.wording import count, day
from lif_core.errors import MalformedError, RefusedError
from lif_core.items.improvement import Finding
from lif_core.queries.case import extent_of
from lif_core.queries.reader import Reader
from lif_core.values.refs import stream_of
from lif_core.values.working_days import local_day
from lif_core.views.accountability import accountability
from lif_core.views.conduct import conduct
from lif_core.views.provenance import provenance
from lif_core.views.sustainability import sustainability

ENDED = (Finding.DECLINED, Finding.WITHDRAWN, Finding.SUPERSEDED)
"""The findings of an improvement of which nothing is expected any more."""


@frozen(kw_only=True)
class Scope:
    """The cut of a report: what hangs on a *review*, by its reference, and what has moved
    *since* a day or is still open. *board* names the board whose log it was made from.
    """

    board: str | None = None
    review: str | None = None
    since: date | None = None

    def of(self, history: History) -> History:
        """Return the *history* with what is shown of it.

        Raises:
            RefusedError: `stream.unknown`: the review is not on record, or not for this reader.
        """
        shown: AbstractSet[str] | None = None
        if self.review is not None:
            shown = hanging_on(stream_of("review", self.review), history)
            # What a board owes without an entry is of no review.
            as_of = attrs.evolve(history.as_of, frameworks=history.frameworks.of_boards(()))
            history = attrs.evolve(history, as_of=as_of)
        if self.since is not None:
            moving = {*moved_since(self.since, history), *still_open(history)}
            shown = moving if shown is None else shown & moving
        return history if shown is None else attrs.evolve(history, shown=frozenset(shown))

    def sentences(self, history: History, boards: Mapping[str, str]) -> Iterator[str]:
        """Yield what the report of a *history* in this scope is cut to; *boards* are names."""
        if self.board is not None:
            name = boards.get(self.board, self.board)
            yield (
                f"This report is cut to {name}: to what is its own, and what is shared with it."
                " What another board decided alone is not read, so that nothing here rests on it."
            )
        if self.review is not None:
            yield (
                f"This report is cut to the review {self.review} and what hangs on it. What the"
                " boards owe without an entry is not on it."
            )
        if self.since is not None:
            yield (
                f"This report is cut to what has moved since {day(self.since)} or is still open."
                " What it shows, it shows for all of its time."
            )
        if history.shown is not None:
            left_out = len(history.streams.keys() - history.shown)
            yield (
                f"{count(len(history.shown & history.streams.keys()), 'stream')} of"
                f" {len(history.streams):,} {'is' if len(history.shown) == 1 else 'are'} shown;"
                f" {left_out:,} {'is' if left_out == 1 else 'are'} left out. Figures, totals and"
                " files count what is shown, but for the counts of children’s deaths, which are"
                " of all."
            )


WHOLE = Scope()
"""The scope of a report that is cut to nothing."""


def reader_of(reader: Reader, board: str | None) -> Reader:
    """Return the *reader* of what is of a *board*; the very same without one.

    Raises:
        MalformedError: no pack names the board, and nothing on record is of it.
    """
    if board is None:
        return reader
    board_reader = reader.for_board(board)
    named = {
        body.ref
        for pack in reader.frameworks.packs
        for body in pack.bodies
        if pack.has_board(body.ref)
    }
    if board not in named and next(iter(board_reader.history()), None) is None:
        others = ", ".join(sorted(named))
        raise MalformedError("--board", f"nothing is of {board!r}; packs name {others}")
    return board_reader


def hanging_on(stream: str, history: History) -> frozenset[str]:
    """Return the streams of the case of a review, by its *stream*, as `Reader.case` has them.

    Raises:
        RefusedError: `stream.unknown`: the review is not on record.
    """
    if stream not in history.streams:
        raise RefusedError("stream.unknown", stream=stream)
    everything = history.whole_view(provenance)
    extent = extent_of(stream, history.view(provenance).links, everything)
    return frozenset(extent.streams)


def moved_since(since: date, history: History) -> Iterator[str]:
    """Yield the streams in which an entry took effect, or was recorded, on the day or later."""
    valid = history.as_of.valid
    for stream, records in history.streams.items():
        if any(
            record.event.on <= valid
            and max(record.event.on, local_day(record.recorded_at)) >= since
            for record in records
        ):
            yield stream


def still_open(history: History) -> Iterable[str]:
    """Yield the streams in which something is expected, whenever it began: a review that is under
    way, a clock that runs, an answer, a duty, a change that has to last, a concern.
    """
    now, lasting = history.view(accountability), history.view(sustainability)
    for clock in now.clocks:
        if clock.done is None and clock.status != "ended":
            yield stream_of("review", clock.review)
    for reviewed in history.view(conduct).reviews:
        if reviewed.reported is None and reviewed.ended is None:
            yield stream_of("review", reviewed.review)
    for duty in now.duties:
        if duty.done is None:
            yield stream_of("recommendation", duty.recommendation)
    for answer in now.answers:
        if answer.answer == "pending":
            yield stream_of("recommendation", answer.recommendation)
    for escalation in now.escalations:
        if escalation.answered is None:
            yield stream_of("recommendation", escalation.recommendation)
    for improvement in lasting.improvements:
        if improvement.finding not in ENDED:
            yield stream_of("recommendation", improvement.recommendation)
    for challenge in now.challenges:
        if challenge.resolved is None:
            yield stream_of("challenge", challenge.challenge)
    for note in now.notes:
        if note.waiting_for:
            yield stream_of("audit", note.audit)
    for indicator in lasting.indicators:
        if indicator.concerns:
            yield stream_of("indicator", indicator.indicator)
