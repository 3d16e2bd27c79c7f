"""What the reference lists, read from the code; `python -m tests.reference` writes it."""

import ast
from collections.abc import Iterator
from enum import Enum, EnumType
from pathlib import Path
from typing import Any, get_args

import attrs

from lif_core.fields import Personal, marks_of
from lif_core.registry import Registry

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "domain.md"
HEAD = """# Commands and events

Every decision `lif` knows: the command that asks for it, the event that it becomes, and their
fields.
Each also has `by` (a person, in a role, for a body) and `on` (the date it takes effect).
An event has the fields of its command; those that it adds are named.
A field marked * may hold personal data.
This page is made from the code by `python -m tests.reference`, and a test keeps it so; the rules
are in [rules.md](rules.md).
"""


def rules() -> set[str]:
    """Every rule that a command can break: the dotted texts given where a refusal is made."""
    return {rule for file in (ROOT / "src").rglob("*.py") for rule in _rules_in(file)}


def _rules_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", "")
        if name not in ("RefusedError", "refuse_second", "refuse_earlier", "unknown"):
            continue
        for argument in node.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def domain() -> str:
    """The page of commands and events."""
    parts = [HEAD]
    for category, decider in Registry().categories.items():
        parts.append(f"\n## {category.replace('_', ' ').capitalize()}\n")
        parts += _table(decider.command_types, decider.event_types)
    registry = Registry()
    corrections = [registry.commands[name] for name in ("VoidEntry", "AmendEntry")]
    corrected = [registry.events[name] for name in ("EntryVoided", "EntryAmended")]
    parts.append("\n## Corrections, of any stream\n")
    parts += _table(corrections, corrected)
    return "\n".join(parts) + "\n"


def _table(commands: object, events: object) -> Iterator[str]:
    yield "| Command | Event | Meaning | Fields |"
    yield "| --- | --- | --- | --- |"
    for command in commands:  # type: ignore[attr-defined]  # sequences of classes
        event = next(e for e in events if issubclass(e, command))  # type: ignore[attr-defined]
        meaning = (command.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")
        own = _fields(command)
        added = [name for name in _fields(event) if name not in own]
        fields = ", ".join(own) + (f"; adds {', '.join(added)}" if added else "")
        yield f"| `{command.__name__}` | `{event.__name__}` | {meaning} | {fields} |"


def _enum(kind: Any) -> list[Enum]:
    inner = get_args(kind)[:1] or (kind,)
    return list(inner[0]) if isinstance(inner[0], EnumType) else []


def _fields(cls: type) -> list[str]:
    found = []
    for field in attrs.fields(cls):
        if field.name in ("by", "on"):
            continue
        personal = any(isinstance(mark, Personal) for _, mark in marks_of(field.type))
        optional = "?" if field.default is not attrs.NOTHING else ""
        values = (
            f" ({', '.join(str(v.value) for v in _enum(field.type))})" if _enum(field.type) else ""
        )
        found.append(f"`{field.name}`{optional}{'*' if personal else ''}{values}")
    return found


if __name__ == "__main__":
    PAGE.write_text(domain(), "utf-8")
    print(*sorted(rules()), sep="\n")
