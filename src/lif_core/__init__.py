"""The front door of `lif_core`: the names that a program which embeds `lif` needs.

`lif_core` decides commands, folds events and computes views, and does no input or output.
Commands are in `lif_core.aggregates`, the views that ship with `lif` in `lif_core.views`, and what
tests need in `lif_core.testing`. `lif_adapters.connect` opens a store.

A name is imported when it is first used, so that `import lif_core` loads nothing else.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lif_core.commands.application import Application
    from lif_core.decisions.messages import Command, Event
    from lif_core.decisions.record import Record
    from lif_core.errors import (
        ConflictError,
        LifError,
        MalformedError,
        NotEntitledError,
        RefusedError,
        StaleError,
        UnreadableError,
    )
    from lif_core.framework import Framework
    from lif_core.framework import load as load_frameworks
    from lif_core.framework import parse as parse_framework
    from lif_core.log.memory import MemoryRecorder
    from lif_core.log.recorder import Recorder
    from lif_core.log.requests import Request
    from lif_core.policies.policy import DayPolicy, Policy
    from lif_core.projection.as_of import AsOf
    from lif_core.projection.projection import Part, Projection, Totals
    from lif_core.projection.tables import Table, row
    from lif_core.queries.reader import Reader
    from lif_core.queries.readership import Readership, Roles
    from lif_core.values.authority import Authority, Deliberation, Dissent, Paper
else:
    from importlib import import_module

    _HOMES = {
        "Application": "lif_core.commands.application",
        "AsOf": "lif_core.projection.as_of",
        "Authority": "lif_core.values.authority",
        "Command": "lif_core.decisions.messages",
        "ConflictError": "lif_core.errors",
        "DayPolicy": "lif_core.policies.policy",
        "Deliberation": "lif_core.values.authority",
        "Dissent": "lif_core.values.authority",
        "Event": "lif_core.decisions.messages",
        "Framework": "lif_core.framework",
        "LifError": "lif_core.errors",
        "MalformedError": "lif_core.errors",
        "MemoryRecorder": "lif_core.log.memory",
        "NotEntitledError": "lif_core.errors",
        "Paper": "lif_core.values.authority",
        "Part": "lif_core.projection.projection",
        "Policy": "lif_core.policies.policy",
        "Projection": "lif_core.projection.projection",
        "Reader": "lif_core.queries.reader",
        "Readership": "lif_core.queries.readership",
        "Record": "lif_core.decisions.record",
        "Recorder": "lif_core.log.recorder",
        "RefusedError": "lif_core.errors",
        "Request": "lif_core.log.requests",
        "Roles": "lif_core.queries.readership",
        "StaleError": "lif_core.errors",
        "Table": "lif_core.projection.tables",
        "Totals": "lif_core.projection.projection",
        "UnreadableError": "lif_core.errors",
        "load_frameworks": "lif_core.framework:load",
        "parse_framework": "lif_core.framework:parse",
        "row": "lif_core.projection.tables",
    }

    def __getattr__(name):
        """Import *name* from its module, and keep it here."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        module, _, there = _HOMES[name].partition(":")
        value = globals()[name] = getattr(import_module(module), there or name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = [
    "Application",
    "AsOf",
    "Authority",
    "Command",
    "ConflictError",
    "DayPolicy",
    "Deliberation",
    "Dissent",
    "Event",
    "Framework",
    "LifError",
    "MalformedError",
    "MemoryRecorder",
    "NotEntitledError",
    "Paper",
    "Part",
    "Policy",
    "Projection",
    "Reader",
    "Readership",
    "Record",
    "Recorder",
    "RefusedError",
    "Request",
    "Roles",
    "StaleError",
    "Table",
    "Totals",
    "UnreadableError",
    "load_frameworks",
    "parse_framework",
    "row",
]
