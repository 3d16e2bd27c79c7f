"""The report as one HTML page that needs nothing else: no network, no script, no font."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from lif_adapters.report.charts import Drawn
from lif_adapters.report.definitions import pieces
from lif_adapters.report.model import Cell, Report, Sort
from lif_adapters.report.wording import capital, count, day, listed

SHORT, LONG = 16, 60
"""Of a cell: letters that stand on one line, and letters that want a wide column."""


def html(report: Report) -> str:
    """The page."""
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
        "day": day,
        "many": count,
        "setting": _setting,
        "prose": _prose,
        "inline": _inline,
        "capital": capital,
        "listed": listed,
    }
    environment.globals |= {"style": Markup(_read("report.css"))}
    return environment.get_template("report.html.jinja")


def _read(name: str) -> str:
    return files("lif_adapters.report").joinpath(name).read_text("utf-8")


def _setting(cell: Cell) -> str:
    """How a cell is set, by what stands in it: a word is not broken, a long text has room."""
    if cell.sort is Sort.TEXT or cell.sort is Sort.WORDS:
        if len(cell.text) > LONG:
            return "long"
        return "text" if " " in cell.text and len(cell.text) > SHORT else "word"
    return cell.sort.value


def _prose(text: str) -> Markup:
    """A definition, with what it marks."""
    return Markup("").join(
        Markup("<{0}>{1}</{0}>").format(element, piece) if element else piece
        for element, piece in pieces(text)
    )


def _inline(drawn: Drawn) -> Markup:
    """A drawing within the page; it was made by us, with every text in it escaped."""
    return Markup(drawn.svg[drawn.svg.index("<svg") :])
