"""Errors as problem documents (RFC 9457), for whatever answers over HTTP, and as lines of text."""

from collections.abc import Mapping
from typing import Any

from lif_adapters.extensions import catalogue as installed_catalogue
from lif_adapters.json_values import json_value
from lif_core.catalogue import DomainCatalogue
from lif_core.errors import (
    AlteredError,
    ClockError,
    ConflictError,
    LifError,
    MalformedError,
    NotEntitledError,
    ParkedError,
    RefusedError,
    StaleError,
    StorageFullError,
    UnknownEventError,
    UnreadableError,
)
from lif_core.log.mapper import LifMapper

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:lif:problem:"
"""The beginning of every `type`; a host whose documentation has an address gives that."""

KINDS: Mapping[type[LifError], tuple[str, int, str]] = {
    RefusedError: ("refused", 409, "A rule refuses this"),
    StaleError: ("stale", 412, "A stream has moved since it was looked at"),
    ConflictError: ("conflict", 412, "Others were recorded first, or the store is busy"),
    MalformedError: ("malformed", 422, "A value is not what its field holds"),
    NotEntitledError: ("not-entitled", 403, "This is kept for a role"),
    ClockError: ("clock", 503, "The clock is behind the log"),
    ParkedError: ("parked", 503, "A subscription acts no more until it is resumed"),
    UnknownEventError: ("unknown-event", 500, "An entry of a kind that is not known here"),
    StorageFullError: ("storage-full", 507, "The disk of the store is full"),
    UnreadableError: ("unreadable", 500, "The store cannot be read"),
    AlteredError: ("altered", 500, "The log is not what it was"),
    LifError: ("error", 500, "This could not be done"),
}
"""For each class of errors, the end of its `type`, its status and its title."""
MEMBERS = (
    *("rule", "facts", "field", "stream", "stream_position", "position"),
    *("expected", "found", "name", "view", "role", "last", "now", "at"),
)
"""The extension members: the attributes of errors that a program can act on."""

_MAPPER = LifMapper()


def problem(
    error: LifError, *, types: str = TYPES, catalogue: DomainCatalogue | None = None
) -> dict[str, Any]:
    """Return the problem document of *error*, in JSON's types.

    It has `type`, `title`, `status` and `detail`, and the attributes of the error that are not
    `None`: `rule` and `facts` of a refusal, `field` of a malformed value, `stream`, `expected` and
    `found` of a stale one, and `at` where several requests were handled together. The `detail` of
    a refusal is what is wrong, beside it stand what to do, `remedy`, and the paragraph that the
    rule comes from, `source`, where it has them. Where a whole command was read, `errors` lists
    all of its malformed values. Programs compare `type` and `rule`, never a text.

    Args:
        error: any error of `lif`; a class of a host's own is the kind of its nearest base.
        types: the beginning of `type`, such as the address of the host's documentation.
        catalogue: has the rules; by default those of `lif` and of what is installed.
    """
    kind, status, title = next(KINDS[cls] for cls in type(error).__mro__ if cls in KINDS)
    document: dict[str, Any] = {
        "type": types + kind,
        "title": title,
        "status": status,
        "detail": str(error) or title,
    }
    for name in MEMBERS:
        value = getattr(error, name, None)
        if value is not None:
            document[name] = _plain(value)
    if isinstance(error, MalformedError) and error.errors:
        document["errors"] = [malformed_value(each) for each in error.errors]
    if isinstance(error, RefusedError):
        notice = (catalogue or installed_catalogue()).notice(error)
        texts = {"detail": notice.wrong, "remedy": notice.remedy, "source": notice.source}
        document |= {name: text for name, text in texts.items() if text}
    return document


def problem_line(error: LifError, catalogue: DomainCatalogue | None = None) -> str:
    """Return *error* on one line: of a refusal its rule, what is wrong, what to do, the source.

    Args:
        error: any error of `lif`.
        catalogue: has the rules; by default those of `lif` and of what is installed.
    """
    if not isinstance(error, RefusedError):
        return str(error)
    notice = (catalogue or installed_catalogue()).notice(error)
    return f"{error.rule}: {notice}" if notice.wrong else str(error)


def malformed_value(error: MalformedError) -> dict[str, Any]:
    """Return what is wrong with one value, in JSON's types: its `field` and the `detail`; the
    `value`, where it tells of nobody, and those that are `allowed`, where they can be listed.
    """
    members: dict[str, Any] = {"field": error.field, "detail": error.problem}
    if error.value is not None:
        members["value"] = _plain(error.value)
    if error.allowed:
        members["allowed"] = _plain(error.allowed)
    return members


def _plain(value: object) -> Any:
    """Return *value* in JSON's types; a fact that has no form of its own there, as its text.

    A rule of a host may name anything among its facts, and an error is told all the same.
    """
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    try:
        return json_value(value, _MAPPER)
    except TypeError:
        return str(value)
