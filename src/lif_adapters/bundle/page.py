"""The page of a bundle: what is read, as sections of text, tables and entries, without a form."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from shlex import quote
from typing import Any, TypeAlias

from attrs import frozen

from lif_adapters.bundle.composition import Bundle
from lif_adapters.bundle.redaction import ANOTHER, ANOTHER_CASE, PERSONAL
from lif_adapters.bundle.tables import CaseTable
from lif_core.queries.readership import PERSONAL_TEXTS
from lif_core.queries.redaction import REDACTED
from lif_core.values.refs import ref_of

WIDEST = 6
"""A table of more columns is shown row by row, each with its columns below each other."""

TOLD_BY_ENTRIES = frozenset(
    {
        "conduct.steps",
        "decisions.decisions",
        "learning-cycle.stages",
        "provenance.links",
        "provenance.streams",
        "recommendations.history",
    }
)
"""Tables that tell the entries again, row by row: they are in the files, and not on the page."""

NOTHING = "–"
AUTHORITY = ("by", "on")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@frozen
class Paragraph:
    """A paragraph of *text*; *small* where it explains what stands above it."""

    text: str
    small: bool = False


@frozen
class ShellCommand:
    """A *line* to be typed at a shell, as it stands."""

    line: str


@frozen
class NamedValues:
    """Names, each with what is said of it: a line each, or *flowing* after each other."""

    pairs: tuple[tuple[str, str], ...]
    flowing: bool = False


@frozen(kw_only=True)
class Grid:
    """A table under a *caption*: the *columns*, and the *rows* of their texts."""

    id: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@frozen(kw_only=True)
class EntryText:
    """An entry: its *heading*, its *marks*, such as that it is void, and the texts of its fields.

    *counts*: it has an effect.
    """

    heading: str
    marks: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    counts: bool


@frozen
class Heading:
    """A heading within a section."""

    text: str


Block: TypeAlias = Paragraph | ShellCommand | NamedValues | Grid | EntryText | Heading


@frozen(kw_only=True)
class PageSection:
    """A section of the page: its *title*, and its *blocks*."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@frozen(kw_only=True)
class Page:
    """The page: its *title*, the line *below* it, and its *sections*."""

    title: str
    below: str
    sections: tuple[PageSection, ...]


def page_of(bundle: Bundle) -> Page:
    """Return the page of a *bundle*."""
    return Page(
        title=f"The case {bundle.review}",
        below=f"As it was on {bundle.valid}, by what was on record at {bundle.known}.",
        sections=(
            _section("about", "What this is", _about(bundle)),
            _section("chain", "What belongs to the case", _chain(bundle)),
            _section("entries", "What was decided", _entries(bundle)),
            _section("views", "What was worked out from it", _tables(bundle)),
            _section("bodies", "Bodies that are named", _bodies(bundle)),
            _section("redacted", "What is redacted or left out, and why", _redacted(bundle)),
            _section("check", "How to check it", _check(bundle)),
        ),
    )


def _section(id: str, title: str, blocks: Iterable[Block]) -> PageSection:  # noqa: A002
    return PageSection(id=id, title=title, blocks=tuple(blocks))


def _about(bundle: Bundle) -> Iterator[Block]:
    yield Paragraph(
        "Everything on record about one case: the review, what it rests on, and all that rests on"
        " it, from what was found to whether the change lasted. It is taken from a log of"
        " decisions to which entries are only ever added."
    )
    if bundle.personal:
        yield Paragraph(
            "It holds texts that may tell about a person. Pass it on to nobody who may not read"
            " them."
        )
    else:
        yield Paragraph(
            f"Texts that may tell about a person are redacted: {REDACTED} stands for each. A count"
            " of one, a date or a reference may still tell of somebody: look before you pass it"
            " on."
        )
    yield NamedValues(
        (
            ("Case", bundle.review),
            ("As it was in the world on", str(bundle.valid)),
            ("By what was on record at", bundle.known),
            ("Entries", str(len(bundle.entries))),
            ("Entries left out", str(len(bundle.left_out))),
            ("Fields redacted", str(sum(field.times for field in bundle.fields))),
        )
    )
    yield Paragraph(
        "What takes effect later than that day, or was recorded later, is not in it. The same"
        " case asked for again at the same two times, for the same reader, gives the same files,"
        " to the byte."
    )


