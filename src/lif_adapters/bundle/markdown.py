"""The page of a bundle as Markdown."""

from collections.abc import Iterator
from typing import assert_never

from lif_adapters.bundle.page import (
    Block,
    EntryText,
    Grid,
    Heading,
    NamedValues,
    Page,
    Paragraph,
    ShellCommand,
)
from lif_adapters.markdown_text import escaped


def markdown(page: Page) -> str:
    """Return the *page* as Markdown."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield from (f"# {escaped(page.title)}", "", escaped(page.below))
    for section in page.sections:
        yield from ("", f"## {escaped(section.title)}")
        for block in section.blocks:
            yield ""
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text):
            yield f"### {escaped(text)}"
        case Paragraph(text=text):
            yield escaped(text)
        case ShellCommand(line=line):
            yield f"    {line}"
        case NamedValues(pairs=pairs, flowing=True):
            yield f"- {'; '.join(f'{escaped(name)}: {escaped(text)}' for name, text in pairs)}"
        case NamedValues(pairs=pairs):
            yield from (f"- {escaped(name)}: {escaped(text)}" for name, text in pairs)
        case Grid():
            yield from _grid(block)
        case EntryText():
            yield f"**{escaped(block.heading)}**"
            yield ""
            yield from (f"- **{escaped(mark)}**" for mark in block.marks)
            yield from (f"- {escaped(name)}: {escaped(text)}" for name, text in block.pairs)
        case _:
            assert_never(block)


def _grid(grid: Grid) -> Iterator[str]:
    yield from (escaped(grid.caption), "")
    yield f"| {' | '.join(map(escaped, grid.columns))} |"
    yield f"|{' --- |' * len(grid.columns)}"
    yield from (f"| {' | '.join(map(escaped, row))} |" for row in grid.rows)
