"""The errors that `lif` raises, one class for each thing that a caller can do next.

All are `LifError`.

Compare `RefusedError.rule`, never the text of a message: rules are a public, stable vocabulary,
listed in `docs/reference/rules.md`. What is wrong and what to do, in sentences, `lif_core.rules`
has; errors know their code and facts alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any


class LifError(Exception):
    """The base of every error that `lif` raises on purpose.

    Where several requests were handled together, *at* is the place of this one, from 0.
    """

    at: int | None = None

    def __reduce__(self) -> Any:
        """Let it be copied, and sent to another process, with all that it tells."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    cls: type[LifError], args: tuple[object, ...], attributes: Mapping[str, object]
) -> LifError:
    error = cls.__new__(cls, *args)
    error.__dict__.update(attributes)
    return error


class RefusedError(LifError):
    """A refusal: a command broke *rule*, and nothing was recorded; *facts* are the values.

    What to do: change the request, or record first what the rule asks for.
    """

    def __init__(self, rule: str, **facts: object) -> None:
        super().__init__(rule, facts)
        self.rule = rule
        self.facts = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.rule} ({facts})" if facts else self.rule


class MalformedError(LifError, ValueError):
    """A value that is not what its *field* holds: a blank text, a naive time, a wrong type.

    What to do: correct the value. *field* is a path such as `by.person` or `grades[2].files`, and
    *problem* says what is wrong, for people. *value* is what stands there, where it tells of
    nobody, and *allowed* are the values that the field takes, where they can be listed. Where a
    whole command was read, *errors* are all that is wrong with it, the first of them this one.
    """

    def __init__(
        self,
        field: str,
        problem: str,
        *,
        value: object = None,
        allowed: Sequence[object] = (),
        errors: Sequence["MalformedError"] = (),
    ) -> None:
        super().__init__(field, problem)
        self.field = field
        self.problem = problem
        self.value = value
        self.allowed = tuple(allowed)
        self.errors = tuple(errors)

    @classmethod
    def of(cls, errors: Sequence["MalformedError"]) -> "MalformedError":
        """Return the first of *errors*, which says that all of them are wrong together."""
        first = errors[0]
        return MalformedError(
            first.field, first.problem, value=first.value, allowed=first.allowed, errors=errors
        )

    def within(self, where: str) -> "MalformedError":
        """Return the same error, of fields that stand within *where*."""
        errors = [
            MalformedError(
                f"{where}.{each.field}", each.problem, value=each.value, allowed=each.allowed
            )
            for each in self.errors or (self,)
        ]
        return MalformedError.of(errors)

    def __str__(self) -> str:
        if len(self.errors) > 1:
            return "; ".join(map(str, self.errors))
        return f"{self.field}: {self.problem}" if self.field else self.problem


class ConflictError(LifError):
    """A conflict: others were recorded first, or the store is busy. What to do: try again."""


class StaleError(ConflictError):
    """A decision about a *stream* as it was at the position *expected*, which is at *found* now.

    Nothing was recorded. What to do: look at what was recorded meanwhile, and decide again.
    """

    def __init__(self, stream: str, expected: int, found: int) -> None:
        super().__init__(stream, expected, found)
        self.stream = stream
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return (
            f"{self.stream} has {self.found} entries, not {self.expected}: look at what was"
            " recorded meanwhile, and decide again"
        )


class ClockError(LifError):
    """A clock that is behind the log: its last entry was recorded at *last*, later than *now*.

    Nothing was recorded. What to do: set the clock right where it is slow; where it was fast once,
    record with `CorrectClock` how the entries that it stamped are to be read.
    """

    def __init__(self, last: datetime, now: datetime) -> None:
        super().__init__(last, now)
        self.last = last
        self.now = now

    def __str__(self) -> str:
        return (
            f"the last entry was recorded at {self.last.isoformat()}, {self.last - self.now} later"
            f" than this clock says, {self.now.isoformat()}: set the clock right, or record with"
            " CorrectClock how the entries that a wrong clock stamped are to be read"
        )


class NotEntitledError(LifError):
    """A *view* that is kept for a *role* which this reader does not have.

    What to do: ask the host of the program for the role, or read what is for everybody.
    """

    def __init__(self, view: str, role: str) -> None:
        super().__init__(view, role)
        self.view = view
        self.role = role

    def __str__(self) -> str:
        return f"{self.view} is for readers in the role {self.role}"


class ParkedError(LifError):
    """A subscription called *name* that failed on the entry at *position* again and again.

    *problem* is what it failed with. It acts no more, in any process. What to do: mend what it
    acts on, and `resume` it.
    """

    def __init__(self, name: str, position: int, problem: str) -> None:
        super().__init__(name, position, problem)
        self.name = name
        self.position = position
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.name} is parked at position {self.position}: {self.problem}"


class EntryError(LifError):
    """An error of a log, or of one entry of it.

    *problem* says what is wrong, for people. *stream* and *stream_position* name the entry where
    there is one, and *position* its place in the log.
    """

    def __init__(
        self,
        problem: str,
        *,
        stream: str | None = None,
        stream_position: int | None = None,
        position: int | None = None,
    ) -> None:
        super().__init__(problem, stream, stream_position, position)
        self.problem = problem
        self.stream = stream
        self.stream_position = stream_position
        self.position = position

    def __str__(self) -> str:
        if self.stream is None:
            return self.problem
        entry = f"{self.stream} entry {self.stream_position}"
        if self.position is not None:
            entry += f" (position {self.position})"
        return f"{entry}: {self.problem}"


class UnreadableError(EntryError):
    """A store, or one entry of it, that cannot be read; nothing was changed.

    What to do: restore the entry from a backup, or upgrade `lif` where the format is newer than
    this version reads.
    """


class MissingExtraError(LifError):
    """A part of `lif` that is not installed. What to do: install it, as the message says."""


class MissingStoreError(UnreadableError):
    """A store that is not there. What to do: correct its place, or create it."""


class UnknownEventError(UnreadableError):
    """A stored name or version that this program does not know. What to do: upgrade or restore."""


class StorageFullError(UnreadableError):
    """A store whose disk, or quota, has no room left; nothing was recorded.

    What to do: make room, and do it again; what was recorded before is as it was.
    """


class AlteredError(EntryError):
    """A log that is not what it was: an entry was changed, removed or put in, or a checkpoint of
    it does not hold.

    Nothing was recorded, and nothing signed; the entry that is named is the first that shows it.
    What to do: keep the store as it is, compare it with a backup, and tell whoever holds the
    checkpoint.
    """

    def __str__(self) -> str:
        if self.position is None:
            return self.problem
        entry = f"{self.stream} entry {self.stream_position}"
        return f"position {self.position} ({entry}): {self.problem}"
