"""The command line run in this process, and values of its JSON by their path."""

import io
import json
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any, TypeAlias

from attrs import frozen

from lif_adapters.cli.main import run

JSON: TypeAlias = Any


@frozen
class Ran:
    """What a run of `lif` returned and wrote."""

    code: int
    out: str
    err: str


Lif: TypeAlias = Callable[..., Ran]


def output(*args: str) -> str:
    """Return what `lif` writes on standard output; fail where it does not succeed."""
    with redirect_stdout(io.StringIO()) as out:
        code = run(args)
    assert 0 == code, f"lif {' '.join(args)}: {code}"
    return out.getvalue()


def answer(*args: str) -> JSON:
    """Return the one document that `lif` writes, as strict JSON."""
    return strict(output(*args, "--format", "json"))


def lines(*args: str) -> list[JSON]:
    """Return the documents that `lif` writes, one a line."""
    return [strict(line) for line in output(*args, "--format", "json").splitlines()]


def strict(text: str) -> JSON:
    """Return *text* as JSON, which knows no NaN and no Infinity."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def value_at(value: JSON, at: str) -> JSON:
    """Return the value *at* a path such as `clocks[clock=decision].due`; a row is there once."""
    for name, conditions in re.findall(r"(\w+)(?:\[(.+?)\])?", at):
        value = value[name]
        if conditions:
            wanted = dict(one.split("=") for one in conditions.split(","))
            rows = [row for row in value if wanted == {k: str(row[k]) for k in wanted}]
            assert 1 == len(rows), f"{len(rows)} rows are {conditions}"
            value = rows[0]
    return value
