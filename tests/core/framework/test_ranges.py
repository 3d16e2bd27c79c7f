"""The numbers of a pack: each has a range, and no number within it breaks a view."""

from datetime import date
from typing import Any

import attrs
import pytest

from lif_adapters.cli.demo import demo_requests
from lif_adapters.wiring import connect
from lif_core.errors import MalformedError
from lif_core.framework import Frameworks, load, parse
from lif_core.framework.duties import AnswerTime, DutyEntry
from lif_core.framework.entries import Escalate, Horizons, Scale, Source
from lif_core.framework.loader import LENGTH
from lif_core.framework.model import Framework
from lif_core.framework.ranges import ENTRIES
from lif_core.projection.tables import Tables
from lif_core.queries.reader import Reader
from lif_core.queries.readership import Roles
from lif_core.views import PROJECTIONS
from lif_core.views.death_panel import PANEL
from tests.people import TEXTS

NEEDED: dict[type, dict[str, Any]] = {
    Horizons: {},
    Escalate: {},
    DutyEntry: {"name": "d", "stop": "decided"},
    AnswerTime: {"name": "answers"},
    Source: {"source": "s", "name": "S", "kinds": ()},
    Scale: {"name": "marks", "grades": ("pass",)},
    Framework: {"name": "ours", "title": "Ours"},
}
NUMBERS = [
    (kind, field.name) for kind in NEEDED for field in attrs.fields(kind) if field.type is int
]
ABSURD = (-(10**30), -366, -1, 10**5, 2**63, 10**4_000, True, 1.5, float("nan"), float("inf"), "1")


@pytest.mark.parametrize(("kind", "name"), NUMBERS, ids=lambda v: getattr(v, "__name__", v))
def test_an_absurd_number_is_no_number_of_a_pack(kind: Any, name: str) -> None:
    """Not in Python either: 'embedded' would be 'sustained' by a minus sign."""
    for value in ABSURD:
        with pytest.raises(MalformedError, match="must be a whole number from") as refused:
            kind(**{**NEEDED[kind], name: value})

        assert refused.value.field == name


def test_every_number_of_a_pack_is_among_these() -> None:
    """An entry with a number of its own, one day, gets its range on that day."""
    kinds = {Framework, *_kinds_within(Framework)}

    assert {kind for kind in kinds if any(f.type is int for f in attrs.fields(kind))} == set(
        NEEDED
    )


def _kinds_within(kind: Any) -> set[Any]:
    inner = {
        part
        for field in attrs.fields(kind)
        for part in (field.type, *getattr(field.type, "__args__", ()))
        if attrs.has(part)
    }
    return inner.union(*map(_kinds_within, inner))


@pytest.mark.parametrize("at", [0, 1], ids=["least", "most"])
def test_no_number_in_its_range_breaks_a_view(at: int) -> None:
    """All at once at their least, or at their most, over a history in which all of it counts."""
    shipped = load()
    packs = Frameworks(
        _at_its_end(shipped.general, at), tuple(_at_its_end(pack, at) for pack in shipped.packs)
    )
    with connect("memory:", readership=TEXTS) as app:
        app.handle_all(demo_requests(app.mapper))
        reader = Reader(app.recorder, clock=app.clock, frameworks=packs, readership=Roles({PANEL}))

        for projection in PROJECTIONS.values():
            for row in Tables(reader.view(projection, valid=date(2019, 6, 1))).values():
                assert row is not None


def _at_its_end(value: Any, at: int) -> Any:
    """Return *value* with each number in it that counts at the end of its range."""
    if isinstance(value, tuple):
        return tuple(_at_its_end(each, at) for each in value)
    if not attrs.has(type(value)):
        return value
    changes: dict[str, Any] = {}
    for field in attrs.fields(type(value)):
        inner = getattr(value, field.name)
        if field.type is not int:
            changes[field.name] = _at_its_end(inner, at)
        elif inner and field.name != "good":
            changes[field.name] = (field.validator.low, field.validator.high)[at]
    return attrs.evolve(value, **changes)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("#" * (LENGTH + 1), "1,000,001 characters; at most 1,000,000 are read"),
        ("[[rights]]\n" * (ENTRIES + 1), "2,001 entries; a list has at most 2,000"),
        ("x = " + "[" * 50_000, "nested too deeply"),
        (".".join("a" * 50_000) + " = 1", "a key of more than 32 parts (at line 1)"),
        ("small_counts = " + "9" * 5_000, "not TOML that can be read"),
    ],
    ids=["long", "entries", "bomb", "key", "digits"],
)
def test_a_pack_is_bounded(text: str, problem: str) -> None:
    """What cannot be a board's rules is refused before it takes a gigabyte."""
    with pytest.raises(MalformedError) as refused:
        parse(text, "ours.toml")

    assert problem in str(refused.value)
