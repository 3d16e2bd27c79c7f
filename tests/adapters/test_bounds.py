"""Bounds of a register: its columns, rows and cells, patterns, and the memory of a workbook."""

import io
import resource
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from lif_adapters.csv_lines import FORMULA, marked, unmarked
from lif_adapters.importers import pattern
from lif_adapters.importers.pattern import CellPattern, EndlessPatternError
from lif_adapters.importers.sheet import Layout, read_sheet
from lif_core.errors import MalformedError
from tests.workbooks import write_workbook


def problem_of(file: Path, raw: bytes, **layout: str) -> str:
    """Return what is wrong with a register of these bytes."""
    file.write_bytes(raw)
    with pytest.raises(MalformedError) as refused:
        read_sheet(file, Layout(**layout), ())  # type: ignore[arg-type]
    return str(refused.value).removeprefix(f"{file}: ")


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b",".join(b"c%d" % n for n in range(200_000)), "line 1: 200,000 columns; a register has"),
        (b"a\n" * 500_001, "more than 500,000 rows"),
        (b"\n".join([b"1" + b"," * 99_999] * 51), "more than 5,000,000 cells"),
        (b'a,"b\n1,2\n', "line 2: not CSV: unexpected end of data"),
        (b'"' + b"x" * 4_000_001 + b'"', "line 1: not CSV: field larger than field limit"),
    ],
    ids=["columns", "rows", "cells", "quote", "cell"],
)
def test_what_is_no_register_is_refused_in_seconds(
    tmp_path: Path, raw: bytes, problem: str
) -> None:
    """Two hundred thousand columns took more than a minute: each name was counted among all."""
    assert problem_of(tmp_path / "register.csv", raw).startswith(problem)


@pytest.mark.parametrize("encoding", ["utf-16", "UTF_16", "utf-32"])
def test_an_encoding_that_needs_a_mark_says_so(tmp_path: Path, encoding: str) -> None:
    """Read in any order, it would be Chinese to everybody."""
    problem = problem_of(tmp_path / "register.csv", b"a,b\n1,2\n", encoding=encoding)

    assert "begins with no byte order mark; write" in problem


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read_in_the_order_that_it_shows(
    tmp_path: Path, order: str
) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes("Ref,Owner\n1,lpp\n".encode(order))

    assert ("Ref", "Owner") == read_sheet(file, Layout(encoding="utf-16"), ()).header


def test_a_pattern_that_would_run_for_ever_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the import with it: it would not end on the next row either."""
    monkeypatch.setattr(pattern, "SECONDS", 0.1)
    endless = CellPattern.of("(?:a|b|ab)*c")
    with pytest.raises(EndlessPatternError, match=r"Note: the pattern .* does not end within"):
        endless.parts("Note", "ab" * 30 + "dc")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a" * 1_001, "at most 1,000"),
        ("((((a{100}){100}){100}){100}){100}", "repeats more than"),
        ("(" * 400 + ")" * 400, "too deeply"),
        ("(", "missing"),
    ],
    ids=["long", "repeats", "deep", "none"],
)
def test_a_pattern_is_bounded_before_it_is_compiled(text: str, problem: str) -> None:
    """Five times a hundred repeats took three gigabytes."""
    with pytest.raises(MalformedError, match=problem):
        CellPattern.of(text)


def test_a_workbook_that_unfolds_to_more_than_memory_is_refused(tmp_path: Path) -> None:
    """Its two cells are far apart, and what reads it makes room for all between them."""
    file = tmp_path / "register.xlsx"
    write_workbook(file, {"Actions": [["Ref"], ["1"]]})
    bomb = io.BytesIO()
    with ZipFile(file) as good, ZipFile(bomb, "w", ZIP_DEFLATED) as bad:
        for name in good.namelist():
            bad.writestr(name, good.read(name).replace(b'"A2"', b'"XFD1048576"'))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert "bytes of memory can hold" in problem_of(file, bomb.getvalue())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize("sign", [*FORMULA, "'=", "''+"])
def test_a_rejected_cell_is_no_formula_and_comes_back_as_it_was(sign: str) -> None:
    """Whatever stands in a register is listed as text, mended, and read again."""
    cell = f"{sign}cmd|' /C calc'!A1"

    assert not marked(cell).startswith(FORMULA)
    assert cell == unmarked(marked(cell))


@pytest.mark.parametrize("cell", ["", "'", "plain", "'plain", "o'clock"])
def test_a_cell_that_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert (cell, cell) == (marked(cell), unmarked(cell))
