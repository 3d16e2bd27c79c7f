"""The page of a bundle as HTML that needs nothing else: no network, no script, no font."""

from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import assert_never

from lif_adapters.bundle.page import (
    Block,
    EntryText,
    Grid,
    Heading,
    NamedValues,
    Page,
    PageSection,
    Paragraph,
    ShellCommand,
)

POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html(page: Page) -> str:
    """Return the *page* as HTML, every text in it escaped."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    style = files("lif_adapters.bundle").joinpath("bundle.css").read_text("utf-8")
    yield "<!DOCTYPE html>"
    yield '<html lang="en-GB">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(page.title)}</title>"
    yield f"<style>\n{style}</style>"
    yield "</head>"
    yield "<body>"
    yield '<a class="skip" href="#case">Skip to the case</a>'
    yield f"<header>\n<h1>{escape(page.title)}</h1>\n<p>{escape(page.below)}</p>\n</header>"
    yield '<nav aria-labelledby="contents">\n<h2 id="contents">Contents</h2>\n<ol>'
    for section in page.sections:
        yield f'<li><a href="#{section.id}">{escape(section.title)}</a></li>'
    yield "</ol>\n</nav>"
    yield '<main id="case" tabindex="-1">'
    for section in page.sections:
        yield from _section(section)
    yield "</main>\n</body>\n</html>"


def _section(section: PageSection) -> Iterator[str]:
    yield f'<section id="{section.id}" aria-labelledby="{section.id}-heading">'
    yield f'<h2 id="{section.id}-heading">{escape(section.title)}</h2>'
    for is_entry, blocks in groupby(section.blocks, lambda block: isinstance(block, EntryText)):
        if is_entry:
            yield '<ol class="entries">'
        for block in blocks:
            yield from _block(block)
        if is_entry:
            yield "</ol>"
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text):
            yield f"<h3>{escape(text)}</h3>"
        case Paragraph(text=text, small=small):
            yield f'<p class="small">{escape(text)}</p>' if small else f"<p>{escape(text)}</p>"
        case ShellCommand(line=line):
            yield f"<p><code>{escape(line)}</code></p>"
        case NamedValues(pairs=pairs, flowing=flowing):
            yield from _pairs(pairs, flowing=flowing)
        case Grid():
            yield from _grid(block)
        case EntryText():
            yield from _entry(block)
        case _:
            assert_never(block)


def _entry(entry: EntryText) -> Iterator[str]:
    yield "<li>" if entry.counts else '<li class="void">'
    yield f"<p><b>{escape(entry.heading)}</b></p>"
    for mark in entry.marks:
        yield f'<p class="mark">{escape(mark)}</p>'
    yield from _pairs(entry.pairs)
    yield "</li>"


def _pairs(pairs: Iterable[tuple[str, str]], *, flowing: bool = False) -> Iterator[str]:
    yield '<dl class="flowing">' if flowing else "<dl>"
    for name, text in pairs:
        yield f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>"
    yield "</dl>"


def _grid(grid: Grid) -> Iterator[str]:
    yield f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{grid.id}">'
    yield f'<table>\n<caption id="{grid.id}">{escape(grid.caption)}</caption>'
    titles = "".join(f'<th scope="col">{escape(column)}</th>' for column in grid.columns)
    yield f"<thead>\n<tr>{titles}</tr>\n</thead>\n<tbody>"
    for first, *others in grid.rows:
        cells = "".join(f"<td>{escape(text)}</td>" for text in others)
        yield f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
    yield "</tbody>\n</table>\n</div>"
