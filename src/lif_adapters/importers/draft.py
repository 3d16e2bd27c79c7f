"""The draft of a map: what stands in each column of a register, and what it may mean."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from attrs import frozen

from lif_adapters.importers.sheet import NumberedRow, Sheet
from lif_adapters.importers.template import SERIAL, SERIAL_1904

FORMATS = (
    "%d/%m/%Y",
    "%d/%m/%y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%d-%b-%y",
    "%d-%b-%Y",
    "%m/%d/%Y",
)
ISO = "%Y-%m-%d"
SAMPLES = 3
STATUSES = 12  # different values at most, for a column to be one of statuses
LENGTH = 40  # of a sample, and of a status
_SERIALS = re.compile(r"[3-6]\d{4}")  # from 1982 to 2091
_DONE = re.compile(r"\b(done|complete|completed|closed|implemented|achieved)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(not|in|part|partly|partially|nearly)\b", re.IGNORECASE)
_DECLINED = re.compile(r"\b(rejected|declined|refused|not (accepted|agreed))\b", re.IGNORECASE)

FIRST = "first_owner"
"""The column that a draft makes of the first of several owners."""
ROLES = {
    "ref": r"(ref(erence)?|no|nr|number|id|#)\b",
    "case": r"(case|review|report|scr|sar|source)\b",
    "due": r"(due|deadline|target|by when|timescale)\b",
    "done": r"(completed|done|closed|implemented)\b",
    "status": r"(status|response|rag|state)\b",
    "owner": r"(owner|lead|responsible|agency|agencies|recipient|who|organisation)\b",
    "text": r"(action|recommendation|text|what)\b",
    "date": r"(date|agreed|made|raised|opened|issued|added)\b",
    "note": r"(update|progress|comment|notes?|reply|evidence)\b",
}
"""Words in the name of a column that say what it may be, in the order in which they are tried."""


@frozen(kw_only=True)
class ColumnSummary:
    """A column, and what stands in its cells: its *values* with how often each does.

    *formats* are those in which its days are written, *others* the values that are none; a column
    without formats holds no days. *is_sparse*: cells below the first are often empty.
    """

    name: str
    values: Counter[str]
    rows: int
    formats: tuple[str, ...]
    others: tuple[str, ...]
    is_sparse: bool

    @property
    def is_coded(self) -> bool:
        """Return whether it holds few values, over and over."""
        return (
            not self.formats
            and 0 < len(self.values) <= STATUSES
            and all(len(value) <= LENGTH for value in self.values)
            and len(self.values) < max(2, self.values.total())
        )


def summarise(sheet: Sheet) -> tuple[ColumnSummary, ...]:
    """Return what stands in each column of *sheet*."""
    serial = SERIAL_1904 if sheet.from_1904 else SERIAL
    return tuple(_summary(name, sheet.rows, serial) for name in sheet.header)


def _summary(name: str, rows: Sequence[NumberedRow], serial: str) -> ColumnSummary:
    cells = [row.values[name].strip() for row in rows]
    values = Counter(cell for cell in cells if cell)
    formats, others = _formats(values, serial)
    filled = sum(map(bool, cells))
    return ColumnSummary(
        name=name,
        values=values,
        rows=len(rows),
        formats=formats,
        others=others,
        is_sparse=bool(cells and cells[0]) and 0 < filled < 0.7 * len(cells),
    )


def _formats(values: Counter[str], serial: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the formats in which most *values* are days, of which a number is *serial*, and the
    values that are none.
    """
    remaining, formats = set(values), []
    for form in (ISO, *FORMATS):
        if days := {value for value in remaining if _is_day(value, form)}:
            remaining -= days
            formats.append(form)
    serials = {value for value in remaining if _SERIALS.fullmatch(value)}
    if serials and formats:
        remaining -= serials
        formats.append(serial)
    if not values or sum(values[value] for value in remaining) * 2 > values.total():
        return (), ()
    return tuple(formats), tuple(sorted(remaining))


def _is_day(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)  # noqa: DTZ007
    except ValueError:
        return False
    return True


def draft(sheet: Sheet, file: str, board: str) -> str:
    """Return a first map of *sheet*, which is in *file*, to be edited; it can be run as it is.

    Args:
        sheet: the register.
        file: its name.
        board: the reference of the board that keeps it.
    """
    columns = summarise(sheet)
    return "\n".join((*_head(sheet, columns, file), *_Draft(sheet, columns, file, board).lines()))


def _head(sheet: Sheet, columns: Iterable[ColumnSummary], file: str) -> Iterator[str]:
    place = _visible(f"{file}, sheet {sheet.name}" if sheet.encoding is None else file)
    yield f"# A first map of {place}: {len(sheet.rows)} rows, header on line {sheet.line}."
    yield "# It is guessed from the names of the columns and what stands in them. Edit it, and"
    yield f"# look at what it does: lif import {_visible(file)} --map THIS.toml --create --dry-run"
    yield "#"
    for column in columns:
        yield f"#   {_visible(column.name)}: {_told(column)}"
    yield ""


