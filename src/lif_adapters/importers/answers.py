"""The answers to proposed amendments: listed in a file, a yes or a no to each, and read again."""

import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrs import frozen

from lif_adapters.csv_lines import csv_cell, csv_lines
from lif_adapters.importers.changes import EntryChange
from lif_adapters.json_values import json_value
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper

HEADER = ("proposal", "answer", "stream", "entry", "event", "field", "before", "now")
WORDS = {"yes": True, "y": True, "no": False, "n": False, "": None}


def proposal_of(change: EntryChange, mapper: LifMapper) -> str:
    """Return the id of what *change* proposes: the same for the same words of the same entry."""
    words = {field.field: json_value(field.now, mapper) for field in change.fields}
    text = json.dumps([change.stream, change.entry, words], sort_keys=True)
    return f"p-{sha256(text.encode()).hexdigest()[:16]}"


@frozen
class AmendmentAnswers:
    """The *answers* to proposals, by their ids: a yes, a no, or none yet."""

    answers: Mapping[str, bool | None]

    def to(self, proposal: str) -> bool | None:
        """Return the answer to a *proposal*; `None` where there is none."""
        return self.answers.get(proposal)

    def accepted_beside(self, proposals: Collection[str]) -> Iterator[str]:
        """Yield those that have a yes, and are none of the *proposals*."""
        for proposal, answer in self.answers.items():
            if answer and proposal not in proposals:
                yield proposal


def amendment_lines(changes: Iterable[EntryChange], mapper: LifMapper) -> Iterator[str]:
    """Yield the list of what *changes* propose, a line for each field, to be answered."""

    def cell(value: Any) -> Any:
        return csv_cell(json_value(value, mapper))

    rows = (
        (
            proposal_of(change, mapper),
            "",
            change.stream,
            change.entry,
            change.name,
            field.field,
            cell(field.before),
            cell(field.now),
        )
        for change in changes
        for field in change.fields
    )
    yield from csv_lines(HEADER, rows)


def read_answers(file: Path) -> AmendmentAnswers:
    """Return the answers in a *file* that lists proposals; what else stands there is not read.

    Raises:
        MalformedError: naming the file and the line: it is no such list, an answer is neither yes
            nor no, or one proposal has two.
    """
    try:
        text = file.read_text("utf-8-sig", errors="replace")
    except OSError as error:
        raise MalformedError(str(file), error.strerror or str(error)) from error
    try:
        return _answers_in(csv.DictReader(io.StringIO(text, newline="")), str(file))
    except csv.Error as error:
        raise MalformedError(str(file), f"not CSV: {error}") from error


def _answers_in(rows: "csv.DictReader[str]", file: str) -> AmendmentAnswers:
    """Return the answers in the *rows* of a *file*."""
    if missing := [name for name in HEADER[:2] if name not in (rows.fieldnames or ())]:
        problem = f"no column {' or '.join(missing)}; --amendments writes a list to answer"
        raise MalformedError(file, problem)
    answers: dict[str, bool | None] = {}
    for row in rows:
        where, word = f"{file}: line {rows.line_num}", (row["answer"] or "").strip().lower()
        if word not in WORDS:
            raise MalformedError(where, f"{row['answer']!r} is no answer; write yes or no")
        answer, proposal = WORDS[word], (row["proposal"] or "").strip()
        if answers.setdefault(proposal, answer) != answer:
            problem = f"another answer to {proposal} than above; an entry is amended whole"
            raise MalformedError(where, problem)
    return AmendmentAnswers(answers)


def refuse_unless_list(option: str, file: Path) -> None:
    """Refuse to write a list over a *file* that is none, or one that has been answered.

    Raises:
        MalformedError: naming the *option*.
    """
    if not file.is_file() or not file.stat().st_size:
        return
    try:
        answers = read_answers(file).answers
    except MalformedError as error:
        problem = f"{file} is there, and no list of amendments; give another name"
        raise MalformedError(option, problem) from error
    if any(answer is not None for answer in answers.values()):
        problem = f"{file} has answers, which would be lost; give another name, or --amend-from it"
        raise MalformedError(option, problem)
