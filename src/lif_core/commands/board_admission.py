"""The rules that the commands of one board among many are held against, before all others.

A command is about streams of the board's own, or shared with it, and names no other, as if there
were none. Bodies alone are named across boards.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from lif_core.aggregates.body import RegisterBody
from lif_core.commands.writer import Outcomes
from lif_core.decisions.corrections import AmendEntry
from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record
from lif_core.errors import LifError, RefusedError, UnreadableError
from lif_core.log.board_recorder import BoardRecorder
from lif_core.log.registry import Registry
from lif_core.log.requests import Request
from lif_core.values.refs import category_of, stream_of

Answer: TypeAlias = tuple[Record, ...] | LifError
Groups: TypeAlias = Sequence[Sequence[Request | Command]]


class BoardAdmission:
    """The checks of what is asked as a *board*, whose log is that of *recorder*."""

    def __init__(self, recorder: BoardRecorder, registry: Registry, board: str) -> None:
        self._recorder = recorder
        self._sees = recorder.holdings.sees
        self._registry = registry
        self._board = board

    def submit(
        self, groups: Groups, expected: Mapping[str, int], decide: Callable[[Groups], Outcomes]
    ) -> Outcomes:
        """Return the outcomes of *groups*: `decide` is asked about those that are admitted.

        Raises:
            RefusedError: a stream is *expected* somewhere which is not the board's.
            LifError: from `decide`.
        """
        self._recorder.holdings.sync()
        for stream in expected:
            self._refuse_unless_seen(stream)
        admitted: list[Sequence[Request | Command]] = []
        refusals: dict[int, LifError] = {}
        for index, group in enumerate(groups):
            try:
                admitted.append(list(self._admitted(group)))
            except LifError as refusal:
                refusals[index] = refusal
        try:
            outcomes = iter(decide(admitted) if admitted else ())
        except UnreadableError as error:
            raise self._nameless(error) from None
        return [
            refusals[index] if index in refusals else self._shown(next(outcomes))
            for index in range(len(groups))
        ]

    def _shown(self, outcome: Answer) -> Answer:
        return self._nameless(outcome) if isinstance(outcome, UnreadableError) else outcome

    def _nameless(self, error: UnreadableError) -> UnreadableError:
        """Return an *error* that names no stream which the board does not see."""
        if error.stream is None or self._sees(error.stream):
            return error
        nameless = UnreadableError("an entry of another board, which it rests on, cannot be read")
        nameless.at = error.at
        return nameless

    def _admitted(self, group: Sequence[Request | Command]) -> Iterator[Request | Command]:
        """Yield the requests of a *group*, with the ids that the whole log knows them by."""
        registered: set[str] = set()
        for at, request in enumerate(group):
            command = request.command if isinstance(request, Request) else request
            try:
                self._refuse(command, registered)
                if isinstance(request, Request):
                    for stream in request.expected or ():
                        self._refuse_unless_seen(stream)
                    if request.command_id is not None:
                        command_id = self._recorder.name(request.command_id)
                        request = attrs.evolve(request, command_id=command_id)
            except LifError as error:
                error.at = at
                raise
            yield request

    def _refuse(self, command: Command, registered: set[str]) -> None:
        """Refuse a *command* about what is not the board's; *registered* are agencies that the
        group registers.
        """
        kind = self._registry.kinds.get(type(command))
        if kind is None or kind.is_event:
            return  # what it is instead is said where it is decided
        stream = kind.stream(command)
        if isinstance(command, RegisterBody) and self._is_new_agency(command, stream):
            registered.add(stream)
        if stream not in registered:
            self._refuse_unless_seen(stream)
        decides = stream_of("body", command.by.body)
        if decides not in registered:
            self._refuse_unless_seen(decides)
        self._refuse_hidden(command)
        if isinstance(command, AmendEntry):
            self._refuse_hidden(command.replacement.event)

    def _refuse_unless_seen(self, stream: str) -> None:
        """Refuse a *stream* that is not the board's, nor shared with it; so is the ledger's, by
        which the entries of all boards are read.
        """
        if not self._sees(stream) or category_of(stream) == "ledger":
            raise RefusedError("board.not-its-own", board=self._board, stream=stream)

    def _is_new_agency(self, command: RegisterBody, stream: str) -> bool:
        holdings = self._recorder.holdings
        is_nobodys = holdings.is_nobodys(command.body, command.kind)
        return is_nobodys and bool(holdings.recorder.unrecorded((stream,)))

    def _refuse_hidden(self, message: Command | Event[Any]) -> None:
        """Refuse a *message* that names a stream of another board as if there were none."""
        kind = self._registry.kinds.get(type(message))
        if kind is None:
            return
        for reference, stream in kind.named(message, (*kind.required, *kind.deliberated)):
            if category_of(stream) != "body" and not self._sees(stream):
                raise RefusedError("reference.unknown", field=reference.path, stream=stream)
