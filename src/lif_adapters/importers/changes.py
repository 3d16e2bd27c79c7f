"""A later version of a register, held against what earlier ones said: changes, not refusals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import define, evolve, frozen

from lif_adapters.importers.importer import OF_AN_IMPORT, StepRequest
from lif_core.aggregates.recommendation import (
    ChangeDueDate,
    DueDateChanged,
    PlanRecommendation,
    RecommendationPlanned,
)
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, EntryAmended, Replacement, effect
from lif_core.decisions.messages import Command, Event, decided_by, evolved, fields_of
from lif_core.decisions.record import Record
from lif_core.log.requests import Request, digest
from lif_core.queries.redaction import redacted_field
from lif_core.values.fields import ERASED, is_compound, types_of


@frozen(kw_only=True)
class FieldDifference:
    """A *field* of an entry: what the register said *before*, and what it says *now*."""

    field: str
    before: Any
    now: Any


@frozen(kw_only=True)
class EntryChange:
    """A change of an *entry* of a *stream*, an event called *name*, and the *request* for it.

    *proposed*: it is an amendment, which is recorded only once somebody says so.
    """

    stream: str
    entry: int
    name: str
    fields: tuple[FieldDifference, ...]
    request: Request
    proposed: bool


def redacted_change(change: EntryChange) -> EntryChange:
    """Return a *change* without the personal texts that are on record; what the register says now
    is in the register.
    """
    command = change.request.command
    kind: Any = type(command.replacement.event if isinstance(command, AmendEntry) else command)
    fields = tuple(
        evolve(each, before=redacted_field(kind, each.field, each.before))
        for each in change.fields
    )
    return evolve(change, fields=fields)


@frozen(kw_only=True)
class UnitChanges:
    """The difference between a unit and what the register said of it before.

    *steps* are new; *changes* are of entries on record; *positions* are those of entries that the
    unit still says, or says otherwise.
    """

    steps: tuple[StepRequest, ...]
    changes: tuple[EntryChange, ...] = ()
    positions: frozenset[int] = frozenset()


@frozen(kw_only=True)
class Gone:
    """Entries of a *stream*, by the names of their events, that the register says no longer."""

    stream: str
    names: tuple[str, ...]


@define
class _Statement:
    """The last word of the register in an *entry* of a stream, as an *event*, and how often it has
    changed that; *about* are the keys of those whom the entry is about.
    """

    stream: str
    entry: int
    position: int
    event: Event[Any]
    about: tuple[str, ...]
    times: int = 0
    seen: bool = False


class Comparison:
    """The words of a register in earlier imports, and how a later version of it differs.

    Args:
        app: the log.
        register: its name; entries of its imports bear it as their correlation.
        on: the day on which changes take effect.
    """

    def __init__(self, app: Application, *, register: str, on: date) -> None:
        self._app = app = app.unredacted()
        self._register = register
        self._on = on
        self._statements: dict[str, list[_Statement]] = {}
        self._unkeyed: dict[str, dict[str, None]] = {}
        for record in app.history():
            command_id, named = record.command_id or "", record.correlation in (None, register)
            if named and command_id.startswith(OF_AN_IMPORT):
                self._add(record)

    def _add(self, record: Record) -> None:
        event, statements = record.event, self._statements.setdefault(record.stream, [])
        if isinstance(event, EntryAmended):
            for statement in statements:
                if statement.entry == event.entry:
                    statement.event = event.replacement.event
                    statement.times += 1
        elif isinstance(event, DueDateChanged):
            for statement in reversed(statements):
                if isinstance(statement.event, RecommendationPlanned):
                    statement.event = evolved(statement.event, due=event.due)
                    statement.times += 1
                    return
        else:
            place = record.stream, record.stream_position, record.position
            statements.append(_Statement(*place, event, record.about))

    def of(self, steps: Sequence[StepRequest]) -> UnitChanges:
        """Return how the *steps* of a unit differ from what the register said before.

        Raises:
            MalformedError: an amended entry could not be as the register says.
        """
        fresh: list[StepRequest] = []
        said_before: list[_Statement] = []
        for step in steps:
            if step.step.unless_known:
                self._see(step)
                fresh.append(step)
            elif (statement := self._same(step)) is not None:
                self._hold_keys(statement, step.request)
                said_before.append(statement)
            else:
                fresh.append(step)
        new: list[StepRequest] = []
        changes: list[EntryChange] = []
        for step in fresh:
            statement = None if step.step.unless_known else self._like(step, fresh)
            if statement is None or self._is_void(statement):
                new.append(step)
                continue
            self._hold_keys(statement, step.request)
            said_before.append(statement)
            changes += self._changes(statement, step)
        positions = frozenset(statement.position for statement in said_before)
        return UnitChanges(steps=tuple(new), changes=tuple(changes), positions=positions)

    def gone(self) -> Iterator[Gone]:
        """Yield what the register said before and was in none of the units looked at since."""
        for stream, statements in sorted(self._statements.items()):
            names = tuple(type(s.event).__name__ for s in statements if not s.seen)
            if names:
                yield Gone(stream=stream, names=names)

    def see(self, requests: Iterable[Request]) -> None:
        """Note that the register still says *requests*, of before its first row."""
        for request in requests:
            stream = self._app.mapper.registry.stream(request.command)
            for statement in self._statements.get(stream, ()):
                if decided_by(_kind(statement)) is type(request.command):
                    self._hold_keys(statement, request)
                    statement.seen = True

    def unkeyed(self) -> Mapping[str, Sequence[str]]:
        """Return the entries on record of which the register says that they are about a person,
        by the person, and that are not under the key of that person.
        """
        return {person: list(entries) for person, entries in sorted(self._unkeyed.items())}

    def _hold_keys(self, statement: _Statement, request: Request) -> None:
        if (encryption := self._app.mapper.encryption) is None:
            return
        for person in request.about:
            if encryption.key_of(person) not in statement.about:
                entry = f"{statement.stream} entry {statement.entry}"
                self._unkeyed.setdefault(person, {})[entry] = None

    def _see(self, step: StepRequest) -> None:
        self.see([step.request])

    def _alike(self, step: StepRequest) -> list[_Statement]:
        """Return what was said by such a command in its stream, and is not accounted for."""
        kind = type(step.request.command)
        return [
            statement
            for statement in self._statements.get(step.stream, ())
            if not statement.seen and decided_by(_kind(statement)) is kind
        ]

    def _same(self, step: StepRequest) -> _Statement | None:
        """Return the statement that says just what *step* does."""
        for statement in self._alike(step):
            if not _differences(statement.event, step.request.command):
                statement.seen = True
                return statement
        return None

    def _like(self, step: StepRequest, fresh: Sequence[StepRequest]) -> _Statement | None:
        """Return the statement that *step* says otherwise: of the same body, and else the only
        one, where it is the only step that could.
        """
        if step.step.again == "new":
            return None
        alike, command = self._alike(step), step.request.command
        same_body = [each for each in alike if each.event.by.body == command.by.body]
        others = [
            each
            for each in fresh
            if each.stream == step.stream and type(each.request.command) is type(command)
        ]
        if not same_body and (len(alike) != 1 or len(others) != 1):
            return None
        best = min(same_body or alike, key=lambda each: len(_differences(each.event, command)))
        best.seen = True
        return best

    def _is_void(self, statement: _Statement) -> bool:
        records = list(self._app.history(statement.stream))
        return statement.entry in effect(records).voided

    def _changes(self, statement: _Statement, step: StepRequest) -> Iterator[EntryChange]:
        command = step.request.command
        differences = _differences(statement.event, command)
        records = list(self._app.history(statement.stream))
        event = effect(records).says(records[statement.entry - 1])
        due = next((each for each in differences if each.field == "due"), None)
        if isinstance(command, PlanRecommendation) and command.due is not None and due:
            yield self._redated(statement, step, command, due)
            differences.remove(due)
        if differences:
            now = {each.field: each.now for each in differences}
            amend = AmendEntry(
                by=command.by,
                on=self._on,
                stream=statement.stream,
                entry=statement.entry,
                replacement=Replacement(evolved(event, **now)),
                reasons=f"{self._register}: the register says otherwise now.",
            )
            yield self._change(statement, step, amend, differences, proposed=True)

    def _redated(
        self,
        statement: _Statement,
        step: StepRequest,
        command: PlanRecommendation,
        due: FieldDifference,
    ) -> EntryChange:
        assert command.due is not None
        change = ChangeDueDate(
            by=command.by,
            on=self._on,
            recommendation=command.recommendation,
            due=command.due,
            reasons=f"{self._register}: the register gives another date now.",
        )
        return self._change(statement, step, change, [due], proposed=False)

    def _change(
        self,
        statement: _Statement,
        step: StepRequest,
        command: Command,
        differences: Sequence[FieldDifference],
        *,
        proposed: bool,
    ) -> EntryChange:
        content = digest(command, self._app.mapper).hex()
        request = Request(
            command=command,
            command_id=f"{OF_AN_IMPORT}{content}-{statement.times + 1}",
            correlation=self._register,
            about=step.request.about,
        )
        return EntryChange(
            stream=statement.stream,
            entry=statement.entry,
            name=type(statement.event).__name__,
            fields=tuple(differences),
            request=request,
            proposed=proposed,
        )


def _kind(statement: _Statement) -> Any:
    """Return the class of what was said."""
    return type(statement.event)


def _differences(event: Event[Any], command: Command) -> list[FieldDifference]:
    """Return the fields of *command* that *event* has otherwise; what was erased from it is none
    of them, as nobody can tell.
    """
    kind: Any = type(command)
    return [
        FieldDifference(field=name, before=getattr(event, name), now=getattr(command, name))
        for name in fields_of(kind).names
        if not _agrees(getattr(event, name), getattr(command, name))
    ]


def _agrees(before: Any, now: Any) -> bool:
    """Return whether a value on record is that of *now*, as far as it was not erased."""
    if before in (now, ERASED):
        return True
    if type(before) is not type(now):
        return False
    if isinstance(before, tuple):
        return len(before) == len(now) and all(map(_agrees, before, now))
    kind: Any = type(before)
    return is_compound(kind) and all(
        _agrees(getattr(before, name), getattr(now, name)) for name in types_of(kind)
    )
