"""Read a pack from TOML, strictly: a mistake is named by file and key."""

import tomllib
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar, get_args, get_origin

from cattrs import Converter, transform_error

from lif_core.errors import MalformedError
from lif_core.framework.model import Framework, Frameworks

GENERAL = "general"
T = TypeVar("T")
_PACKS = files("lif_core.framework").joinpath("packs")


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
        return tuple(_CONVERTER.structure(value, each) for value in values)

    return structure


def _is_texts(kind: Any) -> bool:
    """Whether it is a tuple of texts; `cattrs` would take one text for a list of its letters."""
    return get_origin(kind) is tuple and get_args(kind)[0] is str


_CONVERTER = Converter(forbid_extra_keys=True)
for _kind in (str, int, bool, date):
    _CONVERTER.register_structure_hook(_kind, _exactly(_kind))
_CONVERTER.register_structure_hook_factory(_is_texts, _lists)


def read_toml(text: str, kind: type[T], file: str) -> T:
    """*text* as an instance of *kind*, strictly: no unknown key, no value turned into another.

    Raises:
        MalformedError: naming *file*, the key and what is wrong with it.
    """
    try:
        return _CONVERTER.structure(tomllib.loads(text), kind)
    except tomllib.TOMLDecodeError as error:
        raise MalformedError(file, f"not TOML: {error}") from error
    except Exception as error:
        raise MalformedError(file, "; ".join(transform_error(error))) from error


def parse(text: str, file: str) -> Framework:
    """The pack in *text*; *file* is only for what an error says.

    Raises:
        MalformedError: naming *file*, the key and what is wrong with it.
    """
    pack = read_toml(text, Framework, file)
    _refuse_inconsistent(pack, file)
    return pack


def _refuse_inconsistent(pack: Framework, file: str) -> None:
    kinds = {kind.kind for kind in pack.review_kinds}
    bodies = {body.ref for body in pack.bodies}
    for key, clocks in (("clocks", pack.clocks), ("notices", pack.notices)):
        for index, clock in enumerate(clocks):
            where = f"{file}: {key}[{index}]"
            if (clock.months > 0) + (clock.working_days > 0) != 1:
                raise MalformedError(where, "give working_days or months, and one of them only")
            if unknown := set(clock.kinds) - kinds:
                raise MalformedError(f"{where}.kinds", f"not a review kind: {sorted(unknown)}")
    for index, right in enumerate(pack.rights):
        if unknown := set(right.bodies) - bodies:
            raise MalformedError(
                f"{file}: rights[{index}].bodies", f"not a body here: {sorted(unknown)}"
            )
    for index, scale in enumerate(pack.scales):
        if not 0 < scale.good <= len(scale.grades):
            raise MalformedError(f"{file}: scales[{index}].good", "must be a place in grades")


def packs() -> tuple[str, ...]:
    """The names of the packs that ship with `lif`."""
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in _PACKS.iterdir()
            if entry.name.endswith(".toml")
        )
    )


@cache
def load(*names: str) -> Frameworks:
    """The shipped packs *names*, or all of them; the general one always goes with them."""
    found = {
        name: parse(_PACKS.joinpath(f"{name}.toml").read_text("utf-8"), f"{name}.toml")
        for name in {*(names or packs()), GENERAL}
    }
    general = found.pop(GENERAL)
    return Frameworks(general, tuple(found[name] for name in sorted(found)))
