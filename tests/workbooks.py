"""Workbooks for the tests, as Excel writes them: no more of the format than a register needs."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias
from xml.sax.saxutils import escape
from zipfile import ZipFile

Value: TypeAlias = str | int | float | date | None

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
EPOCH, FROM_1904 = date(1899, 12, 30), date(1904, 1, 1)


def write_workbook(
    file: Path,
    sheets: Mapping[str, Sequence[Sequence[Value]]],
    merged: Mapping[str, Sequence[str]] | None = None,
    *,
    epoch: date = EPOCH,
) -> None:
    """Write *sheets* by their names, with ranges such as `A3:A5` *merged*.

    Days are counted from *epoch*, as Excel does, or Excel for Mac did from `FROM_1904`.
    """
    counted = '<workbookPr date1904="1"/>' if epoch == FROM_1904 else ""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_DOCUMENT}/worksheet"'
        f' Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    styles = f'<Relationship Id="rId0" Type="{_DOCUMENT}/styles" Target="styles.xml"/>'
    typed = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in range(1, len(names) + 1)
    )
    with ZipFile(file, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
            f"{typed}</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
            f' Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">'
            f"{counted}<sheets>{listed}</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{related}{styles}</Relationships>',
        )
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
            '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
            '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>'
            '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>'
            "</cellXfs></styleSheet>",
        )
        for n, name in enumerate(names, 1):
            rows = "".join(_row(r, row, epoch) for r, row in enumerate(sheets[name], 1))
            ranges = (merged or {}).get(name, ())
            cells = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>'
                + (f"<mergeCells>{cells}</mergeCells>" if cells else "")
                + "</worksheet>",
            )


def _row(number: int, row: Sequence[Value], epoch: date) -> str:
    cells = "".join(
        _cell(f"{chr(ord('A') + at)}{number}", value, epoch)
        for at, value in enumerate(row)
        if value is not None
    )
    return f'<row r="{number}">{cells}</row>'


def _cell(place: str, value: Value, epoch: date) -> str:
    match value:
        case date():
            return f'<c r="{place}" s="1"><v>{(value - epoch).days}</v></c>'
        case int() | float():
            return f'<c r="{place}"><v>{value!r}</v></c>'
        case _:
            text = escape(str(value))
            return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
