"""The reference of the Python API, read from the docstrings and signatures of the front door."""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import attrs
import msgspec

import lif_core
from lif_core import testing

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "python-api.md"
HEAD = """# The Python API

What a program that embeds `lif` imports from `lif_core`, in alphabetical order; then the types
that it gets and gives without importing them.
[Commands and events](domain.md), [rules](rules.md) and [views](views.md) have pages of their own.
`lif_adapters.connect(url)` opens a store and returns an `Application`; what else a host imports
from the adapters, and what a test imports from the testing kit, stand at the end.

A day is a `date`, an instant a `datetime` with a time zone; a day given for *known* means its end
in Europe/London.
Positions and stream positions count from 1.
This page is made from the code by `python -m tests.reference`, and a test keeps it so.
"""
OTHERS = "\n# Types that come with them\n\nNot in `lif_core` itself; each says where it is.\n"
BESIDE = (  # what few programs import, beside the front door
    "lif_core.queries.region:Region",
    "lif_core.catalogue:DomainCatalogue",
    "lif_core.rules:Notice",
    "lif_core.rules:Rule",
)
ADAPTERS = (  # what a host imports from the adapters, each from its own module
    "lif_adapters.wiring:connect",
    "lif_adapters.http:http_app",
    "lif_adapters.http:Host",
    "lif_adapters.http:User",
    "lif_adapters.forms:form_fields",
    "lif_adapters.forms:FormField",
    "lif_adapters.forms:FieldKind",
    "lif_adapters.forms:command_of",
    "lif_adapters.django_forms:form_for",
    "lif_adapters.problems:problem",
    "lif_adapters.problems:problem_line",
)
OF_ADAPTERS = """
# The adapters

What a host imports from `lif_adapters`: from `lif_adapters` itself `connect`, all else from the
module that is named.
"""
OF_TESTING = """
# The testing kit

What a test imports from `lif_core.testing`: [how to](../how-to/test-your-board-system.md) use it.
The [contract of a recorder](recorder-contract.md) has a page of its own.
"""
SECTION = re.compile(r"(Args|Raises|Returns|Yields):\n")
COMMENT = re.compile(r"^    (\w+): .*?  # (.+)$", re.MULTILINE)
NOT_CALLED = re.compile(r"rule\(|invariant\(|\w+\.setter")  # what Hypothesis calls, and setters
WIDTH = 92


def page() -> str:
    """Return the page: every name of the front door, with all that is public in it."""
    parts = [HEAD, *_summary()]
    for name in lif_core.__all__:
        parts.append(f"\n## `{name}`\n")
        parts += _entry(name, getattr(lif_core, name))
    parts.append(OTHERS)
    beside = {place.partition(":")[2]: resolve_name(place) for place in BESIDE}
    others = {
        name: place for thing in (*_things(), *beside.values()) for name, place in _named(thing)
    }
    others |= {name: (value.__module__, value) for name, value in beside.items()}
    for name, (module, value) in sorted(others.items()):
        parts.append(f"\n## `{name}`\n")
        parts += _entry(name, value) if inspect.isclass(value) else _alias(name, module)
    parts.append(OF_ADAPTERS)
    for name, thing in _adapters():
        parts.append(f"\n## `{name}`\n")
        parts += _entry(name, thing)
    parts.append(OF_TESTING)
    for name, thing in _testing():
        parts.append(f"\n## `{name}`\n")
        parts += _entry(name, thing)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)) + "\n"


def undocumented() -> Iterator[str]:
    """Yield each public name without a docstring, and each parameter that none explains."""
    for name, thing in (*zip(lif_core.__all__, _things(), strict=True), *_adapters(), *_testing()):
        if not inspect.isclass(thing):
            yield from _unexplained(name, _node(thing), thing.__doc__)
            continue
        above = [cls.__doc__ or "" for cls in thing.__mro__ if _is_ours(cls)]
        if not above[0]:
            yield name
        if constructor := _constructor(thing):
            yield from _unexplained(name, constructor, "\n".join(above), _comments(thing))
        for method in _public(thing):
            doc = ast.get_docstring(method)
            yield from _unexplained(f"{name}.{method.name}", method, doc)


