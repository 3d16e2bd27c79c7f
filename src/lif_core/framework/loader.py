"""The loader of packs, which reads TOML strictly: a mistake is named by file and key."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin

import attrs

from lif_core.errors import MalformedError
from lif_core.framework.consistency import name_of, refuse_inconsistent
from lif_core.framework.model import Framework, Frameworks
from lif_core.framework.ranges import refuse_long_keys, refuse_unbounded
from lif_core.values.text import invisible, is_blank, look_alike, normal
from lif_core.values.type_names import type_name

if TYPE_CHECKING:
    from cattrs import Converter

GENERAL = "general"
LENGTH = 1_000_000
"""A pack or a map has at most so many characters."""
SHOWN = 20
"""At most so many mistakes of one file are told."""
T = TypeVar("T")
DIGESTS: Mapping[str, str] = {
    "general": "ca8505dc0a60e6bfa5253a90c618f142c71111cf3dd8c708a94d7c68ea98fdac",
    "wolverhampton-2017": "4851dac200757bf3b9e29cdf53bbacde8476f98242e39b33b9312d50928c1959",
    "working-together-2023": "534f3715fbc517a8c8855ee7932b26946979524be2519b76aee976231e757111",
}
"""The packs that ship with `lif`, by name, and the digest of each: what a log was written under is
held against it without reading a pack. A test says what stands here where a pack has changed.
"""


def _exactly(kind: type) -> Callable[[Any, Any], Any]:
    def structure(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"expected {kind.__name__}, got {value!r}")
        return value

    return structure


def _lists(kind: Any) -> Callable[[Any, Any], Any]:
    (each, *_) = get_args(kind)

    def structure(values: Any, _: Any) -> Any:
        if type(values) is not list:
            raise ValueError(f"expected a list, got {values!r}")
        return tuple(_converter().structure(value, each) for value in values)

    return structure


def _is_texts(kind: Any) -> bool:
    """Return whether it is a tuple of texts; `cattrs` takes one text for a list of its letters."""
    return get_origin(kind) is tuple and get_args(kind)[0] is str


@cache
def _converter() -> "Converter":
    from cattrs import Converter  # when a pack is first read

    converter = Converter(forbid_extra_keys=True)
    for kind in (str, int, bool, date):
        converter.register_structure_hook(kind, _exactly(kind))
    converter.register_structure_hook_factory(_is_texts, _lists)
    return converter


def read_toml(text: str, kind: type[T], file: str) -> T:
    """Return *text* as an instance of *kind*; refuse an unknown key or a value of another type.

    Raises:
        MalformedError: naming *file*, the key and what is wrong with it.
    """
    return _structured(_keys(text, file), kind, file)


def _keys(text: str, file: str) -> dict[str, Any]:
    """Return the keys of *text* and their values."""
    if len(text) > LENGTH:
        raise MalformedError(file, f"{len(text):,} characters; at most {LENGTH:,} are read")
    refuse_long_keys(file, text)
    try:
        keys = tomllib.loads(normal(text))
    except tomllib.TOMLDecodeError as error:
        raise MalformedError(file, f"not TOML: {error}") from error
    except RecursionError as error:
        raise MalformedError(file, "nested too deeply") from error
    except ValueError as error:  # a number of thousands of digits, a day that there is not
        raise MalformedError(file, f"not TOML that can be read: {error}") from error
    refuse_unbounded(file, keys)
    return keys


def _structured(keys: Mapping[str, Any], kind: type[T], file: str) -> T:
    """Return *keys* as an instance of *kind*."""
    from cattrs import transform_error

    try:
        return _converter().structure(keys, kind)
    except Exception as error:
        if (malformed := _malformed(error, f"{file}: ")) is not None:
            raise malformed from error
        problems = transform_error(error, format_exception=_problem)
        raise MalformedError(file, "; ".join(problems[:SHOWN])) from error


def _malformed(error: BaseException, where: str) -> MalformedError | None:
    """Return the first value in an *error* of `cattrs` that is out of its range, and its place."""
    if isinstance(error, MalformedError):
        return MalformedError(f"{where}{error.field}", error.problem)
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        place = where
        for note in getattr(inner, "__notes__", ()):
            if (name := getattr(note, "name", None)) is not None:
                place = f"{where}{name}."
            elif (index := getattr(note, "index", None)) is not None:
                place = f"{where.removesuffix('.')}[{index!r}]."
        if (malformed := _malformed(inner, place)) is not None:
            return malformed
    return None


def _problem(error: BaseException, kind: Any) -> str:
    """Return what an *error* of `cattrs` says of a value that is to be of a *kind*."""
    from cattrs import ForbiddenExtraKeysError

    if isinstance(error, KeyError):
        return "missing"
    if isinstance(error, ForbiddenExtraKeysError):
        return f"unknown key: {', '.join(sorted(error.extra_fields)[:SHOWN])}"
    if kind is None or get_origin(kind) is Literal:
        return str(error)
    return f"expected {type_name(get_origin(kind) or kind)}"


def parse(text: str, file: str) -> Framework:
    """Return the pack in *text*, with all that it extends; *file* is for what an error says.

    Raises:
        MalformedError: naming *file*, the key and what is wrong with it.
    """
    keys = _keys(text, file)
    pack = _structured(keys, Framework, file)
    stated = {duty.name for duty in pack.duties}
    if pack.extends:
        if pack.extends not in packs():
            shipped = ", ".join(packs())
            raise MalformedError(
                f"{file}: extends", f"no pack {pack.extends!r}; there are: {shipped}"
            )
        pack = _extended(_shipped(pack.extends), pack, keys)
    refuse_inconsistent(pack, file, stated)
    _refuse_look_alikes(keys, file)
    return pack


def _refuse_look_alikes(value: Any, file: str, key: str = "") -> None:
    """Refuse a text that only looks like another one, or like none; a note may have many lines."""
    match value:
        case str() if value and is_blank(value):
            raise MalformedError(f"{file}: {key}", "must not be blank")
        case str():
            if character := invisible(value) if "\n" in value else look_alike(value):
                raise MalformedError(
                    f"{file}: {key}", f"{character} makes it look like another text; remove it"
                )
        case list():
            for index, each in enumerate(value):
                _refuse_look_alikes(each, file, f"{key}[{index}]")
        case dict():
            for name, each in value.items():
                _refuse_look_alikes(each, file, f"{key}.{name}".lstrip("."))


def _extended(base: Framework, pack: Framework, keys: Mapping[str, Any]) -> Framework:
    """Return *base* with the *keys* of *pack*: an entry takes the place of one of its name, and a
    horizon that of its own.
    """
    changes: dict[str, Any] = {}
    for key in keys:
        value = getattr(pack, key)
        if isinstance(value, tuple) and key != "governs":
            names = {name_of(entry) for entry in value} - {None}
            others = tuple(entry for entry in getattr(base, key) if name_of(entry) not in names)
            value = others + value
        elif key == "horizons":
            value = attrs.evolve(base.horizons, **keys[key])
        changes[key] = value
    return attrs.evolve(base, **changes)


def packs() -> tuple[str, ...]:
    """Return the names of the packs that ship with `lif`."""
    return tuple(DIGESTS)


@cache
def _shipped(name: str) -> Framework:
    from importlib.resources import files  # when a pack is first read

    file = files("lif_core.framework").joinpath("packs", f"{name}.toml")
    return parse(file.read_text("utf-8"), f"{name}.toml")


@cache
def load(*names: str) -> Frameworks:
    """Return the shipped packs *names*, or all of them; the general one always goes with them.

    Raises:
        MalformedError: there is no pack of that name.
    """
    if unknown := sorted(set(names) - set(packs())):
        shipped = ", ".join(packs())
        raise MalformedError("framework", f"no pack {', '.join(unknown)}; there are: {shipped}")
    chosen = {*(names or packs()), GENERAL}
    digests = {name: digest for name, digest in DIGESTS.items() if name in chosen}
    return Frameworks.to_be_read(GENERAL, digests, _shipped)
