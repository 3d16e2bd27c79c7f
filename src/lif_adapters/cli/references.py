"""References and codes as somebody types them: completed from the board, and by other names."""

from collections.abc import Iterator
from functools import cached_property

from lif_adapters.forms import FormField, spelt
from lif_core.aggregates.body import BodyKind, BodyRegistered
from lif_core.framework import Framework
from lif_core.framework.entries import BodyEntry
from lif_core.framework.vocabulary import Term, terms
from lif_core.queries.reader import Reader
from lif_core.values.fields import SURROGATE
from lif_core.values.refs import namespace_of, ref_of, stream_of

LAST = "\U0010ffff"
OF_NO_BOARD = ("body", "ledger")


class References:
    """The references and codes that there are, to complete those that somebody types.

    Args:
        app: the store that they are about.
        board: the board, by its namespace; by default the only one on record.
    """

    def __init__(self, app: Reader, board: str | None) -> None:
        self._app = app
        self._board = board
        self.lacks_board = False
        """True where a reference was typed without a board, and none is known to complete it."""

    @cached_property
    def board(self) -> str | None:
        """The board whose reference completes others: as given, or the only one on record."""
        if self._board is not None:
            return self._board
        boards = set(self._boards())
        return boards.pop() if len(boards) == 1 else None

    def complete(self, field: FormField, text: str) -> str:
        """Return the reference, or the code, that *text* is short for; itself, where it is none or
        may be several.
        """
        text = text.strip()
        if SURROGATE.search(text):  # bytes that are no text, which no store can be asked for
            return text
        if field.names == "body":
            return self._body(text)
        if field.names == "":
            return self.stream(text)
        if field.names is not None:
            text = text.removeprefix(f"{field.names}-") if "/" in text else text
            self.lacks_board |= "/" not in text and self.board is None
            return self._within(text)
        if field.listed is not None:
            return self._code(field.listed, text)
        return text

    @cached_property
    def packs(self) -> tuple[Framework, ...]:
        """The packs of the board, or all of them, where it is not known."""
        frameworks = self._app.frameworks
        if self.board is None:
            return frameworks.packs
        return frameworks.of(self.board) or (frameworks.general,)

    def terms(self, listed: str) -> tuple[Term, ...]:
        """Return what is on a list of the packs."""
        every: dict[tuple[str, str], Term] = {}
        for pack in self.packs:
            for term in terms(pack, listed):
                every.setdefault((term.of, term.code), term)
        return tuple(every.values())

    def bodies(self) -> tuple[BodyEntry, ...]:
        """Return the bodies that the packs name."""
        return tuple({body.ref: body for pack in self.packs for body in pack.bodies}.values())

    def _within(self, text: str) -> str:
        return text if "/" in text or self.board is None else f"{self.board}/{text}"

    def _code(self, listed: str, text: str) -> str:
        codes = {term.code for term in self.terms(listed)}
        if text in codes:
            return text
        named = {
            term.code
            for term in self.terms(listed)
            if spelt(text) in (spelt(term.code), spelt(term.name))
        }
        return named.pop() if len(named) == 1 else text

    def _body(self, text: str) -> str:
        if self._is_body(text):
            return text
        within = self._within(text)
        if within != text and self._is_body(within):
            return within
        wanted = spelt(text)
        matches = {
            body.ref
            for body in self.bodies()
            if wanted in (spelt(body.name), *map(spelt, body.also))
            or ("/" not in text and wanted == spelt(body.ref.partition("/")[2]))
        }
        return matches.pop() if len(matches) == 1 else text

    def _is_body(self, ref: str) -> bool:
        return self._app.frameworks.body(ref) is not None or self._is_on_record(
            stream_of("body", ref)
        )

    def stream(self, text: str) -> str:
        """Return the stream that *text* names, with or without its kind and its board; itself,
        where that is none on record or may be several.
        """
        categories = self._app.mapper.registry.categories
        category, hyphen, ref = text.partition("-")
        if hyphen and category in categories:
            whole = self._body(ref) if category == "body" else self._within(ref)
            return stream_of(category, whole)
        streams = [stream_of(each, self._within(text)) for each in sorted(categories)]
        on_record = [stream for stream in streams if self._is_on_record(stream)]
        return on_record[0] if len(on_record) == 1 else text

    def _is_on_record(self, stream: str) -> bool:
        return not self._app.recorder.unrecorded([stream])

    def _boards(self) -> Iterator[str]:
        """Yield the namespaces of what is on record, or else the boards that were registered."""
        categories = sorted(set(self._app.mapper.registry.categories) - {*OF_NO_BOARD})
        namespaces = {
            namespace_of(ref_of(stream))
            for category in categories
            for stream in self._one_of_each(category)
        }
        if namespaces:
            yield from namespaces
            return
        for stream in self._one_of_each("body"):
            rows = self._app.recorder.stream_rows(stream)
            event = self._app.mapper.to_record(rows[0]).event
            if isinstance(event, BodyRegistered) and event.kind is BodyKind.BOARD:
                yield namespace_of(event.body)

    def _one_of_each(self, category: str) -> Iterator[str]:
        """Yield the first stream of each namespace in a *category*."""
        recorder = self._app.recorder
        last = recorder.last_row()
        after = (f"{category}-", 0)
        while last is not None:
            rows = recorder.rows_by_stream(
                after=after, until=last[0], limit=1, before=f"{category}."
            )
            if not rows:
                return
            yield rows[0][1]
            after = (f"{category}-{namespace_of(ref_of(rows[0][1]))}/{LAST}", 0)