def _unexplained(
    name: str, function: ast.FunctionDef, doc: str | None, comments: Any = ()
) -> Iterator[str]:
    if not doc:
        yield name
        return
    arguments = function.args
    for argument in (*arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if argument is None or argument.arg in ("self", "cls") or argument.arg in comments:
            continue
        if not re.search(rf"\*{argument.arg}\*|`{argument.arg}\b|^ *{argument.arg}: ", doc, re.M):
            yield f"{name}({argument.arg})"


# What there is


def _things() -> list[Any]:
    return [getattr(lif_core, name) for name in lif_core.__all__]


def _testing() -> Iterator[tuple[str, Any]]:
    """Yield what a test imports from the kit, by its name, but for the contract of a recorder."""
    for name in testing.__all__:
        if name != "RecorderContract":
            yield name, getattr(testing, name)


def _adapters() -> Iterator[tuple[str, Any]]:
    """Yield what a host imports from the adapters, by its name."""
    for place in ADAPTERS:
        yield place.partition(":")[2], resolve_name(place)


def _is_ours(thing: Any) -> bool:
    return str(getattr(thing, "__module__", "")).startswith(("lif_core", "lif_adapters"))


@cache
def _node(thing: Any) -> Any:
    source = textwrap.dedent(inspect.getsource(inspect.unwrap(thing)))
    return ast.parse(source).body[0]


def _comments(cls: type) -> dict[str, str]:
    """Return the comments that stand beside the fields of *cls*, by field."""
    return dict(COMMENT.findall(textwrap.dedent(inspect.getsource(cls))))


def _implements(cls: type) -> type | None:
    """Return the protocol of the front door that *cls* fills, if there is one."""
    for protocol in _things():
        if getattr(protocol, "_is_protocol", False) and cls is not protocol:
            methods = [node.name for node in _public(protocol)]
            if all(hasattr(cls, name) for name in methods):
                return protocol  # type: ignore[no-any-return]
    return None


def _public(cls: type) -> Iterator[ast.FunctionDef]:
    """Yield the public methods and properties that *cls* defines itself, in their order.

    A method that only fills a protocol is described there.
    """
    for node in _node(cls).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith(("_", "test_")):
            continue
        if any(NOT_CALLED.match(ast.unparse(decorator)) for decorator in node.decorator_list):
            continue
        if "overload" in {getattr(decorator, "id", "") for decorator in node.decorator_list}:
            continue
        if ast.get_docstring(node) or _is_protocol(cls) or not _implements(cls):
            yield node


def _is_protocol(cls: type) -> bool:
    return bool(getattr(cls, "_is_protocol", False))


def _constructor(cls: type) -> ast.FunctionDef | None:
    """Return the signature of *cls* as it is written, or as its fields make it; `None` where a
    caller makes no instance of it.
    """
    for above in filter(_is_ours, cls.__mro__):
        for node in _node(above).body:
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                node.returns = None
                return node
    return _made(cls) if attrs.has(cls) or issubclass(cls, msgspec.Struct) else None


def _made(cls: type) -> ast.FunctionDef:
    """Return the signature that `attrs` or `msgspec` makes of the fields of *cls*."""
    types = {
        field.target.id: ast.unparse(field.annotation)
        for above in filter(_is_ours, reversed(cls.__mro__))
        for field in _node(above).body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }
    written = []
    for parameter in inspect.signature(cls).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in written:
            written.append("*")
        default = "" if parameter.default is parameter.empty else f" = {_value(parameter)}"
        written.append(f"{parameter.name}: {types[parameter.name]}{default}")
    made = ast.parse(f"def __init__({', '.join(written)}): ...").body[0]
    assert isinstance(made, ast.FunctionDef)
    return made


def _value(parameter: inspect.Parameter) -> str:
    text = repr(parameter.default)
    return text if re.fullmatch(r"""None|True|False|\d+|\(\)|'[^']*'""", text) else "..."


def _named(thing: Any) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Yield our types in the signatures of *thing* that are not in the front door themselves."""
    functions = [_node(thing)]
    if inspect.isclass(thing):
        functions = [*filter(None, (_constructor(thing),)), *_public(thing)]
    for function in functions:
        arguments = function.args
        listed = [*arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        annotations = [argument.annotation for argument in listed if argument]
        for annotation in filter(None, (*annotations, function.returns)):
            for node in ast.walk(annotation):
                if isinstance(node, ast.Name) and node.id not in lif_core.__all__:
                    yield from _home(node.id, thing.__module__)


def _home(name: str, module: str) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Yield *name* with the module that defines it, as seen from *module*, where that is ours."""
    value = getattr(sys.modules[module], name, None)
    if inspect.isclass(value):
        if _is_ours(value):
            yield name, (value.__module__, value)
        return
    for node in _module(module).body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == name:
            yield name, (module, value)
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("lif_core"):
            imported = [alias for alias in node.names if name in (alias.asname, alias.name)]
            for alias in imported:
                yield from _home(alias.name, str(node.module))


@cache
def _module(name: str) -> ast.Module:
    return ast.parse(inspect.getsource(sys.modules[name]))


# How it is written


def _summary() -> Iterator[str]:
    """Yield a table of the names, each with the first paragraph that is said of it."""
    yield "| Name | In short |\n| --- | --- |"
    for name, thing in zip(lif_core.__all__, _things(), strict=True):
        first, *_ = _markdown(thing.__doc__).splitlines()
        yield f"| [`{name}`](#{name.lower()}) | {first} |"


def _entry(name: str, thing: Any) -> Iterator[str]:
    home = f"`{thing.__module__}.{thing.__name__}`"
    if not inspect.isclass(thing):
        yield f"{home}, a function\n"
        yield _code(name, _node(thing))
        yield _markdown(thing.__doc__)
        return
    above = [base for base in thing.__bases__ if base.__name__ in lif_core.__all__]
    above += filter(None, [None if _is_protocol(thing) else _implements(thing)])
    kinds = [f"a [`{base.__name__}`](#{base.__name__.lower()})" for base in above]
    yield ", ".join([home, *kinds, *(["a protocol"] if _is_protocol(thing) else [])]) + "\n"
    if constructor := _constructor(thing):
        yield _code(name, constructor, _comments(thing))
    yield _markdown(thing.__doc__)
    for method in _public(thing):
        yield f"### `{name}.{method.name}`\n"
        yield _code(method.name, method)
        yield _markdown(ast.get_docstring(method))


def _alias(name: str, module: str) -> Iterator[str]:
    yield f"`{module}.{name}`, an alias\n"
    body = _module(module).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == name:
            assert node.value
            yield f"```text\n{name} = {ast.unparse(node.value)}\n```\n"
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                yield _markdown(str(after.value.value))


def _code(name: str, function: ast.FunctionDef, comments: Any = None) -> str:
    """Return the signature as a block of text, an argument a line where it is long."""
    returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    if any(_is_property(decorator) for decorator in function.decorator_list):
        return f"```text\n{name}:{returns.removeprefix(' ->')}\n```\n"
    arguments = _arguments(function.args)
    signature = f"{name}({', '.join(text for _, text in arguments)}){returns}"
    if len(signature) > WIDTH or comments:
        lines = [
            f"    {text}," + (f"  # {comments[word]}" if comments and word in comments else "")
            for word, text in arguments
        ]
        signature = "\n".join([f"{name}(", *lines, f"){returns}"])
    return f"```text\n{signature}\n```\n"


def _is_property(decorator: ast.expr) -> bool:
    return getattr(decorator, "id", "") in ("property", "cached_property")


def _arguments(arguments: ast.arguments) -> list[tuple[str, str]]:
    """Return each argument as it is written, with its name."""
    required: list[ast.expr | None] = [None] * (len(arguments.args) - len(arguments.defaults))
    pairs = zip(arguments.args, [*required, *arguments.defaults], strict=True)
    written = [_argument(arg, default) for arg, default in pairs if arg.arg not in ("self", "cls")]
    if arguments.vararg:
        written.append(_argument(arguments.vararg, None, "*"))
    elif arguments.kwonlyargs:
        written.append(("", "*"))
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    written += [_argument(arg, default) for arg, default in pairs]
    if arguments.kwarg:
        written.append(_argument(arguments.kwarg, None, "**"))
    return written


def _argument(argument: ast.arg, default: ast.expr | None, stars: str = "") -> tuple[str, str]:
    annotation = f": {ast.unparse(argument.annotation)}" if argument.annotation else ""
    value = f" = {ast.unparse(default)}" if default else ""
    return argument.arg, f"{stars}{argument.arg}{annotation}{value}"


def _markdown(doc: str | None) -> str:
    """Return a docstring as paragraphs and lists, one a line."""
    blocks = []
    for block in re.split(r"\n\n+", inspect.cleandoc(doc or "")):
        section = SECTION.match(block)
        if section is None:
            blocks.append(" ".join(block.split()))
            continue
        items = re.split(r"\n(?=    \S)", "\n" + block[section.end() :].rstrip())
        blocks.append("\n".join([f"{section[1]}:\n", *map(_item, filter(None, items))]))
    return "\n\n".join(blocks) + "\n"


def _item(item: str) -> str:
    names, _, meaning = " ".join(item.split()).partition(": ")
    marked = ", ".join(f"`{name}`" for name in names.split(", "))
    return f"- {marked}: {meaning}"
