"""The page of check values names tests that exist."""

import re
from pathlib import Path

import pytest

from tests.test_requirements import functions_of

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "check-values.md"
ROW = re.compile(r"^\| (.+?) \| (.+?) \| `([^`|]+)::([^`|]+)` \| (.+?) \|$")
ROWS = [
    line
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| Rule", "| ---"))
]


@pytest.mark.parametrize("line", ROWS)
def test_each_check_value_is_computed_by_a_test_that_exists(line: str) -> None:
    row = ROW.fullmatch(line)

    assert row is not None, "write | rule | value | `tests/file.py::test` | worked out by |"
    assert row[4] in functions_of(row[3])
