"""What the reference lists, read from the code; `python -m tests.reference` writes it."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping, Set
from enum import Enum, EnumType
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard, get_args

import attrs

from lif_core.decisions.decider import Support
from lif_core.framework import Framework, Right, load
from lif_core.framework.entries import OWN_BOARD
from lif_core.log.registry import Registry
from lif_core.projection.tables import Shape, shapes_of
from lif_core.rules import FILES, SOURCE, rule_file
from lif_core.values.fields import Personal, marks_of
from lif_core.views import PROJECTIONS
from tests import python_api, recorder_contract

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "domain.md"
TABLES = ROOT / "docs" / "reference" / "tables.md"
CORRECTIONS = ROOT / "docs" / "reference" / "corrections.md"
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
    """Every rule that a command can break."""
    return set(facts_by_rule())


@cache
def facts_by_rule() -> Mapping[str, frozenset[str]]:
    """Every rule that a command can break, with the names of the facts that may come with it.

    The rules are the texts given first to whatever takes a *rule*; the facts, what else is given
    to the error, there or where the rule is handed on.

    Raises:
        TypeError: a rule is made up where it is given, so that nobody could look it up.
    """
    trees = {file: ast.parse(file.read_text("utf-8")) for file in (ROOT / "src").rglob("*.py")}
    refusing = dict(pair for tree in trees.values() for pair in _refusing_in(tree))
    facts: dict[str, frozenset[str]] = {}
    for file, tree in trees.items():
        for rule, call in _rules_in(tree, refusing.keys(), file):
            facts[rule] = facts.get(rule, frozenset()) | _facts_of(call, refusing)
    return facts


def _facts_of(call: ast.Call, refusing: Mapping[str, ast.AST | None]) -> frozenset[str]:
    """The names of the facts that come with a *call* of something *refusing*."""
    body = refusing[_called(call)]
    if body is None:
        return frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
    inner = [node for node in ast.walk(body) if isinstance(node, ast.Call) and node.args]
    handed_on = [
        node for node in inner if _called(node) in refusing and isinstance(node.args[0], ast.Name)
    ]
    return frozenset(fact for node in handed_on for fact in _facts_of(node, refusing))


def _called(call: ast.Call) -> str:
    name: str = getattr(call.func, "id", getattr(call.func, "attr", ""))
    return name


def _refusing_in(tree: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """The functions whose first argument, past *self*, is a text called *rule*; and errors, with
    `None`.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            made = (inner for inner in node.body if _takes_rule(inner))
            yield from ((node.name, None) for inner in made if inner.name == "__init__")
        elif _takes_rule(node) and node.name != "__init__":
            yield node.name, node