def _chain(bundle: Bundle) -> Iterator[Block]:
    yield Paragraph(
        "Each line is a stream: the entries about one thing. It rests on others where one of"
        " these entries says so. A stream that is shared rests on another case as well, or is a"
        " lesson, which is of no case."
    )
    yield Grid(
        id="streams",
        caption="Streams",
        columns=("Stream", "Rests on", "Entries", "Shared"),
        rows=tuple(
            (
                stream.stream,
                ", ".join(stream.rests_on) or NOTHING,
                str(stream.entries),
                "yes" if stream.shared else "no",
            )
            for stream in bundle.streams
        ),
    )


# Entries


def _entries(bundle: Bundle) -> Iterator[Block]:
    yield Paragraph(
        "Every entry, in the order of the days on which they took effect, as it was recorded. An"
        " entry that was corrected stays, and says so. In brackets stands its number in its"
        " stream."
    )
    ordered = sorted(bundle.entries, key=lambda entry: (entry["event"]["on"], entry["position"]))
    yield from map(_entry, ordered)


def _entry(entry: Mapping[str, Any]) -> EntryText:
    event = entry["event"]
    name = _in_words(entry["name"])
    return EntryText(
        heading=f"{event['on']} · {name} · {entry['stream']} [{entry['entry']}]",
        marks=tuple(_marks(entry)),
        pairs=tuple(_pairs(entry)),
        counts=entry["counts"],
    )


def _marks(entry: Mapping[str, Any]) -> Iterator[str]:
    corrections = ", ".join(map(str, entry.get("corrected_by", ())))
    if not entry["counts"]:
        yield f"Counts for nothing: {entry['why']}."
    if "in_effect" in entry:
        yield f"Amended by entry {corrections}: what it says now stands below."
    if "contradicts" in entry:
        yield f"Contradicts another entry: {entry['contradicts']}."
    if entry.get("quorate") is False:
        yield "Decided at a meeting that was not quorate."


