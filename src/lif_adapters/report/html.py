"""The report as one HTML page that needs nothing else: no network, no script, no font."""

import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from lif_adapters.report.charts import Drawn
from lif_adapters.report.definitions import pieces
from lif_adapters.report.model import Report
from lif_adapters.report.wording import count, day


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
        "prose": _prose,
        "inline": _inline,
        "capital": _capital,
    }
    environment.globals |= {"style": Markup(_read("report.css"))}
    return environment.get_template("report.html.jinja")


def _read(name: str) -> str:
    return files("lif_adapters.report").joinpath(name).read_text("utf-8")


def _prose(text: str) -> Markup:
    """A definition, with what it marks."""
    return Markup("").join(
        Markup("<{0}>{1}</{0}>").format(element, piece) if element else piece
        for element, piece in pieces(text)
    )


def _capital(text: Markup) -> Markup:
    return text[:1].upper() + text[1:]


def _inline(drawn: Drawn, figure: str) -> Markup:
    """A drawing within the page: its ids are those of its figure, its text alternative is told."""
    svg = drawn.svg
    for name in sorted(set(re.findall(r'\bid="([^"]+)"', svg)), key=len, reverse=True):
        for before, after in (('id="', '"'), ("url(#", ")"), ('href="#', '"')):
            svg = svg.replace(f"{before}{name}{after}", f"{before}{figure}-{name}{after}")
    start = svg.index("<svg")
    svg = svg[start:]
    alt = Markup('<svg role="img" aria-label="{}"').format(drawn.alt)
    return alt + Markup(svg.removeprefix("<svg"))