def _takes_rule(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    if not isinstance(node, ast.FunctionDef):
        return False
    first = [one for one in node.args.args if one.arg != "self"][:1]
    return [("rule", "str")] == [(one.arg, getattr(one.annotation, "id", "")) for one in first]


def _rules_in(tree: ast.AST, refusing: Set[str], file: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if _called(node) not in refusing:
            continue
        match node.args[0]:
            case ast.Constant(value=str(rule)):
                yield rule, node
            case ast.Name(id="rule"):
                continue  # handed on, by a function that takes it itself
            case strange:
                raise TypeError(f"{file.name}:{strange.lineno}: a rule is a text, written out")


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


TABLES_HEAD = """# Tables of the views

The tables that `lif view NAME` shows, each with its columns in their order; in `--format json`,
the columns are the keys.
The page [views.md](views.md) says how the figures are computed.
This page is made from the code by `python -m tests.reference`, and a test keeps it so.
"""


def tables() -> str:
    """The page of views: each with its tables, each with its columns."""
    parts = [TABLES_HEAD]
    for name, projection in PROJECTIONS.items():
        module = sys.modules[projection.total.__module__]
        view = projection.view
        parts.append(f"\n## {name}\n\n{_paragraphs(module)}\n\n{_paragraphs(view)}\n")
        parts += ["| Table | What a row is | Columns |", "| --- | --- | --- |"]
        parts += [_row(table, shape) for table, shape in shapes_of(view).items()]
    return "\n".join(parts) + "\n"


def _row(table: str, shape: Shape) -> str:
    means = " ".join(_doc(shape.row).split()) if shape.row else "What stands beside the tables."
    columns = ", ".join(f"`{name}`" for name in shape.columns)
    return f"| `{table or 'figures'}` | {means} | {columns} |"


def _doc(thing: Any) -> str:
    return inspect.cleandoc(thing.__doc__ or "")


def _paragraphs(thing: Any) -> str:
    """A docstring, a paragraph or an item on a line."""
    blocks = re.split(r"\n\n|\n(?=- )", _doc(thing))
    return "\n\n".join(" ".join(block.split()) for block in blocks)


EVENTS = ROOT / "docs" / "reference" / "events-and-views.md"
WHATEVER = ("provenance", "learning-cycle", "corrections", "decisions")
"""The views that read whatever is in a stream, by its links, or as a pack names it."""
EVENTS_HEAD = """# Events and views

Each event, with the views that read it: whoever adds a decision sees here where it counts, and
where it does not.
Four views are not listed: `corrections` and `decisions` read every event; `provenance` reads all
but those of bodies, for what they rest on; `learning-cycle` reads those that the stages of a pack
name.
Corrections are applied before anything is read.
This page is made from the code by `python -m tests.reference`, and a test keeps it so.
"""
OF_KEYS = "it says what becomes of the key under which texts are encrypted."
UNREAD: dict[str, str] = {
    **dict.fromkeys(
        ("RetentionSet", "LegalHoldPlaced", "LegalHoldLifted", "DataSubjectErased"), OF_KEYS
    ),
    "ClockCorrected": "the instants of other entries are read by it, in every view.",
}
"""The events that change nothing in any view, and why: so that none is left out by oversight."""


def readers(event: type) -> list[str]:
    """The views that read an *event*, but for those that read whatever there is."""
    names = [name for name, projection in PROJECTIONS.items() if event in projection.events]
    return [name for name in names if name not in WHATEVER]


def events() -> str:
    """The page of events: each with the views that read it, or why none does."""
    parts = [EVENTS_HEAD]
    for category, decider in Registry().categories.items():
        parts.append(f"\n## {category.replace('_', ' ').capitalize()}\n")
        parts += ["| Event | Read by |", "| --- | --- |"]
        for event in decider.event_types:
            name, views = event.__name__, ", ".join(f"`{view}`" for view in readers(event))
            reason = UNREAD.get(name)
            parts.append(f"| `{name}` | {f'no view: {reason}' if reason else views} |")
    return "\n".join(parts) + "\n"


# What rests on what in its own stream

SUPPORTS_HEAD = "## What rests on what\n"


def corrections() -> str:
    """The page of corrections: as it was written, and what rests on what, from the code."""
    written, _, _ = CORRECTIONS.read_text("utf-8").partition(SUPPORTS_HEAD)
    parts = [written + SUPPORTS_HEAD]
    for category, decider in Registry().categories.items():
        opens = " or ".join(f"`{event.__name__}`" for event in decider.opens)
        parts.append(f"\n### {category.replace('_', ' ').capitalize()}\n")
        parts.append(f"Opened by {opens}.")
        if decider.ends:
            parts.append(f"Ended by {' or '.join(f'`{end.__name__}`' for end in decider.ends)}.")
        if decider.outlasts:
            names = ", ".join(f"`{event.__name__}`" for event in decider.outlasts)
            parts.append(f"What takes effect after that all the same: {names}.")
        if not decider.rests_on:
            continue
        parts += ["", "| Entry | Rests on |", "| --- | --- |"]
        for event, supports in decider.rests_on.items():
            texts = "; ".join(map(_support, supports))
            parts.append(f"| `{event.__name__}` | {texts} |")
    return "\n".join(parts) + "\n"


def _support(support: Support) -> str:
    kinds = " or ".join(f"`{kind.__name__}`" for kind in support.kinds)
    key = f" of `{support.by}`" if support.by else ""
    if support.of:
        key = f" whose `{support.of}` is in `{support.by}`"
    if support.where:
        key += f", where its `{support.where[0]}` is `{support.where[1]}`"
    days = "" if support.ordered else ", whichever takes effect first"
    which = "every" if support.every else "any" if support.any_of else "the latest"
    return f"{which} {kinds}{key}{days}"


RIGHTS = ROOT / "docs" / "reference" / "rights.md"
RIGHTS_HEAD = """# Who may decide

Each decision, with the bodies to which it is open.
The *own board* is the board whose reference the stream bears: the first part of it.
Its bodies are the board, its committees and its agencies; a pack may say that a committee serves
several boards. The body whose reference is the namespace alone acts as its board, whatever it is.
A namespace without a board of its own that a pack governs, such as `wsb`, is joint: it belongs to
all boards that the pack governs.
*Named*: a body that an entry of the stream names, such as an addressee. *Who began it*: the body
of the stream's first entry.
What a body had a right to, the body it was merged into has.
*A party, by the rules of the life*: the decision is its addressee's, its owner's, its lead's, or
that of whom it was put to; any other body is refused by a rule of the life.
A pack that says nothing of a decision leaves it as it is without a pack; an empty cell says so.
Why it is so says [a decision](../decisions/0024-a-right-is-its-own-boards.md).
This page is made from the code by `python -m tests.reference`, and a test keeps it so.
"""
KINDS = {"board": "the board", "committee": "its committees", "agency": "its agencies"}


def rights() -> str:
    """The page of rights: each decision, and to whom it is open, without a pack and by each."""
    frameworks = load()
    packs = (frameworks.general, *(pack for pack in frameworks.packs if pack.rights))
    registry = Registry()
    groups = {name: one.command_types for name, one in registry.categories.items()}
    groups["corrections"] = tuple(registry.commands[name] for name in ("VoidEntry", "AmendEntry"))
    parts = [RIGHTS_HEAD]
    for category, commands in groups.items():
        names = ["without a pack", *(f"`{pack.name}`" for pack in packs[1:])]
        parts.append(f"\n## {category.replace('_', ' ').capitalize()}\n")
        parts += [f"| Decision | {' | '.join(names)} |", "| --- " * (1 + len(names)) + "|"]
        for command in commands:
            cells = [_rights_of(pack, command.__name__) for pack in packs]
            cells[0] = cells[0] or _right(OWN_BOARD)
            parts.append(f"| `{command.__name__}` | {' | '.join(cells)} |")
    return "\n".join(parts) + "\n"


def _rights_of(pack: Framework, command: str) -> str:
    stated = [right for right in pack.rights if command in right.commands]
    return "; ".join(_right(right) for right in stated)


def _right(right: Right) -> str:
    """A right in words."""
    whom = [KINDS[kind] for kind in right.kinds] + [f"`{body}`" for body in right.bodies]
    if right.any_board and not whom:
        words = "a party, by the rules of the life"
    else:
        words = ", ".join(whom or ["any body of the own board"])
        words += ", of any board" if right.any_board else ""
    words += ", whom it names" if right.named else ""
    words += ", who began it" if right.opener else ""
    words += f"; only as {', '.join(right.roles)}" if right.roles else ""
    return (f"of {', '.join(f'`{kind}`' for kind in right.of)}: " if right.of else "") + words


RULES_PAGE = ROOT / "docs" / "reference" / "rules.md"


def rules_page() -> str:
    """The page of rules: its introduction as it was written, and the tables from the code."""
    written, _, _ = RULES_PAGE.read_text("utf-8").partition("\n## ")
    parts = [written.rstrip("\n")]
    for file in FILES:
        parts.append(f"\n## {rule_file(file).title}\n")
        parts += ["| Rule | What is wrong | What to do | From |", "| --- | --- | --- | --- |"]
        for rule in rule_file(file).rules.values():
            notice = rule.notice()
            source = notice.source.removeprefix(f"{SOURCE}, ")
            parts.append(f"| `{rule.code}` | {notice.wrong} | {notice.remedy} | {source} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    RULES_PAGE.write_text(rules_page(), "utf-8")
    RIGHTS.write_text(rights(), "utf-8")
    PAGE.write_text(domain(), "utf-8")
    TABLES.write_text(tables(), "utf-8")
    CORRECTIONS.write_text(corrections(), "utf-8")
    EVENTS.write_text(events(), "utf-8")
    python_api.PAGE.write_text(python_api.page(), "utf-8")
    recorder_contract.PAGE.write_text(recorder_contract.page(), "utf-8")
    print(*sorted(rules()), sep="\n")
