"""A board's action tracker as an officer keeps it, and as it is a month later; all made up."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tests.workbooks import Value, write_workbook

HEADER = (
    *("Ref", "Case", "Action", "Lead\nagency", "Date agreed", "Due date", "RAG / status"),
    *("Date completed", "Latest update", None),
)
TITLE: tuple[Sequence[Value], ...] = (
    ("Learning & Improvement: action tracker",),
    ("OFFICIAL", None, None, None, None, None, "v14"),
    (),
)
MARCH: tuple[Sequence[Value], ...] = (
    *TITLE,
    HEADER,
    *(
        (
            "A1",
            "Child K",
            "Update the pre-birth procedure",
            "LPP",
            date(2018, 1, 25),
            "30/04/2018",
            "Green: done",
            date(2018, 3, 12),
            "Published on the site",
        ),
        (
            "A2",
            None,
            "Train all duty staff",
            "LPP / JL&D",
            "25/01/2018",
            43281,
            "Amber",
            None,
            "Two sessions held",
        ),
        ("A3", None, "Agree who calls the meeting", "Police", "25/01/2018", "TBC", "Red", None),
        (None,) * 9,
        (
            "A4",
            "Adult M",
            "Share the thematic briefing",
            "JL&D",
            "02/02/2018",
            "Ongoing",
            "Ongoing",
            None,
            "Part of the newsletter",
        ),
        (
            "A5",
            None,
            "Audit 20 files",
            "Health",
            date(2018, 2, 2),
            date(2018, 5, 31),
            "Amber",
            None,
            "Café owner's example – see “file 7”",
        ),
    ),
)
MERGED = ("A1:F1", "B5:B7", "B9:B10")
APRIL: tuple[Sequence[Value], ...] = (
    *TITLE,
    HEADER,
    *(
        MARCH[4],
        (
            "A2",
            None,
            "Train all duty staff and managers",
            "LPP / JL&D",
            "25/01/2018",
            43343,
            "Amber",
            None,
            "Two sessions held",
        ),
        (
            "A3",
            None,
            "Agree who calls the meeting",
            "Police",
            "25/01/2018",
            date(2018, 6, 29),
            "Red",
            None,
            "Raised with the superintendent",
        ),
        (
            "A4",
            "Adult M",
            "Share the thematic briefing",
            "JL&D",
            "02/02/2018",
            "Ongoing",
            "Green: done",
            "20/03/2018",
            "Part of the newsletter",
        ),
        (
            "A6",
            None,
            "Write to the registrar",
            "LPP",
            date(2018, 4, 5),
            date(2018, 7, 31),
            "Red",
            None,
            None,
        ),
    ),
)
MERGED_IN_APRIL = ("A1:F1", "B5:B7", "B8:B9")


def write_tracker(
    file: Path, rows: Sequence[Sequence[Value]] = MARCH, merged: Sequence[str] = MERGED
) -> None:
    """Write the tracker as a workbook, or as Excel writes it as CSV in Western Europe."""
    if file.suffix == ".xlsx":
        notes = [["How to use this tracker"], ["Ask the business unit."]]
        write_workbook(file, {"Actions": rows, "Notes": notes}, {"Actions": merged})
        return
    width = max(map(len, rows))
    lines = [
        ";".join(_cell(value) for value in (*row, *(None,) * (width - len(row)))) for row in rows
    ]
    file.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1252"))


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case date():
            return value.strftime("%d/%m/%Y")
        case _:
            text = str(value)
            return f'"{text}"' if "\n" in text or ";" in text or '"' in text else text
