"""The page of faults names tests that exist."""

import re
from pathlib import Path

import pytest

from tests.test_requirements import functions_of

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "faults.md"
ROW = re.compile(r"^\| (.+?) \| (.+?) \| (.+?) \| `([^`|]+)::([^`|]+)` \| (.*?) ?\|$")
TABLES = PAGE.read_text("utf-8").partition("## Which stay")[0]
ROWS = [
    line
    for line in TABLES.splitlines()
    if line.startswith("| ") and not line.startswith(("| Fault", "| ---"))
]


@pytest.mark.parametrize("line", ROWS)
def test_each_fault_has_a_test_that_exists(line: str) -> None:
    row = ROW.fullmatch(line)

    assert row is not None, "write | fault | kind | else | `tests/file.py::test` | planted |"
    assert row[5] in functions_of(row[4])


def test_each_test_stands_for_one_fault() -> None:
    tests = [row[4] + row[5] for row in map(ROW.fullmatch, ROWS) if row]

    assert len({*tests}) == len(tests) == len(ROWS)
