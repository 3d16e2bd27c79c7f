"""A policy is event in, commands out; a policy of a day is the day in, commands out. Aggregates
meet only here.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs
from attrs import field, frozen

from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.errors import LifError
from lif_core.framework import Framework, Frameworks
from lif_core.log.requests import Request
from lif_core.values.fields import REF_LENGTH, check_label
from lif_core.values.refs import ref_of

if TYPE_CHECKING:
    from lif_core.views.accountability import Accountability

NAME_LENGTH = 100

_REACTION = re.compile(r".+:([0-9]{1,18}):[0-9]+", re.DOTALL)


def _check_name(_: object, attribute: "attrs.Attribute[Any]", value: str) -> None:
    check_label(attribute.name, value, NAME_LENGTH)


@frozen(kw_only=True)
class Policy:
    """A decision that `lif` takes by itself because of one entry.

    `react(record, framework)` is pure. It is given each entry once, as it stands when it is
    followed: amended, if it was, and not at all if it is void; corrections never. *framework* is
    the pack in force for the stream's board on `record.event.on`. Each command is decided on its
    own; where one cannot be made (`MalformedError`, `RefusedError`), none of that reaction is
    asked, and the reaction is told among the refused. Any other error is a bug, and is raised.

    *name* is kept for ever, in command ids and as how far it has read: under another name, it
    would react to the whole log again.
    """

    name: str = field(validator=_check_name)
    react: Callable[[Record, Framework], Iterable[Command]]


@frozen(kw_only=True)
class DayPolicy:
    """A decision that `lif` takes by itself because a day has come.

    `look(view, frameworks, on)` is pure, and yields commands, each with a key that is unique for
    what it answers to, such as `wscb/r-1:2018-04-30`: what is asked under a key is done once. An
    error keeps out what it would have yielded from there on, until it looks again.

    *name* is kept for ever, in command ids: under another name, it would ask everything again.
    """

    name: str = field(validator=_check_name)
    look: Callable[["Accountability", Frameworks, date], Iterable[tuple[str, Command]]]


class Refusal(NamedTuple):
    """The refusal of what *name* asked *at* a position, or a key (empty: in looking)."""

    name: str
    at: int | str
    error: LifError


@frozen(kw_only=True)
class Followed:
    """The result of following: entries *read*, each counted once; *records* made; *refused*."""

    read: int = 0
    records: tuple[Record, ...] = ()
    refused: tuple[Refusal, ...] = ()


def reaction(policy: Policy, record: Record, frameworks: Frameworks) -> list[Request]:
    """Return what *policy* asks because of *record*: always under the same ids.

    Raises:
        MalformedError, RefusedError: a command of it cannot be made.
    """
    framework = frameworks.governing(ref_of(record.stream), record.event.on)
    return [
        Request(
            command=command,
            command_id=f"{policy.name}:{record.position}:{number}",
            correlation=record.correlation or _fitting(record.stream),
            causation=f"position {record.position}",
        )
        for number, command in enumerate(policy.react(record, framework))
    ]


def cause(record: Record) -> int | None:
    """Return the position of the entry that *record* is a reaction to; `None` if it is none."""
    match = _REACTION.fullmatch(record.command_id or "")
    if match is None or record.causation != f"position {match[1]}":
        return None
    position = int(match[1])
    return position if position < record.position else None


def request_of(policy: DayPolicy, key: str, command: Command, on: date) -> Request:
    """Return the request of what *policy* asks under *key*, having looked at the day *on*.

    Raises:
        MalformedError: *key* is no text on one line.
    """
    check_label("key", key, 2 * REF_LENGTH)
    return Request(
        command=command,
        command_id=_fitting(f"{policy.name}:{key}"),
        causation=_fitting(f"{policy.name} on {on}"),
    )


def _fitting(text: str) -> str:
    """Return *text*, or what tells it from any other, where it is too long for an id."""
    if len(text) <= REF_LENGTH:
        return text
    return f"{text[:NAME_LENGTH].rstrip()} {sha256(text.encode()).hexdigest()[:32]}"