def _pairs(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    event = entry["event"]
    by = event["by"]
    yield "Decided by", f"{by['person']}, {by['role']}, for {by['body']}"
    yield from _fields(event, entry["stream"])
    for name, value in by.get("deliberation", {}).items():
        yield f"Deliberation, {_title(name).lower()}", _words(value)
    if "in_effect" in entry:
        for name, value in _fields(entry["in_effect"], entry["stream"]):
            yield f"Now, {name.lower()}", value
    source = ", as an older register says" if entry.get("migrated") else ""
    yield "Recorded", f"{entry['recorded_at']}, position {entry['position']} of the log{source}"
    if "entered_by" in entry:
        yield "Entered by", entry["entered_by"]
    if "claimed_at" in entry:
        yield "An older register says", entry["claimed_at"]


def _fields(event: Mapping[str, Any], stream: str) -> Iterator[tuple[str, str]]:
    """Yield the fields of an event that say something, but who decided, when and about what."""
    for name, value in event.items():
        if name not in AUTHORITY and value not in (None, [], stream, ref_of(stream)):
            yield _title(name), _words(value)


# Views


def _tables(bundle: Bundle) -> Iterator[Block]:
    yield Paragraph(
        "What lif works out from the log, of all cases, and says of this one. Nothing here was"
        " typed: each row follows from entries. A column in which nothing stands is left out here,"
        " and so is a table that tells the entries again; the folder views has all of them."
    )
    shown = (table for table in bundle.tables if table.name not in TOLD_BY_ENTRIES)
    for view, tables in groupby(shown, key=attrgetter("view")):
        yield Heading(view)
        for table in tables:
            yield from _table(table)


def _table(table: CaseTable) -> Iterator[Block]:
    columns = [name for name in table.columns if any(_says(row[name]) for row in table.rows)]
    if len(columns) <= WIDEST:
        yield Grid(
            id=f"table-{table.name.replace('.', '-')}",
            caption=table.name,
            columns=tuple(map(_title, columns)),
            rows=tuple(tuple(_words(row[name]) for name in columns) for row in table.rows),
        )
    else:
        yield Paragraph(table.name)
        for row in table.rows:
            pairs = ((_title(name), _words(row[name])) for name in columns if _says(row[name]))
            yield NamedValues(tuple(pairs), flowing=True)
    yield Paragraph(table.means, small=True)


def _bodies(bundle: Bundle) -> Iterator[Block]:
    yield Paragraph(
        "The bodies that entries name, by their names on the day: as the board registered them, or"
        " as its framework pack has them."
    )
    columns = ("body", "name", "kind", "registered", "pack")
    yield Grid(
        id="bodies-table",
        caption="Bodies",
        columns=tuple(map(_title, columns)),
        rows=tuple(tuple(_words(row[name]) for name in columns) for row in bundle.bodies),
    )


# What is not in it


def _redacted(bundle: Bundle) -> Iterator[Block]:
    yield NamedValues(
        (
            (
                PERSONAL,
                "A text that may tell about a person, by the type of its field, whatever it says."
                f" It is for readers in the role “{PERSONAL_TEXTS}”."
                + (" This reader has it: none is redacted." if bundle.personal else ""),
            ),
            (
                ANOTHER_CASE,
                f"The name of a stream of another case, for which {ANOTHER} stands; an entry, or a"
                " row, of a shared stream that names another case alone is left out whole.",
            ),
            (
                "link of a lesson",
                "A link of a lesson is for whoever may read both of its ends, or is public."
                " Nothing here says whether there are others.",
            ),
        )
    )
    if bundle.fields:
        yield Grid(
            id="fields",
            caption="Fields redacted",
            columns=("Field", "Why", "Times"),
            rows=tuple((field.field, field.why, str(field.times)) for field in bundle.fields),
        )
    if bundle.left_out:
        yield Grid(
            id="left-out",
            caption="Entries left out",
            columns=("Stream", "Entry", "Position", "Why"),
            rows=tuple(
                (entry.stream, str(entry.entry), str(entry.position), entry.why)
                for entry in bundle.left_out
            ),
        )
    if bundle.rows_left_out:
        yield Grid(
            id="rows-left-out",
            caption="Rows left out",
            columns=("Table", "Why", "Rows"),
            rows=tuple((rows.table, rows.why, str(rows.rows)) for rows in bundle.rows_left_out),
        )
    if bundle.views_kept:
        yield Grid(
            id="views-kept",
            caption="Views that are kept for a role which this reader does not have",
            columns=("View", "Role"),
            rows=bundle.views_kept,
        )


def _check(bundle: Bundle) -> Iterator[Block]:
    yield Paragraph("No file was changed since it was written, in the folder of these files:")
    yield ShellCommand("sha256sum -c SHA256SUMS")
    yield Paragraph(
        "They are what the log says: whoever keeps the store writes the case again to a new"
        " folder, with the same roles, and compares the two files SHA256SUMS."
    )
    yield ShellCommand(
        f"lif bundle {quote(bundle.review)} --valid {bundle.valid} --known {bundle.known}"
        f"{_role(bundle)}{_checkpoint(bundle)} --out again"
    )
    yield ShellCommand("cmp SHA256SUMS again/SHA256SUMS")
    if bundle.checkpoint is None:
        yield Paragraph(
            "The log was held against no checkpoint: nothing here shows that no entry was altered"
            " before this was written."
        )
    else:
        yield Paragraph(
            f"{bundle.checkpoint.words} The checkpoint is in the file checkpoint; with the public"
            " keys of who signed it, whoever keeps the store shows that it is still that log."
        )
        yield ShellCommand("lif verify --checkpoint checkpoint --key KEY")
    yield Paragraph(
        "An entry is as it is stored: stored_sha256 in entries.jsonl is the SHA-256 of its stored"
        " bytes. It is given of entries that are shown whole alone; of a redacted one it would"
        " tell whoever guesses the text that the guess is right."
    )


def _checkpoint(bundle: Bundle) -> str:
    return " --checkpoint checkpoint --key KEY" if bundle.checkpoint else ""


def _role(bundle: Bundle) -> str:
    return f" --role {quote(PERSONAL_TEXTS)}" if bundle.personal else ""


# Words


def _in_words(topic: str) -> str:
    """Return the name of an event in words: `HoldDecided.v1` is `Hold decided`."""
    name = topic.rpartition(".v")[0] or topic
    return _CAPITAL.sub(" ", name).capitalize()


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _says(value: Any) -> bool:
    return value not in (None, [], "")


def _words(value: Any) -> str:
    """Return a value of JSON in words."""
    match value:
        case None | [] | "":
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.4g}"
        case list():
            return _listed(value)
        case {"part": part, "whole": whole}:
            return f"{part} of {whole}"
        case dict():
            parts = (f"{_title(name).lower()}: {_words(each)}" for name, each in value.items())
            return "; ".join(parts)
    return str(value)


def _listed(values: Sequence[Any]) -> str:
    separator = "; " if any(isinstance(each, dict) for each in values) else ", "
    return separator.join(map(_words, values))