def _told(column: ColumnSummary) -> str:
    """Return what stands in a column, in words on one line."""
    if not column.values:
        return "empty"
    if column.formats:
        text = f"days as {' or '.join(column.formats)}"
        others = ", ".join(f"{_sample(v)} ({column.values[v]})" for v in column.others[:STATUSES])
        return f"{text}; and {others}" if others else text
    if column.is_coded:
        return ", ".join(f"{_sample(v)} ({n})" for v, n in column.values.most_common())
    samples = ", ".join(_sample(value) for value in list(column.values)[:SAMPLES])
    return f"{len(column.values)} different values in {column.values.total()} cells: {samples}"


def _sample(value: str) -> str:
    line = " ".join(value.split())
    return _quoted(line if len(line) <= LENGTH else line[: LENGTH - 1] + "\u2026")


def _visible(text: str) -> str:
    """Return *text* as it may stand in a comment of TOML."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", r"\u007f")


def _roles(columns: Iterable[ColumnSummary]) -> dict[str, ColumnSummary]:
    """Return the column that each role has by its name: the first, of days where it is one."""
    roles: dict[str, ColumnSummary] = {}
    for column in columns:
        if not column.values or not column.name.isprintable() or re.search(r"[{}|]", column.name):
            continue
        for role, words in ROLES.items():
            is_day = role in ("due", "done", "date")
            fits = bool(column.formats) == is_day and re.search(rf"\b{words}", column.name, re.I)
            if (fits or (role == "ref" and re.match(words, column.name, re.I))) and (
                role not in roles
            ):
                roles[role] = column
                break
    return roles


class _Draft:
    """The lines of a draft, by the role of each column."""

    def __init__(
        self, sheet: Sheet, columns: Sequence[ColumnSummary], file: str, board: str
    ) -> None:
        self._sheet = sheet
        self._columns = columns
        self._file = file
        self._board = board
        self._roles = _roles(columns)
        status = self._roles.get("status")
        self._done = [
            value
            for value in (status.values if status else ())
            if _DONE.search(value) and not _NOT.search(value)
        ]
        self._declined = [
            value
            for value in (status.values if status else ())
            if _DECLINED.search(value) and value not in self._done
        ]

    def lines(self) -> Iterator[str]:
        """Yield them."""
        yield f"title = {_quoted(self._file.rpartition('.')[0] or self._file)}"
        yield f"unit = {_quoted(self._ref)}"
        if self._sheet.encoding is None and self._sheet.name is not None:
            yield f"sheet = {_quoted(self._sheet.name)}"
        if (case := self._roles.get("case")) is not None and case.is_sparse:
            yield f"fill_down = [{_quoted(case.name)}]"
        if self._divider is not None:
            owner = self._roles["owner"].name
            yield f"split = {{ {_quoted(owner)} = [{_quoted(self._divider)}] }}"
        used = {column.name for column in self._roles.values()} - {
            self._roles[role].name for role in ("note",) if role in self._roles
        }
        if unused := [c.name for c in self._columns if c.values and c.name not in used]:
            yield f"unused = [{', '.join(map(_quoted, unused))}]"
        yield ""
        if self._divider is not None:
            yield "[[parts]]  # of several owners, the first is the one that owes it"
            yield f"column = {_quoted(self._roles['owner'].name)}"
            yield f"pattern = '(?P<{FIRST}>[^{self._divider}]+?)\\s*([{self._divider}](.|\\n)*)?'"
            yield ""
        yield from self._passed_over()
        yield from self._before()
        yield from self._steps()

    @property
    def _divider(self) -> str | None:
        """Return what stands between two owners in one cell, where there are such cells."""
        owner = self._roles.get("owner")
        values = owner.values if owner else ()
        return next((text for text in "/|;" for value in values if f" {text} " in value), None)

    @property
    def _ref(self) -> str:
        column = self._roles.get("ref")
        return f"{{{column.name}}}" if column else "{line}"

    def _in_days(self, column: ColumnSummary) -> str:
        """Return the place of a *column* of days, in the formats of all: people mix them."""
        formats = dict.fromkeys(form for each in self._columns for form in each.formats)
        others = [form for form in formats if form != ISO]
        return _quoted(f"{{{column.name}|date:{';'.join(others or [ISO])}}}")

    @property
    def _day(self) -> str:
        column = self._roles.get("date")
        if column is None:
            return "2000-01-01  # no column says when it was decided"
        return self._in_days(column)

    def _passed_over(self) -> Iterator[str]:
        columns = [self._roles[role] for role in ("due", "done", "date") if role in self._roles]
        for column in columns:
            if column.others:
                yield from _over(column.name, column.others, "It is no day.")
        if (status := self._roles.get("status")) is not None:
            taken = {*self._done, *self._declined}
            open_values = [value for value in status.values if value not in taken]
            yield from _over(status.name, open_values, "It says of nothing that it is done.")

    def _before(self) -> Iterator[str]:
        yield "[[before]]"
        yield 'command = "RegisterBody"'
        yield "[before.fields]"
        yield f"body = {_quoted(self._board)}"
        yield 'name = "Our board"'
        yield 'kind = "board"'
        yield "on = 2000-01-01"
        yield self._by("registrar", self._board)
        yield ""
        if "case" not in self._roles:
            yield "[[before]]"
            yield 'command = "OpenReview"'
            yield "[before.fields]"
            yield from self._review(f"{self._board}/review", _quoted(self._file), "2000-01-01")

    def _review(self, review: str, title: str, on: str) -> Iterator[str]:
        yield f"review = {_quoted(review)}"
        yield 'kind = "case"'
        yield f"title = {title}"
        yield f"on = {on}"
        yield self._by("chair", self._board)
        yield ""

    def _by(self, role: str, body: str) -> str:
        person = "not named in the register"
        return f'by = {{ person = "{person}", role = "{role}", body = {_quoted(body)} }}'

    @property
    def _owner(self) -> str:
        column = self._roles.get("owner")
        return f"{self._board}/{{{column.name}}}" if column else self._board

    @property
    def _first_owner(self) -> str:
        return self._owner if self._divider is None else f"{self._board}/{{{FIRST}}}"

    def _steps(self) -> Iterator[str]:
        if (owner := self._roles.get("owner")) is not None:
            yield from self._step("RegisterBody", once=owner.name)
            yield f"body = {_quoted(self._owner)}"
            yield f"name = {_quoted(f'{{{owner.name}}}')}"
            yield 'kind = "agency"'
            yield "on = 2000-01-01"
            yield self._by("registrar", self._board)
            yield ""
        source = f"review-{self._board}/review"
        if (case := self._roles.get("case")) is not None:
            yield from self._step("OpenReview", once=case.name)
            source = f"review-{self._board}/{{{case.name}}}"
            title = _quoted(f"{{{case.name}}}")
            yield from self._review(f"{self._board}/{{{case.name}}}", title, self._day)
        recommendation = f"recommendation = {_quoted(f'{self._board}/{self._ref}')}"
        text = self._roles.get("text")
        action = _quoted(f"{{{text.name}}}" if text else "no column has its words")
        yield "[[steps]]"
        yield 'command = "IssueRecommendation"'
        yield f"once = {_quoted(self._ref)}"
        yield 'collect = ["addressed"]'
        yield "[steps.fields]"
        yield recommendation
        yield f"source = {_quoted(source)}"
        yield f"text = {action}"
        yield f"addressed = [{_quoted(self._owner)}]"
        yield f"on = {self._day}"
        yield self._by("chair", self._board)
        yield ""
        yield from self._step("AcceptRecommendation", unless=self._declined)
        yield recommendation
        yield f"on = {self._day}"
        yield self._by("lead", self._owner)
        yield ""
        yield from self._declines(recommendation)
        yield from self._step("PlanRecommendation", unless=self._declined)
        yield recommendation
        yield f"owner = {_quoted(self._first_owner)}"
        yield f"action = {action}"
        if (due := self._roles.get("due")) is not None:
            yield f"due = {self._in_days(due)}"
        yield f"on = {self._day}"
        yield self._by("chair", self._board)
        yield ""
        yield from self._implemented(recommendation)

    def _declines(self, recommendation: str) -> Iterator[str]:
        if self._declined:
            yield from self._step("DeclineRecommendation", when=self._declined)
            yield recommendation
            yield from self._as_status_says("reasons", self._day, self._owner)

    def _implemented(self, recommendation: str) -> Iterator[str]:
        done = self._roles.get("done")
        if self._done:
            on = self._in_days(done) if done else self._day
            yield from self._step("ImplementRecommendation", when=self._done)
            yield recommendation
            yield from self._as_status_says("evidence", on, self._first_owner)

    def _as_status_says(self, field: str, on: str, body: str) -> Iterator[str]:
        """Yield the end of a step whose words, in a *field*, are the status that a row has."""
        status = self._roles["status"]
        yield f"{field} = {_quoted(f'The register says: {{{status.name}}}.')}"
        yield f"on = {on}"
        yield self._by("lead", body)
        yield ""

    def _step(
        self,
        command: str,
        *,
        once: str | None = None,
        when: Sequence[str] = (),
        unless: Sequence[str] = (),
    ) -> Iterator[str]:
        """Yield the head of a step, *when* a row has one of these statuses, or *unless* it has."""
        yield "[[steps]]"
        yield f'command = "{command}"'
        for word, values in (("when", when), ("unless", unless)):
            if values:
                column = _quoted(self._roles["status"].name)
                yield f"{word} = {{ {column} = [{', '.join(map(_quoted, values))}] }}"
        if once is not None:
            yield f"once = {_quoted(f'{{{once}}}')}"
            yield "unless_known = true"
        yield "[steps.fields]"


def _over(column: str, values: Sequence[str], because: str) -> Iterator[str]:
    if not values:
        return
    yield "[[passed_over]]"
    yield f"columns = [{_quoted(column)}]"
    yield f"values = [{', '.join(map(_quoted, values))}]"
    yield f"because = {_quoted(because)}"
    yield ""
