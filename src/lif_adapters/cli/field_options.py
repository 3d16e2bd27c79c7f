"""The options of a command by hand: what was typed for each of its fields."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from lif_adapters.forms import Completion, FieldKind, FormField, all_fields, as_typed, json_of
from lif_core.errors import MalformedError
from lif_core.values.faults import unknown_field

PREFIX = "field-"
"""The beginning of an option of a field that is called as an option of `lif record` is."""
RESERVED = frozenset(
    (
        *("about_person", "board", "create", "db", "dry_run", "entered_by"),
        *("format", "help", "keep_going", "pack", "version"),
    )
)
"""The options of `lif record` itself."""
BY_VARIABLE = "LIF_BY"


@frozen
class FieldOption:
    """An option as it was typed: the *path* to a field, and the *text*; `None`: no value."""

    path: tuple[str, ...]
    text: str | None

    @property
    def rest(self) -> "FieldOption":
        """Return the same option, as seen from the field that it begins with."""
        return FieldOption(self.path[1:], self.text)


def option_name(path: str) -> str:
    """Return the option for the field at a *path*, such as `--not-met.criterion`."""
    first = path.partition(".")[0].partition("[")[0]
    prefix = PREFIX if first in RESERVED else ""
    return f"--{prefix}{path.replace('_', '-')}"


def read_options(words: Sequence[str]) -> Iterator[FieldOption]:
    """Yield the options that *words* are: `--name value`, `--name=value`, or `--name` alone.

    Raises:
        MalformedError: a word is neither an option nor the value of one.
    """
    waiting = list(reversed(words))
    while waiting:
        word = waiting.pop()
        if not word.startswith("--") or word == "--":
            raise MalformedError("", f"{word!r} follows no option; write --FIELD {word!r}")
        name, equals, text = word[2:].partition("=")
        path = tuple(name.removeprefix(PREFIX).replace("-", "_").split("."))
        if equals:
            yield FieldOption(path, text)
        elif waiting and not waiting[-1].startswith("--"):
            yield FieldOption(path, waiting.pop())
        else:
            yield FieldOption(path, None)


@frozen
class TypedFields:
    """The *values* that were typed, by the names of the fields of a command, as JSON has them, and
    the *errors* of options that are none of it; *is_by_variable*: whether LIF_BY says who decides.
    """

    values: dict[str, Any] = field(factory=dict)
    errors: tuple[MalformedError, ...] = ()
    is_by_variable: bool = False

    def variable_of(self, path: str) -> str | None:
        """Return the variable that the field at a *path* was taken from, if from one."""
        if not self.is_by_variable or path.partition(".")[0] != "by":
            return None
        return BY_VARIABLE if path == "by" else f"{BY_VARIABLE} ({path})"


def typed_fields(
    command: Any, options: Sequence[FieldOption], complete: Completion = as_typed
) -> TypedFields:
    """Return what the *options* say of the fields of a class *command*.

    Who decides is as LIF_BY says, where no option does.
    """
    errors: list[MalformedError] = []
    fields = all_fields(command)
    tree = _tree(fields, options, "", errors)
    decider = os.environ.get(BY_VARIABLE)
    is_by_variable = bool(decider) and "by" not in {option.path[0] for option in options}
    if is_by_variable:
        tree["by"] = decider
    values: dict[str, Any] = {}
    for each in fields:
        if each.name in tree:
            try:
                values[each.name] = json_of(each, tree[each.name], complete)
            except MalformedError as error:
                errors.append(error)
                values[each.name] = tree[each.name]
    return TypedFields(values, tuple(errors), is_by_variable)


def _tree(
    fields: Sequence[FormField],
    options: Sequence[FieldOption],
    where: str,
    errors: list[MalformedError],
) -> dict[str, Any]:
    """Return texts by field, in the shape of the fields; add what is wrong to the *errors*."""
    by_name = {each.name: each for each in fields}
    groups: dict[str, list[FieldOption]] = {}
    for option in options:
        name = option.path[0]
        negated = name.removeprefix("no_")
        if name not in by_name and negated in by_name and _is_flag(by_name[negated]):
            option = FieldOption((negated,), option.text or "no")
            name = negated
        if name not in by_name:
            errors.append(unknown_field(where + name, name, by_name))
            continue
        groups.setdefault(name, []).append(option.rest)
    tree: dict[str, Any] = {}
    for name, group in groups.items():
        each = by_name[name]
        if each.each is not None:
            tree[name] = _several(each.each, group, where + name, errors)
        else:
            tree[name] = _single(each, group, where + name, errors)
    return tree


def _is_flag(form_field: FormField) -> bool:
    return form_field.kind is FieldKind.FLAG


def _single(
    of: FormField, options: Sequence[FieldOption], where: str, errors: list[MalformedError]
) -> Any:
    """Return the text of one value, or those of its fields."""
    whole = [option for option in options if not option.path]
    inner = [option for option in options if option.path]
    if len(whole) > 1:
        errors.append(MalformedError(where, "given twice, and takes one value"))
    text: Any = None
    if whole:
        text = whole[0].text
        if text is None:
            text = "yes" if _is_flag(of) else ""
    if not inner:
        return text
    members = _tree(of.fields, inner, f"{where}.", errors)
    if not whole:
        return members
    value = json_of(of, text)
    if not isinstance(value, Mapping):
        return members
    for name in members:
        if value.get(name) is not None:
            problem = f"given twice, in {option_name(where)} as well"
            errors.append(MalformedError(f"{where}.{name}", problem))
    return {**value, **members}


def _several(
    of: FormField, options: Sequence[FieldOption], where: str, errors: list[MalformedError]
) -> list[Any]:
    """Return each value of a list: a text alone, or the fields up to one that stood before."""
    groups: list[list[FieldOption]] = []
    many = {each.name for each in of.fields if each.each is not None}
    for option in options:
        last = groups[-1] if groups else []
        heads = {each.path[0] for each in last if each.path}
        begins = (
            not option.path
            or not last
            or not last[0].path
            or (option.path[0] in heads - many and len(option.path) == 1)
        )
        if begins:
            groups.append([option])
        else:
            last.append(option)
    return [_single(of, group, f"{where}[{index}]", errors) for index, group in enumerate(groups)]
