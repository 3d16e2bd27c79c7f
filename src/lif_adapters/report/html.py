"""The report as one HTML page that needs nothing else: no network, no script, no font."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from lif_adapters.report.definitions import pieces
from lif_adapters.report.model import CellKind, Drawing, FigureCell, Report
from lif_adapters.report.wording import LEFT_OUT, capital, count, full_day, listed, small

SHORT, LONG = 16, 60
"""A longer text in a cell may be broken over lines; a still longer one has a wide column."""


def html(report: Report) -> str:
    """Return the page."""
    return _template().render(report=report)


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(_read),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "full_day": full_day,
        "small": small,
        "count": count,
        "setting": _setting,
        "prose": _prose,
        "inline": _inline,
        "capital": capital,
        "listed": listed,
    }
    environment.globals |= {"style": Markup(_read("report.css")), "LEFT_OUT": LEFT_OUT}
    return environment.get_template("report.html.jinja")


def _read(name: str) -> str:
    return files("lif_adapters.report").joinpath(name).read_text("utf-8")


def _setting(cell: FigureCell) -> str:
    """Return the class of a cell, by what stands in it: a word is not broken, a long text wide."""
    if cell.kind in (CellKind.TEXT, CellKind.WORDS):
        if len(cell.text) > LONG:
            return "long"
        return "text" if " " in cell.text and len(cell.text) > SHORT else "word"
    return cell.kind.value


def _prose(text: str) -> Markup:
    """Return a definition, with what it marks."""
    return Markup("").join(
        Markup("<{0}>{1}</{0}>").format(element, piece) if element else piece
        for element, piece in pieces(text)
    )


def _inline(drawing: Drawing) -> Markup:
    """Return a drawing within the page; it was made by us, with every text in it escaped."""
    return Markup(drawing.svg[drawing.svg.index("<svg") :])
