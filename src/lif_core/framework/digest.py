"""The digest of a pack: what tells its rules from others, however they are written down."""

from datetime import date
from functools import cache
from hashlib import sha256
from json import dumps
from typing import Any

import attrs


def digest_of(pack: Any) -> str:
    """Return the SHA-256, in hexadecimal digits, of all that a *pack* says.

    It does not depend on the layout, the comments and the order of keys in a file, nor on what is
    written there and what comes from the pack that it extends. Keys that say what holds without
    them leave it as it is, so that one which a later `lif` adds does. The order of entries counts:
    of several, the last may hold.
    """
    stated = _stated(pack)
    stated.pop("extends", None)
    return sha256(dumps(stated, sort_keys=True).encode()).hexdigest()


def _stated(value: Any) -> Any:
    """Return *value* as JSON, without the fields that have their default."""
    if isinstance(value, tuple):
        return [_stated(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    cls: Any = type(value)
    if not attrs.has(cls):
        return value
    stated: dict[str, Any] = {}
    for name, default in _defaults(cls):
        held = getattr(value, name)
        if held != default:
            stated[name] = _stated(held)
    return stated


@cache
def _defaults(cls: Any) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a class, each with its default; `NOTHING` where it has none."""
    return tuple((field.name, _default(field.default)) for field in attrs.fields(cls))


def _default(default: Any) -> Any:
    factory = getattr(default, "factory", None)
    return factory() if factory else default
