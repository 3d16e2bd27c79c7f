"""The table of growth is made, of views that are the same; nothing is said about time."""

from pathlib import Path

import pytest

from tests.benchmarks import growth
from tests.benchmarks.growth import AFTER, KEPT, STEPS, Measured


@pytest.mark.parametrize("view", ["accountability", "sustainability"])
def test_every_way_comes_to_the_view_that_it_is_of(view: str) -> None:
    """Of all, of half, of an earlier day, of the next day, and with a thousand entries more."""
    found = growth.growth(200, view, growth.one)

    assert [*STEPS, KEPT, *AFTER] == list(found)
    others = {found[name].digest for name in ("as known half way", "as it was in 2018")}
    assert 4 == len({found["afresh"].digest, found[KEPT].digest, *others})
    assert min(one.seconds for one in found.values()) >= 0
    assert min(one.memory for one in found.values()) > 0


def test_ways_that_differ_are_not_compared() -> None:
    """A way that drops an entry would look fast."""

    def measure(name: str, path: Path, view: str) -> Measured:
        return Measured(0.1, 10, "other" if name == "resumed" else "same")

    with pytest.raises(RuntimeError, match="not the same view: before, afresh"):
        growth.growth(20, "accountability", measure)


def test_the_table_has_seconds_and_memory_of_each_size() -> None:
    one = {"afresh": Measured(1.5, 60, "x")}

    expected = "| afresh | 1.500 s    | 1.500 s     | 60      | 60       |"

    assert expected == growth.table({10: one, 200: one}).splitlines()[2]
