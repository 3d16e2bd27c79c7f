"""Templates: texts of a map, in which `{column|filter}` stands for what is in that column."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from attrs import frozen

from lif_adapters.times import day_in
from lif_core.errors import MalformedError

Row: TypeAlias = Mapping[str, str]

SERIAL, SERIAL_1904 = "serial", "serial1904"
_EPOCHS = {SERIAL: date(1899, 12, 30), SERIAL_1904: date(1904, 1, 1)}
_FIRST_SERIAL = 61  # before 1 March 1900, Excel miscounts
_WHOLE_SERIAL = re.compile(r"\d{1,7}")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?|[+-]?\.\d+")
_DIGITS = 15  # that a floating-point number holds


@frozen
class Placeholder:
    """A placeholder: its *text*, the *column* and the *filters*, with their arguments."""

    text: str
    column: str
    filters: tuple[tuple[str, str], ...]


@cache
def pieces(template: str) -> tuple[str | Placeholder, ...]:
    """Return the texts and places of a *template*, in their order; `{{` and `}}` are braces.

    Raises:
        MalformedError: a brace is not closed, or not opened, a place names no column, or a filter
            is unknown.
    """
    texts: list[str | Placeholder] = []
    at = 0
    while at < len(template):
        if template[at : at + 2] in ("{{", "}}"):
            texts.append(template[at])
            at += 2
        elif template[at] == "}":
            raise MalformedError("", f"{template!r} closes a brace that is not open")
        elif template[at] == "{":
            end = template.find("}", at)
            inner = template[at + 1 : end]
            if end < 0 or "{" in inner:
                raise MalformedError("", f"{template!r} has a brace that is not closed")
            texts.append(_place(inner))
            at = end + 1
        else:
            texts.append(template[at])
            at += 1
    return tuple(_joined(texts))


def _joined(texts: list[str | Placeholder]) -> Iterator[str | Placeholder]:
    text = ""
    for each in texts:
        if isinstance(each, str):
            text += each
            continue
        if text:
            yield text
        text = ""
        yield each
    if text:
        yield text


def _place(inner: str) -> Placeholder:
    column, *filters = inner.split("|")
    if not column.strip():
        raise MalformedError("", f"{{{inner}}} names no column")
    pairs = [(name, argument) for name, _, argument in (each.partition(":") for each in filters)]
    for name, argument in pairs:
        if name not in FILTERS or (name in WITH_ARGUMENT) != bool(argument):
            raise MalformedError("", f"{{{inner}}}: filters are {KNOWN_FILTERS}")
    return Placeholder(f"{{{inner}}}", " ".join(column.split()), tuple(pairs))


def places(value: Any) -> Iterator[Placeholder]:
    """Yield the places of all templates in *value*.

    Raises:
        MalformedError: as `pieces`.
    """
    if isinstance(value, str):
        yield from (piece for piece in pieces(value) if isinstance(piece, Placeholder))
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from places(each)


def rendered(template: Any, row: Row) -> Any:
    """Return *template* with what stands in the columns of *row* in its places.

    A template that is one place alone is the value itself, such as a day.

    Raises:
        MalformedError: naming the column, a value is not what a filter reads.
    """
    if isinstance(template, str):
        parts = pieces(template)
        if len(parts) == 1 and isinstance(parts[0], Placeholder):
            return _value(parts[0], row)
        return "".join(p if isinstance(p, str) else str(_value(p, row)) for p in parts)
    if isinstance(template, dict):
        return {key: rendered(inner, row) for key, inner in template.items()}
    if isinstance(template, list):
        return [rendered(inner, row) for inner in template]
    return template


def as_json(value: Any) -> Any:
    """Return a rendered *value* as JSON has it: days as texts."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value


def is_empty(template: Any, row: Row) -> bool:
    """Return whether *template* is one place alone, and nothing stands there."""
    if not isinstance(template, str):
        return False
    parts = pieces(template)
    return len(parts) == 1 and isinstance(parts[0], Placeholder) and _text(parts[0], row) == ""


def _text(place: Placeholder, row: Row) -> str:
    text = row[place.column].strip()
    default = next((argument for name, argument in place.filters if name == "default"), "")
    return text or default


def _value(place: Placeholder, row: Row) -> Any:
    value: Any = _text(place, row)
    for name, argument in place.filters:
        try:
            value = FILTERS[name](value, argument)
        except ValueError as error:
            raise MalformedError(place.column, str(error)) from error
    return value


def _whole(value: str, _: str) -> int:
    return int(value)


def _day(value: str, formats: str) -> date:
    """Return the day in one of the *formats*, in their order; 2018-01-25 is always one.

    Raises:
        ValueError: it is in none of them.
    """
    if (day := day_in(value, ())) is not None:
        return day
    for form in formats.split(";"):
        if (epoch := _EPOCHS.get(form)) is not None:
            last = (date.max - epoch).days
            if _WHOLE_SERIAL.fullmatch(value) and _FIRST_SERIAL <= int(value) <= last:
                return epoch + timedelta(days=int(value))
        elif (day := day_in(value, (form,))) is not None:
            return day
    forms = " or ".join(formats.split(";"))
    raise ValueError(f"time data {value!r} does not match format {forms!r}")


def _number(value: str, _: str) -> float:
    """Return the number, to the digit; thousands may be set apart by commas.

    Raises:
        ValueError: it is none, or has more digits than can be kept.
    """
    if not _NUMBER.fullmatch(value):
        raise ValueError(f"{value!r} is no decimal number")
    number = Decimal(value.replace(",", ""))
    if len(number.normalize().as_tuple().digits) > _DIGITS:
        raise ValueError(f"{value!r} has more than {_DIGITS} digits")
    return float(number)


FILTERS: Mapping[str, Callable[[Any, str], Any]] = {
    "int": _whole,
    "decimal": _number,
    "date": _day,
    "default": lambda value, _: value,
}
WITH_ARGUMENT = frozenset({"date", "default"})
KNOWN_FILTERS = (
    "int, decimal, date:FORMAT (several with ; between, `serial` or `serial1904` is one),"
    " default:TEXT"
)
