"""The benchmark of PostgreSQL compares like with like; nothing is said about time."""

import json
from typing import Any

import pytest

from tests.benchmarks import postgres


def test_every_side_does_the_same_work(capsys: pytest.CaptureFixture[str]) -> None:
    """A side that did less is refused; every ratio that has a goal is told."""
    postgres.main(["--rounds", "1", "--commits", "3", "--entries", "200", "--format", "json"])
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["rows"]

    assert [
        ("commits of 4 writers", 12, ["lif", "stock", "raw", "with ids"]),
        ("bulk, 100 entries a commit", 200, ["lif", "stock", "raw"]),
        ("import, 200 entries a commit; stock 100", 200, ["lif", "stock", "raw"]),
        ("full read", 800, ["lif", "stock", "raw"]),
        ("commands of 4 writers, applications", 12, ["lif", "stock"]),
    ] == [(row["work"], row["entries"], list(row["cpu"])) for row in rows]
    for row in rows:
        assert {f"{pair}, {clock}" for pair in row["goals"] for clock in ("cpu", "wall")} == set(
            row["ratios"]
        )
