"""A history as a report that people look at: one HTML page, Markdown, and CSV tables.

- `history`: the entries of the log, read once; `entries`: those that a figure is counted from.
- `projections`: views that only the report has; `views`: all views, and their names of bodies.
- `tables`, `cells`, `headings`, `definitions`: a table as people read it, and what it means.
- `figures`: a module for each figure, with its text, its chart and its tables, by view.
- `drawing`: axes, labels and marks of the charts, and nothing of what they show.
- `sections`, `summary`: the figures in the order in which they are read, and the first screen.
- `composition`: the report, as values of `model`; `wording`: dates and counts in words.
- `public`: the public edition, made from the view `register` alone.
- `html`, `markdown`, `csv`: the report as text; `directory`: the files, written whole.
"""

from lif_adapters.report.composition import build, report_of
from lif_adapters.report.directory import files_of, write
from lif_adapters.report.history import read
from lif_adapters.report.public import files_of_edition, public_edition

__all__ = [
    "build",
    "files_of",
    "files_of_edition",
    "public_edition",
    "read",
    "report_of",
    "write",
]
