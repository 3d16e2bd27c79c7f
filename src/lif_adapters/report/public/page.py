"""The page of the public edition: one HTML page that needs nothing else, and two tables."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template

from lif_adapters.report import csv
from lif_adapters.report.public.edition import PublicEdition
from lif_adapters.report.wording import capital, full_day
from lif_core.log.mapper import LifMapper

PAGE = "public.html"


def files_of_edition(
    edition: PublicEdition, mapper: LifMapper
) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the path of each file of an *edition*, and its text in pieces."""
    yield PAGE, (page(edition),)
    for name, table in edition.tables.items():
        yield f"tables/{name}.csv", csv.table(table, mapper)


def page(edition: PublicEdition) -> str:
    """Return the page."""
    return _template().render(edition=edition)


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
    environment.filters |= {"full_day": full_day, "capital": capital}
    return environment.get_template("public.html.jinja")


def _read(name: str) -> str:
    return files("lif_adapters.report.public").joinpath(name).read_text("utf-8")
